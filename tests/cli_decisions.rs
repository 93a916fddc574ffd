//! Deciding from the command line: `queue`, `approve`, `reject`, `undo`, `log`, `verify`.

use crate::common;

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use common::{Data, LEDGER, Ran, program};
use serde_json::{Value, json};

/// The id of the entry that a command printed.
fn id(ran: &Ran) -> String {
    ran.json()["id"].as_str().unwrap().to_owned()
}

fn status(data: &Data, customer: &str) -> Value {
    data.run(&["explain", customer, "--format", "json"]).ends(0).json()["status"].clone()
}

/// A risk for C1 that is more than the tolerated 0.05 away from the one decided on.
fn move_risk(data: &Data, risk: f64) {
    data.write(
        "fused_signals.json",
        json!([{"customer_id": "C1", "fused_risk_score": risk}]).to_string(),
    );
}

#[test]
fn the_queue_holds_what_waits() {
    let data = Data::good();
    let ran = data.run(&["queue", "--format", "json"]).ends(0);
    let queue = ran.json();
    assert_eq!(queue.as_array().unwrap().len(), 1);
    let mut want = data.run(&["match", "--customer", "C1", "--format", "json"]).json()[0].clone();
    want["status"] = json!("pending");
    want["since"] = Value::Null;
    want["revenue_at_risk"] = json!(37240);
    want["urgency"] = json!(37240.0 / 52.0);
    want["name"] = json!("Acme");
    want["owner"] = Value::Null;
    want["renewal_date"] = Value::Null;
    want["approval_reasons"] = json!(["playbook"]);
    want["approvals"] = json!([]);
    want["basis"] = queue[0]["basis"].clone();
    assert_eq!(queue[0], want);
    data.run(&["queue"]).ends(0).prints(&["C1", "pending", "$37,240", "required by the playbook"]);

    data.run(&["approve", "C1"]).ends(0);
    assert_eq!(data.run(&["queue", "--format", "json"]).ends(0).out, "[]\n");
    data.run(&["queue"]).fails(0, &["nothing needs a decision"]);
    let csv = data.run(&["queue", "--format", "csv"]).ends(0);
    assert!(
        csv.out.ends_with(
            ",account_value,status,since,revenue_at_risk,urgency,name,owner,renewal_date,\
             approval_reasons,approvals,basis,\
             chosen_playbook_id,chosen_by,uncounted,changed\n"
        ),
        "{}",
        csv.out
    );
}

#[test]
fn a_decision_prints_the_line_that_it_stored() {
    let data = Data::good();
    let basis = data.run(&["explain", "C1", "--format", "json"]).json()["basis"].clone();
    let ran = data
        .run(&[
            "approve",
            "C1",
            "--playbook",
            "P1",
            "--by",
            "sam",
            "--format",
            "json",
            "--note",
            "go \u{202e}ahead",
        ])
        .ends(0);
    assert_eq!(ran.out, data.ledger());
    let entry = ran.json();
    for (field, want) in [
        ("seq", json!(1)),
        ("by", json!("sam")),
        ("kind", json!("approve")),
        ("customer_id", json!("C1")),
        ("playbook_id", json!("P1")),
        ("reason", Value::Null),
        ("note", json!("go \u{202e}ahead")),
        ("undoes", Value::Null),
        ("after", Value::Null),
        ("basis_hash", basis),
    ] {
        assert_eq!(entry[field], want, "{field}");
    }
    assert_eq!(status(&data, "C1"), "approved");
}

#[test]
fn the_reviewer_is_named_by_flag_environment_or_login() {
    let data = Data::good();
    let by = |ran: Ran| ran.ends(0).json()["by"].as_str().unwrap().to_owned();
    assert_eq!(by(data.run(&["--by", "sam", "approve", "C1", "--format", "json"])), "sam");
    let reject = ["reject", "C1", "--reason", "other", "--format", "json"];
    assert_eq!(by(data.run(&reject)), "dana", "the environment");
    // An empty name is none; whoever has no login name is told to name one.
    let mut command = data.command(&["approve", "C1", "--format", "json"]);
    let login = Ran::of(command.env("NEXTPLAY_REVIEWER", "").output().unwrap());
    assert!(login.status == 0 || login.err.contains("--by NAME"), "{login:?}");
    assert!(login.status == 1 || !login.json()["by"].as_str().unwrap().is_empty());
}

