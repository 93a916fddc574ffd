//! The menu of columns: which are shown, and in which order.

use ratatui::buffer::Buffer;

use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::menu;
use crate::tui::widget::theme::Theme;

/// Draws the menu of columns over the list.
pub fn render(state: &State, theme: Theme, cursor: usize, buffer: &mut Buffer) {
    let columns = state.list().columns.all();
    let line = |(id, on): (super::columns::ColumnId, bool)| {
        format!("{} {:<25}", if on { "✓" } else { " " }, id.column().name)
    };
    let lines: Vec<String> = columns.map(line).collect();
    let title = format!("Columns of {}", state.screen.row().title);
    menu::render(&title, &lines, cursor, theme, layout::body(state), buffer);
}
