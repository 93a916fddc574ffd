//! A list of lines of which one is selected: where the selection is, and how the list is drawn.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::canvas::{Canvas, LineSpot, Spot};
use super::pane::{Sheet, SortTitle, pane};
use super::theme::Theme;

/// Columns of the selection's sign.
const SIGN: u16 = 2;

/// The selected line, and the first line on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// The selected line, counted from 0.
    pub cursor: usize,
    /// The first line on the screen, counted from 0.
    pub top: usize,
}

impl Position {
    /// Selects a line of `len`, or the last one. Returns true where that is another line.
    pub fn select(&mut self, line: usize, len: usize) -> bool {
        let line = line.min(len.saturating_sub(1));
        std::mem::replace(&mut self.cursor, line) != line
    }

    /// Moves the window of `height` lines so that the selection is in it.
    pub fn scroll(&mut self, height: usize, len: usize) {
        let height = height.max(1);
        self.cursor = self.cursor.min(len.saturating_sub(1));
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        self.top = self.top.min(len.saturating_sub(height));
    }

    /// Moves the window of `height` lines by some lines. Returns the line to select where the selected
    /// one is no longer in it.
    pub fn wheel(&mut self, by: isize, height: usize, len: usize) -> Option<usize> {
        let height = height.max(1);
        self.top = self.top.saturating_add_signed(by).min(len.saturating_sub(height));
        let seen = self.cursor.clamp(self.top, self.top + height - 1);
        (seen != self.cursor).then_some(seen)
    }
}

/// Draws the lines of a sheet that are in the window, framed.
pub fn render(
    sheet: &Sheet,
    position: Position,
    focused: bool,
    theme: Theme,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let block = pane(sheet.title.clone(), focused, theme);
    let inner = block.inner(area);
    block.render(area, canvas);
    let mut top = inner.top();
    if let Some(titles) = &sheet.titles {
        canvas.set_line(inner.x, top, titles, inner.width);
        top += 1;
    }
    let lines = Rect { y: top, height: inner.bottom().saturating_sub(top), ..inner };
    let shown = sheet.rows.iter().enumerate().skip(position.top);
    for ((line, text), y) in shown.zip(top..inner.bottom()) {
        let selected = line == position.cursor;
        let sign = if selected { "▸" } else { " " };
        canvas.set_string(inner.x, y, sign, Style::new());
        canvas.set_line(inner.x + SIGN, y, text, inner.width.saturating_sub(SIGN));
        let row = Rect { y, height: 1, ..inner };
        canvas.mark(row, Spot::Row(line));
        if selected {
            theme.select(row, canvas);
        }
    }
    for SortTitle { row, columns, sort } in &sheet.sorts {
        let spot = Spot::Title(*sort);
        let Some(line) = *row else {
            canvas.mark_columns(Rect { height: 1, ..inner }, columns.clone(), spot);
            continue;
        };
        let texts = Rect { x: lines.x + SIGN, width: lines.width.saturating_sub(SIGN), ..lines };
        canvas.mark_lines(
            &[LineSpot { line, columns: columns.clone(), spot }],
            position.top,
            texts,
        );
    }
}

/// Columns of an area that are left to the lines.
pub fn line_width(area: Rect) -> u16 {
    area.width.saturating_sub(4)
}
