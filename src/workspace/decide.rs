//! Decisions, taken on what is on disk now. The one way to the ledger, for dashboard and command
//! line alike.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use compact_str::CompactString;

use super::proposals::proposals_of;
use super::refresh::Workspace;
use super::sign::{Signing, counted};
use super::snapshot::{LedgerProblem, Snapshot};
use super::statuses::{run_of, standing};
use crate::approval::rules::{self, started};
use crate::approval::{Authority, Refusal, Request, may_undo, proposals};
use crate::domain::suggestion::{Suggestion, did_you_mean, shortened};
use crate::domain::{Basis, DecisionKind, Entry, Error, ErrorKind, Moment, Policy, Standing};
use crate::intake::load::Reread;
use crate::ledger::{
    self, AppendError, Draft, Drafts, EntryIds, History, LedgerError, Recorded, Settled,
};

/// A decision or an undo that a reviewer requests.
#[derive(Debug, Clone, PartialEq)]
pub enum DecisionRequest {
    /// A decision about what is recommended.
    Decide(Request),
    /// To undo a decision or a hand-off, by a new entry.
    Undo {
        /// The entry's id, or its beginning where that is enough to tell it, or its number.
        entry: CompactString,
        /// The reviewer.
        by: CompactString,
        /// Free text.
        note: Option<String>,
        /// The last entry for the customer that the reviewer saw; `None` where nothing was shown.
        seen: Option<Option<CompactString>>,
    },
}

/// A decision that is saved: written and flushed to the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedDecision {
    /// Its entry.
    pub entry: Arc<Entry>,
    /// Where an unfinished last line of the ledger was moved to, if there was one.
    pub set_aside: Option<PathBuf>,
}

/// The outcome of decisions that were requested together.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The outcome of each, in the order of the requests.
    pub each: Vec<Result<RecordedDecision, DecideError>>,
    /// The view with the decisions in it.
    pub snapshot: Arc<Snapshot>,
}

/// Why nothing was decided.
#[derive(Debug, Clone, PartialEq)]
pub enum DecideError {
    /// There is no such customer.
    UnknownCustomer {
        /// The id.
        id: String,
        /// Where it was looked for.
        file: CompactString,
        /// The nearest ids.
        nearest: Vec<Suggestion>,
    },
    /// More than one customer has that name.
    AmbiguousCustomer {
        /// What was typed.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// The row of the customer was skipped: the finding.
    SkippedRow(String),
    /// There is no such playbook.
    UnknownPlaybook {
        /// The id.
        id: String,
        /// Where it was looked for.
        file: CompactString,
        /// The nearest ids.
        nearest: Vec<Suggestion>,
    },
    /// There is no such entry in the ledger.
    UnknownEntry(String),
    /// More than one entry begins with this id.
    AmbiguousEntry(String),
    /// No entry of the ledger belongs to such a batch.
    UnknownBatch(String),
    /// More than one batch begins with this id.
    AmbiguousBatch(String),
    /// Data, policy or ledger cannot be read.
    Unreadable(Error),
    /// The output of a hand-off cannot be written, so nothing was handed off.
    Output(Error),
    /// Another process holds the ledger.
    Busy(Error),
    /// The ledger cannot be written, or another reviewer decided first.
    NotRecorded(Error),
    /// Whether it is recorded is not known: the server of the ledger does not answer.
    NotConfirmed {
        /// The id of the entry that may or may not be there.
        id: CompactString,
    },
    /// A rule does not allow it.
    Refused(Refusal),
}

impl From<Refusal> for DecideError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DecideError> for Error {
    fn from(error: DecideError) -> Self {
        let unknown = |what: &str, id: &str, file: &str, nearest: &[Suggestion]| {
            let message = format!("no {what} \"{}\" in {file}", shortened(id));
            let hints = did_you_mean(nearest).into_iter().collect();
            Self { kind: ErrorKind::Usage, message, hints }
        };
        match error {
            DecideError::UnknownCustomer { id, file, nearest } => {
                unknown("customer", &id, &file, &nearest)
            }
            DecideError::UnknownPlaybook { id, file, nearest } => {
                unknown("playbook", &id, &file, &nearest)
            }
            DecideError::AmbiguousCustomer { name, ids } => {
                let message = format!("{} customers are named \"{}\"", ids.len(), shortened(&name));
                let some: Vec<&str> = ids.iter().take(10).map(String::as_str).collect();
                Self::new(ErrorKind::Usage, message)
                    .hint(format!("name one by its id: {}", some.join(", ")))
            }
            DecideError::SkippedRow(finding) => Self::new(ErrorKind::Data, finding),
            DecideError::UnknownEntry(id) => {
                Self::new(ErrorKind::Usage, format!("no entry {id:?} in the ledger"))
                    .hint("`nextplay log` lists the entries")
            }
            DecideError::AmbiguousEntry(id) => {
                Self::new(ErrorKind::Usage, format!("more than one entry begins with {id:?}"))
                    .hint("type more of its id")
            }
            DecideError::UnknownBatch(id) => {
                Self::new(ErrorKind::Usage, format!("no batch {id:?} in the ledger"))
                    .hint("`nextplay log --format jsonl` shows the batch of each entry")
            }
            DecideError::AmbiguousBatch(id) => {
                Self::new(ErrorKind::Usage, format!("more than one batch begins with {id:?}"))
                    .hint("type more of its id")
            }
            DecideError::Unreadable(error)
            | DecideError::Output(error)
            | DecideError::Busy(error)
            | DecideError::NotRecorded(error) => error,
            DecideError::NotConfirmed { id } => LedgerError::NotConfirmed { id }.into(),
            DecideError::Refused(refusal) => refusal.into(),
        }
    }
}

impl fmt::Display for DecideError {
    /// The message and the hints in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Error::from(self.clone()).one_line())
    }
}

