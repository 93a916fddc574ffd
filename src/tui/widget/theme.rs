//! Colors and emphasis. Nothing is shown by color alone: every state has a sign and a word as well.
//!
//! - [`roles`]: what colors are for, and the colors of the built-in themes.
//! - [`display`]: what the terminal can show.
//! - [`chosen`]: the theme that the settings choose, on that terminal.
//! - [`color`]: colors as numbers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use self::roles::{Palette, Role};
use crate::domain::Status;
use crate::insight::RiskBand;

pub mod chosen;
pub mod color;
pub mod display;
pub mod roles;
#[cfg(test)]
mod tests;

/// How things look: a color for each role. Where a role has the terminal's own color, emphasis takes
/// its place: dim for what is quiet, reverse video for what is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    palette: Palette,
}

impl Theme {
    /// Returns the theme without colors, for `NO_COLOR`.
    pub const fn plain() -> Self {
        Self::of([Color::Reset; roles::ROLES.len()])
    }

    /// Returns the theme of the terminal's own 16 colors.
    pub const fn terminal() -> Self {
        Self::of(roles::TERMINAL)
    }

    /// Returns the theme of a palette.
    pub const fn of(palette: Palette) -> Self {
        Self { palette }
    }

    /// Returns the color of a role; [`Color::Reset`] for the terminal's own.
    pub fn color(self, role: Role) -> Color {
        roles::of(&self.palette, role)
    }

    /// Text in the color of a role, in the color of the text around it where the role has none.
    fn style(self, role: Role) -> Style {
        match self.color(role) {
            Color::Reset => Style::new(),
            color => Style::new().fg(color),
        }
    }

    /// Gives what was drawn in the terminal's own colors those of the theme, where it has its own.
    pub fn paint(self, buffer: &mut Buffer) {
        let (text, background) = (self.color(Role::Text), self.color(Role::Background));
        if (text, background) == (Color::Reset, Color::Reset) {
            return;
        }
        for cell in &mut buffer.content {
            if cell.fg == Color::Reset {
                cell.fg = text;
            }
            if cell.bg == Color::Reset {
                cell.bg = background;
            }
        }
    }

    /// Returns the style of headings and ids.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What need not be read first.
    pub fn quiet(self) -> Style {
        self.dim(Role::Quiet)
    }

    /// Returns the style of the frame of a pane that does not have the keys.
    pub fn border(self) -> Style {
        self.dim(Role::Border)
    }

    fn dim(self, role: Role) -> Style {
        match self.color(role) {
            Color::Reset => Style::new().add_modifier(Modifier::DIM),
            color => Style::new().fg(color),
        }
    }

    /// Returns the style of plain text on top of other styles, such as a title in a frame.
    pub fn text(self) -> Style {
        Style::new().fg(self.color(Role::Text)).remove_modifier(Modifier::DIM)
    }

    /// Returns the style of a text that is selected where no row is, such as one in a frame.
    pub fn selected(self) -> Style {
        match self.color(Role::Selection) {
            Color::Reset => Style::new().add_modifier(Modifier::REVERSED),
            behind => Style::new().fg(self.color(Role::SelectionText)).bg(behind),
        }
    }

    /// Gives a row the look of the selected one, the same on every screen. Text and signs lose their
    /// colors; a bar keeps its color, and what is filled stays filled.
    pub fn select(self, row: Rect, buffer: &mut Buffer) {
        let (text, behind) = (self.color(Role::SelectionText), self.color(Role::Selection));
        for position in row.intersection(buffer.area).positions() {
            let Some(cell) = buffer.cell_mut(position) else { continue };
            let is_bar = cell.symbol().chars().all(|c| ('\u{2580}'..='\u{259f}').contains(&c));
            cell.modifier.remove(Modifier::DIM);
            if behind == Color::Reset {
                // Reversed, the background of a cell is the color of what is drawn in it.
                let drawn_in = if is_bar { cell.fg } else { Color::Reset };
                cell.set_fg(Color::Reset).set_bg(drawn_in);
                cell.modifier.insert(Modifier::REVERSED);
            } else {
                let drawn_in = if is_bar && cell.fg != Color::Reset { cell.fg } else { text };
                cell.set_fg(drawn_in).set_bg(behind);
            }
        }
    }

    /// Returns the style of what is chosen or focused.
    pub fn accent(self) -> Style {
        self.style(Role::Accent)
    }

    /// Returns the style of what is done or well.
    pub fn good(self) -> Style {
        self.style(Role::Good)
    }

    /// Returns the style of what needs attention.
    pub fn warning(self) -> Style {
        self.style(Role::Warning)
    }

    /// Returns the style of what failed or was refused.
    pub fn bad(self) -> Style {
        self.style(Role::Bad).add_modifier(Modifier::BOLD)
    }

    /// Returns the style of what changed.
    pub fn changed(self) -> Style {
        self.style(Role::Changed).add_modifier(Modifier::BOLD)
    }

    /// Returns the style of letters that a filter matches.
    pub fn matched(self) -> Style {
        self.style(Role::Matched).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// By how much is at risk; the number always stands beside it.
    pub fn risk(self, risk: f64) -> Style {
        self.style(match RiskBand::of(risk) {
            RiskBand::High => Role::RiskHigh,
            RiskBand::Medium => Role::RiskMedium,
            RiskBand::Low => Role::RiskLow,
        })
    }

    /// Returns the style of a status.
    pub fn status(self, status: Status) -> Style {
        match status {
            Status::Pending | Status::Uncovered => self.warning(),
            Status::Held | Status::Stale | Status::Expired => self.changed(),
            Status::Approved | Status::Overridden | Status::Done => self.good(),
            Status::Rejected => self.bad(),
            Status::Running => self.accent(),
            Status::Automatic | Status::Deferred | Status::HeldOut | Status::None => self.quiet(),
        }
    }
}

/// The sign of a row that needs a decision which the reviewer may not make.
pub const NOT_MINE: &str = "⊘";

/// The sign of a row whose customer is in an experiment.
pub const IN_EXPERIMENT: &str = "◇";

/// The sign of a status, beside its word where there is room for it.
pub fn sign(status: Status) -> &'static str {
    match status {
        Status::None => "·",
        Status::Uncovered => "∅",
        Status::HeldOut => "○",
        Status::Automatic => "→",
        Status::Held => "!",
        Status::Pending => "?",
        Status::Approved => "✓",
        Status::Rejected => "✗",
        Status::Deferred => "»",
        Status::Overridden => "⇄",
        Status::Stale => "~",
        Status::Expired => "◷",
        Status::Running => "▶",
        Status::Done => "■",
    }
}
