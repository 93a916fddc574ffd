//! A menu over the screen: lines of which one is highlighted.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::{Canvas, Spot};
use super::pane::over;
use super::theme::Theme;
use crate::domain::width::Width;

/// Draws a menu in the middle of an area, as large as its lines need where there is room for that;
/// else scrolled so that the highlighted line is seen.
pub fn render(
    title: &str,
    lines: &[String],
    cursor: usize,
    theme: Theme,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let widest = lines.iter().map(|line| line.width() + 2).max().unwrap_or_default();
    let width = (widest.max(title.width() + 2) + 2).min(usize::from(area.width)) as u16;
    let height = (lines.len() + 2).min(usize::from(area.height)) as u16;
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let inner = over(place, title, theme, canvas);
    let rows = usize::from(inner.height);
    let top = (cursor + 1).saturating_sub(rows);
    let shown = lines.iter().enumerate().skip(top);
    for ((place, line), y) in shown.zip(inner.top()..inner.bottom()) {
        let mark = if place == cursor { "▸" } else { " " };
        let text = format!("{mark} {line}");
        canvas.set_stringn(inner.x, y, text, usize::from(inner.width), Style::new());
        let row = Rect { y, height: 1, ..inner };
        canvas.mark(row, Spot::MenuLine(place));
        if place == cursor {
            theme.select(row, canvas);
        }
    }
}
