//! Findings just within their limits and just out of them, and what they say.

use serde_json::{Value, json};

use super::any_data::{Files, matching};
use super::strategy_findings;
use crate::domain::{Code, Finding, Policy};

/// A playbook in support for SMB that brings $410 for $10.
fn playbook(id: &str, change: Value) -> Value {
    let mut playbook = json!({
        "playbook_id": id, "journey_stage": "support", "eligible_segments": ["SMB"],
        "risk_threshold": 0.5, "avg_cost_estimate": 10, "expected_value_range": [410, 410],
        "status": "active",
    });
    if let (Some(playbook), Value::Object(change)) = (playbook.as_object_mut(), change) {
        playbook.extend(change);
    }
    playbook
}

/// Customers in support in SMB, by account value and risk.
fn found(customers: &[(f64, f64)], playbooks: Vec<Value>, performance: Vec<Value>) -> Vec<Finding> {
    let id = |number: usize| format!("C{number}");
    let each = |row: &dyn Fn(usize, f64, f64) -> Value| {
        customers.iter().enumerate().map(|(n, (value, risk))| row(n, *value, *risk)).collect()
    };
    let files = Files {
        customers: each(&|n, value, _| json!({"customer_id": id(n), "account_value": value})),
        states: each(&|n, _, _| json!({"customer_id": id(n), "journey_stage": "support"})),
        scores: each(&|n, _, risk| json!({"customer_id": id(n), "fused_risk_score": risk})),
        playbooks,
        performance,
    };
    strategy_findings(&matching(&files, &Policy::default()))
}

fn message(findings: &[Finding], code: Code) -> Option<&str> {
    findings.iter().find(|finding| finding.code == code).map(|finding| finding.message.as_str())
}

#[test]
fn a_gap_begins_at_the_risk_that_the_policy_calls_high() {
    let late = vec![playbook("P", json!({"risk_threshold": 0.6}))];
    let findings = found(&[(7.0, 0.5), (9.0, 0.49), (11.0, 0.6)], late.clone(), vec![]);
    assert!(message(&findings, Code::CoverageGap).unwrap().starts_with(
        "1 customer in SMB in the support stage with a risk of 0.50 or more has no eligible playbook: $7 "
    ));
    assert!(
        message(&findings, Code::CoverageGap)
            .unwrap()
            .contains("the lowest risk threshold is 0.60 (P)")
    );
    let findings = found(&[(9.0, 0.49), (11.0, 0.6)], late, vec![]);
    assert_eq!(message(&findings, Code::CoverageGap), None);
}

#[test]
fn a_play_is_weak_below_one_percent_of_the_account() {
    // $500 net.
    let play = |value: f64| vec![playbook("P", json!({"expected_value_range": [value, value]}))];
    let weak = |customers, value| found(customers, play(value), vec![]);
    assert_eq!(message(&weak(&[(50_000.0, 0.5)], 510.0), Code::WeakOnly), None);
    assert!(message(&weak(&[(50_000.0, 0.5)], 509.9), Code::WeakOnly).is_some());
    assert!(message(&weak(&[(50_000.5, 0.5)], 510.0), Code::WeakOnly).is_some());
    assert_eq!(message(&weak(&[(49_999.0, 0.5)], 20.0), Code::WeakOnly), None);
    let early =
        vec![playbook("P", json!({"risk_threshold": 0.3, "expected_value_range": [20, 20]}))];
    assert_eq!(message(&found(&[(90_000.0, 0.49)], early, vec![]), Code::WeakOnly), None);
}

#[test]
fn four_runs_are_thin_and_five_are_not() {
    let row = |runs: Value| {
        vec![json!({"playbook_id": "P", "segment": "SMB", "runs": runs, "roi_ratio": 40})]
    };
    let thin = |runs| found(&[(7.0, 0.9)], vec![playbook("P", json!({}))], row(runs));
    assert!(message(&thin(json!(4)), Code::ThinEvidence).unwrap().contains("from only 4 runs"));
    assert_eq!(message(&thin(json!(5)), Code::ThinEvidence), None);
    let none = thin(Value::Null);
    assert!(message(&none, Code::ThinEvidence).unwrap().contains("has no runs"));
    assert_eq!(none.last().unwrap().file.as_deref(), Some("playbook_performance_log.json"));
}

