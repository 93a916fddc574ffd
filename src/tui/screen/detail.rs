//! The pane beside the list, as far as it is scrolled.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::tui::state::{Pane, State};
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::detail_text::{Heading, is_in_sight};
use crate::tui::widget::pane::{draw_lines, pane};
use crate::tui::widget::theme::Theme;

/// Draws the detail of the selected line.
pub fn render(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    let detail = &state.screen.row().detail;
    let text = (detail.text)(state, area.width.saturating_sub(2), theme);
    let lines = &text.lines;
    let rows = usize::from(area.height.saturating_sub(2));
    let scroll = state.detail_scroll.min(text.overflow(rows));
    let focused = state.is_focused(Pane::Detail);
    let mut block = pane((detail.title)(state, theme), focused, theme);
    if lines.len() > rows {
        let last = (scroll + rows).min(lines.len());
        let place = format!(" {}–{last} of {} ", scroll + 1, lines.len());
        block = block.title_bottom(Line::from(Span::styled(place, theme.quiet())).right_aligned());
    }
    let current = text.current(state.detail_section, scroll, rows).filter(|_| focused);
    let current = current.and_then(|place| text.headings.get(place));
    // What the keys act on is to be seen, also where its heading is not.
    if let Some(heading) = current.filter(|heading| !is_in_sight(heading, scroll, rows)) {
        let section = format!(" ▾ {} ", heading.title);
        block = block.title_bottom(Line::from(Span::styled(section, theme.selected())));
    }
    let inner = block.inner(area);
    block.render(area, canvas);
    draw_lines(lines, scroll, inner, canvas);
    for heading in text.headings.iter().filter(|heading| is_in_sight(heading, scroll, rows)) {
        canvas.mark(place_of(heading, scroll, inner), Spot::Section(heading.section));
    }
    if let Some(heading) = current.filter(|heading| is_in_sight(heading, scroll, rows)) {
        theme.select(place_of(heading, scroll, inner), canvas);
    }
}

/// Where a heading is on the screen.
fn place_of(heading: &Heading, scroll: usize, inner: Rect) -> Rect {
    let (column, wide) = heading.columns;
    let down = u16::try_from(heading.line.saturating_sub(scroll)).unwrap_or(u16::MAX);
    let right = u16::try_from(column).unwrap_or(u16::MAX);
    let wide = u16::try_from(wide).unwrap_or(u16::MAX);
    Rect::new(inner.x.saturating_add(right), inner.y.saturating_add(down), wide, 1)
        .intersection(inner)
}
