//! Customers selected for one decision about all of them.

use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// The customers that were selected in a list, by id: they stay selected across reloads and filters.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub(crate) ids: FxHashSet<CompactString>,
    /// The customer selected last: where a range begins.
    pub(crate) last: Option<CompactString>,
}

impl Selection {
    /// Returns how many customers are selected.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns true where no customer is selected.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Returns true where the customer is selected.
    pub fn contains(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Returns the ids, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &CompactString> {
        self.ids.iter()
    }

    /// Takes a customer out of the selection.
    pub fn remove(&mut self, id: &str) {
        self.ids.remove(id);
    }

    /// Empties the selection.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
