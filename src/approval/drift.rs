//! What moved between a decision's basis and what stands now (`decisions.md`, *Status*).

use serde_json::Value;

use crate::domain::number::Num;
use crate::domain::{Basis, Change, Policy};

/// Room for the last bits of a subtraction: 0.65 − 0.60 is a little more than 0.05.
const SPARE: f64 = 1e-9;

/// The fields that moved by more than the policy tolerates; empty while a decision on `was` still
/// holds for `now`.
pub fn drift(was: &Basis, now: &Basis, policy: &Policy) -> Vec<Change> {
    let (was, now) = (&was.recommendation, &now.recommendation);
    let mut changes = Vec::new();
    let mut text = |field, was: Option<&str>, now: Option<&str>| {
        if was != now {
            changes.push(Change { field, was: was.into(), now: now.into() });
        }
    };
    text("playbook_id", Some(&was.playbook_id), Some(&now.playbook_id));
    text("recommended_action", Some(&was.recommended_action), Some(&now.recommended_action));
    text("segment", Some(&was.segment), Some(&now.segment));
    text("journey_stage", was.journey_stage.as_deref(), now.journey_stage.as_deref());
    if was.requires_human_approval != now.requires_human_approval {
        changes.push(Change {
            field: "requires_human_approval",
            was: was.requires_human_approval.into(),
            now: now.requires_human_approval.into(),
        });
    }
    let mut number = |field, was: f64, now: f64, tolerated: f64| {
        if (now - was).abs() > tolerated + SPARE {
            changes.push(Change { field, was: json(was), now: json(now) });
        }
    };
    let share = policy.money_tolerance;
    number("expected_cost", was.expected_cost, now.expected_cost, share * was.expected_cost.abs());
    number(
        "expected_value",
        was.expected_value,
        now.expected_value,
        share * was.expected_value.abs(),
    );
    number("account_value", was.account_value, now.account_value, share * was.account_value.abs());
    number("risk_score", was.risk_score, now.risk_score, policy.risk_tolerance);
    changes
}

fn json(x: f64) -> Value {
    serde_json::to_value(Num(x)).unwrap_or(Value::Null)
}
