//! What differs between two policies, by the keys of the policy file.

use crate::domain::Policy;
use crate::domain::policy_keys::KEYS;

/// The settings that have another value, in words; `None` where all are the same.
pub fn policy_change(before: &Policy, after: &Policy) -> Option<String> {
    if before == after {
        return None;
    }
    let changed = KEYS.iter().filter(|key| key.text(before) != key.text(after));
    let mut parts: Vec<String> = changed
        .map(|key| match (key.short(before), key.short(after)) {
            (Some(was), Some(now)) => format!("{} {was} → {now}", key.own_name()),
            // What a list says is in the file.
            _ => format!("{} changed", key.own_name()),
        })
        .collect();
    if before.approvers != after.approvers {
        parts.push("approvers changed".to_owned());
    }
    if before.capacities != after.capacities {
        parts.push("capacities changed".to_owned());
    }
    if before.experiments != after.experiments {
        parts.push("experiments changed".to_owned());
    }
    if before.labels != after.labels {
        parts.push("labels changed".to_owned());
    }
    Some(format!("policy changed: {}", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Ranking;

    #[test]
    fn the_same_policy_is_no_change() {
        assert_eq!(policy_change(&Policy::default(), &Policy::default()), None);
    }

    #[test]
    fn what_changed_is_told_by_its_key() {
        let before = Policy::default();
        let mut after =
            Policy { confidence_threshold: 0.6, ranking: Ranking::NetValue, ..Policy::default() };
        after.approval.required_at_cost = Some(1500.0);
        after.approval.required_below_runs = Some(20.0);
        after.targets.high_risk_at = 0.7;
        after.approval.reasons.pop();
        assert_eq!(
            policy_change(&before, &after).unwrap(),
            "policy changed: confidence_threshold 0.5 → 0.6, ranking roi → net_value, \
             required_at_cost off → $1,500, required_below_runs off → 20, reasons changed, \
             high_risk_at 0.5 → 0.7"
        );
    }
}
