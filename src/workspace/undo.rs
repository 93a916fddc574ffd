//! Who may undo what, in one view.

use std::sync::Arc;

use jiff::Timestamp;

use super::snapshot::Snapshot;
use crate::approval::words::run_words;
use crate::approval::{Authority, InForce, last_hand_off, may_undo, rules};
use crate::domain::{Entry, Error, ErrorKind, Person, Run, Status};

impl Snapshot {
    /// Returns the entry that a reviewer would undo for a customer: the hand-off of a play that has
    /// started, else the decision in force, of several their own, or their later proposal. `None` where
    /// nothing was decided.
    ///
    /// # Errors
    /// Where the reviewer may not undo it, or a play runs that was not handed off here.
    pub fn undoable(
        &self,
        number: usize,
        by: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Entry>>, Error> {
        let standing = self.standing(number);
        let view = self.matching.customer(number);
        let id = view.map(|view| view.id()).unwrap_or_default();
        let authority = Authority { policy: self.matching.policy(), now };
        let entry = if matches!(standing.status, Status::Running | Status::Done) {
            // Whatever was decided about it, it runs: only the hand-off can be undone.
            let started = || {
                let run = standing.run.as_ref().map(|run| run_words(run, now));
                Error::new(ErrorKind::Refused, run.unwrap_or_default())
            };
            let hand_off = last_hand_off(self.history.of_customer(id), &authority);
            Some(Arc::clone(hand_off.ok_or_else(started)?))
        } else {
            let in_force = InForce::new(self.history.of_customer(id), &authority);
            let together = in_force.standing_together(&authority);
            let me = Person::new(by);
            let is_own = |entry: &&Arc<Entry>| Person::new(&entry.by).is(&me);
            let own = together.iter().copied().find(is_own).map(Arc::clone);
            // Of the reviewer's own the later one.
            let open = self.proposals_with(number, &standing).into_iter();
            let proposed = open.map(|proposal| proposal.entry).rfind(|entry| is_own(&entry));
            own.into_iter()
                .chain(proposed)
                .max_by_key(|entry| entry.seq)
                .or_else(|| standing.decision.clone())
        };
        let Some(entry) = entry else { return Ok(None) };
        self.may_undo(&entry, by, None, now)?;
        Ok(Some(entry))
    }

    /// Checks whether a reviewer may undo an entry, whatever else was decided since.
    ///
    /// # Errors
    /// Where they may not.
    pub fn may_undo_now(&self, entry: &Entry, by: &str, now: Timestamp) -> Result<(), Error> {
        let number = self.matching.dataset().customer_number(&entry.customer_id);
        let standing = number.map(|number| self.standing(number));
        self.may_undo(entry, by, standing.as_ref().and_then(rules::started), now)
    }

    fn may_undo(
        &self,
        entry: &Entry,
        by: &str,
        run: Option<&Run>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let entries: Vec<_> = self.history.of_customer(&entry.customer_id).collect();
        let policy = self.matching.policy();
        may_undo(entry, by, entries.iter().copied(), run, policy, now).map_err(Error::from)
    }
}
