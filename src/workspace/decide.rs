//! Decisions, taken on what is on disk now. The one way to the ledger, for dashboard and command
//! line alike.

use std::path::PathBuf;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;

use super::nearest::nearest;
use super::refresh::Workspace;
use super::snapshot::{LedgerProblem, Snapshot, standing};
use crate::approval::{Refusal, Request, rules};
use crate::domain::{Code, DecisionKind, Entry, Finding};
use crate::intake::DataFile;
use crate::intake::load::Reread;
use crate::ledger::{self, AppendError, Appended, Draft, History};

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
    /// A customer whose row was set aside.
    #[error("{0}")]
    SetAside(String),
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

impl From<Refusal> for DecideError {
    fn from(Refusal(text): Refusal) -> Self {
        Self::Refused(text)
    }
}

impl Snapshot {
    /// The number of a customer.
    ///
    /// # Errors
    /// Where there is none: with the nearest ids, or with what is wrong with its row.
    pub fn find_customer(&self, id: &str) -> Result<usize, DecideError> {
        let dataset = self.matching.dataset();
        if let Some(number) = dataset.customer_number(id) {
            return Ok(number);
        }
        let own_row = |finding: &&Finding| {
            finding.code == Code::BadRow
                && finding.file.as_deref() == Some(DataFile::Customers.name())
                && finding.customer_id.as_deref() == Some(id)
        };
        let nearest = match dataset.findings.iter().find(own_row) {
            Some(finding) => return Err(DecideError::SetAside(finding.to_string())),
            None => nearest(id, dataset.customers().map(|view| view.id())),
        };
        Err(DecideError::UnknownCustomer { id: id.to_owned(), nearest })
    }

    /// Looks whether there is a playbook of that id, be it one whose row was set aside.
    fn find_playbook(&self, id: &str) -> Result<(), DecideError> {
        let dataset = self.matching.dataset();
        let set_aside = || dataset.playbooks_set_aside().any(|row| row.playbook_id == id);
        if dataset.playbook_by_id(id).is_some() || set_aside() {
            return Ok(());
        }
        let nearest = nearest(id, dataset.playbooks().map(|playbook| playbook.id.as_str()));
        Err(DecideError::UnknownPlaybook { id: id.to_owned(), nearest })
    }
}

impl Workspace {
    /// Makes a decision. What is on disk is read under the ledger's lock, so that it is decided on
    /// what stands when the entry is written, however long the lock had to be waited for; returns
    /// when the entry is on disk.
    ///
    /// # Errors
    /// Where the customer is not known, data cannot be read, or a rule or the ledger speaks against
    /// it. Nothing is recorded then.
    pub fn decide(
        &mut self,
        request: &Request,
        clock: impl Fn() -> Timestamp,
    ) -> Result<Decided, DecideError> {
        let before = self.ready()?;
        before.find_customer(&request.customer_id)?;
        if let Some(id) = &request.playbook_id {
            before.find_playbook(id)?;
        }
        let after = match &request.seen {
            Some(seen) => seen.clone(),
            None => before.last_entry(&request.customer_id),
        };
        let ledger = self.ledger.clone();
        let appended = ledger.append(|history| {
            let now = clock();
            let snapshot = self.ready()?;
            let number = snapshot.find_customer(&request.customer_id)?;
            let standing = standing(&snapshot.matching, history, number);
            let stated = snapshot.stated(number);
            let basis = stated.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
            rules::may_decide(request, basis, &standing, snapshot.matching.policy(), now)?;
            let Some(stated) = stated else {
                return Err(DecideError::Refused("nothing is recommended".to_owned()));
            };
            Ok(Draft {
                by: request.by.clone(),
                kind: request.kind,
                customer_id: request.customer_id.clone(),
                playbook_id: stated.basis.recommendation.playbook_id,
                reason: request.reason.clone(),
                note: request.note.clone(),
                until: None,
                undoes: None,
                after,
                basis: stated.text,
                at: now,
            })
        });
        self.decided(appended)
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
        clock: impl Fn() -> Timestamp,
    ) -> Result<Decided, DecideError> {
        let before = self.ready()?;
        let entry = find_entry(&before.history, id)?;
        let after = seen.or_else(|| before.last_entry(&entry.customer_id));
        let appended = self.ledger.append(|history| {
            let now = clock();
            rules::somebody(&by)?;
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
        });
        self.decided(appended)
    }

    /// The view of what is on disk now, if decisions can be made on it.
    fn ready(&mut self) -> Result<Arc<Snapshot>, DecideError> {
        let snapshot = self.refresh(Reread::Changed);
        match &snapshot.ledger_problem {
            None => {}
            Some(LedgerProblem::Unreadable(text)) => {
                return Err(DecideError::Unreadable(text.clone()));
            }
            Some(problem) => return Err(DecideError::Refused(problem.to_string())),
        }
        match snapshot.why_not_deciding() {
            Some(problem) => Err(DecideError::Unreadable(problem)),
            None => Ok(snapshot),
        }
    }

    fn decided(
        &mut self,
        appended: Result<Appended, AppendError<DecideError>>,
    ) -> Result<Decided, DecideError> {
        match appended {
            Ok(appended) => Ok(Decided {
                entry: appended.entry,
                line: appended.line,
                set_aside: appended.set_aside,
                snapshot: self.refresh(Reread::Changed),
            }),
            Err(AppendError::Refused(error)) => Err(error),
            Err(error) => Err(DecideError::Refused(error.to_string())),
        }
    }
}

/// Fewest characters that may stand for a whole entry id.
const SHORTEST_PREFIX: usize = 8;

/// The entry with that id, or that number, or with the only id that begins so.
///
/// # Errors
/// Where there is none, or more than one.
pub fn find_entry(history: &History, id: &str) -> Result<Arc<Entry>, DecideError> {
    if let Some(entry) = history.entry(id) {
        return Ok(Arc::clone(entry));
    }
    let unknown = || DecideError::UnknownEntry(id.to_owned());
    if id.len() < SHORTEST_PREFIX {
        let number = id.trim_start_matches('#').parse().ok();
        let entry = number.and_then(|number: u64| history.entries.iter().find(|e| e.seq == number));
        return entry.cloned().ok_or_else(unknown);
    }
    let mut matching = history.entries.iter().filter(|entry| entry.id.starts_with(id));
    match (matching.next(), matching.next()) {
        (Some(entry), None) => Ok(Arc::clone(entry)),
        (Some(_), Some(_)) => Err(DecideError::AmbiguousEntry(id.to_owned())),
        (None, _) => Err(unknown()),
    }
}
