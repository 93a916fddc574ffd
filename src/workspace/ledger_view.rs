//! The ledger as a workspace follows it: what is in it, whether it can be trusted, and whether it is the
//! one that was seen before.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use compact_str::CompactString;
use jiff::Timestamp;

use super::snapshot::LedgerProblem;
use crate::domain::{Error, ErrorKind};
use crate::intake::load::Reread;
use crate::intake::stamp::Seen;
use crate::ledger::{
    Activity, Continuity, History, Key, Ledger, LedgerError, LedgerMemory, NeedsWholeLedger,
    NewLedger, Recalled,
};
use crate::state::StateDirectory;

/// Which entries of a ledger are needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Needed {
    /// The whole ledger.
    #[default]
    All,
    /// None: no status is told.
    None,
    /// Those of one customer.
    Customer(CompactString),
    /// Those of the customer of an entry, by its number or its whole id.
    Entry(CompactString),
}

impl Needed {
    fn key(&self) -> Option<Key<'_>> {
        match self {
            Self::All | Self::None => None,
            Self::Customer(id) => Some(Key::Customer(id)),
            Self::Entry(text) => Some(match text.trim_start_matches('#').parse() {
                Ok(number) => Key::Number(number),
                Err(_) => Key::Id(text),
            }),
        }
    }
}

/// What a view of the workspace shows of the ledger.
#[derive(Debug, Clone, Default)]
pub struct LedgerState {
    /// The entries.
    pub history: Arc<History>,
    /// Why nothing is decided on it, if so.
    pub problem: Option<LedgerProblem>,
    /// It stands where another ledger was: nothing is exported until a person accepts it.
    pub new: Option<NewLedger>,
    /// What else is to be said of it.
    pub notes: Vec<String>,
}

impl LedgerState {
    /// True where it has neither problems nor notes.
    fn is_sound(&self) -> bool {
        self.problem.is_none() && self.new.is_none() && self.notes.is_empty()
    }
}

/// Follows a ledger.
pub(super) struct LedgerView {
    pub(super) ledger: Ledger,
    memory: Option<LedgerMemory>,
    /// What was remembered before the ledger was read last.
    recalled: Option<Recalled>,
    pub(super) needed: Needed,
    seen: Option<Seen>,
    /// The stamp may hide a later change, or someone else held the file.
    doubtful: bool,
    /// As it was looked at last.
    state: Option<LedgerState>,
    /// The state was taken from a writer, and no one was shown it yet.
    pub(super) unseen: bool,
}

impl LedgerView {
    pub(super) fn new(ledger: Ledger, state: Option<&StateDirectory>) -> Self {
        let memory = state.map(|state| ledger.memory(state));
        let needed = Needed::default();
        Self {
            ledger,
            memory,
            recalled: None,
            needed,
            seen: None,
            doubtful: false,
            state: None,
            unseen: false,
        }
    }

    /// Reads only these entries from the next look on.
    pub(super) fn need(&mut self, needed: Needed) {
        if self.needed != needed {
            // What was read is of others.
            (self.needed, self.seen, self.state) = (needed, None, None);
        }
    }

    pub(super) fn activity(&self) -> Arc<Activity> {
        self.ledger.activity()
    }

    /// What is known of the ledger.
    pub(super) fn state(&self) -> LedgerState {
        self.state.clone().unwrap_or_default()
    }

    /// What was read, to go on from.
    pub(super) fn known(&self) -> Option<Arc<History>> {
        self.state.as_ref().map(|state| Arc::clone(&state.history))
    }

    /// Looks at the file; true where there is something new to show.
    pub(super) fn look(&mut self, reread: Reread, now: Timestamp) -> bool {
        if self.needed == Needed::None {
            return false;
        }
        // A database is asked each time, which is as cheap.
        let stamp = self.ledger.path().map_or(Seen::Unknown, Seen::at);
        let same = self.seen.as_ref() == Some(&stamp) && !self.doubtful;
        // What a person accepted elsewhere changes no file here.
        let waits_for_somebody = self.state.as_ref().is_some_and(|s| {
            matches!(s.problem, Some(LedgerProblem::Rewritten(_))) || s.new.is_some()
        });
        if same && reread == Reread::Changed && !waits_for_somebody {
            return false;
        }
        self.doubtful = stamp.may_hide_a_change(SystemTime::now());
        self.seen = Some(stamp);
        self.recall();
        let known = self.known();
        let from = known.as_deref().filter(|_| reread == Reread::Changed);
        let started = Instant::now();
        let read = self.read(from);
        if let (Ok(history), Some(state)) = (&read, &self.state)
            && from.is_some()
            && self.ledger.path().is_none()
            && state.is_sound()
            && history.head() == state.history.head()
            && self.ledger.unconfirmed().is_empty()
        {
            return std::mem::take(&mut self.unseen);
        }
        match &read {
            Ok(history) => tracing::info!(
                entries = history.len(),
                broken = history.broken.is_some(),
                ms = started.elapsed().as_millis() as u64,
                "ledger read"
            ),
            Err(error) => tracing::error!("{error}"),
        }
        let read = match read {
            Ok(history) => self.judge(Arc::new(history), reread, now),
            Err(error @ LedgerError::Busy { .. }) => {
                self.doubtful = true;
                let kept = self.state.clone();
                kept.unwrap_or_else(|| LedgerState {
                    problem: Some(LedgerProblem::Busy(error.into())),
                    ..LedgerState::default()
                })
            }
            // What was read before stays on the screen; nothing is decided on it.
            Err(error) => LedgerState {
                problem: Some(LedgerProblem::Unreadable(error.into())),
                ..self.state()
            },
        };
        let read = self.unconfirmed(read);
        let changed = self.state.as_ref().is_none_or(|state| {
            state.history.head() != read.history.head()
                || state.problem != read.problem
                || state.new != read.new
                || state.notes != read.notes
        });
        self.state = Some(read);
        std::mem::take(&mut self.unseen) || changed
    }

