//! What outcomes say about playbooks, from data and ledger.

use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::snapshot::Snapshot;
use crate::approval::{Authority, InForce};
use crate::domain::experiment::{HOLDOUT, RANKING};
use crate::domain::{DecisionKind, Entry, PerformanceRow};
use crate::insight::experiment::{Evidence, ExperimentResult};
use crate::insight::learning::counted::counted;
use crate::insight::learning::plays::HandedOff;
use crate::insight::learning::{Calibration, Joined, Learned, Plays};
use crate::store::CustomerKey;

impl Snapshot {
    /// Returns the hand-offs that no row of the data reports too, and those that were undone.
    pub fn handed_off(&self) -> HandedOff {
        let authority = Authority { policy: self.matching.policy(), now: self.now.at };
        let mut all = HandedOff::default();
        for id in self.history.customers() {
            let hand_offs = InForce::new(self.history.of_customer(id), &authority).hand_offs;
            all.undone.extend(hand_offs.undone.iter().map(|entry| entry.id.to_string()));
            if hand_offs.standing.is_empty() {
                continue;
            }
            let only =
                self.matching.dataset().customer_number(id).map(|it| self.only_handed_off(it));
            for entry in hand_offs.standing {
                let is_alone = |only: &Vec<Arc<Entry>>| only.iter().any(|one| one.id == entry.id);
                let of = if only.as_ref().is_none_or(is_alone) {
                    &mut all.alone
                } else {
                    &mut all.reported
                };
                of.push((Arc::clone(entry), self.now.day_of(entry.at)));
            }
        }
        // In the order of the ledger.
        all.alone.sort_by_key(|(entry, _)| entry.seq);
        all
    }

    /// Counts what each experiment of the policy shows so far, in their order.
    pub(super) fn count_experiments(&self) -> Vec<ExperimentResult> {
        let (dataset, policy) = (self.matching.dataset(), self.matching.policy());
        if policy.experiments.is_empty() {
            return Vec::new();
        }
        let handed_off = self.handed_off();
        let plays = Plays::new(dataset, &handed_off);
        let evidence = Evidence {
            matching: &self.matching,
            plays: &plays,
            joined: &Joined::new(dataset, &plays),
            enrolled: self.enrolled(),
            today: self.today(),
        };
        let result = |one| ExperimentResult::new(one, &evidence.counts(one));
        policy.experiments.iter().map(result).collect()
    }

    /// Returns who was enrolled in each experiment with a holdout, and on which day first.
    fn enrolled(&self) -> FxHashMap<&str, FxHashMap<CustomerKey, Date>> {
        let authority = Authority { policy: self.matching.policy(), now: self.now.at };
        let mut all: FxHashMap<&str, FxHashMap<CustomerKey, Date>> = FxHashMap::default();
        for id in self.history.customers() {
            let Some(key) = self.matching.dataset().ids.key(id) else { continue };
            let undone = InForce::new(self.history.of_customer(id), &authority).hand_offs.undone;
            for entry in self.history.of_customer(id) {
                let counts = match entry.kind {
                    DecisionKind::Enroll => true,
                    DecisionKind::HandOff => !undone.iter().any(|one| one.id == entry.id),
                    _ => false,
                };
                let of = entry.basis.get().and_then(|basis| basis.experiment.as_ref());
                if let Some(of) = of.filter(|of| counts && (of.arm == RANKING || of.arm == HOLDOUT))
                {
                    let day = self.now.day_of(entry.at);
                    all.entry(&of.id).or_default().entry(key).or_insert(day);
                }
            }
        }
        all
    }

    /// Returns what outcomes say, on top of the rows of a performance file.
    pub fn learn(&self, base: &[PerformanceRow]) -> Learned {
        let dataset = self.matching.dataset();
        let handed_off = self.handed_off();
        let plays = Plays::new(dataset, &handed_off);
        Learned::new(dataset, &plays, base, self.matching.policy(), self.today())
    }

    /// Returns how far expectations came true.
    pub(super) fn calibrate(&self) -> Calibration {
        let (dataset, policy) = (self.matching.dataset(), self.matching.policy());
        let handed_off = self.handed_off();
        let plays = Plays::new(dataset, &handed_off);
        let joined = Joined::new(dataset, &plays);
        let maturity_days = policy.learning.maturity_days;
        let (counted, _) = counted(dataset, &plays, &joined, maturity_days, self.today());
        Calibration::new(dataset, &counted, policy, self.today())
    }
}
