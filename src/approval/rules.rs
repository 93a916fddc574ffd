//! Whether a decision may be made, and why not.

use jiff::Timestamp;

use super::already::already;
use super::limits::{who_can, within_limits};
use super::refusal::{Able, Refusal};
use super::request::Request;
use crate::domain::decision_kind::PlaybookRule;
use crate::domain::{Basis, DecisionKind, Moment, Person, Policy, Run, Stake, Standing, Status};

/// Checks everything about a decision but the order of the ledger. `basis` is what is recommended with
/// its hash, `chosen` the same with the playbook that an override chooses, where that is known. A
/// reviewer may have seen either.
///
/// # Errors
/// The first rule that does not allow it.
pub fn may_decide(
    request: &Request,
    basis: Option<(&Basis, &str)>,
    chosen: Option<(&Basis, &str)>,
    standing: &Standing,
    policy: &Policy,
    now: &Moment,
) -> Result<(), Refusal> {
    let customer_id = || request.customer_id.clone();
    let by = reviewer(&request.by)?;
    let Some((basis, hash)) = basis else {
        return Err(Refusal::NothingRecommended { customer_id: customer_id(), assignable: false });
    };
    not_started(request, standing, now.at)?;
    not_held_out(request, standing)?;
    about_something(request, basis, standing, now.at)?;
    let recommended = &basis.recommendation.playbook_id;
    let names_another = request.kind.rules().playbook == PlaybookRule::Another;
    if let Some(meant) = &request.playbook_id
        && !names_another
        && meant != recommended
    {
        let (recommended, meant) = (recommended.clone(), meant.clone());
        return Err(Refusal::OtherPlaybook { customer_id: customer_id(), recommended, meant });
    }
    is_basis_seen(request, hash, chosen.map(|(_, hash)| hash))?;
    let stake = match names_another {
        true => choice(request, basis, chosen.map(|(basis, _)| basis))?.stake(),
        false => basis.stake(),
    };
    open_to(request, &by, stake, standing, policy, now.at)?;
    reason(request, policy)?;
    until(request, now)
}

/// Checks whether a reviewer may make a kind of decision at all, before the rest is filled in: what
/// [`may_decide`] would refuse whatever that is.
///
/// # Errors
/// The first rule that does not allow it.
pub fn is_open(
    request: &Request,
    basis: Option<&Basis>,
    standing: &Standing,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    let by = reviewer(&request.by)?;
    let Some(basis) = basis else {
        let customer_id = request.customer_id.clone();
        return Err(Refusal::NothingRecommended { customer_id, assignable: false });
    };
    not_started(request, standing, now)?;
    not_held_out(request, standing)?;
    about_something(request, basis, standing, now)?;
    if request.kind == DecisionKind::Propose {
        return Ok(());
    }
    if request.kind.rules().playbook == PlaybookRule::Another {
        // Its cost is known once the playbook is chosen; the rest is known now.
        let stake = Stake { cost: Some(f64::NEG_INFINITY), ..basis.stake() };
        return within_limits(policy, &by, stake, &standing.approvals);
    }
    open_to(request, &by, basis.stake(), standing, policy, now)
}

/// Checks that what the reviewer saw is what stands, by the hash of either basis.
pub(super) fn is_basis_seen(
    request: &Request,
    hash: &str,
    chosen: Option<&str>,
) -> Result<(), Refusal> {
    match &request.basis_hash {
        Some(seen) if seen != hash && chosen.is_none_or(|hash| seen != hash) => {
            let (customer_id, current) = (request.customer_id.clone(), hash.to_owned());
            Err(Refusal::BasisChanged { customer_id, current, seen: seen.clone() })
        }
        _ => Ok(()),
    }
}

/// Checks that the recommended play neither runs nor ran.
pub(super) fn not_started(
    request: &Request,
    standing: &Standing,
    now: Timestamp,
) -> Result<(), Refusal> {
    match started(standing) {
        None => Ok(()),
        Some(run) => Err(Refusal::Started {
            customer_id: request.customer_id.clone(),
            run: Box::new(run.clone()),
            hand_off: None,
            now,
        }),
    }
}

/// Checks that no experiment leaves the customer alone. A proposal decides nothing, but nothing can come of it.
pub(super) fn not_held_out(request: &Request, standing: &Standing) -> Result<(), Refusal> {
    match standing.status {
        Status::HeldOut => Err(Refusal::HeldOut { customer_id: request.customer_id.clone() }),
        _ => Ok(()),
    }
}

