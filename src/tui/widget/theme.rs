//! Colors and emphasis. Only the terminal's own 16 colors are used, so that a light, a dark and a
//! 16-color terminal each show what their owner likes to read. Nothing is shown by color alone:
//! every state has a sign and a word as well.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::domain::Status;
use crate::insight::RiskBand;

/// How things look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colors: bool,
}

impl Theme {
    /// Returns the theme without colors, for `NO_COLOR`.
    pub const fn plain() -> Self {
        Self { colors: false }
    }

    /// Returns the theme of the terminal's own 16 colors.
    pub const fn terminal() -> Self {
        Self { colors: true }
    }

    fn color(self, color: Color) -> Style {
        if self.colors { Style::new().fg(color) } else { Style::new() }
    }

    /// Returns the style of headings and ids.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What need not be read first.
    pub fn quiet(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// Returns the style of a text that is selected where no row is, such as one in a frame.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Gives a row the look of the selected one: reversed, the same on every screen. Text and signs
    /// lose their colors, which would become patches of background; a bar keeps its color, and what
    /// is filled stays filled.
    pub fn select(self, row: Rect, buffer: &mut Buffer) {
        for position in row.intersection(buffer.area).positions() {
            let Some(cell) = buffer.cell_mut(position) else { continue };
            let is_bar = cell.symbol().chars().all(|c| ('\u{2580}'..='\u{259f}').contains(&c));
            // Reversed, the background of a cell is the color of what is drawn in it.
            let drawn_in = if is_bar { cell.fg } else { Color::Reset };
            cell.set_fg(Color::Reset).set_bg(drawn_in);
            cell.modifier.remove(Modifier::DIM);
            cell.modifier.insert(Modifier::REVERSED);
        }
    }

    /// Returns the style of what is chosen or focused.
    pub fn accent(self) -> Style {
        self.color(Color::Cyan)
    }

    /// Returns the style of what is done or well.
    pub fn good(self) -> Style {
        self.color(Color::Green)
    }

    /// Returns the style of what needs attention.
    pub fn warning(self) -> Style {
        self.color(Color::Yellow)
    }

    /// Returns the style of what failed or was refused.
    pub fn bad(self) -> Style {
        self.color(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// Returns the style of what changed.
    pub fn changed(self) -> Style {
        self.color(Color::Magenta).add_modifier(Modifier::BOLD)
    }

    /// Returns the style of letters that a filter matches.
    pub fn matched(self) -> Style {
        self.color(Color::Cyan).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// By how much is at risk; the number always stands beside it.
    pub fn risk(self, risk: f64) -> Style {
        match RiskBand::of(risk) {
            RiskBand::High => self.color(Color::Red),
            RiskBand::Medium => self.color(Color::Yellow),
            RiskBand::Low => self.color(Color::Green),
        }
    }

    /// Returns the style of a status.
    pub fn status(self, status: Status) -> Style {
        match status {
            Status::Pending | Status::Uncovered => self.warning(),
            Status::Held | Status::Stale | Status::Expired => self.changed(),
            Status::Approved | Status::Overridden | Status::Done => self.good(),
            Status::Rejected => self.bad(),
            Status::Automatic | Status::Running => self.accent(),
            Status::Deferred | Status::None => self.quiet(),
        }
    }
}

/// The sign of a row that needs a decision which the reviewer may not make.
pub const NOT_MINE: &str = "⊘";

/// The sign of a status, beside its word where there is room for it.
pub fn sign(status: Status) -> &'static str {
    match status {
        Status::None => "·",
        Status::Uncovered => "∅",
        Status::Automatic => "→",
        Status::Held => "!",
        Status::Pending => "?",
        Status::Approved => "✓",
        Status::Rejected => "✗",
        Status::Deferred => "…",
        Status::Overridden => "⇄",
        Status::Stale => "~",
        Status::Expired => "◷",
        Status::Running => "▶",
        Status::Done => "■",
    }
}
