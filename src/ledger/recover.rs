//! A way on from a broken ledger that loses nothing: every entry up to the break is kept byte for byte,
//! what other programs did to the form of lines is repaired, and everything from the first bad line on
//! goes into a file beside the ledger. An entry records what was done.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use memchr::memmem;

use super::disk::{Directory, Mode};
use super::draft::EntryIds;
use super::entry;
use super::file::FileStore;
use super::lock::{Locked, is_still_at};
use super::seal::{self, Tail, seal_of, tail};
use super::source::OpenFile;
use super::write::set_beside;
use super::{Draft, History, LedgerError};
use crate::domain::{DecisionKind, Error, LineSource, Recovered, RecoveredCustomers};

/// What a recovery keeps and cuts off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// How many entries are kept.
    pub kept: u64,
    /// Lines of which only the form is repaired.
    pub repaired: u64,
    /// The first line that cannot be kept, and why; `None` where only form is repaired.
    pub cut: Option<Cut>,
}

/// What is cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// From 1.
    pub line: u64,
    /// Why.
    pub reason: String,
    /// How many bytes.
    pub bytes: u64,
    /// Whose decisions may be among it.
    pub customers: RecoveredCustomers,
}

/// What was recovered.
#[derive(Debug, Clone)]
pub struct RecoveredLedger {
    /// What was done.
    pub recovery: Recovery,
    /// The file with what was cut off.
    pub file: Option<PathBuf>,
    /// The ledger as it is now.
    pub history: Arc<History>,
}

/// Returns the signature of an entry for the bytes that it covers; `None` where it needs none.
pub type Sign<'a> = dyn Fn(&[u8]) -> Result<Option<String>, Error> + 'a;

/// A ledger's bytes, sorted.
struct Sorted<'a> {
    history: History,
    kept: Vec<&'a [u8]>,
    repaired: u64,
    cut: Option<(u64, String, &'a [u8])>,
    /// An unfinished last line: the next decision moves it to a file, broken or not.
    torn: &'a [u8],
}

impl FileStore {
    /// See [`Ledger::plan_recovery`](super::Ledger::plan_recovery).
    pub(super) fn plan_recovery(&self, seen: u64) -> Result<Option<Recovery>, LedgerError> {
        let Some(mut reading) = self.reading()? else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = reading.file.read_to_end(&mut bytes);
        read.map_err(|error| LedgerError::Read { path: self.path.clone(), error })?;
        Ok(Sorted::new(&bytes).recovery(seen))
    }

    /// See [`Ledger::recover`](super::Ledger::recover).
    pub(super) fn recover(
        &self,
        by: &str,
        at: Timestamp,
        seen: u64,
        sign: &Sign<'_>,
    ) -> Result<Option<RecoveredLedger>, LedgerError> {
        let mut locked = self.lock()?;
        let recovered = locked.recover(by, at, seen, sign);
        locked.remove_if_unused();
        recovered
    }
}

