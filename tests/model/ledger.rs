//! Any order of decisions, crashes and faults against a list of entries.

use std::fs::{self, File};
use std::io::Write;
use std::sync::Arc;

use nextplay::domain::Digest;
use nextplay::ledger::{AppendError, Draft, History, Ledger, LedgerError};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tempfile::TempDir;

use super::disk::{Bytes, Fault, FaultyDisk, Left};
use super::{LEDGER, approve, directory, draft, now, read_in_every_way};

/// How the ledger's last line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    Sound,
    /// An entry without its newline.
    NoNewline,
    /// Part of an entry.
    Torn,
}

/// A ledger is a list of entries, of which only the customers matter here.
#[derive(Debug, Clone)]
struct Model {
    exists: bool,
    entries: Vec<String>,
    tail: Tail,
    /// What the last step has to report.
    result: Expected,
}

#[derive(Debug, Clone, PartialEq)]
enum Expected {
    /// So many of the decisions were recorded, the others refused.
    Recorded(usize),
    Refused,
    /// Nothing was recorded.
    Failed,
    /// It is said to be uncertain.
    Uncertain,
    Crashed,
}

#[derive(Debug, Clone)]
enum Step {
    /// Approves customers at once, with a fault at one of the calls.
    Approve(Vec<String>, Option<(usize, Fault)>),
    /// The caller decides nothing.
    Refuse,
    /// By somebody who does not know the customer's last entry, or knows one that is not there.
    Outrun(String),
    /// A writer was killed within its line, so many 256ths into it.
    Tear(u8),
    /// A writer was killed before the newline.
    LoseNewline,
    /// Finds nothing to do.
    Recover,
    /// The reader forgets what it knows.
    Forget,
}

/// What an append does to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Create,
    /// The torn line is copied into a file beside the ledger.
    Beside,
    CutTail,
    Write,
    Sync,
    SyncDirectory,
}

impl Model {
    fn calls(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        if !self.exists {
            calls.push(Call::Create);
        }
        if self.tail == Tail::Torn {
            calls.extend([Call::Beside; 4]);
            calls.push(Call::CutTail);
        }
        calls.extend([Call::Write, Call::Sync, Call::SyncDirectory]);
        calls
    }

    fn approve(&mut self, customers: &[String], fault: Option<(Call, Fault)>) {
        let existed = self.exists;
        let mut made: Vec<String> = Vec::new();
        for id in customers {
            // Of two decisions on one customer, the second did not know the first.
            if !made.contains(id) {
                made.push(id.clone());
            }
        }
        let Some((call, fault)) = fault else {
            self.result = Expected::Recorded(made.len());
            self.entries.extend(made);
            (self.exists, self.tail) = (true, Tail::Sound);
            return;
        };
        let writes = matches!(call, Call::Write | Call::Sync | Call::SyncDirectory);
        let cut = if self.tail == Tail::Torn { Tail::Sound } else { self.tail };
        match fault {
            Fault::Error | Fault::Short(_) | Fault::Late => {
                self.result = Expected::Failed;
                self.exists = existed || (call == Call::Create && fault == Fault::Late);
                if writes || (call == Call::CutTail && fault == Fault::Late) {
                    self.tail = cut;
                }
            }
            Fault::Gone if !writes => self.result = Expected::Failed,
            Fault::Gone => {
                self.result = Expected::Uncertain;
                (self.exists, self.tail) = (true, cut);
                if call == Call::Write {
                    // Nothing was written: an empty file is removed again.
                    self.exists = existed;
                } else {
                    self.entries.extend(made);
                    self.tail = Tail::Sound;
                }
            }
            Fault::Crash(left) => {
                self.result = Expected::Crashed;
                self.crash(call, left, made);
            }
        }
    }

    fn crash(&mut self, call: Call, left: Left, made: Vec<String>) {
        // The name of a new file is durable only at the end.
        if !self.exists && !left.names {
            return;
        }
        self.exists = true;
        let all = match (call, left.bytes) {
            (Call::SyncDirectory, _) | (Call::Write | Call::Sync, Bytes::All) => true,
            (Call::Create | Call::Beside, _) | (_, Bytes::Synced) => return,
            (Call::CutTail, _) => {
                self.tail = Tail::Sound;
                return;
            }
            (Call::Write | Call::Sync, _) => false,
        };
        self.tail = if all { Tail::Sound } else { Tail::Torn };
        if all {
            self.entries.extend(made);
        }
    }
}

fn any_fault() -> impl Strategy<Value = Fault> {
    // Less than the first of three lines, more than a newline.
    let part = 1_u8..60;
    let bytes = prop_oneof![
        Just(Bytes::Synced),
        part.clone().prop_map(Bytes::Part),
        Just(Bytes::All),
        Just(Bytes::Zeros),
    ];
    prop_oneof![
        2 => Just(Fault::Error),
        2 => any::<u8>().prop_map(Fault::Short),
        2 => Just(Fault::Late),
        1 => Just(Fault::Gone),
        4 => (any::<bool>(), bytes).prop_map(|(names, bytes)| Fault::Crash(Left { names, bytes })),
    ]
}

