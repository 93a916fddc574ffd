//! A ledger as the rest of the program sees it, wherever it is: read it, verify it, append to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use compact_str::CompactString;
use jiff::Timestamp;
use rayon::prelude::*;

use super::copy::Copied;
use super::disk::Disk;
use super::error::DraftError;
use super::file::FileStore;
use super::lock::Activity;
#[cfg(feature = "team")]
use super::postgres::{LedgerWatch, PostgresStore};
use super::recover::{RecoveredLedger, Recovery, Sign};
use super::write::Drafts;
use super::{
    AppendError, Break, Draft, History, Key, LedgerError, LedgerMemory, LedgerPlace, Unfinished,
};
use crate::domain::{DecisionKind, Digest, Entry, Error};

/// The outcome of a decision that was not confirmed at first, by the id of its entry.
pub type Settled = (CompactString, Result<Arc<Entry>, Error>);

/// How long a command waits for a ledger that another process holds, unless it is told otherwise.
pub const WAIT: Duration = Duration::from_secs(10);

/// A handle on a ledger. Clones are handles on the same one.
#[derive(Debug, Clone)]
pub struct Ledger {
    place: LedgerPlace,
    store: Store,
}

/// Where the entries are.
#[derive(Debug, Clone)]
enum Store {
    File(FileStore),
    #[cfg(feature = "team")]
    Postgres(PostgresStore),
}

/// The outcome of drafts that were appended together.
#[derive(Debug)]
pub struct Recorded<E> {
    /// Of each in the order asked: its entry, on the disk and kept there by fsync, or why there is none.
    pub each: Vec<Result<Arc<Entry>, AppendError<E>>>,
    /// Where an unfinished last line went that stood there before ("and says so").
    pub torn: Option<PathBuf>,
    /// The ledger with the entries in it.
    pub history: Arc<History>,
}

impl Ledger {
    /// A ledger at this place. Nothing is opened yet.
    pub fn new(place: impl Into<LedgerPlace>) -> Self {
        let place = place.into();
        let store = match &place {
            LedgerPlace::File(path) => Store::File(FileStore::new(path.clone())),
            #[cfg(feature = "team")]
            LedgerPlace::Server(url) => Store::Postgres(PostgresStore::new(Arc::clone(url))),
        };
        Self { place, store }
    }

    /// Waits no longer than this for a lock; zero asks once.
    #[must_use]
    pub fn with_wait(mut self, wait: Duration) -> Self {
        match &mut self.store {
            Store::File(file) => file.wait = wait,
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.wait = wait,
        }
        self
    }

    /// Does to files what this does instead of the system.
    #[must_use]
    pub fn with_disk(mut self, disk: Arc<dyn Disk>) -> Self {
        match &mut self.store {
            Store::File(file) => file.disk = disk,
            #[cfg(feature = "team")]
            Store::Postgres(_) => {}
        }
        self
    }

    /// Where it is.
    pub fn place(&self) -> &LedgerPlace {
        &self.place
    }

    /// The file; `None` where it is in a database.
    pub fn path(&self) -> Option<&Path> {
        self.place.path()
    }

    /// What it is being used for at the moment.
    pub fn activity(&self) -> Arc<Activity> {
        match &self.store {
            Store::File(file) => Arc::clone(&file.activity),
            #[cfg(feature = "team")]
            Store::Postgres(server) => Arc::clone(&server.activity),
        }
    }

    /// Has `changed` called soon after somebody decides, where the place of the ledger can tell; as long
    /// as the result is kept. A file is watched by its directory.
    #[cfg(feature = "team")]
    pub fn watch(&self, changed: impl Fn() + Send + 'static) -> Option<LedgerWatch> {
        match &self.store {
            Store::File(_) => None,
            Store::Postgres(server) => Some(super::postgres::watch(&server.url, changed)),
        }
    }

    /// Looks whether the ledger could be written to, without writing.
    ///
    /// # Errors
    /// [`LedgerError::Open`] or [`LedgerError::NoDirectory`]. What only shows when it is written to
    /// (a full disk) is found then.
    pub fn writable(&self) -> Result<(), LedgerError> {
        match &self.store {
            Store::File(file) => super::lock::may_write(&file.path),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.writable(),
        }
    }

