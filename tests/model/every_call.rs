//! One sequence of decisions and recoveries, with each fault at each call to the disk.

use std::fs::{self, File};
use std::io::Write;
use std::sync::Arc;

use nextplay::domain::{DecisionKind, Digest};
use nextplay::ledger::{AppendError, History, Ledger, LedgerError};

use super::disk::{Bytes, Fault, FaultyDisk, Left};
use super::{LEDGER, approve, directory, now, read_in_every_way};

#[derive(Debug, Clone, Copy)]
enum Step {
    Approve(&'static [&'static str]),
    Recover,
    /// What happens to the file in between, and may not fail.
    Damage(fn(&mut Vec<u8>)),
}

const STEPS: &[Step] = &[
    Step::Approve(&["C1"]),
    Step::Approve(&["C1", "C2", "C3"]),
    // A writer was killed within its line.
    Step::Damage(|bytes| bytes.extend_from_slice(br#"{"seq":5,"id":"0195"#)),
    Step::Approve(&["C2"]),
    // Another one before its newline.
    Step::Damage(|bytes| bytes.truncate(bytes.len() - 1)),
    Step::Approve(&["C1", "C2"]),
    Step::Damage(|bytes| *bytes = [b"\xef\xbb\xbf", &bytes[..], b"\r\n"].concat()),
    Step::Recover,
    Step::Damage(|bytes| *bytes.iter_mut().nth_back(300).unwrap() ^= 4),
    Step::Recover,
    Step::Damage(|bytes| *bytes = [b"\n", &bytes[..], br#"{"seq":99,"#].concat()),
    Step::Recover,
    Step::Approve(&["C3"]),
    Step::Damage(|bytes| bytes[40] = 0xff),
    Step::Recover,
    Step::Approve(&["C1"]),
];

fn faults() -> Vec<Fault> {
    let bytes = [Bytes::Synced, Bytes::Part(40), Bytes::Part(200), Bytes::All, Bytes::Zeros];
    let crash = |names| bytes.map(|bytes| Fault::Crash(Left { names, bytes }));
    let mut faults = vec![Fault::Error, Fault::Late, Fault::Gone];
    faults.extend([0, 100, 255].map(Fault::Short));
    faults.extend([crash(false), crash(true)].concat());
    faults
}

struct Place {
    directory: tempfile::TempDir,
    disk: Arc<FaultyDisk>,
    ledger: Ledger,
}

/// What became of a step.
#[derive(Debug, PartialEq)]
enum Done {
    /// The hashes of what was recorded.
    Recorded(Vec<Digest>),
    Nothing,
    /// It was said that nothing was recorded.
    Failed,
    /// It was said to be uncertain, or the power went.
    Unknown,
}

impl Place {
    fn new() -> Self {
        let directory = directory();
        let disk = Arc::new(FaultyDisk::new(directory.path()));
        let ledger = Ledger::new(directory.path().join(LEDGER)).with_disk(disk.clone());
        Self { directory, disk, ledger }
    }

    fn take(&self, step: Step) -> Done {
        let uncertain = |error: &LedgerError| {
            self.disk.restart() || matches!(error, LedgerError::Write { left: Some(_), .. })
        };
        match step {
            Step::Approve(customers) => {
                let customers: Vec<String> = customers.iter().map(|id| (*id).to_owned()).collect();
                match approve(&self.ledger, None, &customers) {
                    Ok(recorded) => {
                        let each = recorded.each.into_iter().map(|made| made.unwrap().hash);
                        Done::Recorded(each.collect())
                    }
                    Err(AppendError::Ledger(error)) if uncertain(&error) => Done::Unknown,
                    Err(AppendError::Ledger(_)) => Done::Failed,
                    Err(error) => panic!("{error}"),
                }
            }
            Step::Recover => match self.ledger.recover("dana", now(), 0) {
                Ok(Some(recovered)) => Done::Recorded(vec![recovered.history.head()]),
                Ok(None) => Done::Nothing,
                Err(error) if uncertain(&error) => Done::Unknown,
                Err(_) => Done::Failed,
            },
            Step::Damage(damage) => {
                let mut bytes = fs::read(self.ledger.path().unwrap()).unwrap();
                damage(&mut bytes);
                fs::write(self.ledger.path().unwrap(), bytes).unwrap();
                Done::Nothing
            }
        }
    }

    fn files(&self) -> Vec<(std::ffi::OsString, Vec<u8>)> {
        let entries = fs::read_dir(self.directory.path()).unwrap().map(Result::unwrap);
        entries.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect()
    }

    fn put_back(&self, files: &[(std::ffi::OsString, Vec<u8>)]) {
        for (name, _) in self.files() {
            fs::remove_file(self.directory.path().join(name)).unwrap();
        }
        for (name, bytes) in files {
            let mut file = File::create(self.directory.path().join(name)).unwrap();
            file.write_all(bytes).unwrap();
        }
        self.disk.settle();
    }

    fn ledger_bytes(&self) -> Vec<u8> {
        fs::read(self.ledger.path().unwrap()).unwrap_or_default()
    }

    /// Everything from the first bad line on lies in a file beside the ledger.
    fn holds_what_was_cut(&self, damaged: &[u8]) -> bool {
        let beside = self.files().into_iter().filter(|(name, _)| name != LEDGER);
        beside.map(|(_, bytes)| bytes).any(|bytes| !bytes.is_empty() && damaged.ends_with(&bytes))
    }
}

fn hashes(history: &History) -> Vec<Digest> {
    history.entries().map(|entry| entry.hash).collect()
}

#[test]
fn each_fault_at_each_call_loses_nothing() {
    let place = Place::new();
    let mut tried = 0;
    for (number, step) in STEPS.iter().enumerate() {
        let files = place.files();
        let damaged = place.ledger_bytes();
        let before = place.ledger.read().unwrap();
        let plan = place.ledger.plan_recovery(0).unwrap();
        // A whole last line without its newline, and zeros behind it: something follows an entry.
        let no_newline = before.unfinished.is_some_and(|unfinished| unfinished.whole);
        place.disk.settle();
        let clean = place.take(*step);
        let after = place.files();
        let calls = place.disk.calls();
        for (call, fault) in
            (0..calls).flat_map(|call| faults().into_iter().map(move |f| (call, f)))
        {
            if no_newline && matches!(fault, Fault::Crash(Left { bytes: Bytes::Zeros, .. })) {
                continue;
            }
            let what = format!("step {number}, call {call}, {fault:?}");
            place.put_back(&files);
            place.disk.fail_at(call, fault);
            let done = place.take(*step);
            let history = Ledger::new(place.ledger.path().unwrap()).read().unwrap();
            let seen = hashes(&history);
            match step {
                Step::Approve(customers) => {
                    assert_eq!(history.broken, None, "{what}");
                    assert!(seen.starts_with(&hashes(&before)), "{what}: a decision is lost");
                    match done {
                        Done::Failed => assert_eq!(seen.len(), before.len(), "{what}"),
                        Done::Unknown => {
                            assert!(seen.len() <= before.len() + customers.len(), "{what}");
                        }
                        done => panic!("{what}: {done:?}"),
                    }
                }
                Step::Recover if place.ledger_bytes() == damaged => {
                    assert!(matches!(done, Done::Failed | Done::Unknown), "{what}: {done:?}");
                }
                Step::Recover => {
                    assert_eq!(done, Done::Unknown, "{what}: it said that nothing was done");
                    let plan = plan.as_ref().unwrap();
                    assert_eq!(history.broken, None, "{what}: neither as it was nor recovered");
                    assert_eq!(history.last().unwrap().kind, DecisionKind::Recover, "{what}");
                    assert_eq!(history.seq(), plan.kept + 1, "{what}");
                    if plan.cut.is_some() {
                        assert!(place.holds_what_was_cut(&damaged), "{what}: bytes are lost");
                    }
                }
                Step::Damage(_) => {}
            }
            // The next attempt does what the first was to do.
            place.disk.settle();
            match (place.take(*step), step) {
                (Done::Recorded(_), _) | (Done::Nothing, Step::Recover) => {}
                (done, _) => panic!("{what}, once more: {done:?}"),
            }
            let history = read_in_every_way(place.ledger.path().unwrap(), &[history]);
            assert_eq!((&history.broken, &history.unfinished), (&None, &None), "{what}");
            tried += 1;
        }
        if let Done::Recorded(made) = clean {
            place.put_back(&after);
            assert!(hashes(&place.ledger.read().unwrap()).ends_with(&made));
        }
    }
    println!("{tried} faults, 0 decisions lost, 0 seen that failed");
    assert!(tried > 500, "{tried}");
}
