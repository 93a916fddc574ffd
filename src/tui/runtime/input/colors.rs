//! What a terminal says about its colors.

use crate::tui::widget::theme::color::Rgb;

/// What a terminal says about its colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// Its background, as it was asked.
    Background(Rgb),
    /// The answer to the question that every terminal answers, asked last: one that has not named
    /// its background by then will not.
    Answered,
    /// They have changed, as where the system goes from light to dark.
    Changed,
}

/// Reads the answer to the question for the background: `]11;rgb:ffff/ffff/ffff`, with one to four
/// digits for each part, `]11;rgba:` with a fourth part, or `]11;#ffffff`.
pub fn background(text: &[u8]) -> Option<Colors> {
    let text = std::str::from_utf8(text).ok()?.strip_prefix("]11;")?;
    let parts: Vec<&str> = match text.strip_prefix('#') {
        Some(digits) if digits.is_ascii() && digits.len() % 3 == 0 => {
            let each = digits.len() / 3;
            (0..3).filter_map(|part| digits.get(part * each..(part + 1) * each)).collect()
        }
        Some(_) => return None,
        None => text.strip_prefix("rgb:").or(text.strip_prefix("rgba:"))?.split('/').collect(),
    };
    let part = |digits: &str| {
        let most = match digits.len() {
            digits @ 1..=4 => 16_u32.pow(digits as u32) - 1,
            _ => return None,
        };
        let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
        u8::try_from((number * 255 + most / 2) / most).ok()
    };
    match parts.as_slice() {
        [red, green, blue] | [red, green, blue, _] => {
            Some(Colors::Background(Rgb(part(red)?, part(green)?, part(blue)?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("]11;rgb:ffff/ffff/ffff", Some(0xff_ff_ff))]
    #[case("]11;rgb:1e1e/1e1e/2e2e", Some(0x1e_1e_2e))]
    #[case("]11;rgb:ff/00/80", Some(0xff_00_80))]
    #[case("]11;rgb:f/0/8", Some(0xff_00_88))]
    #[case("]11;rgba:0000/0000/0000/cccc", Some(0))]
    #[case("]11;#fdf6e3", Some(0xfd_f6_e3))]
    #[case("]10;rgb:ffff/ffff/ffff", None)]
    #[case("]11;rgb:ffff/ffff", None)]
    #[case("]11;rgb:fffff/0/0", None)]
    #[case("]11;rgb:+f/0/0", None)]
    #[case("]11;?", None)]
    #[case("]52;c;", None)]
    fn the_answer_names_the_background(#[case] text: &str, #[case] color: Option<u32>) {
        let color = color.map(|color| Colors::Background(Rgb::hex(color)));
        assert_eq!(background(text.as_bytes()), color);
    }
}
