//! What keys and views do to the Activity screen.

use std::sync::Arc;

use super::filter::ActivityFilter;
use super::journal::Journal;
use super::list::{Item, ORDERS};
use crate::filter::FilterProblem;
use crate::tui::event::{Garbage, News};
use crate::tui::jump::{Destination, jump};
use crate::tui::screen::id::Screen;
use crate::tui::state::State;
use crate::tui::subject::Subject;
use crate::tui::widget::line_list::Position;
use crate::tui::widget::list_order::SortColumn;
use crate::workspace::Snapshot;

/// Returns what of a filter is not understood, in one line.
pub(crate) fn filter_problem(me: &str, typed: &str) -> Option<String> {
    let problem = ActivityFilter::parse(typed, me).problem();
    problem.as_ref().map(FilterProblem::message)
}

/// Why it is not possible to go to the customer of the selected line.
pub(crate) fn cannot_go_to_customer(state: &State) -> Option<String> {
    let Some(item) = state.activity.selected() else {
        return Some("No line is selected".to_owned());
    };
    let Some(id) = item.customer_id() else {
        return Some("This line is not about one customer".to_owned());
    };
    let known = state
        .snapshot
        .as_ref()
        .is_some_and(|snapshot| snapshot.matching.dataset().customer_number(id).is_some());
    (!known).then(|| format!("{id} is not in the data"))
}

/// Shows the customer of the selected line on the Customers screen.
pub(crate) fn go_to_customer(state: &mut State) {
    let id = state.activity.selected().and_then(|item| item.customer_id().cloned());
    if let Some(id) = id {
        jump(state, Destination::Customer(id));
    }
}

/// The entry of the selected line, or the customer that it is about.
pub(crate) fn subject(state: &State) -> Option<Subject> {
    match state.activity.selected()? {
        Item::Entry(entry) => Some(Subject::Entry(entry.id.clone())),
        line => line.customer_id().cloned().map(Subject::Customer),
    }
}

/// Lists other kinds of lines.
pub(crate) fn next_kinds(state: &mut State) {
    state.activity.kinds = state.activity.kinds.next();
}

/// Takes what a view brings.
pub(crate) fn take(state: &mut State, journal: Arc<Journal>, news: &News, snapshot: &Snapshot) {
    let before = state.activity.take_journal(Arc::clone(&journal));
    let data = snapshot.matching.dataset();
    let name = |id: &str| data.customer(data.customer_number(id)?)?.name();
    state.activity.take_news(news, name, snapshot.now.at, &state.zone);
    if !Arc::ptr_eq(&before, &journal) {
        state.garbage.push(Garbage(before));
    }
    settle(state);
}

/// Moves the selection.
pub(crate) fn select(state: &mut State, place: usize) {
    if state.activity.select(place) {
        state.detail_scroll = 0;
    }
}

/// Has the rows that are wanted, where they are seen.
pub(crate) fn settle(state: &mut State) {
    if state.screen == Screen::Activity && state.activity.settle(&state.by) {
        state.detail_scroll = 0;
    }
}

/// Has the selection in the window.
pub(crate) fn scroll(state: &mut State, height: usize) {
    state.activity.scroll(height);
}

/// Moves the window by some lines.
pub(crate) fn wheel(state: &mut State, by: isize, height: usize) {
    let (len, activity) = (state.activity.len(), &mut state.activity);
    let mut position = Position { cursor: activity.cursor, top: activity.top };
    let line = position.wheel(by, height, len);
    activity.top = position.top;
    if let Some(line) = line {
        select(state, line);
    }
}

/// The columns that the list can be sorted by.
pub(crate) fn sort_columns() -> Vec<SortColumn> {
    ORDERS.iter().map(|(column, _)| *column).collect()
}
