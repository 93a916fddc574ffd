//! Contact limits, seen from outside: who is left alone, for how long, and what people see of it.

use crate::common;

use common::Data;
use serde_json::{Value, json};

/// Once in 30 days, and no playbook twice in 90.
const LIMITS: &str = "[contact]\nmax_plays = 1\nper_days = 30\n";

/// The program at the end of a day.
fn on(data: &Data, day: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = data.command(args);
    let state = data.path("state");
    command.args(["--as-of", &format!("{day}T23:59:59Z")]).env("XDG_STATE_HOME", state);
    let ran = command.env("TZ", "UTC").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.code(), text(ran.stdout), text(ran.stderr))
}

fn explained(data: &Data, day: &str, customer: &str) -> Value {
    let (status, out, error) = on(data, day, &["explain", customer, "--format", "json"]);
    assert_eq!(status, Some(0), "{error}");
    serde_json::from_str(&out).unwrap()
}

fn play(data: &Data, day: &str, customer: &str) -> Value {
    let (_, out, _) = on(data, day, &["match", "--format", "json"]);
    let all: Vec<Value> = serde_json::from_str(&out).unwrap();
    let own = all.into_iter().find(|row| row["customer_id"] == customer);
    own.map_or(Value::Null, |row| row["playbook_id"].clone())
}

fn excluded(told: &Value, playbook: &str) -> Value {
    let all = told["excluded"].as_array().unwrap();
    all.iter().find(|one| one["playbook_id"] == playbook).cloned().unwrap_or_default()
}

fn intervention(id: &str, customer: &str, playbook: &str, day: &str) -> Value {
    json!({"intervention_id": id, "customer_id": customer, "playbook_id": playbook,
        "generated_at": day})
}

/// `C2` had an intervention in its stage that is over, on this day.
fn contacted(policy: &str, day: &str) -> Data {
    let outcome = json!([{"outcome_id": "O1", "intervention_id": "I1", "customer_id": "C2",
        "playbook_id": "P3", "outcome": "resolved", "playbook_success": true, "measured_at": day}]);
    Data::good()
        .with("nextplay.toml", policy)
        .with("interventions.json", json!([intervention("I1", "C2", "P3", day)]).to_string())
        .with("outcomes.json", outcome.to_string())
}

#[test]
fn a_customer_who_was_contacted_is_left_alone_until_the_day_that_is_told() {
    let data = contacted(LIMITS, "2026-11-05");
    let told = explained(&data, "2026-11-20", "C2");
    let p3 = excluded(&told, "P3");
    assert_eq!(p3["flip"], json!([{"field": "date", "from": "2026-11-20", "to": "2026-12-05"}]));
    assert_eq!(p3["failed"].as_array().unwrap().len(), 1);
    assert_eq!(p3["failed"][0]["gate"], "contact");
    assert_eq!(
        (&told["status"], &told["recommendation"], &told["basis"]),
        (&json!("none"), &json!(null), &told["basis"])
    );
    // As of that day it passes, the day before it does not.
    assert_eq!(play(&data, "2026-12-04", "C2"), json!(null));
    assert_eq!(play(&data, "2026-12-05", "C2"), "P3");
    assert_eq!(play(&data, "2026-11-20", "C1"), "P1", "nobody else is touched");
    let words = "contacted once in the last 30 days; possible again on 2026-12-05";
    let (_, text, _) = on(&data, "2026-11-20", &["explain", "C2"]);
    assert!(
        text.replace("\n", " ").split_whitespace().collect::<Vec<_>>().join(" ").contains(words),
        "{text}"
    );
    let (_, _, note) = on(&data, "2026-11-20", &["match", "--customer", "C2"]);
    assert!(note.contains(words), "{note}");
    // Neither work for a person nor a gap of the strategy.
    let (_, queue, _) =
        on(&data, "2026-11-20", &["queue", "--include-uncovered", "--format", "csv"]);
    assert!(!queue.contains("\"C2\"") && queue.contains("\"C4\""), "{queue}");
    let (_, check, _) = on(&data, "2026-11-20", &["check"]);
    assert!(!check.contains("in SMB in the Engagement"), "{check}");
    let (_, plan, _) = on(&data, "2026-11-20", &["plan", "--budget", "1000", "--format", "json"]);
    assert!(!plan.contains("\"C2\""), "{plan}");
}

