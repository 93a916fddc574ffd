//! Writing decisions, under the lock: what must be on the disk before it may be called made.

use std::fs;
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;

use super::disk::{Directory, Disk, Mode};
use super::draft::EntryIds;
use super::entry;
use super::lock::{Activity, Doing, Locked, is_still_at};
use super::source::OpenFile;
use super::{AppendError, Draft, History, LedgerError, Recorded, Unfinished};
use crate::domain::{Entry, LineSource};

/// About how long a line is, to say how long reading takes.
pub(super) const USUAL_LINE: u64 = 1_200;

/// Decisions to be made one after the other, in batches: each batch is made while the one before is
/// let go of, so that hundreds of thousands do not have to be held at once.
pub type Drafts<'a, E> = Box<dyn Iterator<Item = Vec<Result<Draft, E>>> + 'a>;

impl Locked<'_> {
    /// Reads what is new since `known`, asks, and writes what was answered. See
    /// [`Ledger::append_each`](super::Ledger::append_each).
    pub(super) fn append_each<'d, E: Send>(
        &mut self,
        known: Option<&History>,
        activity: &Activity,
        drafts: impl FnOnce(&Arc<History>) -> Result<Drafts<'d, E>, E>,
    ) -> Result<Recorded<E>, AppendError<E>> {
        let unreadable = |error| LedgerError::Read { path: self.path.to_owned(), error };
        let len = self.file.metadata().map_err(unreadable)?.len();
        activity.set(Doing::Reading(len / USUAL_LINE));
        let history = History::of_file(&self.file, known, len).map_err(unreadable)?;
        activity.set(Doing::Nothing);
        if let Some(broken) = history.broken {
            return Err(AppendError::Broken(broken));
        }
        let history = Arc::new(history);
        let batches = drafts(&history).map_err(AppendError::Refused)?;
        let mut writer = Writer::new(self, Arc::unwrap_or_clone(history), len)?;
        let mut each = Vec::new();
        for batch in batches {
            match writer.batch(batch, &mut each) {
                Ok(()) => {}
                Err(error) => return Err(writer.fail(error).into()),
            }
        }
        let (history, torn) = writer.finish()?;
        Ok(Recorded { each, torn, history: Arc::new(history) })
    }
}

/// Writes lines to the end of a locked ledger.
struct Writer<'a> {
    locked: &'a Locked<'a>,
    history: History,
    source: Arc<dyn LineSource>,
    ids: EntryIds,
    /// Length of the file when the lock was taken.
    len: u64,
    /// There once the first line is to be written.
    begun: Option<Begun>,
}

/// What stands before the first new line.
struct Begun {
    directory: Directory,
    /// Where the file is cut off again if writing fails.
    base: u64,
    /// Where the next line goes.
    offset: u64,
    /// Where an unfinished last line went.
    torn: Option<PathBuf>,
}

/// Why lines could not be written.
enum WriteError {
    /// Before the first of them.
    Begin(LedgerError),
    Write(io::Error),
}

impl<'a> Writer<'a> {
    fn new(locked: &'a Locked<'a>, history: History, len: u64) -> Result<Self, LedgerError> {
        let source = OpenFile::shared(&locked.file)
            .map_err(|error| LedgerError::Read { path: locked.path.to_owned(), error })?;
        let ids = EntryIds::default();
        Ok(Self { locked, history, source, ids, len, begun: None })
    }

