//! Who may decide about a play: the policy's approvers within their limits; and who hands off what
//! may run.

use super::refusal::{Able, Limit, Refusal};
use crate::domain::policy::Objection;
use crate::domain::{Approver, Person, Policy, Stake};

/// True where this person may decide about it.
pub fn allows(policy: &Policy, by: &Person, stake: Stake<'_>) -> bool {
    policy.approvers.is_empty()
        || policy.approvers.iter().any(|approver| approver.name.is(by) && approver.allows(stake))
}

/// Checks that this person may decide about it. `besides` are people who have done their part: they are
/// not named among those who can.
///
/// # Errors
/// Which rule does not allow it, what was found, and who can decide.
pub fn within_limits(
    policy: &Policy,
    by: &Person,
    stake: Stake<'_>,
    besides: &[impl AsRef<str>],
) -> Result<(), Refusal> {
    if allows(policy, by, stake) {
        return Ok(());
    }
    let own = policy.approvers.iter().filter(|approver| approver.name.is(by));
    let limits: Vec<Limit> = own.filter_map(|approver| limit(approver, stake)).collect();
    let able = who_can(policy, stake, besides);
    Err(match limits.is_empty() {
        true => Refusal::NotApprover { by: by.clone(), able },
        false => Refusal::Limits { limits, able },
    })
}

/// The limit of an approver that stands in the way.
fn limit(approver: &Approver, stake: Stake<'_>) -> Option<Limit> {
    let objection = approver.objection(stake)?;
    Some(Limit {
        approver: approver.name.clone(),
        objection,
        found: match objection {
            Objection::Segment => None,
            Objection::AccountValue(_) => stake.account_value,
            Objection::Cost(_) => stake.cost,
        },
        segment: stake.segment.into(),
        segments: approver.segments.clone().unwrap_or_default(),
    })
}

/// The people whom the policy names and who may decide about it, each once.
pub fn able<'p>(policy: &'p Policy, stake: Stake<'_>) -> Vec<&'p Person> {
    let mut able: Vec<&Person> = Vec::new();
    for approver in &policy.approvers {
        let known = able.iter().any(|person| person.looks_like(&approver.name));
        if !known && approver.allows(stake) {
            able.push(&approver.name);
        }
    }
    able
}

/// Returns who can decide about it besides those who have done their part.
pub fn who_can(policy: &Policy, stake: Stake<'_>, besides: &[impl AsRef<str>]) -> Able {
    if policy.approvers.is_empty() {
        return Able::AnyoneElse;
    }
    let mut able = able(policy, stake);
    let done: Vec<Person> = besides.iter().map(|name| Person::new(name.as_ref())).collect();
    able.retain(|person| !done.iter().any(|done| done.looks_like(person)));
    match able.is_empty() {
        true => Able::Nobody,
        false => Able::People(able.into_iter().cloned().collect()),
    }
}

/// Checks that this person may hand off what may run: with any approver in the policy only they and
/// those whom `hand_off.by` names. What an approver's limits are does not matter: whoever approved
/// had them.
///
/// # Errors
/// Who may.
pub fn may_hand_off(policy: &Policy, by: &Person) -> Result<(), Refusal> {
    let mut named: Vec<&Person> = Vec::new();
    let approvers = policy.approvers.iter().map(|approver| &approver.name);
    for person in approvers.chain(&policy.hand_off.by) {
        if !named.iter().any(|known| known.is(person)) {
            named.push(person);
        }
    }
    if policy.approvers.is_empty() || named.iter().any(|person| person.is(by)) {
        return Ok(());
    }
    let allowed = named.into_iter().cloned().collect();
    Err(Refusal::MayNotHandOff { by: by.clone(), allowed })
}

/// Checks that this agent may hand off what may run: the policy lets agents do so, and names this one
/// in `hand_off.by`.
///
/// # Errors
/// Which of the two is missing.
pub fn agent_may_hand_off(policy: &Policy, by: &Person) -> Result<(), Refusal> {
    if !policy.agents.may_hand_off {
        return Err(Refusal::AgentsMayNot { what: "hand off plays", key: "agents.may_hand_off" });
    }
    match policy.hand_off.by.iter().any(|person| person.is(by)) {
        true => Ok(()),
        false => Err(Refusal::AgentNotNamed { by: by.clone() }),
    }
}

