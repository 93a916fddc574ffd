//! A ledger in a database, from the side of a client.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use compact_str::CompactString;

use super::super::handle::WAIT;
use super::super::lock::Activity;
use super::super::{History, LedgerError};
use super::append::Request;
use super::scratch::Scratch;
use super::session::Session;
use crate::domain::text::escape_controls;
use crate::domain::{Digest, Error, ErrorKind};
use crate::postgres::{PATIENT_LIMIT, ServerError, ServerUrl, Trouble};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(8);
/// The same for whoever does not wait: the dashboard goes on with what it has.
const IMPATIENT: Duration = Duration::from_secs(3);
/// How long the server waits for the lock before it says that somebody else has it.
const LOCK: Duration = Duration::from_secs(2);
/// How long lies between two attempts to reach a server that is gone.
const BETWEEN_PROBES: Duration = Duration::from_secs(1);
/// How long what was read counts as what stands now, before a decision: the server itself refuses one
/// that is outrun.
const FRESH: Duration = Duration::from_millis(250);

/// A ledger in a database. Clones share one connection.
#[derive(Debug, Clone)]
pub(in super::super) struct PostgresStore {
    pub(in super::super) url: Arc<ServerUrl>,
    pub(in super::super) wait: Duration,
    pub(in super::super) activity: Arc<Activity>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    session: Option<Session>,
    /// Why there is no session, and since when.
    down: Option<Down>,
    scratch: Option<Arc<Scratch>>,
    /// What the role may do, as far as it is known.
    may: Option<May>,
    /// When the ledger was read last, and its head then.
    read: Option<(Instant, Digest)>,
    /// What is being sent.
    sending: Option<Arc<Request>>,
    /// What was sent and not answered.
    unconfirmed: Vec<Unconfirmed>,
}

/// Decisions that were sent and not answered.
#[derive(Debug, Clone)]
pub(super) struct Unconfirmed {
    pub(super) request: Arc<Request>,
    pub(super) since: Instant,
}

#[derive(Debug)]
struct Down {
    error: ServerError,
    at: Instant,
    /// Somebody is trying.
    probing: bool,
}

/// What a role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum May {
    Read,
    HandOff,
    Decide,
}