    /// Writes the decisions of a batch that are not refused, and returns the outcome of each.
    fn batch<E: Send>(
        &mut self,
        batch: Vec<Result<Draft, E>>,
        each: &mut Vec<Result<Arc<Entry>, AppendError<E>>>,
    ) -> Result<(), WriteError> {
        let id_of = |draft: &Draft| draft.id.clone().unwrap_or_else(|| self.ids.next(draft.at));
        let with_ids: Vec<Result<(CompactString, Draft), E>> =
            batch.into_iter().map(|draft| draft.map(|draft| (id_of(&draft), draft))).collect();
        let prepared: Vec<Result<_, AppendError<E>>> = with_ids
            .into_par_iter()
            .map(|draft| {
                let (id, draft) = draft.map_err(AppendError::Refused)?;
                let prepared = entry::prepare(&draft, id).map_err(LedgerError::Draft)?;
                Ok((prepared, draft.customer_id, draft.after, draft.at))
            })
            .collect();
        let mut text = String::new();
        each.reserve(prepared.len());
        for prepared in prepared {
            let linked = match prepared {
                Ok((prepared, customer, after, at)) => {
                    match refuse_if_outrun(&self.history, &customer, after) {
                        Ok(()) => Ok((prepared, at)),
                        Err(error) => Err(error),
                    }
                }
                Err(error) => Err(error),
            };
            each.push(match linked {
                Err(error) => Err(error),
                Ok((prepared, at)) => {
                    let first = self.begun.is_none();
                    let offset = self.begin(at)?;
                    if first && self.history.unfinished.take().is_some_and(|tail| tail.whole) {
                        text.push('\n');
                    }
                    let (seq, prev) = (self.history.seq() + 1, self.history.head());
                    let entry = prepared.link(seq, prev, &mut text, offset, &self.source);
                    let entry = Arc::new(entry);
                    // The next one follows this one, and may not be about the same customer
                    // unknowingly.
                    self.history.push(Arc::clone(&entry));
                    Ok(entry)
                }
            });
        }
        if let Some(begun) = &mut self.begun {
            let disk = self.locked.disk;
            disk.write(&self.locked.file, text.as_bytes()).map_err(WriteError::Write)?;
            begun.offset += text.len() as u64;
        }
        Ok(())
    }

    /// Where the next line goes; before the first one, repairs the tail.
    fn begin(&mut self, at: Timestamp) -> Result<u64, WriteError> {
        if self.begun.is_none() {
            self.begun = Some(self.open_end(at)?);
        }
        Ok(self.begun.as_ref().map_or(self.len, |begun| begun.offset))
    }

    fn open_end(&self, at: Timestamp) -> Result<Begun, WriteError> {
        let Locked { path, file, disk, .. } = self.locked;
        // Opened first: a directory that cannot be made durable shall not show only when the line
        // is already in the file.
        let directory = Directory::open(path)
            .map_err(|error| LedgerError::Open { path: (*path).to_owned(), error })
            .map_err(WriteError::Begin)?;
        let end = { file }.seek(SeekFrom::End(0)).map_err(WriteError::Write)?;
        // Programs that know nothing of the lock can still write to the file or move it aside.
        if end != self.len || !is_still_at(file, path) {
            return Err(WriteError::Begin(LedgerError::Changed { path: (*path).to_owned() }));
        }
        let Some(Unfinished { whole: false, bytes, .. }) = self.history.unfinished else {
            return Ok(Begun { directory, base: end, offset: end, torn: None });
        };
        let base = end.saturating_sub(bytes as u64);
        let torn = self.source.bytes(base, bytes);
        let torn = torn.ok_or_else(|| WriteError::Write(ErrorKind::UnexpectedEof.into()))?;
        let beside = set_beside(path, *disk, &directory, ".torn", &torn, at)
            .map_err(|(path, error)| WriteError::Begin(LedgerError::SetAside { path, error }))?;
        // Cut off only now that the torn bytes are safe elsewhere.
        let cut = disk.truncate(file, base).and_then(|()| { file }.seek(SeekFrom::Start(base)));
        cut.map_err(|error| {
            let (path, torn) = ((*path).to_owned(), Some(beside.clone()));
            WriteError::Begin(LedgerError::Write { path, error, left: None, torn })
        })?;
        Ok(Begun { directory, base, offset: base, torn: Some(beside) })
    }

