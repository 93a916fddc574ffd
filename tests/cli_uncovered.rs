//! Customers at high risk without a recommendation, seen from outside.

use crate::common;

use common::Data;
use serde_json::{Value, json};

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
    data.run(&["explain", "C4"])
        .ends(0)
        .prints(&["uncovered: high risk and no recommendation"])
        .prints(&["none: no playbook is for the expansion stage"]);
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

const OVERRIDE: &[&str] =
    &["override", "C4", "--playbook", "P2", "--reason", "budget", "--by", "dana"];

fn entries(data: &Data) -> Vec<Value> {
    data.ledger().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_playbook_is_assigned_by_hand_and_exported_as_overridden() {
    let data = Data::good();
    data.run(OVERRIDE).ends(0).prints(&["Assigned Nudge to C4 as dana, saved as #1"]);
    assert_eq!(status(&data, "C4"), "overridden");
    let entry = &entries(&data)[0];
    assert_eq!((&entry["kind"], &entry["playbook_id"]), (&json!("override"), &json!("P2")));
    let basis = &entry["basis"];
    assert_eq!(basis["recommendation"], Value::Null);
    let customer = json!({"customer_id": "C4", "segment": "SMB", "journey_stage": "expansion",
        "risk_score": 0.7, "account_value": 9000});
    assert_eq!(basis["customer"], customer);
    assert_eq!(basis["chosen"]["failed"][0]["gate"], "stage");
    let exported = data.run(&["export", "--format", "json"]).ends(0).json();
    let row = exported.as_array().unwrap().iter().find(|row| row["customer_id"] == "C4").unwrap();
    assert_eq!((&row["playbook_id"], &row["status"]), (&json!("P2"), &json!("overridden")));
    assert_eq!((&row["confidence"], &row["decision"]), (&json!(0.9), &entry["id"]));
    let plan = data.run(&["plan", "--budget", "1000", "--format", "json"]).ends(0).json();
    let planned = plan["plays"].as_array().unwrap().iter().find(|play| play["customer_id"] == "C4");
    let planned = planned.unwrap();
    assert_eq!((&planned["playbook_id"], &planned["confidence"]), (&json!("P2"), &json!(0.9)));
    data.run(&["verify"]).ends(0);
    data.run(&["log"]).ends(0).prints(&["C4", "override"]);
    data.run(&["log", "--entry", "1"]).ends(0).prints(&["recommended", "none"]);
    data.run(&["explain", "C4"]).ends(0).prints(&["assigned by hand"]);
    data.run(OVERRIDE).fails(1, &["already overridden by dana"]);
    data.run(&["undo", "1"]).ends(0);
    assert_eq!(status(&data, "C4"), "uncovered");
    assert_eq!(entries(&data)[1]["basis"], *basis, "an undo is about what was decided");
}

#[test]
fn no_other_decision_is_made_about_an_uncovered_customer() {
    let data = Data::good();
    let hint = "`override` assigns a playbook by hand";
    data.run(&["approve", "C4"]).fails(1, &["no recommendation for C4", hint]);
    data.run(&["reject", "C4", "--reason", "budget"]).fails(1, &["no recommendation for C4", hint]);
    let defer = ["defer", "C4", "--until", "2999-01-01", "--reason", "budget"];
    data.run(&defer).fails(1, &["no recommendation for C4", hint]);
    data.run(&["override", "C4", "--playbook", "P2"]).fails(1, &["needs --reason"]);
    data.run(&["override", "C4", "--playbook", "P9", "--reason", "budget"])
        .fails(2, &["no playbook \"P9\""]);
    // At low risk nothing has to be found.
    data.run(&["override", "C3", "--playbook", "P2", "--reason", "budget"])
        .fails(1, &["no recommendation for C3", "`nextplay explain C3` shows why"]);
    assert!(!data.path("decisions.jsonl").exists());
}

#[test]
fn what_was_assigned_is_stale_by_the_customer_and_once_something_is_recommended() {
    let data = Data::good();
    data.run(OVERRIDE).ends(0);
    let changed = || {
        let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
        let item = queue.as_array().unwrap().iter().find(|item| item["customer_id"] == "C4");
        let changed = item.map(|item| item["stale"]["changed"].clone());
        let fields = changed.iter().flat_map(|changed| changed.as_array().unwrap());
        fields.map(|change| change["field"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let replace = |file: &str, was: &str, now: &str| {
        let text = std::fs::read_to_string(data.path(file)).unwrap();
        assert!(text.contains(was), "{file}: {was}");
        data.write(file, text.replace(was, now));
    };
    // Within the tolerance it holds, below what high risk is as well.
    data.write("nextplay.toml", "[targets]\nhigh_risk_at = 0.7\n");
    replace("fused_signals.json", "0.7}", "0.66}");
    assert_eq!(status(&data, "C4"), "overridden");
    replace("fused_signals.json", "0.66}", "0.6}");
    assert_eq!((status(&data, "C4").as_str(), changed()), ("stale", vec!["risk_score".to_owned()]));
    replace("fused_signals.json", "0.6}\n]", "0.7}\n]");
    replace("customers.json", "9000", "19000");
    assert_eq!(changed(), ["account_value"]);
    replace("customers.json", "19000", "9000");
    assert_eq!(status(&data, "C4"), "overridden");
    // P3 is for its segment and runs by itself: what was chosen by hand stops it.
    replace("journey_state_log.json", "expansion", "engagement");
    let now = changed();
    assert!(now.contains(&"playbook_id".to_owned()), "{now:?}");
    assert_eq!(status(&data, "C4"), "stale");
}

#[test]
fn limits_and_two_approvers_hold_for_what_is_assigned_by_hand() {
    let policy = "[approval]\ntwo_approvers_at_account_value = 9000\n\
        [[approver]]\nname = \"dana\"\ncost_up_to = 10\n[[approver]]\nname = \"sam\"\n";
    let data = Data::good().with("nextplay.toml", policy);
    let by = |name: &str, playbook: &str| {
        data.run(&["override", "C4", "--playbook", playbook, "--reason", "budget", "--by", name])
    };
    by("lee", "P2").fails(1, &["lee is not an approver"]);
    by("dana", "P1").fails(1, &["above the limit of $10 for dana"]);
    by("dana", "P2").ends(0);
    assert_eq!(status(&data, "C4"), "pending");
    let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
    let item = queue.as_array().unwrap().iter().find(|item| item["customer_id"] == "C4").unwrap();
    assert_eq!(item["playbook_id"], Value::Null);
    assert_eq!(
        (&item["chosen"]["playbook_id"], &item["chosen"]["needed"]),
        (&json!("P2"), &json!(2))
    );
    let report = data.run(&["report", "--format", "json"]).ends(0).json();
    assert_eq!(report["awaiting_decision"], 2);
    by("dana", "P2").fails(1, &["already overridden by dana"]);
    by("sam", "P2").ends(0);
    assert_eq!(status(&data, "C4"), "overridden");
}

#[test]
fn what_somebody_assigned_who_is_no_longer_an_approver_runs_nothing_and_is_said() {
    let data = Data::good();
    data.run(OVERRIDE).ends(0);
    data.write("nextplay.toml", "[[approver]]\nname = \"sam\"\n");
    assert_eq!(status(&data, "C4"), "uncovered");
    let said = "dana chose P2 on";
    data.run(&["explain", "C4"]).ends(0).prints(&[said, "no longer authorized"]);
    data.run(&["queue", "--include-uncovered"])
        .ends(0)
        .prints(&[said, "no longer authorized; no playbook is for the expansion stage"]);
    let exported = data.run(&["export", "--format", "json"]).ends(0).json();
    assert!(exported.as_array().unwrap().iter().all(|row| row["customer_id"] != "C4"));
}

#[test]
fn what_was_assigned_is_handed_off_runs_and_is_done() {
    let data = Data::good();
    data.run(OVERRIDE).ends(0);
    let rows =
        data.run(&["export", "--hand-off", "--by", "ops", "--format", "json"]).ends(0).json();
    let row = rows.as_array().unwrap().iter().find(|row| row["customer_id"] == "C4").unwrap();
    assert_eq!(status(&data, "C4"), "running");
    data.run(&["override", "C4", "--playbook", "P1", "--reason", "budget"])
        .fails(1, &["P2 was handed off by ops"]);
    let outcome = json!([{"outcome_id": "O1", "intervention_id": row["intervention_id"],
        "customer_id": "C4", "playbook_id": "P2", "outcome": "no_change"}]);
    data.write("outcomes.json", outcome.to_string());
    assert_eq!(status(&data, "C4"), "done");
}

#[test]
fn the_queue_lists_the_uncovered_where_it_is_asked_to() {
    let data = Data::good();
    let queue = |args: &[&str]| {
        let args = [&["queue", "--format", "json"], args].concat();
        data.run(&args).ends(0).json().as_array().unwrap().clone()
    };
    let ids = |items: &[Value]| -> Vec<String> {
        items.iter().map(|item| item["customer_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&queue(&[])), ["C1"]);
    let items = queue(&["--include-uncovered"]);
    assert_eq!(ids(&items), ["C1", "C4"]);
    let item = &items[1];
    let keys = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(item), keys(&items[0]), "every field is there");
    for none in [
        "playbook_id",
        "playbook_name",
        "recommended_action",
        "expected_cost",
        "expected_value",
        "requires_human_approval",
    ] {
        assert_eq!(item[none], Value::Null, "{none}");
    }
    assert_eq!((&item["status"], &item["confidence"]), (&json!("uncovered"), &json!(0.9)));
    assert_eq!((&item["revenue_at_risk"], &item["approvals"]), (&json!(6300), &json!([])));
    let basis = item["basis"].as_str().unwrap();
    data.run(&["queue", "--include-uncovered"]).ends(0).prints(&[
        "C4",
        "uncovered",
        "no playbook is for the expansion stage",
    ]);
    // The basis that was listed holds a decision to it.
    let with_basis = [OVERRIDE, &["--basis", basis]].concat();
    data.write("fused_signals.json", r#"[{"customer_id":"C4","fused_risk_score":0.8}]"#);
    data.run(&with_basis).fails(1, &["changed"]);
    data.write("fused_signals.json", r#"[{"customer_id":"C4","fused_risk_score":0.7}]"#);
    data.run(&with_basis).ends(0);
    assert_eq!(queue(&["--include-uncovered"]), [] as [Value; 0]);
}

#[test]
fn a_queue_of_mine_is_that_of_my_accounts() {
    let customers = r#"[
        {"customer_id":"C1","segment":"Mid-Market","account_value":38000,"owner":"Dana",
         "renewal_date":"2999-01-01"},
        {"customer_id":"C4","segment":"SMB","account_value":9000,"owner":"sam"}]"#;
    let data = Data::good().with("customers.json", customers).with(
        "signals.json",
        r#"[{"signal_id":"S1","customer_id":"C1","detected_at":"2025-02-03T10:00:00Z"}]"#,
    );
    let of = |name: &str, args: &[&str]| {
        let args = [&["queue", "--format", "json", "--by", name], args].concat();
        let items = data.run(&args).ends(0).json();
        let id = |item: &Value| item["customer_id"].as_str().unwrap().to_owned();
        items.as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(of("dana", &["--mine"]), ["C1"]);
    assert_eq!(of("sam", &["--mine"]), [""; 0]);
    assert_eq!(of("sam", &["--mine", "--include-uncovered"]), ["C4"]);
    assert_eq!(of("sam", &["--can-approve"]), ["C1"]);
    assert_eq!(of("dana", &["--filter", "owner:me"]), ["C1"]);
    data.run(&["queue", "--mine", "--by", "lee"])
        .fails(0, &["nothing is waiting in your accounts", "`nextplay queue --can-approve`"]);
    let item = &data.run(&["queue", "--format", "json"]).ends(0).json()[0];
    assert_eq!((&item["owner"], &item["renewal_date"]), (&json!("Dana"), &json!("2999-01-01")));
    assert_eq!(item["since"], "2025-02-03");
    let urgency = item["urgency"].as_f64().unwrap();
    assert!(urgency > 0.0 && urgency < 37240.0 / 52.0, "{urgency}: a renewal far away");
    let csv = data.run(&["queue", "--format", "csv"]).ends(0).out;
    assert!(csv.contains(",\"Dana\",") || csv.contains(",Dana,"), "{csv}");
}