#[test]
fn refusals_end_with_1_and_record_nothing() {
    let data = Data::good();
    data.run(&["reject", "C1"]).fails(1, &["`reject` needs --reason", "bad_timing"]);
    data.run(&["reject", "C1", "--reason", "mood"]).fails(1, &["mood", "bad_timing"]);
    data.run(&["approve", "C3"]).fails(1, &["no recommendation for C3"]);
    data.run(&["approve", "C1", "--playbook", "P2"]).fails(1, &["is P1, not P2"]);
    data.run(&["approve", "C1", "--basis", "1234"]).fails(1, &["its basis is ", "not 1234"]);
    assert!(!data.path(LEDGER).exists());
    data.run(&["approve", "C1", "--by", "sam"]).ends(0);
    data.run(&["approve", "C1"]).fails(1, &["already approved by sam"]);
    assert_eq!(data.ledger().lines().count(), 1);
}

#[test]
fn what_is_not_known_ends_with_2() {
    let data = Data::good();
    data.run(&["approve", "C11"]).fails(2, &["no customer \"C11\"", "C1"]);
    data.run(&["approve", "C1", "--playbook", "P11"]).fails(2, &["no playbook \"P11\"", "P1"]);
    data.run(&["undo", "01a20a1e-ecb6-7cd7-81ea-110d379f7482"]).fails(2, &["no entry \"01a20a1e"]);
    data.run(&["log", "--entry", "01a20a1e"]).fails(2, &["no entry \"01a20a1e"]);
}

#[test]
fn a_basis_holds_a_decision_to_what_was_seen() {
    let data = Data::good();
    let basis = data.run(&["queue", "--format", "json"]).json()[0]["basis"].clone();
    move_risk(&data, 0.7);
    data.run(&["approve", "C1", "--basis", basis.as_str().unwrap()])
        .fails(1, &["the recommendation for C1 changed", basis.as_str().unwrap()]);
    move_risk(&data, 0.98);
    data.run(&["approve", "C1", "--basis", basis.as_str().unwrap()]).ends(0);
}

#[test]
fn a_decision_about_other_numbers_is_stale_until_they_come_back() {
    let data = Data::good();
    let decision = id(&data.run(&["approve", "C1", "--format", "json"]).ends(0));
    move_risk(&data, 0.7);
    let item = &data.run(&["queue", "--format", "json"]).ends(0).json()[0];
    assert_eq!(item["status"], "stale");
    assert_eq!(
        item["stale"],
        json!({"decision": decision, "changed": [{"field": "risk_score", "was": 0.98, "now": 0.7}]})
    );
    let csv = data.run(&["queue", "--format", "csv"]).ends(0);
    assert!(csv.out.ends_with(",\"risk 0.98 → 0.7\"\n"), "{}", csv.out);
    data.run(&["queue"]).ends(0).prints(&["stale", "risk 0.98 → 0.7"]);
    data.run(&["explain", "C1"]).ends(0).prints(&["stale: ", "since then", "risk 0.98 → 0.7"]);
    move_risk(&data, 0.95);
    assert_eq!(status(&data, "C1"), "approved");
}

