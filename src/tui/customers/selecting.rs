//! Selecting customers in a list for one decision: one by one, a range, or all that are listed.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::list::List;
use crate::domain::money::count;
use crate::tui::keys::action::Action;
use crate::tui::keys::keymap::Keymap;
use crate::workspace::Snapshot;
use crate::workspace::bulk::MAX_CUSTOMERS;

impl List {
    /// Adds the customer under the cursor to the selection, or removes it.
    pub fn toggle_selected(&mut self) {
        let Some(id) = self.selected.clone().filter(|_| !self.rows.is_empty()) else { return };
        if !self.selection.ids.remove(&id) {
            self.selection.ids.insert(id.clone());
        }
        self.selection.last = Some(id);
    }

    /// Selects every customer from the one selected last to the one under the cursor.
    ///
    /// # Errors
    /// Where no end of the range is selected, or the range is too long.
    pub fn select_range(&mut self, snapshot: &Snapshot, keys: &Keymap) -> Result<(), String> {
        let dataset = snapshot.matching.dataset();
        let last = self.selection.last.as_deref().and_then(|id| dataset.customer_number(id));
        let Some(from) = last.and_then(|number| self.place(number)) else {
            let (one, range) = (keys.key(Action::Pick), keys.key(Action::PickRange));
            return Err(format!(
                "Select one end first ({one}), then press {range} at the other end"
            ));
        };
        let (first, last) = (from.min(self.cursor), from.max(self.cursor));
        self.select_rows(first, last, snapshot)
    }

    /// Selects every customer in the list, or none where all are selected. Those without an eligible
    /// playbook are left out where others are listed: most decisions are not about them.
    ///
    /// # Errors
    /// Where the list is empty or too long.
    pub fn select_all(&mut self, snapshot: &Snapshot) -> Result<(), String> {
        let end = self.heading().filter(|heading| *heading > 0).unwrap_or(self.rows.len());
        let Some(last) = end.checked_sub(1) else {
            return Err("The list is empty".to_owned());
        };
        let rows = self.rows.get(..end).unwrap_or_default();
        let view = |row: &u32| snapshot.matching.customer(*row as usize);
        let is_selected =
            |row: &u32| view(row).is_some_and(|view| self.selection.contains(view.id()));
        if rows.len() <= self.selection.len() && rows.iter().all(is_selected) {
            self.selection.clear();
            return Ok(());
        }
        self.select_rows(0, last, snapshot)
    }

    /// Returns the selected customers in the order of the list, then those that it does not show, and
    /// how many these are.
    pub fn picked(&self, snapshot: &Snapshot) -> (Vec<CompactString>, usize) {
        let dataset = snapshot.matching.dataset();
        let mut unlisted: FxHashMap<u32, CompactString> = FxHashMap::default();
        let mut gone = Vec::new();
        for id in self.selection.iter() {
            match dataset.customer_number(id) {
                Some(number) => drop(unlisted.insert(number as u32, id.clone())),
                None => gone.push(id.clone()),
            }
        }
        let mut picked: Vec<CompactString> =
            self.rows.iter().filter_map(|row| unlisted.remove(row)).collect();
        let listed = picked.len();
        let mut unlisted: Vec<(u32, CompactString)> = unlisted.into_iter().collect();
        unlisted.sort_unstable();
        gone.sort_unstable();
        picked.extend(unlisted.into_iter().map(|(_, id)| id).chain(gone));
        let not_shown = picked.len() - listed;
        (picked, not_shown)
    }

    fn select_rows(
        &mut self,
        first: usize,
        last: usize,
        snapshot: &Snapshot,
    ) -> Result<(), String> {
        let rows = self.rows.get(first..=last).unwrap_or_default();
        if rows.len() > MAX_CUSTOMERS {
            return Err(format!(
                "{} customers are too many for one decision (at most {}); narrow the filter",
                count(rows.len()),
                count(MAX_CUSTOMERS)
            ));
        }
        let views = rows.iter().filter_map(|row| snapshot.matching.customer(*row as usize));
        let ids: Vec<CompactString> = views.map(|view| view.id().into()).collect();
        self.selection.ids.extend(ids);
        self.selection.last = self.selected.clone();
        Ok(())
    }
}
