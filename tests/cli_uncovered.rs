//! Customers at high risk without a recommendation, seen from outside.

use crate::common;

use common::Data;
use serde_json::Value;

fn status(data: &Data, id: &str) -> String {
    let told = data.run(&["explain", id, "--format", "json"]).ends(0).json();
    told["status"].as_str().unwrap().to_owned()
}

#[test]
fn high_risk_without_a_recommendation_is_uncovered_and_awaits_no_decision() {
    // Nothing is made for the stage of C4; C3 is at low risk.
    let data = Data::good();
    assert_eq!(status(&data, "C4"), "uncovered");
    assert_eq!(status(&data, "C3"), "none");
    data.run(&["explain", "C4"]).ends(0).prints(&["uncovered: high risk and no recommendation"]);
    let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
    assert!(queue.as_array().unwrap().iter().all(|item| item["customer_id"] != "C4"), "{queue}");
    let report = data.run(&["report", "--format", "json"]).ends(0).json();
    assert_eq!(report["awaiting_decision"], Value::from(1));
    data.run(&["report", "--format", "json", "--filter", "status:uncovered"]).ends(0);
    let exported = data.run(&["export", "--format", "json"]).ends(0).json();
    assert!(exported.as_array().unwrap().iter().all(|row| row["customer_id"] != "C4"));
    // The policy says what high risk is.
    data.write("nextplay.toml", "[targets]\nhigh_risk_at = 0.71\n");
    assert_eq!(status(&data, "C4"), "none");
    data.write("nextplay.toml", "[targets]\nhigh_risk_at = 0.7\n");
    assert_eq!(status(&data, "C4"), "uncovered");
}

#[test]
fn while_a_play_runs_no_one_has_to_find_another() {
    let data = Data::good().with(
        "interventions.json",
        r#"[{"intervention_id":"I1","customer_id":"C4","playbook_id":"P9","journey_stage":"expansion"}]"#,
    );
    assert_eq!(status(&data, "C4"), "none");
    data.write(
        "outcomes.json",
        r#"[{"outcome_id":"O1","intervention_id":"I1","customer_id":"C4","playbook_id":"P9","outcome":"no_change"}]"#,
    );
    assert_eq!(status(&data, "C4"), "uncovered");
}