#[test]
fn without_the_keys_and_where_they_do_not_bear_nothing_is_another_one() {
    let data = contacted("", "2026-11-05");
    let none = on(&data, "2026-11-20", &["match", "--format", "json"]);
    let basis = explained(&data, "2026-11-20", "C1")["basis"].clone();
    data.write("nextplay.toml", "[contact]\nper_days = 30\n");
    assert_eq!(on(&data, "2026-11-20", &["match", "--format", "json"]), none, "no limit");
    data.write("nextplay.toml", LIMITS);
    assert_eq!(on(&data, "2027-11-20", &["match", "--format", "json"]).1, none.1, "long ago");
    assert_eq!(explained(&data, "2026-11-20", "C1")["basis"], basis, "it did not bear on it");
    data.write("nextplay.toml", "[contact]\nmax_plays = 1\n");
    let (status, _, error) = on(&data, "2026-11-20", &["match"]);
    assert_eq!(status, Some(2));
    assert!(error.contains("nextplay.toml:2:1: contact.max_plays is set without"), "{error}");
}

#[test]
fn a_hand_off_counts_once_runs_on_and_repeats_byte_for_byte() {
    let data = Data::good().with("nextplay.toml", LIMITS);
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    let ledger: Value = serde_json::from_str(data.ledger().lines().next().unwrap()).unwrap();
    let (id, day) = (ledger["id"].as_str().unwrap(), &ledger["at"].as_str().unwrap()[..10]);
    let told = explained(&data, day, "C2");
    assert_eq!((&told["status"], &told["recommendation"]), (&json!("running"), &json!(null)));
    assert_eq!(told["running"]["playbook_id"], "P3");
    let listed = |day: &str| on(&data, day, &["match", "--format", "json"]);
    assert!(!listed(day).1.contains("\"C2\"") && listed(day).1.contains("\"C1\""));
    assert_eq!(listed(day), listed(day));
    // The row of the data tells of the same run: still one, of two that are allowed.
    let row = json!([intervention(id, "C2", "P3", day)]);
    data.write("interventions.json", row.to_string());
    let two = LIMITS.replace("max_plays = 1", "max_plays = 2");
    data.write("nextplay.toml", &two);
    assert_eq!(play(&data, day, "C2"), "P3");
    let row = json!([intervention(id, "C2", "P3", day), intervention("I9", "C2", "P9", day)]);
    data.write("interventions.json", row.to_string());
    assert_eq!(play(&data, day, "C2"), json!(null), "and another one");
    // Undone, it counts nowhere.
    data.write("nextplay.toml", LIMITS);
    data.write("interventions.json", json!([intervention(id, "C2", "P3", day)]).to_string());
    assert_eq!(play(&data, day, "C2"), json!(null));
    data.run(&["undo", "1", "--by", "ops"]).ends(0);
    assert_eq!(play(&data, day, "C2"), "P3");
    assert_eq!(explained(&data, day, "C2")["status"], "automatic");
}

#[test]
fn the_next_playbook_follows_a_failure_and_the_basis_says_why() {
    let outcome = |success: bool| {
        json!([{"outcome_id": "O1", "intervention_id": "I1", "customer_id": "C1",
            "playbook_id": "P1", "outcome": "x", "playbook_success": success,
            "human_override": true, "measured_at": "2026-11-06"}])
    };
    let next = "[contact]\nafter_failure = \"next\"\n";
    let data = Data::good()
        .with("nextplay.toml", next)
        .with(
            "interventions.json",
            json!([intervention("I1", "C1", "P1", "2026-11-05")]).to_string(),
        )
        .with("outcomes.json", outcome(false).to_string());
    let told = explained(&data, "2026-11-20", "C1");
    assert_eq!(told["recommendation"]["playbook_id"], "P2");
    let p1 = excluded(&told, "P1");
    assert_eq!((&p1["failed"][0]["gate"], &p1["flip"]), (&json!("contact"), &json!(null)));
    let (_, text, _) = on(&data, "2026-11-20", &["explain", "C1"]);
    assert!(text.contains("failed the last time in this stage"), "{text}");
    data.run(&["approve", "C1"]).ends(0);
    let entry: Value = serde_json::from_str(data.ledger().lines().next().unwrap()).unwrap();
    assert_eq!(entry["basis"]["policy"]["after_failure"], "next");
    assert_eq!(entry["basis"]["policy"].as_object().unwrap().len(), 4, "and no other limit");
    let log = data.run(&["log", "--entry", "1"]).ends(0);
    log.prints(&["the next playbook after a failure"]);
    data.write("outcomes.json", outcome(true).to_string());
    assert_eq!(play(&data, "2026-11-20", "C1"), "P1");
}

