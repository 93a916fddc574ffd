//! Customers that changed a moment ago.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use rustc_hash::FxHashSet;

/// Changed customers and until when they are marked: one set for each view that brought some.
#[derive(Debug, Default)]
pub struct Marks(Vec<(Arc<FxHashSet<CompactString>>, Timestamp)>);

impl Marks {
    /// Returns true where no customer is marked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True where a customer is marked.
    pub fn contains_key(&self, id: &str) -> bool {
        self.0.iter().any(|(ids, _)| ids.contains(id))
    }

    /// Marks customers until a moment.
    pub fn add(&mut self, ids: Arc<FxHashSet<CompactString>>, until: Timestamp) {
        if !ids.is_empty() {
            self.0.push((ids, until));
        }
    }

    /// Takes those out that have had their time.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Arc<FxHashSet<CompactString>>> {
        self.0.extract_if(.., |(_, until)| *until <= now).map(|(ids, _)| ids).collect()
    }

    /// When the first of them have had their time.
    pub fn until(&self) -> Option<Timestamp> {
        self.0.iter().map(|(_, until)| *until).min()
    }
}
