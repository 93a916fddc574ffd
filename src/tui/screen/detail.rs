//! The detail's pane: the selected customer's builder, as far as it is scrolled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::content::{detail_lines, detail_title};
use crate::domain::money::dollars;
use crate::tui::state::{Pane, State};
use crate::tui::widget::pane::{draw_lines, pane};
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;

pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let lines = detail_lines(state, area.width.saturating_sub(2), theme);
    let rows = usize::from(area.height.saturating_sub(2));
    let scroll = state.detail_scroll.min(lines.len().saturating_sub(rows));
    let mut block = pane(title(state, theme), state.is_focused(Pane::Detail), theme);
    if lines.len() > rows {
        let last = (scroll + rows).min(lines.len());
        let place = format!(" {}–{last} of {} ", scroll + 1, lines.len());
        block = block.title_bottom(Line::from(Span::styled(place, theme.quiet())).right_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    draw_lines(&lines, scroll, inner, buffer);
}

fn title(state: &State, theme: Theme) -> Line<'static> {
    if let Some(title) = detail_title(state, theme) {
        return title;
    }
    let selected = state.selected().and_then(|(snapshot, number)| {
        Some((snapshot.matching.customer(number)?, snapshot.partial))
    });
    let Some((view, partial)) = selected else { return Line::from(" No customer ") };
    let no_stage = if partial { "…" } else { "no stage" };
    let text = |text: &str| fit(text, 30);
    Line::from(vec![
        Span::raw(" "),
        Span::styled(text(view.id()), theme.strong()),
        Span::raw(format!(
            "  {}  {}  {} ",
            text(view.segment()),
            text(view.stage().unwrap_or(no_stage)),
            dollars(view.account_value())
        )),
    ])
}