/// Checks that something is recommended, or that a playbook may be assigned by hand: to a customer that
/// is uncovered, or about whom that was decided before.
pub(super) fn about_something(
    request: &Request,
    basis: &Basis,
    standing: &Standing,
    now: Timestamp,
) -> Result<(), Refusal> {
    let assignable = standing.status != Status::None;
    let assigns = request.kind.rules().playbook.is_named();
    if basis.recommended().is_some() || (assignable && assigns) {
        return Ok(());
    }
    let customer_id = request.customer_id.clone();
    Err(match &standing.run {
        Some(run) if assigns => {
            Refusal::Started { customer_id, run: Box::new(run.clone()), hand_off: None, now }
        }
        _ => Refusal::NothingRecommended { customer_id, assignable },
    })
}

/// Checks that this reviewer may decide, and did not decide so already.
fn open_to(
    request: &Request,
    by: &Person,
    stake: Stake<'_>,
    standing: &Standing,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    within_limits(policy, by, stake, &standing.approvals)?;
    let Some(already) = already(request, standing, now) else { return Ok(()) };
    let more =
        standing.progress().map(|progress| (progress, who_can(policy, stake, &standing.approvals)));
    Err(Refusal::AlreadyDecided { already: Box::new(already), more })
}

/// What an override chooses, if it may be chosen.
fn choice<'c>(
    request: &Request,
    basis: &Basis,
    chosen: Option<&'c Basis>,
) -> Result<&'c Basis, Refusal> {
    let customer_id = request.customer_id.clone();
    let recommended = basis.recommendation.playbook_id.clone();
    match &request.playbook_id {
        None => Err(Refusal::NeedsPlaybook { kind: request.kind, customer_id, recommended }),
        Some(meant) if *meant == recommended => {
            Err(Refusal::ChoseRecommended { customer_id, recommended })
        }
        Some(meant) => chosen.ok_or_else(|| Refusal::ChoseSkipped { playbook_id: meant.clone() }),
    }
}

/// Checks that a playbook may be chosen of which `run` is known: what ran since the customer entered its
/// stage does not run again.
///
/// # Errors
/// Where it runs or ran.
pub fn may_choose(customer: &str, run: Option<&Run>, now: Timestamp) -> Result<(), Refusal> {
    match run {
        None => Ok(()),
        Some(run) => Err(Refusal::ChoseStarted {
            customer_id: customer.into(),
            run: Box::new(run.clone()),
            now,
        }),
    }
}

/// Returns the reviewer of a name.
///
/// # Errors
/// Where it is not a name of a person.
pub fn reviewer(by: &str) -> Result<Person, Refusal> {
    Person::parse(by).map_err(Refusal::Name)
}

/// Checks that someone is an approver, whatever their limits. Anyone is where the policy names none.
///
/// # Errors
/// Where they are not, with who is.
pub fn is_approver(policy: &Policy, by: &str) -> Result<(), Refusal> {
    let by = reviewer(by)?;
    let mut people: Vec<Person> = Vec::new();
    for approver in &policy.approvers {
        if !people.iter().any(|known| known.is(&approver.name)) {
            people.push(approver.name.clone());
        }
    }
    if people.is_empty() || people.iter().any(|person| person.is(&by)) {
        return Ok(());
    }
    Err(Refusal::NotApprover { by, able: Able::People(people) })
}

/// Returns the recommended play where it runs or ran: nothing is decided about it any more.
pub fn started(standing: &Standing) -> Option<&Run> {
    standing.run.as_ref().filter(|_| standing.status != Status::None)
}

fn reason(request: &Request, policy: &Policy) -> Result<(), Refusal> {
    let rules = &policy.approval;
    let kind = request.kind;
    let allowed = rules.reasons_of(kind);
    match &request.reason {
        None if rules.needs_reason(kind) => {
            Err(Refusal::NeedsReason { kind, allowed: allowed.to_vec() })
        }
        Some(reason) if !allowed.iter().any(|known| known == reason) => {
            let (reason, allowed) = (reason.clone(), allowed.to_vec());
            Err(Refusal::UnknownReason { kind, reason, allowed })
        }
        _ => Ok(()),
    }
}

/// Checks that a deferral ends on a later date.
fn until(request: &Request, now: &Moment) -> Result<(), Refusal> {
    if !request.kind.rules().needs_until {
        return Ok(());
    }
    let today = now.today();
    match request.until {
        None => Err(Refusal::NeedsUntil),
        Some(until) if until <= today => Err(Refusal::PastUntil { until, today }),
        Some(_) => Ok(()),
    }
}
