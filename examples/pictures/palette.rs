//! The themes that pictures are drawn in.

use nextplay::tui::widget::theme::Theme;
use nextplay::tui::widget::theme::color::Rgb;
use nextplay::tui::widget::theme::roles::{Column, Palette, Role, of};
use ratatui::style::Color;

/// A theme, and what of it only the picture has: the colors of the page and of its text.
pub struct Look {
    pub name: &'static str,
    column: Column,
}

const fn look(name: &'static str, column: Column) -> Look {
    Look { name, column }
}

/// Dark and light first: every screen is shown in both.
pub const LOOKS: [Look; 6] = [
    look("dark", Column::Dark),
    look("light", Column::Light),
    look("high-contrast-dark", Column::ContrastDark),
    look("high-contrast-light", Column::ContrastLight),
    look("colorblind-dark", Column::ColorblindDark),
    look("colorblind-light", Column::ColorblindLight),
];

impl Look {
    /// Returns the theme, with what the page has left to it.
    pub fn theme(&self) -> Theme {
        let mut palette: Palette = self.column.palette();
        for role in [Role::Text, Role::Background] {
            palette[role as usize] = Color::Reset;
        }
        Theme::of(palette)
    }
}

/// A color of a cell, with the two that the page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    Page,
    Text,
    Rgb(Rgb),
}

impl Ink {
    /// Returns the ink of a color, or `default` where the page's own color is asked for.
    ///
    /// # Panics
    ///
    /// Panics on a color that only a terminal has.
    pub fn of(color: Color, default: Self) -> Self {
        match color {
            Color::Reset => default,
            color => Self::Rgb(Rgb::of(color).expect("a color of a theme")),
        }
    }

    /// Returns the ink's class in the picture's style sheet.
    pub fn class(self) -> String {
        match self {
            Self::Page => "page".into(),
            Self::Text => "text".into(),
            Self::Rgb(Rgb(red, green, blue)) => format!("x{red:02x}{green:02x}{blue:02x}"),
        }
    }

    /// Returns the ink as CSS writes it.
    pub fn css(self, look: &Look) -> String {
        let role = match self {
            Self::Page => Role::Background,
            Self::Text => Role::Text,
            Self::Rgb(Rgb(red, green, blue)) => return format!("#{red:02x}{green:02x}{blue:02x}"),
        };
        let ink = Self::of(of(&look.column.palette(), role), self);
        ink.css(look)
    }
}