impl std::error::Error for DecideError {}

impl Workspace {
    /// Makes decisions. What is on disk is read under the ledger's lock, so that they are made on
    /// what stands when the entries are written, however long the lock had to be waited for; returns
    /// when all of them are on disk. Each that is refused is so by itself. The entries of several
    /// requests have a batch id in common.
    ///
    /// # Errors
    /// Where data cannot be read, or the ledger cannot be trusted or written: nothing is recorded
    /// then. Of one decision: where the customer is not known, or a rule or another reviewer's
    /// decision speaks against it.
    pub fn decide_each(&mut self, asks: &[DecisionRequest]) -> Result<Decided, DecideError> {
        let before = self.ready()?;
        // What was not shown is decided on as it is before the lock is waited for.
        let known: Vec<Option<CompactString>> =
            asks.iter().map(|ask| ask.last_known(&before)).collect();
        let ledger = self.ledger.ledger.clone();
        let read = self.ledger.known();
        let signing = self.sign_before(asks, &known, &before)?;
        let recorded = ledger.append_each(read.as_deref(), |history| {
            let snapshot = self.ready_under(history)?;
            if let Some(why) = &snapshot.cannot_decide {
                return Err(DecideError::NotRecorded(why.clone()));
            }
            let now = self.clock.now();
            let view = Current { snapshot: &snapshot, history, now: &now };
            let policy = snapshot.matching.policy();
            let attach = |(place, draft): (usize, Result<Draft, DecideError>)| {
                signing.attach_at(place, draft?, policy).map_err(DecideError::NotRecorded)
            };
            let drafts = view.drafts(asks, &known).into_iter().enumerate().map(attach).collect();
            Ok(Box::new(std::iter::once(drafts)) as Drafts<'_, DecideError>)
        });
        let recorded = recorded.map_err(decide_error);
        if let Err(DecideError::Busy(_)) = &recorded {
            // Asked again in a moment: no one signs twice for that.
            self.signed_before = Some(signing);
        }
        let Recorded { each, torn, history } = recorded?;
        let mut torn = torn;
        let snapshot = self.refresh_under(&history);
        let policy = snapshot.matching.policy();
        let made = |recorded: Result<Arc<Entry>, AppendError<DecideError>>| match outcome(
            recorded, policy,
        ) {
            Ok(entry) => {
                tracing::info!(entry = entry.seq, kind = entry.kind.name(), "decision saved");
                Ok(RecordedDecision { entry, set_aside: torn.take() })
            }
            Err(error) => {
                tracing::warn!("nothing was decided: {error}");
                Err(error)
            }
        };
        let each = each.into_iter().map(made).collect();
        Ok(Decided { each, snapshot })
    }

    /// Signs what would be decided on the view before the lock is taken, as far as the reviewer's entries
    /// have to be signed.
    fn sign_before(
        &mut self,
        asks: &[DecisionRequest],
        known: &[Option<CompactString>],
        before: &Snapshot,
    ) -> Result<Signing, DecideError> {
        let now = self.clock.now();
        let by = asks.first().map(DecisionRequest::by).cloned().unwrap_or_default();
        let mut signing = Signing::new(by, now.at);
        let policy = before.matching.policy();
        if self.signer.may_sign(policy) {
            let view = Current { snapshot: before, history: &before.history, now: &now };
            let drafts = view.drafts(asks, known);
            let kept = self.signed_before.take().filter(|kept| kept.is_fresh(now.at));
            if let Some(kept) = kept.filter(|kept| kept.is_of(&drafts)) {
                return Ok(kept);
            }
            let signed = signing.sign_all(&self.signer, policy, drafts);
            signed.map_err(DecideError::NotRecorded)?;
        }
        Ok(signing)
    }

    /// Asks once more for decisions that were not confirmed, and returns the outcome of those that are
    /// answered now; `None` where none is.
    pub fn ask_again(&mut self) -> Option<Decided> {
        let known = self.ledger.known();
        let settled = self.ledger.ledger.ask_again(known.as_deref());
        if settled.is_empty() {
            return None;
        }
        let snapshot = self.refresh(Reread::Changed);
        let policy = snapshot.matching.policy();
        let made = |(id, result): Settled| match result.and_then(|entry| counted(entry, policy)) {
            Ok(entry) => {
                tracing::info!(entry = entry.seq, kind = entry.kind.name(), "decision confirmed");
                Ok(RecordedDecision { entry, set_aside: None })
            }
            Err(error) => {
                tracing::warn!("entry {id} was not made: {error}");
                Err(DecideError::NotRecorded(error))
            }
        };
        let each = settled.into_iter().map(made).collect();
        Some(Decided { each, snapshot })
    }

    /// Makes one decision.
    ///
    /// # Errors
    /// As [`Workspace::decide_each`], and where it was refused.
    pub fn decide(&mut self, ask: DecisionRequest) -> Result<RecordedDecision, DecideError> {
        let decided = self.decide_each(&[ask])?;
        let none = || Err(internal("a decision was lost"));
        decided.each.into_iter().next().unwrap_or_else(none)
    }

    /// The view of what is on disk now, if decisions can be made on it.
    pub(super) fn ready(&mut self) -> Result<Arc<Snapshot>, DecideError> {
        ready(self.refresh(Reread::Changed))
    }

    /// As [`Workspace::ready`], with what was read of the ledger under its lock.
    pub(super) fn ready_under(
        &mut self,
        history: &Arc<History>,
    ) -> Result<Arc<Snapshot>, DecideError> {
        self.ledger.recall();
        ready(self.refresh_under(history))
    }
}

/// A view, if decisions can be made on it.
fn ready(snapshot: Arc<Snapshot>) -> Result<Arc<Snapshot>, DecideError> {
    let unreadable = snapshot.directory_problem.is_some()
        || !snapshot.problems.is_empty()
        || snapshot.policy.never_good
        || matches!(snapshot.ledger_problem, Some(LedgerProblem::Unreadable(_)));
    match snapshot.why_not_recording() {
        None => Ok(snapshot),
        Some(problem) if matches!(snapshot.ledger_problem, Some(LedgerProblem::Busy(_))) => {
            Err(DecideError::Busy(problem))
        }
        Some(problem) if unreadable => {
            Err(DecideError::Unreadable(Error { kind: ErrorKind::Data, ..problem }))
        }
        Some(problem) => {
            Err(DecideError::NotRecorded(Error { kind: ErrorKind::Refused, ..problem }))
        }
    }
}

/// A broken rule of the program itself.
pub(super) fn internal(what: &str) -> DecideError {
    debug_assert!(false, "{what}");
    tracing::error!("{what}");
    DecideError::NotRecorded(Error::new(ErrorKind::Internal, what))
}

/// The entry that was made, if it counts.
pub(super) fn outcome(
    recorded: Result<Arc<Entry>, AppendError<DecideError>>,
    policy: &Policy,
) -> Result<Arc<Entry>, DecideError> {
    let entry = recorded.map_err(decide_error)?;
    counted(entry, policy).map_err(DecideError::NotRecorded)
}

pub(super) fn decide_error(error: AppendError<DecideError>) -> DecideError {
    match error {
        AppendError::Refused(error) => error,
        AppendError::Ledger(LedgerError::NotConfirmed { id }) => DecideError::NotConfirmed { id },
        AppendError::Ledger(error) if error.is_busy() => DecideError::Busy(error.into()),
        error => {
            // Whatever it is: nothing was recorded, and the command ends as it does for a refusal.
            let error = Error { kind: ErrorKind::Refused, ..error.into() };
            DecideError::NotRecorded(error)
        }
    }
}

impl DecisionRequest {
    /// Returns the reviewer.
    fn by(&self) -> &CompactString {
        match self {
            Self::Decide(request) => &request.by,
            Self::Undo { by, .. } => by,
        }
    }

