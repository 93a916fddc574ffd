//! A screen of lines: the registry, the portfolio, what-if. Only the lines that are seen are drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::content;
use crate::tui::state::{Pane, State};
use crate::tui::widget::pane::pane;
use crate::tui::widget::theme::Theme;

pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let sheet = content::sheet(state, area.width.saturating_sub(4), theme);
    let block = pane(sheet.title, state.is_focused(Pane::List), theme);
    let inner = block.inner(area);
    block.render(area, buffer);
    let mut top = inner.top();
    if let Some(titles) = &sheet.titles {
        buffer.set_line(inner.x, top, titles, inner.width);
        top += 1;
    }
    let board = state.boards.of(state.screen);
    let shown = sheet.rows.iter().enumerate().skip(board.top);
    for ((place, line), y) in shown.zip(top..inner.bottom()) {
        let selected = place == board.cursor;
        let sign = if selected { "▸" } else { " " };
        buffer.set_string(inner.x, y, sign, ratatui::style::Style::new());
        buffer.set_line(inner.x + 2, y, line, inner.width.saturating_sub(2));
        if selected {
            let row = Rect { y, height: 1, ..inner };
            buffer.set_style(row, theme.selected());
        }
    }
}
