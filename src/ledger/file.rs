//! A ledger as the rest of the program sees it: read it, verify it, append to it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lock::{Locked, refuse_if_no_file};
use super::{AppendError, Break, Draft, History, LedgerError, Unfinished};
use crate::domain::Entry;

/// A handle on the file of a ledger. Holds nothing open: every call opens the file anew, so a
/// ledger that was moved aside or created meanwhile is no surprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    path: PathBuf,
}

/// A decision that is made: on the disk, and kept there by fsync.
#[derive(Debug, Clone, PartialEq)]
pub struct Appended {
    pub entry: Arc<Entry>,
    /// The entry's line as stored, without its newline.
    pub line: String,
    /// Where an unfinished last line went that stood there before ("and says so"); of several
    /// decisions made at once the first one has it.
    pub set_aside: Option<PathBuf>,
}

/// What became of each of several decisions that were asked for at once: what was recorded, or why
/// it was not.
pub type Each<E> = Vec<Result<Appended, AppendError<E>>>;

/// How often a ledger that looks broken is read again because it was written to meanwhile.
const READINGS: usize = 5;

impl Ledger {
    /// A ledger at this path. Nothing is opened yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks whether the ledger could be written to, without writing.
    ///
    /// # Errors
    /// [`LedgerError::Open`] or [`LedgerError::NoDirectory`]. What only shows when it is written to
    /// (a full disk) is found then.
    pub fn writable(&self) -> Result<(), LedgerError> {
        super::lock::may_write(&self.path)
    }

    /// Reads and checks the whole ledger. Takes no lock and writes nothing. A missing file is an
    /// empty history; a broken chain and an unfinished last line are in the history, no errors.
    ///
    /// # Errors
    /// [`LedgerError::Read`] or [`LedgerError::NotAFile`].
    pub fn read(&self) -> Result<History, LedgerError> {
        settled(|| self.bytes())
    }

    /// What the file holds; nothing where there is none.
    fn bytes(&self) -> Result<Vec<u8>, LedgerError> {
        let failed = |error| LedgerError::Read { path: self.path.clone(), error };
        match fs::metadata(&self.path) {
            // Looked at before opening: opening a pipe would wait for somebody to write into it.
            Ok(metadata) => refuse_if_no_file(&self.path, &metadata)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // A link that leads nowhere is a ledger that is out of reach, not an empty one.
                let link = fs::symlink_metadata(&self.path).is_ok_and(|m| m.is_symlink());
                let is = "a link that leads nowhere";
                return if link {
                    Err(LedgerError::NotAFile { path: self.path.clone(), is })
                } else {
                    Ok(Vec::new())
                };
            }
            Err(error) => return Err(failed(error)),
        }
        match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(failed),
        }
    }

    /// Makes decisions: reads the ledger under the lock, asks `drafts` what to decide on it, appends
    /// that and returns only once all of it is durable ("one exclusive lock from reading the tail to
    /// the fsync"). Each decision that is refused is so by itself; the others are made. Waits for
    /// other writers. Creates the file, never its directory; a file that it created is removed again
    /// when nothing was recorded.
    ///
    /// # Errors
    /// Nothing was recorded: the chain is broken, the closure refused all of it, or the file cannot
    /// be written. Whether decisions are recorded is uncertain only where [`LedgerError::Write`] has
    /// `left`. Of one decision: it was refused, or the last entry for its customer is not
    /// [`Draft::after`].
    pub fn append_each<E>(
        &self,
        drafts: impl FnOnce(&History) -> Result<Vec<Result<Draft, E>>, E>,
    ) -> Result<Each<E>, AppendError<E>> {
        let mut locked = Locked::open(&self.path)?;
        let appended = locked.append_each(drafts);
        // Looks by itself whether anything was recorded.
        locked.remove_if_unused();
        appended
    }

    /// Makes one decision, as [`Ledger::append_each`] does.
    ///
    /// # Errors
    /// As [`Ledger::append_each`], and where the decision was refused.
    pub fn append<E>(
        &self,
        draft: impl FnOnce(&History) -> Result<Draft, E>,
    ) -> Result<Appended, AppendError<E>> {
        let only = self.append_each(|history| Ok(vec![draft(history)]))?.into_iter().next();
        let nothing = || LedgerError::Draft { reason: "nothing was asked for".to_owned() };
        only.ok_or_else(nothing)?
    }
}

/// Reads a ledger that others may be writing to. A writer that replaces a torn tail between two
/// pieces of our reading makes a line that never stood there; what is really broken is so the second
/// time too.
fn settled(
    mut bytes: impl FnMut() -> Result<Vec<u8>, LedgerError>,
) -> Result<History, LedgerError> {
    let mut read = bytes()?;
    for _ in 1..READINGS {
        let history = History::read(&read);
        if history.broken.is_none() {
            return Ok(history);
        }
        let again = bytes()?;
        if again == read {
            return Ok(history);
        }
        read = again;
    }
    Ok(History::read(&read))
}

