//! The file of a ledger: its lock, its unfinished last line, and what must be on the disk before a
//! decision may be called made.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::entry;
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
    /// Where an unfinished last line went that stood there before ("and says so").
    pub set_aside: Option<PathBuf>,
}

/// How often a file is opened anew because another one took its place meanwhile.
const ATTEMPTS: usize = 1000;

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

    /// Reads and checks the whole ledger. Takes no lock and writes nothing. A missing file is an
    /// empty history; a broken chain and an unfinished last line are in the history, no errors.
    ///
    /// # Errors
    /// [`LedgerError::Read`] or [`LedgerError::NotAFile`].
    pub fn read(&self) -> Result<History, LedgerError> {
        let mut bytes = self.bytes()?;
        for _ in 1..READINGS {
            let history = History::read(&bytes);
            if history.broken.is_none() {
                return Ok(history);
            }
            // A writer that replaces a torn tail between two of our reads makes a line that never
            // stood there. What is really broken is so the second time too.
            let again = self.bytes()?;
            if again == bytes {
                return Ok(history);
            }
            bytes = again;
        }
        Ok(History::read(&bytes))
    }

    /// What the file holds; nothing where there is none.
    fn bytes(&self) -> Result<Vec<u8>, LedgerError> {
        let failed = |error| LedgerError::Read { path: self.path.clone(), error };
        match fs::metadata(&self.path) {
            // Looked at before opening: opening a pipe would wait for somebody to write into it.
            Ok(metadata) => refuse_if_no_file(&self.path, &metadata)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        }
        match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(failed),
        }
    }

    /// Makes a decision: reads the ledger under the lock, asks `draft` what to decide on it, appends
    /// that and returns only once it is durable ("one exclusive lock from reading the tail to the
    /// fsync"). Waits for other writers. Creates the file, never its directory; a file that it
    /// created is removed again when nothing was recorded.
    ///
    /// # Errors
    /// Nothing was recorded: the chain is broken, the closure refused, or the last entry for the
    /// draft's customer is not [`Draft::after`]; or the file cannot be written. Whether the
    /// decision is recorded is uncertain only where [`LedgerError::Write`] has `left`.
    pub fn append<E>(
        &self,
        draft: impl FnOnce(&History) -> Result<Draft, E>,
    ) -> Result<Appended, AppendError<E>> {
        let mut locked = Locked::open(&self.path)?;
        let appended = locked.append(draft);
        if appended.is_err() {
            locked.remove_if_unused();
        }
        appended
    }
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

/// An open ledger that nobody else writes. Dropping it gives the lock back.
struct Locked<'a> {
    path: &'a Path,
    file: File,
    /// True where this writer created the file.
    created: bool,
}

impl<'a> Locked<'a> {
    fn open(path: &'a Path) -> Result<Self, LedgerError> {
        for _ in 0..ATTEMPTS {
            let Some((file, created)) = open_or_create(path)? else { continue };
            loop {
                match file.lock() {
                    Ok(()) => break,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(LedgerError::Lock { path: path.to_owned(), error }),
                }
            }
            // While we waited, the file may have been moved aside: then the lock is on a file that
            // is no longer the ledger, and does not keep others from writing the one that is.
            if is_still_at(&file, path) {
                return Ok(Self { path, file, created });
            }
        }
        Err(LedgerError::Changed { path: path.to_owned() })
    }

    fn append<E>(
        &mut self,
        draft: impl FnOnce(&History) -> Result<Draft, E>,
    ) -> Result<Appended, AppendError<E>> {
        let mut bytes = Vec::new();
        self.file
            .read_to_end(&mut bytes)
            .map_err(|error| LedgerError::Read { path: self.path.to_owned(), error })?;
        let history = History::read(&bytes);
        if let Some(broken) = history.broken {
            return Err(AppendError::Broken(broken));
        }
        let draft = draft(&history).map_err(AppendError::Refused)?;
        refuse_if_outrun(&history, &draft)?;
        let seq = history.entries.last().map_or(1, |last| last.seq + 1);
        let (line, entry) = entry::seal(&draft, seq, history.head())
            .map_err(|reason| LedgerError::Draft { reason })?;
        let set_aside = self.write(&bytes, history.unfinished, &line, draft.at)?;
        Ok(Appended { entry: Arc::new(entry), line, set_aside })
    }

    /// Mends the tail, appends the line and makes it durable. Returns where a torn tail went.
    fn write(
        &mut self,
        before: &[u8],
        unfinished: Option<Unfinished>,
        line: &str,
        at: Timestamp,
    ) -> Result<Option<PathBuf>, LedgerError> {
        let failed = |error, set_aside: Option<&PathBuf>, left| LedgerError::Write {
            path: self.path.to_owned(),
            error,
            left,
            set_aside: set_aside.cloned(),
        };
        let mut file = &self.file;
        // Opened first: a directory that cannot be made durable shall not show only when the line
        // is already in the file.
        let directory = Directory::open(self.path)
            .map_err(|error| LedgerError::Open { path: self.path.to_owned(), error })?;
        let end = file.seek(SeekFrom::End(0)).map_err(|error| failed(error, None, None))?;
        if end != before.len() as u64 {
            return Err(LedgerError::Changed { path: self.path.to_owned() });
        }
        let (base, set_aside) = match unfinished {
            Some(Unfinished { whole: false, bytes, .. }) => {
                let (sound, torn) = before.split_at(before.len().saturating_sub(bytes));
                let aside = set_torn_aside(self.path, &directory, torn, at)?;
                let base = sound.len() as u64;
                // Cut off only now that the torn bytes are safe elsewhere.
                file.set_len(base)
                    .and_then(|()| file.seek(SeekFrom::Start(base)))
                    .map_err(|error| failed(error, Some(&aside), None))?;
                (base, Some(aside))
            }
            _ => (end, None),
        };
        let newline = if unfinished.is_some_and(|tail| tail.whole) { "\n" } else { "" };
        let text = format!("{newline}{line}\n");
        let durable = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| directory.sync());
        match durable {
            Ok(()) => Ok(set_aside),
            Err(error) => {
                let left = file.set_len(base).and_then(|()| file.sync_all()).err();
                Err(failed(error, set_aside.as_ref(), left))
            }
        }
    }

    /// Removes the file if this writer created it for a decision that then was not made. Others who
    /// wait for its lock will see that it is gone and open the path anew. Where it cannot be
    /// removed, an empty ledger stays, which is harmless.
    fn remove_if_unused(&self) {
        let empty = self.file.metadata().is_ok_and(|metadata| metadata.len() == 0);
        if self.created && empty && is_still_at(&self.file, self.path) {
            let _ = fs::remove_file(self.path);
        }
    }
}

