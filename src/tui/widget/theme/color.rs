//! Colors as numbers: contrast, difference, and the nearest of 256.

use ratatui::style::Color;

/// The levels of red, green and blue in the cube of the 256 colors.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A color by its red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// Returns a color from the number that `#rrggbb` writes.
    pub const fn hex(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self(red, green, blue)
    }

    /// Returns the color of a number from 16 to 255 of the 256 colors; the first 16 are the
    /// terminal's own, which nobody knows.
    pub fn of_256(index: u8) -> Option<Self> {
        match index {
            0..16 => None,
            232.. => Some(8 + 10 * (index - 232)).map(|gray| Self(gray, gray, gray)),
            _ => {
                let place = index - 16;
                let level = |step: u8| LEVELS.get(usize::from(step % 6)).copied();
                Some(Self(level(place / 36)?, level(place / 6)?, level(place)?))
            }
        }
    }

    /// Returns what is known of a terminal's color; `None` for the terminal's own ones.
    pub fn of(color: Color) -> Option<Self> {
        match color {
            Color::Rgb(red, green, blue) => Some(Self(red, green, blue)),
            Color::Indexed(index) => Self::of_256(index),
            _ => None,
        }
    }

    /// Returns red, green and blue as parts of the light, from 0 to 1.
    pub fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Returns the luminance that WCAG defines, from 0 to 1.
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Returns the contrast with another color that WCAG defines, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// Returns how different two colors look: their distance in Oklab, from 0 to about 1.
    pub fn difference(self, other: Self) -> f64 {
        let squares = self.oklab().into_iter().zip(other.oklab()).map(|(a, b)| (a - b).powi(2));
        squares.sum::<f64>().sqrt()
    }

    fn oklab(self) -> [f64; 3] {
        let [red, green, blue] = self.linear();
        let [long, medium, short] = [
            0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue,
            0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue,
            0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue,
        ]
        .map(f64::cbrt);
        [
            0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        ]
    }

    /// Returns the number of the most similar of the 256 colors, the terminal's own 16 aside.
    pub fn nearest_of_256(self) -> u8 {
        let distance = |index: u8| Self::of_256(index).map_or(f64::MAX, |c| self.difference(c));
        (16..=255).min_by(|a, b| distance(*a).total_cmp(&distance(*b))).unwrap_or(255)
    }
}

/// Reads a color as settings write it: `#5fafff`, a name of the 16 colors such as `bright-blue`, a
/// number from 0 to 255, or `default` for the terminal's own.
pub fn parse(text: &str) -> Option<Color> {
    match text.trim() {
        "default" => Some(Color::Reset),
        text => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn contrast_is_the_one_of_wcag() {
        let (black, white) = (Rgb::hex(0), Rgb::hex(0xff_ff_ff));
        assert_eq!(black.contrast(white), 21.0);
        assert_eq!(white.contrast(white), 1.0);
        // The gray that is just enough on white.
        assert!((Rgb::hex(0x76_76_76).contrast(white) - 4.54).abs() < 0.01);
    }

    #[rstest]
    #[case(0x00_00_00, 16)]
    #[case(0xff_ff_ff, 231)]
    #[case(0x5f_af_ff, 75)]
    #[case(0xff_00_00, 196)]
    #[case(0x80_80_80, 244)]
    fn a_color_has_a_nearest_one_of_256(#[case] color: u32, #[case] index: u8) {
        assert_eq!(Rgb::hex(color).nearest_of_256(), index);
    }

    #[rstest]
    #[case("#5fafff", Some(Color::Rgb(0x5f, 0xaf, 0xff)))]
    #[case("bright-blue", Some(Color::LightBlue))]
    #[case("Red", Some(Color::Red))]
    #[case("214", Some(Color::Indexed(214)))]
    #[case("default", Some(Color::Reset))]
    #[case("256", None)]
    #[case("#5faff", None)]
    #[case("crimson", None)]
    #[case("", None)]
    fn colors_are_read_as_settings_write_them(#[case] text: &str, #[case] color: Option<Color>) {
        assert_eq!(parse(text), color);
    }
}
