//! `nextplay explain`, seen from outside.

use crate::common;

use common::{Data, PLAYBOOKS};
use serde_json::json;

#[test]
fn json_tells_every_playbook_with_its_sources() {
    let data = Data::good();
    let mut told = data.run(&["explain", "C1", "--format", "json"]).ends(0).json();
    let card = told.as_object_mut().unwrap().remove("card").unwrap();
    assert_eq!(card["do"]["play"]["playbook_id"], "P1");
    assert_eq!(card["caution"][0]["kind"], "evidence");
    assert_eq!(card["or"][0]["net_value"], 96);
    let recommendation = data.run(&["match", "--customer", "C1", "--format", "json"]).json();
    let basis = data.run(&["queue", "--format", "json"]).json()[0]["basis"].clone();
    assert_eq!(basis.as_str().map(str::len), Some(64));
    assert_eq!(
        told,
        json!({
            "customer_id": "C1", "segment": "Mid-Market", "journey_stage": "support",
            "account_value": 38000,
            "risk": {"score": 0.98, "source": "fused_signals"},
            "confidence": {"value": 1, "threshold": 0.5, "passes": true},
            "recommendation": recommendation[0],
            "stability": "assumed",
            "p_best": null,
            "candidates": [
                {"rank": 1, "playbook_id": "P1", "playbook_name": "Escalation",
                 "value": {"amount": 3500, "source": "expected_range"},
                 "cost": {"amount": 75, "source": "estimate"},
                 "roi": {"ratio": 46.666666666666664, "source": "computed"},
                 "net_value": 3425, "requires_human_approval": true,
                 "evidence": {"runs": 0, "success_rate": null, "grade": "assumed",
                              "low": null, "high": null}},
                {"rank": 2, "playbook_id": "P2", "playbook_name": "Nudge",
                 "value": {"amount": 100, "source": "expected_range"},
                 "cost": {"amount": 4, "source": "estimate"},
                 "roi": {"ratio": 25, "source": "computed"},
                 "net_value": 96, "requires_human_approval": false,
                 "evidence": {"runs": 0, "success_rate": null, "grade": "assumed",
                              "low": null, "high": null},
                 "wins_if": [
                    {"field": "avg_value", "from": 100, "to": 186.66666666666669},
                    {"field": "avg_cost", "from": 4, "to": 2.142857142857143},
                 ]},
            ],
            "excluded": [
                {"playbook_id": "P3", "playbook_name": "Usage Call", "failed": [
                    {"gate": "stage", "found": "support", "needs": "engagement"},
                    {"gate": "segment", "found": "Mid-Market", "needs": ["SMB"]},
                 ], "flip": [
                    {"field": "segment", "from": "Mid-Market", "to": ["SMB"]},
                    {"field": "stage", "from": "support", "to": "engagement"},
                 ]},
            ],
            "status": "pending", "basis": basis, "proposals": [], "near_misses": [],
        })
    );
}

#[test]
fn without_a_recommendation_there_is_no_basis() {
    let told = Data::good().run(&["explain", "C3", "--format", "json"]).ends(0).json();
    assert_eq!(told["confidence"], json!({"value": 0.3, "threshold": 0.5, "passes": false}));
    for field in ["recommendation", "basis"] {
        assert!(told[field].is_null(), "{field}");
    }
    assert_eq!(told["status"], "none");
    assert_eq!(told["excluded"].as_array().unwrap().len(), 3);
}

#[test]
fn a_playbook_whose_row_was_set_aside_is_excluded_by_its_row() {
    let playbooks =
        PLAYBOOKS.replace(r#""approval_required":true"#, r#""approval_required":"yes""#);
    let data = Data::good().with("journey_playbooks.json", playbooks);
    let ran = data.run(&["explain", "C1", "--format", "json"]).ends(0);
    let told = ran.json();
    assert_eq!(told["recommendation"]["playbook_id"], "P2");
    let row = &told["excluded"][1];
    assert!(row["flip"].is_null());
    assert_eq!((&row["playbook_id"], &row["failed"][0]["gate"]), (&json!("P1"), &json!("row")));
    ran.says(&["error: journey_playbooks.json:2:", "approval_required"]);
}

#[test]
fn text_says_where_each_number_comes_from() {
    let data = Data::good();
    data.run(&["explain", "C1"]).ends(0).prints(&[
        "C1  Acme",
        "Mid-Market",
        "$38,000 a year",
        "0.98 from fused signals (2)",
        "1.00 (risk 0.98 + margin 0.20, capped at 1); above the 0.50 minimum",
        "pending: needs approval (required by the playbook)",
        "Escalation (P1): Assign engineer",
        "$3,500  midpoint of $1,000–$6,000, no runs",
        "$75  the playbook's estimate",
        "46.7×  3,500 ÷ 75",
        "$3,425  value − cost",
        "Stability    assumed: no runs for Mid-Market yet",
        "would rank first at a value of $186.67 or more, or a cost of $2.14 or less",
        "Usage Call (P3)  SMB only; Engagement stage only",
        "\nbasis ",
    ]);
    data.run(&["explain", "C2"]).ends(0).prints(&[
        "$890  measured for SMB, 42 runs",
        "30.7×  measured for SMB, 42 runs",
        "measured for SMB, 42 runs, 64% (49–77%) gross success rate",
        "automatic",
    ]);
    data.run(&["explain", "C3"]).ends(0).prints(&[
        "0.30 (risk 0.10 + margin 0.20); below the 0.50 minimum",
        "none: confidence 0.30 is below the 0.50 minimum",
        "risk 0.10 is below the 0.50 minimum (+0.40)",
    ]);
    data.run(&["explain", "C4"]).ends(0).prints(&["none: no playbook is for the expansion stage"]);
}

#[test]
fn text_fits_eighty_columns() {
    let long = "a_rather_long_action_that_somebody_once_thought_of";
    let name = "Escalation With A Name That Takes More Room Than It Ever Should Have Taken Here";
    let playbooks = PLAYBOOKS.replace("assign_engineer", long).replace("Escalation", name);
    let data = Data::good().with("journey_playbooks.json", playbooks);
    data.run(&["approve", "C1", "--note", &"many words ".repeat(30)]).ends(0);
    let ran = data.run(&["explain", "C1"]).ends(0);
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn text_says_who_decided() {
    let data = Data::good();
    data.run(&["reject", "C1", "--by", "sam", "--reason", "budget", "--note", "next year"]).ends(0);
    data.run(&["explain", "C1"]).ends(0).prints(&["rejected by sam at ", "budget", "next year"]);
}

#[test]
fn an_unknown_customer_is_told_with_the_nearest() {
    Data::good().run(&["explain", "C11"]).fails(2, &["no customer \"C11\"", "C1"]);
}

#[test]
fn a_playbook_whose_id_cannot_be_read_is_told_all_the_same() {
    let playbooks = PLAYBOOKS.replacen("\"P2\"", "1.5", 1);
    let data = Data::good().with("journey_playbooks.json", playbooks);
    let told = data.run(&["explain", "C1", "--format", "json"]).ends(0).json();
    let excluded = told["excluded"].as_array().unwrap();
    let odd = excluded.iter().find(|excluded| excluded["playbook_id"].is_null()).unwrap();
    assert_eq!(odd["playbook_name"], "Nudge");
    assert_eq!(odd["failed"][0]["gate"], "row");
    assert_eq!(odd["failed"][0]["found"], "playbook_id is the number 1.5");
    data.run(&["explain", "C1"]).ends(0).prints(&["Nudge"]);
}
