//! What was done for customers before, from data and ledger.

use std::sync::Arc;

use rayon::prelude::*;

use super::snapshot::Snapshot;
use crate::approval::{Authority, InForce, past_plays};
use crate::domain::{Moment, Policy};
use crate::insight::scenario::{Scenario, Setting};
use crate::ledger::History;
use crate::matching::{Matching, Past, PastPlay};
use crate::store::{CustomerIx, Dataset};

/// Interventions and standing hand-offs of every customer, as of a moment.
pub fn past(dataset: &Dataset, history: &History, policy: &Policy, now: &Moment) -> Past {
    let entries = history.customers().filter_map(|id| dataset.customer_number(id));
    let mut decided: Vec<usize> = entries.collect();
    decided.sort_unstable();
    let authority = Authority { policy, now: now.at };
    let of_customer = |number: usize| -> Option<(u32, Vec<PastPlay>)> {
        let is_told_of = !dataset.rows.interventions.of(CustomerIx::at(number)).is_empty()
            || decided.binary_search(&number).is_ok();
        let id = dataset.customer(number).filter(|_| is_told_of)?.id();
        let hand_offs = InForce::new(history.of_customer(id), &authority).hand_offs;
        let plays = past_plays(dataset, number, &hand_offs, now);
        (!plays.is_empty()).then_some((number as u32, plays))
    };
    let of = (0..dataset.len()).into_par_iter().filter_map(of_customer).collect();
    Past::new(now.today(), of)
}

impl Snapshot {
    /// The run that scenarios start from: with what was done for customers before, where one of them
    /// sets a contact limit and none is in force.
    pub fn before<'s>(&self, scenarios: impl IntoIterator<Item = &'s Scenario>) -> Arc<Matching> {
        let mut settings = scenarios.into_iter().flat_map(|scenario| &scenario.settings);
        let sets_limit = settings.any(Setting::is_of_contact_limit);
        if !sets_limit || self.matching.past().is_some() {
            return Arc::clone(&self.matching);
        }
        Arc::new(self.matching.after(Some(self.past())))
    }

    /// What was done for customers before, whether or not the policy looks at it.
    pub fn past(&self) -> Arc<Past> {
        let Self { matching, history, now, .. } = self;
        match matching.past() {
            Some(past) => Arc::clone(past),
            None => Arc::new(past(matching.dataset(), history, matching.policy(), now)),
        }
    }
}
