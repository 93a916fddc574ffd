//! The committed figures of `report`: what may run or runs, each customer once.

use crate::common;

use common::Data;
use serde_json::{Value, json};

const IDS: [&str; 9] = ["AUTO", "APPR", "OVER", "ROW", "HAND", "DONE", "PEND", "REJE", "LEFT"];

/// Customers of every kind. Two playbooks, one that needs approval; the stage of `LEFT` has none.
fn data() -> Data {
    let data = Data::empty();
    let stage = |id: &str| match id {
        "AUTO" | "HAND" => "onboarding",
        "LEFT" => "renewal",
        _ => "support",
    };
    let rows = |row: &dyn Fn(&str) -> Value| Value::from_iter(IDS.map(row)).to_string();
    data.write(
        "customers.json",
        rows(&|id| json!({"customer_id": id, "segment": "SMB", "account_value": 9000.5})),
    );
    data.write(
        "journey_state_log.json",
        rows(&|id| {
            json!({"customer_id": id, "journey_stage": stage(id), "state_entered_at": "2025-01-01"})
        }),
    );
    data.write(
        "fused_signals.json",
        rows(&|id| json!({"customer_id": id, "fused_risk_score": 0.9})),
    );
    let playbook = |id: &str, stage: &str, cost: f64, value: f64, approval: bool| {
        json!({
            "playbook_id": id, "name": id, "journey_stage": stage, "risk_threshold": 0.5,
            "eligible_segments": ["SMB"], "status": "active", "avg_cost_estimate": cost,
            "expected_value_range": [value, value], "approval_required": approval,
        })
    };
    let playbooks = json!([
        playbook("ASK", "support", 10.1, 1000.2, true),
        playbook("OTHER", "support", 20.2, 100.4, true),
        playbook("FREE", "onboarding", 1.1, 50.3, false),
    ]);
    data.write("journey_playbooks.json", playbooks.to_string());
    let run = |id: &str, customer: &str, cost: f64, value: f64| {
        json!({
            "intervention_id": id, "customer_id": customer, "playbook_id": "ASK",
            "generated_at": "2025-02-01", "expected_cost": cost, "expected_value": value,
        })
    };
    let interventions = json!([
        run("I1", "ROW", 7.7, 70.7),
        run("I2", "DONE", 500.0, 5000.0),
        run("I3", "LEFT", 0.3, 3.3),
    ]);
    data.write("interventions.json", interventions.to_string());
    let outcome = json!([{
        "outcome_id": "O2", "intervention_id": "I2", "customer_id": "DONE", "playbook_id": "ASK",
        "outcome": "resolved",
    }]);
    data.write("outcomes.json", outcome.to_string());
    data.write("nextplay.toml", "[contact]\nrunning_days = 100000\n");
    data
}

fn committed(data: &Data, filter: &[&str]) -> Value {
    let args = [&["report", "--format", "json"][..], filter].concat();
    data.run(&args).ends(0).json()["committed"].clone()
}

#[test]
fn only_what_may_run_or_runs_is_committed_and_each_customer_once() {
    let data = data();
    // AUTO and HAND are automatic; ROW and LEFT run, the latter although nothing is recommended now.
    let before = json!({
        "expected_cost": 10.2, "expected_value": 174.6, "net_benefit": 164.4,
        "roi_percent": 164.4 / 10.2 * 100.0,
    });
    assert_eq!(committed(&data, &[]), before);

    // HAND is handed off at 1.1 and 50.3; what it costs today is no matter.
    data.run(&["reject", "AUTO", "--reason", "budget"]).ends(0);
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0).prints(&["HAND"]);
    let playbooks = std::fs::read_to_string(data.path("journey_playbooks.json")).unwrap();
    data.write("journey_playbooks.json", playbooks.replace("1.1,", "3.1,"));
    let last = data.ledger().lines().next().map(str::to_owned).unwrap();
    let rejection = serde_json::from_str::<Value>(&last).unwrap()["id"].clone();
    data.run(&["undo", rejection.as_str().unwrap()]).ends(0);

    data.run(&["approve", "APPR"]).ends(0);
    data.run(&["override", "OVER", "--playbook", "OTHER", "--reason", "budget"]).ends(0);
    data.run(&["reject", "REJE", "--reason", "budget"]).ends(0);
    let report = data.run(&["report", "--format", "json"]).ends(0).json();
    // AUTO 3.1, HAND 1.1, ROW 7.7, LEFT 0.3, APPR 10.1, OVER 20.2.
    assert_eq!(report["committed"]["expected_cost"], 42.5);
    // 50.3 twice, 70.7, 3.3, 1,000.2, 100.4.
    assert_eq!(report["committed"]["expected_value"], 1275.2);
    assert_eq!(report["committed"]["net_benefit"], 1232.7);
    // All recommendations: ASK six times, FREE twice.
    assert_eq!(report["investment"]["expected_cost"], 66.8);
}

#[test]
fn a_filter_narrows_what_is_committed() {
    let data = data();
    let only = committed(&data, &["--filter", "id:ROW"]);
    assert_eq!((&only["expected_cost"], &only["expected_value"]), (&json!(7.7), &json!(70.7)));
    let none = committed(&data, &["--filter", "id:PEND"]);
    let zero = json!({
        "expected_cost": 0, "expected_value": 0, "net_benefit": 0, "roi_percent": null,
    });
    assert_eq!(none, zero);
}

#[test]
fn the_headline_is_the_committed_one() {
    let data = data();
    for format in ["md", "html"] {
        data.run(&["report", "--format", format]).ends(0).prints(&[
            "Net benefit of committed plays",
            "$164.40",
            "$174.60 value, $10.20 cost",
        ]);
    }
}
