//! Since when customers wait for a decision, as far as this dashboard has seen.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::workspace::Snapshot;

/// When each waiting customer was first seen waiting. Most waited when the dashboard was opened.
#[derive(Debug, Clone)]
pub struct Waiting {
    opened: Timestamp,
    /// Those that began to wait later.
    later: Arc<FxHashMap<CompactString, Timestamp>>,
}

impl Waiting {
    /// For the first view, seen at that time.
    pub fn new(opened: Timestamp) -> Self {
        Self { opened, later: Arc::default() }
    }

    /// For the view after one, seen at that time.
    pub fn next(&self, before: &Snapshot, after: &Snapshot, now: Timestamp) -> Self {
        let mut later = FxHashMap::default();
        for (number, status) in after.statuses.iter().enumerate() {
            if !status.waits() {
                continue;
            }
            let Some(view) = after.matching.customer(number) else { continue };
            let id = view.id();
            // Most customers stand where they stood.
            let here = before.matching.customer(number).filter(|was| was.id() == id);
            let was = match here {
                Some(_) => Some(number),
                None => before.matching.dataset().customer_number(id),
            };
            if !was.is_some_and(|number| before.status(number).waits()) {
                later.insert(id.into(), now);
            } else if let Some(since) = self.later.get(id) {
                later.insert(id.into(), *since);
            }
        }
        Self { opened: self.opened, later: Arc::new(later) }
    }

    /// Since when a customer waits that waits now.
    pub fn since(&self, id: &str) -> Timestamp {
        self.later.get(id).copied().unwrap_or(self.opened)
    }

    /// What may be large of it.
    pub(super) fn into_later(self) -> Arc<FxHashMap<CompactString, Timestamp>> {
        self.later
    }
}
