//! What the screen is drawn on: its cells and, for the mouse, what there is to hit in them. A part
//! says so where it is drawn, so that what is seen and what is hit never disagree.

use std::ops::{Deref, DerefMut, Range};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

use crate::tui::decide::form::FormField;
use crate::tui::keys::action::Action;
use crate::tui::state::Pane;

/// Something to hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// What a key does too: a key of the footer, a tab, a button.
    Key(Action),
    /// A line of the list, by its place.
    Row(usize),
    /// The title of a column, by its place among those that the list can be sorted by.
    Title(usize),
    /// The heading of a section of the detail.
    Section(&'static str),
    /// A pane, where nothing else in it is hit.
    Pane(Pane),
    /// The edge between list and detail.
    Divider,
    /// A line of a menu, by its place.
    MenuLine(usize),
    /// A playbook in a dialog's list, by its place.
    Choice(usize),
    /// A reason in a dialog, by its place.
    Reason(usize),
    /// A field of a dialog.
    Field(FormField),
    /// A character of a text field, by its place. The field where it is one of a dialog.
    Text(Option<FormField>, usize),
    /// What lies over the screen, where nothing else in it is hit.
    Inside,
    /// What is behind something that lies over the screen.
    Outside,
}

/// A part of a text that can be hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSpot {
    /// The line of the text, counted from 0.
    pub line: usize,
    /// Its columns in that line.
    pub columns: Range<usize>,
    /// What is hit there.
    pub spot: Spot,
}

/// The cells of the screen, to draw on.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    /// `None` where only the cells are wanted.
    spots: Option<Vec<(Rect, Spot)>>,
}

impl Deref for Canvas<'_> {
    type Target = Buffer;

    fn deref(&self) -> &Buffer {
        self.buffer
    }
}

impl DerefMut for Canvas<'_> {
    fn deref_mut(&mut self) -> &mut Buffer {
        self.buffer
    }
}

impl<'a> Canvas<'a> {
    /// Returns a canvas that keeps no spots.
    pub fn new(buffer: &'a mut Buffer) -> Self {
        Self { buffer, spots: None }
    }

    /// Returns a canvas that keeps the spots.
    pub fn recording(buffer: &'a mut Buffer) -> Self {
        Self { buffer, spots: Some(Vec::new()) }
    }

    /// True where spots are kept.
    pub fn records(&self) -> bool {
        self.spots.is_some()
    }

    /// Returns the spots in the order of drawing: the later ones lie over the earlier ones.
    pub fn into_spots(self) -> Vec<(Rect, Spot)> {
        self.spots.unwrap_or_default()
    }

    /// Says what is hit in an area.
    pub fn mark(&mut self, area: Rect, spot: Spot) {
        let area = area.intersection(self.buffer.area);
        if let Some(spots) = self.spots.as_mut().filter(|_| !area.is_empty()) {
            spots.push((area, spot));
        }
    }

    /// Says what is hit in some columns of a line, counted from the beginning of its area.
    pub fn mark_columns(&mut self, line: Rect, columns: Range<usize>, spot: Spot) {
        let at = |column: usize| {
            line.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(line.right())
        };
        let (begin, end) = (at(columns.start), at(columns.end));
        self.mark(Rect { x: begin, width: end.saturating_sub(begin), ..line }, spot);
    }

    /// Says what is hit in the lines of a text that is drawn into an area from `scroll` on.
    pub fn mark_lines(&mut self, spots: &[LineSpot], scroll: usize, area: Rect) {
        for LineSpot { line, columns, spot } in spots {
            let row = line.checked_sub(scroll).and_then(|row| u16::try_from(row).ok());
            if let Some(row) = row.filter(|row| *row < area.height) {
                let line = Rect { y: area.y + row, height: 1, ..area };
                self.mark_columns(line, columns.clone(), *spot);
            }
        }
    }

    /// Draws texts after each other into the first line of an area, and says what is hit in them.
    pub fn texts<'t>(
        &mut self,
        area: Rect,
        texts: impl IntoIterator<Item = (Span<'t>, Option<Spot>)>,
    ) {
        let mut x = area.x;
        for (span, spot) in texts {
            let room = area.right().saturating_sub(x);
            let (end, _) = self.buffer.set_span(x, area.y, &span, room);
            if let Some(spot) = spot {
                self.mark(Rect { x, y: area.y, width: end.saturating_sub(x), height: 1 }, spot);
            }
            x = end;
        }
    }
}

/// Returns what is hit at a place, the topmost first.
pub fn at(spots: &[(Rect, Spot)], column: u16, row: u16) -> impl Iterator<Item = Spot> {
    let position = Position::new(column, row);
    let hit = move |(area, _): &&(Rect, Spot)| area.contains(position);
    spots.iter().rev().filter(hit).map(|(_, spot)| *spot)
}
