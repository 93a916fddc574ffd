//! A page of text over the screen.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::layout;
use crate::tui::state::State;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::theme::Theme;

/// Draws a page with a title, from a line on, and returns where its text is.
pub fn render(
    state: &State,
    theme: Theme,
    title: &str,
    scroll: usize,
    lines: impl Fn(u16) -> Vec<Line<'static>>,
    canvas: &mut Canvas<'_>,
) -> Rect {
    let area = layout::page(state);
    let text = lines(area.width.saturating_sub(2));
    let rows = usize::from(area.height.saturating_sub(2));
    let title = if text.len() > rows {
        let last = (scroll + rows).min(text.len());
        format!("{title}: lines {}–{last} of {}", scroll + 1, text.len())
    } else {
        title.to_owned()
    };
    let inner = over(area, &title, theme, canvas);
    draw_lines(&text, scroll, inner, canvas);
    inner
}
