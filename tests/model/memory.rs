//! What is remembered of a ledger, and looking a customer up in a long one.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use nextplay::domain::Digest;
use nextplay::intake::load::Reread;
use nextplay::ledger::{Continuity, History, Key, Ledger, LedgerMemory, NewLedger};
use nextplay::state::StateDirectory;
use nextplay::workspace::{Options, Workspace};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{LEDGER, approve, directory, now};

/// What happens to a ledger between two looks at it.
#[derive(Debug, Clone)]
enum Step {
    Append,
    /// The last entries are taken out.
    Truncate(usize),
    /// The last entry is another one.
    Reseal,
    /// The file is gone.
    Remove,
    /// Another ledger is there, begun later.
    Replace,
    /// What was there before the last step is put back.
    PutBack,
    Accept,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Append),
        1 => (1..4_usize).prop_map(Step::Truncate),
        1 => Just(Step::Reseal),
        1 => Just(Step::Remove),
        1 => Just(Step::Replace),
        2 => Just(Step::PutBack),
        2 => Just(Step::Accept),
    ]
}

/// What is remembered: number and hash of the last entry, when it was made, and of which ledger this
/// one takes the place.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    last: (u64, Digest),
    made: Option<Timestamp>,
    replaces: Option<(u64, Digest)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    FirstLook,
    Same,
    Rewritten,
    New,
}

impl Remembered {
    fn of(history: &History) -> Self {
        let made = history.last().map(|entry| entry.at);
        Self { last: (history.seq(), history.head()), made, replaces: None }
    }

    /// What a ledger is to whoever remembers this.
    fn expected(&self, history: &History) -> Expected {
        let holds = |(seq, hash): (u64, Digest)| {
            seq == 0 || history.numbered(seq).is_some_and(|entry| entry.hash == hash)
        };
        match self.replaces {
            Some(old) if old.0 > 0 && holds(old) => return Expected::Same,
            Some(_) if holds(self.last) => return Expected::New,
            None if holds(self.last) => return Expected::Same,
            _ => {}
        }
        let begins_later = |made| history.get(0).is_some_and(|first| first.at > made);
        match self.made {
            _ if history.is_empty() => Expected::New,
            Some(made) if begins_later(made) => Expected::New,
            None if !history.is_empty() => Expected::New,
            _ => Expected::Rewritten,
        }
    }
}

fn said(continuity: &Continuity) -> Expected {
    match continuity {
        Continuity::FirstLook => Expected::FirstLook,
        Continuity::Same { .. } => Expected::Same,
        Continuity::Rewritten { .. } => Expected::Rewritten,
        Continuity::New(NewLedger::Replaces { .. }) => Expected::New,
        Continuity::New(NewLedger::Beside(name)) => panic!("{name} lies beside it"),
    }
}

fn append(ledger: &Ledger, customer: &str) {
    approve(ledger, None, &[customer.to_owned()]).unwrap();
}

