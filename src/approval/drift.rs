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

#[cfg(test)]
mod tests {
    use super::super::samples::basis;
    use super::*;
    use crate::domain::Recommendation;

    /// The fields that drift after a change.
    fn fields(change: impl FnOnce(&mut Recommendation)) -> Vec<&'static str> {
        let mut now = basis();
        change(&mut now.recommendation);
        drift(&basis(), &now, &Policy::default()).iter().map(|change| change.field).collect()
    }

    #[test]
    fn numbers_may_move_as_far_as_the_policy_tolerates_and_no_further() {
        assert_eq!(fields(|r| r.risk_score = 0.65), [""; 0], "0.65 − 0.60 is a bit more than 0.05");
        assert_eq!(fields(|r| r.risk_score = 0.55), [""; 0]);
        assert_eq!(fields(|r| r.risk_score = 0.651), ["risk_score"]);
        assert_eq!(fields(|r| r.expected_cost = 110.0), [""; 0]);
        assert_eq!(fields(|r| r.expected_cost = 110.01), ["expected_cost"]);
        assert_eq!(fields(|r| r.expected_value = 899.0), ["expected_value"]);
        assert_eq!(fields(|r| r.account_value = 11_001.0), ["account_value"]);
        assert_eq!(fields(|r| r.confidence = 0.1), [""; 0], "it follows from the risk");
        assert_eq!(fields(|r| r.playbook_name = None), [""; 0], "the id tells the playbook");
    }

    #[test]
    fn from_nothing_every_amount_is_a_move() {
        let mut was = basis();
        was.recommendation.expected_cost = 0.0;
        let changes = drift(&was, &basis(), &Policy::default());
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].was.clone(), changes[0].now.clone()), (0.into(), 100.into()));
    }

    #[test]
    fn every_text_counts() {
        assert_eq!(fields(|r| r.playbook_id = "P2".into()), ["playbook_id"]);
        assert_eq!(fields(|r| r.recommended_action = "email".into()), ["recommended_action"]);
        assert_eq!(fields(|r| r.segment = "Enterprise".into()), ["segment"]);
        assert_eq!(fields(|r| r.journey_stage = None), ["journey_stage"]);
        assert_eq!(fields(|r| r.requires_human_approval = false), ["requires_human_approval"]);
    }
}
