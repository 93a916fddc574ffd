//! Since when customers need a decision, as far as this program has seen.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::domain::Status;
use crate::store::Dataset;

/// Where the customers of one view stand.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The data.
    pub dataset: &'a Dataset,
    /// Of each customer.
    pub statuses: &'a [Status],
}

impl Seen<'_> {
    fn waits(&self, number: usize) -> bool {
        self.statuses.get(number).is_some_and(|status| status.waits())
    }
}

/// When each customer in the queue was first seen there. Most were when the program started.
#[derive(Debug, Clone)]
pub struct Waiting {
    opened: Timestamp,
    /// Those that came later.
    later: Arc<FxHashMap<CompactString, Timestamp>>,
}

impl Waiting {
    /// For the first view, seen at that time.
    pub fn new(opened: Timestamp) -> Self {
        Self { opened, later: Arc::default() }
    }

    /// For the view after one, seen now.
    pub fn next(&self, before: Seen<'_>, after: Seen<'_>, now: Timestamp) -> Self {
        let (old, new) = (before.dataset, after.dataset);
        let waited = |number: usize| {
            let view = new.customer(number)?;
            // Most customers stand where they stood. A key means the same customer in every view.
            let here = old.customer(number).filter(|was| was.key == view.key);
            let was = here.map(|was| was.number).or_else(|| old.customer_number(view.id()));
            Some(was.is_some_and(|number| before.waits(number)))
        };
        let began =
            |number: &u32| after.waits(*number as usize) && waited(*number as usize) == Some(false);
        let began: Vec<u32> =
            (0..after.statuses.len() as u32).into_par_iter().filter(began).collect();
        let mut later: FxHashMap<CompactString, Timestamp> = FxHashMap::default();
        // Those that began to wait after the first view and still do.
        for (id, since) in self.later.iter() {
            if new.customer_number(id).is_some_and(|number| after.waits(number)) {
                later.insert(id.clone(), *since);
            }
        }
        for view in began.into_iter().filter_map(|number| new.customer(number as usize)) {
            later.insert(view.id().into(), now);
        }
        Self { opened: self.opened, later: Arc::new(later) }
    }

    /// Returns since when a customer needs a decision: since the program started, for those that did
    /// then already.
    pub fn since(&self, id: &str) -> Timestamp {
        self.later.get(id).copied().unwrap_or(self.opened)
    }
}
