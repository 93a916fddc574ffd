//! Which rows count where an id comes twice, and what is said of that.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::{Code, Customer, Finding, Playbook};
use crate::store::Table;
use crate::store::interned::CustomerIds;
use crate::store::ix::{CustomerIx, Number as _, PlaybookIx, RowIx};
use crate::store::joined::Customers;
use crate::store::lookup::Lookup;
use crate::store::row::Row;

/// Which row counts for each customer: the last, at the place of the first (`matching.md`, *Where we
/// differ*).
pub fn which_customers(
    table: &Table<Customer>,
    ids: &CustomerIds,
    findings: &mut Vec<Finding>,
) -> Customers {
    let keys = table.customers();
    if let Lookup::Same(len) = *keys {
        return Customers { len, numbers: Lookup::Same(len), rows: Lookup::Same(len) };
    }
    let mut numbers = vec![CustomerIx::NONE; ids.len()];
    let mut rows: Vec<RowIx> = Vec::with_capacity(keys.len());
    for (row, key) in keys.iter().enumerate() {
        let Some((key, number)) = key.and_then(|key| Some((key, numbers.get_mut(key.index())?)))
        else {
            continue;
        };
        match rows.get_mut(number.index()) {
            Some(counts) => {
                let id = ids.id(key).unwrap_or_default();
                let mut finding = twice(id, "customer_id", table, *counts, row);
                finding.customers = Some(1);
                findings.push(finding);
                *counts = RowIx::at(row);
            }
            None => {
                *number = CustomerIx::at(rows.len());
                rows.push(RowIx::at(row));
            }
        }
    }
    Customers { len: rows.len(), rows: Lookup::other(rows), numbers: Lookup::other(numbers) }
}

/// An id that comes twice.
fn twice<R: Row>(id: &str, field: &str, table: &Table<R>, counted: RowIx, row: usize) -> Finding {
    let places = &table.places;
    let (first_part, first) = places.in_order(counted.index()).unwrap_or_default();
    let other_file = places.in_order(row).is_some_and(|(part, _)| part != first_part);
    let of_part = places.part(first_part).filter(|_| other_file);
    let of_part = of_part.map_or_else(String::new, |name| format!(" of {name}"));
    let message = format!(
        "{id} is there twice, first in line {}{of_part}; the later row is used",
        first.line
    );
    table.at_row(Finding::new(Code::DuplicateId, message).field(field), row)
}

/// The playbooks that count.
pub struct Playbooks {
    pub rows: Vec<Playbook>,
    pub numbers: FxHashMap<CompactString, PlaybookIx>,
    /// Indices into the table's rows that were skipped.
    pub skipped: Vec<u32>,
}

/// Which row counts for each playbook: the last, at the place of the first (`matching.md`, rule 6).
pub fn which_playbooks(
    table: &Table<Playbook>,
    ids: &CustomerIds,
    findings: &mut Vec<Finding>,
) -> Playbooks {
    // Each id at its first place, with its last row.
    let mut in_order: Vec<(Playbook, RowIx)> = Vec::new();
    let mut places: FxHashMap<CompactString, usize> = FxHashMap::default();
    for (row, playbook) in table.rows(ids).into_iter().enumerate() {
        match places.get(&playbook.id).and_then(|place| in_order.get_mut(*place)) {
            Some(counts) => {
                let mut finding = twice(&playbook.id, "playbook_id", table, counts.1, row);
                finding.playbook_id = Some(playbook.id.clone());
                findings.push(finding);
                *counts = (playbook, RowIx::at(row));
            }
            None => {
                places.insert(playbook.id.clone(), in_order.len());
                in_order.push((playbook, RowIx::at(row)));
            }
        }
    }
    // A later row of a playbook that cannot be read takes the earlier one with it: what the
    // playbook's owner wrote last may well have asked for an approval.
    let mut skipped_of = FxHashMap::default();
    for (number, row) in table.skipped.iter().enumerate() {
        if !row.playbook_id.is_empty() {
            skipped_of.insert(row.playbook_id.clone(), number as u32);
        }
    }
    let later_is_bad = |id: &CompactString, row: RowIx| {
        let good = table.places.in_order(row.index());
        let bad = skipped_of.get(id).and_then(|n| table.skipped.get(*n as usize));
        good.zip(bad).is_some_and(|(good, bad)| (bad.part, bad.place) > good)
    };
    let mut playbooks =
        Playbooks { rows: Vec::new(), numbers: FxHashMap::default(), skipped: Vec::new() };
    let mut skipped: FxHashSet<u32> = skipped_of.values().copied().collect();
    for (playbook, row) in in_order {
        if later_is_bad(&playbook.id, row) {
            continue;
        }
        if let Some(earlier) = skipped_of.get(&playbook.id) {
            skipped.remove(earlier);
        }
        playbooks.numbers.insert(playbook.id.clone(), PlaybookIx::at(playbooks.rows.len()));
        playbooks.rows.push(playbook);
    }
    // A row whose id cannot be read is a playbook of the file all the same.
    for (number, row) in table.skipped.iter().enumerate() {
        if row.playbook_id.is_empty() {
            skipped.insert(number as u32);
        }
    }
    playbooks.skipped = skipped.into_iter().collect();
    playbooks.skipped.sort_unstable();
    playbooks
}
