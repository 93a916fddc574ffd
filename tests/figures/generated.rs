//! A portfolio of any size, the same each time.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A generator of numbers that only have to look arbitrary.
struct Arbitrary(u64);

impl Arbitrary {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn share(&mut self) -> f64 {
        self.below(1_000) as f64 / 1_000.0
    }

    fn cents(&mut self, dollars: u64) -> f64 {
        self.below(dollars * 100) as f64 / 100.0
    }
}

/// A directory with a portfolio above its targets, the same each time.
pub fn generated(customers: usize) -> TempDir {
    const SEGMENTS: [&str; 4] = ["SMB", "Mid-Market", "Enterprise", ""];
    const STAGES: [&str; 4] = ["onboarding", "support", "retention", "expansion"];
    let directory = tempfile::tempdir().unwrap();
    let mut any = Arbitrary(11);
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut put = |file: &'static str, row: Value| files.entry(file).or_default().push(row);
    for n in 0..customers {
        let id = format!("C{n}");
        let segment = SEGMENTS[any.below(4) as usize];
        put(
            "customers.json",
            json!({"customer_id": id, "segment": segment, "account_value": any.cents(90_000)}),
        );
        if !any.one_in(20) {
            let stage = STAGES[any.below(4) as usize];
            put(
                "journey_state_log.json",
                json!({"customer_id": id, "journey_stage": stage, "state_entered_at": "2026-03-01"}),
            );
        }
        if !any.one_in(4) {
            put("fused_signals.json", json!({"customer_id": id, "fused_risk_score": any.share()}));
        }
        if !any.one_in(3) {
            let revenue = if any.one_in(5) { Value::Null } else { json!(any.cents(50_000)) };
            let path: Vec<&str> =
                (0..any.below(3)).map(|_| STAGES[any.below(4) as usize]).collect();
            put(
                "journey_forecasts.json",
                json!({"customer_id": id, "churn_probability": any.share(), "revenue_at_risk": revenue, "predicted_path": path}),
            );
        }
        if any.one_in(6) {
            let (playbook, day) = (any.below(12), 1 + any.below(28));
            let month = 2 + any.below(2);
            put(
                "interventions.json",
                json!({"intervention_id": format!("I{n}"), "customer_id": id, "playbook_id": format!("P{playbook}"), "generated_at": format!("2026-{month:02}-{day:02}")}),
            );
            let days = if any.one_in(3) { Value::Null } else { json!(any.below(12)) };
            put(
                "outcomes.json",
                json!({"outcome_id": format!("O{n}"), "intervention_id": format!("I{n}"), "customer_id": id, "playbook_id": format!("P{playbook}"), "human_override": any.one_in(4), "resolution_time_days": days, "estimated_revenue_saved": any.cents(900), "measured_at": "2026-04-01"}),
            );
        }
    }
    for n in 0..12u64 {
        let id = format!("P{n}");
        let segments = if any.one_in(3) {
            json!(["All"])
        } else {
            json!([SEGMENTS[any.below(3) as usize], "SMB"])
        };
        let status = if any.one_in(6) { "retired" } else { "active" };
        let cost = if any.one_in(5) { Value::Null } else { json!(any.cents(200)) };
        put(
            "journey_playbooks.json",
            json!({"playbook_id": id, "name": format!("Playbook {n}"), "journey_stage": STAGES[n as usize % 4], "eligible_segments": segments, "risk_threshold": any.share(), "approval_required": any.one_in(4), "avg_cost_estimate": cost, "expected_value_range": [any.cents(300), any.cents(3_000)], "status": status}),
        );
        for segment in ["SMB", "All"] {
            let roi = if any.one_in(4) { Value::Null } else { json!(any.below(600) as f64 / 10.0) };
            put(
                "playbook_performance_log.json",
                json!({"playbook_id": id, "segment": segment, "runs": any.below(80), "success_rate": any.share(), "avg_cost": any.cents(150), "avg_value": any.cents(4_000), "roi_ratio": roi}),
            );
        }
    }
    for (date, high, revenue) in
        [("2026-04-05", 900, 9e6), ("2026-01-04", 700, 9.1e6), ("2026-02-01", 950, 8e6)]
    {
        put(
            "portfolio_snapshots.json",
            json!({"snapshot_id": date, "total_customers": customers, "customers_at_high_risk": high, "revenue_at_risk": revenue, "top_leaking_stage": "support", "generated_at": date}),
        );
    }
    for (file, rows) in files {
        fs::write(directory.path().join(file), Value::from(rows).to_string()).unwrap();
    }
    let policy = "[approval]\nrequired_at_account_value = 80_000\nrequired_below_runs = 4\n\
                  [targets]\ncustomers_at_high_risk_max = 50\nrevenue_at_risk_max = 3_000_000\n";
    fs::write(directory.path().join("nextplay.toml"), policy).unwrap();
    directory
}
