//! What was seen of a ledger before, and what that says of it now: whether it is the same ledger with
//! more in it, a rewritten one, or a new one in its place.

use std::fs;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disk::directory_of;
use super::{History, Ledger, LedgerPlace};
use crate::domain::{Digest, Error, ErrorKind};
use crate::state::{Record, StateDirectory, StateError};

/// The kind of record.
const KIND: &str = "ledgers";

/// What a user's state directory knows of one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerMemory {
    /// About the file itself.
    record: Record,
    /// About its name, where that is a link: it may lead to another ledger next time.
    of_name: Option<Record>,
}

/// What is remembered of a ledger. To be taken before the ledger is read: what another process adds
/// and remembers meanwhile is not missing from it then.
#[derive(Debug, Clone, Default)]
pub struct Recalled {
    known: Vec<Remembered>,
    /// What could not be read of it, and is ignored.
    pub damaged: Option<StateError>,
}

/// The last entry that was verified, and what a person accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Remembered {
    /// 0 where the ledger was empty.
    seq: u64,
    head: String,
    /// When that entry was made.
    made: Option<Timestamp>,
    /// When it was verified.
    remembered: Timestamp,
    /// The ledger stands where another one was, and no one has accepted it yet: the last entry of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<Replaced>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<Accepted>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Replaced {
    seq: u64,
    head: String,
    made: Option<Timestamp>,
}

/// That a person accepted a ledger that was rewritten or is new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Accepted {
    old_head: String,
    new_head: String,
    by: CompactString,
    at: Timestamp,
}

/// What a ledger is, compared with what is remembered of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Continuity {
    /// Nothing is remembered: a rewrite before this look cannot be seen.
    FirstLook,
    /// The entry that is remembered is still in it.
    Same {
        /// Number of the entry.
        seq: u64,
        /// Hash of the entry.
        head: Digest,
        /// When it was remembered.
        remembered: Timestamp,
    },
    /// The entry that is remembered is gone, or another one has its number.
    Rewritten {
        /// Number of the entry.
        seq: u64,
        /// Hash of the entry.
        head: Digest,
        /// When it was remembered.
        remembered: Timestamp,
    },
    /// It is missing, empty or new where another ledger was, or where parts of another one lie.
    New(NewLedger),
}

/// Why a ledger counts as new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewLedger {
    /// Another ledger was seen here; its last entry.
    Replaces {
        /// Number of the entry.
        seq: u64,
        /// Hash of the entry.
        head: Digest,
    },
    /// A file beside it looks like another ledger.
    Beside(String),
}

impl Continuity {
    /// Of two findings about one ledger the graver one counts.
    fn gravity(&self) -> u8 {
        match self {
            Self::FirstLook => 0,
            Self::Same { .. } => 1,
            Self::New(_) => 2,
            Self::Rewritten { .. } => 3,
        }
    }

    /// Returns what is wrong and what a person can do; `None` where all is well. `head` is the ledger's
    /// now.
    pub fn error(&self, head: Digest) -> Option<Error> {
        let accept =
            format!("`nextplay ledger accept --head {head} --by NAME` accepts the ledger as it is");
        match self {
            Self::FirstLook | Self::Same { .. } => None,
            Self::Rewritten { seq, head: old, remembered } => {
                let seen = remembered.strftime("%Y-%m-%d");
                let message = format!(
                    "the ledger was rewritten: entry #{seq} with hash {old}, seen on {seen}, is gone \
                     or has another hash"
                );
                Some(
                    Error::new(ErrorKind::Data, message)
                        .hint("nothing can be decided or exported; restore the ledger")
                        .hint(format!("if the change is intended, {accept}")),
                )
            }
            Self::New(new) => Some(
                Error::new(ErrorKind::Data, new.words()).hint(format!("after review, {accept}")),
            ),
        }
    }
}

