//! `watch`: each event at least once, whatever happens.

use crate::common;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Data, Ran};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Longer than anything takes, even on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// So many customers in support who need an approval.
fn waiting(customers: usize) -> Data {
    let all = |row: &dyn Fn(usize) -> String| {
        let rows: Vec<String> = (0..customers).map(row).collect();
        format!("[{}]", rows.join(","))
    };
    Data::good()
        .with(
            "customers.json",
            all(&|n| format!(r#"{{"customer_id":"C{n}","account_value":{}}}"#, 90_000 - n)),
        )
        .with(
            "journey_state_log.json",
            all(&|n| format!(r#"{{"customer_id":"C{n}","journey_stage":"support"}}"#)),
        )
        .with(
            "fused_signals.json",
            all(&|n| format!(r#"{{"customer_id":"C{n}","fused_risk_score":0.9}}"#)),
        )
        .forgotten()
}

/// A place for state, the same for each run.
fn with_state(data: &Data, args: &[&str]) -> Command {
    let mut command = data.command(&[&["watch"], args].concat());
    command.env("XDG_STATE_HOME", data.path("state"));
    command
}

fn run(data: &Data, args: &[&str]) -> Ran {
    Ran::of(with_state(data, args).output().unwrap())
}

fn events(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(text: &str) -> Vec<String> {
    events(text).iter().map(|event| event["event_id"].as_str().unwrap().to_owned()).collect()
}

fn read(data: &Data, file: &str) -> String {
    std::fs::read_to_string(data.path(file)).unwrap_or_default()
}

/// A command that keeps each event, in a file of the data directory.
fn recorder(data: &Data) -> String {
    format!("cat >> '{}'", data.path("told").display())
}

#[test]
fn an_event_says_what_happened_and_its_id_is_the_same_on_every_machine() {
    let data = Data::good().forgotten();
    let first = run(&data, &["--jsonl", "--once"]).ends(0);
    let [pending] = &events(&first.out)[..] else { panic!("{first:#?}") };
    assert_eq!((&pending["event"], &pending["customer_id"]), (&"pending".into(), &"C1".into()));
    assert_eq!(
        (&pending["customer_name"], &pending["playbook_id"]),
        (&"Acme".into(), &"P1".into())
    );
    assert_eq!(pending["playbook_name"], "Escalation");
    assert_eq!((&pending["status"], &pending["account_value"]), (&"pending".into(), &38000.into()));
    let queue = data.run(&["queue", "--format", "json"]).json();
    assert_eq!(pending["basis"], queue[0]["basis"]);
    data.run(&["approve", "C1", "--note", "go"]).ends(0);
    data.run(&["propose", "C2", "--playbook", "P2", "--by", "bot"]).ends(0);
    data.run(&["undo", "1"]).ends(0);
    let kinds = "pending,stale,decision,proposal";
    let second = run(&data, &["--jsonl", "--once", "--on", kinds]).ends(0);
    let told = events(&second.out);
    let is: Vec<&str> = told.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(is, ["decision", "proposal", "decision", "pending"]);
    assert_eq!((&told[0]["kind"], &told[0]["note"]), (&"approve".into(), &"go".into()));
    assert_eq!((&told[0]["by"], &told[1]["by"]), (&"dana".into(), &"bot".into()));
    assert_ne!(told[3]["event_id"], pending["event_id"], "pending again, after a decision");
    // Another directory, another state, the same data and ledger.
    let copy = Data::good().forgotten().with(common::LEDGER, data.ledger());
    let third = run(&copy, &["--jsonl", "--once", "--on", kinds]).ends(0);
    assert_eq!(ids(&third.out), ids(&second.out));
}

#[test]
fn killed_at_any_point_no_event_is_lost_and_repeats_have_one_id() {
    let data = waiting(30);
    for customer in ["C3", "C7", "C11"] {
        data.run(&["approve", customer]).ends(0);
    }
    let want = ids(&run(&data, &["--jsonl", "--once"]).ends(0).out);
    assert_eq!(want.len(), 30);
    let exec = recorder(&data);
    for round in 0..9 {
        let count = || read(&data, "told").lines().count();
        let before = count();
        let mut watch = with_state(&data, &["--exec", &exec]).spawn().unwrap();
        // Killed while one is told, or between two.
        until("an event is told", || count() >= (before + round % 4 + 1).min(want.len()));
        watch.kill().unwrap();
        watch.wait().unwrap();
    }
    run(&data, &["--exec", &exec, "--once"]).ends(0);
    let told = read(&data, "told");
    let mut seen = HashSet::new();
    let first: Vec<String> = ids(&told).into_iter().filter(|id| seen.insert(id.clone())).collect();
    assert_eq!(first, want, "each at least once, in order");
    let mut by_id: HashMap<String, Value> = HashMap::new();
    for event in events(&told) {
        let id = event["event_id"].as_str().unwrap().to_owned();
        let before = by_id.entry(id).or_insert_with(|| event.clone());
        assert_eq!(before["customer_id"], event["customer_id"]);
    }
    let count = told.lines().count();
    run(&data, &["--exec", &exec, "--once"]).ends(0);
    assert_eq!(read(&data, "told").lines().count(), count, "what was told is told no more");
}

#[test]
fn a_command_that_fails_is_run_again_with_the_same_event() {
    let data = waiting(3);
    let (told, tries) = (data.path("told"), data.path("tries"));
    let exec = format!(
        "echo x >> '{tries}'; [ $(wc -l < '{tries}') -gt 2 ] || exit 3; cat >> '{told}'",
        tries = tries.display(),
        told = told.display()
    );
    let ran = run(&data, &["--exec", &exec, "--once"]).ends(0);
    assert!(ran.err.contains("ended with status 3 for event"), "{}", ran.err);
    let want = ids(&run(&data, &["--jsonl", "--once"]).out);
    assert_eq!(ids(&read(&data, "told")), want);
    // Where it goes on failing, the event is not passed over.
    let exec = format!("cat >> '{}'; false", data.path("failed").display());
    run(&data, &["--exec", &exec, "--once"]).ends(1);
    assert_eq!(ids(&read(&data, "failed")), [&*want[0], &*want[0], &*want[0]]);
}

#[test]
fn nothing_of_an_event_is_run() {
    let data = Data::good().forgotten();
    let name = r#"\"; touch pwned; $(touch pwned) `touch pwned` ' \n-x"#;
    data.write("customers.json", common::CUSTOMERS.replace("Acme", name));
    let exec = recorder(&data);
    let mut command = with_state(&data, &["--exec", &exec, "--once"]);
    Ran::of(command.current_dir(data.path("")).output().unwrap()).ends(0);
    assert_eq!(read(&data, "told").lines().count(), 1, "one line");
    assert!(!data.path("pwned").exists());
}

#[test]
fn a_reader_goes_on_after_the_last_event_that_it_has() {
    let data = waiting(5);
    data.run(&["approve", "C4"]).ends(0);
    data.run(&["reject", "C4", "--reason", "other"]).ends(0);
    let all = ids(&run(&data, &["--jsonl", "--once"]).ends(0).out);
    assert_eq!(all.len(), 6, "2 decisions and 4 pending");
    let after = |id: &str| ids(&run(&data, &["--jsonl", "--once", "--after", id]).ends(0).out);
    assert_eq!(after(&all[3]), all[4..]);
    assert_eq!(after(&all[5]), [""; 0]);
    data.run(&["undo", "2"]).ends(0);
    let new = after(&all[5]);
    assert_eq!(new.len(), 1, "the undo; C4 is approved again");
    // On another machine what is known of a decision is the ledger.
    let elsewhere = data.path("elsewhere");
    let there = |id: &str| {
        let mut command = with_state(&data, &["--jsonl", "--once", "--after", id]);
        Ran::of(command.env("XDG_STATE_HOME", &elsewhere).output().unwrap()).ends(0)
    };
    let told = ids(&there(&all[0]).out);
    assert_eq!(told[..2], [all[1].clone(), new[0].clone()]);
    assert_eq!(told[2..], all[2..], "what is pending is told again");
    std::fs::remove_dir_all(&elsewhere).unwrap();
    let ran = there(&all[4]);
    assert!(ran.err.contains("was not sent from this machine"), "{}", ran.err);
    assert_eq!(ids(&ran.out).len(), 6, "all but the one that the reader has");
}

/// A reader of JSON lines that goes on.
struct Reader(Child, BufReader<ChildStdout>);

impl Reader {
    fn new(data: &Data, args: &[&str]) -> Self {
        let mut command = with_state(data, &[&["--jsonl"], args].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self(child, lines)
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.1.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

#[test]
fn what_happens_is_told_as_it_happens() {
    let data = Data::good().forgotten();
    let mut reader = Reader::new(&data, &[]);
    assert_eq!(reader.next()["event"], "pending");
    data.run(&["approve", "C1"]).ends(0);
    let told = reader.next();
    assert_eq!((&told["event"], &told["status"]), (&"decision".into(), &"approved".into()));
    // The data changes since the decision.
    data.write("customers.json", common::CUSTOMERS.replace("38000", "99000"));
    let told = reader.next();
    assert_eq!((&told["event"], &told["account_value"]), (&"stale".into(), &99000.into()));
    // A file that breaks is a message, and what happens is told on.
    data.write("customers.json", "[{");
    let mut messages = BufReader::new(reader.0.stderr.take().unwrap()).lines();
    let message = messages.next().unwrap().unwrap();
    assert!(message.starts_with("warning: customers.json"), "{message}");
    data.write("customers.json", common::CUSTOMERS);
    data.run(&["undo", "1"]).ends(0);
    assert_eq!(reader.next()["kind"], "undo");
    assert_eq!(reader.next()["event"], "pending");
    let pid = Pid::from_child(&reader.0);
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(reader.0.wait().unwrap().code(), Some(0));
}

#[test]
fn it_ends_when_its_reader_has_gone() {
    let data = Data::good().forgotten();
    let mut reader = Reader::new(&data, &[]);
    reader.next();
    let Reader(mut child, lines) = reader;
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_signal_lets_the_command_that_runs_come_to_its_end() {
    let data = waiting(3);
    let (begun, told) = (data.path("begun"), data.path("told"));
    let exec = format!(
        "touch '{}'; while [ ! -e '{}' ]; do sleep 0.01; done; cat >> '{}'",
        begun.display(),
        data.path("go").display(),
        told.display()
    );
    let mut watch = with_state(&data, &["--exec", &exec]).spawn().unwrap();
    until("the command runs", || begun.exists());
    kill_process(Pid::from_child(&watch), Signal::TERM).unwrap();
    data.write("go", "");
    assert_eq!(watch.wait().unwrap().code(), Some(0));
    assert_eq!(read(&data, "told").lines().count(), 1);
    run(&data, &["--exec", &exec, "--once"]).ends(0);
    assert_eq!(read(&data, "told").lines().count(), 3, "it is not told again");
}

#[test]
fn one_command_is_told_by_one_program() {
    let data = waiting(2);
    let begun = data.path("begun");
    let exec = format!("touch '{}'; sleep 20", begun.display());
    let exec = format!("exec timeout 20 sh -c \"{exec}\"");
    let mut watch = with_state(&data, &["--exec", &exec]).spawn().unwrap();
    until("the command runs", || begun.exists());
    run(&data, &["--exec", &exec, "--once"]).fails(1, &["another `nextplay watch`", "--name"]);
    let own = recorder(&data);
    run(&data, &["--exec", &own, "--once", "--name", "mine"]).ends(0);
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn usage() {
    let data = waiting(2);
    run(&data, &[]).fails(2, &["--exec", "--jsonl"]);
    run(&data, &["--jsonl", "--exec", "true"]).fails(2, &["cannot be used with"]);
    run(&data, &["--exec", " ", "--once"]).fails(2, &["--exec is empty", "hint: "]);
    run(&data, &["--exec", "true", "--after", &"0".repeat(32)]).ends(2);
    run(&data, &["--jsonl", "--after", "x"]).fails(2, &["32 hexadecimal digits"]);
    run(&data, &["--jsonl", "--on", "pending,nothing"])
        .fails(2, &["pending, stale, decision, proposal, hand_off"]);
    let exec = recorder(&data);
    run(&data, &["--exec", &exec, "--only-new", "--once"]).ends(0);
    assert_eq!(read(&data, "told"), "");
    data.run(&["approve", "C1"]).ends(0);
    run(&data, &["--exec", &exec, "--only-new", "--once"]).ends(0);
    assert_eq!(events(&read(&data, "told"))[0]["event"], "decision");
    data.write(common::LEDGER, "broken\n");
    run(&data, &["--jsonl", "--once"]).fails(1, &["nothing is sent until"]);
}

#[test]
fn what_is_left_out_at_the_first_start_is_what_is_there_then_and_nothing_later() {
    // Nothing is there at the first start.
    let data = Data::good().with("fused_signals.json", "[]").forgotten();
    let exec = recorder(&data);
    let args = ["--exec", &*exec, "--only-new", "--once"];
    run(&data, &args).ends(0);
    data.write("fused_signals.json", common::FUSED);
    data.run(&["approve", "C1"]).ends(0);
    run(&data, &args).ends(0);
    let told = events(&read(&data, "told"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["event"], "decision", "made while it did not run");
    // The data cannot be read at the first start: what needs a decision is left out when it can.
    let data = waiting(3).with("fused_signals.json", "[");
    let exec = recorder(&data);
    let mut watch =
        with_state(&data, &["--exec", &exec, "--only-new"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut messages = BufReader::new(watch.stderr.take().unwrap()).lines();
    let mut said = |what: &str| messages.any(|line| line.unwrap().contains(what));
    assert!(said("warning: fused_signals.json"));
    let row = |n: usize| format!(r#"{{"customer_id":"C{n}","fused_risk_score":0.9}}"#);
    data.write("fused_signals.json", format!("[{},{},{}]", row(0), row(1), row(2)));
    assert!(said("data and ledger can be read"));
    data.run(&["approve", "C1"]).ends(0);
    until("the decision is told", || read(&data, "told").lines().count() > 0);
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert_eq!(events(&read(&data, "told"))[0]["event"], "decision");
}

#[test]
fn a_ledger_that_another_process_holds_is_said() {
    let data = waiting(1);
    data.run(&["approve", "C0"]).ends(0);
    let held = std::fs::File::open(data.path(common::LEDGER)).unwrap();
    held.lock().unwrap();
    let ran = run(&data, &["--jsonl", "--once", "--wait", "0"]);
    ran.fails(1, &["another process holds the ledger"]);
}

#[test]
fn the_documentation_has_every_kind_and_every_field() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scripting.md")).unwrap();
    for kind in nextplay::watch::EventKind::ALL {
        assert!(page.contains(&format!("| `{}` |", kind.name())), "{kind:?}");
    }
    let data = waiting(1);
    let told = run(&data, &["--jsonl", "--once"]).ends(0);
    for name in events(&told.out)[0].as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}
