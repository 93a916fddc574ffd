//! One play at a time, seen from outside: while one runs for a customer nothing else is exported or
//! asked about, and a hand-off is an intervention.

use crate::common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use common::Data;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use nextplay::domain::{Clock, Status};
use nextplay::intake::load::Reread;
use nextplay::workspace::{Options, Workspace};
use serde_json::{Value, json};

/// One customer in a stage since the first of November; `P1` ranks before `P2`, both run by
/// themselves.
fn data() -> Data {
    let data = Data::empty();
    let rows = |file: &str, rows: Value| data.write(file, rows.to_string());
    rows("customers.json", json!([{"customer_id": "C1", "account_value": 1000}]));
    let entered =
        json!([{"customer_id": "C1", "journey_stage": "s", "state_entered_at": "2025-11-01"}]);
    rows("journey_state_log.json", entered);
    rows("fused_signals.json", json!([{"customer_id": "C1", "fused_risk_score": 0.8}]));
    p1_costs(&data, 10);
    data
}

/// `P2` ranks first from 12 on.
fn p1_costs(data: &Data, cost: u32) {
    let playbook = |id: &str, cost: u32| {
        json!({"playbook_id": id, "journey_stage": "s", "eligible_segments": ["All"],
            "risk_threshold": 0.5, "expected_value_range": [100, 200],
            "avg_cost_estimate": cost, "status": "active"})
    };
    data.write(
        "journey_playbooks.json",
        json!([playbook("P1", cost), playbook("P2", 11)]).to_string(),
    );
}

fn intervention(data: &Data, id: &str, playbook: &str, date: &str) {
    let row = json!([{"intervention_id": id, "customer_id": "C1", "playbook_id": playbook,
        "journey_stage": "s", "generated_at": date}]);
    data.write("interventions.json", row.to_string());
}

fn outcome(data: &Data, of: &str, playbook: &str) {
    let row = json!([{"outcome_id": "O1", "intervention_id": of, "customer_id": "C1",
        "playbook_id": playbook, "outcome": "no_change", "measured_at": "2999-01-01"}]);
    data.write("outcomes.json", row.to_string());
}

fn explained(data: &Data) -> Value {
    data.run(&["explain", "C1", "--format", "json"]).ends(0).json()
}

fn hand_off(data: &Data) -> Value {
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0).json()
}

#[test]
fn while_one_runs_no_other_is_exported_or_asked_about() {
    let data = data();
    let handed_off = hand_off(&data);
    assert_eq!(handed_off[0]["playbook_id"], "P1");
    p1_costs(&data, 12);
    let told = explained(&data);
    assert_eq!(
        (&told["status"], &told["recommendation"]["playbook_id"]),
        (&json!("running"), &json!("P2"))
    );
    let entry: Value = serde_json::from_str(data.ledger().trim_end()).unwrap();
    let running = json!({"playbook_id": "P1", "since": entry["at"], "entry": entry["id"]});
    assert_eq!(told["running"], running);
    assert_eq!(handed_off[0]["intervention_id"], entry["id"]);
    data.run(&["explain", "C1"]).prints(&["running: P1 was handed off by ops"]);
    assert_eq!(hand_off(&data), json!([]));
    assert_eq!(
        data.run(&["plan", "--budget", "100", "--format", "json"]).json()["plays"],
        json!([])
    );
    for decide in [
        &["approve", "C1"][..],
        &["reject", "C1", "--reason", "other"],
        &["override", "C1", "--playbook", "P1", "--reason", "other"],
    ] {
        data.run(decide).fails(1, &["P1 was handed off by ops"]);
    }
    data.write("nextplay.toml", "contact.parallel = true");
    assert_eq!(hand_off(&data)[0]["playbook_id"], "P2", "side by side");
}

#[test]
fn once_it_is_done_what_else_is_recommended_is_offered() {
    let data = data();
    let id = hand_off(&data)[0]["intervention_id"].as_str().unwrap().to_owned();
    outcome(&data, &id, "P1");
    let told = explained(&data);
    assert_eq!((&told["status"], &told["running"]), (&json!("done"), &Value::Null));
    assert_eq!(hand_off(&data), json!([]), "not the same again");
    p1_costs(&data, 12);
    assert_eq!(explained(&data)["status"], "automatic");
    assert_eq!(hand_off(&data)[0]["playbook_id"], "P2");
}