    /// Undoes what was written, and returns why.
    fn fail(self, error: WriteError) -> LedgerError {
        let error = match error {
            WriteError::Begin(error) => return error,
            WriteError::Write(error) => error,
        };
        let Locked { path, file, disk, .. } = self.locked;
        let (base, torn) = self.begun.map_or((self.len, None), |begun| (begun.base, begun.torn));
        let left = disk.truncate(file, base).and_then(|()| disk.sync(file)).err();
        LedgerError::Write { path: (*path).to_owned(), error, left, torn }
    }

    /// Makes what was written durable.
    fn finish(self) -> Result<(History, Option<PathBuf>), LedgerError> {
        let Some(begun) = &self.begun else { return Ok((self.history, None)) };
        let Locked { file, disk, .. } = self.locked;
        match disk.sync(file).and_then(|()| disk.sync_directory(&begun.directory)) {
            Ok(()) => Ok((self.history, self.begun.and_then(|begun| begun.torn))),
            Err(error) => Err(self.fail(WriteError::Write(error))),
        }
    }
}

/// Refuses a draft whose reviewer did not know the last entry for the customer ("if the last entry
/// for that customer is not the one in `after`, the decision is refused").
fn refuse_if_outrun<E>(
    history: &History,
    customer_id: &CompactString,
    after: Option<CompactString>,
) -> Result<(), AppendError<E>> {
    // What is about no customer follows on nothing.
    if customer_id.is_empty() {
        return Ok(());
    }
    match (history.last_for(customer_id), after) {
        (None, None) => Ok(()),
        (Some(last), Some(after)) if last.id == after => Ok(()),
        (Some(last), _) => Err(AppendError::Conflict(Arc::clone(last))),
        (None, Some(after)) => Err(AppendError::Gone { customer_id: customer_id.clone(), after }),
    }
}

/// Saves bytes of a ledger in a new file beside it, with the ledger's own mode, named after the ledger,
/// what they are and the time: `decisions.jsonl.torn-20260203T140211.123Z`. Durable when this returns.
///
/// # Errors
/// The file that could not be written, and why; nothing of it stays.
pub(super) fn set_beside(
    ledger: &Path,
    disk: &dyn Disk,
    directory: &Directory,
    suffix: &str,
    bytes: &[u8],
    at: Timestamp,
) -> Result<PathBuf, (PathBuf, io::Error)> {
    let mut time = at;
    loop {
        let mut name = ledger.as_os_str().to_owned();
        name.push(suffix);
        name.push(time.strftime("-%Y%m%dT%H%M%S%.3fZ").to_string());
        let path = PathBuf::from(name);
        let mode =
            fs::metadata(ledger).map_or(Mode::Private, |ledger| Mode::As(ledger.permissions()));
        match disk.create(&path, mode) {
            Ok(file) => {
                let saved = disk.write(&file, bytes).and_then(|()| disk.sync(&file));
                return match saved.and_then(|()| disk.sync_directory(directory)) {
                    Ok(()) => Ok(path),
                    Err(error) => {
                        // Half a copy would only mislead; the original is still in the ledger.
                        let _ = fs::remove_file(&path);
                        Err((path, error))
                    }
                };
            }
            // Nothing that was set aside before is ever overwritten.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                match time.checked_add(SignedDuration::from_millis(1)) {
                    Ok(later) => time = later,
                    Err(_) => return Err((path, error)),
                }
            }
            Err(error) => return Err((path, error)),
        }
    }
}

