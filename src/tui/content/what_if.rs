//! To come.

use ratatui::text::Line;

use super::Sheet;
use crate::tui::state::State;
use crate::tui::theme::Theme;

pub fn len(_state: &State) -> usize {
    0
}

pub fn filter(_state: &State) -> Option<String> {
    None
}

pub fn sheet(_state: &State, _width: u16, theme: Theme) -> Sheet {
    Sheet::empty("", "…", theme)
}

pub fn title(_state: &State, _theme: Theme) -> Line<'static> {
    Line::default()
}

pub fn lines(_state: &State, _width: u16, _theme: Theme) -> Vec<Line<'static>> {
    Vec::new()
}