/// Checks that agents may report outcomes.
///
/// # Errors
/// Where the policy does not let them.
pub fn agent_may_report(policy: &Policy) -> Result<(), Refusal> {
    match policy.agents.may_report {
        true => Ok(()),
        false => Err(Refusal::AgentsMayNot { what: "report outcomes", key: "agents.may_report" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Error;

    const NOBODY: &[&str] = &[];

    fn policy(approvers: &[(&str, f64)]) -> Policy {
        let approver = |(name, up_to): &(&str, f64)| Approver {
            name: (*name).into(),
            cost_up_to: Some(*up_to),
            ..Approver::default()
        };
        Policy { approvers: approvers.iter().map(approver).collect(), ..Policy::default() }
    }

    fn may(policy: &Policy, by: &str, stake: Stake<'_>) -> bool {
        allows(policy, &by.into(), stake)
    }

    const STAKE: Stake<'static> =
        Stake { segment: "SMB", account_value: Some(10_000.0), cost: Some(100.0) };

    #[test]
    fn without_approvers_anybody_may() {
        assert_eq!(within_limits(&Policy::default(), &"whoever".into(), STAKE, NOBODY), Ok(()));
        assert_eq!(may_hand_off(&Policy::default(), &"whoever".into()), Ok(()));
    }

    #[test]
    fn with_any_only_they_may_within_their_limits() {
        let policy = policy(&[("dana", 50.0), ("sam", 100.0), ("lee", 500.0)]);
        assert_eq!(within_limits(&policy, &"sam".into(), STAKE, NOBODY), Ok(()));
        assert_eq!(within_limits(&policy, &" SAM\u{200b}".into(), STAKE, NOBODY), Ok(()));
        let why = |by: &str, besides| {
            let refusal = within_limits(&policy, &by.into(), STAKE, besides).unwrap_err();
            Error::from(refusal).one_line()
        };
        assert_eq!(
            why("dana", NOBODY),
            "cost $100 is above the limit of $50 for dana (cost_up_to); sam or lee can decide this"
        );
        assert_eq!(
            why("ines", &["Sam"]),
            "ines is not an approver in the policy; lee can decide this"
        );
        assert!(
            why("ines", &["sam", "lee"]).ends_with("no approver in the policy can decide this")
        );
        assert!(why("s\u{430}m", NOBODY).contains("is not an approver in the policy"));
    }

    #[test]
    fn what_is_missing_asks_for_somebody_without_that_limit() {
        let mut policy = policy(&[("junior", 1e9)]);
        policy.approvers.push(Approver { name: "boss".into(), ..Approver::default() });
        let missing = Stake { cost: None, ..STAKE };
        assert!(may(&policy, "boss", missing));
        assert_eq!(
            within_limits(&policy, &"junior".into(), missing, NOBODY).unwrap_err().message(),
            "cost is missing, so the limit of $1,000,000,000 for junior cannot be checked \
             (cost_up_to)"
        );
    }

    #[test]
    fn several_segments_read_as_a_sentence() {
        let mut policy = policy(&[("dana", 50.0)]);
        policy.approvers[0].segments = Some(vec!["SMB".into(), "Mid-Market".into()]);
        let enterprise = Stake { segment: "Enterprise", ..STAKE };
        assert_eq!(
            within_limits(&policy, &"dana".into(), enterprise, NOBODY).unwrap_err().message(),
            "dana decides only about SMB and Mid-Market, not about Enterprise"
        );
    }

    #[test]
    fn somebody_named_twice_has_both_limits_however_it_is_spelled() {
        let mut policy = policy(&[("dana", 50.0), ("DANA", 100.0)]);
        policy.approvers[1].segments = Some(vec!["Enterprise".into()]);
        let enterprise = Stake { segment: "Enterprise", ..STAKE };
        assert!(may(&policy, "dana", enterprise));
        assert!(!may(&policy, "dana", STAKE));
        assert_eq!(able(&policy, enterprise).len(), 1);
    }

    #[test]
    fn approvers_and_those_named_for_it_hand_off() {
        let mut policy = policy(&[("dana", 1.0), ("Dana", 2.0)]);
        policy.hand_off.by = vec!["ops".into()];
        for by in ["DANA", "ops"] {
            assert_eq!(may_hand_off(&policy, &by.into()), Ok(()));
        }
        assert_eq!(
            Error::from(may_hand_off(&policy, &"mallory".into()).unwrap_err()).one_line(),
            "mallory may not hand off plays or undo that: not an approver and not in hand_off.by; \
             dana or ops may"
        );
    }
}