impl Locked<'_> {
    fn recover(
        &mut self,
        by: &str,
        at: Timestamp,
        seen: u64,
        sign: &Sign<'_>,
    ) -> Result<Option<RecoveredLedger>, LedgerError> {
        let failed = |error| LedgerError::Read { path: self.path.to_owned(), error };
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(failed)?;
        let sorted = Sorted::new(&bytes);
        let Some(recovery) = sorted.recovery(seen) else { return Ok(None) };
        // The end of a link, not the link.
        let path = fs::canonicalize(self.path).map_err(failed)?;
        let failed = |error| LedgerError::Write {
            path: self.path.to_owned(),
            error,
            left: None,
            torn: None,
        };
        let directory = Directory::open(&path).map_err(failed)?;
        let beside = |suffix: &str, bytes: &[u8]| {
            set_beside(&path, self.disk, &directory, suffix, bytes, at)
                .map_err(|(path, error)| LedgerError::SetAside { path, error })
        };
        if !sorted.torn.is_empty() {
            beside(".torn", sorted.torn)?;
        }
        let cut = sorted.cut.as_ref().map(|(_, _, cut)| *cut);
        let file = cut.map(|cut| beside(".cut", cut)).transpose()?;
        let customers = recovery.cut.as_ref().map(|cut| cut.customers.clone());
        let named = file.as_deref().and_then(Path::file_name).unwrap_or_default();
        let recovered = cut.zip(customers).map(|(cut, customers)| Recovered {
            bytes: cut.len() as u64,
            sha256: seal::sha256(cut).to_string(),
            file: named.to_string_lossy().into_owned(),
            customers,
        });
        let nobody = (CompactString::default(), CompactString::default());
        let mut draft = Draft::new(DecisionKind::Recover, by, nobody, "null".to_owned(), at);
        draft.recovered = recovered;
        let id = EntryIds::default().next(at);
        draft.id = Some(id.clone());
        // What is cut off is known here at last, so this one is signed under the lock.
        let message = entry::signed_bytes(&draft).map_err(LedgerError::Draft)?;
        draft.sig = sign(&message).map_err(|error| {
            // The ledger still has it.
            file.iter().for_each(|file| drop(fs::remove_file(file)));
            LedgerError::Unsigned(error)
        })?;
        let prepared = entry::prepare(&draft, id).map_err(LedgerError::Draft)?;
        let mut text = Vec::with_capacity(bytes.len());
        for line in &sorted.kept {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        let (seq, head) = (sorted.history.seq() + 1, sorted.history.head());
        let mut line = String::new();
        // Read again below, from the file as it is then.
        let nowhere: Arc<dyn LineSource> = OpenFile::shared(&self.file).map_err(failed)?;
        prepared.link(seq, head, &mut line, text.len() as u64, &nowhere);
        text.extend_from_slice(line.as_bytes());
        let mut whole = Some(&text);
        let bytes = || Ok(whole.take().map(Vec::as_slice).unwrap_or_default());
        self.replace(&path, &directory, bytes).map_err(|error| {
            let replaced = !is_still_at(&self.file, &path);
            let left = replaced.then(|| io::Error::other("the recovered ledger has its place"));
            LedgerError::Write { path: self.path.to_owned(), error, left, torn: None }
        })?;
        let file_now = fs::File::open(&path).map_err(failed)?;
        let mut history = History::default();
        history.read_on(&file_now, text.len() as u64).map_err(failed)?;
        Ok(Some(RecoveredLedger { recovery, file, history: Arc::new(history) }))
    }

    /// Lets these bytes take the ledger's place, whole or not at all. They come in pieces, the last of which
    /// is empty.
    pub(super) fn replace<B: AsRef<[u8]>>(
        &self,
        path: &Path,
        directory: &Directory,
        mut bytes: impl FnMut() -> io::Result<B>,
    ) -> io::Result<()> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".cut-new-{}", std::process::id()));
        let new = PathBuf::from(name);
        // One of a writer that was killed.
        let _ = fs::remove_file(&new);
        let mode = Mode::As(fs::metadata(path)?.permissions());
        let written = self.disk.create(&new, mode).and_then(|file| {
            loop {
                match bytes()?.as_ref() {
                    b"" => break,
                    piece => self.disk.write(&file, piece)?,
                }
            }
            self.disk.sync(&file)?;
            self.disk.rename(&new, path)?;
            self.disk.sync_directory(directory)
        });
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written
    }
}

impl<'a> Sorted<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let source: Arc<dyn LineSource> = Arc::new(Nowhere);
        let mut sorted = Self {
            history: History::default(),
            kept: Vec::new(),
            repaired: 0,
            cut: None,
            torn: b"",
        };
        let mut at = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let whole = line.strip_suffix(b"\n");
            let trimmed = trim_form(whole.unwrap_or(line));
            if whole.is_none() && tail(line) == Tail::Torn && !trimmed.is_empty() {
                sorted.torn = line;
                break;
            }
            let end = (at + line.len()) as u64;
            let linked = match trimmed {
                b"" => Ok(()),
                trimmed => entry::parse(trimmed, at as u64, &source)
                    .and_then(|entry| sorted.history.link(Arc::new(entry), end))
                    .map(|()| sorted.kept.push(trimmed)),
            };
            if let Err(reason) = linked {
                let number = sorted.history.seq() + 1;
                sorted.cut = Some((number, reason, bytes.get(at..).unwrap_or_default()));
                break;
            }
            if whole != Some(trimmed) || trimmed.is_empty() {
                sorted.repaired += 1;
            }
            at += line.len();
        }
        sorted
    }

    /// What is to be done, if anything: a last line that lacks only its newline or is unfinished is no
    /// damage.
    fn recovery(&self, seen: u64) -> Option<Recovery> {
        let cut = self.cut.as_ref().map(|(line, reason, bytes)| Cut {
            line: *line,
            reason: reason.clone(),
            bytes: bytes.len() as u64,
            customers: customers_since(bytes, self.history.seq(), seen),
        });
        let only_newline = self.repaired == 1
            && self.kept.last().is_some_and(|last| self.whole_but_for_newline(last));
        if cut.is_none() && (self.repaired == 0 || only_newline) {
            return None;
        }
        Some(Recovery { kept: self.history.seq(), repaired: self.repaired, cut })
    }

    fn whole_but_for_newline(&self, last: &[u8]) -> bool {
        let kept: usize = self.kept.iter().map(|line| line.len() + 1).sum();
        // The end of the last line, had every line its newline, is one past the file's.
        self.history.end() + 1 == kept as u64 && !last.is_empty()
    }
}

