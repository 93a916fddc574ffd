//! A ledger as the rest of the program sees it: read it, verify it, append to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rayon::prelude::*;

use super::disk::{Disk, SystemDisk};
use super::error::DraftError;
use super::lock::{Activity, Doing, Locked, Reading};
use super::write::Drafts;
use super::{AppendError, Break, Draft, History, Key, LedgerError, LedgerMemory, Unfinished};
use crate::domain::{DecisionKind, Digest, Entry};

/// How long a command waits for a ledger that another process holds, unless it is told otherwise.
pub const WAIT: Duration = Duration::from_secs(10);

/// A handle on the file of a ledger. Holds nothing open: every call opens the file anew, so a
/// ledger that was moved aside or created meanwhile is no surprise.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
    wait: Duration,
    disk: Arc<dyn Disk>,
    activity: Arc<Activity>,
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

/// How often a ledger that cannot be locked is read until two readings agree.
const READINGS: usize = 5;
/// How long lies between two such readings.
const BETWEEN: Duration = Duration::from_millis(50);

impl Ledger {
    /// A ledger at this path. Nothing is opened yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let disk = Arc::new(SystemDisk);
        Self { path: path.into(), wait: WAIT, disk, activity: Arc::default() }
    }

    /// Waits no longer than this for a lock; zero asks once.
    #[must_use]
    pub fn with_wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// Returns how long another process's lock is waited for.
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// Does to files what this does instead of the system.
    #[must_use]
    pub fn with_disk(self, disk: Arc<dyn Disk>) -> Self {
        Self { disk, ..self }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is being used for at the moment.
    pub fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.activity)
    }

    pub(super) fn lock(&self) -> Result<Locked<'_>, LedgerError> {
        Locked::open(&self.path, &*self.disk, self.wait, &self.activity)
    }

    pub(super) fn reading(&self) -> Result<Option<Reading>, LedgerError> {
        Reading::open(&self.path, self.wait, &self.activity)
    }

    /// Looks whether the ledger could be written to, without writing.
    ///
    /// # Errors
    /// [`LedgerError::Open`] or [`LedgerError::NoDirectory`]. What only shows when it is written to
    /// (a full disk) is found then.
    pub fn writable(&self) -> Result<(), LedgerError> {
        super::lock::may_write(&self.path)
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

    /// As [`Ledger::read`]; of a ledger that still has what is known of it only new bytes are read.
    ///
    /// What is read under the lock is durable: a writer holds it until its entry is on the disk, or
    /// cut off again.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn read_from(&self, known: Option<&History>) -> Result<History, LedgerError> {
        let failed = |error| LedgerError::Read { path: self.path.clone(), error };
        let mut before: Option<History> = None;
        for _ in 0..READINGS {
            let reading = match self.reading() {
                Ok(reading) => reading,
                // Nothing is in it yet, whoever is about to write.
                Err(LedgerError::Busy { .. }) if self.is_empty_file() => None,
                Err(error) => return Err(error),
            };
            let Some(reading) = reading else { return Ok(History::default()) };
            let (file, locked) = (&reading.file, reading.locked);
            let len = file.metadata().map_err(failed)?.len();
            self.activity.set(Doing::Reading(len / super::write::USUAL_LINE));
            let history = History::of_file(file, known, len).map_err(failed);
            self.activity.set(Doing::Nothing);
            let history = history?;
            if locked {
                return Ok(history);
            }
            if let Some(before) = before.take()
                && let Some(mut agreed) = agreed(before, &history)
            {
                agreed.unlocked = true;
                return Ok(agreed);
            }
            before = Some(history);
            drop(reading);
            thread::sleep(BETWEEN);
        }
        before.ok_or_else(|| LedgerError::Changed { path: self.path.clone() })
    }

    fn is_empty_file(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|metadata| metadata.len() == 0)
    }

    /// As [`Ledger::read`], for what one key stands for: of a long ledger with a checkpoint in the
    /// state directory only the entries of that customer are read, and those made since.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn read_about(&self, memory: &LedgerMemory, key: Key<'_>) -> Result<History, LedgerError> {
        let reading = self.reading()?.filter(|reading| reading.locked);
        let Some(reading) = reading else { return self.read() };
        let file = &reading.file;
        let failed = |error| LedgerError::Read { path: self.path.clone(), error };
        let len = file.metadata().map_err(failed)?.len();
        let mut found = History::about(file, len, memory, key).map_err(failed)?;
        // An entry made since the checkpoint: what its customer had before is looked up by its name.
        if let Some(entry) = found.as_ref().and_then(|found| found.made_since_checkpoint(key)) {
            let customer = Key::Customer(&entry.customer_id);
            found = History::about(file, len, memory, customer).map_err(failed)?;
        }
        if let Some(found) = found {
            return Ok(found);
        }
        drop(reading);
        self.read()
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
        let mut locked = self.lock()?;
        let appended = locked.append_each(known, &self.activity, drafts);
        // Looks by itself whether anything was recorded.
        locked.remove_if_unused();
        appended
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
}

/// A decision that is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Appended {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Where an unfinished last line went that stood there before.
    pub torn: Option<PathBuf>,
}

