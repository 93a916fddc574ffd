//! Framed panes, and lines drawn into them.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::canvas::{Canvas, Spot};
use super::theme::Theme;
use crate::domain::width::Width;

/// The lines of a board.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The title of the pane.
    pub title: Line<'static>,
    /// What stands over the lines and stays there.
    pub titles: Option<Line<'static>>,
    /// Without the column of the selection's sign.
    pub rows: Vec<Line<'static>>,
    /// The titles of columns that the lines can be sorted by.
    pub sorts: Vec<SortTitle>,
}

/// The title of a column.
#[derive(Debug, Clone)]
pub struct SortTitle {
    /// The line among the rows that it stands in; `None` where it stands over them.
    pub row: Option<usize>,
    /// The columns of that line that it takes.
    pub columns: Range<usize>,
    /// The place of its column among those that the list can be sorted by.
    pub sort: usize,
}

impl Sheet {
    /// One line of text instead of a board.
    pub fn empty(title: &str, text: &str, theme: Theme) -> Self {
        Self {
            title: Line::from(Span::styled(format!(" {title} "), theme.strong())),
            titles: None,
            rows: vec![Line::from(Span::styled(text.to_owned(), theme.quiet()))],
            sorts: Vec::new(),
        }
    }
}

/// A framed pane; the one that the keys move in has a thicker frame.
pub fn pane<'a>(title: impl Into<Line<'a>>, focused: bool, theme: Theme) -> Block<'a> {
    let frame = if focused { theme.accent() } else { theme.border() };
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(frame);
    block.title(title).title_style(theme.text())
}

/// Clears a place and frames it, for something that lies over the screen. Nothing behind it is hit
/// any more.
pub fn over(area: Rect, title: &str, theme: Theme, canvas: &mut Canvas<'_>) -> Rect {
    canvas.mark(canvas.area, Spot::Outside);
    canvas.mark(area, Spot::Inside);
    // A wide character that would reach into it is taken away whole.
    if let Some(x) = area.x.checked_sub(1) {
        for y in area.top()..area.bottom() {
            let cell = canvas.cell_mut((x, y)).filter(|cell| cell.symbol().width() > 1);
            cell.map(|cell| cell.set_symbol(" "));
        }
    }
    Clear.render(area, canvas);
    let block = Block::bordered()
        .border_type(BorderType::Double)
        .border_style(theme.accent())
        .title_style(theme.text())
        .title(Span::styled(format!(" {title} "), theme.strong()));
    let inner = block.inner(area);
    block.render(area, canvas);
    inner
}

/// Draws lines from `scroll` on, as many as fit.
pub fn draw_lines(lines: &[Line<'_>], scroll: usize, area: Rect, buffer: &mut Buffer) {
    for (line, y) in lines.iter().skip(scroll).zip(area.top()..area.bottom()) {
        buffer.set_line(area.x, y, line, area.width);
    }
}
