//! A list of lines of which one is selected: where the selection is, and how the list is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::pane::{Sheet, pane};
use super::theme::Theme;

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
}

/// Draws the lines of a sheet that are in the window, framed.
pub fn render(
    sheet: &Sheet,
    position: Position,
    focused: bool,
    theme: Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let block = pane(sheet.title.clone(), focused, theme);
    let inner = block.inner(area);
    block.render(area, buffer);
    let mut top = inner.top();
    if let Some(titles) = &sheet.titles {
        buffer.set_line(inner.x, top, titles, inner.width);
        top += 1;
    }
    let shown = sheet.rows.iter().enumerate().skip(position.top);
    for ((line, text), y) in shown.zip(top..inner.bottom()) {
        let selected = line == position.cursor;
        let sign = if selected { "▸" } else { " " };
        buffer.set_string(inner.x, y, sign, Style::new());
        buffer.set_line(inner.x + 2, y, text, inner.width.saturating_sub(2));
        if selected {
            let row = Rect { y, height: 1, ..inner };
            theme.select(row, buffer);
        }
    }
}

/// Columns of an area that are left to the lines.
pub fn line_width(area: Rect) -> u16 {
    area.width.saturating_sub(4)
}