fn keep_lines(ledger: &Ledger, without: usize) {
    let bytes = fs::read(ledger.path().unwrap()).unwrap_or_default();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let kept = lines.len().saturating_sub(without);
    fs::write(ledger.path().unwrap(), lines[..kept].concat()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        rng_seed: RngSeed::Fixed(13),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn history_that_changed_is_told_from_history_that_went_on(
        steps in prop::collection::vec(any_step(), 1..16)
    ) {
        let directory = directory();
        let state = StateDirectory::at(&directory.path().join("state"));
        let ledger = Ledger::new(directory.path().join(LEDGER));
        let memory = ledger.memory(&state);
        let mut remembered: Option<Remembered> = None;
        let mut before: Option<Vec<u8>> = None;
        for step in steps {
            let bytes = fs::read(ledger.path().unwrap()).ok();
            match step {
                Step::Append => append(&ledger, "C1"),
                Step::Truncate(lines) => keep_lines(&ledger, lines),
                Step::Reseal => {
                    keep_lines(&ledger, 1);
                    append(&ledger, "C9");
                }
                Step::Remove => drop(fs::remove_file(ledger.path().unwrap())),
                Step::Replace => {
                    drop(fs::remove_file(ledger.path().unwrap()));
                    append(&ledger, "C2");
                    append(&ledger, "C3");
                }
                Step::PutBack => match &before {
                    Some(bytes) => fs::write(ledger.path().unwrap(), bytes).unwrap(),
                    None => drop(fs::remove_file(ledger.path().unwrap())),
                },
                Step::Accept => {
                    let history = ledger.read().unwrap();
                    memory.accept(&history, "dana", now()).unwrap();
                    remembered = Some(Remembered::of(&history));
                }
            }
            before = bytes;
            let history = ledger.read().unwrap();
            let recalled = memory.recall();
            prop_assert!(recalled.damaged.is_none());
            let continuity = recalled.compare(&history, ledger.place()).unwrap();
            let expected = remembered.map_or(Expected::FirstLook, |seen| seen.expected(&history));
            prop_assert_eq!(said(&continuity), expected, "{:?} of {:?}", &continuity, remembered);
            memory.remember(&history, ledger.place(), now()).unwrap();
            remembered = match (expected, remembered) {
                (Expected::Rewritten, seen) => seen,
                (Expected::FirstLook, None) if history.is_empty() => None,
                (Expected::New, Some(seen)) => Some(Remembered {
                    replaces: Some(seen.replaces.unwrap_or(seen.last)),
                    ..Remembered::of(&history)
                }),
                _ => Some(Remembered::of(&history)),
            };
        }
    }
}

/// A ledger of so many rounds over 100 customers, with its checkpoint.
fn long_ledger(directory: &Path, rounds: usize) -> (Ledger, LedgerMemory) {
    let ledger = Ledger::new(directory.join(LEDGER));
    let customers: Vec<String> = (0..100).map(|number| format!("C{number}")).collect();
    for _ in 0..rounds {
        approve(&ledger, None, &customers).unwrap();
    }
    let state = StateDirectory::at(&directory.join("state"));
    let memory = ledger.memory(&state);
    let options = Options { state: Some(state), ..Options::default() };
    Workspace::new(directory, options).refresh(Reread::Changed);
    (ledger, memory)
}

/// Looking customers, ids and numbers up gives what reading the whole ledger gives. Says how many were
/// found without reading it.
#[track_caller]
fn looked_up_is_read(ledger: &Ledger, memory: &LedgerMemory, what: &str) -> usize {
    let whole = ledger.read().unwrap();
    let entry = |seq| whole.numbered(seq).unwrap();
    let (middle, last) = (entry(whole.seq() / 2), entry(whole.seq()));
    let keys = [
        (Key::Customer("C7"), "C7"),
        (Key::Customer("nobody"), "nobody"),
        (Key::Id(&middle.id), &middle.customer_id),
        (Key::Id("0195-unknown"), "nobody"),
        (Key::Number(last.seq), &last.customer_id),
        (Key::Number(1), &entry(1).customer_id),
    ];
    let mut fast = 0;
    for (key, customer) in keys {
        let found = ledger.read_about(memory, key).unwrap();
        let same = found.of_customer(customer).eq(whole.of_customer(customer));
        assert!(same, "{what}: {key:?}");
        assert_eq!((found.seq(), found.head()), (whole.seq(), whole.head()), "{what}: {key:?}");
        assert_eq!(found.broken, whole.broken, "{what}: {key:?}");
        assert_eq!(found.unfinished, whole.unfinished, "{what}: {key:?}");
        fast += usize::from(!found.is_whole());
    }
    fast
}

#[test]
fn a_customer_is_found_in_a_long_ledger_as_by_reading_all_of_it() {
    let directory = directory();
    let (ledger, memory) = long_ledger(directory.path(), 15);
    assert_eq!(looked_up_is_read(&ledger, &memory, "as it is"), 6);
    for customer in ["C7", "nobody", "C9"] {
        append(&ledger, customer);
        assert_eq!(looked_up_is_read(&ledger, &memory, customer), 6);
    }
    let whole = fs::read(ledger.path().unwrap()).unwrap();
    for cut in [1, 2, 300, 1_200, 4_000] {
        fs::write(ledger.path().unwrap(), &whole[..whole.len() - cut]).unwrap();
        looked_up_is_read(&ledger, &memory, &format!("without {cut} bytes"));
    }
    // The newline behind the last line that the checkpoint covers.
    let covered = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1_499).unwrap();
    let mut damaged = whole.clone();
    damaged[covered.0] = b' ';
    fs::write(ledger.path().unwrap(), damaged).unwrap();
    looked_up_is_read(&ledger, &memory, "two lines in one");
    fs::write(ledger.path().unwrap(), [&whole[..], b"x\n"].concat()).unwrap();
    looked_up_is_read(&ledger, &memory, "broken at its end");
}

#[test]
fn a_damaged_checkpoint_gives_no_other_answer() {
    let directory = directory();
    let (ledger, memory) = long_ledger(directory.path(), 11);
    append(&ledger, "C7");
    let state = StateDirectory::at(&directory.path().join("state"));
    let path = state.record("ledgers", ledger.path().unwrap()).beside("checkpoint");
    let sound = fs::read(&path).unwrap();
    // A prime step: the header, records and checksums of each page.
    for at in (0..sound.len()).step_by(3_011).chain((0..512).step_by(61)) {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x11;
        fs::write(&path, &damaged).unwrap();
        looked_up_is_read(&ledger, &memory, &format!("byte {at}"));
    }
    for len in [0, 100, 512, 513, sound.len() - 4_096, sound.len() - 1] {
        fs::write(&path, &sound[..len]).unwrap();
        looked_up_is_read(&ledger, &memory, &format!("{len} bytes"));
    }
    let pages: Vec<&[u8]> = sound[512..].chunks(4_096).collect();
    let swapped = [&sound[..512], pages[1], pages[0], &pages[2..].concat()].concat();
    fs::write(&path, swapped).unwrap();
    looked_up_is_read(&ledger, &memory, "pages swapped");
    fs::write(&path, sound).unwrap();
    assert_eq!(looked_up_is_read(&ledger, &memory, "as it was"), 6);
}

#[test]
fn a_checkpoint_of_another_ledger_is_not_used() {
    let (here, there) = (directory(), directory());
    let (ledger, memory) = long_ledger(here.path(), 11);
    let (other, _) = long_ledger(there.path(), 12);
    fs::copy(other.path().unwrap(), ledger.path().unwrap()).unwrap();
    assert_eq!(looked_up_is_read(&ledger, &memory, "another ledger"), 0);
}
