//! Rows about customers or playbooks that there are not.

use std::borrow::Cow;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::file::DataFile;
use crate::domain::form::{difference, folded};
use crate::domain::{Code, Customer, Finding};
use crate::store::interned::CustomerIds;
use crate::store::joined::Customers;
use crate::store::row::Row;
use crate::store::{CustomerKey, PlaybookIx, RowIx, Table};

/// Who and what is known, also those whose row was skipped: a row about one of these is about
/// someone.
pub struct Known<'a> {
    pub customers: &'a Customers,
    pub customers_table: &'a Table<Customer>,
    pub skipped_customers: FxHashSet<CompactString>,
    pub playbooks_known: bool,
    /// What the table of playbooks is called.
    pub playbooks_name: &'a str,
    pub playbooks: &'a FxHashMap<CompactString, PlaybookIx>,
    pub skipped_playbooks: FxHashSet<CompactString>,
    pub ids: &'a CustomerIds,
}

impl Known<'_> {
    /// A finding for each row about a customer or a playbook that there is not.
    pub fn check<R: Row>(&self, table: &Table<R>, file: DataFile, findings: &mut Vec<Finding>) {
        let playbook_field = R::NAMES.iter().position(|name| *name == "playbook_id");
        let playbooks = playbook_field.map(|field| table.texts(field));
        let unknown: FxHashSet<u32> = playbooks
            .map(|texts| (0u32..).zip(texts.pool().iter()))
            .into_iter()
            .flatten()
            .filter(|(_, id)| self.playbooks_known && !self.knows_playbook(id))
            .map(|(code, _)| code)
            .collect();
        let about_customers = self.customers_table.present && !table.customers().is_empty();
        if !about_customers && unknown.is_empty() {
            return;
        }
        let strangers = match about_customers {
            true => self.strangers(table),
            false => FxHashMap::default(),
        };
        if strangers.is_empty() && unknown.is_empty() {
            return;
        }
        let mut by_form: FxHashMap<Cow<'_, str>, &str> = FxHashMap::default();
        for known in self.playbooks.keys().filter(|_| !unknown.is_empty()) {
            // Of several the first in the alphabet, whatever the order of the map.
            let same = by_form.entry(folded(known)).or_insert(known);
            *same = (*same).min(known);
        }
        let unknown_like: FxHashMap<u32, String> = unknown
            .iter()
            .filter_map(|code| Some((*code, playbooks?.pool().get(*code)?)))
            .map(|(code, id)| {
                let same = by_form.get(&folded(id)).map(|known| like(id, [*known]));
                (code, same.unwrap_or_default())
            })
            .collect();
        for row in 0..table.len {
            let stranger = table.customers().get(RowIx::at(row));
            if let Some((key, like)) = stranger.and_then(|key| strangers.get_key_value(&key))
                && let Some(id) = self.ids.id(*key)
            {
                let message = format!(
                    "\"{id}\" is not in {}{like}; the row is ignored",
                    self.customers_table.places.table(DataFile::Customers)
                );
                let finding = Finding::new(Code::UnknownCustomer, message)
                    .in_file(file.name())
                    .field("customer_id");
                findings.push(table.at_row(finding, row));
            }
            let code = playbooks.filter(|_| !unknown.is_empty()).and_then(|p| p.code(row));
            if let Some(code) = code.filter(|code| unknown.contains(code)) {
                let id = playbooks.and_then(|texts| texts.pool().get(code)).unwrap_or_default();
                let like = unknown_like.get(&code).map_or("", String::as_str);
                let message = format!("\"{id}\" is not in {}{like}", self.playbooks_name);
                let mut finding = Finding::new(Code::UnknownPlaybook, message)
                    .in_file(file.name())
                    .field("playbook_id");
                finding.playbook_id = Some(id.into());
                findings.push(table.at_row(finding, row));
            }
        }
    }

    /// The customers of a table that there are not, each with the known one that differs from it only
    /// in its form, as it is told.
    fn strangers<R: Row>(&self, table: &Table<R>) -> FxHashMap<CustomerKey, String> {
        if table.customers().is_surely_within(&self.customers.numbers) {
            return FxHashMap::default();
        }
        let stranger = |key: &CustomerKey| {
            self.customers.numbers.get(*key).is_none()
                && self.ids.id(*key).is_some_and(|id| !self.skipped_customers.contains(id))
        };
        let all = table.customers().iter().flatten();
        let mut strangers: FxHashMap<CustomerKey, String> =
            all.filter(stranger).map(|key| (key, String::new())).collect();
        if strangers.is_empty() {
            return strangers;
        }
        let mut by_form: FxHashMap<Cow<'_, str>, Vec<CustomerKey>> = FxHashMap::default();
        for key in strangers.keys() {
            by_form.entry(folded(self.ids.id(*key).unwrap_or_default())).or_default().push(*key);
        }
        let known = self
            .ids
            .keys()
            .filter(|key| self.customers.numbers.get(*key).is_some())
            .filter_map(|key| self.ids.id(key));
        for known in known {
            for key in by_form.remove(&folded(known)).into_iter().flatten() {
                let id = self.ids.id(key).unwrap_or_default();
                strangers.insert(key, like(id, [known]));
            }
        }
        strangers
    }

    fn knows_playbook(&self, id: &str) -> bool {
        self.playbooks.contains_key(id) || self.skipped_playbooks.contains(id)
    }
}

/// `, but "A1 " is (trailing space)`: which of some known ids differs only in its form.
fn like<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let form = folded(id);
    let mut same = known.into_iter().filter(|known| folded(known) == form);
    let with = |known| Some(format!(", but \"{known}\" is ({})", difference(id, known)?));
    same.find_map(with).unwrap_or_default()
}
