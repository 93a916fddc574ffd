//! The pane beside the list, as far as it is scrolled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::tui::state::{Pane, State};
use crate::tui::widget::pane::{draw_lines, pane};
use crate::tui::widget::theme::Theme;

/// Draws the detail of the selected line.
pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let detail = &state.screen.row().detail;
    let lines = (detail.lines)(state, area.width.saturating_sub(2), theme);
    let rows = usize::from(area.height.saturating_sub(2));
    let scroll = state.detail_scroll.min(lines.len().saturating_sub(rows));
    let mut block = pane((detail.title)(state, theme), state.is_focused(Pane::Detail), theme);
    if lines.len() > rows {
        let last = (scroll + rows).min(lines.len());
        let place = format!(" {}–{last} of {} ", scroll + 1, lines.len());
        block = block.title_bottom(Line::from(Span::styled(place, theme.quiet())).right_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    draw_lines(&lines, scroll, inner, buffer);
}