/// True where a line that does not hold would, without what other programs do to the form of lines.
pub(super) fn is_only_form(line: &[u8]) -> bool {
    let trimmed = trim_form(line);
    trimmed.is_empty() || (trimmed.len() < line.len() && seal_of(trimmed).is_some())
}

/// A line without a byte-order mark before it and white space around it.
pub(super) fn trim_form(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii()
}

/// The lines that are not blank.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(trim_form).filter(|line| !line.is_empty())
}

/// Whose decisions may be among lines behind the first ones, of a ledger that is known to have had this
/// many entries: of everybody, where not all of them are there.
pub(super) fn customers_since(bytes: &[u8], kept: u64, seen: u64) -> RecoveredCustomers {
    match kept + lines(bytes).count() as u64 >= seen {
        true => customers(bytes),
        false => RecoveredCustomers::ALL,
    }
}

/// The customers that lines name, wherever they do: a line that was changed may name another one at one
/// place than at another.
fn customers(bytes: &[u8]) -> RecoveredCustomers {
    const NAME: &[u8] = br#""customer_id":"#;
    let mut named: BTreeSet<CompactString> = BTreeSet::new();
    for line in lines(bytes) {
        let mut any = false;
        for at in memmem::find_iter(line, NAME) {
            let value = line.get(at + NAME.len()..).unwrap_or_default();
            let mut values =
                serde_json::Deserializer::from_slice(value).into_iter::<CompactString>();
            if let Some(Ok(id)) = values.next()
                && !id.is_empty()
            {
                named.insert(id);
                any = true;
            }
        }
        // What it names is not readable, or it is a recovery, which may have been about anybody.
        if !any {
            return RecoveredCustomers::ALL;
        }
    }
    RecoveredCustomers::Named(named.into_iter().collect())
}

/// Lines that no one reads again.
struct Nowhere;

impl LineSource for Nowhere {
    fn bytes(&self, _offset: u64, _len: usize) -> Option<Vec<u8>> {
        None
    }

    fn is_basis(&self, _text: &str, _hash: &crate::domain::Digest) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ledger;
    use crate::ledger::samples::{bytes_of, decide, files, place};

    const BY: &str = "dana";

    fn recover(bytes: &[u8]) -> (tempfile::TempDir, Ledger, Option<RecoveredLedger>) {
        let (directory, ledger) = place();
        fs::write(ledger.path().unwrap(), bytes).unwrap();
        let at = "2026-02-03T15:00:00Z".parse().unwrap();
        let planned = ledger.plan_recovery(0).unwrap();
        let done = ledger.recover(BY, at, 0).unwrap();
        assert_eq!(planned, done.as_ref().map(|done| done.recovery.clone()));
        (directory, ledger, done)
    }

    #[test]
    fn a_sound_ledger_is_left_alone() {
        let whole = bytes_of(&["C1", "C2"]);
        for bytes in [&whole[..], &whole[..whole.len() - 1], &whole[..whole.len() - 20], b""] {
            let (_directory, ledger, done) = recover(bytes);
            assert!(done.is_none());
            assert_eq!(fs::read(ledger.path().unwrap()).unwrap(), bytes);
        }
    }

