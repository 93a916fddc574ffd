//! A list of customers as a table: every column, whichever are shown.

use std::sync::Arc;

use serde_json::Value;

use super::columns::COLUMNS;
use crate::tui::export::table::Table;
use crate::tui::state::State;

/// Returns the rows of the list on the screen, in their order.
///
/// # Errors
/// Where the rows are not yet those that the filter and the order ask for.
pub(crate) fn table(state: &State) -> Result<Table, String> {
    let list = state.list();
    if list.built.request != list.request() {
        return Err("The list is still being filtered and sorted; try again".to_owned());
    }
    let snapshot = Arc::clone(state.snapshot.as_ref().ok_or("Still loading")?);
    let rows = Arc::clone(&list.rows);
    let header = COLUMNS.iter().flat_map(|column| column.export).map(|(name, _)| *name).collect();
    let len = rows.len();
    Ok(Table::new(header, len, move |place| -> Vec<Value> {
        let Some(number) = rows.get(place).map(|row| *row as usize) else { return Vec::new() };
        let fields = COLUMNS.iter().flat_map(|column| column.export);
        fields.map(|(_, value)| value(&snapshot, number)).collect()
    }))
}