#[test]
fn undo_restores_what_stood_before() {
    let data = Data::good();
    let first = id(&data.run(&["approve", "C1", "--format", "json"]).ends(0));
    let second = data
        .run(&["reject", "C1", "--by", "sam", "--reason", "budget", "--format", "json"])
        .ends(0);
    assert_eq!(second.json()["after"], json!(first));
    let second = id(&second);
    data.run(&["undo", &first]).fails(
        1,
        &["dana's approval #1 is no longer in force: sam rejected C1 (#2)", "undo #2 instead"],
    );
    let undo = data.run(&["undo", "#2", "--format", "json"]).ends(0);
    assert_eq!(undo.out, data.ledger().lines().last().unwrap().to_owned() + "\n");
    assert_eq!((&undo.json()["kind"], &undo.json()["undoes"]), (&json!("undo"), &json!(second)));
    assert_eq!(status(&data, "C1"), "approved");
    data.run(&["undo", &second]).fails(1, &["sam's rejection #2 was already undone by dana"]);
    data.run(&["undo", &id(&undo)]).fails(1, &["cannot be undone"]);
    data.run(&["undo", &first]).ends(0);
    assert_eq!(status(&data, "C1"), "pending");
}

#[test]
fn the_beginning_of_an_id_is_enough_where_it_is_the_only_one() {
    let data = Data::good();
    let first = id(&data.run(&["approve", "C1", "--format", "json"]).ends(0));
    data.run(&["undo", &first[..7]]).fails(2, &["no entry"]);
    // The first characters are the time: within a minute they are mostly the same.
    let second = id(&data.run(&["reject", "C1", "--reason", "other", "--format", "json"]).ends(0));
    let shared = first.bytes().zip(second.bytes()).take_while(|(a, b)| a == b).count();
    if shared >= 8 {
        data.run(&["undo", &second[..shared]]).fails(2, &["more than one entry"]);
    }
    data.run(&["undo", &second[..(shared + 1).max(8)]]).ends(0);
}

#[test]
fn an_automatic_play_can_be_stopped() {
    let data = Data::good();
    data.run(&["reject", "C2", "--reason", "relationship"]).ends(0);
    assert_eq!(status(&data, "C2"), "rejected");
}

#[test]
fn a_row_set_aside_behind_an_automatic_play_holds_it() {
    let data = Data::good().with(
        "journey_forecasts.json",
        r#"[{"customer_id":"C2","churn_probability":"?"},{"customer_id":"C1"}]"#,
    );
    let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
    assert_eq!((&queue[1]["customer_id"], &queue[1]["status"]), (&json!("C2"), &json!("held")));
    data.run(&["approve", "C2"]).ends(0);
    assert_eq!(status(&data, "C2"), "approved");
}

#[test]
fn log_tells_every_entry_oldest_first() {
    let data = Data::good();
    data.run(&["log"]).fails(0, &["no decisions yet"]);
    assert_eq!(data.run(&["log", "--format", "jsonl"]).ends(0).out, "");
    data.run(&["approve", "C1"]).ends(0);
    let note = "because of the \u{1b}[31mweather, which has been bad for weeks on end";
    let args =
        ["reject", "C1", "--by", "sam", "--reason", "other", "--note", note, "--format", "json"];
    let second = id(&data.run(&args).ends(0));

    let table = data.run(&["log"]).ends(0).escape_controls();
    let lines: Vec<&str> = table.out.lines().collect();
    assert!(lines[0].contains("time (UTC)"), "{}", table.out);
    assert!(lines[1].contains("dana") && lines[1].contains("approve"), "{}", table.out);
    assert!(lines[2].contains("sam") && lines[2].ends_with(&second), "{}", table.out);
    assert!(lines[2].contains('…') && !lines[2].contains("weeks"), "{}", table.out);

    assert_eq!(data.run(&["log", "--format", "jsonl"]).ends(0).out, data.ledger());
    let one = data.run(&["log", "--entry", &second, "--format", "jsonl"]).ends(0);
    assert_eq!(one.out, data.ledger().lines().last().unwrap().to_owned() + "\n");
    data.run(&["log", "--entry", &second]).ends(0).escape_controls().prints(&[
        &second,
        "sam",
        "weeks on end",
        "$3,500, midpoint of the expected range",
        "0.98, from fused signals",
        "46.7×, value ÷ cost",
        "needed: required by the playbook",
        one.json()["hash"].as_str().unwrap(),
    ]);
}

