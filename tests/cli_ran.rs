//! What `interventions.json` and `outcomes.json` tell of plays that run or ran, seen from outside: they
//! are not given out again.

use crate::common;

use std::path::Path;

use common::{Data, Ran, program};
use serde_json::{Value, json};

/// `C2` in engagement, where `P3` runs by itself, since the first of March.
fn since_march() -> Data {
    let rows =
        json!([{"customer_id":"C2","journey_stage":"engagement","state_entered_at":"2025-03-01"}]);
    Data::good().with("journey_state_log.json", rows.to_string()).with("nextplay.toml", LONG)
}

/// A play without an outcome runs however long ago it began: these tests hang on no clock.
const LONG: &str = "contact.running_days = 1e6\n";

/// An intervention of `C2`.
fn intervention(playbook: &str, stage: Option<&str>, at: Option<&str>) -> Value {
    json!({
        "intervention_id": "I1", "customer_id": "C2", "playbook_id": playbook,
        "journey_stage": stage, "generated_at": at,
    })
}

/// An outcome of `C2`.
fn outcome(playbook: &str, of: Option<&str>, at: Option<&str>) -> Value {
    json!({
        "outcome_id": "O1", "customer_id": "C2", "playbook_id": playbook,
        "intervention_id": of.unwrap_or_default(), "measured_at": at, "outcome": "resolved",
    })
}

fn told(data: &Data, interventions: &[Value], outcomes: &[Value]) -> String {
    data.write("interventions.json", json!(interventions).to_string());
    data.write("outcomes.json", json!(outcomes).to_string());
    let told = data.run(&["explain", "C2", "--format", "json"]).ends(0).json();
    let status = told["status"].as_str().unwrap().to_owned();
    let exported = data.run(&["export"]).ends(0).out.contains("\"C2\"");
    assert_eq!(exported, status == "automatic", "{status}");
    status
}

const ENGAGED: Option<&str> = Some("engagement");

#[test]
fn an_intervention_since_the_stage_was_entered_runs() {
    let data = since_march();
    for (row, want) in [
        (intervention("P3", ENGAGED, Some("2025-03-01")), "running"),
        (intervention("P3", ENGAGED, Some("2025-03-02T10:00:00Z")), "running"),
        (intervention("P3", ENGAGED, Some("2025-02-28")), "automatic"),
        (intervention("P2", ENGAGED, Some("2025-02-28")), "automatic"),
        (intervention("P2", ENGAGED, Some("2025-03-02")), "running"),
        // Without a date the stage has to tell; what says nothing counts.
        (intervention("P3", ENGAGED, None), "running"),
        (intervention("P3", Some("support"), None), "automatic"),
        // A date that cannot be read is told, and does not make it run.
        (intervention("P3", ENGAGED, Some("soon")), "automatic"),
        (intervention("P3", None, None), "running"),
    ] {
        assert_eq!(told(&data, std::slice::from_ref(&row), &[]), want, "{row}");
    }
    told(&data, &[intervention("P3", ENGAGED, Some("2025-03-02"))], &[]);
    data.run(&["explain", "C2"]).ends(0).prints(&["running: P3 runs (I1, 2025-03-02)\n"]);
    data.run(&["reject", "C2", "--reason", "other"]).fails(1, &["C2: P3 runs (I1, 2025-03-02)"]);
}

#[test]
fn an_outcome_ends_it() {
    let data = since_march();
    let ran = intervention("P3", ENGAGED, Some("2025-03-02"));
    let before = intervention("P3", ENGAGED, Some("2025-01-02"));
    let of = Some("I1");
    for (interventions, outcome, want) in [
        (vec![ran.clone()], outcome("P3", of, Some("2025-03-09")), "done"),
        (vec![ran.clone()], outcome("P3", of, None), "done"),
        (vec![ran.clone()], outcome("P2", of, Some("2025-03-09")), "running"),
        // Measured now, but of an intervention in an earlier stay.
        (vec![before], outcome("P3", of, Some("2025-03-09")), "automatic"),
        // Without its intervention its own date tells.
        (vec![], outcome("P3", of, Some("2025-03-09")), "done"),
        (vec![], outcome("P3", None, Some("2025-03-09")), "done"),
        (vec![], outcome("P3", None, Some("2025-02-09")), "automatic"),
        (vec![], outcome("P3", None, None), "done"),
        (vec![ran], outcome("P3", Some("I7"), Some("2025-02-09")), "running"),
    ] {
        let status = told(&data, &interventions, std::slice::from_ref(&outcome));
        assert_eq!(status, want, "{interventions:?} {outcome}");
    }
    let ran = intervention("P3", ENGAGED, Some("2025-03-02"));
    told(&data, &[ran], &[outcome("P3", of, None)]);
    data.run(&["explain", "C2"]).ends(0).prints(&["done: P3 ran (I1, 2025-03-02), resolved\n"]);
}

#[test]
fn where_nobody_knows_when_the_stage_was_entered_the_stage_tells() {
    let data = Data::good().with("nextplay.toml", LONG);
    let old = Some("1999-01-01");
    assert_eq!(told(&data, &[intervention("P3", ENGAGED, old)], &[]), "running");
    assert_eq!(told(&data, &[intervention("P3", Some("support"), old)], &[]), "automatic");
}

#[test]
fn another_stage_opens_it_again() {
    let data = since_march();
    let ran = [intervention("P3", ENGAGED, Some("2025-03-02"))];
    assert_eq!(told(&data, &ran, &[outcome("P3", Some("I1"), Some("2025-03-09"))]), "done");
    let rows =
        json!([{"customer_id":"C2","journey_stage":"support","state_entered_at":"2025-04-01"}]);
    data.write("journey_state_log.json", rows.to_string());
    // Below the threshold of P1, which would wait for an approval.
    data.write("fused_signals.json", r#"[{"customer_id":"C2","fused_risk_score":0.55}]"#);
    data.run(&["explain", "C2", "--format", "json"]).ends(0).prints(&["\"status\":\"automatic\""]);
    assert_eq!(data.run(&["export"]).ends(0).json()[0]["playbook_id"], "P2");
}

#[test]
fn what_was_handed_off_is_done_when_its_outcome_comes() {
    let data = since_march();
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    assert_eq!(told(&data, &[], &[]), "running");
    let outcomes = [outcome("P3", None, Some("2999-01-01"))];
    assert_eq!(told(&data, &[], &outcomes), "done");
    data.run(&["explain", "C2"]).ends(0).prints(&["done: P3 was handed off by ops ", "resolved"]);
}

#[test]
fn the_sample_has_one_that_runs_and_one_that_is_done() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let ledger = tempfile::tempdir().unwrap();
    let ledger = ledger.path().join("none.jsonl");
    let run = |args: &[&str]| {
        let mut command = program();
        command.arg("--data").arg(&sample).arg("--ledger").arg(&ledger).args(args);
        // A play without an outcome is over at some time.
        command.args(["--as-of", "2026-11-20T12:00:00Z"]);
        Ran::of(command.output().unwrap()).ends(0)
    };
    run(&["explain", "C021"]).prints(&["running: "]);
    run(&["explain", "C021"]).prints(&["runs (I012, 2026-11-17)"]);
    run(&["explain", "C030"]).prints(&["ran (I011, 2026-11-10), "]);
    let exported = run(&["export"]).json();
    let rows = exported.as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(row["customer_id"] != "C021" && row["customer_id"] != "C030");
        assert_eq!(row["status"], "automatic");
        assert!(!row["generated_at"].is_null() && !row["triggered_by_signals"].is_null());
    }
}
