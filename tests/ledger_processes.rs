//! A ledger under several processes: at once, killed, and with no room left on the disk.
//!
//! Each child process is this test program again, told by the environment to be a writer.

use std::convert::Infallible;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use nextplay::domain::DecisionKind;
use nextplay::ledger::{AppendError, Appended, Draft, History, Ledger, LedgerError};

const BASIS: &str = include_str!("ledger_basis.json");

/// Names the ledger that a child writes to.
const LEDGER: &str = "NEXTPLAY_TEST_LEDGER";
/// How many decisions a child makes, then it ends.
const COUNT: &str = "NEXTPLAY_TEST_COUNT";

fn decide(ledger: &Ledger, by: &str) -> Result<Appended, AppendError<Infallible>> {
    ledger.append(|history: &History| {
        Ok(Draft {
            by: by.into(),
            kind: DecisionKind::Approve,
            customer_id: "C005".into(),
            playbook_id: "PB_SUP_001".into(),
            reason: None,
            note: None,
            until: None,
            undoes: None,
            after: history.last_for("C005").map(|entry| entry.id.clone()),
            basis: BASIS.trim_end().to_owned(),
            at: "2026-02-03T14:02:11.123Z".parse().unwrap(),
        })
    })
}

/// The part of a child: makes decisions and prints each only once it is made. Does nothing when it
/// is run as an ordinary test.
#[test]
fn writer() {
    let Ok(path) = env::var(LEDGER) else { return };
    let count: u64 = env::var(COUNT).unwrap().parse().unwrap();
    let ledger = Ledger::new(path);
    for _ in 0..count {
        match decide(&ledger, &std::process::id().to_string()) {
            Ok(made) => println!("made {}", made.entry.id),
            Err(AppendError::Ledger(LedgerError::Write { error, left: None, .. })) => {
                println!("failed {:?}", error.kind());
                return;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// This program as a writer; `limits` are shell commands to run before.
fn child(ledger: &Path, count: u64, limits: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!(r#"{limits} exec "$0" --exact writer --nocapture --test-threads=1"#))
        .arg(env::current_exe().unwrap())
        .env(LEDGER, ledger)
        .env(COUNT, count.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// What follows this word on a line: the test harness writes on the same output.
fn said<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.split_once(word).map(|(_, rest)| rest.trim())
}

#[test]
fn several_processes_make_one_chain() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("decisions.jsonl");
    let children: Vec<_> = (0..4).map(|_| child(&path, 25, "").spawn().unwrap()).collect();
    let mut made = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        made.extend(text.lines().filter_map(|line| said(line, "made ")).map(str::to_owned));
    }
    let history = Ledger::new(path).read().unwrap();
    assert!(history.broken.is_none() && history.unfinished.is_none());
    let mut kept: Vec<_> = history.entries.iter().map(|entry| entry.id.to_string()).collect();
    assert_eq!(kept.len(), 100);
    kept.sort();
    made.sort();
    assert_eq!(kept, made);
}

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("decisions.jsonl");
    let ledger = Ledger::new(&path);
    let mut acknowledged = Vec::new();
    for round in 1..=10 {
        let mut child = child(&path, u64::MAX, "").spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let made = |line: std::io::Result<String>| said(&line.unwrap(), "made ").map(str::to_owned);
        acknowledged.extend(lines.by_ref().filter_map(made).take(round));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it still said before the blow counts too; its last line may be half a line.
        acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| {
            said(&line, "made ").filter(|id| id.len() == 36).map(str::to_owned)
        }));
        let history = ledger.read().unwrap();
        assert!(history.broken.is_none());
        for id in &acknowledged {
            assert!(history.entry(id).is_some(), "{id} was acknowledged");
        }
        decide(&ledger, "dana").unwrap();
    }
}

#[test]
fn a_disk_without_room_leaves_no_half_entry() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("decisions.jsonl");
    // A limit on the size of files stands in for a full disk: part of a line is written, then no
    // more. The signal that comes with it is ignored, as it would end the program.
    let output = child(&path, 1_000, "trap '' XFSZ; ulimit -f 16;").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let made = text.lines().filter(|line| said(line, "made ").is_some()).count();
    assert_eq!(text.lines().find_map(|line| said(line, "failed ")), Some("FileTooLarge"));
    assert!(made > 0);

    let ledger = Ledger::new(&path);
    let history = ledger.read().unwrap();
    assert!(history.broken.is_none() && history.unfinished.is_none());
    assert_eq!(history.entries.len(), made);
    assert_eq!(decide(&ledger, "dana").unwrap().entry.seq, made as u64 + 1);
}
