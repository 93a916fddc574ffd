//! A list of customers on a screen: which rows it shows, in which order, and which one is selected.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use super::columns::ColumnId;
use super::fitted::Chosen;
use super::selection::Selection;
use super::summary::Summary;
use crate::tui::screen::id::Screen;
use crate::tui::widget::line_list::Position;
use crate::workspace::{Scope, Snapshot};

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

    /// Returns the order that a screen's list has until someone chooses another.
    pub fn initial(screen: Screen, scope: Scope) -> Self {
        Self::by(match (screen, scope) {
            (_, Scope::Mine) => ColumnId::PerWeek,
            (Screen::Queue, _) => ColumnId::AtRisk,
            (
                Screen::Customers
                | Screen::Playbooks
                | Screen::Portfolio
                | Screen::WhatIf
                | Screen::Activity,
                _,
            ) => ColumnId::FileOrder,
        })
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
    /// Whose work it holds; `None` until the data says whether the reviewer owns accounts.
    pub scope: Option<Scope>,
    /// What was typed into the filter.
    pub filter: String,
    /// The order of the rows.
    pub sort: Sort,
    /// The reviewer, for the scope and for `owner:me`.
    pub me: CompactString,
}

impl RowsRequest {
    /// Returns what a screen shows first.
    pub fn initial(screen: Screen, me: CompactString) -> Self {
        let sort = Sort::initial(screen, Scope::All);
        Self { screen, scope: None, filter: String::new(), sort, me }
    }

    /// Decides on a scope where there is none: one that a reviewer who owns accounts starts with.
    pub fn with_scope(mut self, owns: impl FnOnce() -> bool) -> Self {
        if self.scope.is_none() {
            let scope = if owns() { Scope::Mine } else { Scope::All };
            self.change_scope(scope);
        }
        self
    }

    /// Takes another scope, with its own order where no one chose another.
    fn change_scope(&mut self, scope: Scope) {
        let before = self.scope.unwrap_or_default();
        if self.sort == Sort::initial(self.screen, before) {
            self.sort = Sort::initial(self.screen, scope);
        }
        self.scope = Some(scope);
    }
}

/// The rows of a list, made elsewhere. Numbers of customers mean something in one view only.
#[derive(Debug, Clone)]
pub struct Rows {
    /// What was requested.
    pub request: RowsRequest,
    /// Of the view that the rows belong to.
    pub generation: u64,
    /// Numbers of the customers shown, in order: first those in which a word begins with what is
    /// typed; customers without an eligible playbook in the end.
    pub rows: Arc<[u32]>,
    /// The same by `request.sort` alone.
    pub sorted: Arc<[u32]>,
    /// How many rows in the end stand under the heading of customers without an eligible playbook.
    pub uncovered: usize,
    /// How many there would be without the filter.
    pub unfiltered: usize,
    /// What a short queue adds up to.
    pub summary: Option<Arc<Summary>>,
}

impl Rows {
    /// Returns no rows for a request.
    pub fn none(request: RowsRequest, generation: u64) -> Self {
        Self {
            request,
            generation,
            rows: Arc::default(),
            sorted: Arc::default(),
            uncovered: 0,
            unfiltered: 0,
            summary: None,
        }
    }
}

/// Where someone was in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Id of the selected customer.
    pub selected: Option<CompactString>,
    /// Its place: where it is gone, the customer that stands there now is the nearest.
    pub cursor: usize,
    /// The first line on the screen.
    pub top: usize,
}