    /// Nothing is decided while a decision is not confirmed: whether the next one knows of it is not known.
    fn unconfirmed(&self, state: LedgerState) -> LedgerState {
        let unconfirmed = self.ledger.unconfirmed();
        let Some(id) = unconfirmed.first() else { return state };
        let error = Error::from(LedgerError::NotConfirmed { id: id.clone() });
        let error = match unconfirmed.len() {
            1 => error,
            many => error.hint(format!("and {} more", many - 1)),
        };
        let error = match &state.problem {
            Some(problem) => error.hint(problem.error().one_line()),
            None => error.hint("asking again"),
        };
        LedgerState { problem: Some(LedgerProblem::Unreadable(error)), ..state }
    }

    fn read(&self, known: Option<&History>) -> Result<History, LedgerError> {
        match (self.needed.key(), &self.memory) {
            (Some(key), Some(memory)) if known.is_none() => {
                let history = self.ledger.read_about(memory, key)?;
                match self.recalled.as_ref().map(|r| r.compare(&history, self.ledger.place())) {
                    Some(Err(NeedsWholeLedger)) => self.ledger.read(),
                    Some(Ok(_)) | None => Ok(history),
                }
            }
            _ => self.ledger.read_from(known),
        }
    }

    /// Recalls what is remembered, before the ledger is read or while its lock is held.
    pub(super) fn recall(&mut self) {
        self.recalled = self.memory.as_ref().map(LedgerMemory::recall);
    }

    /// Takes what was read under the lock; the next look shows it.
    pub(super) fn take(&mut self, history: &Arc<History>, now: Timestamp) {
        self.unseen = true;
        self.state = Some(self.judge(Arc::clone(history), Reread::Changed, now));
        // Whoever writes after the lock is given back is noticed.
        self.doubtful = true;
    }

    /// What can be said of a history.
    fn judge(&self, history: Arc<History>, reread: Reread, now: Timestamp) -> LedgerState {
        let name = self.ledger.place();
        let broken = history.broken.as_ref();
        let problem =
            broken.map(|broken| LedgerProblem::Broken(Error::from(broken.clone()).context(name)));
        let mut state = LedgerState { history, problem, ..LedgerState::default() };
        if state.history.unlocked {
            let text = "cannot be locked here; it was read until two reads agreed";
            state.notes.push(format!("{name} {text}"));
        }
        let continuity = self.recalled.as_ref().and_then(|recalled| {
            state.notes.extend(recalled.damaged.as_ref().map(ToString::to_string));
            recalled.compare(&state.history, name).ok()
        });
        let is_known = matches!(continuity, Some(Continuity::Same { .. }));
        // What was read while it was sound still counts here, unless a person accepted another one.
        if let Some(known) = self.known().filter(|known| known.broken.is_none())
            && reread == Reread::Changed
            && !is_known
            && state.history.is_whole()
            && state.history.hash_of(known.seq()) != Some(known.head())
        {
            let text = format!("{name}: entries are gone or changed, #{} among them", known.seq());
            let error = Error::new(ErrorKind::Data, text)
                .hint("they still count here; restore the ledger, or read all files again to see it as it is");
            let rewritten = || Some(LedgerProblem::Rewritten(error));
            return LedgerState {
                history: known,
                problem: state.problem.or_else(rewritten),
                ..state
            };
        }
        match continuity {
            Some(Continuity::New(ledger)) => state.new = Some(ledger),
            Some(rewritten @ Continuity::Rewritten { .. }) => {
                let error = rewritten.error(state.history.head());
                state.problem = error.map(|e| LedgerProblem::Rewritten(e.context(name)));
            }
            Some(Continuity::FirstLook | Continuity::Same { .. }) | None => {}
        }
        if let Some(memory) = &self.memory
            && state.problem.is_none()
        {
            let remembered = memory.remember(&state.history, name, now);
            state.notes.extend(remembered.err().map(|error| error.to_string()));
            // Without it the next decision only takes longer. A database has its own index.
            if name.path().is_some() {
                let _ = state.history.update_checkpoint(memory);
            }
        }
        state
    }

    /// Waits no longer than this for it.
    pub(super) fn set_wait(&mut self, wait: Duration) {
        self.ledger = self.ledger.clone().with_wait(wait);
    }
}
