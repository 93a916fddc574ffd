//! Decisions, taken on what is on disk now. The one way to the ledger, for dashboard and command
//! line alike.

use std::path::PathBuf;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;

use super::nearest::nearest;
use super::refresh::Workspace;
use super::snapshot::{Snapshot, standing};
use crate::approval::{Refusal, Request, rules};
use crate::domain::{DecisionKind, Entry};
use crate::intake::load::Reread;
use crate::ledger::{self, AppendError, Draft, History};

/// A decision that is on disk.
#[derive(Debug, Clone)]
pub struct Decided {
    pub entry: Arc<Entry>,
    /// The entry's line as it is stored, without its newline.
    pub line: String,
    /// Where an unfinished last line of the ledger was put, if there was one.
    pub set_aside: Option<PathBuf>,
    /// The view with the decision in it.
    pub snapshot: Arc<Snapshot>,
}

/// Why nothing was decided. The text says what was found and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    #[error("there is no customer {id}{}", meant(.nearest))]
    UnknownCustomer { id: String, nearest: Vec<String> },
    #[error("there is no playbook {id}{}", meant(.nearest))]
    UnknownPlaybook { id: String, nearest: Vec<String> },
    #[error("there is no entry {0} in the ledger; `nextplay log` lists them")]
    UnknownEntry(String),
    #[error("{0} is the beginning of more than one entry; name more of its id")]
    AmbiguousEntry(String),
    /// Data that cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// A rule, another reviewer's decision, or a ledger that cannot be written.
    #[error("{0}")]
    Refused(String),
}

fn meant(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; like it are {}", nearest.join(", ")) }
}

impl Snapshot {
    /// The number of a customer.
    ///
    /// # Errors
    /// With the nearest ids where there is none.
    pub fn find_customer(&self, id: &str) -> Result<usize, DecideError> {
        let dataset = self.matching.dataset();
        dataset.customer_number(id).ok_or_else(|| {
            let known = dataset.customers().map(|view| view.customer.id.as_str());
            DecideError::UnknownCustomer { id: id.to_owned(), nearest: nearest(id, known) }
        })
    }
}

impl Workspace {
    /// Makes a decision: reads what changed on disk, looks at the rules under the ledger's lock, and
    /// returns when the entry is on disk.
    ///
    /// # Errors
    /// Where the customer is not known, data cannot be read, or a rule or the ledger speaks against
    /// it. Nothing is recorded then.
    pub fn decide(&mut self, request: &Request, now: Timestamp) -> Result<Decided, DecideError> {
        let snapshot = self.ready()?;
        let number = snapshot.find_customer(&request.customer_id)?;
        if let Some(id) = &request.playbook_id
            && snapshot.matching.dataset().playbook_by_id(id).is_none()
        {
            let known = snapshot.matching.dataset().playbooks().map(|p| p.id.as_str());
            return Err(DecideError::UnknownPlaybook {
                id: id.to_string(),
                nearest: nearest(id, known),
            });
        }
        let stated = snapshot.stated(number);
        let after = match &request.seen {
            Some(seen) => seen.clone(),
            None => snapshot.last_entry(&request.customer_id),
        };
        self.append(|history| {
            let standing = standing(&snapshot.matching, history, number);
            let basis = stated.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
            rules::may_decide(request, basis, &standing, snapshot.matching.policy(), now)?;
            let Some(stated) = &stated else {
                return Err(Refusal("nothing is recommended".to_owned()));
            };
            Ok(Draft {
                by: request.by.clone(),
                kind: request.kind,
                customer_id: request.customer_id.clone(),
                playbook_id: stated.basis.recommendation.playbook_id.clone(),
                reason: request.reason.clone(),
                note: request.note.clone(),
                until: None,
                undoes: None,
                after,
                basis: stated.text.clone(),
                at: now,
            })
        })
    }

    /// Takes a decision back by a new entry. `id` is the entry's, or its beginning where that is
    /// enough to tell it. `seen` is the last entry for the customer that the reviewer saw.
    ///
    /// # Errors
    /// As [`Workspace::decide`]; also where the entry is not the decision that stands.
    pub fn undo(
        &mut self,
        id: &str,
        by: CompactString,
        seen: Option<CompactString>,
        now: Timestamp,
    ) -> Result<Decided, DecideError> {
        let snapshot = self.ready()?;
        let entry = find_entry(&snapshot.history, id)?;
        let after = seen.or_else(|| snapshot.last_entry(&entry.customer_id));
        self.append(|history| {
            if by.trim().is_empty() {
                return Err(Refusal(
                    "nobody is named as the reviewer; name one with --by NAME".to_owned(),
                ));
            }
            let entries: Vec<&Arc<Entry>> = history.of_customer(&entry.customer_id).collect();
            rules::may_undo(&entry, entries.iter().copied(), now)?;
            Ok(Draft {
                by,
                kind: DecisionKind::Undo,
                customer_id: entry.customer_id.clone(),
                playbook_id: entry.playbook_id.clone(),
                reason: None,
                note: None,
                until: None,
                undoes: Some(entry.id.clone()),
                after,
                // What is taken back is a decision on those numbers, whatever stands now.
                basis: ledger::basis_text(&entry.basis),
                at: now,
            })
        })
    }

    /// The view of what is on disk now, if decisions can be made on it.
    fn ready(&mut self) -> Result<Arc<Snapshot>, DecideError> {
        let snapshot = self.refresh(Reread::Changed);
        if let Some(problem) = &snapshot.ledger_problem {
            return Err(DecideError::Refused(problem.clone()));
        }
        match snapshot.why_not_deciding() {
            Some(problem) => Err(DecideError::Unreadable(problem)),
            None => Ok(snapshot),
        }
    }

    fn append(
        &mut self,
        draft: impl FnOnce(&History) -> Result<Draft, Refusal>,
    ) -> Result<Decided, DecideError> {
        match self.ledger.append(draft) {
            Ok(appended) => Ok(Decided {
                entry: appended.entry,
                line: appended.line,
                set_aside: appended.set_aside,
                snapshot: self.refresh(Reread::Changed),
            }),
            Err(AppendError::Refused(Refusal(text))) => Err(DecideError::Refused(text)),
            Err(error) => Err(DecideError::Refused(error.to_string())),
        }
    }
}

/// Fewest characters that may stand for a whole entry id.
const SHORTEST_PREFIX: usize = 8;

/// The entry with that id, or with the only id that begins so.
///
/// # Errors
/// Where there is none, or more than one.
pub fn find_entry(history: &History, id: &str) -> Result<Arc<Entry>, DecideError> {
    if let Some(entry) = history.entry(id) {
        return Ok(Arc::clone(entry));
    }
    let unknown = || DecideError::UnknownEntry(id.to_owned());
    if id.len() < SHORTEST_PREFIX {
        return Err(unknown());
    }
    let mut matching = history.entries.iter().filter(|entry| entry.id.starts_with(id));
    match (matching.next(), matching.next()) {
        (Some(entry), None) => Ok(Arc::clone(entry)),
        (Some(_), Some(_)) => Err(DecideError::AmbiguousEntry(id.to_owned())),
        (None, _) => Err(unknown()),
    }
}
