//! What keys do to a list of customers.

use super::columns::ColumnId;
use super::list::Sort;
use crate::filter::{Filter, FilterProblem};
use crate::tui::state::State;
use crate::tui::widget::list_order::{ListOrder, SortColumn};

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

/// The columns that a list of customers can be sorted by.
pub(crate) fn sort_columns() -> Vec<SortColumn> {
    let columns = ColumnId::sortable().map(ColumnId::column);
    let column =
        |it: &super::columns::Column| SortColumn { name: it.name, largest_first: it.largest_first };
    columns.map(column).collect()
}

/// The order that is wanted.
pub(crate) fn order(state: &State) -> ListOrder {
    let sort = state.list().sort;
    let column = ColumnId::sortable().position(|key| key == sort.key).unwrap_or_default();
    ListOrder { column, descending: sort.descending }
}

/// Sets another order.
pub(crate) fn set_order(state: &mut State, order: ListOrder) {
    if let Some(key) = ColumnId::sortable().nth(order.column) {
        state.list_mut().sort = Sort { key, descending: order.descending };
    }
}