/// What `verify` tells about a ledger. Names of reviewers are as given by `--by`, not proved.
#[derive(Debug, Clone)]
pub struct Verification {
    /// How many entries hold, from the first on.
    pub entries: usize,
    /// Hash of the last of them, [`NO_HEAD`](super::NO_HEAD) if there is none.
    pub head: String,
    pub broken: Option<Break>,
    /// A warning; with it alone the ledger is good ("`verify` on such a ledger: 0").
    pub unfinished: Option<Unfinished>,
    history: History,
}

impl Verification {
    /// True where the ledger's head once was this hash: no entry up to there was removed or
    /// replaced since somebody noted it ("so truncation shows"). Every ledger began with
    /// [`NO_HEAD`](super::NO_HEAD).
    pub fn had_head(&self, hash: &str) -> bool {
        hash == super::NO_HEAD || self.history.entries.iter().any(|entry| entry.hash == hash)
    }
}

/// Recomputes every hash of a ledger. A missing file has no entries.
///
/// # Errors
/// [`LedgerError::Read`] or [`LedgerError::NotAFile`]; a broken chain is none.
pub fn verify(path: impl Into<PathBuf>) -> Result<Verification, LedgerError> {
    let history = Ledger::new(path).read()?;
    Ok(Verification {
        entries: history.entries.len(),
        head: history.head().to_owned(),
        broken: history.broken.clone(),
        unfinished: history.unfinished,
        history,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::NO_HEAD;
    use crate::ledger::samples::{bytes_of, decide, files, place};

    #[test]
    fn what_was_appended_is_read_back() {
        let (directory, ledger) = place();
        assert!(ledger.read().unwrap().entries.is_empty());
        assert!(files(&directory).is_empty(), "reading creates nothing");
        let mut made = vec![decide(&ledger, "dana", "C1"), decide(&ledger, "sam", "C2")];
        made.push(decide(&ledger, "sam \u{202e}\u{1b}[2J\n", "C1"));
        let history = ledger.read().unwrap();
        let entries: Vec<_> = made.iter().map(|appended| appended.entry.clone()).collect();
        assert_eq!(history.entries, entries);
        assert_eq!(history.entries[2].after, Some(entries[0].id.clone()));
        assert_eq!(history.entries[1].prev, entries[0].hash);
        let lines: String = made.iter().map(|appended| appended.line.clone() + "\n").collect();
        assert_eq!(fs::read_to_string(ledger.path()).unwrap(), lines);
        assert!(made.iter().all(|appended| appended.set_aside.is_none()));
    }

    #[test]
    fn an_empty_file_is_a_ledger() {
        let (directory, ledger) = place();
        fs::write(ledger.path(), "").unwrap();
        assert!(ledger.read().unwrap().entries.is_empty());
        assert!(ledger.append(|_| Err::<Draft, _>("no")).is_err());
        assert_eq!(files(&directory), ["decisions.jsonl"], "it was there before");
        assert_eq!(decide(&ledger, "dana", "C1").entry.seq, 1);
    }

    #[test]
    fn a_break_counts_only_when_it_is_still_there() {
        let whole = bytes_of(&["C1", "C2"]);
        let read = |readings: &[&[u8]]| {
            let mut readings = readings.iter();
            let history = settled(|| Ok(readings.next().unwrap().to_vec())).unwrap();
            (history.broken.is_some(), readings.len())
        };
        assert_eq!(read(&[&whole, b"never read"]), (false, 1));
        assert_eq!(read(&[b"mixed\n", &whole]), (false, 0));
        assert_eq!(read(&[b"bad\n", b"bad\n", &whole]), (true, 1));
        assert_eq!(read(&[b"a\n", b"b\n", b"c\n", b"d\n", b"e\n"]), (true, 0));
    }

    #[test]
    fn verifying_tells_entries_head_and_warnings() {
        let (_directory, ledger) = place();
        let empty = verify(ledger.path()).unwrap();
        assert_eq!((empty.entries, empty.head.as_str()), (0, NO_HEAD));
        let first = decide(&ledger, "dana", "C1").entry;
        let second = decide(&ledger, "dana", "C2").entry;
        let seen = verify(ledger.path()).unwrap();
        assert_eq!((seen.entries, &seen.head), (2, &second.hash));
        assert!(seen.broken.is_none() && seen.unfinished.is_none());
        assert!(seen.had_head(&first.hash) && seen.had_head(&second.hash));
        assert!(seen.had_head(NO_HEAD) && !seen.had_head(&first.basis_hash));

        let bytes = fs::read(ledger.path()).unwrap();
        fs::write(ledger.path(), &bytes[..bytes.len() - 10]).unwrap();
        let cut = verify(ledger.path()).unwrap();
        assert_eq!((cut.entries, &cut.head), (1, &first.hash));
        assert!(cut.broken.is_none() && !cut.had_head(&second.hash));
        let warning = cut.unfinished.unwrap().to_string();
        assert!(warning.starts_with("line 2 is unfinished"), "{warning}");
    }
}
