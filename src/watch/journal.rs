//! What was sent, from one run to the next: a file in the user's state directory that only grows while
//! the program runs, a line for each event. A line that was not finished, or is lost, has its event sent
//! once more.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustc_hash::FxHashSet;
use sha2::{Digest as _, Sha256};

use super::event::EventId;
use crate::domain::Digest;
use crate::state::{Record, StateDirectory};

/// First line of the file.
const HEADER: &str = "nextplay watch 1";
/// How long another process may have the journal before that is an error.
const PATIENCE: Duration = Duration::from_secs(2);
/// So many events of before are kept when the file is written anew: more than ever wait at once.
const KEPT: usize = 1_000_000;

/// How far the ledger was sent: the number and hash of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Number of the entry.
    pub seq: u64,
    /// Hash of the entry.
    pub hash: Digest,
}

/// What was sent.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// In the order in which it was sent, with how far the ledger was sent then.
    lines: Vec<(Option<EventId>, Option<Place>)>,
    ids: FxHashSet<EventId>,
    place: Option<Place>,
}

impl Sent {
    /// Returns that one event was sent, and the ledger up to an entry of this number and hash.
    pub fn of(id: EventId, place: Option<(u64, Digest)>) -> Self {
        let mut sent = Self::default();
        sent.push(Some(id), place.map(|(seq, hash)| Place { seq, hash }));
        sent
    }

    /// Returns true where the event was sent.
    pub fn contains(&self, id: EventId) -> bool {
        self.ids.contains(&id)
    }

    /// Returns how far the ledger was sent.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// Returns true where nothing was ever sent.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns what was sent up to an event and with it; `None` where it was not sent.
    pub fn up_to(&self, id: EventId) -> Option<Self> {
        let last = self.lines.iter().rposition(|(known, _)| *known == Some(id))?;
        let mut sent = Self::default();
        self.lines.iter().take(last + 1).for_each(|(id, place)| sent.push(*id, *place));
        Some(sent)
    }

    fn push(&mut self, id: Option<EventId>, place: Option<Place>) {
        self.lines.push((id, place));
        self.ids.extend(id);
        self.place = place.or(self.place);
    }

    fn parse(text: &str) -> Option<Self> {
        // What follows the last line break was not finished.
        let (whole, _) = text.rsplit_once('\n')?;
        let mut lines = whole.lines();
        if lines.next() != Some(HEADER) {
            return None;
        }
        let mut sent = Self::default();
        // A damaged line has its event sent once more, and the others count.
        lines.filter_map(read_line).for_each(|(id, place)| sent.push(id, place));
        Some(sent)
    }
}

/// Stands for no event.
const NO_EVENT: &str = "-";

fn read_line(line: &str) -> Option<(Option<EventId>, Option<Place>)> {
    let mut words = line.split(' ');
    let id = match words.next()? {
        NO_EVENT => None,
        id => Some(id.parse().ok()?),
    };
    let place = match (words.next(), words.next(), words.next()) {
        (None, ..) => None,
        (Some(seq), Some(hash), None) => {
            Some(Place { seq: seq.parse().ok()?, hash: Digest::parse(hash.as_bytes())? })
        }
        _ => return None,
    };
    Some((id, place))
}

fn line(id: Option<EventId>, place: Option<Place>) -> String {
    let id = id.map_or_else(|| NO_EVENT.to_owned(), |id| id.to_string());
    match place {
        Some(Place { seq, hash }) => format!("{id} {seq} {hash}\n"),
        None => format!("{id}\n"),
    }
}

/// The file.
pub struct Journal {
    file: Option<File>,
    /// Held while the program runs.
    _lock: Option<File>,
    /// What was sent.
    pub sent: Sent,
}

/// Why there is no journal.
#[derive(Debug)]
pub enum JournalError {
    /// Another process has it.
    Busy,
    /// It cannot be written.
    Unwritable(io::Error),
}

