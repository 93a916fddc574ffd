//! What would have to change for an excluded playbook to become a candidate (`strategy.md`, *Flips*).
//!
//! The gates are a conjunction and each looks at something else, so the failed ones, each fixed by
//! itself, are the one smallest set of changes.

use rustc_hash::FxHashSet;
use serde::Serialize;
use serde_json::Value;

use crate::domain::{FailedGate, Gate};

/// The field of a flip that takes time alone.
const DATE: &str = "date";

/// One change of a flip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// `risk`, `segment`, `stage`, or the playbook's `status`; `date` where it takes time alone.
    pub field: &'static str,
    /// As it is; of a date, today.
    pub from: Value,
    /// What it would have to be: the least risk, any of the segments, the stage (`null` for none), or
    /// `active`.
    pub to: Value,
}

/// All changes that it takes; `None` where no change of the customer or of the status is enough.
pub fn flip(failed: &[FailedGate]) -> Option<Vec<Flip>> {
    in_order(failed).into_iter().map(change).collect()
}

/// The failed gates in the order in which their changes are told: what moves by itself first.
pub fn in_order(failed: &[FailedGate]) -> Vec<&FailedGate> {
    let place = |gate: Gate| match gate {
        Gate::Risk => 0,
        Gate::Contact => 1,
        Gate::Segment => 2,
        Gate::Stage => 3,
        Gate::Status => 4,
        Gate::Row => 5,
    };
    let mut failed: Vec<&FailedGate> = failed.iter().collect();
    failed.sort_by_key(|failed| place(failed.gate));
    failed
}

/// The change that opens a gate; `None` where none does.
pub fn change(failed: &FailedGate) -> Option<Flip> {
    let to = match failed.gate {
        Gate::Row => return None,
        // Where no day is enough, none is told.
        Gate::Contact if failed.needs.is_null() => return None,
        Gate::Contact => {
            let today = failed.found.get("today").cloned().unwrap_or_default();
            return Some(Flip { field: DATE, from: today, to: failed.needs.clone() });
        }
        Gate::Segment => {
            let to = segments(&failed.needs);
            if to.is_empty() {
                return None;
            }
            to.into()
        }
        Gate::Status | Gate::Stage | Gate::Risk => failed.needs.clone(),
    };
    Some(Flip { field: failed.gate.name(), from: failed.found.clone(), to })
}

/// The segments that a customer could have, each once: no one has the empty one, since it means the
/// default segment (`matching.md`, rule 2).
fn segments(eligible: &Value) -> Vec<Value> {
    let mut seen = FxHashSet::default();
    let texts = eligible.as_array().into_iter().flatten().filter_map(Value::as_str);
    let named = texts.filter(|segment| !segment.is_empty());
    named.filter(|segment| seen.insert(*segment)).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failed(gate: Gate, found: Value, needs: Value) -> FailedGate {
        FailedGate { gate, found, needs }
    }

    #[test]
    fn every_failed_gate_is_one_change() {
        let gates = [
            failed(Gate::Status, json!("draft"), json!("active")),
            failed(Gate::Stage, json!("support"), json!(null)),
            failed(Gate::Segment, json!("SMB"), json!(["Enterprise", "Enterprise", ""])),
            failed(Gate::Risk, json!(0.58), json!(0.65)),
        ];
        assert_eq!(
            serde_json::to_value(flip(&gates)).unwrap(),
            json!([
                {"field": "risk", "from": 0.58, "to": 0.65},
                {"field": "segment", "from": "SMB", "to": ["Enterprise"]},
                {"field": "stage", "from": "support", "to": null},
                {"field": "status", "from": "draft", "to": "active"},
            ])
        );
    }

    #[test]
    fn without_an_eligible_segment_or_a_readable_row_nothing_helps() {
        let risk = failed(Gate::Risk, json!(0.1), json!(0.5));
        for eligible in [json!([]), json!([""])] {
            let segment = failed(Gate::Segment, json!("SMB"), eligible);
            assert_eq!(flip(&[segment, risk.clone()]), None);
        }
        assert_eq!(flip(&[failed(Gate::Row, json!("x"), json!("y"))]), None);
    }
}
