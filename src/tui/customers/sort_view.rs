//! The choice of the sort column.

use ratatui::buffer::Buffer;

use super::columns::ColumnId;
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::pane::over;
use crate::tui::widget::theme::Theme;

/// Draws the choice of the sort column over the screen.
pub fn render(state: &State, theme: Theme, cursor: usize, buffer: &mut Buffer) {
    let area = layout::over(state, 26, ColumnId::sortable().count() as u16 + 2);
    let inner = over(area, "Sort by", theme, buffer);
    let sort = state.list().sort;
    // The highlighted column stays in sight.
    let first = (cursor + 1).saturating_sub(usize::from(inner.height));
    for ((number, key), y) in
        ColumnId::sortable().enumerate().skip(first).zip(inner.top()..inner.bottom())
    {
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
