//! Which entries of the ledger still count: whoever made them may decide today, and no clock ran
//! ahead (`trust.md`, 6 and 8).

use jiff::{SignedDuration, Timestamp};

use super::limits::{allows, may_hand_off};
use crate::domain::status::WhyUncounted;
use crate::domain::{DecisionKind, Entry, Person, Policy, Stake};

/// So far two clocks may differ.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Today's policy and time, by which entries are judged.
#[derive(Debug, Clone, Copy)]
pub struct Authority<'p> {
    pub policy: &'p Policy,
    pub now: Timestamp,
}

impl Authority<'_> {
    /// Why an entry may let nothing run that is about these numbers.
    pub fn against(&self, entry: &Entry, stake: Stake<'_>) -> Option<WhyUncounted> {
        if is_ahead(entry.at, self.now) {
            return Some(WhyUncounted::DatedInFuture);
        }
        let allowed =
            self.policy.approvers.is_empty() || allows(self.policy, &Person::new(&entry.by), stake);
        (!allowed).then_some(WhyUncounted::NotAuthorized)
    }

    /// True where an undo counts in full: what it takes back may make something run.
    pub fn lifts(&self, undo: &Entry, undone: &Entry) -> bool {
        match undone.kind {
            DecisionKind::HandOff => {
                !is_ahead(undo.at, self.now)
                    && may_hand_off(self.policy, &Person::new(&undo.by)).is_ok()
            }
            _ => self.against(undo, undone.basis.stake()).is_none(),
        }
    }
}

/// True of a time further ahead of now than clocks may differ.
pub fn is_ahead(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) > CLOCK_TOLERANCE
}

/// When an entry that is dated in the future begins to count.
pub fn counts_from(at: Timestamp) -> Option<Timestamp> {
    at.checked_sub(CLOCK_TOLERANCE).ok()
}
