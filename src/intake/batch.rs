//! Rows on their way from a file to its table: a part of the file, or all of it.

use std::sync::Arc;

use serde_json::to_string;

use super::file::DataFile;
use super::token::Found;
use crate::domain::Place;
use crate::store::Table;
use crate::store::column::{Column, TextsIndex};
use crate::store::interned::{CustomerIds, IdList, TextPool};
use crate::store::ix::{CustomerKey, IdSlot, Number as _};
use crate::store::lookup::Lookup;
use crate::store::numbered::Numbered;
use crate::store::places::Places;
use crate::store::row::{Row, Slot};

/// Some rows of a file. Places in it are told from its first character on.
#[derive(Debug)]
pub struct Batch<R> {
    /// The rows, but for their values.
    pub table: Table<R>,
    /// The fields whose values are kept, in the order of the type's table.
    kept: Vec<Kept>,
    /// The id of each row's customer, as it stands, but of those with a slot; empty where rows are not
    /// about customers.
    ids: TextPool,
    /// Where ids are looked up by their numbers: the slot of each row's customer, or none.
    slots: Vec<IdSlot>,
    numbered: Option<Arc<Numbered>>,
    /// How many rows there may be at the end.
    room: usize,
}

/// A field whose values are kept.
#[derive(Debug)]
struct Kept {
    /// Its place in the type's table.
    field: usize,
    column: Column,
    index: TextsIndex,
}

impl Kept {
    /// `None` for a field that the type does not have.
    fn new<R: Row>(field: usize) -> Option<Self> {
        let column = R::FIELDS.get(field)?.slot.column();
        Some(Self { field, column, index: TextsIndex::default() })
    }
}

/// So many rows at most are looked up without asking whether they are in order again.
const LONGEST_PAUSE: u32 = 64;

/// Which fields are kept. All that are read are checked in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// All of them.
    #[default]
    All,
    /// What recommendations are made of.
    Recommended,
    /// The same with what figures are made of; not what is only shown of one customer.
    Matched,
    /// The same with names.
    Named,
}

impl<R: Row> Batch<R> {
    /// No rows yet.
    pub fn new(keep: Keep) -> Self {
        const NAME: &str = "name";
        let matched = R::MATCHED.filter(|_| keep != Keep::All);
        let is_kept = |field: &usize| {
            let name = R::NAMES.get(*field).copied().unwrap_or_default();
            match keep {
                Keep::Recommended if R::FIGURES.contains(&name) => false,
                Keep::Named if name == NAME => true,
                _ => matched.is_none_or(|all| all.contains(&name)),
            }
        };
        Self {
            kept: (0..R::NAMES.len()).filter(is_kept).filter_map(Kept::new::<R>).collect(),
            table: Table { present: true, ..Table::default() },
            ids: TextPool::default(),
            slots: Vec::new(),
            numbered: None,
            room: 0,
        }
    }

    /// Looks ids up by their numbers, where known ones have one: to be said before the first row.
    pub fn look_up_in(&mut self, known: &CustomerIds) {
        self.numbered = known.numbered().cloned();
    }

    /// Takes all rows away and keeps the memory, for the next rows of the same file.
    pub fn clear(&mut self) {
        for Kept { column, index, .. } in &mut self.kept {
            match column {
                Column::Customers(keys) => *keys = Lookup::default(),
                Column::Texts(texts) => texts.clear(),
                Column::Numbers(numbers) => numbers.clear(),
                Column::Flags(flags) => flags.clear(),
            }
            index.clear();
        }
        self.ids.clear();
        self.slots.clear();
        self.table.len = 0;
        self.table.without_id = 0;
        self.table.unusable = 0;
        self.table.places = Places::default();
        self.table.skipped.clear();
        self.table.findings.clear();
    }