/// One screen's list.
#[derive(Debug, Clone)]
pub struct List {
    /// The screen of the list.
    pub screen: Screen,
    /// Numbers of the customers shown, in order.
    pub rows: Arc<[u32]>,
    /// The rows as they were made: for a moment not yet those that are requested.
    pub built: Rows,
    /// What was last requested for.
    pub requested: RowsRequest,
    /// Since when the rows are other ones than request.
    pub waits_since: Option<Timestamp>,
    /// Id of the selected customer: the selection stays on it across reloads.
    pub selected: Option<CompactString>,
    /// Its place in `rows`.
    pub cursor: usize,
    /// The first line on the screen: a row, or the heading.
    pub top: usize,
    /// Where to be once the rows are those that are requested.
    pub returning: Option<Place>,
    /// The columns that are chosen.
    pub columns: Chosen,
    /// How far the columns are scrolled.
    pub scrolled: usize,
    /// Whose work is requested; `None` until the data says whether the reviewer owns accounts.
    pub scope: Option<Scope>,
    /// The order that is requested.
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
            built: Rows::none(request.clone(), 0),
            waits_since: None,
            selected: None,
            cursor: 0,
            top: 0,
            returning: None,
            columns: Chosen::initial(screen),
            scrolled: 0,
            scope: None,
            sort: request.sort,
            filter: String::new(),
            selection: Selection::default(),
            requested: request,
        }
    }

    /// What the list shall show.
    pub fn request(&self) -> RowsRequest {
        RowsRequest {
            screen: self.screen,
            scope: self.scope,
            filter: self.filter.clone(),
            sort: self.sort,
            me: self.built.request.me.clone(),
        }
    }

    /// The order that the list has in its scope until someone chooses another.
    pub fn usual_sort(&self) -> Sort {
        Sort::initial(self.screen, self.scope.unwrap_or_default())
    }

    /// Shows another scope, in its own order where no one chose another.
    pub fn set_scope(&mut self, scope: Scope) {
        let mut request = self.request();
        request.change_scope(scope);
        self.scope = request.scope;
        self.sort = request.sort;
    }

    /// The row that the heading of customers without an eligible playbook stands before.
    pub fn heading(&self) -> Option<usize> {
        let uncovered = self.built.uncovered;
        (uncovered > 0).then(|| self.rows.len().saturating_sub(uncovered))
    }

    /// How many lines the rows and the heading take.
    pub fn lines(&self) -> usize {
        self.rows.len() + usize::from(self.heading().is_some())
    }

    /// The line of a row.
    pub fn line_of(&self, row: usize) -> usize {
        row + usize::from(self.heading().is_some_and(|heading| row >= heading))
    }

    /// The row at a line; of the heading, the first one under it.
    pub fn row_at(&self, line: usize) -> usize {
        line - usize::from(self.heading().is_some_and(|heading| line > heading))
    }

    /// True where the rows are not yet those that the filter leaves.
    pub fn is_filtering(&self) -> bool {
        self.built.request.filter != self.filter || self.built.request.scope != self.scope
    }

    /// Returns when the list starts to say that its rows are still being built.
    pub fn slow_at(&self) -> Option<Timestamp> {
        self.waits_since.map(|since| since + SLOW_AFTER)
    }

    /// Takes rows that belong to the view. The selection stays on its customer; if that one is gone
    /// from the list, it goes to the one that now stands in its place.
    pub fn take(&mut self, built: Rows, snapshot: &Snapshot) {
        if self.scope.is_none() {
            self.scope = built.request.scope;
            self.sort = built.request.sort;
        }
        self.rows = Arc::clone(&built.rows);
        self.built = built;
        if self.is_as_requested()
            && let Some(place) = self.returning.clone()
        {
            (self.selected, self.cursor, self.top) = (place.selected, place.cursor, place.top);
            // What is not loaded yet may be the row to return to.
            self.returning.take_if(|_| !snapshot.partial);
        }
        self.select_again(snapshot);
    }

    /// True where the rows are those that are requested.
    fn is_as_requested(&self) -> bool {
        self.built.request == self.request()
    }

    /// Where the selection and the window are now, or will be once the rows have come.
    pub fn row_place(&self) -> Place {
        let here = || Place { selected: self.selected.clone(), cursor: self.cursor, top: self.top };
        self.returning.clone().unwrap_or_else(here)
    }

    /// Goes to a place, now or once the rows that are requested have come.
    pub fn return_to(&mut self, place: Place, snapshot: Option<&Snapshot>) {
        match snapshot.filter(|_| self.is_as_requested()) {
            Some(snapshot) => {
                (self.selected, self.cursor, self.top) = (place.selected, place.cursor, place.top);
                self.returning = None;
                self.select_again(snapshot);
            }
            None => self.returning = Some(place),
        }
    }

    /// Goes to a customer. Returns false where the rows do not have it: then it is gone to once rows
    /// come that do.
    pub fn go_to(&mut self, id: &str, snapshot: &Snapshot) -> bool {
        let number = snapshot.matching.dataset().customer_number(id);
        let row = number.and_then(|number| self.place(number)).filter(|_| self.is_as_requested());
        match row {
            Some(row) => self.select(row, snapshot),
            None => {
                self.returning = Some(Place { selected: Some(id.into()), ..self.row_place() });
            }
        }
        row.is_some()
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
        let last_top = self.lines().saturating_sub(height);
        let line = self.line_of(self.cursor);
        // The heading is seen with the first row under it.
        let first = if height > 1 && self.heading() == Some(self.cursor) { line - 1 } else { line };
        self.top = self.top.clamp((line + 1).saturating_sub(height), first);
        self.top = self.top.min(last_top);
    }

    /// Moves the window of `height` lines by some lines. Returns the row to select where the selected
    /// one is no longer in it.
    pub fn wheel(&mut self, by: isize, height: usize) -> Option<usize> {
        let lines = self.lines();
        let mut position = Position { cursor: self.line_of(self.cursor), top: self.top };
        let line = position.wheel(by, height, lines);
        self.top = position.top;
        // The heading at the lower end has its rows below the window.
        let above = |line: usize| self.heading() == Some(line) && by < 0 && line > 0 && height > 1;
        line.map(|line| self.row_at(if above(line) { line - 1 } else { line }))
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
    fn the_heading_takes_a_line_and_is_seen_with_the_first_row_under_it() {
        let with_heading = |cursor, top| {
            let mut list = list(20, cursor, top);
            list.built.uncovered = 5;
            list
        };
        let list = with_heading(0, 0);
        assert_eq!((list.heading(), list.lines()), (Some(15), 21));
        assert_eq!((list.line_of(14), list.line_of(15), list.line_of(19)), (14, 16, 20));
        for (cursor, top, want) in [(14, 0, 5), (15, 0, 7), (15, 20, 11), (15, 16, 11), (19, 0, 11)]
        {
            let mut list = with_heading(cursor, top);
            list.scroll(10);
            assert_eq!(list.top, want, "cursor {cursor}, top {top}");
        }
    }

    #[test]
    fn a_scope_has_an_order_of_its_own_until_someone_chooses_one() {
        let mut list = List::new(Screen::Queue, "dana".into());
        assert_eq!(list.sort, Sort::by(ColumnId::AtRisk));
        list.set_scope(Scope::Mine);
        assert_eq!(list.sort, Sort::by(ColumnId::PerWeek));
        list.set_scope(Scope::CanApprove);
        assert_eq!(list.sort, Sort::by(ColumnId::AtRisk));
        list.sort = Sort::by(ColumnId::Name);
        list.set_scope(Scope::Mine);
        assert_eq!(list.sort, Sort::by(ColumnId::Name));
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