/// Opens the ledger for writing, and says whether it had to be created. `None` where another writer
/// created or removed it at the same moment: try again.
fn open_or_create(path: &Path) -> Result<Option<(File, bool)>, LedgerError> {
    let failed = |error| LedgerError::Open { path: path.to_owned(), error };
    match fs::metadata(path) {
        Ok(metadata) => refuse_if_no_file(path, &metadata)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return create(path),
        Err(error) => return Err(failed(error)),
    }
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => Ok(Some((file, false))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn create(path: &Path) -> Result<Option<(File, bool)>, LedgerError> {
    match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
        Ok(file) => Ok(Some((file, true))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
            if is_link && !path.exists() {
                let is = "a link that leads nowhere";
                return Err(LedgerError::NotAFile { path: path.to_owned(), is });
            }
            Ok(None)
        }
        Err(error) if error.kind() == ErrorKind::NotFound && !directory_of(path).exists() => {
            Err(LedgerError::NoDirectory { directory: directory_of(path).to_owned() })
        }
        Err(error) => Err(LedgerError::Open { path: path.to_owned(), error }),
    }
}

/// A device or a pipe would take decisions and forget them.
fn refuse_if_no_file(path: &Path, metadata: &fs::Metadata) -> Result<(), LedgerError> {
    let is = if metadata.is_file() {
        return Ok(());
    } else if metadata.is_dir() {
        "a directory"
    } else {
        "a device or a pipe"
    };
    Err(LedgerError::NotAFile { path: path.to_owned(), is })
}

/// Refuses a draft whose reviewer did not know the last entry for the customer ("if the last entry
/// for that customer is not the one in `after`, the decision is refused").
fn refuse_if_outrun<E>(history: &History, draft: &Draft) -> Result<(), AppendError<E>> {
    match (history.last_for(&draft.customer_id), &draft.after) {
        (None, None) => Ok(()),
        (Some(last), Some(after)) if last.id == *after => Ok(()),
        (Some(last), _) => Err(AppendError::Conflict(Arc::clone(last))),
        (None, Some(after)) => {
            Err(AppendError::Gone { customer_id: draft.customer_id.clone(), after: after.clone() })
        }
    }
}

/// Saves the bytes of an unfinished last line in a file beside the ledger, named after the ledger
/// and the time of the decision that found it: `decisions.jsonl.torn-20260203T140211.123Z`.
fn set_torn_aside(
    ledger: &Path,
    directory: &Directory,
    torn: &[u8],
    at: Timestamp,
) -> Result<PathBuf, LedgerError> {
    let mut time = at;
    loop {
        let mut name = ledger.as_os_str().to_owned();
        name.push(time.strftime(".torn-%Y%m%dT%H%M%S%.3fZ").to_string());
        let path = PathBuf::from(name);
        match File::create_new(&path) {
            Ok(mut file) => {
                let saved = file.write_all(torn).and_then(|()| file.sync_all());
                return match saved.and_then(|()| directory.sync()) {
                    Ok(()) => Ok(path),
                    Err(error) => {
                        // Half a copy would only mislead; the original is still in the ledger.
                        let _ = fs::remove_file(&path);
                        Err(LedgerError::SetAside { path, error })
                    }
                };
            }
            // Nothing that was set aside before is ever overwritten.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                match time.checked_add(SignedDuration::from_millis(1)) {
                    Ok(later) => time = later,
                    Err(_) => return Err(LedgerError::SetAside { path, error }),
                }
            }
            Err(error) => return Err(LedgerError::SetAside { path, error }),
        }
    }
}

/// The directory of a file, `.` where the path is a bare name.
fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// True where the path still names this open file. Where the system cannot tell, it is taken to.
#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

/// The directory of a ledger: without its fsync, a new file's name may be gone after a power cut,
/// and with it decisions that were acknowledged. It is made durable with every entry, not only the
/// first: whoever created the file may have been killed before.
struct Directory {
    #[cfg(unix)]
    file: File,
}

impl Directory {
    #[cfg(unix)]
    fn open(ledger: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(directory_of(ledger))? })
    }

    #[cfg(unix)]
    fn sync(&self) -> io::Result<()> {
        match self.file.sync_all() {
            // Some network file systems know no fsync of directories.
            Err(error)
                if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) =>
            {
                Ok(())
            }
            synced => synced,
        }
    }

    #[cfg(not(unix))]
    fn open(_ledger: &Path) -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
