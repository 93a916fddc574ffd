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