impl NewLedger {
    /// Why it counts as new.
    pub fn words(&self) -> String {
        match self {
            Self::Replaces { seq: 0, .. } => {
                "this ledger may be new: there was a file beside it that may be another ledger"
                    .to_owned()
            }
            Self::Replaces { seq, head } => format!(
                "this ledger is new: another one with {seq} {} and head {head} was here before",
                if *seq == 1 { "entry" } else { "entries" }
            ),
            Self::Beside(name) => format!(
                "this ledger may be new: {} is beside it",
                crate::domain::text::escape_controls(name)
            ),
        }
    }
}

/// Only some entries were read, and what is remembered is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedsWholeLedger;

impl LedgerMemory {
    /// What this state directory knows of a ledger.
    pub fn new(state: &StateDirectory, ledger: &LedgerPlace) -> Self {
        match ledger {
            LedgerPlace::File(path) => {
                let record = state.record(KIND, path);
                let of_name = state.record_of_name(KIND, path);
                Self { of_name: (of_name != record).then_some(of_name), record }
            }
            #[cfg(feature = "team")]
            LedgerPlace::Server(url) => {
                Self { record: state.record_called(KIND, &url.key()), of_name: None }
            }
        }
    }

    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    fn records(&self) -> impl Iterator<Item = &Record> {
        [&self.record].into_iter().chain(&self.of_name)
    }

    /// What is remembered now.
    pub fn recall(&self) -> Recalled {
        let mut recalled = Recalled::default();
        for record in self.records() {
            match record.read() {
                Ok(known) => recalled.known.extend(known),
                Err(damaged) => recalled.damaged = Some(damaged),
            }
        }
        recalled
    }

    /// Remembers the last entry of a ledger that was verified and is what it was. Of a rewritten one
    /// nothing is: only a person accepts that.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn remember(
        &self,
        history: &History,
        ledger: &LedgerPlace,
        now: Timestamp,
    ) -> Result<(), StateError> {
        let nothing_known = || self.records().all(|record| !record.beside("json").exists());
        if history.is_empty() && nothing_known() && siblings(ledger).is_none() {
            return Ok(());
        }
        self.update(|before| {
            let replaces = match continuity(before, history, ledger).ok()? {
                Continuity::Rewritten { .. } => return None,
                Continuity::FirstLook | Continuity::Same { .. } => None,
                Continuity::New(_) => Some(match before {
                    Some(Remembered { replaces: Some(replaced), .. }) => replaced.clone(),
                    Some(before) => before.replaced(),
                    None => Replaced { seq: 0, head: Digest::ZERO.to_string(), made: None },
                }),
            };
            let accepted = before.map(|b| b.accepted.clone()).unwrap_or_default();
            let next = Remembered::now(history, now, replaces, accepted);
            let unchanged = before.filter(|before| {
                Remembered { remembered: before.remembered, ..next.clone() } == **before
            });
            Some(unchanged.cloned().unwrap_or(next))
        })
    }

    /// Records that a person accepts the ledger as it is.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn accept(&self, history: &History, by: &str, now: Timestamp) -> Result<(), StateError> {
        self.update(|before| {
            let old_head = before.map(|b| b.replaces.as_ref().map_or(&b.head, |r| &r.head));
            let old_head = old_head.cloned().unwrap_or_else(|| Digest::ZERO.to_string());
            let mut accepted = before.map(|b| b.accepted.clone()).unwrap_or_default();
            let new_head = history.head().to_string();
            accepted.push(Accepted { old_head, new_head, by: by.into(), at: now });
            Some(Remembered::now(history, now, None, accepted))
        })
    }

    /// Remembers a ledger that was cut back on purpose, in place of a longer one.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn remember_cut(&self, history: &History, now: Timestamp) -> Result<(), StateError> {
        // With nothing kept it is a new ledger.
        let is_new = history.seq() <= 1;
        self.update(|before| {
            let replaces = before.and_then(|before| {
                before.replaces.clone().or_else(|| is_new.then(|| before.replaced()))
            });
            let accepted = before.map(|b| b.accepted.clone()).unwrap_or_default();
            Some(Remembered::now(history, now, replaces, accepted))
        })
    }

    /// Changes what is remembered of the file, and of its name where that is a link. Where only one of
    /// them is known, the other one begins with that.
    fn update(
        &self,
        change: impl Fn(Option<&Remembered>) -> Option<Remembered>,
    ) -> Result<(), StateError> {
        let other = self.recall().known.into_iter().next();
        for record in self.records() {
            record.update(|before: Option<Remembered>| {
                let next = change(before.as_ref().or(other.as_ref()))?;
                (before.as_ref() != Some(&next)).then_some(next)
            })?;
        }
        Ok(())
    }
}