    /// The last entry for the customer that the reviewer knew.
    fn last_known(&self, before: &Snapshot) -> Option<CompactString> {
        match self {
            Self::Decide(Request { seen: Some(seen), .. })
            | Self::Undo { seen: Some(seen), .. } => seen.clone(),
            Self::Decide(request) => before.last_entry(&request.customer_id),
            Self::Undo { entry, .. } => {
                let entry = find_entry(&before.history, entry).ok()?;
                before.last_entry(&entry.customer_id)
            }
        }
    }
}

/// What stands while the ledger is locked.
struct Current<'a> {
    snapshot: &'a Snapshot,
    /// The ledger as it is under the lock; the snapshot's may be a moment older.
    history: &'a History,
    now: &'a Moment,
}

impl Current<'_> {
    /// What is asked for, each as a draft; several have a batch id in common.
    fn drafts(
        &self,
        asks: &[DecisionRequest],
        known: &[Option<CompactString>],
    ) -> Vec<Result<Draft, DecideError>> {
        let draft = |(ask, known): (&DecisionRequest, &Option<CompactString>)| {
            self.draft(ask, known.clone())
        };
        let mut drafts: Vec<_> = asks.iter().zip(known).map(draft).collect();
        if drafts.iter().flatten().count() > 1 {
            let batch = EntryIds::default().next(self.now.at);
            drafts.iter_mut().flatten().for_each(|draft| draft.batch = Some(batch.clone()));
        }
        drafts
    }

    fn draft(
        &self,
        ask: &DecisionRequest,
        after: Option<CompactString>,
    ) -> Result<Draft, DecideError> {
        match ask {
            DecisionRequest::Decide(request) => self.decision(request, after),
            DecisionRequest::Undo { entry, by, note, .. } => {
                self.undo(entry, by, note.as_ref(), after)
            }
        }
    }

    fn standing(&self, number: usize) -> Standing {
        standing(&self.snapshot.matching, self.history, number, self.now)
    }

    fn decision(
        &self,
        request: &Request,
        after: Option<CompactString>,
    ) -> Result<Draft, DecideError> {
        let number = self.snapshot.find_customer(&request.customer_id)?;
        if let Some(id) = &request.playbook_id {
            self.snapshot.find_playbook(id)?;
        }
        let policy = self.snapshot.matching.policy();
        let stated = self.snapshot.hashed_basis(number);
        let basis = stated.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
        let recommended = stated.as_ref().map(|stated| &stated.basis.recommendation.playbook_id);
        let chosen = match (request.kind, &request.playbook_id) {
            (DecisionKind::Override, Some(id)) => self.snapshot.hashed_basis_with(number, id),
            (DecisionKind::Propose, Some(id)) if recommended != Some(id) => {
                self.snapshot.hashed_basis_with(number, id)
            }
            _ => None,
        };
        let choice = chosen.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
        let standing = self.standing(number);
        if let Some(chosen) = &chosen {
            let id = chosen.basis.playbook_id();
            let run = run_of(&self.snapshot.matching, self.history, number, id, self.now);
            rules::may_choose(&request.customer_id, run.as_ref(), self.now.at)?;
        }
        if request.kind == DecisionKind::Propose {
            let (matching, history) = (&self.snapshot.matching, self.history);
            let open = proposals_of(matching, history, number, &standing, self.now);
            let now = self.now;
            proposals::may_propose(request, basis, choice, &standing, &open, policy, now)?;
        } else {
            rules::may_decide(request, basis, choice, &standing, policy, self.now)?;
        }
        let decided_on = match request.kind {
            DecisionKind::Override => chosen,
            _ => chosen.or(stated),
        };
        let Some(stated) = decided_on else {
            return Err(internal("a decision without a recommendation"));
        };
        let about = (request.customer_id.clone(), stated.basis.playbook_id().clone());
        let proposal = request.proposal.as_deref();
        let proposal = proposal.map(|id| self.proposal(request, &about.1, id)).transpose()?;
        Ok(Draft {
            proposal,
            reason: request.reason.clone(),
            note: request.note.clone(),
            until: request.until,
            until_at: request.until.and_then(|until| self.now.start_of(until)),
            after,
            ..Draft::new(request.kind, request.by.clone(), about, stated.text, self.now.at)
        })
    }

    /// The id of the proposal that a decision about a playbook follows.
    fn proposal(
        &self,
        request: &Request,
        playbook: &str,
        id: &str,
    ) -> Result<CompactString, DecideError> {
        if !request.kind.lets_run() {
            return Err(Refusal::FollowsNothing { kind: request.kind }.into());
        }
        let entry = find_entry(self.history, id)?;
        let authority = Authority { policy: self.snapshot.matching.policy(), now: self.now.at };
        let entries = self.history.of_customer(&entry.customer_id);
        proposals::may_follow(request, playbook, &entry, entries, &authority)?;
        Ok(entry.id.clone())
    }

    fn undo(
        &self,
        id: &str,
        by: &CompactString,
        note: Option<&String>,
        after: Option<CompactString>,
    ) -> Result<Draft, DecideError> {
        let entry = find_entry(self.history, id)?;
        let entries: Vec<&Arc<Entry>> = self.history.of_customer(&entry.customer_id).collect();
        let number = self.snapshot.matching.dataset().customer_number(&entry.customer_id);
        let standing = number.map(|number| self.standing(number));
        let run = standing.as_ref().and_then(started);
        let policy = self.snapshot.matching.policy();
        may_undo(&entry, by, entries.iter().copied(), run, policy, self.now.at)?;
        let about = (entry.customer_id.clone(), entry.playbook_id.clone());
        // What is undone is a decision on those numbers, whatever is recommended now; the undo itself is
        // signed for this ledger.
        let mut basis = Basis::clone(&entry.basis);
        basis.ledger_id.clone_from(&policy.ledger_id);
        let basis = ledger::basis_text(&basis);
        Ok(Draft {
            note: note.cloned(),
            undoes: Some(entry.id.clone()),
            after,
            ..Draft::new(DecisionKind::Undo, by.clone(), about, basis, self.now.at)
        })
    }
}

