//! Which of a customer's entries are in force: those that were not undone, in the order of the
//! ledger.

use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::authority::Authority;
use super::signatures;
use crate::domain::status::SignatureFault;
use crate::domain::{DecisionKind, Entry};

/// The hand-offs of a customer.
#[derive(Debug, Clone, Default)]
pub struct HandOffs<'e> {
    /// Those that were not undone, in order.
    pub standing: Vec<&'e Arc<Entry>>,
    /// Those that were undone, in order.
    pub undone: Vec<&'e Arc<Entry>>,
}

/// A customer's entries sorted out.
#[derive(Debug, Clone, Default)]
pub struct InForce<'e> {
    /// Decisions that were not undone, in order.
    pub decisions: Vec<&'e Arc<Entry>>,
    /// The hand-offs.
    pub hand_offs: HandOffs<'e>,
    /// Proposals that were not undone, in order.
    pub proposals: Vec<&'e Arc<Entry>>,
    /// When a decision was undone last.
    pub undone: Option<Timestamp>,
    /// Entries that do not count in their makers' names, in order, each with why.
    pub forged: Vec<(&'e Arc<Entry>, SignatureFault)>,
}

impl<'e> InForce<'e> {
    /// Of all entries of a customer. An undo by someone who may not decide lifts nothing: what
    /// stopped a play still stops it, what was handed off runs, and no approval from before what it
    /// undoes comes into force again.
    pub fn new(
        entries: impl IntoIterator<Item = &'e Arc<Entry>>,
        authority: &Authority<'_>,
    ) -> Self {
        let mut in_force = Self::default();
        let mut entries: Vec<&Arc<Entry>> = entries.into_iter().collect();
        // What is not by whom it says does nothing: no approval, no stop, no undo, no hand-off.
        if authority.policy.has_keys() {
            entries.retain(|entry| match signatures::fault(entry, authority.policy) {
                None => true,
                Some(fault) => {
                    in_force.forged.push((entry, fault));
                    false
                }
            });
        }
        let undos = undos(&entries);
        for entry in entries {
            let undos = undos.get(entry.id.as_str());
            let lifting = undos.map(|undos| undos.iter().find(|undo| authority.lifts(undo, entry)));
            if let Some(undo) = lifting.flatten()
                && entry.kind.decides()
            {
                in_force.undone = in_force.undone.max(Some(undo.at));
            }
            let lifted = lifting.map(|undo| undo.is_some());
            match (entry.kind, lifted) {
                (DecisionKind::Undo | DecisionKind::Enroll | DecisionKind::Recover, _) => {}
                (DecisionKind::Propose, Some(true)) => {}
                (DecisionKind::Propose, _) => in_force.proposals.push(entry),
                (DecisionKind::HandOff, Some(true)) => in_force.hand_offs.undone.push(entry),
                (DecisionKind::HandOff, _) => in_force.hand_offs.standing.push(entry),
                (_, None) => in_force.decisions.push(entry),
                (_, Some(true)) => {}
                (kind, Some(false)) if kind.lets_run() => {
                    in_force.decisions.retain(|before| !before.kind.lets_run());
                }
                (_, Some(false)) => in_force.decisions.push(entry),
            }
        }
        in_force
    }

    /// The decisions that stand together: where several people have to approve, or to choose the same
    /// playbook, each of theirs; else the one that stands.
    pub fn standing_together(mut self, authority: &Authority<'_>) -> Vec<&'e Arc<Entry>> {
        let Some(last) = self.decisions.last().copied() else { return Vec::new() };
        let account_value = last.basis.stake().account_value;
        let needed = authority.policy.approval.approvers_needed(account_value);
        let several = last.kind.lets_run() && needed > 1;
        let together = |entry: &&&Arc<Entry>| several && same_decision(entry, last);
        let first = self.decisions.iter().rev().take_while(together).count().max(1);
        self.decisions.split_off(self.decisions.len() - first)
    }
}

/// The undos of each entry that has any.
fn undos<'e>(entries: &[&'e Arc<Entry>]) -> FxHashMap<&'e str, Vec<&'e Arc<Entry>>> {
    let mut undos: FxHashMap<&str, Vec<&Arc<Entry>>> = FxHashMap::default();
    for undo in entries.iter().filter(|entry| entry.kind == DecisionKind::Undo) {
        if let Some(id) = &undo.undoes {
            undos.entry(id).or_default().push(undo);
        }
    }
    undos
}

/// True where two entries decide the same: a decision of another kind, or for another playbook,
/// replaces those before it.
pub fn same_decision(entry: &Entry, last: &Entry) -> bool {
    entry.kind == last.kind && entry.playbook_id == last.playbook_id
}

/// The last hand-off of a customer that was not undone.
pub fn last_hand_off<'e>(
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
    authority: &Authority<'_>,
) -> Option<&'e Arc<Entry>> {
    InForce::new(entries, authority).hand_offs.standing.pop()
}

/// Returns the undo of an entry, as far as it counts.
pub fn undone_by<'e>(
    entry: &Entry,
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
    authority: &Authority<'_>,
) -> Option<&'e Arc<Entry>> {
    let undoes = |undo: &&Arc<Entry>| {
        undo.undoes.as_ref() == Some(&entry.id)
            && signatures::fault(undo, authority.policy).is_none()
            && (entry.kind.lets_run() || authority.lifts(undo, entry))
    };
    entries.into_iter().find(undoes)
}
