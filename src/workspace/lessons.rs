//! What people's decisions say about playbooks, from data and ledger.

use rayon::prelude::*;

use super::snapshot::Snapshot;
use crate::approval::Authority;
use crate::insight::lessons::{Judged, Lesson, judged, lessons};

impl Snapshot {
    /// Computes what rejections and overrides say.
    pub(super) fn learn_from_people(&self) -> Vec<Lesson> {
        let authority = Authority { policy: self.matching.policy(), now: self.now.at };
        let customers: Vec<&str> = self.history.customers().collect();
        let of = |id: &&str| judged(self.history.of_customer(id), &authority);
        let all: Vec<Judged> = customers.par_iter().flat_map_iter(of).collect();
        lessons(self.matching.dataset(), self.matching.policy(), &all)
    }
}
