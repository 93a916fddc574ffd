//! What moved between a decision's basis and what stands now.

use serde_json::Value;

use crate::domain::number::Num;
use crate::domain::{Basis, Change, Chosen, Gate, Policy, Recommendation};

/// Room for the last bits of a subtraction: 0.65 − 0.60 is a little more than 0.05.
const SPARE: f64 = 1e-9;

/// The fields that moved by more than the policy tolerates; empty while a decision on `was` still
/// holds for `now`. Where another playbook was chosen, `now` has what that one is now, if it is still
/// there.
pub fn drift(was: &Basis, now: &Basis, policy: &Policy) -> Vec<Change> {
    let mut moved = Moved { changes: Vec::new(), share: policy.approval.money_tolerance };
    let chosen = (was.chosen.as_deref(), now.chosen.as_deref());
    let id = |basis: &'_ Basis| basis.recommended().map(|r| r.playbook_id.clone());
    moved.text("playbook_id", id(was).as_deref(), id(now).as_deref());
    // Without a recommendation there is nothing else of a playbook that could move.
    let both = was.recommended().is_some() && now.recommended().is_some();
    let (was, now) = (&was.recommendation, &now.recommendation);
    if both {
        moved.recommended(was, now);
    }
    moved.text("segment", Some(&was.segment), Some(&now.segment));
    moved.text("journey_stage", was.journey_stage.as_deref(), now.journey_stage.as_deref());
    if both {
        moved.numbers(was, now);
    }
    moved.amount("account_value", was.account_value, now.account_value);
    moved.number("risk_score", was.risk_score, now.risk_score, policy.approval.risk_tolerance);
    match chosen {
        (None, _) => {}
        (Some(was), None) => {
            moved.value("chosen.playbook_id", was.playbook_id.as_str().into(), Value::Null);
        }
        (Some(was), Some(now)) => moved.chosen(was, now),
    }
    moved.changes
}

/// The changes as they are found.
struct Moved {
    changes: Vec<Change>,
    /// How far an amount of money may move, as a share of what it was.
    share: f64,
}

impl Moved {
    fn value(&mut self, field: &'static str, was: Value, now: Value) {
        if was != now {
            self.changes.push(Change { field, was, now });
        }
    }

    fn text(&mut self, field: &'static str, was: Option<&str>, now: Option<&str>) {
        if was != now {
            self.changes.push(Change { field, was: was.into(), now: now.into() });
        }
    }

    fn number(&mut self, field: &'static str, was: f64, now: f64, tolerated: f64) {
        if (now - was).abs() > tolerated + SPARE {
            self.changes.push(Change { field, was: json(was), now: json(now) });
        }
    }

    fn amount(&mut self, field: &'static str, was: f64, now: f64) {
        // The last bits of a large amount are more than those of a small one.
        let tolerated = self.share * was.abs();
        self.number(field, was, now, tolerated + SPARE * was.abs());
    }

    fn recommended(&mut self, was: &Recommendation, now: &Recommendation) {
        let actions = (was.recommended_action.as_str(), now.recommended_action.as_str());
        self.text("recommended_action", Some(actions.0), Some(actions.1));
    }

    fn numbers(&mut self, was: &Recommendation, now: &Recommendation) {
        let needs = (was.requires_human_approval, now.requires_human_approval);
        self.value("requires_human_approval", needs.0.into(), needs.1.into());
        self.amount("expected_cost", was.expected_cost, now.expected_cost);
        self.amount("expected_value", was.expected_value, now.expected_value);
    }

    /// A choice is about the chosen playbook's numbers as well.
    fn chosen(&mut self, was: &Chosen, now: &Chosen) {
        let actions = (was.recommended_action.as_str(), now.recommended_action.as_str());
        self.text("chosen.recommended_action", Some(actions.0), Some(actions.1));
        let needs = (was.requires_human_approval, now.requires_human_approval);
        self.value("chosen.requires_human_approval", needs.0.into(), needs.1.into());
        self.amount("chosen.expected_cost", was.expected_cost, now.expected_cost);
        self.amount("chosen.expected_value", was.expected_value, now.expected_value);
        self.value("chosen.failed", gates(was), gates(now));
    }
}

/// The gates that a chosen playbook does not pass. How much the risk may move is told by its
/// tolerance, not by where a threshold lies; contact limits come and go with the days.
fn gates(chosen: &Chosen) -> Value {
    let failed = chosen.failed.iter().map(|failed| failed.gate);
    failed.filter(|gate| !matches!(gate, Gate::Risk | Gate::Contact)).map(Gate::name).collect()
}

fn json(x: f64) -> Value {
    serde_json::to_value(Num(x)).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{basis, overridden};
    use super::*;

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
    fn a_choice_is_about_the_chosen_playbook_too() {
        let was = overridden();
        let fields = |change: fn(&mut Basis)| -> Vec<&'static str> {
            let mut now = overridden();
            change(&mut now);
            drift(&was, &now, &Policy::default()).iter().map(|change| change.field).collect()
        };
        let chosen = |now: &mut Basis| now.chosen.clone().unwrap();
        assert_eq!(fields(|_| {}), [""; 0]);
        assert_eq!(fields(|now| now.chosen = None), ["chosen.playbook_id"]);
        assert_eq!(
            fields(|now| now.chosen.as_mut().unwrap().expected_cost = 300.0),
            ["chosen.expected_cost"]
        );
        assert_eq!(fields(|now| now.recommendation.risk_score = 0.9), ["risk_score"]);
        assert_eq!(
            fields(|now| now.chosen.as_mut().unwrap().failed[0].gate = Gate::Risk),
            ["chosen.failed"]
        );
        assert_eq!(chosen(&mut overridden()).failed.len(), 1);
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
