//! `nextplay export --hand-off`, seen from outside: what is handed over is on record and runs.

use crate::common;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use common::{Data, LEDGER, Ran};
use serde_json::{Value, json};

const HAND_OFF: &[&str] = &["export", "--hand-off"];

fn entries(data: &Data) -> Vec<Value> {
    data.ledger().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn status(data: &Data, customer: &str) -> Value {
    data.run(&["explain", customer, "--format", "json"]).ends(0).json()["status"].clone()
}

/// States of `C1` and `C2`, `C1` in this stage since this date.
fn enter(data: &Data, stage: &str, since: &str) {
    let rows = json!([
        {"customer_id": "C1", "journey_stage": stage, "state_entered_at": since},
        {"customer_id": "C2", "journey_stage": "engagement"},
    ]);
    data.write("journey_state_log.json", rows.to_string());
}

/// The output of a hand-off without the ids that it gives, as `export` prints it otherwise.
fn without_ids(out: &str) -> String {
    let lines = out.lines().map(|line| match line.split_once(",\"intervention_id\":\"") {
        Some((row, rest)) => {
            format!("{row}{}\n", &rest["01a228c1-d0ee-719c-b2d8-9f24f0a129b7\"".len()..])
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

fn move_risk(data: &Data, risk: f64) {
    let rows = json!([{"customer_id": "C1", "fused_risk_score": risk}]);
    data.write("fused_signals.json", rows.to_string());
}

#[test]
fn what_is_handed_off_is_on_record_and_runs() {
    let data = Data::good();
    let approval = data.run(&["approve", "C1", "--format", "json"]).ends(0).json();
    let plain = data.run(&["export"]).ends(0).out;
    let ran = data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    assert_eq!(without_ids(&ran.out), plain);
    let rows = ran.json();
    ran.says(&["2 plays are handed off, as entries 2 to 3"]);

    let ledger = entries(&data);
    assert_eq!(ledger.len(), 3);
    assert_eq!(rows[0]["intervention_id"], ledger[1]["id"]);
    assert_eq!(rows[1]["intervention_id"], ledger[2]["id"]);
    for (entry, customer, playbook, after) in
        [(&ledger[1], "C1", "P1", approval["id"].clone()), (&ledger[2], "C2", "P3", Value::Null)]
    {
        let told: Vec<&Value> = ["kind", "by", "customer_id", "playbook_id", "after", "reason"]
            .iter()
            .map(|field| &entry[field])
            .collect();
        let want = json!(["hand_off", "ops", customer, playbook, after, null]);
        assert_eq!(json!(told), want);
    }
    assert_eq!(ledger[1]["basis_hash"], approval["basis_hash"]);
    data.run(&["verify"]).ends(0).prints(&["3 entries, chain whole"]);

    for customer in ["C1", "C2"] {
        assert_eq!(status(&data, customer), "running");
    }
    assert_eq!(data.run(&["export"]).ends(0).out, "[]\n");
    assert_eq!(data.run(HAND_OFF).ends(0).out, "[]\n");
    assert_eq!(entries(&data).len(), 3);
    data.run(&["explain", "C1"])
        .ends(0)
        .prints(&["running: P1 was handed off by ops ", "; P1 approved"]);
    data.run(&["log"]).ends(0).prints(&["hand off  C1", "hand off  C2"]);
    data.run(&["log", "--entry", "3"])
        .ends(0)
        .prints(&["kind         hand off", "by           ops"]);
    data.run(&["approve", "C1"]).fails(1, &["C1: P1 was handed off by ops"]);
}

#[test]
fn it_runs_whatever_the_numbers_until_another_stage_is_entered() {
    let data = Data::good();
    enter(&data, "support", "2025-01-01");
    data.run(&["approve", "C1"]).ends(0);
    data.run(HAND_OFF).ends(0);
    move_risk(&data, 0.7);
    assert_eq!(status(&data, "C1"), "running", "neither stale nor pending");
    assert!(!data.run(&["queue", "--format", "csv"]).ends(0).out.contains("\n\"C1\","));
    assert_eq!(data.run(HAND_OFF).ends(0).out, "[]\n");
    // The stage is left, and entered again after the hand-off: by the clock of nobody who lives now.
    enter(&data, "support", "2999-01-01");
    assert_eq!(status(&data, "C1"), "pending", "the approval was used up by the run");
    move_risk(&data, 0.98);
    assert_eq!(status(&data, "C1"), "pending");
    enter(&data, "engagement", "2025-01-01");
    assert_eq!(status(&data, "C1"), "uncovered", "nothing is made for it there");
}

#[test]
fn taken_back_it_can_be_handed_off_again() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    let first = data.run(HAND_OFF).ends(0).out;
    let approval = entries(&data)[0]["id"].as_str().unwrap().to_owned();
    let hand_off = entries(&data)[1]["id"].as_str().unwrap().to_owned();
    data.run(&["undo", &approval]).fails(1, &["undo the hand-off first (#2)"]);
    data.run(&["undo", &hand_off, "--by", "sam"]).ends(0);
    assert_eq!(status(&data, "C1"), "approved");
    data.run(&["undo", &hand_off]).fails(1, &["already undone by sam"]);
    let again = data.run(HAND_OFF).ends(0).out;
    let (first, again) = (without_ids(&first), without_ids(&again));
    assert!(first.starts_with(again.trim_end_matches("\n]\n")), "C1 alone: {again}");
    let ledger = entries(&data);
    assert_eq!((ledger.len(), &ledger[4]["after"]), (5, &ledger[3]["id"]), "after the undo");
    // Without its hand-off the approval can be taken back too.
    data.run(&["undo", "5"]).ends(0);
    data.run(&["undo", "1"]).ends(0);
    assert_eq!(status(&data, "C1"), "pending");
}

#[test]
fn the_chosen_playbook_of_an_override_runs() {
    let data = Data::good();
    data.run(&["override", "C1", "--playbook", "P2", "--reason", "budget"]).ends(0);
    let rows = data.run(HAND_OFF).ends(0).json();
    assert_eq!((&rows[0]["playbook_id"], &rows[0]["status"]), (&json!("P2"), &json!("overridden")));
    let entry = &entries(&data)[1];
    assert_eq!(entry["playbook_id"], "P2");
    assert_eq!(entry["basis"]["recommendation"]["playbook_id"], "P1");
    assert_eq!(entry["basis"]["chosen"]["playbook_id"], "P2");
    assert_eq!(entry["basis_hash"], entries(&data)[0]["basis_hash"]);
    assert_eq!(status(&data, "C1"), "running");
    data.run(&["explain", "C1"]).ends(0).prints(&["running: P2 was handed off by dana"]);
    data.run(&["log", "--entry", "2"])
        .ends(0)
        .prints(&["chosen       Nudge (P2)", "not eligible none"]);
}

#[test]
fn where_nothing_may_be_recorded_nothing_is_handed_off() {
    let data = Data::good();
    let path = data.path("plays.json");
    let into = ["export", "--hand-off", "-o", path.to_str().unwrap()];
    let none = data.path("none/decisions.jsonl");
    let none = none.to_str().unwrap();
    for (more, said) in
        [(&["--read-only"][..], "read-only"), (&["--ledger", none], "does not exist")]
    {
        data.run(&[HAND_OFF, more].concat()).fails(1, &[said]);
        data.run(&[&into[..], more].concat()).fails(1, &[said]);
        assert!(!path.exists() && !data.path(LEDGER).exists());
        let plain = data.run(&[&["export"][..], more].concat()).ends(0);
        assert!(plain.out.contains("\"C2\""), "plain export works: {plain:?}");
    }
}

#[test]
fn nothing_to_hand_off_creates_no_ledger() {
    let data = Data::good().with("customers.json", r#"[{"customer_id":"C4"}]"#);
    let ran = data.run(HAND_OFF).ends(0).says(&["no plays are cleared to run"]);
    assert_eq!(ran.out, "[]\n");
    let path = data.path("plays.json");
    data.run(&["export", "--hand-off", "-o", path.to_str().unwrap()]).ends(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), "[]\n");
    assert!(!data.path(LEDGER).exists());
}

#[test]
fn a_file_has_what_was_handed_off() {
    let data = Data::good();
    let path = data.path("plays.json");
    let plain = data.run(&["export"]).ends(0).out;
    let ran = data.run(&["export", "--hand-off", "-o", path.to_str().unwrap()]).ends(0);
    assert_eq!(ran.out, "");
    ran.says(&["1 play is handed off, as entry 1"]);
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(without_ids(&written), plain);
    let entries = entries(&data);
    assert_eq!(entries.len(), 1);
    let rows: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(rows[0]["intervention_id"], entries[0]["id"], "known before it was on record");
}

/// How many hidden files there are.
#[cfg(unix)]
fn hidden(data: &Data) -> usize {
    let names = fs::read_dir(data.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with('.')).count()
}

#[cfg(unix)]
#[test]
fn without_room_nothing_is_recorded_and_the_old_file_stays() {
    let data = Data::good();
    let path = data.path("plays.json");
    fs::write(&path, "old").unwrap();
    let args = ["export", "--hand-off", "-o", path.to_str().unwrap()];
    // No room for the output; then room for it, and none for the ledger's entry.
    let ran = common::limited(&data, 0, &args);
    ran.fails(2, &["nothing was handed off: ", "plays.json: "]);
    assert!(!data.path(LEDGER).exists());
    let ran = common::limited(&data, 1, &args);
    ran.fails(1, &["nothing was recorded: cannot write to the ledger"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(hidden(&data), 0);
    assert_eq!(status(&data, "C2"), "automatic");
    data.run(&args).ends(0);
    assert_eq!(status(&data, "C2"), "running");
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_lost_after_the_record_is_told() {
    let data = Data::good();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = data.command(HAND_OFF);
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    Ran::of(output).ends(2).says(&[
        "error: 1 play is handed off, as entry 1: cannot write the output: ",
        "hint: `nextplay log --format jsonl` lists what was handed off",
    ]);
    assert_eq!(status(&data, "C2"), "running");

    // A reader who has gone has not got it.
    data.run(&["undo", "1"]).ends(0);
    let held = data.hold_ledger();
    let mut child =
        data.command(HAND_OFF).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = waits(&mut child);
    drop(child.stdout.take());
    drop(held);
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert!(rest.contains("1 play is handed off, as entry 3"), "{rest}");
}

#[cfg(unix)]
#[test]
fn an_output_that_cannot_take_its_place_is_kept() {
    let data = Data::good();
    let path = data.path("plays.json");
    let held = data.hold_ledger();
    let args = ["export", "--hand-off", "-o", path.to_str().unwrap()];
    let mut child = data.command(&args).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = waits(&mut child);
    // The file is looked at before the ledger is waited for.
    fs::create_dir(&path).unwrap();
    drop(held);
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2), "{rest}");
    assert!(rest.contains("1 play is handed off, as entry 1: "), "{rest}");
    let (_, kept) = rest.split_once("the output is in ").unwrap();
    let (kept, _) = kept.split_once(".part").unwrap();
    let kept = fs::read_to_string(format!("{kept}.part")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap()[0]["customer_id"], "C2");
    assert_eq!(entries(&data).len(), 1);
}

/// Waits until a child says that it waits for the ledger.
fn waits(child: &mut Child) -> BufReader<std::process::ChildStderr> {
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut note = String::new();
    said.read_line(&mut note).unwrap();
    assert!(note.contains("another process holds the ledger"), "{note}");
    said
}

#[test]
fn of_two_at_once_each_play_goes_to_one() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    let held = data.hold_ledger();
    let mut children = [(); 3].map(|()| {
        let mut command = data.command(HAND_OFF);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    });
    let said = children.each_mut().map(waits);
    drop(held);
    let mut given = Vec::new();
    for (child, _said) in children.into_iter().zip(said) {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
        given.extend(rows.as_array().unwrap().iter().map(|row| row["customer_id"].clone()));
    }
    assert_eq!(given, ["C1", "C2"], "all to the one who came first");
    assert_eq!(entries(&data).len(), 3);
    data.run(&["verify"]).ends(0);
}

#[test]
fn a_rejection_that_is_cut_off_the_ledger_meanwhile_lets_nothing_through() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    let kept = data.ledger();
    data.run(&["reject", "C2", "--reason", "other"]).ends(0);
    let held = data.hold_ledger();
    let mut child = data.command(HAND_OFF).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = waits(&mut child);
    held.set_len(kept.len() as u64).unwrap();
    drop(held);
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(rest.contains("the ledger was rewritten"), "{rest}");
    assert_eq!(data.ledger(), kept);
}

#[test]
fn a_follower_sees_an_approval_and_a_hand_off_as_they_happen() {
    let data = Data::good();
    let mut command = data.command(&["log", "--follow", "--format", "jsonl"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut next = || {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        line
    };
    data.run(&["approve", "C1"]).ends(0);
    let mut lines = next();
    data.run(HAND_OFF).ends(0);
    lines += &(next() + &next());
    assert_eq!(lines, data.ledger());
    let kinds: Vec<Value> = entries(&data).iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["approve", "hand_off", "hand_off"]);
    child.kill().unwrap();
    child.wait().unwrap();
}
