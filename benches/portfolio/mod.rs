//! A portfolio of any size, the same each time.

#![allow(dead_code, reason = "each program uses a part of it")]

use std::fmt::Write as _;
use std::fs;

const SEGMENTS: [&str; 3] = ["SMB", "Mid-Market", "Enterprise"];
const STAGES: [&str; 5] = ["onboarding", "engagement", "support", "retention", "expansion"];

/// A generator of numbers that only have to look arbitrary.
struct Arbitrary(u64);

impl Arbitrary {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn share(&mut self) -> f64 {
        self.below(10_000) as f64 / 10_000.0
    }
}

/// Writes the files of so many customers into a directory that goes when it is dropped.
pub fn directory(customers: usize) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut any = Arbitrary(7);
    let mut files: [(&str, Vec<String>); 6] = [
        ("customers.json", Vec::new()),
        ("journey_state_log.json", Vec::new()),
        ("fused_signals.json", Vec::new()),
        ("journey_forecasts.json", Vec::new()),
        ("journey_playbooks.json", Vec::new()),
        ("playbook_performance_log.json", Vec::new()),
    ];
    for number in 0..customers {
        let id = format!("C{number:06}");
        let segment = any.of(&SEGMENTS);
        let value = any.below(400_000);
        let stage = any.of(&STAGES);
        files[0].1.push(format!(
            r#"{{"customer_id": "{id}", "name": "Customer {number}", "segment": "{segment}", "account_value": {value}, "tenure_months": {}, "risk_tier": "low", "renewal_date": "2027-{:02}-{:02}"}}"#,
            any.below(120),
            1 + number % 12,
            1 + number % 28
        ));
        files[1].1.push(format!(
            r#"{{"customer_id": "{id}", "journey_stage": "{stage}", "state_entered_at": "2026-10-12", "days_in_state": {}, "previous_stage": null, "predicted_next_stage": "support"}}"#,
            any.below(90)
        ));
        if any.below(10) < 7 {
            let risk = any.share();
            files[2].1.push(format!(
                r#"{{"customer_id": "{id}", "segment": "{segment}", "total_signals": 2, "average_strength": {risk}, "fused_risk_score": {risk}, "signal_types": ["usage_drop"]}}"#
            ));
        }
        let churn = any.share();
        files[3].1.push(format!(
            r#"{{"forecast_id": "F{number}", "customer_id": "{id}", "predicted_path": ["support", "churn_risk"], "churn_probability": {churn}, "recovery_probability": 0.2, "revenue_at_risk": {}, "model_type": "rules_v2"}}"#,
            any.below(100_000)
        ));
    }
    for number in 0..60 {
        let stage = STAGES[number % STAGES.len()];
        let segment = if any.below(5) == 0 { "All" } else { any.of(&SEGMENTS) };
        files[4].1.push(format!(
            r#"{{"playbook_id": "PB_{number:03}", "name": "Playbook {number}", "journey_stage": "{stage}", "eligible_segments": ["{segment}"], "risk_threshold": {}, "default_actions": ["call"], "approval_required": {}, "avg_cost_estimate": {}, "expected_value_range": [200, {}], "status": "active"}}"#,
            any.share(),
            any.below(5) < 2,
            any.below(300),
            300 + any.below(6_000)
        ));
        files[5].1.push(format!(
            r#"{{"playbook_id": "PB_{number:03}", "segment": "{segment}", "runs": {}, "success_rate": {}, "avg_cost": {}, "avg_value": {}, "roi_ratio": {}}}"#,
            any.below(200),
            any.share(),
            any.below(300),
            any.below(6_000),
            any.below(500) as f64 / 10.0
        ));
    }
    for (name, rows) in files {
        let mut text = String::from("[");
        for (number, row) in rows.iter().enumerate() {
            let comma = if number == 0 { "" } else { ",\n" };
            write!(text, "{comma}{row}").expect("writing to memory");
        }
        text.push_str("]\n");
        fs::write(directory.path().join(name), text).expect("a temporary directory can be written");
    }
    directory
}

/// The same with a year of plays: one for each customer, each with an outcome.
pub fn learned(customers: usize) -> tempfile::TempDir {
    let directory = directory(customers);
    let mut any = Arbitrary(13);
    let (mut interventions, mut outcomes) = (Vec::new(), Vec::new());
    for number in 0..customers {
        let (playbook, month, day) = (any.below(60), 1 + any.below(10), 1 + any.below(28));
        let (cost, value, success) = (any.below(300), any.below(6_000), any.below(10) < 6);
        interventions.push(format!(
            r#"{{"intervention_id": "I{number}", "customer_id": "C{number:06}", "playbook_id": "PB_{playbook:03}", "expected_cost": {cost}, "expected_value": {value}, "generated_at": "2026-{month:02}-{day:02}"}}"#
        ));
        outcomes.push(format!(
            r#"{{"outcome_id": "O{number}", "intervention_id": "I{number}", "customer_id": "C{number:06}", "playbook_id": "PB_{playbook:03}", "estimated_revenue_saved": {}, "human_override": false, "playbook_success": {success}, "measured_at": "2026-11-{day:02}"}}"#,
            if success { value } else { 0 }
        ));
    }
    for (name, rows) in [("interventions.json", interventions), ("outcomes.json", outcomes)] {
        fs::write(directory.path().join(name), format!("[{}]", rows.join(",\n")))
            .expect("a temporary directory can be written");
    }
    directory
}

/// A policy with all that there is to look at for each customer.
const POLICY: &str = r#"
[approval]
required_at_account_value = 300_000
required_at_cost = 250
required_below_runs = 3
two_approvers_at_account_value = 350_000
expires_after_days = 30

[[approver]]
name = "dana"
segments = ["SMB", "Mid-Market"]
account_value_up_to = 200_000

[[approver]]
name = "sam"
cost_up_to = 200
"#;

/// The same with a policy, and a play for every tenth customer that ran or runs.
pub fn governed(customers: usize) -> tempfile::TempDir {
    let directory = directory(customers);
    let write = |name: &str, text: String| {
        fs::write(directory.path().join(name), text).expect("a temporary directory can be written");
    };
    write("nextplay.toml", POLICY.to_owned());
    let mut any = Arbitrary(11);
    let (mut interventions, mut outcomes) = (Vec::new(), Vec::new());
    for number in (0..customers).step_by(10) {
        let (playbook, day) = (any.below(60), 1 + any.below(28));
        interventions.push(format!(
            r#"{{"intervention_id": "I{number}", "customer_id": "C{number:06}", "playbook_id": "PB_{playbook:03}", "generated_at": "2026-10-{day:02}"}}"#
        ));
        if any.below(2) == 0 {
            outcomes.push(format!(
                r#"{{"outcome_id": "O{number}", "intervention_id": "I{number}", "customer_id": "C{number:06}", "playbook_id": "PB_{playbook:03}", "outcome": "improved", "measured_at": "2026-11-01"}}"#
            ));
        }
    }
    write("interventions.json", format!("[{}]", interventions.join(",\n")));
    write("outcomes.json", format!("[{}]", outcomes.join(",\n")));
    directory
}
