//! Who may decide about a play: the policy's approvers within their limits; and who hands off what
//! may run (`decisions.md`, *Policy*; `trust.md`, 8 to 10).

use super::refusal::Refusal;
use crate::domain::{Person, Policy, Stake};

/// True where this person may decide about it.
pub fn allows(policy: &Policy, by: &Person, stake: Stake<'_>) -> bool {
    policy.approvers.is_empty()
        || policy.approvers.iter().any(|approver| approver.name.is(by) && approver.allows(stake))
}

/// Looks whether this person may decide about it. `besides` are people who may not any more, as they
/// have done their part: nobody is sent to them.
///
/// # Errors
/// Which rule speaks against it, what was found, and who could decide.
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
    let objections: Vec<String> =
        own.filter_map(|approver| approver.objection_words(stake)).collect();
    let why = if objections.is_empty() {
        format!("{by} is not among the policy's approvers")
    } else {
        objections.join("; ")
    };
    Err(Refusal(format!("{why}; {}", who_could(policy, stake, besides))))
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

/// `dana or sam could decide this`, as far as the policy names anybody.
pub fn who_could(policy: &Policy, stake: Stake<'_>, besides: &[impl AsRef<str>]) -> String {
    let mut able = able(policy, stake);
    let done: Vec<Person> = besides.iter().map(|name| Person::new(name.as_ref())).collect();
    able.retain(|person| !done.iter().any(|done| done.looks_like(person)));
    match either(&able) {
        None if policy.approvers.is_empty() => "anybody else could decide this".to_owned(),
        None => "nobody the policy names could decide this".to_owned(),
        Some(names) => format!("{names} could decide this"),
    }
}

/// Looks whether this person may hand off what may run: with any approver in the policy only they and
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
    Err(Refusal(format!(
        "{by} may not hand off plays or undo that: {by} is neither an approver nor named in hand_off.by; {} may",
        either(&named).unwrap_or_default()
    )))
}

/// `dana, sam or lee`
fn either(people: &[&Person]) -> Option<String> {
    let names: Vec<&str> = people.iter().map(|person| person.name().as_str()).collect();
    let (last, before) = names.split_last()?;
    Some(match before {
        [] => (*last).to_owned(),
        _ => format!("{} or {last}", before.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Approver;

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
        let why =
            |by: &str, besides| within_limits(&policy, &by.into(), STAKE, besides).unwrap_err().0;
        assert_eq!(
            why("dana", NOBODY),
            "cost $100 is above the limit of $50 for dana (cost_up_to); sam or lee could decide \
             this"
        );
        assert_eq!(
            why("ines", &["Sam"]),
            "ines is not among the policy's approvers; lee could decide this"
        );
        assert!(
            why("ines", &["sam", "lee"]).ends_with("nobody the policy names could decide this")
        );
        assert!(why("s\u{430}m", NOBODY).contains("not among the policy's approvers"));
    }

    #[test]
    fn what_is_missing_asks_for_somebody_without_that_limit() {
        let mut policy = policy(&[("junior", 1e9)]);
        policy.approvers.push(Approver { name: "boss".into(), ..Approver::default() });
        let missing = Stake { cost: None, ..STAKE };
        assert!(may(&policy, "boss", missing));
        assert_eq!(
            within_limits(&policy, &"junior".into(), missing, NOBODY).unwrap_err().0,
            "cost is missing, so the limit of $1,000,000,000 for junior cannot be checked \
             (cost_up_to); boss could decide this"
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
            may_hand_off(&policy, &"mallory".into()).unwrap_err().0,
            "mallory may not hand off plays or undo that: mallory is neither an approver nor \
             named in hand_off.by; dana or ops may"
        );
    }
}