    /// Adds a row that was read by the slow path.
    pub fn push(&mut self, mut row: R, place: Place) {
        let number = self.table.len;
        for Kept { field, column, index } in &mut self.kept {
            let Some(field) = R::FIELDS.get(*field) else { continue };
            match (&field.slot, column) {
                (Slot::Customer(slot), _) => {
                    push_id(
                        self.numbered.as_deref(),
                        &mut self.slots,
                        &mut self.ids,
                        slot(&mut row),
                    );
                }
                (Slot::Id(slot), Column::Texts(texts)) => {
                    let id = slot(&mut row);
                    if !id.is_empty() {
                        index.push(texts, number, id);
                    }
                }
                (Slot::Text(slot) | Slot::Date(slot), Column::Texts(texts)) => {
                    if let Some(text) = slot(&mut row) {
                        index.push(texts, number, text);
                    }
                }
                (Slot::Texts(slot), Column::Texts(texts)) => {
                    if let Some(text) = slot(&mut row).as_ref().and_then(|l| to_string(l).ok()) {
                        index.push(texts, number, &text);
                    }
                }
                (Slot::Numbers(slot), Column::Texts(texts)) => {
                    if let Some(text) = slot(&mut row).as_ref().and_then(|l| to_string(l).ok()) {
                        index.push(texts, number, &text);
                    }
                }
                (Slot::Number(slot), Column::Numbers(numbers)) => {
                    if let Some(number_of_row) = *slot(&mut row) {
                        numbers.push(number, number_of_row);
                    }
                }
                (Slot::Flag(slot), Column::Flags(flags)) => {
                    if let Some(flag) = *slot(&mut row) {
                        flags.push(number, flag);
                    }
                }
                _ => {}
            }
        }
        self.table.places.push(place);
        self.table.len += 1;
    }

    /// True where a field is kept.
    pub fn keeps(&self, field: usize) -> bool {
        self.kept.iter().any(|kept| kept.field == field)
    }

    /// Keeps a field whatever else is kept: what becomes of its values is told when all are known.
    pub fn keep_also(&mut self, field: usize) {
        if let Err(at) = self.kept.binary_search_by_key(&field, |kept| kept.field) {
            self.kept.splice(at..at, Kept::new::<R>(field));
        }
    }

    /// Adds a row of which each field has a value that was found.
    #[inline]
    pub fn push_found(&mut self, found: &[Found<'_>], place: Place) {
        let number = self.table.len;
        for Kept { field, column, index } in &mut self.kept {
            // By reference: a copy of what was written piece by piece waits for all of the pieces.
            let Some(found) = found.get(*field) else { continue };
            match (column, found) {
                (Column::Numbers(numbers), Found::Number(found)) => numbers.push(number, *found),
                (Column::Texts(texts), Found::Text(text)) => index.push(texts, number, text),
                (Column::Customers(_), Found::Text(id)) => {
                    push_id(self.numbered.as_deref(), &mut self.slots, &mut self.ids, id);
                }
                (Column::Flags(flags), Found::Flag(flag)) => flags.push(number, *flag),
                _ => {}
            }
        }
        self.table.places.push(place);
        self.table.len += 1;
    }

    /// Makes room for that many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.room = self.table.len + rows;
        for Kept { column, .. } in &mut self.kept {
            match column {
                Column::Customers(Lookup::Other(keys, _)) => keys.reserve(rows),
                Column::Customers(Lookup::Same(_)) => {}
                Column::Texts(texts) => texts.reserve(rows),
                Column::Numbers(numbers) => numbers.reserve(rows),
                Column::Flags(_) => {}
            }
        }
    }