/// What two readings of a ledger agree on: the shorter one, where the longer one has it. `None` where
/// they do not agree.
fn agreed(before: History, after: &History) -> Option<History> {
    if before.broken.is_some() {
        // What is really broken is so the second time, too.
        return (before.broken == after.broken).then_some(before);
    }
    let has = before.seq() == 0
        || after.numbered(before.seq()).is_some_and(|entry| entry.hash == before.head());
    has.then_some(before)
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::fs;

    use super::*;
    use crate::ledger::NO_HEAD;
    use crate::ledger::samples::{bytes_of, decide, files, place};

    #[test]
    fn what_was_appended_is_read_back() {
        let (directory, ledger) = place();
        assert!(ledger.read().unwrap().is_empty());
        assert!(files(&directory).is_empty(), "reading creates nothing");
        let mut made = vec![decide(&ledger, "dana", "C1"), decide(&ledger, "sam", "C2")];
        made.push(decide(&ledger, "sam \u{202e}\u{1b}[2J\n", "C1"));
        let history = ledger.read().unwrap();
        let entries: Vec<_> = made.iter().map(|appended| appended.entry.clone()).collect();
        assert!(history.entries().eq(&entries));
        assert_eq!(entries[2].after, Some(entries[0].id.clone()));
        assert_eq!(entries[1].prev, entries[0].hash);
        let line = |appended: &Appended| appended.entry.basis.line().unwrap();
        let lines: Vec<Vec<u8>> = made.iter().map(line).collect();
        assert_eq!(fs::read(ledger.path()).unwrap(), [lines.join(&b'\n'), b"\n".to_vec()].concat());
        assert!(made.iter().all(|appended| appended.torn.is_none()));
    }

    #[test]
    fn an_empty_file_is_a_ledger() {
        let (directory, ledger) = place();
        fs::write(ledger.path(), "").unwrap();
        assert!(ledger.read().unwrap().is_empty());
        assert!(ledger.append(|_| Err::<Draft, _>("no")).is_err());
        assert_eq!(files(&directory), ["decisions.jsonl"], "it was there before");
        assert_eq!(decide(&ledger, "dana", "C1").entry.seq, 1);
    }

    #[test]
    fn of_two_readings_without_a_lock_what_both_have_counts() {
        let whole = bytes_of(&["C1", "C2"]);
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let other = bytes_of(&["C9", "C2"]);
        let agree = |before: &[u8], after: &[u8]| {
            let agreed = agreed(History::read(before), &History::read(after));
            agreed.map(|agreed| (agreed.seq(), agreed.broken.is_some()))
        };
        assert_eq!(agree(b"", &whole), Some((0, false)));
        assert_eq!(agree(&whole[..first], &whole), Some((1, false)));
        assert_eq!(agree(&whole, &whole), Some((2, false)));
        assert_eq!(agree(&whole, &whole[..first]), None, "taken back");
        assert_eq!(agree(&whole, &other), None);
        assert_eq!(agree(b"mixed\n", &whole), None);
        assert_eq!(agree(b"bad\n", b"bad\n"), Some((0, true)));
    }

    #[test]
    fn going_on_reads_what_is_new_and_notices_what_changed() {
        let (_directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let known = ledger.read().unwrap();
        let second = decide(&ledger, "sam", "C2").entry;
        let both = ledger.read_from(Some(&known)).unwrap();
        assert_eq!((both.seq(), both.head()), (2, second.hash));
        assert_eq!(both.last_for("C1").unwrap().seq, 1);
        // The same length, another content.
        let other = bytes_of(&["C3", "C4"]);
        fs::write(ledger.path(), &other).unwrap();
        let read = ledger.read_from(Some(&both)).unwrap();
        assert!(read.last_for("C1").is_none() && read.last_for("C4").is_some());
        fs::remove_file(ledger.path()).unwrap();
        assert!(ledger.read_from(Some(&both)).unwrap().is_empty());
    }

    #[test]
    fn nothing_is_read_while_somebody_writes_and_waiting_ends() {
        let (_directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let holder = ledger.lock().unwrap();
        let hasty = ledger.clone().with_wait(Duration::ZERO);
        let read = hasty.read().unwrap_err();
        assert!(matches!(read, LedgerError::Busy { .. }), "{read}");
        let written = hasty.append(|_| -> Result<Draft, Infallible> { panic!("asked") });
        let text = written.unwrap_err().to_string();
        assert!(text.starts_with("nothing was recorded: another process"), "{text}");
        drop(holder);
        assert_eq!(hasty.read().unwrap().seq(), 1);
        // Readers do not keep each other off.
        let _reader = ledger.reading().unwrap();
        assert_eq!(hasty.read().unwrap().seq(), 1);
    }

    #[test]
    fn verifying_tells_entries_head_and_warnings() {
        let (_directory, ledger) = place();
        let empty = ledger.verify().unwrap();
        assert_eq!(empty.entries, 0);
        assert_eq!(empty.head, NO_HEAD);
        let first = decide(&ledger, "dana", "C1").entry;
        let second = decide(&ledger, "dana", "C2").entry;
        let seen = ledger.verify().unwrap();
        assert_eq!((seen.entries, &seen.head), (2, &second.hash));
        assert!(seen.broken.is_none() && seen.unfinished.is_none());
        assert!(seen.had_head(&first.hash.to_string()) && seen.had_head(&second.hash.to_string()));
        assert!(seen.had_head(NO_HEAD) && !seen.had_head(&first.basis_hash.to_string()));

        let bytes = fs::read(ledger.path()).unwrap();
        fs::write(ledger.path(), &bytes[..bytes.len() - 10]).unwrap();
        let cut = ledger.verify().unwrap();
        assert_eq!((cut.entries, &cut.head), (1, &first.hash));
        assert!(cut.broken.is_none() && !cut.had_head(&second.hash.to_string()));
        let warning = cut.unfinished.unwrap().to_string();
        assert!(warning.starts_with("line 2 is unfinished"), "{warning}");
    }
}
