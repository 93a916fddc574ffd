//! Whom a reviewer may decide about now, to tell what is new in it.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::preparation::Own;
use crate::domain::Person;
use crate::store::ix::CustomerKey;
use crate::tui::event::NewForMe;
use crate::workspace::Snapshot;

/// The customers that a reviewer may decide about now.
#[derive(Debug, Clone, Default)]
pub struct Waiting(Arc<FxHashSet<CustomerKey>>);

impl Waiting {
    /// Looks at all customers.
    pub fn new(snapshot: &Snapshot, me: &Person) -> Self {
        let dataset = snapshot.matching.dataset();
        let waits = |number: usize| {
            let waits = snapshot.waits_for(number, me);
            waits.then(|| dataset.customer(number).map(|view| view.key))?
        };
        Self(Arc::new((0..snapshot.len()).into_par_iter().filter_map(waits).collect()))
    }

    /// Returns what was not there before, those aside about whom the reviewer here has just decided.
    /// The one with the most revenue at risk comes first.
    pub fn new_since(&self, before: &Self, snapshot: &Snapshot, own: &Own) -> NewForMe {
        let dataset = snapshot.matching.dataset();
        let mut found = NewForMe::default();
        let mut most = f64::NEG_INFINITY;
        for key in self.0.difference(&before.0) {
            let view = dataset.number_of_key(*key).and_then(|number| dataset.customer(number));
            let Some(view) = view.filter(|view| !own.contains(view.id())) else { continue };
            found.count += 1;
            let at_risk = snapshot.matching.revenue_at_risk(view.number);
            if at_risk > most || found.first.is_empty() {
                most = at_risk;
                found.first = view.name().unwrap_or(view.id()).into();
            }
        }
        found
    }
}