impl Remembered {
    fn now(
        history: &History,
        now: Timestamp,
        replaces: Option<Replaced>,
        accepted: Vec<Accepted>,
    ) -> Self {
        let (seq, head, made) = (history.seq(), history.head().to_string(), history.made());
        Self { seq, head, made, remembered: now, replaces, accepted }
    }

    /// This, as what another ledger stands in place of.
    fn replaced(&self) -> Replaced {
        Replaced { seq: self.seq, head: self.head.clone(), made: self.made }
    }
}

impl Recalled {
    /// How many entries the ledger had when it was seen last.
    pub fn entries(&self) -> u64 {
        self.known.iter().map(|known| known.seq).max().unwrap_or(0)
    }

    /// Compares a ledger with what is remembered of it.
    ///
    /// # Errors
    /// Where only a part of it was read, and that does not tell.
    pub fn compare(
        &self,
        history: &History,
        ledger: &LedgerPlace,
    ) -> Result<Continuity, NeedsWholeLedger> {
        let found = self.known.iter().map(|known| continuity(Some(known), history, ledger));
        let found: Vec<Continuity> = found.collect::<Result<_, _>>()?;
        match found.into_iter().max_by_key(Continuity::gravity) {
            Some(worst) => Ok(worst),
            None => continuity(None, history, ledger),
        }
    }
}

fn digest(text: &str) -> Digest {
    Digest::parse(text.as_bytes()).unwrap_or_default()
}

/// What a ledger is, compared with what is remembered.
fn continuity(
    remembered: Option<&Remembered>,
    history: &History,
    ledger: &LedgerPlace,
) -> Result<Continuity, NeedsWholeLedger> {
    let Some(known) = remembered else {
        return Ok(match siblings(ledger) {
            Some(name) => Continuity::New(NewLedger::Beside(name)),
            None => Continuity::FirstLook,
        });
    };
    let holds = |seq: u64, head: &str| match history.hash_of(seq) {
        Some(hash) => Ok(hash == head),
        // Behind a break nothing can be compared.
        None if history.broken.is_some() && seq > history.seq() => Ok(true),
        None if history.is_whole() => Ok(false),
        None => Err(NeedsWholeLedger),
    };
    let replaces = |replaced: &Replaced| {
        let head = digest(&replaced.head);
        match siblings(ledger) {
            Some(name) if replaced.seq == 0 => Continuity::New(NewLedger::Beside(name)),
            _ => Continuity::New(NewLedger::Replaces { seq: replaced.seq, head }),
        }
    };
    let (seq, head, remembered) = (known.seq, digest(&known.head), known.remembered);
    let same = Continuity::Same { seq, head, remembered };
    if let Some(replaced) = &known.replaces {
        // The old ledger was put back.
        if replaced.seq > 0 && holds(replaced.seq, &replaced.head)? && history.broken.is_none() {
            return Ok(same);
        }
        if holds(seq, &known.head)? {
            return Ok(replaces(replaced));
        }
    } else if holds(seq, &known.head)? {
        return Ok(same);
    }
    let first = history.get(0).filter(|_| history.is_whole());
    let begins_later = first.is_some_and(|first| known.made.is_none_or(|made| first.at > made));
    if (history.seq() == 0 && history.broken.is_none()) || begins_later {
        return Ok(Continuity::New(NewLedger::Replaces { seq, head }));
    }
    Ok(Continuity::Rewritten { seq, head, remembered })
}