#[test]
fn follow_goes_on_with_what_comes_and_ends_with_its_reader() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    let mut command = data.command(&["log", "--follow", "--format", "jsonl"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    out.read_line(&mut lines).unwrap();
    data.run(&["reject", "C1", "--reason", "other"]).ends(0);
    out.read_line(&mut lines).unwrap();
    assert_eq!(lines, data.ledger());
    drop(out);
    // On Unix it notices at once; elsewhere with the next entry.
    data.run(&["approve", "C1"]).ends(0);
    assert!(child.wait().unwrap().success());
}

#[test]
fn verify_proves_the_chain_and_not_the_names() {
    let data = Data::good();
    data.run(&["verify"]).ends(0).prints(&["no ledger yet"]);
    let head = data.run(&["approve", "C1", "--format", "json"]).ends(0).json()["hash"].clone();
    let head = head.as_str().unwrap();
    data.run(&["verify"]).ends(0).prints(&[
        &format!("1 entry, chain whole, head {head}"),
        "--by",
        "not proved",
    ]);
    data.run(&["reject", "C1", "--reason", "other"]).ends(0);
    data.run(&["verify", "--head", head]).ends(0);
    data.run(&["verify", "--head", &"1".repeat(64)]).ends(1).says(&["removed or replaced"]);
}

#[test]
fn a_ledger_that_cannot_be_written_refuses() {
    let data = Data::good();
    std::fs::create_dir(data.path(LEDGER)).unwrap();
    data.run(&["match"]).ends(0).prints(&["C1"]);
    for args in [&["log"][..], &["verify"], &["approve", "C1"], &["queue"], &["explain", "C1"]] {
        data.run(args).fails(2, &["is a directory, not a file"]);
    }
}

#[cfg(unix)]
#[test]
fn a_ledger_link_that_leads_nowhere_is_no_empty_ledger() {
    let data = Data::good();
    std::os::unix::fs::symlink("gone/decisions.jsonl", data.path(LEDGER)).unwrap();
    for args in [&["verify"][..], &["approve", "C1"], &["queue"], &["explain", "C1"]] {
        data.run(args).fails(2, &["a broken link"]);
    }
}

#[test]
fn what_moves_while_the_ledger_is_waited_for_is_seen() {
    let data = Data::good();
    let basis = data.run(&["explain", "C1", "--format", "json"]).json()["basis"].clone();
    let held = data.hold_ledger();
    let mut waiting = data
        .command(&["approve", "C1", "--basis", basis.as_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(waiting.stderr.take().unwrap());
    let mut note = String::new();
    said.read_line(&mut note).unwrap();
    assert!(note.contains("another process holds the ledger"), "{note}");
    let fused = std::fs::read_to_string(data.path("fused_signals.json")).unwrap();
    data.write("fused_signals.json", fused.replace("0.98", "0.05"));
    drop(held);
    assert_eq!(waiting.wait().unwrap().code(), Some(1));
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("no recommendation for C1"), "{rest}");
    assert_eq!(data.ledger(), "");
}

#[test]
fn a_name_left_empty_is_nobody_and_never_somebody_else() {
    let data = Data::good();
    for args in [&["approve", "C1", "--by", ""][..], &["approve", "C1", "--by", " "]] {
        data.run(args).fails(2, &["--by is empty"]);
    }
    let out = program().args(["match", "--data", ""]).output().unwrap();
    Ran::of(out).fails(2, &["--data is empty"]);
}

#[test]
fn a_formula_in_the_queue_is_text_too() {
    let data = Data::good().with(
        "journey_playbooks.json",
        common::PLAYBOOKS.replace("Escalation", "=cmd|' /C calc'!A0"),
    );
    let ran = data.run(&["queue", "--format", "csv"]).ends(0);
    assert!(ran.out.contains(",\"'=cmd|' /C calc'!A0\","), "{}", ran.out);
}