fn any_customer() -> impl Strategy<Value = String> {
    (0..5).prop_map(|number| format!("C{number}"))
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let result = Expected::Recorded(0);
        Just(Self { exists: false, entries: Vec::new(), tail: Tail::Sound, result }).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let customers = || prop::collection::vec(any_customer(), 1..4);
        prop_oneof![
            4 => customers().prop_map(|customers| Step::Approve(customers, None)),
            8 => (customers(), 0..9_usize, any_fault())
                .prop_map(|(customers, at, fault)| Step::Approve(customers, Some((at, fault)))),
            1 => Just(Step::Refuse),
            1 => any_customer().prop_map(Step::Outrun),
            2 => any::<u8>().prop_map(Step::Tear),
            1 => Just(Step::LoseNewline),
            1 => Just(Step::Recover),
            1 => Just(Step::Forget),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        match step {
            // A whole line without its newline, and zeros behind it: something follows an entry.
            Step::Approve(_, Some((_, Fault::Crash(left)))) => {
                !(left.bytes == Bytes::Zeros && state.tail == Tail::NoNewline)
            }
            Step::Tear(_) | Step::LoseNewline => {
                state.tail == Tail::Sound && !state.entries.is_empty()
            }
            _ => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.result = Expected::Recorded(0);
        match step {
            Step::Approve(customers, fault) => {
                let calls = state.calls();
                let fault = fault.and_then(|(at, fault)| Some((*calls.get(at)?, fault)));
                state.approve(customers, fault);
            }
            Step::Refuse => state.result = Expected::Refused,
            Step::Outrun(_) => state.result = Expected::Recorded(0),
            Step::Tear(_) => state.tail = Tail::Torn,
            Step::LoseNewline => state.tail = Tail::NoNewline,
            Step::Recover | Step::Forget => {}
        }
        state
    }
}

/// A ledger on a faulty disk, and what readers saw of it.
struct Real {
    _directory: TempDir,
    ledger: Ledger,
    disk: Arc<FaultyDisk>,
    acknowledged: Vec<Digest>,
    seen: Vec<History>,
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let directory = directory();
        let disk = Arc::new(FaultyDisk::new(directory.path()));
        let ledger = Ledger::new(directory.path().join(LEDGER)).with_disk(disk.clone());
        Self { _directory: directory, ledger, disk, acknowledged: Vec::new(), seen: Vec::new() }
    }

    fn apply(mut real: Self, model: &Model, step: Step) -> Self {
        match step {
            Step::Approve(customers, fault) => {
                real.disk.settle();
                if let Some((call, fault)) = fault {
                    real.disk.fail_at(call, fault);
                }
                let recorded = approve(&real.ledger, real.seen.last(), &customers);
                let result = match &recorded {
                    Ok(recorded) => {
                        let made = || recorded.each.iter().flatten();
                        real.acknowledged.extend(made().map(|entry| entry.hash));
                        Expected::Recorded(made().count())
                    }
                    Err(_) if real.disk.restart() => Expected::Crashed,
                    Err(AppendError::Ledger(LedgerError::Write { left: Some(_), .. })) => {
                        Expected::Uncertain
                    }
                    Err(_) => Expected::Failed,
                };
                assert_eq!(
                    result,
                    model.result,
                    "{:?}",
                    recorded.err().map(|error| error.to_string())
                );
                real.disk.settle();
            }
            Step::Refuse => {
                let refused = real.ledger.append(|_| Err::<Draft, _>("no"));
                assert!(matches!(refused, Err(AppendError::Refused("no"))));
            }
            Step::Outrun(id) => {
                let mut late = draft(&id, None);
                if real.ledger.read().unwrap().last_for(&id).is_none() {
                    late.after = Some("gone".into());
                }
                let refused = real.ledger.append(|_| Ok::<_, ()>(late)).unwrap_err();
                let is_conflict = matches!(refused, AppendError::Conflict(_));
                assert!(is_conflict || matches!(refused, AppendError::Gone { .. }), "{refused:?}");
            }
            Step::Tear(part) => {
                let bytes = fs::read(real.ledger.path().unwrap()).unwrap();
                let line = bytes.split_inclusive(|byte| *byte == b'\n').next_back().unwrap();
                let len = 1 + (line.len() - 3) * usize::from(part) / 255;
                let mut file =
                    File::options().append(true).open(real.ledger.path().unwrap()).unwrap();
                file.write_all(&line[..len]).unwrap();
            }
            Step::LoseNewline => {
                let file = File::options().write(true).open(real.ledger.path().unwrap()).unwrap();
                file.set_len(file.metadata().unwrap().len() - 1).unwrap();
            }
            Step::Recover => {
                assert_eq!(real.ledger.plan_recovery(0).unwrap(), None);
                assert!(real.ledger.recover("dana", now(), 0).unwrap().is_none());
            }
            Step::Forget => real.seen.clear(),
        }
        real.check(model);
        real
    }
}

impl Real {
    #[track_caller]
    fn check(&mut self, model: &Model) {
        let history = read_in_every_way(self.ledger.path().unwrap(), &self.seen);
        assert_eq!(history.broken, None);
        let customers: Vec<_> = history.entries().map(|entry| entry.customer_id.as_str()).collect();
        assert_eq!(customers, model.entries);
        let tail = match history.unfinished {
            None => Tail::Sound,
            Some(unfinished) if unfinished.whole => Tail::NoNewline,
            Some(_) => Tail::Torn,
        };
        assert_eq!(tail, model.tail);
        assert_eq!(self.ledger.path().unwrap().exists(), model.exists);
        // In order, and none of them lost.
        let mut hashes = history.entries().map(|entry| entry.hash);
        for acknowledged in &self.acknowledged {
            assert!(hashes.any(|hash| hash == *acknowledged), "an acknowledged decision is lost");
        }
        drop(hashes);
        self.seen.push(history);
        if self.seen.len() > 6 {
            self.seen.remove(0);
        }
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        rng_seed: RngSeed::Fixed(11),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What was acknowledged is there, what failed is not, and the next writer repairs.
    #[test]
    fn the_ledger_is_the_list_of_what_was_acknowledged(sequential 1..24 => Real);
}
