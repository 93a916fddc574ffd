//! Small portfolios for the tests of this module, made by hand or by chance.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::domain::Policy;
use crate::intake::Loader;
use crate::intake::load::Reread;
use crate::matching::Matching;
use crate::store::Dataset;

pub fn dataset(customers: &[Value], playbooks: &[Value], performance: &[Value]) -> Arc<Dataset> {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, rows: Vec<Value>| {
        std::fs::write(dir.path().join(name), Value::from(rows).to_string()).unwrap();
    };
    let of = |fields: &[&str]| -> Vec<Value> {
        let row = |customer: &Value| -> Value {
            fields.iter().map(|field| ((*field).to_owned(), customer[*field].clone())).collect()
        };
        customers.iter().map(row).collect()
    };
    write("customers.json", of(&["customer_id", "segment", "account_value"]));
    write("journey_state_log.json", of(&["customer_id", "journey_stage"]));
    write("fused_signals.json", of(&["customer_id", "fused_risk_score"]));
    write("journey_playbooks.json", playbooks.to_vec());
    write("playbook_performance_log.json", performance.to_vec());
    let loaded = Loader::new(dir.path()).load(Reread::All);
    assert_eq!(loaded.problems, []);
    loaded.dataset
}

/// A directory with these files, matched.
pub fn matching(files: &[(&str, &str)], policy: Policy) -> Matching {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    Matching::new(dataset, Arc::new(policy))
}

pub fn customer(id: &str, segment: &str, stage: &str, risk: f64, value: f64) -> Value {
    json!({"customer_id": id, "segment": segment, "journey_stage": stage,
        "fused_risk_score": risk, "account_value": value})
}

pub fn playbook(id: &str, segments: &[&str], threshold: f64, cost: f64, value: f64) -> Value {
    json!({"playbook_id": id, "name": format!("The {id}"), "journey_stage": "s",
        "eligible_segments": segments, "risk_threshold": threshold, "avg_cost_estimate": cost,
        "expected_value_range": [value, value], "status": "active", "default_actions": ["call"]})
}

pub const SEGMENTS: [&str; 3] = ["SMB", "Mid.Market", "All"];
pub const STAGES: [&str; 2] = ["s", "t"];
pub const IDS: [&str; 4] = ["P", "P.Q", "R", "R.SMB"];

/// Numbers of which some are the same, and some are none.
pub fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(10.0), Just(20.0), Just(50.0), Just(100.0)]
}

pub fn share() -> impl Strategy<Value = f64> {
    (0u32..=10).prop_map(|tenths| f64::from(tenths) / 10.0)
}

fn any_customer(number: usize) -> impl Strategy<Value = Value> {
    let choice = (0..3usize, 0..2usize, share(), amount());
    choice.prop_map(move |(segment, stage, risk, value)| {
        customer(&format!("C{number}"), SEGMENTS[segment], STAGES[stage], risk, value)
    })
}

fn any_playbook(number: usize) -> impl Strategy<Value = Value> {
    let choice = (0..3usize, 0..2usize, share(), amount(), amount(), 0..3usize, any::<bool>());
    choice.prop_map(move |(segment, stage, threshold, cost, value, status, approval)| {
        let mut row = playbook(IDS[number], &[SEGMENTS[segment]], threshold, cost, value);
        row["journey_stage"] = STAGES[stage].into();
        row["status"] = ["active", "active", "draft"][status].into();
        row["approval_required"] = approval.into();
        row
    })
}

fn any_row() -> impl Strategy<Value = Value> {
    let choice = (0..4usize, 0..3usize, amount(), amount(), amount(), amount());
    choice.prop_map(|(id, segment, runs, cost, value, roi)| {
        json!({"playbook_id": IDS[id], "segment": SEGMENTS[segment], "runs": runs,
            "avg_cost": cost, "avg_value": value, "roi_ratio": roi})
    })
}

pub fn any_matching() -> impl Strategy<Value = Matching> {
    let customers: Vec<_> = (0..8).map(any_customer).collect();
    let playbooks: Vec<_> = (0..4).map(any_playbook).collect();
    let rows = proptest::collection::vec(any_row(), 0..6);
    (customers, playbooks, rows).prop_map(|(customers, playbooks, rows)| {
        Matching::new(dataset(&customers, &playbooks, &rows), Arc::default())
    })
}
