//! The menu of sort columns.

use ratatui::buffer::Buffer;

use super::columns::ColumnId;
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::menu;
use crate::tui::widget::theme::Theme;

/// Draws the menu of sort columns over the list.
pub fn render(state: &State, theme: Theme, cursor: usize, buffer: &mut Buffer) {
    let sort = state.list().sort;
    let line = |key: ColumnId| {
        let arrow = match (key == sort.key, sort.descending) {
            (true, true) => "↓",
            (true, false) => "↑",
            (false, _) => " ",
        };
        format!("{:<25}{arrow} ", key.column().name)
    };
    let lines: Vec<String> = ColumnId::sortable().map(line).collect();
    menu::render("Sort by", &lines, cursor, theme, layout::body(state), buffer);
}
