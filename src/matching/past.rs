//! What was done for customers before, as far as contact limits count it: plain data, made by the
//! workspace from interventions, outcomes and ledger.

use jiff::civil::Date;

use crate::store::PlaybookIx;

/// A play that was started for a customer: an intervention or a hand-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PastPlay {
    /// The playbook; `None` of one that is not in the file.
    pub playbook: Option<PlaybookIx>,
    /// The day it started; without one it counts for no limit of days.
    pub date: Option<Date>,
    /// It is the last one of its playbook in the customer's stage, and it failed.
    pub failed_in_stage: bool,
}

/// What was done for every customer, and the day from which it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The day.
    pub today: Date,
    /// In ascending order of the customers' numbers, and of their playbooks.
    of: Vec<(u32, Vec<PastPlay>)>,
}

impl Past {
    /// Of customers by their numbers, in any order; each of them comes once.
    pub fn new(today: Date, mut of: Vec<(u32, Vec<PastPlay>)>) -> Self {
        of.retain(|(_, plays)| !plays.is_empty());
        of.iter_mut().for_each(|(_, plays)| plays.sort_unstable());
        of.sort_unstable_by_key(|(customer, _)| *customer);
        Self { today, of }
    }

    /// The plays of a customer, those of one playbook side by side.
    pub fn plays(&self, customer: usize) -> &[PastPlay] {
        let at = self.of.binary_search_by_key(&customer, |(number, _)| *number as usize);
        at.ok().and_then(|at| self.of.get(at)).map_or(&[], |(_, plays)| plays)
    }

    /// The numbers of the customers for whom anything was done, ascending.
    pub fn customers(&self) -> impl ExactSizeIterator<Item = u32> {
        self.of.iter().map(|(customer, _)| *customer)
    }
}
