//! Whether an entry may be undone, and why not.

use std::sync::Arc;

use jiff::Timestamp;

use super::authority::Authority;
use super::entries::{InForce, last_hand_off, undone_by};
use super::limits::{may_hand_off, within_limits};
use super::refusal::Refusal;
use super::rules::reviewer;
use crate::domain::time::ago;
use crate::domain::{DecisionKind, Entry, Person, Policy, Run};

/// Checks that this person may undo an entry: it has to be the decision, or the hand-off, that is in
/// force for its customer, or a proposal of their own. `run` is the play that runs or ran, about which nothing else is decided.
///
/// # Errors
/// What the entry is instead, or why this person may not undo it.
pub fn may_undo<'e>(
    entry: &Entry,
    by: &str,
    entries: impl IntoIterator<Item = &'e Arc<Entry>> + Clone,
    run: Option<&Run>,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    let person = reviewer(by)?;
    let authority = Authority { policy, now };
    if entry.kind == DecisionKind::Undo {
        return Err(Refusal::UndoOfUndo { entry: entry.words() });
    }
    if entry.kind == DecisionKind::Propose && !Person::new(&entry.by).is(&person) {
        return Err(Refusal::NotItsMaker { entry: entry.words(), maker: entry.by.clone() });
    }
    if let Some(undo) = undone_by(entry, entries.clone(), &authority) {
        let (by, at) = (undo.by.clone(), undo.at);
        return Err(Refusal::AlreadyUndone { entry: entry.words(), by, at, now });
    }
    if entry.kind == DecisionKind::Propose {
        return Ok(());
    }
    let is_hand_off = entry.kind == DecisionKind::HandOff;
    let in_force: Vec<&Arc<Entry>> = match is_hand_off {
        true => last_hand_off(entries.clone(), &authority).into_iter().collect(),
        false => InForce::new(entries.clone(), &authority).standing_together(&authority),
    };
    if !in_force.iter().any(|current| current.id == entry.id) {
        let Some(current) = in_force.last() else {
            return Err(Refusal::NotInForce { entry: entry.words() });
        };
        let (by, done, customer) = (&current.by, current.kind.done(), &current.customer_id);
        return Err(Refusal::Replaced {
            entry: entry.words(),
            current: format!("{by} {done} {customer} (#{}) {}", current.seq, ago(current.at, now)),
            current_seq: current.seq,
        });
    }
    if let Some(run) = run.filter(|_| !is_hand_off) {
        return Err(Refusal::Started {
            customer_id: entry.customer_id.clone(),
            run: Box::new(run.clone()),
            hand_off: last_hand_off(entries, &authority).map(|entry| entry.seq),
            now,
        });
    }
    let nobody: &[&str] = &[];
    match is_hand_off {
        true => may_hand_off(policy, &person),
        false => within_limits(policy, &person, entry.basis.stake(), nobody),
    }
}
