//! What `nextplay check` says of the strategy, seen from outside.

use crate::common;

use common::{Data, Ran, program};
use serde_json::{Value, json};

/// One playbook for each thing that can be said of one, and a sound one.
const PLAYBOOKS: &str = r#"[
{"playbook_id":"SOUND","journey_stage":"support","eligible_segments":["SMB"],"risk_threshold":0.5,"avg_cost_estimate":10,"expected_value_range":[400,400],"status":"active"},
{"playbook_id":"BEATEN","journey_stage":"support","eligible_segments":["SMB"],"risk_threshold":0.6,"avg_cost_estimate":10,"expected_value_range":[100,100],"status":"active"},
{"playbook_id":"NOBODY","journey_stage":"support","eligible_segments":[],"risk_threshold":0.6,"status":"active"},
{"playbook_id":"ELSEWHERE","journey_stage":"retention","eligible_segments":["SMB"],"risk_threshold":0.6,"avg_cost_estimate":1,"expected_value_range":[9,9],"status":"active"},
{"playbook_id":"ZERO","journey_stage":"engagement","eligible_segments":["SMB"],"risk_threshold":0,"avg_cost_estimate":1,"expected_value_range":[30,30],"status":"active"}
]"#;

const CUSTOMERS: &str = r#"[
{"customer_id":"C1","segment":"SMB","account_value":1000},
{"customer_id":"C2","segment":"Enterprise","account_value":70000.5},
{"customer_id":"C3","segment":"SMB","account_value":90000},
{"customer_id":"C4","segment":"SMB","account_value":500}
]"#;

const STATES: &str = r#"[
{"customer_id":"C1","journey_stage":"support"},
{"customer_id":"C2","journey_stage":"support"},
{"customer_id":"C3","journey_stage":"engagement"},
{"customer_id":"C4","journey_stage":"engagement"}
]"#;

const FUSED: &str = r#"[
{"customer_id":"C1","fused_risk_score":0.7},
{"customer_id":"C2","fused_risk_score":0.8},
{"customer_id":"C3","fused_risk_score":0.6},
{"customer_id":"C4","fused_risk_score":0.3}
]"#;

const PERFORMANCE: &str = r#"[
{"playbook_id":"SOUND","segment":"SMB","runs":42,"success_rate":0.45,"avg_cost":10,"avg_value":400,"roi_ratio":40},
{"playbook_id":"SOUND","segment":"Public","runs":42,"success_rate":0.8,"avg_cost":10,"avg_value":400,"roi_ratio":40}
]"#;

fn data() -> Data {
    Data::empty()
        .with("customers.json", CUSTOMERS)
        .with("journey_playbooks.json", PLAYBOOKS)
        .with("journey_state_log.json", STATES)
        .with("fused_signals.json", FUSED)
        .with("playbook_performance_log.json", PERFORMANCE)
}

/// Code, playbook and line of each finding.
fn told(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let told = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("code"), text("playbook_id"), finding["line"])
    };
    json.as_array().unwrap().iter().map(told).collect()
}

#[test]
fn every_kind_is_told_in_order_with_its_place() {
    let ran = data().run(&["check", "--format", "json"]).ends(0);
    assert_eq!(
        told(&ran),
        [
            "coverage_gap - null",
            "weak_only ZERO 6",
            "dominated BEATEN 3",
            "never_matches NOBODY 4",
            "never_matches ELSEWHERE 5",
            "threshold_zero ZERO 6",
            "thin_evidence ZERO 6",
            "unused_performance SOUND 3",
            "under_review SOUND 2",
        ]
    );
}

#[test]
fn a_finding_has_exactly_the_fields_of_the_others() {
    let ran = data().run(&["check", "--format", "json"]).ends(0);
    let findings = ran.json();
    assert_eq!(
        findings[0],
        json!({
            "code": "coverage_gap", "severity": "warning",
            "message": "1 customer in Enterprise in the support stage with a risk of 0.50 or more has no \
                        eligible playbook: $70,001 account value, $56,000 revenue at risk; no playbook \
                        covers them: add one or open one to the segment",
            "file": null, "line": null, "column": null, "field": null, "playbook_id": null,
            "customers": 1, "account_value": 70000.5,
        })
    );
    assert_eq!(
        findings[5],
        json!({
            "code": "threshold_zero", "severity": "warning", "message": findings[5]["message"],
            "file": "journey_playbooks.json", "line": 6, "column": 1, "field": "risk_threshold",
            "playbook_id": "ZERO", "customers": 1, "account_value": 500,
        })
    );
    assert_eq!(
        findings[7],
        json!({
            "code": "unused_performance", "severity": "note", "message": findings[7]["message"],
            "file": "playbook_performance_log.json", "line": 3, "column": 1, "field": "segment",
            "playbook_id": "SOUND", "customers": null, "account_value": null,
        })
    );
    let keys = "code severity message file line column field playbook_id customers account_value";
    for finding in findings.as_array().unwrap() {
        let mut found: Vec<&str> =
            finding.as_object().unwrap().keys().map(String::as_str).collect();
        let mut want: Vec<&str> = keys.split(' ').collect();
        found.sort_unstable();
        want.sort_unstable();
        assert_eq!(found, want);
    }
}

