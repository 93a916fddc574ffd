//! The file of a ledger: read it, append to it.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::disk::{Disk, SystemDisk};
use super::handle::{Recorded, WAIT};
use super::lock::{Activity, Doing, Locked, Reading};
use super::write::Drafts;
use super::{AppendError, History, Key, LedgerError, LedgerMemory};

/// The file of a ledger. Holds nothing open: every call opens the file anew, so a ledger that was moved
/// aside or created meanwhile is no surprise.
#[derive(Debug, Clone)]
pub(super) struct FileStore {
    pub(super) path: PathBuf,
    pub(super) wait: Duration,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) activity: Arc<Activity>,
}

/// How often a ledger that cannot be locked is read until two readings agree.
const READINGS: usize = 5;
/// How long lies between two such readings.
const BETWEEN: Duration = Duration::from_millis(50);

impl FileStore {
    /// A ledger at this path. Nothing is opened yet.
    pub(super) fn new(path: PathBuf) -> Self {
        let disk = Arc::new(SystemDisk);
        Self { path, wait: WAIT, disk, activity: Arc::default() }
    }

    pub(super) fn lock(&self) -> Result<Locked<'_>, LedgerError> {
        Locked::open(&self.path, &*self.disk, self.wait, &self.activity)
    }

    pub(super) fn reading(&self) -> Result<Option<Reading>, LedgerError> {
        Reading::open(&self.path, self.wait, &self.activity)
    }

    /// See [`Ledger::read_from`](super::Ledger::read_from).
    ///
    /// What is read under the lock is durable: a writer holds it until its entry is on the disk, or
    /// cut off again.
    pub(super) fn read_from(&self, known: Option<&History>) -> Result<History, LedgerError> {
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

    /// See [`Ledger::read_about`](super::Ledger::read_about).
    pub(super) fn read_about(
        &self,
        memory: &LedgerMemory,
        key: Key<'_>,
    ) -> Result<History, LedgerError> {
        let reading = self.reading()?.filter(|reading| reading.locked);
        let Some(reading) = reading else { return self.read_from(None) };
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
        self.read_from(None)
    }

    /// See [`Ledger::append_each`](super::Ledger::append_each).
    pub(super) fn append_each<'d, E: Send>(
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::fs;

    use super::*;
    use crate::ledger::NO_HEAD;
    use crate::ledger::samples::{bytes_of, decide, files, place};
    use crate::ledger::{Appended, Draft};

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
        assert_eq!(
            fs::read(ledger.path().unwrap()).unwrap(),
            [lines.join(&b'\n'), b"\n".to_vec()].concat()
        );
        assert!(made.iter().all(|appended| appended.torn.is_none()));
    }

    #[test]
    fn an_empty_file_is_a_ledger() {
        let (directory, ledger) = place();
        fs::write(ledger.path().unwrap(), "").unwrap();
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
        fs::write(ledger.path().unwrap(), &other).unwrap();
        let read = ledger.read_from(Some(&both)).unwrap();
        assert!(read.last_for("C1").is_none() && read.last_for("C4").is_some());
        fs::remove_file(ledger.path().unwrap()).unwrap();
        assert!(ledger.read_from(Some(&both)).unwrap().is_empty());
    }

    #[test]
    fn nothing_is_read_while_somebody_writes_and_waiting_ends() {
        let (_directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let file = FileStore::new(ledger.path().unwrap().to_owned());
        let holder = file.lock().unwrap();
        let hasty = ledger.clone().with_wait(Duration::ZERO);
        let read = hasty.read().unwrap_err();
        assert!(matches!(read, LedgerError::Busy { .. }), "{read}");
        let written = hasty.append(|_| -> Result<Draft, Infallible> { panic!("asked") });
        let text = written.unwrap_err().to_string();
        assert!(text.starts_with("nothing was recorded: another process"), "{text}");
        drop(holder);
        assert_eq!(hasty.read().unwrap().seq(), 1);
        // Readers do not keep each other off.
        let _reader = file.reading().unwrap();
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

        let bytes = fs::read(ledger.path().unwrap()).unwrap();
        fs::write(ledger.path().unwrap(), &bytes[..bytes.len() - 10]).unwrap();
        let cut = ledger.verify().unwrap();
        assert_eq!((cut.entries, &cut.head), (1, &first.hash));
        assert!(cut.broken.is_none() && !cut.had_head(&second.hash.to_string()));
        let warning = cut.unfinished.unwrap().to_string();
        assert!(warning.starts_with("line 2 is unfinished"), "{warning}");
    }
}
