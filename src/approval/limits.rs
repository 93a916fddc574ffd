//! Who may decide about a play: the policy's approvers within their limits (`decisions.md`,
//! *Policy*, `[[approver]]`).

use super::refusal::Refusal;
use crate::domain::{Approver, Basis, Policy};

/// The numbers that limits look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stake<'a> {
    pub segment: &'a str,
    /// Dollars a year.
    pub account_value: f64,
    /// Expected cost of what would run, in dollars.
    pub cost: f64,
}

impl<'a> Stake<'a> {
    /// What a decision on this basis is about: where another playbook was chosen, its cost.
    pub fn of(basis: &'a Basis) -> Self {
        Self {
            segment: &basis.recommendation.segment,
            account_value: basis.recommendation.account_value,
            cost: basis.cost(),
        }
    }

    fn is_allowed(&self, approver: &Approver) -> bool {
        approver.allows(self.segment, self.account_value, self.cost)
    }

    fn objection(&self, approver: &Approver) -> Option<String> {
        approver.objection(self.segment, self.account_value, self.cost)
    }
}

/// True where this person may decide about it.
pub fn allows(policy: &Policy, by: &str, stake: Stake<'_>) -> bool {
    policy.approvers.is_empty()
        || policy.approvers.iter().any(|approver| approver.name == by && stake.is_allowed(approver))
}

/// Looks whether this person may decide about it. `besides` are people who may not any more, as they
/// have done their part: nobody is sent to them.
///
/// # Errors
/// Which rule speaks against it, what was found, and who could decide.
pub fn within_limits(
    policy: &Policy,
    by: &str,
    stake: Stake<'_>,
    besides: &[impl AsRef<str>],
) -> Result<(), Refusal> {
    if allows(policy, by, stake) {
        return Ok(());
    }
    let own = policy.approvers.iter().filter(|approver| approver.name == by);
    let objections: Vec<String> = own.filter_map(|approver| stake.objection(approver)).collect();
    let why = if objections.is_empty() {
        format!("{by} is not among the policy's approvers")
    } else {
        objections.join("; ")
    };
    Err(Refusal(format!("{why}; {}", who_could(policy, stake, besides))))
}

/// `dana or sam could decide this`, as far as the policy names anybody.
pub fn who_could(policy: &Policy, stake: Stake<'_>, besides: &[impl AsRef<str>]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for approver in &policy.approvers {
        let done = besides.iter().any(|name| name.as_ref() == approver.name);
        if !done && !names.contains(&approver.name.as_str()) && stake.is_allowed(approver) {
            names.push(&approver.name);
        }
    }
    match names.split_last() {
        None if policy.approvers.is_empty() => "anybody else could decide this".to_owned(),
        None => "nobody the policy names could decide this".to_owned(),
        Some((last, [])) => format!("{last} could decide this"),
        Some((last, before)) => format!("{} or {last} could decide this", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: &[&str] = &[];

    fn policy(approvers: &[(&str, f64)]) -> Policy {
        let approver = |(name, up_to): &(&str, f64)| Approver {
            name: (*name).into(),
            cost_up_to: Some(*up_to),
            ..Approver::default()
        };
        Policy { approvers: approvers.iter().map(approver).collect(), ..Policy::default() }
    }

    const STAKE: Stake<'static> = Stake { segment: "SMB", account_value: 10_000.0, cost: 100.0 };

    #[test]
    fn without_approvers_anybody_may() {
        assert_eq!(within_limits(&Policy::default(), "whoever", STAKE, NOBODY), Ok(()));
    }

    #[test]
    fn with_any_only_they_may_within_their_limits() {
        let policy = policy(&[("dana", 50.0), ("sam", 100.0), ("lee", 500.0)]);
        assert_eq!(within_limits(&policy, "sam", STAKE, NOBODY), Ok(()));
        let why = |by, besides| within_limits(&policy, by, STAKE, besides).unwrap_err().0;
        assert_eq!(
            why("dana", NOBODY),
            "cost $100 is above the limit of $50 for dana (cost_up_to); sam or lee could decide \
             this"
        );
        assert_eq!(
            why("ines", &["sam"]),
            "ines is not among the policy's approvers; lee could decide this"
        );
        assert!(
            why("ines", &["sam", "lee"]).ends_with("nobody the policy names could decide this")
        );
    }

    #[test]
    fn somebody_named_twice_has_both_limits() {
        let mut policy = policy(&[("dana", 50.0), ("dana", 100.0)]);
        policy.approvers[1].segments = Some(vec!["Enterprise".into()]);
        let enterprise = Stake { segment: "Enterprise", ..STAKE };
        assert!(allows(&policy, "dana", enterprise));
        assert!(!allows(&policy, "dana", STAKE));
    }
}
