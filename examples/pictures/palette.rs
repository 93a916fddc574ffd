//! The terminal's colors as they look on a dark and on a light page.

use ratatui::style::Color;

/// What a terminal's theme sets: its page, its text and its 16 colors.
pub struct Palette {
    pub name: &'static str,
    page: &'static str,
    text: &'static str,
    colors: [&'static str; 16],
}

/// Text has a contrast of at least 4.5:1 on its page in every color but black (dark) and white (light).
pub const PALETTES: [Palette; 2] = [
    Palette {
        name: "dark",
        page: "#0d1117",
        text: "#e6edf3",
        colors: [
            "#484f58", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#b1bac4",
            "#8b949e", "#ffa198", "#7ee787", "#f2cc60", "#a5d6ff", "#e2c5ff", "#87deea", "#ffffff",
        ],
    },
    Palette {
        name: "light",
        page: "#ffffff",
        text: "#1f2328",
        colors: [
            "#24292f", "#b31d28", "#116329", "#7d4e00", "#0550ae", "#6639ba", "#0b6b74", "#6e7781",
            "#57606a", "#a40e26", "#1a7f37", "#633c01", "#0969da", "#8250df", "#1b7c83", "#8c959f",
        ],
    },
];

/// A color of a cell, with the two that only the palette knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    Page,
    Text,
    Terminal(u8),
    Rgb(u8, u8, u8),
}

impl Ink {
    /// Returns the ink of a color, or `default` where the terminal's own color is asked for.
    ///
    /// # Panics
    ///
    /// Panics on one of the 240 indexed colors beyond the 16 of the palette, which no theme uses.
    pub fn of(color: Color, default: Self) -> Self {
        match color {
            Color::Reset => default,
            Color::Rgb(red, green, blue) => Self::Rgb(red, green, blue),
            Color::Indexed(index @ 0..16) => Self::Terminal(index),
            Color::Black => Self::Terminal(0),
            Color::Red => Self::Terminal(1),
            Color::Green => Self::Terminal(2),
            Color::Yellow => Self::Terminal(3),
            Color::Blue => Self::Terminal(4),
            Color::Magenta => Self::Terminal(5),
            Color::Cyan => Self::Terminal(6),
            Color::Gray => Self::Terminal(7),
            Color::DarkGray => Self::Terminal(8),
            Color::LightRed => Self::Terminal(9),
            Color::LightGreen => Self::Terminal(10),
            Color::LightYellow => Self::Terminal(11),
            Color::LightBlue => Self::Terminal(12),
            Color::LightMagenta => Self::Terminal(13),
            Color::LightCyan => Self::Terminal(14),
            Color::White => Self::Terminal(15),
            Color::Indexed(index) => panic!("no palette has color {index}"),
        }
    }

    /// Returns the ink's class in the picture's style sheet.
    pub fn class(self) -> String {
        match self {
            Self::Page => "page".into(),
            Self::Text => "text".into(),
            Self::Terminal(index) => format!("c{index}"),
            Self::Rgb(red, green, blue) => format!("x{red:02x}{green:02x}{blue:02x}"),
        }
    }

    /// Returns the ink as CSS writes it.
    pub fn css(self, palette: &Palette) -> String {
        match self {
            Self::Page => palette.page.into(),
            Self::Text => palette.text.into(),
            Self::Terminal(index) => palette.colors[usize::from(index)].into(),
            Self::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        }
    }
}
