//! What colors are for, and the color that each built-in theme has for it.

use ratatui::style::Color;
use strum::{EnumCount, EnumIter};

use super::color::Rgb;

/// What a color is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount, EnumIter)]
#[expect(missing_docs, reason = "the table says what each is for")]
pub enum Role {
    Text,
    Background,
    Quiet,
    Border,
    Accent,
    Good,
    Warning,
    Bad,
    Changed,
    Matched,
    RiskHigh,
    RiskMedium,
    RiskLow,
    SelectionText,
    Selection,
}

impl Role {
    /// True for text that stands on the background; frames and bars are no text, and selected text
    /// has a background of its own.
    pub fn is_on_background(self) -> bool {
        !matches!(self, Self::Background | Self::Border | Self::SelectionText | Self::Selection)
    }
}

/// A color for each role.
pub type Palette = [Color; Role::COUNT];

/// The palettes that are given as colors of their own; each is a column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount, EnumIter)]
pub enum Column {
    /// `dark`.
    Dark,
    /// `light`.
    Light,
    /// `high-contrast` on a dark background.
    ContrastDark,
    /// `high-contrast` on a light background.
    ContrastLight,
    /// `colorblind` on a dark background: colors of Okabe and Ito as they are.
    ColorblindDark,
    /// `colorblind` on a light background: their hues, as dark as text has to be there.
    ColorblindLight,
}

/// A role, as users know it.
pub struct RoleRow {
    /// The role.
    pub role: Role,
    /// Its name in the settings.
    pub name: &'static str,
    /// What has the color.
    pub help: &'static str,
    colors: [u32; Column::COUNT],
    terminal: Color,
}

const fn row(
    role: Role,
    name: &'static str,
    help: &'static str,
    colors: [u32; Column::COUNT],
    terminal: Color,
) -> RoleRow {
    RoleRow { role, name, help, colors, terminal }
}

/// The roles, in their order.
#[rustfmt::skip]
pub const ROLES: [RoleRow; Role::COUNT] = [
    row(Role::Text, "text", "text",
        [0xe6edf3, 0x1f2328, 0xffffff, 0x000000, 0xe6edf3, 0x1f2328], Color::Reset),
    row(Role::Background, "background", "what is behind it",
        [0x0d1117, 0xffffff, 0x000000, 0xffffff, 0x0d1117, 0xffffff], Color::Reset),
    row(Role::Quiet, "quiet", "what need not be read first: labels, column titles, hints",
        [0xa1abb6, 0x57606a, 0xd0d0d0, 0x3a3a3a, 0xa1abb6, 0x57606a], Color::Reset),
    row(Role::Border, "border", "the frames of panes without the focus",
        [0x616a75, 0x87909a, 0xa8a8a8, 0x585858, 0x616a75, 0x87909a], Color::Reset),
    row(Role::Accent, "accent", "what is chosen or focused, bars, lines of charts",
        [0x6cb6ff, 0x0550ae, 0x87d7ff, 0x005f87, 0x56b4e9, 0x0072b2], Color::Cyan),
    row(Role::Good, "good", "what is approved, done or on target",
        [0x57c46a, 0x116329, 0x5fff87, 0x005f00, 0x009e73, 0x187e5d], Color::Green),
    row(Role::Warning, "warning", "what needs attention",
        [0xd9a53a, 0x7d4e00, 0xffd75f, 0x5c3a00, 0xe69f00, 0x804e01], Color::Yellow),
    row(Role::Bad, "bad", "what failed, was rejected or is above a limit",
        [0xff8078, 0xb31d28, 0xffafaf, 0xaf0000, 0xd55e00, 0x6b2104], Color::Red),
    row(Role::Changed, "changed", "what changed, and news",
        [0xd2a8ff, 0x6639ba, 0xe5b8ff, 0x5f00af, 0xcc79a7, 0x6a345c], Color::Magenta),
    row(Role::Matched, "matched", "letters that a filter matches",
        [0x6cb6ff, 0x0550ae, 0x87d7ff, 0x005f87, 0x56b4e9, 0x0072b2], Color::Cyan),
    row(Role::RiskHigh, "risk_high", "bars of high risk",
        [0xff8078, 0xb31d28, 0xffafaf, 0xaf0000, 0xd55e00, 0x6b2104], Color::Red),
    row(Role::RiskMedium, "risk_medium", "bars of medium risk",
        [0xd9a53a, 0x7d4e00, 0xffd75f, 0x5c3a00, 0xe69f00, 0x804e01], Color::Yellow),
    row(Role::RiskLow, "risk_low", "bars of low risk",
        [0x57c46a, 0x116329, 0x5fff87, 0x005f00, 0x009e73, 0x187e5d], Color::Green),
    row(Role::SelectionText, "selection_text", "text of the selected row",
        [0xffffff, 0x0a1f33, 0xffffff, 0x000000, 0xffffff, 0x0a1f33], Color::Reset),
    row(Role::Selection, "selection", "what is behind the selected row",
        [0x1f3a5f, 0xcfe6ff, 0x005f87, 0x87c3ff, 0x2a3038, 0xcfe6ff], Color::Reset),
];

impl RoleRow {
    /// Returns its color in a palette, as settings write it.
    pub fn color(&self, column: Column) -> String {
        format!("#{:06x}", self.hex(column))
    }

    fn hex(&self, column: Column) -> u32 {
        self.colors.get(column as usize).copied().unwrap_or_default()
    }
}

impl Column {
    /// Returns the palette of this column.
    pub fn palette(self) -> Palette {
        ROLES.map(|row| {
            let Rgb(red, green, blue) = Rgb::hex(row.hex(self));
            Color::Rgb(red, green, blue)
        })
    }
}

/// The palette of the terminal's own 16 colors.
#[expect(clippy::indexing_slicing, reason = "runs while compiling")]
pub const TERMINAL: Palette = {
    let mut palette = [Color::Reset; Role::COUNT];
    let mut at = 0;
    while at < Role::COUNT {
        assert!(ROLES[at].role as usize == at, "a role's row is out of order");
        palette[at] = ROLES[at].terminal;
        at += 1;
    }
    palette
};

/// The color of a role.
pub fn of(palette: &Palette, role: Role) -> Color {
    palette.get(role as usize).copied().unwrap_or_default()
}