    /// Reads and checks the whole ledger. Writes nothing. A missing file is an empty history; a broken
    /// chain and an unfinished last line are in the history, no errors.
    ///
    /// # Errors
    /// [`LedgerError::Read`], [`LedgerError::NotAFile`], or [`LedgerError::Busy`] where a writer holds
    /// the file for longer than the wait.
    pub fn read(&self) -> Result<History, LedgerError> {
        self.read_from(None)
    }

    /// As [`Ledger::read`]; of a ledger that still has what is known of it only new entries are read.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn read_from(&self, known: Option<&History>) -> Result<History, LedgerError> {
        match &self.store {
            Store::File(file) => file.read_from(known),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.read_from(known),
        }
    }

    /// As [`Ledger::read`], for what one key stands for: of a long ledger with a checkpoint in the
    /// state directory only the entries of that customer are read, and those made since.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn read_about(&self, memory: &LedgerMemory, key: Key<'_>) -> Result<History, LedgerError> {
        match &self.store {
            Store::File(file) => file.read_about(memory, key),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.read_about(memory, key),
        }
    }

    /// Makes decisions: reads what is new under the lock, asks `drafts` what to decide on it, appends
    /// that and returns only once all of it is durable ("one exclusive lock from reading the tail to
    /// the fsync"). Each decision that is refused is so by itself; the others are made. Creates the
    /// file, never its directory; a file that it created is removed again when nothing was recorded.
    ///
    /// # Errors
    /// Nothing was recorded: another process holds the file, the chain is broken, the closure refused
    /// all of it, or the file cannot be written. Whether decisions are recorded is uncertain only where
    /// [`LedgerError::Write`] has `left`. Of one decision: it was refused, or the last entry for its
    /// customer is not [`Draft::after`].
    pub fn append_each<'d, E: Send>(
        &self,
        known: Option<&History>,
        drafts: impl FnOnce(&Arc<History>) -> Result<Drafts<'d, E>, E>,
    ) -> Result<Recorded<E>, AppendError<E>> {
        match &self.store {
            Store::File(file) => file.append_each(known, drafts),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.append_each(known, drafts),
        }
    }

    /// Decisions that were sent to the server of the ledger and are not answered, by the ids of their
    /// entries; those that are being sent among them. None may be made beside them.
    pub fn unconfirmed(&self) -> Vec<CompactString> {
        match &self.store {
            Store::File(_) => Vec::new(),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.unconfirmed(),
        }
    }

    /// Asks once more for what is not confirmed, with the same ids, and returns the outcome of each that
    /// is answered now.
    #[cfg_attr(not(feature = "team"), expect(unused_variables, reason = "files are certain"))]
    pub fn ask_again(&self, known: Option<&History>) -> Vec<Settled> {
        match &self.store {
            Store::File(_) => Vec::new(),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.ask_again(known),
        }
    }

    /// Looks whether decisions may be made, as far as that is known without making one; hand-offs may be
    /// possible all the same.
    ///
    /// # Errors
    /// [`LedgerError::Server`], with the role to ask for.
    pub fn may_decide(&self) -> Result<(), LedgerError> {
        match &self.store {
            Store::File(_) => Ok(()),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.may_decide(),
        }
    }

    /// Makes one decision, as [`Ledger::append_each`] does.
    ///
    /// # Errors
    /// As [`Ledger::append_each`], and where the decision was refused.
    pub fn append<E: Send>(
        &self,
        draft: impl FnOnce(&History) -> Result<Draft, E>,
    ) -> Result<Appended, AppendError<E>> {
        let one = |history: &Arc<History>| -> Result<Drafts<'_, E>, E> {
            Ok(Box::new(std::iter::once(vec![draft(history)])))
        };
        let Recorded { each, torn, .. } = self.append_each(None, one)?;
        let nothing =
            || LedgerError::Draft(DraftError::Unreadable("no draft was given".to_owned()));
        let entry = each.into_iter().next().ok_or_else(nothing)??;
        Ok(Appended { entry, torn })
    }

    /// Makes this ledger a copy of another one that was read whole: adds the lines that are missing, byte
    /// for byte, all of them or none. A database takes them from its owner only.
    ///
    /// # Errors
    /// Nothing was copied: one of the ledgers is broken, this one is neither empty nor a beginning of the
    /// other, or it cannot be written.
    pub fn copy_from(&self, from: &History) -> Result<Copied, Error> {
        let known = self.read()?;
        match &self.store {
            Store::File(file) => file.copy_from(from, &known),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.copy_from(from, &known),
        }
    }

    /// What a recovery would do; `None` where the ledger is sound. Changes nothing. `seen` is how many
    /// entries the ledger is known to have had: where that many are not even among what is cut off,
    /// no one can say about whom the missing ones were.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn plan_recovery(&self, seen: u64) -> Result<Option<Recovery>, LedgerError> {
        match &self.store {
            Store::File(file) => file.plan_recovery(seen),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.plan_recovery(seen),
        }
    }

    /// Recovers the ledger, as [`Ledger::recover_signed`] does, by someone whose entries need no signature.
    ///
    /// # Errors
    /// As [`Ledger::recover_signed`].
    pub fn recover(
        &self,
        by: &str,
        at: Timestamp,
        seen: u64,
    ) -> Result<Option<RecoveredLedger>, LedgerError> {
        self.recover_signed(by, at, seen, &|_| Ok(None))
    }

    /// Recovers the ledger; `None` where it is sound and was left alone. When this returns, the ledger
    /// and what was cut off are durable. `seen` as in [`Ledger::plan_recovery`].
    ///
    /// # Errors
    /// Where it cannot be locked, read or written, or `sign` fails: it is then as it was, unless
    /// [`LedgerError::Write`] has `left`; then it is recovered, and whether that is durable is uncertain.
    pub fn recover_signed(
        &self,
        by: &str,
        at: Timestamp,
        seen: u64,
        sign: &Sign<'_>,
    ) -> Result<Option<RecoveredLedger>, LedgerError> {
        match &self.store {
            Store::File(file) => file.recover(by, at, seen, sign),
            #[cfg(feature = "team")]
            Store::Postgres(server) => server.recover(by, at, seen, sign),
        }
    }
}

