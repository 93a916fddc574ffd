//! The texts of the screen, line by line, before anybody knows how many of them fit: layout counts
//! them, view draws them.

pub mod activity;
pub mod banner;
pub mod basis;
pub mod detail;
pub mod findings;
pub mod help;
pub mod outcome;

use ratatui::text::Line;

use super::list::Screen;
use super::state::State;
use super::theme::Theme;

/// The lines of the detail's pane, each at most `width` columns wide.
pub fn detail_lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    match state.screen {
        Screen::Activity => activity::lines(state, width, theme),
        _ => detail::lines(state, width, theme),
    }
}