impl PostgresStore {
    /// A ledger in this database. Nothing is opened yet.
    pub(in super::super) fn new(url: Arc<ServerUrl>) -> Self {
        let (activity, shared) = (Arc::default(), Arc::default());
        Self { url, wait: WAIT, activity, shared }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long an answer is waited for.
    pub(super) fn limit(&self) -> Duration {
        if self.wait.is_zero() { IMPATIENT } else { LIMIT }
    }

    /// The connection, and whether it was made just now.
    ///
    /// # Errors
    /// Where the server is not reached. Whoever does not wait is told at once while it is known to be
    /// gone; it is tried again meanwhile.
    pub(super) fn session(&self) -> Result<(Session, bool), ServerError> {
        self.session_within(self.limit())
    }

    /// As [`PostgresStore::session`], where connecting may take no longer than this.
    ///
    /// # Errors
    /// As [`PostgresStore::session`].
    pub(super) fn session_within(&self, limit: Duration) -> Result<(Session, bool), ServerError> {
        let mut shared = self.shared();
        if let Some(session) = &shared.session {
            return Ok((session.clone(), false));
        }
        if self.wait.is_zero()
            && let Some(down) = &mut shared.down
        {
            if !down.probing && down.at.elapsed() >= BETWEEN_PROBES {
                down.probing = true;
                let store = self.clone();
                thread::spawn(move || store.probe());
            }
            return Err(down.error.clone());
        }
        drop(shared);
        self.connect(limit).map(|session| (session, true))
    }

    /// Tries to reach a server that is gone.
    fn probe(&self) {
        // What is wrong is kept.
        let _ = self.connect(PATIENT_LIMIT);
    }

    fn connect(&self, limit: Duration) -> Result<Session, ServerError> {
        let opened = Session::open(&self.url, LOCK, limit);
        let mut shared = self.shared();
        match opened {
            Ok(session) => {
                tracing::info!("connected to the database of the ledger");
                (shared.session, shared.down, shared.may) = (Some(session.clone()), None, None);
                Ok(session)
            }
            Err(error) => {
                tracing::warn!("{error}");
                let at = Instant::now();
                shared.down = Some(Down { error: error.clone(), at, probing: false });
                Err(error)
            }
        }
    }

    /// Lets go of a connection that does not answer any more.
    pub(super) fn lose(&self, session: &Session, error: &ServerError) {
        let mut shared = self.shared();
        if shared.session.as_ref().is_some_and(|current| current.is(session)) {
            shared.session = None;
            let at = Instant::now();
            shared.down = Some(Down { error: error.clone(), at, probing: false });
        }
    }

    /// Does something that only reads. A connection that was lost while no one used it is opened again.
    ///
    /// # Errors
    /// What the server reports, or that it is not reached.
    pub(super) fn asking<T>(
        &self,
        ask: impl Fn(&Session) -> Result<T, ServerError>,
    ) -> Result<T, ServerError> {
        let (session, new) = self.session()?;
        let begun = Instant::now();
        match ask(&session) {
            Err(error) if error.trouble == Trouble::Lost => {
                self.lose(&session, &error);
                // Whoever does not wait has waited for a silent server long enough.
                if new || (self.wait.is_zero() && begun.elapsed() >= IMPATIENT) {
                    return Err(error);
                }
                let session = self.connect(self.limit())?;
                ask(&session).inspect_err(|error| {
                    if error.trouble == Trouble::Lost {
                        self.lose(&session, error);
                    }
                })
            }
            answered => answered,
        }
    }

    /// Where lines are kept; a new one where all is read anew.
    pub(super) fn scratch(&self, anew: bool) -> Result<Arc<Scratch>, LedgerError> {
        let mut shared = self.shared();
        if anew {
            shared.scratch = None;
        }
        if let Some(scratch) = &shared.scratch {
            return Ok(Arc::clone(scratch));
        }
        let scratch = Arc::new(Scratch::new().map_err(unkept)?);
        shared.scratch = Some(Arc::clone(&scratch));
        Ok(scratch)
    }

    pub(super) fn note_read(&self, history: &History) {
        self.shared().read = Some((Instant::now(), history.head()));
    }

    /// Returns true where this is what stood in the database a moment ago.
    pub(super) fn is_fresh(&self, history: &History) -> bool {
        let read = self.shared().read;
        read.is_some_and(|(at, head)| at.elapsed() < FRESH && head == history.head())
    }

    pub(super) fn note_sending(&self, request: Option<&Arc<Request>>) {
        self.shared().sending = request.map(Arc::clone);
    }

    /// Keeps what was not answered, to ask again.
    pub(super) fn keep(&self, request: &Arc<Request>) {
        let unconfirmed = Unconfirmed { request: Arc::clone(request), since: Instant::now() };
        self.shared().unconfirmed.push(unconfirmed);
    }

    pub(super) fn kept(&self) -> Vec<Unconfirmed> {
        self.shared().unconfirmed.clone()
    }

    pub(super) fn forget(&self, request: &Arc<Request>) {
        self.shared().unconfirmed.retain(|kept| !Arc::ptr_eq(&kept.request, request));
    }

    /// See [`Ledger::unconfirmed`](super::super::Ledger::unconfirmed).
    pub(in super::super) fn unconfirmed(&self) -> Vec<CompactString> {
        let shared = self.shared();
        let kept = shared.unconfirmed.iter().map(|kept| &kept.request);
        let ids = kept.chain(&shared.sending).flat_map(|request| request.ids());
        ids.map(|id| id.as_str().into()).collect()
    }

    pub(super) fn note_rights(&self, may: May) {
        self.shared().may = Some(may);
    }

    /// Looks whether the role may record anything, as far as that is known.
    ///
    /// # Errors
    /// [`LedgerError::Server`], with the role to ask for.
    pub(in super::super) fn writable(&self) -> Result<(), LedgerError> {
        match self.shared().may {
            Some(May::Read) => Err(self.reader_only()),
            _ => Ok(()),
        }
    }

    /// Looks whether the role may decide, as far as that is known.
    ///
    /// # Errors
    /// [`LedgerError::Server`], with the role to ask for.
    pub(in super::super) fn may_decide(&self) -> Result<(), LedgerError> {
        let user = escape_controls(self.url.user());
        match self.shared().may {
            Some(May::Read) => Err(self.reader_only()),
            Some(May::HandOff) => Err(LedgerError::Server(
                Error::new(ErrorKind::Refused, format!("role \"{user}\" may only hand off"))
                    .hint(grant("nextplay_reviewer", &user)),
            )),
            Some(May::Decide) | None => Ok(()),
        }
    }

    fn reader_only(&self) -> LedgerError {
        let user = escape_controls(self.url.user());
        let message = format!("role \"{user}\" may only read the ledger in {}", self.shown());
        LedgerError::Server(
            Error::new(ErrorKind::Refused, message)
                .hint(grant("nextplay_reviewer", &user))
                .hint("to hand off only, nextplay_handoff is enough"),
        )
    }

    /// `the database "cs" at db.example`.
    pub(super) fn shown(&self) -> String {
        let database = escape_controls(self.url.database());
        format!("the database \"{database}\" at {}", self.url.host())
    }

    /// What a server reports, as an error of the ledger that says what to do.
    pub(super) fn error(&self, error: &ServerError) -> LedgerError {
        /// There is no such schema, table or function.
        const MISSING: &[&str] = &["3F000", "42P01", "42883"];
        const MAY_NOT: &[&str] = &["42501"];
        let user = escape_controls(self.url.user());
        let io = |message: String| Error::new(ErrorKind::Io, message);
        LedgerError::Server(if error.is_code(MISSING) {
            io(format!("{} has no ledger: {}", self.shown(), error.message)).hint(
                "its owner makes one with `nextplay ledger init --apply`; without --apply it prints \
                 what that would do",
            )
        } else if error.is_code(MAY_NOT) {
            io(format!(
                "role \"{user}\" may not use the ledger in {}: {}",
                self.shown(),
                error.message
            ))
            .hint(format!(
                "{}; nextplay_reviewer decides, nextplay_handoff hands off",
                grant("nextplay_reader", &user)
            ))
        } else {
            error.error()
        })
    }
}

/// Whom to ask for a role.
fn grant(role: &str, user: &str) -> String {
    format!("ask the owner of the ledger for the role {role}: GRANT {role} TO \"{user}\"")
}

/// Lines could not be kept on this machine.
pub(super) fn unkept(error: std::io::Error) -> LedgerError {
    LedgerError::Read { path: std::env::temp_dir(), error }
}