impl Journal {
    /// Opens the journal of a data directory, a ledger and a name.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn open(
        state: &StateDirectory,
        directory: &Path,
        ledger: &str,
        name: &str,
    ) -> Result<Self, JournalError> {
        let parts = Sha256::digest(format!("{ledger}\0{name}"));
        let file = Digest::from(<[u8; 32]>::from(parts)).to_string();
        let record = state.record("watch", &directory.join(file));
        // This makes the directory as well.
        record.locked(|| Ok(())).map_err(JournalError::Unwritable)?;
        let lock = open(&record, "running").map_err(JournalError::Unwritable)?;
        take(&lock)?;
        let sent = match fs::read(record.beside("journal")) {
            Ok(bytes) => Sent::parse(&String::from_utf8_lossy(&bytes)).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::NotFound => Sent::default(),
            Err(error) => return Err(JournalError::Unwritable(error)),
        };
        let mut journal = Self { file: None, _lock: Some(lock), sent };
        journal.rewrite(&record).map_err(JournalError::Unwritable)?;
        Ok(journal)
    }

    /// Returns a journal that lasts as long as the program runs.
    pub fn in_memory() -> Self {
        Self { file: None, _lock: None, sent: Sent::default() }
    }

    /// Writes the file anew, without what was sent long ago.
    fn rewrite(&mut self, record: &Record) -> io::Result<()> {
        let old = self.sent.lines.len().saturating_sub(KEPT);
        let place = self.sent.place;
        let mut kept = Sent::default();
        self.sent.lines.iter().skip(old).for_each(|(id, place)| kept.push(*id, *place));
        if kept.place != place {
            kept.push(None, place);
        }
        record.replace("journal", |file| {
            let lines = kept.lines.iter().map(|(id, place)| line(*id, *place));
            let text: String = std::iter::once(format!("{HEADER}\n")).chain(lines).collect();
            file.write_all(text.as_bytes())
        })?;
        self.sent = kept;
        self.file = Some(open(record, "journal")?);
        Ok(())
    }

    /// Takes this as sent instead of what was.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn reset(&mut self, sent: Sent) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.set_len(HEADER.len() as u64 + 1)?;
            let lines = sent.lines.iter().map(|(id, place)| line(*id, *place));
            file.write_all(lines.collect::<String>().as_bytes())?;
        }
        self.sent = sent;
        Ok(())
    }

    /// Notes that an event was sent, or that the ledger was sent so far.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn note(&mut self, id: Option<EventId>, place: Option<Place>) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.write_all(line(id, place).as_bytes())?;
        }
        self.sent.push(id, place);
        Ok(())
    }
}

/// Takes the lock for this process. One that was killed while it started a command holds it a moment
/// longer, until the command has begun.
fn take(lock: &File) -> Result<(), JournalError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy),
            Err(TryLockError::Error(error)) => return Err(JournalError::Unwritable(error)),
        }
    }
}

fn open(record: &Record, ending: &str) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(record.beside(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::EventKind;

    fn id(customer: &str) -> EventId {
        EventId::of_status(EventKind::Pending, customer, "", None)
    }

    fn place(seq: u64) -> Place {
        Place { seq, hash: Digest::from([seq as u8; 32]) }
    }

    #[test]
    fn what_was_sent_is_known_the_next_time_and_an_unfinished_line_is_not() {
        let home = tempfile::tempdir().unwrap();
        let state = StateDirectory::at(&home.path().join("state"));
        let open = || Journal::open(&state, home.path(), "ledger", "post");
        let mut journal = open().unwrap();
        assert!(journal.sent.is_empty());
        assert!(matches!(open(), Err(JournalError::Busy)));
        journal.note(Some(id("C1")), Some(place(4))).unwrap();
        journal.note(Some(id("C2")), None).unwrap();
        let file = journal.file.as_mut().unwrap();
        file.write_all(&line(Some(id("C3")), None).as_bytes()[..20]).unwrap();
        drop(journal);
        let mut journal = open().unwrap();
        let sent = &journal.sent;
        assert!(sent.contains(id("C1")) && sent.contains(id("C2")) && !sent.contains(id("C3")));
        assert_eq!(sent.place(), Some(place(4)));
        let first = sent.up_to(id("C1")).unwrap();
        assert!(!first.contains(id("C2")) && sent.up_to(id("C9")).is_none());
        journal.reset(first).unwrap();
        journal.note(Some(id("C5")), None).unwrap();
        drop(journal);
        let sent = open().unwrap().sent;
        assert!(sent.contains(id("C1")) && !sent.contains(id("C2")) && sent.contains(id("C5")));
        let other = Journal::open(&state, home.path(), "ledger", "mail").unwrap();
        assert!(other.sent.is_empty(), "each command has its own");
    }

    #[test]
    fn a_damaged_line_is_its_own_loss_alone() {
        let home = tempfile::tempdir().unwrap();
        let state = StateDirectory::at(&home.path().join("state"));
        let open = || Journal::open(&state, home.path(), "ledger", "post").unwrap();
        let mut journal = open();
        journal.note(Some(id("C1")), Some(place(4))).unwrap();
        let file = journal.file.as_mut().unwrap();
        // What a full disk leaves, the next line behind it; then bytes that are no text.
        let cut = line(Some(id("C2")), Some(place(5)));
        file.write_all(&cut.as_bytes()[..50]).unwrap();
        file.write_all(line(Some(id("C3")), None).as_bytes()).unwrap();
        file.write_all(b"\xff\xfe\n").unwrap();
        journal.note(Some(id("C4")), None).unwrap();
        drop(journal);
        let sent = open().sent;
        let known = ["C1", "C2", "C3", "C4"].map(|customer| sent.contains(id(customer)));
        assert_eq!(known, [true, false, false, true]);
        assert_eq!(sent.place(), Some(place(4)));
    }

    #[test]
    fn what_is_damaged_is_a_first_start() {
        for text in ["", "nextplay watch 2\n", "nextplay watch 1\nx 1 y\n", "nextplay watch 1"] {
            assert!(Sent::parse(text).is_none_or(|sent| sent.is_empty()), "{text}");
        }
    }
}