/// A file beside a ledger that looks like another ledger of the same name: `decisions.jsonl.old`. What
/// this program puts there itself is none.
fn siblings(ledger: &LedgerPlace) -> Option<String> {
    let ledger = ledger.path()?;
    let prefix = format!("{}.", ledger.file_name()?.to_str()?);
    let names = fs::read_dir(directory_of(ledger)).ok()?.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let rest = name.strip_prefix(&prefix)?;
        (!rest.starts_with("torn-") && !rest.starts_with("cut-")).then_some(name)
    });
    names.min()
}

impl Ledger {
    /// What a state directory knows of this ledger.
    pub fn memory(&self, state: &StateDirectory) -> LedgerMemory {
        LedgerMemory::new(state, self.place())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::samples::{bytes_of, decide, place};

    fn now() -> Timestamp {
        "2026-02-03T15:00:00Z".parse().unwrap()
    }

    /// What a ledger is found to be, read as the program reads it.
    fn found(memory: &LedgerMemory, ledger: &Ledger) -> Continuity {
        let recalled = memory.recall();
        recalled.compare(&ledger.read().unwrap(), ledger.place()).unwrap()
    }

    fn remember(memory: &LedgerMemory, ledger: &Ledger) {
        memory.remember(&ledger.read().unwrap(), ledger.place(), now()).unwrap();
    }

    #[test]
    fn a_ledger_without_the_entry_seen_last_is_rewritten() {
        let (directory, ledger) = place();
        let memory = ledger.memory(&StateDirectory::at(&directory.path().join("state")));
        assert_eq!(found(&memory, &ledger), Continuity::FirstLook);
        decide(&ledger, "dana", "C1");
        decide(&ledger, "dana", "C2");
        remember(&memory, &ledger);
        let whole = fs::read(ledger.path().unwrap()).unwrap();
        decide(&ledger, "sam", "C3");
        assert!(matches!(found(&memory, &ledger), Continuity::Same { seq: 2, .. }));
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        // An older copy; another ledger with as many entries; one with more.
        for bytes in [&whole[..first], &bytes_of(&["C1", "C2"]), &bytes_of(&["C1", "C2", "C3"])] {
            fs::write(ledger.path().unwrap(), bytes).unwrap();
            assert!(matches!(found(&memory, &ledger), Continuity::Rewritten { seq: 2, .. }));
            remember(&memory, &ledger);
        }
        fs::write(ledger.path().unwrap(), &whole).unwrap();
        assert!(matches!(found(&memory, &ledger), Continuity::Same { .. }), "put back");
    }

    #[test]
    fn a_missing_or_empty_ledger_is_new_until_a_person_accepts_it() {
        for delete in [true, false] {
            let (directory, ledger) = place();
            let memory = ledger.memory(&StateDirectory::at(&directory.path().join("state")));
            decide(&ledger, "dana", "C1");
            remember(&memory, &ledger);
            match delete {
                true => fs::remove_file(ledger.path().unwrap()).unwrap(),
                false => fs::write(ledger.path().unwrap(), "").unwrap(),
            }
            for _ in 0..2 {
                let is = found(&memory, &ledger);
                assert!(matches!(is, Continuity::New(NewLedger::Replaces { seq: 1, .. })));
                remember(&memory, &ledger);
                decide(&ledger, "dana", "C2");
            }
            let old = memory.recall().known[0].replaces.clone().unwrap().head;
            memory.accept(&ledger.read().unwrap(), "sam", now()).unwrap();
            assert!(matches!(found(&memory, &ledger), Continuity::Same { seq: 2, .. }));
            let accepted = &memory.recall().known[0].accepted[0];
            let head = ledger.read().unwrap().head().to_string();
            assert_eq!((&accepted.old_head, &accepted.new_head), (&old, &head));
            assert_eq!((accepted.by.as_str(), accepted.at), ("sam", now()));
        }
    }

    #[test]
    fn what_another_process_adds_while_the_ledger_is_read_is_no_rewriting() {
        let (directory, ledger) = place();
        let memory = ledger.memory(&StateDirectory::at(&directory.path().join("state")));
        decide(&ledger, "dana", "C1");
        remember(&memory, &ledger);
        let recalled = memory.recall();
        let history = ledger.read().unwrap();
        decide(&ledger, "sam", "C2");
        remember(&memory, &ledger);
        let is = recalled.compare(&history, ledger.place()).unwrap();
        assert!(matches!(is, Continuity::Same { seq: 1, .. }));
        memory.remember(&history, ledger.place(), now()).unwrap();
        assert!(matches!(found(&memory, &ledger), Continuity::Same { seq: 2, .. }), "kept");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_to_another_ledger_is_seen() {
        use std::os::unix::fs::symlink;
        let (directory, ledger) = place();
        let state = StateDirectory::at(&directory.path().join("state"));
        let path = |name: &str| directory.path().join(name);
        fs::write(path("other"), bytes_of(&["C7"])).unwrap();
        decide(&ledger, "dana", "C1");
        remember(&ledger.memory(&state), &ledger);
        fs::rename(ledger.path().unwrap(), path("moved")).unwrap();
        let links_to = |end: &str| {
            let _ = fs::remove_file(ledger.path().unwrap());
            symlink(path(end), ledger.path().unwrap()).unwrap();
            let memory = ledger.memory(&state);
            let is = found(&memory, &ledger);
            remember(&memory, &ledger);
            is
        };
        assert!(matches!(links_to("moved"), Continuity::Same { .. }));
        decide(&ledger, "dana", "C2");
        remember(&ledger.memory(&state), &ledger);
        for _ in 0..2 {
            assert!(matches!(links_to("other"), Continuity::Rewritten { seq: 2, .. }));
        }
        // By its own name it is a ledger like any other.
        let other = Ledger::new(path("other"));
        assert_eq!(found(&other.memory(&state), &other), Continuity::FirstLook);
        assert!(matches!(links_to("moved"), Continuity::Same { .. }));
    }

    #[test]
    fn another_file_beside_a_ledger_makes_it_new_for_whoever_sees_it_first() {
        let (directory, ledger) = place();
        let memory = ledger.memory(&StateDirectory::at(&directory.path().join("state")));
        decide(&ledger, "dana", "C1");
        let beside = directory.path().join("decisions.jsonl.bak");
        for own in ["torn-20260203T140211.123Z", "cut-20260203T140211.123Z"] {
            fs::write(directory.path().join(format!("decisions.jsonl.{own}")), "").unwrap();
        }
        assert_eq!(found(&memory, &ledger), Continuity::FirstLook);
        fs::write(&beside, "").unwrap();
        let name = || "decisions.jsonl.bak".to_owned();
        assert_eq!(found(&memory, &ledger), Continuity::New(NewLedger::Beside(name())));
        remember(&memory, &ledger);
        assert_eq!(found(&memory, &ledger), Continuity::New(NewLedger::Beside(name())));
        fs::remove_file(&beside).unwrap();
        let words =
            found(&memory, &ledger).error(ledger.read().unwrap().head()).unwrap().one_line();
        assert!(words.contains("there was a file beside it that may be another ledger"), "{words}");
        memory.accept(&ledger.read().unwrap(), "sam", now()).unwrap();
        fs::write(&beside, "").unwrap();
        assert!(matches!(found(&memory, &ledger), Continuity::Same { .. }));
    }
}
