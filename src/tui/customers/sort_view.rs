//! The choice of the sort column.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::columns::ColumnId;
use crate::tui::state::State;
use crate::tui::widget::pane::over;
use crate::tui::widget::theme::Theme;

/// Draws the choice of the sort column over the screen.
pub fn render(state: &State, theme: Theme, cursor: usize, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let (columns, rows) = (26, ColumnId::sortable().count() as u16 + 2);
    let area = Rect::new(
        width.saturating_sub(columns) / 2,
        height.saturating_sub(rows) / 2,
        columns,
        rows,
    );
    let inner = over(area, "Sort by", theme, buffer);
    let sort = state.list().sort;
    for ((number, key), y) in ColumnId::sortable().enumerate().zip(inner.top()..inner.bottom()) {
        let arrow = match (key == sort.key, sort.descending) {
            (true, true) => "↓",
            (true, false) => "↑",
            (false, _) => " ",
        };
        let mark = if number == cursor { "▸" } else { " " };
        let text = format!(" {mark} {:<18}{arrow} ", key.column().name);
        let style = if number == cursor { theme.selected() } else { ratatui::style::Style::new() };
        buffer.set_stringn(inner.x, y, text, usize::from(inner.width), style);
    }
}
