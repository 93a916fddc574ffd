use jiff::civil::date;

use super::*;
use crate::domain::{PerformanceRow, Policy};
use crate::insight::samples;
use crate::store::Dataset;

const PLAYBOOKS: &str = r#"[{"playbook_id":"B"},{"playbook_id":"A"}]"#;
const CUSTOMERS: &str = r#"[{"customer_id":"C1","segment":"SMB"},{"customer_id":"C2","segment":"Enterprise"},
    {"customer_id":"C3"}]"#;

fn learned(
    interventions: &str,
    outcomes: &str,
    base: &[PerformanceRow],
    policy: Policy,
) -> Learned {
    let files = [
        ("customers.json", CUSTOMERS),
        ("journey_playbooks.json", PLAYBOOKS),
        ("interventions.json", interventions),
        ("outcomes.json", outcomes),
    ];
    let matching = samples::matching(&files, policy);
    let dataset: &Dataset = matching.dataset();
    let beside = plays::HandedOff::default();
    let plays = Plays::new(dataset, &beside);
    Learned::new(dataset, &plays, base, matching.policy(), date(2026, 12, 1))
}

fn close(found: Option<f64>, want: f64) {
    let found = found.unwrap();
    assert!((found - want).abs() < 1e-12 * want.abs().max(1.0), "{found}, {want}");
}

#[test]
fn each_average_is_drawn_to_that_of_more_runs() {
    let learned = learned(
        r#"[{"intervention_id":"1","customer_id":"C1","playbook_id":"A","expected_cost":10,"generated_at":"2026-01-01"},
            {"intervention_id":"2","customer_id":"C2","playbook_id":"A","expected_cost":30,"generated_at":"2026-01-01"},
            {"intervention_id":"3","customer_id":"C3","playbook_id":"B","generated_at":"2026-01-01"}]"#,
        r#"[{"intervention_id":"1","customer_id":"C1","playbook_id":"A","playbook_success":true,
             "estimated_revenue_saved":100,"measured_at":"2026-02-01"},
            {"intervention_id":"2","customer_id":"C2","playbook_id":"A","playbook_success":false,
             "actual_cost":20,"measured_at":"2026-02-01"},
            {"intervention_id":"3","customer_id":"C3","playbook_id":"B","playbook_success":true,
             "estimated_revenue_saved":50,"measured_at":"2026-02-01"}]"#,
        &[],
        Policy::default(),
    );
    assert_eq!((learned.counted, learned.skipped), (3, Skipped::default()));
    let names: Vec<(&str, &str)> =
        learned.rows.iter().map(|row| (row.playbook_id.as_str(), row.segment.as_str())).collect();
    // B stands first in its file; C3 has no segment, which is SMB.
    assert_eq!(
        names,
        [("B", "All"), ("B", "SMB"), ("A", "All"), ("A", "Enterprise"), ("A", "SMB")]
    );
    let q_a = (1.0 + 20.0 * 2.0 / 3.0) / 22.0;
    let v_a = (100.0 + 20.0 * 75.0) / 21.0;
    let c_a = (30.0 + 20.0 * 15.0) / 22.0;
    let smb = learned.exact_row("A", "SMB").unwrap();
    close(smb.success_rate, (1.0 + 20.0 * q_a) / 21.0);
    close(smb.avg_value, (100.0 + 20.0 * v_a) / 21.0);
    close(smb.avg_cost, (10.0 + 20.0 * c_a) / 21.0);
    close(smb.roi_ratio, smb.avg_value.unwrap() / smb.avg_cost.unwrap());
    close(smb.raw_rate, 1.0);
    let all = learned.exact_row("A", "All").unwrap();
    assert_eq!((all.runs, all.outcomes, all.successes), (2.0, 2, 1.0));
    close(all.success_rate, q_a);
    let enterprise = learned.exact_row("A", "Enterprise").unwrap();
    close(enterprise.avg_value, v_a);
    // No cost is known of B.
    close(learned.exact_row("B", "SMB").unwrap().avg_cost, 15.0);
}

#[test]
fn each_outcome_that_does_not_count_has_one_reason() {
    let mut policy = Policy::default();
    policy.learning.maturity_days = 30.0;
    let learned = learned(
        r#"[{"intervention_id":"1","customer_id":"C1","playbook_id":"A","generated_at":"2026-01-01"},
            {"intervention_id":"2","customer_id":"C1","playbook_id":"A","generated_at":"2026-03-01"},
            {"intervention_id":"3","customer_id":"C2","playbook_id":"A","generated_at":"2026-11-20"},
            {"intervention_id":"4","customer_id":"C2","playbook_id":"B","generated_at":"2026-01-20"}]"#,
        r#"[{"intervention_id":"1","customer_id":"C2","playbook_id":"A","playbook_success":true,"measured_at":"2026-02-01"},
            {"customer_id":"C1","playbook_id":"A","playbook_success":true,"measured_at":"2026-02-28"},
            {"customer_id":"C1","playbook_id":"A","playbook_success":false,"measured_at":"2026-02-28T09:00:00Z"},
            {"customer_id":"C1","playbook_id":"A","human_override":true,"playbook_success":true,"measured_at":"2026-03-01"},
            {"intervention_id":"3","customer_id":"C2","playbook_id":"A","playbook_success":true,"measured_at":"2026-11-30"},
            {"intervention_id":"4","customer_id":"C2","playbook_id":"B","measured_at":"2026-11-30"},
            {"intervention_id":"9","customer_id":"C9","playbook_id":"B","measured_at":"2026-11-30"}]"#,
        &[],
        policy,
    );
    let skipped = Skipped {
        not_joined: 2,
        superseded: 1,
        no_result: 1,
        overridden: 1,
        too_young: 1,
        in_base: 0,
    };
    assert_eq!((learned.counted, learned.skipped), (1, skipped));
    assert_eq!(
        learned.exact_row("A", "SMB").unwrap().successes,
        0.0,
        "the later one of a day counts"
    );
}

#[test]
fn a_base_adds_its_runs_and_the_row_for_all_only_those_in_no_other() {
    let row = |segment: &str, runs, rate, updated: &str| PerformanceRow {
        playbook_id: "A".into(),
        segment: Some(segment.into()),
        runs: Some(runs),
        success_rate: Some(rate),
        avg_value: Some(100.0),
        avg_cost: Some(10.0),
        last_updated: Some(updated.into()),
        ..PerformanceRow::default()
    };
    let learned = learned(
        r#"[{"intervention_id":"1","customer_id":"C1","playbook_id":"A","generated_at":"2026-01-01"},
            {"intervention_id":"2","customer_id":"C2","playbook_id":"A","generated_at":"2026-01-01"}]"#,
        r#"[{"intervention_id":"1","customer_id":"C1","playbook_id":"A","playbook_success":true,"measured_at":"2026-02-01"},
            {"intervention_id":"2","customer_id":"C2","playbook_id":"A","playbook_success":true,"measured_at":"2026-02-01"}]"#,
        &[row("SMB", 30.0, 0.5, "2026-02-01"), row("All", 50.0, 0.25, "2026-01-31")],
        Policy::default(),
    );
    assert_eq!((learned.counted, learned.skipped.in_base), (1, 1));
    let all = learned.exact_row("A", "All").unwrap();
    assert_eq!((all.runs, all.outcomes, all.successes), (51.0, 1, 15.0 + 20.0 * 0.25 + 1.0));
    let smb = learned.exact_row("A", "SMB").unwrap();
    assert_eq!((smb.runs, smb.outcomes, smb.successes), (30.0, 0, 15.0));
}