#[test]
fn a_lower_threshold_saves_a_worse_playbook_an_equal_one_does_not() {
    let worse = |threshold: f64| {
        let change = json!({"risk_threshold": threshold, "expected_value_range": [90, 90]});
        found(&[(7.0, 0.9)], vec![playbook("P", json!({})), playbook("Q", change)], vec![])
    };
    assert!(
        message(&worse(0.5), Code::Dominated).unwrap().contains("P for SMB (ROI 41.0× vs. 9.0×)")
    );
    assert_eq!(message(&worse(0.499), Code::Dominated), None);
    let twins = found(&[], vec![playbook("P", json!({})), playbook("Q", json!({}))], vec![]);
    let told = message(&twins, Code::Dominated).unwrap();
    assert!(told.starts_with("Q can never rank first"), "{told}");
    assert!(told.contains("ranks ahead: P for SMB (same numbers, earlier in the file)"), "{told}");
}

#[test]
fn a_row_of_its_own_in_one_segment_saves_a_playbook_for_all() {
    let all = json!({"eligible_segments": ["All"]});
    let playbooks = vec![
        playbook("P", all.clone()),
        playbook("Q", json!({"eligible_segments": ["All"], "expected_value_range": [90, 90]})),
    ];
    let findings = found(&[], playbooks.clone(), vec![]);
    assert!(message(&findings, Code::Dominated).unwrap().contains("P for any other segment"));
    let row = json!({"playbook_id": "Q", "segment": "Nonprofit", "roi_ratio": 99});
    assert_eq!(message(&found(&[], playbooks, vec![row]), Code::Dominated), None);
}

#[test]
fn an_unused_row_says_what_keeps_it_from_being_used() {
    let playbooks = vec![playbook("P", json!({})), playbook("OLD", json!({"status": "retired"}))];
    let row = |id: &str, segment: Value, roi: f64| json!({"playbook_id": id, "segment": segment, "roi_ratio": roi, "runs": 9, "success_rate": 0.9});
    let rows = vec![
        row("P", json!("SMB"), 20.0),
        row("P", json!("SMB"), 30.0),
        row("P", json!("SMB"), 30.0),
        row("P", json!("All"), 30.0),
        row("P", json!("Enterprise"), 30.0),
        row("P", Value::Null, 30.0),
        row("OLD", json!("SMB"), 30.0),
        row("WHO", json!("SMB"), 30.0),
    ];
    let findings = found(&[(7.0, 0.9)], playbooks, rows);
    let unused = findings.iter().filter(|finding| finding.code == Code::UnusedPerformance);
    let told: Vec<String> = unused.map(|f| format!("{} {}", f.line.unwrap(), f.message)).collect();
    let want = [
        "1 the numbers of P for SMB are not used: line 2 is for the same segment and has a higher ROI",
        "3 the numbers of P for SMB are not used: line 2 is for the same segment and comes first",
        "4 the numbers of P across segments are not used: every eligible segment has its own row",
        "5 the numbers of P for Enterprise are not used: the playbook is not open to that segment",
        "6 the numbers of P are not used: the segment is null",
        "7 the numbers of OLD for SMB are not used: the playbook is not active (status: retired)",
        "8 the numbers of WHO for SMB are not used: the playbook is not in journey_playbooks.json",
    ];
    assert_eq!(told.len(), want.len(), "{told:#?}");
    for (told, want) in told.iter().zip(want) {
        assert!(told.starts_with(want), "{told}");
    }
}

#[test]
fn a_row_is_under_review_for_what_it_tells_and_not_for_what_it_lacks() {
    let reasons = |row: Value| {
        let mut row = row;
        row["playbook_id"] = json!("P");
        let findings = found(&[(7.0, 0.9)], vec![playbook("P", json!({}))], vec![row]);
        message(&findings, Code::UnderReview)
            .map(|m| m.split("under review: ").nth(1).unwrap().to_owned())
    };
    assert_eq!(reasons(json!({"success_rate": 0.5, "roi_ratio": 15})), None);
    assert_eq!(reasons(json!({"runs": 9})), None);
    assert_eq!(reasons(json!({"avg_value": 150, "avg_cost": 10})), None);
    let told = |row, want: &str| assert!(reasons(row).unwrap().starts_with(want));
    told(
        json!({"avg_value": 140, "avg_cost": 10}),
        "ROI 14.0× is below 15.0×; recommended to 1 customer",
    );
    told(json!({"roi_ratio": 0}), "ROI 0.0× is below 15.0×");
    told(json!({"roi_ratio": 14.99}), "ROI is just below 15.0×");
    told(
        json!({"success_rate": 0.4, "roi_ratio": 3, "segment": "All"}),
        "success rate 40% is below 50% and ROI 3.0× is below 15.0×",
    );
}
