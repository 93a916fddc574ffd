//! Writing decisions, under the lock: what must be on the disk before it may be called made.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::entry::{self, EntryIds};
use super::lock::{Directory, Locked, is_still_at};
use super::{AppendError, Appended, Draft, Each, History, LedgerError, Unfinished};

impl Locked<'_> {
    /// Reads, checks, asks, and writes what was answered. See
    /// [`Ledger::append_each`](super::Ledger::append_each).
    pub(super) fn append_each<E>(
        &mut self,
        drafts: impl FnOnce(&History) -> Result<Vec<Result<Draft, E>>, E>,
    ) -> Result<Each<E>, AppendError<E>> {
        let mut bytes = Vec::new();
        self.file
            .read_to_end(&mut bytes)
            .map_err(|error| LedgerError::Read { path: self.path.to_owned(), error })?;
        let mut history = History::read(&bytes);
        if let Some(broken) = history.broken {
            return Err(AppendError::Broken(broken));
        }
        let drafts = drafts(&history).map_err(AppendError::Refused)?;
        let ids = EntryIds::default();
        let mut text = String::new();
        let mut first = None;
        let mut each: Each<E> = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let sealed = draft.map_err(AppendError::Refused).and_then(|draft| {
                refuse_if_outrun(&history, &draft)?;
                let seq = history.entries.last().map_or(1, |last| last.seq + 1);
                let (line, entry) = entry::seal(&draft, seq, history.head(), &ids)
                    .map_err(|reason| LedgerError::Draft { reason })?;
                text.push_str(&line);
                text.push('\n');
                let entry = Arc::new(entry);
                // The next one follows this one, and may not be about the same customer unknowingly.
                history.extend([Arc::clone(&entry)]);
                first.get_or_insert(draft.at);
                Ok(Appended { entry, line, set_aside: None })
            });
            each.push(sealed);
        }
        if let Some(at) = first {
            let set_aside = self.write(&bytes, history.unfinished, &text, at)?;
            if let Some(made) = each.iter_mut().find_map(|made| made.as_mut().ok()) {
                made.set_aside = set_aside;
            }
        }
        Ok(each)
    }

    /// Mends the tail, appends the lines and makes them durable. Returns where a torn tail went.
    fn write(
        &mut self,
        before: &[u8],
        unfinished: Option<Unfinished>,
        lines: &str,
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
        // Programs that know nothing of the lock can still write to the file or move it aside.
        if end != before.len() as u64 || !is_still_at(file, self.path) {
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
        let text = format!("{newline}{lines}");
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::ledger::samples::{bytes_of, decide, draft, files, place};
    use crate::ledger::{Break, Ledger, verify};

    #[test]
    fn a_refusal_records_nothing_and_leaves_no_file_behind() {
        let (directory, ledger) = place();
        let refused = ledger.append(|history| {
            assert!(history.entries.is_empty());
            Err::<Draft, _>("not today")
        });
        assert!(matches!(refused, Err(AppendError::Refused("not today"))));
        let mut unwritable = draft("dana", "C1");
        unwritable.basis = "{}".to_owned();
        let refused = ledger.append(|_| Ok::<_, Infallible>(unwritable));
        assert!(matches!(refused, Err(AppendError::Ledger(LedgerError::Draft { .. }))));
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
        let each = ledger.append_each(|_| Ok(drafts())).unwrap();
        let told: Vec<String> = each
            .iter()
            .map(|made| match made {
                Ok(appended) => format!("{} {}", appended.entry.seq, appended.entry.customer_id),
                Err(AppendError::Conflict(entry)) => format!("conflict {}", entry.by),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(told, ["2 C1", "conflict sam", "not this one", "3 C3", "conflict dana"]);
        let made: Vec<&Appended> = each.iter().flatten().collect();
        assert!(made[0].entry.id < made[1].entry.id, "ids sort as they were made");
        let history = ledger.read().unwrap();
        assert!(history.broken.is_none() && history.unfinished.is_none());
        assert_eq!(history.entries.len(), 3);
        let nothing = ledger.append_each(|_| Ok::<_, &str>(vec![Err("no"), Err("no")])).unwrap();
        assert_eq!(nothing.len(), 2);
        assert_eq!(ledger.read().unwrap().entries.len(), 3);
    }

    #[test]
    fn a_decision_that_somebody_else_outran_is_refused() {
        let (_directory, ledger) = place();
        let first = decide(&ledger, "dana", "C1").entry;
        let second = decide(&ledger, "sam", "C1").entry;
        decide(&ledger, "sam", "C2");
        let before = fs::read(ledger.path()).unwrap();
        for known in [None, Some(first.id.clone()), Some("nonsense".into())] {
            let mut late = draft("ines", "C1");
            late.after = known;
            match ledger.append(|_| Ok::<_, Infallible>(late)).unwrap_err() {
                error @ AppendError::Conflict(_) => assert_eq!(
                    error.to_string(),
                    "nothing was recorded: C1 was approved by sam at 2026-02-03T14:02:11Z, which \
                     you had not seen. Look again, then decide"
                ),
                error => panic!("{error}"),
            }
        }
        let mut astray = draft("ines", "C3");
        astray.after = Some(second.id.clone());
        let error = ledger.append(|_| Ok::<_, Infallible>(astray)).unwrap_err();
        assert!(matches!(error, AppendError::Gone { .. }), "{error}");
        assert_eq!(fs::read(ledger.path()).unwrap(), before);
    }

    #[test]
    fn a_broken_chain_is_never_written_to() {
        let (directory, ledger) = place();
        let text = String::from_utf8(bytes_of(&["C1", "C2", "C3"])).unwrap();
        let broken = text.replacen("\"C2\"", "\"C9\"", 1);
        fs::write(ledger.path(), &broken).unwrap();
        let error = ledger
            .append(|_| -> Result<Draft, Infallible> { panic!("asked on a broken chain") })
            .unwrap_err();
        assert!(matches!(&error, AppendError::Broken(Break { line: 2, .. })), "{error}");
        assert_eq!(fs::read_to_string(ledger.path()).unwrap(), broken);
        assert_eq!(files(&directory), ["decisions.jsonl"]);
        let seen = verify(ledger.path()).unwrap();
        assert_eq!((seen.entries, seen.broken.unwrap().line), (1, 2));
    }

    #[test]
    fn a_ledger_torn_at_any_byte_is_mended_by_the_next_writer() {
        let whole = bytes_of(&["C1", "C2", "C1"]);
        let newlines = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let start = newlines.map(|(place, _)| place + 1).nth(1).unwrap();
        for cut in start..=whole.len() {
            let (directory, ledger) = place();
            fs::write(ledger.path(), &whole[..cut]).unwrap();
            let torn = &whole[start..cut];
            let kept = cut + 1 >= whole.len();

            let read = ledger.read().unwrap();
            assert!(read.broken.is_none(), "cut at {cut}");
            assert_eq!(read.entries.len(), if kept { 3 } else { 2 }, "cut at {cut}");
            let warned = read.unfinished.map(|tail| (tail.line, tail.bytes, tail.whole));
            let expected = (!torn.is_empty() && cut < whole.len()).then_some((3, torn.len(), kept));
            assert_eq!(warned, expected, "cut at {cut}");

            let made = decide(&ledger, "sam", "C1");
            assert_eq!(made.entry.seq, if kept { 4 } else { 3 }, "cut at {cut}");
            let after = fs::read(ledger.path()).unwrap();
            let sound = if kept { &whole[..] } else { &whole[..start] };
            assert_eq!(&after[..sound.len()], sound, "cut at {cut}");
            let history = ledger.read().unwrap();
            assert!(history.broken.is_none() && history.unfinished.is_none());
            assert_eq!(history.entries.last(), Some(&made.entry));

            match made.set_aside {
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
            let mut text = fs::read_to_string(ledger.path()).unwrap_or_default();
            text.push_str(torn);
            fs::write(ledger.path(), text).unwrap();
            let aside = decide(&ledger, "dana", "C1").set_aside.unwrap();
            assert_eq!(fs::read_to_string(aside).unwrap(), torn);
        }
        assert_eq!(files(&directory).len(), 3);
        assert_eq!(ledger.read().unwrap().entries.len(), 2);
    }

    #[test]
    fn a_refusal_leaves_an_unfinished_line_where_it_is() {
        let (directory, ledger) = place();
        fs::write(ledger.path(), "{\"seq\":1").unwrap();
        assert!(ledger.append(|_| Err::<Draft, _>("no")).is_err());
        assert_eq!(fs::read_to_string(ledger.path()).unwrap(), "{\"seq\":1");
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
        assert_eq!(history.entries.len(), 200);
        for by in ["dana", "sam", "ines", "lee"] {
            assert_eq!(history.entries.iter().filter(|entry| entry.by == by).count(), 50);
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
        assert_eq!(ledger.read().unwrap().entries.len(), 2);
    }

    #[test]
    fn a_writer_without_the_lock_is_noticed() {
        let (_directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let refused = ledger.append(|_| {
            let mut text = fs::read(ledger.path()).unwrap();
            text.extend_from_slice(b"x");
            fs::write(ledger.path(), text).unwrap();
            Ok::<_, Infallible>(draft("sam", "C2"))
        });
        assert!(matches!(refused, Err(AppendError::Ledger(LedgerError::Changed { .. }))));

        let (directory, ledger) = place();
        let aside = directory.path().join("old.jsonl");
        decide(&ledger, "dana", "C1");
        let refused = ledger.append(|_| {
            fs::rename(ledger.path(), &aside).unwrap();
            Ok::<_, Infallible>(draft("sam", "C2"))
        });
        assert!(matches!(refused, Err(AppendError::Ledger(LedgerError::Changed { .. }))));
        assert_eq!(Ledger::new(aside).read().unwrap().entries.len(), 1);
    }
}