    /// The key of each row's customer; [`CustomerKeys::UNKNOWN`] for an id that is not known.
    fn keys(&self, known: &CustomerIds) -> Vec<CustomerKey> {
        if let Some(numbered) = &self.numbered {
            let mut without_slot = self.ids.iter();
            let mut of_later = |slot: IdSlot| match slot {
                IdSlot::NONE => known.key(without_slot.next()?),
                slot => known.key(&numbered.id(slot)),
            };
            let key = |slot: &IdSlot| {
                let key = numbered.at(*slot).or_else(|| of_later(*slot));
                key.unwrap_or(CustomerKeys::UNKNOWN)
            };
            return self.slots.iter().map(key).collect();
        }
        // Files mostly come in the order of the customers' file, one row or a few for each, with
        // none for some. Where they do not, it is asked less and less often whether they do.
        let mut last = CustomerKeys::UNKNOWN;
        let (mut pause, mut longest_pause) = (0, 1);
        let mut keys = Vec::with_capacity(self.ids.len());
        let mut unsure = Vec::new();
        for (row, id) in self.ids.iter().enumerate() {
            if pause == 0 {
                let after = |last: CustomerKey, step: u32| CustomerKey(last.0.wrapping_add(step));
                let near = |step: &u32| known.id(after(last, *step)) == Some(id);
                if let Some(step) = [1, 2, 0, 3, 4, 5].iter().find(|step| near(step)) {
                    last = after(last, *step);
                    longest_pause = 1;
                    keys.push(last);
                    continue;
                }
                pause = longest_pause;
                longest_pause = (longest_pause * 2).min(LONGEST_PAUSE);
            }
            pause -= 1;
            last = known.probable_key(id).unwrap_or(CustomerKeys::UNKNOWN);
            keys.push(last);
            unsure.push(row);
        }
        // Apart from the search, so that the processor can wait for many ids at once.
        for row in unsure {
            let (Some(key), Some(id)) = (keys.get_mut(row), self.ids.get(row as u32)) else {
                continue;
            };
            if *key != CustomerKeys::UNKNOWN && known.id(*key) != Some(id) {
                *key = known.key(id).unwrap_or(CustomerKeys::UNKNOWN);
            }
        }
        keys
    }

    /// What the ids of these rows are told by, whoever they are about.
    pub fn ids(&self, known: &CustomerIds, file: DataFile) -> Ids {
        if file == DataFile::Customers && known.is_empty() {
            Ids::First
        } else {
            Ids::Keys(self.keys(known))
        }
    }

    /// Adds later rows, whose places are told from `base` on. `ids` are those of [`Batch::ids`]; ids
    /// that were not known get new keys.
    pub fn append(
        &mut self,
        later: &mut Self,
        base: Place,
        ids: Ids,
        customers: &mut CustomerKeys,
    ) {
        let mut keys = match ids {
            Ids::Keys(keys) => keys,
            Ids::First => customers.list(&later.ids),
        };
        let mut without_slot = 0;
        for (row, key) in keys.iter_mut().enumerate() {
            if *key != CustomerKeys::UNKNOWN {
                continue;
            }
            *key = match (&later.numbered, later.slots.get(row)) {
                (Some(numbered), Some(slot)) if *slot != IdSlot::NONE => {
                    customers.intern(&numbered.id(*slot))
                }
                (Some(_), _) => {
                    without_slot += 1;
                    customers.intern(later.ids.get(without_slot - 1).unwrap_or_default())
                }
                (None, _) => customers.intern(later.ids.get(row as u32).unwrap_or_default()),
            };
        }
        let rows = self.table.len;
        for (Kept { column, index, .. }, later) in self.kept.iter_mut().zip(&later.kept) {
            match (column, &later.column) {
                (Column::Customers(all), _) => all.append(&mut keys, self.room),
                (Column::Texts(texts), Column::Texts(later)) => index.append(texts, rows, later),
                (Column::Numbers(numbers), Column::Numbers(later)) => numbers.append(rows, later),
                (Column::Flags(flags), Column::Flags(later)) => flags.append(rows, later),
                _ => {}
            }
        }
        self.table.places.append(base, &later.table.places);
        self.table.len += later.table.len;
        self.table.without_id += later.table.without_id;
        self.table.unusable += later.table.unusable;
        let skipped = later.table.skipped.drain(..);
        let part = self.table.places.last_part();
        self.table.skipped.extend(skipped.map(|mut row| {
            row.part = part;
            row.place = base.plus(row.place);
            row
        }));
        let file = self.table.places.part(part);
        let findings = later.table.findings.drain(..).map(|finding| match finding.place() {
            Some(place) => finding.at(base.plus(place)),
            None => finding,
        });
        self.table.findings.extend(findings.map(|finding| match file {
            Some(file) => finding.in_file(file),
            None => finding,
        }));
    }

