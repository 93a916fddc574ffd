//! What was seen of a ledger before, and what that says of it now: whether it is the same ledger with
//! more in it, a rewritten one, or a new one in its place.

use std::fs;
use std::path::Path;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disk::directory_of;
use super::{History, Ledger};
use crate::domain::Digest;
use crate::state::{Record, StateDirectory, StateError};

/// What a user's state directory knows of one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerMemory {
    record: Record,
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
    /// The ledger stands where another one was, and nobody has accepted it yet: the last entry of that.
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
    Same { seq: u64, head: Digest, remembered: Timestamp },
    /// The entry that is remembered is gone, or another one has its number.
    Rewritten { seq: u64, head: Digest, remembered: Timestamp },
    /// It is missing, empty or new where another ledger was, or where parts of another one lie.
    New(NewLedger),
}

/// Why a ledger counts as new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewLedger {
    /// Another ledger was seen here; its last entry.
    Replaces { seq: u64, head: Digest },
    /// A file beside it looks like another ledger.
    Beside(String),
}

impl Continuity {
    /// What is wrong, and what a person can do; nothing where all is well. `head` is the ledger's now.
    pub fn words(&self, head: Digest) -> String {
        let accept = |what: &str| {
            format!("{what}, `nextplay ledger accept --head {head} --by NAME` accepts it as it is")
        };
        match self {
            Self::FirstLook | Self::Same { .. } => String::new(),
            Self::Rewritten { seq, head: old, remembered } => format!(
                "the ledger was rewritten: entry #{seq} with hash {old}, seen on {}, is gone or has \
                 another hash. Nothing can be decided or exported. Restore the ledger; {}",
                remembered.strftime("%Y-%m-%d"),
                accept("if the change is intended")
            ),
            Self::New(new) => {
                format!("{}. {}", new.words(), accept("Once somebody has looked at it"))
            }
        }
    }
}

impl NewLedger {
    /// Why it counts as new.
    pub fn words(&self) -> String {
        match self {
            Self::Replaces { seq, head } => format!(
                "this ledger is new; another one with {seq} {} and head {head} was here before",
                if *seq == 1 { "entry" } else { "entries" }
            ),
            Self::Beside(name) => format!(
                "this ledger may be new; {} lies beside it",
                crate::domain::text::harmless(name)
            ),
        }
    }
}

/// Only some entries were read, and what is remembered is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedsWholeLedger;

impl LedgerMemory {
    /// What this state directory knows of a ledger.
    pub fn new(state: &StateDirectory, ledger: &Path) -> Self {
        Self { record: state.record("ledgers", ledger) }
    }

    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    /// Compares a ledger with what is remembered of it.
    ///
    /// # Errors
    /// Where only a part of it was read, and that does not tell.
    pub fn compare(
        &self,
        history: &History,
        ledger: &Path,
    ) -> Result<(Continuity, Option<StateError>), NeedsWholeLedger> {
        let (remembered, problem) = match self.record.read::<Remembered>() {
            Ok(remembered) => (remembered, None),
            Err(problem) => (None, Some(problem)),
        };
        Ok((continuity(remembered.as_ref(), history, ledger)?, problem))
    }

    /// Remembers the last entry of a ledger that was verified and is what it was. Of a rewritten one
    /// nothing is: only a person accepts that.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn remember(
        &self,
        history: &History,
        ledger: &Path,
        now: Timestamp,
    ) -> Result<(), StateError> {
        if history.is_empty() && !self.record.beside("json").exists() && siblings(ledger).is_none()
        {
            return Ok(());
        }
        self.record.update(|before: Option<Remembered>| {
            let replaces = match continuity(before.as_ref(), history, ledger).ok()? {
                Continuity::Rewritten { .. } => return None,
                Continuity::FirstLook | Continuity::Same { .. } => None,
                Continuity::New(_) => Some(match &before {
                    Some(Remembered { replaces: Some(replaced), .. }) => replaced.clone(),
                    Some(Remembered { seq, head, made, .. }) => {
                        Replaced { seq: *seq, head: head.clone(), made: *made }
                    }
                    None => Replaced { seq: 0, head: Digest::ZERO.to_string(), made: None },
                }),
            };
            let next = Remembered {
                seq: history.seq(),
                head: history.head().to_string(),
                made: history.made(),
                remembered: now,
                replaces,
                accepted: before.as_ref().map(|b| b.accepted.clone()).unwrap_or_default(),
            };
            let same = |before: &Remembered| {
                Remembered { remembered: before.remembered, ..next.clone() } == *before
            };
            (!before.as_ref().is_some_and(same)).then_some(next)
        })
    }

    /// Records that a person accepts the ledger as it is.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn accept(&self, history: &History, by: &str, now: Timestamp) -> Result<(), StateError> {
        self.record.update(|before: Option<Remembered>| {
            let (old_head, mut accepted) = match before {
                Some(Remembered { head, replaces, accepted, .. }) => {
                    (replaces.map_or(head, |replaced| replaced.head), accepted)
                }
                None => (Digest::ZERO.to_string(), Vec::new()),
            };
            let head = history.head().to_string();
            accepted.push(Accepted { old_head, new_head: head.clone(), by: by.into(), at: now });
            Some(Remembered {
                seq: history.seq(),
                head,
                made: history.made(),
                remembered: now,
                replaces: None,
                accepted,
            })
        })
    }

    /// Remembers a ledger that was cut back on purpose, in place of a longer one.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn remember_cut(&self, history: &History, now: Timestamp) -> Result<(), StateError> {
        self.record.update(|before: Option<Remembered>| {
            let (replaces, accepted) = before.map_or((None, Vec::new()), |b| {
                let replaced = Replaced { seq: b.seq, head: b.head, made: b.made };
                // With nothing kept it is a new ledger.
                let is_new = history.seq() <= 1;
                (b.replaces.or_else(|| is_new.then_some(replaced)), b.accepted)
            });
            Some(Remembered {
                seq: history.seq(),
                head: history.head().to_string(),
                made: history.made(),
                remembered: now,
                replaces,
                accepted,
            })
        })
    }
}

fn digest(text: &str) -> Digest {
    Digest::parse(text.as_bytes()).unwrap_or_default()
}

/// What a ledger is, compared with what is remembered.
fn continuity(
    remembered: Option<&Remembered>,
    history: &History,
    ledger: &Path,
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
fn siblings(ledger: &Path) -> Option<String> {
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
        LedgerMemory::new(state, self.path())
    }
}