    #[test]
    fn form_is_repaired_and_every_entry_kept() {
        let whole = bytes_of(&["C1", "C2", "C1"]);
        let text = String::from_utf8(whole.clone()).unwrap();
        let crlf = text.replace('\n', "\r\n");
        for bad in [
            crlf.clone(),
            format!("\u{feff}{text}"),
            format!("\u{feff}{crlf}"),
            text.replace('\n', "\n\n"),
            format!("\n{text}"),
            crlf.trim_end().to_owned(),
        ] {
            let (directory, ledger, done) = recover(bad.as_bytes());
            let done = done.unwrap();
            assert_eq!((done.recovery.kept, done.recovery.cut), (3, None), "{bad}");
            let now = fs::read(ledger.path().unwrap()).unwrap();
            assert_eq!(&now[..whole.len()], &whole[..]);
            let history = ledger.read().unwrap();
            let last = history.last().unwrap();
            assert!(history.broken.is_none());
            assert_eq!(
                (history.seq(), last.kind, &last.recovered),
                (4, DecisionKind::Recover, &None)
            );
            let line = String::from_utf8(last.basis.line().unwrap()).unwrap();
            assert!(line.contains(r#""customer_id":null,"playbook_id":null"#), "{line}");
            assert!(line.contains(r#""after":null,"recovered":null,"basis":null,"#), "{line}");
            assert_eq!(files(&directory), ["decisions.jsonl"]);
            assert_eq!(decide(&ledger, "sam", "C2").entry.seq, 5);
        }
    }

    #[test]
    fn what_cannot_be_trusted_is_cut_off_and_kept_beside() {
        let whole = bytes_of(&["C1", "C2", "C3", "C1"]);
        let text = String::from_utf8(whole.clone()).unwrap();
        let bad = text.replacen("\"customer_id\":\"C3\"", "\"customer_id\":\"C9\"", 1);
        let (directory, ledger, done) = recover(bad.as_bytes());
        let done = done.unwrap();
        let start = bad.split_inclusive('\n').take(2).map(str::len).sum::<usize>();
        let cut = done.recovery.cut.unwrap();
        assert_eq!((done.recovery.kept, cut.line), (2, 3));
        assert_eq!(fs::read(done.file.unwrap()).unwrap(), bad.as_bytes()[start..]);
        let recovered = done.history.last().unwrap().recovered.clone().unwrap();
        assert_eq!(recovered.bytes as usize, bad.len() - start);
        assert_eq!(recovered.sha256, seal::sha256(&bad.as_bytes()[start..]).to_string());
        assert_eq!(recovered.file, "decisions.jsonl.cut-20260203T150000.000Z");
        // Named at one place and at the other of the changed line, and in the line after it.
        let named = ["C005", "C1", "C9"].map(Into::into).to_vec();
        assert_eq!(recovered.customers, RecoveredCustomers::Named(named));
        assert_eq!(files(&directory).len(), 2);
        assert_eq!(ledger.read().unwrap().seq(), 3);
    }

    #[test]
    fn where_nobody_is_named_it_is_about_everybody() {
        let whole = bytes_of(&["C1"]);
        for bad in [&b"not a line\n"[..], b"{\"customer_id\":7}\n", b"{\"customer_id\":\"C"] {
            let bytes = [&whole[..], bad, b"\n{}\n"].concat();
            let (_directory, _ledger, done) = recover(&bytes);
            let cut = done.unwrap().recovery.cut.unwrap();
            assert_eq!(cut.customers, RecoveredCustomers::ALL);
        }
    }

    #[test]
    fn where_entries_that_were_seen_are_not_even_cut_off_it_is_about_everybody() {
        let (_directory, ledger) = place();
        let whole = bytes_of(&["C1", "C2", "C3"]);
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let bad = br#"{"customer_id":"C9"}"#;
        fs::write(ledger.path().unwrap(), [&whole[..first], bad, b"\n\n"].concat()).unwrap();
        let about = |seen| {
            let planned = ledger.plan_recovery(seen).unwrap().unwrap();
            planned.cut.unwrap().customers
        };
        assert_eq!(about(2), RecoveredCustomers::Named(vec!["C9".into()]));
        assert_eq!(about(3), RecoveredCustomers::ALL);
        let done = ledger.recover(BY, Timestamp::UNIX_EPOCH, 3).unwrap().unwrap();
        assert_eq!(done.recovery.cut.unwrap().customers, RecoveredCustomers::ALL);
    }

    #[cfg(unix)]
    #[test]
    fn modes_stay_and_a_link_stays_a_link() {
        use std::os::unix::fs::PermissionsExt;
        let (directory, ledger) = place();
        let bytes = [&bytes_of(&["C1"])[..], b"bad\n"].concat();
        let end = directory.path().join("end.jsonl");
        fs::write(&end, bytes).unwrap();
        fs::set_permissions(&end, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("end.jsonl", ledger.path().unwrap()).unwrap();
        let done = ledger.recover(BY, Timestamp::UNIX_EPOCH, 0).unwrap().unwrap();
        assert!(fs::symlink_metadata(ledger.path().unwrap()).unwrap().is_symlink());
        for path in [end, done.file.unwrap()] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o7777, 0o640);
        }
    }
}
