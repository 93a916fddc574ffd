//! A list of customers on a screen: which rows it shows, in which order, and which one is selected.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use super::columns::ColumnId;
use super::selection::Selection;
use crate::tui::screen::id::Screen;
use crate::workspace::Snapshot;

/// How long rows may take before the list says so: anything faster would only flicker.
const SLOW_AFTER: SignedDuration = SignedDuration::from_millis(150);

/// The order of a list. Rows that are equal stay in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column that rows are compared by.
    pub key: ColumnId,
    /// True where the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// Returns the order that a column starts with.
    pub fn by(key: ColumnId) -> Self {
        Self { key, descending: key.column().largest_first }
    }

    /// Returns the same order the other way round.
    pub fn reversed(self) -> Self {
        Self { descending: !self.descending, ..self }
    }
}

/// What a list shall show.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsRequest {
    /// The screen of the list.
    pub screen: Screen,
    /// What was typed into the filter.
    pub filter: String,
    /// The order of the rows.
    pub sort: Sort,
    /// The reviewer, for `owner:me`.
    pub me: CompactString,
}

impl RowsRequest {
    /// Returns what a screen shows first.
    pub fn initial(screen: Screen, me: CompactString) -> Self {
        let sort = match screen {
            Screen::Queue => Sort::by(ColumnId::AtRisk),
            Screen::Customers
            | Screen::Playbooks
            | Screen::Portfolio
            | Screen::WhatIf
            | Screen::Activity => Sort::by(ColumnId::FileOrder),
        };
        Self { screen, filter: String::new(), sort, me }
    }
}

/// The rows of a list, made elsewhere. Numbers of customers mean something in one view only.
#[derive(Debug, Clone)]
pub struct Rows {
    /// What was requested.
    pub request: RowsRequest,
    /// Of the view that the rows belong to.
    pub generation: u64,
    /// Numbers of the customers shown, in order.
    pub rows: Arc<[u32]>,
    /// How many there would be without the filter.
    pub unfiltered: usize,
}

/// One screen's list.
#[derive(Debug, Clone)]
pub struct List {
    /// The screen of the list.
    pub screen: Screen,
    /// Numbers of the customers shown, in order.
    pub rows: Arc<[u32]>,
    /// How many there would be without the filter.
    pub unfiltered: usize,
    /// The filter and the order of `rows`: for a moment not yet those that are request.
    pub shown: RowsRequest,
    /// What was last requested for.
    pub requested: RowsRequest,
    /// Since when the rows are other ones than request.
    pub waits_since: Option<Timestamp>,
    /// Id of the selected customer: the selection stays on it across reloads.
    pub selected: Option<CompactString>,
    /// Its place in `rows`.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
    /// The order that is request.
    pub sort: Sort,
    /// What was typed into the filter.
    pub filter: String,
    /// Those that a decision is about, instead of the selected one.
    pub selection: Selection,
}

impl List {
    /// Returns an empty list. `me` is the reviewer.
    pub fn new(screen: Screen, me: CompactString) -> Self {
        let request = RowsRequest::initial(screen, me);
        Self {
            screen,
            rows: Arc::default(),
            unfiltered: 0,
            waits_since: None,
            selected: None,
            cursor: 0,
            top: 0,
            sort: request.sort,
            filter: String::new(),
            selection: Selection::default(),
            shown: request.clone(),
            requested: request,
        }
    }

    /// What the list shall show.
    pub fn request(&self) -> RowsRequest {
        let RowsRequest { screen, me, .. } = self.shown.clone();
        RowsRequest { screen, filter: self.filter.clone(), sort: self.sort, me }
    }

    /// The rows as they were made.
    pub fn built(&self, generation: u64) -> Rows {
        let rows = Arc::clone(&self.rows);
        Rows { request: self.shown.clone(), generation, rows, unfiltered: self.unfiltered }
    }

    /// True where the rows are not yet those that the filter leaves.
    pub fn is_filtering(&self) -> bool {
        self.shown.filter != self.filter
    }

    /// Returns when the list starts to say that its rows are still being built.
    pub fn slow_at(&self) -> Option<Timestamp> {
        self.waits_since.map(|since| since + SLOW_AFTER)
    }

    /// Takes rows that belong to the view. The selection stays on its customer; if that one is gone
    /// from the list, it goes to the one that now stands in its place.
    pub fn take(&mut self, built: Rows, snapshot: &Snapshot) {
        self.rows = built.rows;
        self.unfiltered = built.unfiltered;
        self.shown = built.request;
        self.select_again(snapshot);
    }

    /// Looks for the place of the selected customer.
    pub fn select_again(&mut self, snapshot: &Snapshot) {
        let dataset = snapshot.matching.dataset();
        let number = self.selected.as_deref().and_then(|id| dataset.customer_number(id));
        let place = number.and_then(|number| self.place(number));
        self.select(place.unwrap_or(self.cursor), snapshot);
    }

    /// Where a customer stands.
    pub(crate) fn place(&self, number: usize) -> Option<usize> {
        let number = u32::try_from(number).ok()?;
        // A chunk is gone through without a branch for each row: that is as fast as memory.
        const CHUNK: usize = 256;
        let is_in = |rows: &[u32]| rows.iter().fold(false, |found, row| found | (*row == number));
        let chunk = self.rows.chunks(CHUNK).position(is_in)?;
        let start = chunk * CHUNK;
        let within = self.rows.iter().skip(start).position(|row| *row == number)?;
        Some(start + within)
    }

    /// Selects the row at a place, or the last one.
    pub fn select(&mut self, place: usize, snapshot: &Snapshot) {
        self.cursor = place.min(self.rows.len().saturating_sub(1));
        let number = self.rows.get(self.cursor).map(|row| *row as usize);
        let view = number.and_then(|number| snapshot.matching.customer(number));
        // An empty list keeps in mind who was selected: a filter that finds no one is a detour.
        if let Some(view) = view {
            self.selected = Some(CompactString::from(view.id()));
        }
    }

    /// Number of the selected customer.
    pub fn selected_number(&self) -> Option<usize> {
        self.rows.get(self.cursor).map(|row| *row as usize)
    }

    /// Moves the window so that the selection is in it.
    pub fn scroll(&mut self, height: usize) {
        let height = height.max(1);
        let last_top = self.rows.len().saturating_sub(height);
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        self.top = self.top.min(last_top);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: usize, cursor: usize, top: usize) -> List {
        let rows = (0..rows as u32).collect();
        List { rows, cursor, top, ..List::new(Screen::Queue, "dana".into()) }
    }

    #[test]
    fn a_customer_is_found_wherever_it_stands() {
        let list = list(1000, 0, 0);
        for number in [0, 1, 255, 256, 700, 999] {
            assert_eq!(list.place(number), Some(number));
        }
        assert_eq!(list.place(1000), None);
        assert_eq!(List::new(Screen::Queue, "dana".into()).place(0), None);
    }

    #[test]
    fn the_window_follows_the_selection_and_shows_no_void() {
        for (rows, cursor, top, height, want) in [
            (100, 0, 0, 10, 0),
            (100, 10, 0, 10, 1),
            (100, 3, 20, 10, 3),
            (100, 99, 0, 10, 90),
            (5, 4, 3, 10, 0),
            (0, 0, 0, 10, 0),
            (3, 2, 0, 0, 2),
        ] {
            let mut list = list(rows, cursor, top);
            list.scroll(height);
            assert_eq!(list.top, want, "{rows} rows, cursor {cursor}, top {top}, height {height}");
        }
    }
}