    /// Changes the table with its values.
    pub fn change<T>(&mut self, change: impl FnOnce(&mut Table<R>) -> T) -> T {
        self.swap_columns();
        let changed = change(&mut self.table);
        self.swap_columns();
        changed
    }

    fn swap_columns(&mut self) {
        for Kept { field, column, .. } in &mut self.kept {
            if let Some(of_table) = self.table.columns.get_mut(*field) {
                std::mem::swap(of_table, column);
            }
        }
    }

    /// The table that the rows make. `None` where they have more text than fits.
    pub fn finish(mut self) -> Option<Table<R>> {
        for Kept { column, .. } in &mut self.kept {
            match column {
                Column::Customers(keys) => keys.shrink_to_fit(),
                Column::Texts(texts) if texts.pool().overflowed() => return None,
                Column::Texts(texts) => texts.shrink_to_fit(),
                Column::Numbers(numbers) => numbers.shrink_to_fit(),
                Column::Flags(_) => {}
            }
        }
        self.swap_columns();
        Some(self.table)
    }
}

/// Adds the id of a row: its slot, or the id itself where it has none.
#[inline]
fn push_id(numbered: Option<&Numbered>, slots: &mut Vec<IdSlot>, ids: &mut TextPool, id: &str) {
    if let Some(numbered) = numbered {
        let slot = numbered.slot(id);
        slots.push(slot.unwrap_or(IdSlot::NONE));
        if slot.is_some() {
            return;
        }
    }
    ids.push(id);
}

/// What the customers of some rows are told by.
#[derive(Debug)]
pub enum Ids {
    /// A key for each row, or [`CustomerKeys::UNKNOWN`].
    Keys(Vec<CustomerKey>),
    /// The rows are those of the first customers ever read: they say which keys there are.
    First,
}

impl Default for Ids {
    fn default() -> Self {
        Self::Keys(Vec::new())
    }
}

/// Keys for ids: those that were known before, and new ones after them.
#[derive(Debug)]
pub struct CustomerKeys {
    /// How many were known before.
    known: u32,
    new: CustomerIds,
    /// The customers in file order, where none were known before.
    first: IdList,
}

impl CustomerKeys {
    /// Stands for an id that has no key yet.
    pub const UNKNOWN: CustomerKey = CustomerKey::NONE;

    /// None are new yet.
    pub fn after(known: &CustomerIds) -> Self {
        let known = known.len() as u32;
        Self { known, new: CustomerIds::default(), first: IdList::default() }
    }

    /// The key of an id that is not among those known before.
    fn intern(&mut self, id: &str) -> CustomerKey {
        CustomerKey(self.known + self.new.intern(id).0)
    }

    /// The keys of rows that come next in the customers' file, until it is known which come twice.
    fn list(&mut self, ids: &TextPool) -> Vec<CustomerKey> {
        let next = self.first.len() as u32;
        self.first.append(ids);
        (next..self.first.len() as u32).map(CustomerKey).collect()
    }

    /// Gives the listed customers their keys in a table's column.
    pub fn settle(&mut self, columns: &mut [Column]) {
        if self.first.is_empty() {
            return;
        }
        let (ids, keys) = std::mem::take(&mut self.first).into_ids();
        self.new = ids;
        let Some(keys) = keys else { return };
        let column = columns.iter_mut().find(|column| matches!(column, Column::Customers(_)));
        if let Some(Column::Customers(all)) = column {
            *all = Lookup::shortest(keys);
        }
    }

    /// The id of a key that was given after those known before.
    pub fn id(&self, key: CustomerKey) -> Option<&str> {
        self.new.id(CustomerKey(key.0.checked_sub(self.known)?))
    }

    /// True where there were more ids than fit.
    pub fn overflowed(&self) -> bool {
        self.new.overflowed()
    }

    /// Forgets the listed customers: the file is read anew.
    pub fn forget(&mut self) {
        self.first = IdList::default();
    }

    /// Makes room for that many more listed ones.
    pub fn reserve(&mut self, more: usize) {
        self.first.reserve(more);
    }

    /// The new ids, if there are any, in the order of their keys.
    pub fn into_new(self) -> Option<CustomerIds> {
        (!self.new.is_empty()).then_some(self.new)
    }
}
