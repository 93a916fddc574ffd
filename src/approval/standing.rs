//! Recommendation × policy × decisions to a status (`decisions.md`, *Status*).

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::drift::drift;
use crate::domain::{Basis, DecisionKind, Entry, Policy, Standing, Status};

/// The decision that stands for a customer: the last one that was not taken back. An undo takes
/// back one decision, and what stood before it stands again.
pub fn standing_decision<'e>(
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
) -> Option<&'e Arc<Entry>> {
    let mut decisions: Vec<&Arc<Entry>> = Vec::new();
    let mut undone: FxHashSet<&str> = FxHashSet::default();
    for entry in entries {
        match (entry.kind, &entry.undoes) {
            (DecisionKind::Undo, Some(id)) => {
                undone.insert(id);
            }
            (DecisionKind::Undo | DecisionKind::HandOff, _) => {}
            _ => decisions.push(entry),
        }
    }
    decisions.into_iter().rev().find(|entry| !undone.contains(entry.id.as_str()))
}

/// Where a recommendation stands.
///
/// `basis` is what stands now, `None` where nothing is recommended; `doubtful` tells that a row
/// behind it was set aside; `entries` are the customer's, in the order of the ledger.
pub fn standing<'e>(
    basis: Option<&Basis>,
    doubtful: bool,
    policy: &Policy,
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
) -> Standing {
    let decision = standing_decision(entries);
    let mut standing = Standing {
        status: Status::None,
        decision: decision.cloned(),
        approvals: Vec::new(),
        changed: Vec::new(),
    };
    let Some(basis) = basis else { return standing };
    let needs_approval = basis.recommendation.requires_human_approval;
    let undecided = match (needs_approval, doubtful) {
        (true, _) => Status::Pending,
        (false, true) => Status::Held,
        (false, false) => Status::Automatic,
    };
    let Some(decision) = decision else {
        standing.status = undecided;
        return standing;
    };
    let changed = drift(&decision.basis, basis, policy);
    if changed.is_empty() {
        standing.status = match decision.kind {
            DecisionKind::Approve => {
                standing.approvals.push(decision.by.clone());
                Status::Approved
            }
            DecisionKind::Reject => Status::Rejected,
            DecisionKind::Defer => Status::Deferred,
            DecisionKind::Override => Status::Overridden,
            DecisionKind::Undo | DecisionKind::HandOff => undecided,
        };
        return standing;
    }
    // What needs no approval runs again once it is about something else, unless somebody stopped
    // this very playbook.
    let stopped = matches!(
        decision.kind,
        DecisionKind::Reject | DecisionKind::Defer | DecisionKind::Override
    ) && decision.basis.recommendation.playbook_id
        == basis.recommendation.playbook_id;
    if needs_approval || stopped {
        standing.status = Status::Stale;
        standing.changed = changed;
    } else {
        standing.status = undecided;
    }
    standing
}

#[cfg(test)]
mod tests {
    use super::super::samples::{automatic, basis, entry, undo};
    use super::*;
    use DecisionKind::{Approve, Reject};

    fn status(now: &Basis, doubtful: bool, entries: &[Arc<Entry>]) -> Status {
        standing(Some(now), doubtful, &Policy::default(), entries).status
    }

    #[test]
    fn undecided_it_depends_on_who_asks_and_what_was_set_aside() {
        assert_eq!(status(&basis(), false, &[]), Status::Pending);
        assert_eq!(status(&basis(), true, &[]), Status::Pending);
        assert_eq!(status(&automatic(), false, &[]), Status::Automatic);
        assert_eq!(status(&automatic(), true, &[]), Status::Held);
        assert_eq!(standing(None, true, &Policy::default(), &[]).status, Status::None);
    }

    #[test]
    fn a_decision_stands_and_a_later_one_replaces_it() {
        let now = basis();
        let mut entries = vec![entry(1, Approve, "dana", &now)];
        let standing = standing(Some(&now), false, &Policy::default(), &entries);
        assert_eq!(standing.status, Status::Approved);
        assert_eq!(standing.approvals, ["dana"]);
        entries.push(entry(2, Reject, "sam", &now));
        assert_eq!(status(&now, false, &entries), Status::Rejected);
    }

    #[test]
    fn an_undo_brings_back_what_stood_before() {
        let now = basis();
        let entries = [
            entry(1, Approve, "dana", &now),
            entry(2, Reject, "sam", &now),
            undo(3, 2, &now),
            undo(4, 1, &now),
        ];
        assert_eq!(status(&now, false, &entries[..3]), Status::Approved);
        assert_eq!(status(&now, false, &entries), Status::Pending);
    }

    #[test]
    fn a_person_who_looked_lifts_the_hold_and_may_stop_what_is_automatic() {
        let now = automatic();
        assert_eq!(status(&now, true, &[entry(1, Approve, "dana", &now)]), Status::Approved);
        assert_eq!(status(&now, false, &[entry(1, Reject, "dana", &now)]), Status::Rejected);
    }

    #[test]
    fn a_decision_about_something_else_is_stale_and_numbers_that_come_back_revive_it() {
        let now = basis();
        let mut then = basis();
        then.recommendation.risk_score = 0.4;
        let entries = [entry(1, Approve, "dana", &then)];
        let stale = standing(Some(&now), false, &Policy::default(), &entries);
        assert_eq!(stale.status, Status::Stale);
        assert_eq!(stale.changed.len(), 1);
        assert_eq!(stale.changed[0].field, "risk_score");
        assert_eq!(status(&then, false, &entries), Status::Approved);
    }

    #[test]
    fn what_needs_no_approval_now_runs_again_unless_this_playbook_was_stopped() {
        let now = automatic();
        let stopped = [entry(1, Reject, "dana", &basis())];
        assert_eq!(status(&now, false, &stopped), Status::Stale);
        let approved = [entry(1, Approve, "dana", &basis())];
        assert_eq!(status(&now, false, &approved), Status::Automatic);
        assert_eq!(status(&now, true, &approved), Status::Held);
        let mut other = basis();
        other.recommendation.playbook_id = "P2".into();
        assert_eq!(status(&now, false, &[entry(1, Reject, "dana", &other)]), Status::Automatic);
    }

    #[test]
    fn without_a_recommendation_nothing_stands() {
        let entries = [entry(1, Approve, "dana", &basis())];
        let standing = standing(None, false, &Policy::default(), &entries);
        assert_eq!(standing.status, Status::None);
        assert!(standing.decision.is_some(), "it is kept for whoever asks what was decided");
    }
}
