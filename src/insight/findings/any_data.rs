//! Any data, small and full of ties, for refuting what is said of a strategy.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::domain::{DataFile, Policy, Ranking};
use crate::intake::Loader;
use crate::intake::load::Reread;
use crate::matching::Matching;

/// What a data directory holds, as JSON.
#[derive(Debug, Clone)]
pub struct Files {
    pub customers: Vec<Value>,
    pub states: Vec<Value>,
    pub scores: Vec<Value>,
    pub playbooks: Vec<Value>,
    pub performance: Vec<Value>,
}

pub const SEGMENTS: [&str; 4] = ["SMB", "Mid-Market", "Enterprise", "Public"];
const STAGES: [&str; 3] = ["support", "retention", ""];

/// One of few numbers, so that ties and equal thresholds are common; 0 and missing among them.
fn few(numbers: &'static [f64]) -> impl Strategy<Value = Option<f64>> {
    prop_oneof![1 => Just(None), 6 => proptest::sample::select(numbers).prop_map(Some)]
}

fn segment() -> impl Strategy<Value = Option<&'static str>> {
    let named =
        proptest::sample::select(&["SMB", "Mid-Market", "Enterprise", "Public", "All", ""][..]);
    prop_oneof![1 => Just(None), 8 => named.prop_map(Some)]
}

fn stage() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![1 => Just(None), 6 => proptest::sample::select(&STAGES[..]).prop_map(Some)]
}

fn playbook() -> impl Strategy<Value = Value> {
    let eligible = proptest::collection::vec(segment().prop_filter_map("a name", |s| s), 0..3);
    let status = prop_oneof![4 => Just("active"), 1 => Just("retired")];
    let risk = few(&[0.0, 0.3, 0.5, 0.5, 0.6, 0.8, 1.1]);
    let (cost, value) = (few(&[0.0, 10.0, 50.0]), few(&[100.0, 400.0, 400.0, 510.0, 60_000.0]));
    (0..7usize, stage(), eligible, risk, cost, value, status).prop_map(
        |(id, stage, eligible, risk, cost, value, status)| {
            json!({
                "playbook_id": format!("P{id}"), "journey_stage": stage,
                "eligible_segments": eligible, "risk_threshold": risk, "avg_cost_estimate": cost,
                "expected_value_range": value.map(|value| [value, value]), "status": status,
            })
        },
    )
}

fn performance() -> impl Strategy<Value = Value> {
    let numbers =
        (few(&[0.0, 5.0, 20.0]), few(&[50.0, 400.0, 900.0]), few(&[0.0, 4.0, 16.0, 30.0]));
    let evidence = (few(&[0.0, 3.0, 5.0, 40.0]), few(&[0.0, 0.3, 0.5, 0.9]));
    (0..9usize, segment(), numbers, evidence).prop_map(
        |(id, segment, (cost, value, roi), (runs, success))| {
            json!({
                "playbook_id": format!("P{id}"), "segment": segment, "avg_cost": cost,
                "avg_value": value, "roi_ratio": roi, "runs": runs, "success_rate": success,
            })
        },
    )
}

/// Playbooks that are all of one stage and compete in nearly every segment.
fn contested() -> impl Strategy<Value = (Vec<Value>, Vec<Value>)> {
    let eligible = proptest::sample::select(&["All", "All", "SMB", "Public"][..]);
    let risk = proptest::sample::select(&[0.5, 0.5, 0.6][..]);
    let playbook =
        (0..4usize, eligible, risk, few(&[10.0, 50.0])).prop_map(|(id, eligible, risk, cost)| {
            json!({
                "playbook_id": format!("P{id}"), "journey_stage": "support", "risk_threshold": risk,
                "eligible_segments": [eligible], "avg_cost_estimate": cost,
                "expected_value_range": [400, 400], "status": "active",
            })
        });
    let segment = proptest::sample::select(&["All", "SMB", "Mid-Market", "Enterprise"][..]);
    let row = (0..4usize, segment, few(&[4.0, 16.0, 30.0])).prop_map(|(id, segment, roi)| {
        json!({"playbook_id": format!("P{id}"), "segment": segment, "roi_ratio": roi, "runs": 4})
    });
    (proptest::collection::vec(playbook, 1..4), proptest::collection::vec(row, 0..7))
}

pub fn files() -> impl Strategy<Value = Files> {
    let value = proptest::sample::select(&[0, 900, 49_999, 50_000, 400_000][..]);
    let score = few(&[0.0, 0.2, 0.4, 0.5, 0.55, 0.7, 0.9, 1.2]);
    let customers = proptest::collection::vec((segment(), stage(), value, score), 0..14);
    let scattered = (
        proptest::collection::vec(playbook(), 0..9),
        proptest::collection::vec(performance(), 0..12),
    );
    let strategy = prop_oneof![scattered, contested()];
    (customers, strategy).prop_map(|(customers, (playbooks, performance))| {
        let mut files = Files {
            customers: Vec::new(),
            states: Vec::new(),
            scores: Vec::new(),
            playbooks,
            performance,
        };
        for (number, (segment, stage, value, score)) in customers.into_iter().enumerate() {
            let id = format!("C{number}");
            let row = json!({"customer_id": id, "segment": segment, "account_value": value});
            files.customers.push(row);
            if let Some(stage) = stage {
                files.states.push(json!({"customer_id": id, "journey_stage": stage}));
            }
            files.scores.push(json!({"customer_id": id, "fused_risk_score": score}));
        }
        files
    })
}

pub fn policy() -> impl Strategy<Value = Policy> {
    let high = proptest::sample::select(&[0.0, 0.5, 0.55, 0.7][..]);
    let large = proptest::option::of(Just(900.0));
    let minimum = proptest::sample::select(&[0.5, 0.75][..]);
    (high, large, minimum, any::<bool>()).prop_map(|(high, large, minimum, by_net_value)| {
        let mut policy = Policy { confidence_threshold: minimum, ..Policy::default() };
        policy.targets.high_risk_at = high;
        policy.approval.required_at_account_value = large;
        policy.ranking = if by_net_value { Ranking::NetValue } else { Ranking::Roi };
        policy
    })
}

pub fn matching(files: &Files, policy: &Policy) -> Matching {
    let directory = tempfile::tempdir().unwrap();
    for (file, rows) in [
        (DataFile::Customers, &files.customers),
        (DataFile::States, &files.states),
        (DataFile::Fused, &files.scores),
        (DataFile::Playbooks, &files.playbooks),
        (DataFile::Performance, &files.performance),
    ] {
        // A row a line, so that the line tells which row it is.
        let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
        std::fs::write(directory.path().join(file.name()), format!("[{}]", rows.join(",\n")))
            .unwrap();
    }
    let loaded = Loader::new(directory.path()).load(Reread::All);
    assert_eq!(loaded.problems, []);
    Matching::new(loaded.dataset, Arc::new(policy.clone()))
}