#[test]
fn a_limit_can_be_tried_out_before_it_is_set() {
    let data = contacted("", "2026-11-05");
    let set = ["--set", "contact.per_days=30", "--set", "contact.max_plays=1", "--format", "json"];
    let changes = |day: &str| on(&data, day, &[&["diff"], &set[..]].concat());
    let (status, out, error) = changes("2026-11-20");
    assert_eq!(status, Some(1), "{error}");
    let told: Value = serde_json::from_str(&out).unwrap();
    assert!(out.contains("\"C2\"") && out.contains("\"loses\""), "{told}");
    assert_eq!(changes("2026-12-05").0, Some(0));
    let policy = data.path("other.toml");
    std::fs::write(&policy, LIMITS).unwrap();
    let (status, other, _) =
        on(&data, "2026-11-20", &["diff", policy.to_str().unwrap(), "--format", "json"]);
    assert_eq!((status, other), (Some(1), out));
    let (_, _, note) = on(&data, "2026-11-20", &["diff", "--set", "contact.max_plays=1"]);
    assert!(
        note.contains("set both contact.max_plays and contact.per_days: one alone limits nothing"),
        "{note}"
    );
}

#[test]
fn whoever_chooses_a_playbook_all_the_same_has_the_gate_on_record() {
    // In an earlier stay in the stage. Whenever this runs, that is later than 90 days ago.
    let state = json!([{"customer_id": "C1", "journey_stage": "support",
        "state_entered_at": "2999-02-01"}]);
    let play = json!([intervention("I1", "C1", "P1", "2999-01-01")]);
    let data = Data::good()
        .with("nextplay.toml", "[contact]\nsame_playbook_days = 90\n")
        .with("journey_state_log.json", state.to_string())
        .with("interventions.json", play.to_string());
    let explained = || data.run(&["explain", "C1", "--format", "json"]).ends(0).json();
    let told = explained();
    assert_eq!(told["recommendation"]["playbook_id"], "P2");
    assert_eq!(excluded(&told, "P1")["flip"][0]["to"], "2999-04-01");
    data.run(&["override", "C1", "--playbook", "P1", "--reason", "other"]).ends(0);
    let entry: Value = serde_json::from_str(data.ledger().lines().next().unwrap()).unwrap();
    let basis = &entry["basis"];
    assert_eq!(basis["chosen"]["failed"][0]["gate"], "contact");
    assert_eq!(basis["policy"]["same_playbook_days"], 90);
    assert_eq!(explained()["status"], "overridden");
    let exported = data.run(&["export"]).ends(0).json();
    assert!(exported.as_array().unwrap().iter().any(|row| row["playbook_id"] == "P1"));
}

#[test]
fn where_a_limit_stops_everything_there_is_nothing_to_decide() {
    let outcome = json!([{"outcome_id": "O1", "intervention_id": "I1", "customer_id": "C1",
        "playbook_id": "P9", "outcome": "resolved", "measured_at": "2999-01-02"}]);
    let play = json!([intervention("I1", "C1", "P9", "2999-01-01")]);
    let data = Data::good()
        .with("nextplay.toml", LIMITS)
        .with("interventions.json", play.to_string())
        .with("outcomes.json", outcome.to_string());
    let told = data.run(&["explain", "C1", "--format", "json"]).ends(0).json();
    assert_eq!((&told["status"], &told["candidates"]), (&json!("none"), &json!([])));
    data.run(&["override", "C1", "--playbook", "P2", "--reason", "other"]).ends(1);
}
