//! What outcomes say about playbooks, from data and ledger.

use std::sync::Arc;

use super::snapshot::Snapshot;
use crate::approval::{Authority, InForce};
use crate::domain::PerformanceRow;
use crate::insight::learning::plays::HandedOff;
use crate::insight::learning::{Learned, Plays};

impl Snapshot {
    /// Returns the hand-offs that no row of the data reports too, and those that were undone.
    pub fn handed_off(&self) -> HandedOff {
        let authority = Authority { policy: self.matching.policy(), now: self.now.at };
        let mut all = HandedOff::default();
        for id in self.history.customers() {
            let hand_offs = InForce::new(self.history.of_customer(id), &authority).hand_offs;
            all.undone.extend(hand_offs.undone.iter().map(|entry| entry.id.to_string()));
            let alone = match self.matching.dataset().customer_number(id) {
                Some(number) if !hand_offs.standing.is_empty() => self.only_handed_off(number),
                Some(_) => Vec::new(),
                None => hand_offs.standing.iter().map(|entry| Arc::clone(entry)).collect(),
            };
            all.alone.extend(alone.into_iter().map(|entry| {
                let day = self.now.day_of(entry.at);
                (entry, day)
            }));
        }
        // In the order of the ledger.
        all.alone.sort_by_key(|(entry, _)| entry.seq);
        all
    }

    /// Returns what outcomes say, on top of the rows of a performance file.
    pub fn learn(&self, base: &[PerformanceRow]) -> Learned {
        let dataset = self.matching.dataset();
        let handed_off = self.handed_off();
        let plays = Plays::new(dataset, &handed_off);
        Learned::new(dataset, &plays, base, self.matching.policy(), self.today)
    }
}
