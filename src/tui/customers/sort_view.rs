//! The choice of the sort column.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::SortKey;
use crate::tui::state::State;
use crate::tui::widget::pane::over;
use crate::tui::widget::theme::Theme;

pub fn render(state: &State, theme: Theme, cursor: usize, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let wanted = (26, SortKey::ALL.len() as u16 + 2);
    let area = Rect::new(
        width.saturating_sub(wanted.0) / 2,
        height.saturating_sub(wanted.1) / 2,
        wanted.0,
        wanted.1,
    );
    let inner = over(area, "Sort by", theme, buffer);
    let sort = state.list().sort;
    for ((number, key), y) in SortKey::ALL.iter().enumerate().zip(inner.top()..inner.bottom()) {
        let arrow = match (*key == sort.key, sort.descending) {
            (true, true) => "↓",
            (true, false) => "↑",
            (false, _) => " ",
        };
        let mark = if number == cursor { "▸" } else { " " };
        let text = format!(" {mark} {:<18}{arrow} ", key.title());
        let style = if number == cursor { theme.selected() } else { ratatui::style::Style::new() };
        buffer.set_stringn(inner.x, y, text, usize::from(inner.width), style);
    }
}