/// True of the name of a file that [`set_beside`] makes.
pub(super) fn is_beside_a_ledger(name: &str) -> bool {
    let time = |suffix: &str| name.rsplit_once(suffix).map(|(_, time)| time.as_bytes());
    [".torn-", ".cut-"].into_iter().filter_map(time).any(|time| {
        let day = time.split_first_chunk::<8>();
        day.is_some_and(|(day, rest)| day.iter().all(u8::is_ascii_digit) && rest.starts_with(b"T"))
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::domain::DecisionKind;
    use crate::ledger::samples::{bytes_of, decide, draft, files, place, propose};
    use crate::ledger::{Break, Ledger};

    #[test]
    fn a_refusal_records_nothing_and_leaves_no_file_behind() {
        let (directory, ledger) = place();
        let refused = ledger.append(|history| {
            assert!(history.is_empty());
            Err::<Draft, _>("not today")
        });
        assert!(matches!(refused, Err(AppendError::Refused("not today"))));
        let mut unwritable = draft("dana", "C1");
        unwritable.basis = "{}".to_owned();
        let refused = ledger.append(|_| Ok::<_, Infallible>(unwritable));
        assert!(matches!(refused, Err(AppendError::Ledger(LedgerError::Draft(_)))));
        assert!(files(&directory).is_empty());
    }

    #[test]
    fn of_several_decisions_each_is_made_or_refused_by_itself() {
        let (_directory, ledger) = place();
        decide(&ledger, "sam", "C2");
        let drafts = || {
            let on = |customer| Ok(draft("dana", customer));
            vec![on("C1"), on("C2"), Err("not this one"), on("C3"), on("C1")]
        };
        let ask = |drafts: Vec<Result<Draft, &'static str>>| {
            let one = |_: &Arc<History>| -> Result<Drafts<'static, &'static str>, _> {
                Ok(Box::new(std::iter::once(drafts)))
            };
            ledger.append_each(None, one).unwrap().each
        };
        let each = ask(drafts());
        let told: Vec<String> = each
            .iter()
            .map(|made| match made {
                Ok(entry) => format!("{} {}", entry.seq, entry.customer_id),
                Err(AppendError::Conflict(entry)) => format!("conflict {}", entry.by),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(told, ["2 C1", "conflict sam", "not this one", "3 C3", "conflict dana"]);
        let made: Vec<&Arc<Entry>> = each.iter().flatten().collect();
        assert!(made[0].id < made[1].id, "ids sort as they were made");
        let history = ledger.read().unwrap();
        assert!(history.broken.is_none() && history.unfinished.is_none());
        assert_eq!(history.len(), 3);
        assert_eq!(ask(vec![Err("no"), Err("no")]).len(), 2);
        assert_eq!(ledger.read().unwrap().len(), 3);
    }

    #[test]
    fn a_decision_that_somebody_else_outran_is_refused() {
        let (_directory, ledger) = place();
        let first = decide(&ledger, "dana", "C1").entry;
        let second = decide(&ledger, "sam", "C1").entry;
        decide(&ledger, "sam", "C2");
        let before = fs::read(ledger.path().unwrap()).unwrap();
        for known in [None, Some(first.id.clone()), Some("nonsense".into())] {
            let mut late = draft("ines", "C1");
            late.after = known;
            match ledger.append(|_| Ok::<_, Infallible>(late)).unwrap_err() {
                error @ AppendError::Conflict(_) => assert_eq!(
                    error.to_string(),
                    "nothing was recorded: C1 was approved by sam at 2026-02-03T14:02:11Z, after \
                     you last saw it; review it again, then decide"
                ),
                error => panic!("{error}"),
            }
        }
        let mut astray = draft("ines", "C3");
        astray.after = Some(second.id.clone());
        let error = ledger.append(|_| Ok::<_, Infallible>(astray)).unwrap_err();
        assert!(matches!(error, AppendError::Gone { .. }), "{error}");
        assert_eq!(fs::read(ledger.path().unwrap()).unwrap(), before);
    }

    #[test]
    fn a_proposal_outruns_no_decision() {
        let (_directory, ledger) = place();
        let first = propose(&ledger, "bot", "C1").entry;
        assert_eq!(first.after, None);
        // Made without knowing of the proposal.
        let approval = ledger.append(|_| Ok::<_, Infallible>(draft("dana", "C1"))).unwrap().entry;
        let second = propose(&ledger, "bot", "C1").entry;
        let third = propose(&ledger, "agent", "C1").entry;
        assert_eq!(second.after.as_ref(), Some(&approval.id));
        assert_eq!(third.after, second.after);
        assert_eq!(decide(&ledger, "sam", "C1").entry.after.as_ref(), Some(&approval.id));
        let mut late = draft("bot", "C1");
        (late.kind, late.after) = (DecisionKind::Propose, Some(approval.id.clone()));
        let error = ledger.append(|_| Ok::<_, Infallible>(late)).unwrap_err();
        assert!(
            matches!(error, AppendError::Conflict(_)),
            "a decision outruns a proposal: {error}"
        );
    }

    #[test]
    fn a_broken_chain_is_never_written_to() {
        let (directory, ledger) = place();
        let text = String::from_utf8(bytes_of(&["C1", "C2", "C3"])).unwrap();
        let broken = text.replacen("\"C2\"", "\"C9\"", 1);
        fs::write(ledger.path().unwrap(), &broken).unwrap();
        let error = ledger
            .append(|_| -> Result<Draft, Infallible> { panic!("asked on a broken chain") })
            .unwrap_err();
        assert!(matches!(&error, AppendError::Broken(Break { line: 2, .. })), "{error}");
        assert_eq!(fs::read_to_string(ledger.path().unwrap()).unwrap(), broken);
        assert_eq!(files(&directory), ["decisions.jsonl"]);
        let seen = ledger.verify().unwrap();
        assert_eq!((seen.entries, seen.broken.unwrap().line), (1, 2));
    }

    #[test]
    fn a_ledger_torn_at_any_byte_is_mended_by_the_next_writer() {
        let whole = bytes_of(&["C1", "C2", "C1"]);
        let newlines = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let start = newlines.map(|(place, _)| place + 1).nth(1).unwrap();
        for cut in start..=whole.len() {
            let (directory, ledger) = place();
            fs::write(ledger.path().unwrap(), &whole[..cut]).unwrap();
            let torn = &whole[start..cut];
            let kept = cut + 1 >= whole.len();

            let read = ledger.read().unwrap();
            assert!(read.broken.is_none(), "cut at {cut}");
            assert_eq!(read.len(), if kept { 3 } else { 2 }, "cut at {cut}");
            let warned = read.unfinished.map(|tail| (tail.line, tail.bytes, tail.whole));
            let expected = (!torn.is_empty() && cut < whole.len()).then_some((3, torn.len(), kept));
            assert_eq!(warned, expected, "cut at {cut}");

            let made = decide(&ledger, "sam", "C1");
            assert_eq!(made.entry.seq, if kept { 4 } else { 3 }, "cut at {cut}");
            let after = fs::read(ledger.path().unwrap()).unwrap();
            let sound = if kept { &whole[..] } else { &whole[..start] };
            assert_eq!(&after[..sound.len()], sound, "cut at {cut}");
            let history = ledger.read().unwrap();
            assert!(history.broken.is_none() && history.unfinished.is_none());
            assert_eq!(history.last(), Some(&made.entry));

            match made.torn {
                Some(aside) => {
                    assert!(!kept && !torn.is_empty(), "cut at {cut}");
                    assert_eq!(fs::read(&aside).unwrap(), torn);
                    let name = "decisions.jsonl.torn-20260203T140211.123Z";
                    assert_eq!(aside, directory.path().join(name));
                }
                None => assert!(kept || torn.is_empty(), "cut at {cut}"),
            }
        }
    }

    #[test]
    fn what_was_set_aside_before_is_not_overwritten() {
        let (directory, ledger) = place();
        for torn in ["{\"seq\":1,", "{\"se"] {
            let mut text = fs::read_to_string(ledger.path().unwrap()).unwrap_or_default();
            text.push_str(torn);
            fs::write(ledger.path().unwrap(), text).unwrap();
            let aside = decide(&ledger, "dana", "C1").torn.unwrap();
            assert_eq!(fs::read_to_string(aside).unwrap(), torn);
        }
        assert_eq!(files(&directory).len(), 3);
        assert_eq!(ledger.read().unwrap().len(), 2);
    }

    #[test]
    fn a_refusal_leaves_an_unfinished_line_where_it_is() {
        let (directory, ledger) = place();
        fs::write(ledger.path().unwrap(), "{\"seq\":1").unwrap();
        assert!(ledger.append(|_| Err::<Draft, _>("no")).is_err());
        assert_eq!(fs::read_to_string(ledger.path().unwrap()).unwrap(), "{\"seq\":1");
        assert_eq!(files(&directory), ["decisions.jsonl"]);
    }

    #[test]
    fn writers_at_once_make_one_chain() {
        let (_directory, ledger) = place();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // A reader takes no lock and still never sees a break.
                for _ in 0..50 {
                    assert_eq!(ledger.read().unwrap().broken, None);
                }
            });
            for (number, by) in ["dana", "sam", "ines", "lee"].into_iter().enumerate() {
                let ledger = &ledger;
                scope.spawn(move || {
                    for round in 0..50 {
                        // Refusals come between: at the start they create the file and remove it.
                        if round < 5 {
                            let _ = ledger.append(|_| Err::<Draft, _>("no"));
                        }
                        decide(ledger, by, ["C1", "C2", "C3"][(round + number) % 3]);
                    }
                });
            }
        });
        let history = ledger.read().unwrap();
        assert!(history.broken.is_none() && history.unfinished.is_none());
        assert_eq!(history.len(), 200);
        for by in ["dana", "sam", "ines", "lee"] {
            assert_eq!(history.entries().filter(|entry| entry.by == by).count(), 50);
        }
        for customer in ["C1", "C2", "C3"] {
            let of: Vec<_> = history.of_customer(customer).collect();
            for pair in of.windows(2) {
                assert_eq!(pair[1].after.as_ref(), Some(&pair[0].id));
            }
        }
    }

    #[test]
    fn of_writers_who_saw_the_same_only_one_decides() {
        let (_directory, ledger) = place();
        let known = decide(&ledger, "dana", "C1").entry.id.clone();
        let made = std::thread::scope(|scope| {
            let late = |by: &'static str| {
                let mut draft = draft(by, "C1");
                draft.after = Some(known.clone());
                let ledger = &ledger;
                scope.spawn(move || ledger.append(|_| Ok::<_, Infallible>(draft)).is_ok())
            };
            let writers = ["a", "b", "c", "d"].map(late);
            writers.into_iter().map(|writer| writer.join().unwrap()).filter(|made| *made).count()
        });
        assert_eq!(made, 1);
        assert_eq!(ledger.read().unwrap().len(), 2);
    }

    #[test]
    fn a_writer_without_the_lock_is_noticed() {
        let (_directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let refused = ledger.append(|_| {
            let mut text = fs::read(ledger.path().unwrap()).unwrap();
            text.extend_from_slice(b"x");
            fs::write(ledger.path().unwrap(), text).unwrap();
            Ok::<_, Infallible>(draft("sam", "C2"))
        });
        assert!(matches!(refused, Err(AppendError::Ledger(LedgerError::Changed { .. }))));

        let (directory, ledger) = place();
        let aside = directory.path().join("old.jsonl");
        decide(&ledger, "dana", "C1");
        let refused = ledger.append(|_| {
            fs::rename(ledger.path().unwrap(), &aside).unwrap();
            Ok::<_, Infallible>(draft("sam", "C2"))
        });
        assert!(matches!(refused, Err(AppendError::Ledger(LedgerError::Changed { .. }))));
        assert_eq!(Ledger::new(aside).read().unwrap().len(), 1);
    }
}
