//! What keys do to a list of customers.

use std::collections::BTreeMap;

use super::columns::ColumnId;
use super::configured::usual;
use super::fitted::Chosen;
use super::list::{List, Sort};
use super::list_view::fitted_on_screen;
use crate::filter::{Filter, FilterProblem};
use crate::tui::memory::{ColumnMemory, ListsMemory};
use crate::tui::screen::id::Screen;
use crate::tui::state::{Overlay, State};
use crate::tui::subject::Subject;
use crate::tui::widget::list_order::{ListOrder, SortColumn};
use crate::workspace::Scope;

/// The selected customer.
pub(crate) fn subject(state: &State) -> Option<Subject> {
    let (snapshot, number) = state.selected()?;
    Some(Subject::Customer(snapshot.matching.customer(number)?.id().into()))
}

/// Selects a row.
pub(crate) fn select(state: &mut State, row: usize) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let list = state.list_mut();
    list.returning = None;
    list.select(row, &snapshot);
    state.detail_scroll = 0;
}

/// Moves the window by some lines.
pub(crate) fn wheel(state: &mut State, by: isize, height: usize) {
    if let Some(row) = state.list_mut().wheel(by, height) {
        select(state, row);
    }
}

/// Returns what of a filter is not understood, in one line.
pub(crate) fn filter_problem(me: &str, typed: &str) -> Option<String> {
    Filter::parse(typed, me).problem().map(FilterProblem::message)
}

/// Shows the next scope in both lists.
pub(crate) fn next_scope(state: &mut State) {
    set_scope(state, state.list().scope.unwrap_or_default().next());
}

/// Shows a scope in both lists.
pub(crate) fn set_scope(state: &mut State, scope: Scope) {
    state.queue.set_scope(scope);
    state.customers.set_scope(scope);
    state.memory.lists.scope = Some(<&str>::from(scope).into());
    state.detail_scroll = 0;
}

/// Turns the highlighted column on or off.
pub(crate) fn toggle_column(state: &mut State) {
    let Overlay::Columns { cursor } = state.overlay else { return };
    state.list_mut().columns.toggle(cursor);
    columns_changed(state);
}

/// Why the highlighted column cannot be hidden.
pub(crate) fn cannot_toggle(state: &State) -> Option<String> {
    let Overlay::Columns { cursor } = state.overlay else { return None };
    let (id, _) = state.list().columns.all().nth(cursor)?;
    (id == ColumnId::Name).then(|| "The name is always shown".to_owned())
}

/// Moves the highlighted column up or down by one.
pub(crate) fn shift_column(state: &mut State, by: isize) {
    let Overlay::Columns { cursor } = state.overlay else { return };
    let cursor = state.list_mut().columns.shift(cursor, by);
    state.overlay = Overlay::Columns { cursor };
    columns_changed(state);
}

/// Why the columns cannot be reset.
pub(crate) fn columns_as_usual(state: &State) -> Option<String> {
    let list = state.list();
    let usual = list.columns == usual(&state.settings, list.screen);
    usual.then(|| "The columns are the usual ones".to_owned())
}

/// Shows the usual columns of the list: those of the settings, where they name any.
pub(crate) fn reset_columns(state: &mut State) {
    state.list_mut().columns = usual(&state.settings, state.list().screen);
    columns_changed(state);
}

fn columns_changed(state: &mut State) {
    state.list_mut().scrolled = 0;
    let remembered = |list: &List| {
        let chosen = &list.columns;
        if *chosen == usual(&state.settings, list.screen) {
            return Vec::new();
        }
        let column =
            |(id, on): (ColumnId, bool)| ColumnMemory { column: <&str>::from(id).into(), on };
        chosen.all().map(column).collect()
    };
    let (queue, customers) = (remembered(&state.queue), remembered(&state.customers));
    let lists = &mut state.memory.lists;
    let chosen = !queue.is_empty() || !customers.is_empty();
    lists.configured = if chosen { state.settings.columns.clone() } else { BTreeMap::new() };
    (lists.queue, lists.customers) = (queue, customers);
}

/// Takes over what was remembered of the lists. Columns that were chosen before the settings named
/// others no longer count.
pub(crate) fn restore(state: &mut State, memory: &ListsMemory) {
    let settings = &state.settings;
    let restored = |columns: &[ColumnMemory], screen: Screen| {
        let name: &str = screen.into();
        if columns.is_empty() || settings.columns.get(name) != memory.configured.get(name) {
            return usual(settings, screen);
        }
        Chosen::restored(columns.iter().map(|column| (column.column.as_str(), column.on)), screen)
    };
    state.queue.columns = restored(&memory.queue, Screen::Queue);
    state.customers.columns = restored(&memory.customers, Screen::Customers);
    if let Some(scope) = memory.scope.as_deref().and_then(|scope| scope.parse().ok()) {
        for list in [&mut state.queue, &mut state.customers] {
            list.set_scope(scope);
        }
    }
}

/// Scrolls the columns by one to the right.
pub(crate) fn scroll_right(state: &mut State) {
    state.list_mut().scrolled += 1;
}

/// Scrolls the columns by one to the left.
pub(crate) fn scroll_left(state: &mut State) {
    let list = state.list_mut();
    list.scrolled = list.scrolled.saturating_sub(1);
}

/// Why no columns are further right.
pub(crate) fn no_more_columns(state: &State) -> Option<String> {
    (!fitted_on_screen(state).more_right).then(|| "No more columns to the right".to_owned())
}

/// Why no columns are further left.
pub(crate) fn at_first_column(state: &State) -> Option<String> {
    (state.list().scrolled == 0).then(|| "No more columns to the left".to_owned())
}

/// The columns that a list of customers can be sorted by.
pub(crate) fn sort_columns() -> Vec<SortColumn> {
    let columns = ColumnId::sortable().map(ColumnId::column);
    let column = |it: &super::columns::Column| SortColumn {
        code: it.id.into(),
        name: it.name,
        largest_first: it.largest_first,
    };
    columns.map(column).collect()
}

/// An order as one of the columns that a list of customers can be sorted by.
pub(crate) fn order(sort: Sort) -> ListOrder {
    let column = ColumnId::sortable().position(|key| key == sort.key).unwrap_or_default();
    ListOrder { column, descending: sort.descending }
}

/// Sets another order.
pub(crate) fn set_order(list: &mut List, order: ListOrder) {
    if let Some(key) = ColumnId::sortable().nth(order.column) {
        list.sort = Sort { key, descending: order.descending };
    }
}
