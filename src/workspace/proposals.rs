//! What was proposed for a customer and is open.

use super::snapshot::Snapshot;
use crate::approval::proposals::ProposalTold;
use crate::approval::{Proposal, open_proposals};
use crate::domain::{Moment, Standing};
use crate::ledger::History;
use crate::matching::Matching;

/// Returns a customer's open proposals, in order.
pub(super) fn proposals_of(
    matching: &Matching,
    history: &History,
    number: usize,
    standing: &Standing,
    now: &Moment,
) -> Vec<Proposal> {
    let view = matching.customer(number).filter(|view| history.is_proposed_for(view.id()));
    let Some(view) = view else { return Vec::new() };
    let basis = matching.basis(number).or_else(|| matching.uncovered_basis(number));
    let choose = |playbook: &str| matching.choose(number, playbook);
    let entries = history.of_customer(view.id());
    open_proposals(basis.as_ref(), &choose, standing, matching.policy(), entries, now)
}

impl Snapshot {
    /// Returns a customer's open proposals, in order.
    pub fn proposals(&self, number: usize) -> Vec<Proposal> {
        let id = self.matching.customer(number).map(|view| view.id()).unwrap_or_default();
        match self.history.is_proposed_for(id) {
            true => self.proposals_with(number, &self.standing(number)),
            false => Vec::new(),
        }
    }

    /// As [`Snapshot::proposals`], where it is known how the customer stands.
    pub fn proposals_with(&self, number: usize, standing: &Standing) -> Vec<Proposal> {
        proposals_of(&self.matching, &self.history, number, standing, &self.now)
    }

    /// Returns a customer's open proposals as JSON has them.
    pub fn proposals_told(&self, number: usize) -> Vec<ProposalTold> {
        self.proposals(number).iter().map(Proposal::told).collect()
    }

    /// Returns the proposal that a reviewer would follow: the last open one that is not stale, else the
    /// last open one.
    pub fn proposal_to_follow(&self, number: usize) -> Option<Proposal> {
        let mut open = self.proposals(number);
        let fresh = open.iter().rposition(|proposal| !proposal.is_stale());
        match fresh {
            Some(fresh) => Some(open.swap_remove(fresh)),
            None => open.pop(),
        }
    }
}
