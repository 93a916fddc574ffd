//! What runs or may run and costs something else than the customer's recommendation: the running plays,
//! and the playbooks that were chosen instead.

use rayon::prelude::*;

use super::snapshot::Snapshot;
use super::statuses::running_of;
use crate::domain::status::RunBegan;
use crate::domain::{Intervention, Run, Status};
use crate::insight::portfolio::Committed;
use crate::store::CustomerIx;

impl Snapshot {
    /// Returns what runs, or may run by an override, in ascending order of the customers. Each customer is
    /// there at most once; automatic and approved ones are not, as they cost what is recommended.
    pub(super) fn committed(&self) -> Vec<Committed> {
        let dataset = self.matching.dataset();
        let entries = self.history.customers().filter_map(|id| dataset.customer_number(id));
        let mut decided: Vec<usize> = entries.collect();
        decided.sort_unstable();
        let is_told_of = |number: &usize| {
            !dataset.rows.interventions.of(CustomerIx::at(*number)).is_empty()
                || decided.binary_search(number).is_ok()
        };
        let numbers = (0..self.len()).into_par_iter().filter(is_told_of);
        numbers.filter_map(|number| self.committed_of(number)).collect()
    }

    fn committed_of(&self, number: usize) -> Option<Committed> {
        let parallel = self.matching.policy().contact.parallel;
        match self.status(number) {
            Status::Automatic | Status::Approved => None,
            Status::Overridden => {
                let row = self.export(number)?;
                let (cost, value) = (row.expected_cost, row.expected_value);
                Some(Committed { number, beside: false, cost, value })
            }
            Status::Running => {
                let run = self.standing(number).run.filter(|run| !run.over)?;
                Some(self.of_run(number, false, &run))
            }
            // What began earlier runs on where nothing is recommended any more.
            _ if parallel || self.matching.winner(number).is_none() => {
                let run = running_of(&self.matching, &self.history, number, &self.now)?;
                Some(self.of_run(number, true, &run))
            }
            // Anything else that ran would have made it a running one.
            _ => None,
        }
    }

    /// By the hand-off's basis, else by the row of the intervention.
    fn of_run(&self, number: usize, beside: bool, run: &Run) -> Committed {
        let of_row = |is_it: &dyn Fn(&Intervention) -> bool| {
            let row = self.matching.dataset().interventions(number).filter(is_it).last();
            let row = row.unwrap_or_default();
            (row.expected_cost.unwrap_or_default(), row.expected_value.unwrap_or_default())
        };
        let (cost, value) = match &run.began {
            RunBegan::HandedOff(entry) => match entry.basis.get() {
                Some(basis) => (basis.cost(), basis.value()),
                None => of_row(&|row| row.intervention_id == entry.id),
            },
            RunBegan::InData { id, at } => {
                of_row(&|row| row.intervention_id == *id && row.generated_at == *at)
            }
        };
        Committed { number, beside, cost, value }
    }
}