#[test]
fn a_hand_off_and_its_row_are_one_run() {
    let data = data();
    let id = hand_off(&data)[0]["intervention_id"].as_str().unwrap().to_owned();
    // Imported with its id, whatever else the row says.
    intervention(&data, &id, "renamed", "2026-01-01");
    assert_eq!(explained(&data)["running"]["entry"], json!(id));
    outcome(&data, &id, "P1");
    assert_eq!(explained(&data)["status"], "done");
    data.write("outcomes.json", "[]");
    // Under an id of its own, for the same playbook in the same stay.
    intervention(&data, "I1", "P1", "2025-11-02");
    outcome(&data, "I1", "P1");
    assert_eq!(explained(&data)["status"], "done");
    data.write("outcomes.json", "[]");
    intervention(&data, &id, "P1", "2025-11-02");
    data.run(&["undo", "1", "--by", "ops"]).ends(0);
    assert_eq!(explained(&data)["status"], "automatic", "taken back wherever it was written down");
}

#[test]
fn a_row_says_what_runs_by_its_id() {
    let data = data();
    data.write("nextplay.toml", "contact.running_days = 1e6");
    intervention(&data, "I7", "P2", "2025-11-02");
    let told = explained(&data);
    assert_eq!(told["status"], "running");
    let running = json!({"playbook_id": "P2", "since": "2025-11-02", "intervention_id": "I7"});
    assert_eq!(told["running"], running);
    intervention(&data, "I7", "P2", "2025-10-31");
    assert_eq!(explained(&data)["status"], "automatic", "before it entered the stage");
}

#[test]
fn without_an_outcome_it_is_over_after_so_many_days() {
    let data = data();
    intervention(&data, "I7", "P2", "2025-11-02");
    let days = Arc::new(AtomicI64::new(0));
    let hand = Arc::clone(&days);
    let first: Timestamp = "2025-11-02T00:00:00Z".parse().unwrap();
    let time = move || first + SignedDuration::from_hours(24 * hand.load(Ordering::Relaxed));
    let clock = Clock::new(time, TimeZone::UTC);
    let mut workspace = Workspace::new(data.path(""), Options { clock, ..Options::default() });
    let mut on = |day: i64| {
        days.store(day, Ordering::Relaxed);
        workspace.refresh(Reread::Changed)
    };
    for (day, want) in [(29, Status::Running), (30, Status::Automatic)] {
        let snapshot = on(day);
        assert_eq!((snapshot.status(0), snapshot.standing(0).status), (want, want), "{day}");
    }
    intervention(&data, "I7", "P1", "2025-11-02");
    let snapshot = on(29);
    assert_eq!(snapshot.status(0), Status::Running);
    assert_eq!(snapshot.next_change, Some(first + SignedDuration::from_hours(24 * 30)));
    let over = on(31);
    assert_eq!(over.status(0), Status::Done, "outcome unknown");
    assert!(over.standing(0).run.unwrap().outcome.is_none());
}

#[test]
fn what_runs_without_a_recommendation_is_told() {
    let data = data();
    hand_off(&data);
    data.write("fused_signals.json", r#"[{"customer_id":"C1","fused_risk_score":0.1}]"#);
    let told = explained(&data);
    assert_eq!((&told["status"], &told["running"]["playbook_id"]), (&json!("none"), &json!("P1")));
    data.run(&["explain", "C1"]).prints(&["no recommendation; P1 was handed off by ops"]);
}

#[test]
fn of_two_hand_offs_the_later_one_sees_what_runs() {
    let data = data();
    let open = || Workspace::new(data.path(""), Options::default());
    let (mut first, mut second) = (open(), open());
    first.refresh(Reread::Changed);
    second.refresh(Reread::Changed);
    let hand_off =
        |workspace: &mut Workspace| workspace.hand_off("ops", |_| Ok(())).unwrap().rows.len();
    assert_eq!(hand_off(&mut first), 1);
    // For the second another play is the best one by now.
    p1_costs(&data, 12);
    assert_eq!(hand_off(&mut second), 0, "the customer has one");
    assert_eq!(data.ledger().lines().count(), 1);
}