/// A decision that is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Appended {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Where an unfinished last line went that stood there before.
    pub torn: Option<PathBuf>,
}

/// What `verify` tells about a ledger. Names of reviewers are as given by `--by`, not proved.
#[derive(Debug, Clone)]
pub struct Verification {
    /// How many entries hold, from the first on.
    pub entries: usize,
    /// Hash of the last of them, zeros if there is none.
    pub head: Digest,
    /// The first bad line, where there is one.
    pub broken: Option<Break>,
    /// A warning; with it alone the ledger is good ("`verify` on such a ledger: 0").
    pub unfinished: Option<Unfinished>,
    /// Numbers of the entries whose basis does not read as one: they approve nothing.
    pub without_basis: Vec<u64>,
    /// The entries.
    pub history: Arc<History>,
}

impl Verification {
    /// True where the ledger's head once was this hash: no entry up to there was removed or
    /// replaced since someone noted it ("so truncation shows"). Every ledger began with
    /// [`NO_HEAD`](super::NO_HEAD).
    pub fn had_head(&self, hash: &str) -> bool {
        let Some(hash) = Digest::parse(hash.as_bytes()) else { return false };
        hash == Digest::ZERO || self.history.entries().any(|entry| entry.hash == hash)
    }
}

impl Ledger {
    /// Recomputes every hash of the ledger, and reads every basis. A missing file has no entries.
    ///
    /// # Errors
    /// As [`Ledger::read`]; a broken chain is none.
    pub fn verify(&self) -> Result<Verification, LedgerError> {
        let history = Arc::new(self.read()?);
        let entries: Vec<&Arc<Entry>> = history.entries().collect();
        let odd =
            |entry: &&&Arc<Entry>| entry.kind != DecisionKind::Recover && !entry.basis.reads();
        let without_basis = entries.par_iter().filter(odd).map(|entry| entry.seq).collect();
        Ok(Verification {
            entries: history.len(),
            head: history.head(),
            broken: history.broken.clone(),
            unfinished: history.unfinished,
            without_basis,
            history,
        })
    }
}
