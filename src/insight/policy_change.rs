//! What differs between two policies, by the keys of the policy file.

use crate::domain::Policy;
use crate::domain::money::dollars;
use crate::domain::number::Num;

/// The settings that have another value, in words; `None` where all are the same.
pub fn policy_change(before: &Policy, after: &Policy) -> Option<String> {
    if before == after {
        return None;
    }
    let mut parts = Vec::new();
    let mut tell = |key: &str, was: String, now: String| {
        if was != now {
            parts.push(format!("{key} {was} → {now}"));
        }
    };
    let number = |x: f64| Num(x).to_string();
    let or_off = |x: Option<f64>, told: fn(f64) -> String| x.map_or("off".to_owned(), told);
    let names = |policy: &Policy| policy.ranking.name().to_owned();
    tell(
        "confidence_threshold",
        number(before.confidence_threshold),
        number(after.confidence_threshold),
    );
    tell("confidence_margin", number(before.confidence_margin), number(after.confidence_margin));
    tell("ranking", names(before), names(after));
    let (was, now) = (&before.approval, &after.approval);
    for (key, was, now) in [
        ("required_at_account_value", was.required_at_account_value, now.required_at_account_value),
        ("required_at_cost", was.required_at_cost, now.required_at_cost),
        (
            "two_approvers_at_account_value",
            was.two_approvers_at_account_value,
            now.two_approvers_at_account_value,
        ),
    ] {
        tell(key, or_off(was, dollars), or_off(now, dollars));
    }
    for (key, was, now) in [
        ("required_below_runs", was.required_below_runs, now.required_below_runs),
        ("expires_after_days", was.expires_after_days, now.expires_after_days),
    ] {
        tell(key, or_off(was, number), or_off(now, number));
    }
    tell("risk_tolerance", number(was.risk_tolerance), number(now.risk_tolerance));
    tell("money_tolerance", number(was.money_tolerance), number(now.money_tolerance));
    let yes = |flag: bool| flag.to_string();
    tell("parallel", yes(before.contact.parallel), yes(after.contact.parallel));
    let days = |policy: &Policy| number(policy.contact.running_days);
    tell("running_days", days(before), days(after));
    // What is no single number is named: what it says is in the file.
    let mut others = Vec::new();
    if (&was.reasons, &was.reason_required) != (&now.reasons, &now.reason_required) {
        others.push("reasons");
    }
    if before.approvers != after.approvers {
        others.push("approvers");
    }
    if before.hand_off != after.hand_off {
        others.push("people who hand off");
    }
    if before.targets != after.targets {
        others.push("targets");
    }
    parts.extend(others.into_iter().map(|other| format!("other {other}")));
    match parts.is_empty() {
        true => Some("the policy changed".to_owned()),
        false => Some(format!("the policy changed: {}", parts.join(", "))),
    }
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
        assert_eq!(
            policy_change(&before, &after).unwrap(),
            "the policy changed: confidence_threshold 0.5 → 0.6, ranking roi → net_value, \
             required_at_cost off → $1,500, required_below_runs off → 20, other targets"
        );
    }
}