/// Fewest characters that may stand for a whole entry id.
pub const SHORTEST_PREFIX: usize = 8;

/// The entry with that id, or that number, or with the only id that begins so.
///
/// # Errors
/// Where there is none, or more than one.
pub fn find_entry(history: &History, id: &str) -> Result<Arc<Entry>, DecideError> {
    let unknown = || DecideError::UnknownEntry(id.to_owned());
    let number = id.strip_prefix('#').or_else(|| Some(id).filter(|id| id.len() < SHORTEST_PREFIX));
    // A number needs no index of all ids.
    let numbered = number.and_then(|number| history.numbered(number.parse().ok()?));
    if let Some(entry) = numbered.or_else(|| history.entry(id)) {
        return Ok(Arc::clone(entry));
    }
    if number.is_some() {
        return Err(unknown());
    }
    let mut matching = history.entries().filter(|entry| entry.id.starts_with(id));
    match (matching.next(), matching.next()) {
        (Some(entry), None) => Ok(Arc::clone(entry)),
        (Some(_), Some(_)) => Err(DecideError::AmbiguousEntry(id.to_owned())),
        (None, _) => Err(unknown()),
    }
}

/// The entries of the batch with that id, or with the only id that begins so, in order.
///
/// # Errors
/// Where there is none, or more than one.
pub fn find_batch(history: &History, id: &str) -> Result<Vec<Arc<Entry>>, DecideError> {
    let is_id = |batch: &str| batch == id || (id.len() >= SHORTEST_PREFIX && batch.starts_with(id));
    let of = |entry: &&Arc<Entry>| entry.batch.as_deref().is_some_and(is_id);
    let entries: Vec<Arc<Entry>> = history.entries().filter(of).cloned().collect();
    match entries.split_first() {
        None => Err(DecideError::UnknownBatch(id.to_owned())),
        Some((first, others)) if others.iter().any(|other| other.batch != first.batch) => {
            Err(DecideError::AmbiguousBatch(id.to_owned()))
        }
        Some(_) => Ok(entries),
    }
}