#[test]
fn sentences_say_what_was_found_and_what_to_do() {
    data().run(&["check"]).ends(0).prints(&[
        "warning: journey_playbooks.json:6:1: ZERO has a net value of $29 at most, less than 1% of the \
         account, and is the only recommendation for 1 customer in SMB with $50,000 or more and a risk \
         of 0.50 or more (largest: C3, $90,000): add a stronger playbook",
        "BEATEN can never rank first: wherever it is eligible, another playbook of its stage ranks \
         ahead: SOUND for SMB (ROI 40.0× vs. 10.0×); retire it",
        "NOBODY is active and eligible for no customer: it is open to no segment",
        "ELSEWHERE is active and eligible for no customer: no customer is in the retention stage",
        "the risk threshold of ZERO is 0, which counts as 0.50",
        "note: journey_playbooks.json:6:1: ZERO is recommended to 1 customer in SMB, but its numbers are \
         assumed",
        "the numbers of SOUND for Public are not used: the playbook is not open to that segment",
        "SOUND for SMB is under review: success rate 45% is below 50%; recommended to 1 customer",
        "6 warnings and 3 notes\n",
    ]);
}

#[test]
fn warnings_fail_where_it_is_asked_for_notes_never_do() {
    data().run(&["check", "--strict"]).ends(1);
    let fused = r#"[{"customer_id":"C1","fused_risk_score":0.98},
        {"customer_id":"C2","fused_risk_score":0.6},{"customer_id":"C4","fused_risk_score":0.2}]"#;
    let notes = Data::good().with("fused_signals.json", fused);
    let ran = notes.run(&["check", "--strict", "--format", "json"]).ends(0);
    assert_eq!(told(&ran), ["thin_evidence P1 2"]);
}

#[test]
fn the_policy_says_what_is_high_risk_large_and_below_par() {
    let policy = "[targets]\nhigh_risk_at = 0.75\nreview_below_success_rate = 0.4\nreview_below_roi = 50\n\
                  [approval]\nrequired_at_account_value = 100_000\n";
    let ran = data().with("nextplay.toml", policy).run(&["check", "--format", "json"]).ends(0);
    let told = told(&ran);
    assert!(!told.iter().any(|line| line.starts_with("weak_only")), "{told:?}");
    assert!(told.contains(&"coverage_gap - null".to_owned()));
    assert_eq!(told.iter().filter(|line| line.starts_with("under_review")).count(), 2);
    ran.prints(&["ROI 40.0× is below 50.0×"]);
    let ran = data()
        .with("nextplay.toml", "[matching]\nranking = \"net_value\"\n")
        .run(&["check"])
        .ends(0);
    ran.prints(&["SOUND for SMB (net value $390 vs. $90)"]);
}

#[test]
fn findings_about_the_data_come_first() {
    let data =
        data().with("journey_forecasts.json", r#"[{"customer_id":"C9"},{"customer_id":7.5}]"#);
    let ran = data.run(&["check", "--format", "json"]).ends(1);
    assert_eq!(
        told(&ran)[..3],
        ["bad_row - 1", "unknown_customer - 1", "coverage_gap - null"].map(str::to_owned)
    );
}

#[test]
fn nothing_is_said_of_half_of_the_data_or_under_another_policy() {
    for (file, code) in [
        ("playbook_performance_log.json", "bad_file"),
        ("fused_signals.json", "bad_file"),
        ("nextplay.toml", "bad_policy"),
    ] {
        let ran = data().with(file, "[{").run(&["check", "--format", "json"]).ends(1);
        let codes: Vec<Value> =
            ran.json().as_array().unwrap().iter().map(|f| f["code"].clone()).collect();
        assert_eq!(codes, [code], "{file}");
    }
    // What ran before has no bearing on the strategy.
    let ran = data().with("outcomes.json", "[{").run(&["check", "--format", "json"]).ends(1);
    assert_eq!(told(&ran).len(), 10);
}

#[test]
fn other_commands_do_not_speak_of_the_strategy() {
    for args in [&["match"][..], &["queue"], &["explain", "C1"]] {
        let ran = data().run(args).ends(0);
        assert!(!ran.err.contains("warning"), "{ran:?}");
    }
}

#[test]
fn names_from_the_data_do_nothing_to_a_terminal() {
    let data = data()
        .with("customers.json", CUSTOMERS.replace("Enterprise", "E\u{202e}x\\u001b[31m"))
        .with("journey_playbooks.json", PLAYBOOKS.replace("BEATEN", "B\\u001b[2J"));
    data.run(&["check"]).ends(0).escape_controls().prints(&["B␛[2J can never rank first"]);
}

#[test]
fn the_sample_has_something_of_everything() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
    let ran =
        Ran::of(program().args(["--data", sample, "check", "--format", "json"]).output().unwrap());
    assert_eq!(
        told(&ran.ends(1)),
        [
            "bad_row - 26",
            "unknown_customer - 39",
            "unknown_playbook PB_RET_004 19",
            "no_stage - 41",
            "coverage_gap - null",
            "weak_only PB_SUP_003 11",
            "dominated PB_ENG_004 8",
            "threshold_zero PB_SUP_003 11",
            "free_play PB_ENG_002 6",
            "thin_evidence PB_ENG_002 6",
            "thin_evidence PB_SUP_001 9",
            "thin_evidence PB_RET_001 15",
            "unused_performance PB_RET_003 18",
            "unused_performance PB_RET_004 19",
            "under_review PB_ONB_002 3",
            "under_review PB_SUP_003 14",
            "under_review PB_RET_003 18",
        ]
    );
}
