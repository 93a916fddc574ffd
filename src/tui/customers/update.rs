//! What keys do to a list of customers.

use crate::filter::{Filter, FilterProblem};
use crate::tui::state::State;

/// Selects a row.
pub(crate) fn select(state: &mut State, row: usize) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    state.list_mut().select(row, &snapshot);
    state.detail_scroll = 0;
}

/// Returns what of a filter is not understood, in one line.
pub(crate) fn filter_problem(state: &State, typed: &str) -> Option<String> {
    Filter::parse(typed, &state.by).problem().map(FilterProblem::message)
}
