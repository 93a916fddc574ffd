//! The Activity screen's list as a table.

use std::sync::Arc;

use serde_json::Value;

use super::filter::CHANGE;
use super::list::{Activity, Item};
use crate::domain::Entry;
use crate::domain::number::Num;
use crate::tui::export::table::{Table, json, text};
use crate::tui::state::State;
use crate::workspace::Snapshot;

/// The columns: of decisions as the ledger names them; what a reload changed stands in `note`.
const HEADER: [&str; 12] = [
    "at",
    "seq",
    "by",
    "kind",
    "customer_id",
    "name",
    "playbook_id",
    "playbook_name",
    "reason",
    "note",
    "until",
    "batch",
];

/// Returns the lines, in their order.
///
/// # Errors
/// Where the data is still loading.
pub(crate) fn table(state: &State) -> Result<Table, String> {
    let snapshot = Arc::clone(state.snapshot.as_ref().ok_or("Still loading")?);
    let list: Activity = state.activity.listed();
    let len = list.len();
    Ok(Table::new(HEADER.to_vec(), len, move |place| {
        list.item(place).map(|item| row(&item, &snapshot)).unwrap_or_default()
    }))
}

fn row(item: &Item<'_>, snapshot: &Snapshot) -> Vec<Value> {
    let id = item.customer_id().map(|id| id.as_str()).filter(|id| !id.is_empty());
    let dataset = snapshot.matching.dataset();
    let name = id.and_then(|id| dataset.customer(dataset.customer_number(id)?)?.name());
    let (id, name) = (text(id), text(name));
    match item {
        Item::Entry(entry) => of_entry(entry, id, name),
        Item::Change(change) => {
            let none = || Value::Null;
            let note = text(&*change.words);
            let (at, kind) = (json(change.at), text(CHANGE));
            vec![at, none(), none(), kind, id, name, none(), none(), none(), note, none(), none()]
        }
        Item::Dropped(changes) => {
            let note = format!("{} older changes are not listed", Num(*changes as f64));
            let mut row = vec![Value::Null; HEADER.len()];
            row.splice(9..10, [text(&*note)]);
            row
        }
    }
}

fn of_entry(entry: &Entry, id: Value, name: Value) -> Vec<Value> {
    let basis = entry.basis.once();
    vec![
        json(entry.at),
        json(entry.seq),
        text(&*entry.by),
        text(entry.kind.name()),
        id,
        name,
        text(basis.playbook_id().as_str()),
        text(basis.playbook_title()),
        text(entry.reason.as_deref()),
        text(entry.note.as_deref()),
        json(entry.until),
        text(entry.batch.as_deref()),
    ]
}
