//! Recommendation × policy × decisions × clock to a status.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::authority::{Authority, counts_from};
use super::drift::drift;
use super::entries::{HandOffs, InForce, same_decision};
use super::run::settling;
use crate::domain::status::{Change, Uncounted, WhyUncounted};
use crate::domain::time::days_after;
use crate::domain::{
    Basis, Chosen, DecisionKind, Entry, Moment, Person, Policy, Run, Standing, Status,
};

/// Tells which plays run or ran since the customer entered its stage, by hand-offs and by the data.
pub type Runs<'a> = dyn Fn(&HandOffs<'_>) -> Vec<Run> + 'a;

/// What a customer's status is told from, beside the decisions.
pub struct Subject<'a> {
    /// What stands now: a recommendation, or a customer without one; `None` where there is no
    /// customer.
    pub basis: Option<&'a Basis>,
    /// The playbook that would be recommended, were it not for a contact limit.
    pub kept_back: Option<&'a str>,
    /// An experiment leaves the customer alone.
    pub held_out: bool,
    /// The customer is at or above the policy's `targets.high_risk_at`.
    pub at_high_risk: bool,
    /// The source data has an error: a row behind the recommendation was skipped.
    pub doubtful: bool,
    /// What a playbook would be for the customer now; `None` where it is gone.
    pub choose: &'a dyn Fn(&str) -> Option<Chosen>,
    /// What runs or ran, given the hand-offs in force.
    pub runs: &'a Runs<'a>,
    /// The last recovery of the ledger that may have cut off decisions about the customer.
    pub recovered: Option<&'a Arc<Entry>>,
}

/// Where a recommendation stands at a moment. `entries` are the customer's, in the order of the
/// ledger.
pub fn standing<'e>(
    subject: &Subject<'_>,
    policy: &Policy,
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
    now: &Moment,
) -> Standing {
    let authority = Authority { policy, now: now.at };
    let InForce { mut decisions, hand_offs, undone, forged, .. } =
        InForce::new(entries, &authority);
    // What was decided before may have been replaced by what was cut off: someone decides anew.
    decisions.retain(|decision| subject.recovered.is_none_or(|cut| decision.seq > cut.seq));
    // No one can say what was approved there: it is as if it had not been made.
    decisions.retain(|d| d.kind != DecisionKind::Approve || says_what_is_approved(d));
    let mut standing = Standing::undecided(Status::None);
    standing.recovered = subject.recovered.cloned();
    standing.undone = undone;
    standing.decision = decisions.last().map(|decision| Arc::clone(decision));
    let runs = (subject.runs)(&hand_offs);
    if let Some(playbook) = subject.kept_back
        && let Some(run) = runs
            .iter()
            .find(|run| !run.over && (run.is_of(&[playbook]) || !policy.contact.parallel))
    {
        // What runs is what stops it: it runs on.
        standing.status = Status::Running;
        standing.next_change = run.until;
        standing.run = Some(run.clone());
        return standing;
    }
    let needs_somebody = subject.at_high_risk && subject.kept_back.is_none();
    let Some(basis) = subject.basis else {
        return without_recommendation(standing, runs, needs_somebody);
    };
    let recommended = basis.recommended().map(|r| &r.playbook_id);
    let is_about_it = |d: &&Arc<Entry>| match (d.basis.get().map(Basis::recommended), recommended) {
        (Some(Some(then)), Some(now)) => then.playbook_id == *now,
        // What was chosen for a customer without a recommendation stops one that appears.
        (Some(None), Some(_)) => true,
        // There is nothing but a choice that could stand.
        (Some(None), None) => d.kind == DecisionKind::Override,
        (Some(Some(_)), None) => false,
        // What was stopped there is stopped; instead of what another play was chosen is not known.
        (None, Some(now)) => d.kind == DecisionKind::Override || d.playbook_id == *now,
        (None, None) => false,
    };
    if recommended.is_none() && !decisions.last().is_some_and(&is_about_it) {
        return without_recommendation(standing, runs, needs_somebody);
    }
    let mut playbooks: Vec<&str> = recommended.map(|id| id.as_str()).into_iter().collect();
    // Whoever chose another playbook in its place settled what is to run for it.
    let chosen = decisions.last().filter(|d| is_about_it(d)).and_then(|d| d.basis.chosen.as_ref());
    playbooks.extend(chosen.map(|chosen| chosen.playbook_id.as_str()));
    if let Some(run) = settling(runs, &playbooks, policy.contact) {
        standing.status = if run.over { Status::Done } else { Status::Running };
        standing.next_change = run.until.filter(|_| !run.over);
        standing.run = Some(run);
        return standing;
    }
    if subject.held_out && recommended.is_some() {
        standing.status = Status::HeldOut;
        return standing;
    }
    let needs_approval =
        basis.recommendation.requires_human_approval || subject.recovered.is_some();
    let undecided = match (needs_approval, subject.doubtful) {
        _ if recommended.is_none() && needs_somebody => Status::Uncovered,
        _ if recommended.is_none() => Status::None,
        (true, _) => Status::Pending,
        (false, true) => Status::Held,
        (false, false) => Status::Automatic,
    };
    let what_stands = |decision: &Entry| match &decision.basis.chosen {
        None => basis.clone(),
        Some(chosen) => {
            Basis { chosen: (subject.choose)(&chosen.playbook_id).map(Box::new), ..basis.clone() }
        }
    };
    // What let a play run that was handed off is used up with that run: it lets no second one run.
    let decisions = not_spent(decisions, &hand_offs.standing);
    let Judged { mut counted, uncounted } = Judged::new(decisions, &authority, &what_stands);
    if recommended.is_none() {
        // Without a recommendation a choice that does not count has nothing to stop.
        counted.retain(|entry| !uncounted.iter().any(|other| other.entry.id == entry.id));
    }
    standing.next_change = uncounted.iter().filter_map(Uncounted::counts_from).min();
    standing.uncounted = uncounted;
    // Whoever decided since replaced what someone else may have made in a name.
    let last = counted.last().map_or(0, |last| last.seq);
    let forged = forged.into_iter().filter(|(entry, _)| entry.seq > last && entry.kind.decides());
    let uncounted = |(entry, fault): (&Arc<Entry>, _)| Uncounted {
        entry: Arc::clone(entry),
        why: WhyUncounted::Signature(fault),
    };
    standing.uncounted.extend(forged.map(uncounted));
    standing.decision = counted.last().map(|decision| Arc::clone(decision));
    let Some(decision) = counted.last().copied() else {
        standing.status = undecided;
        return standing;
    };
    // What needs no approval runs again once it is about something else, unless someone stopped
    // this very playbook.
    let stopped = decision.kind != DecisionKind::Approve && is_about_it(&decision);
    let waits = needs_approval || stopped;
    let ends = deferral_ends(decision, now);
    if ends.is_some_and(|ends| now.at >= ends) {
        standing.status = if waits { Status::Pending } else { undecided };
        standing.since = ends.filter(|_| waits);
        return standing;
    }
    let what_stands = what_stands(decision);
    let mut changed = drift(&decision.basis, &what_stands, policy);
    if decision.kind == DecisionKind::Override && decision.basis.chosen.is_none() {
        // A choice that does not say of what lets nothing run: no one saw its numbers.
        let now = decision.playbook_id.as_str().into();
        changed.push(Change { field: "chosen.playbook_id", was: Value::Null, now });
    }
    if !changed.is_empty() {
        if waits {
            standing.status = Status::Stale;
            standing.changed = changed;
        } else {
            standing.status = undecided;
        }
        return standing;
    }
    match decision.kind {
        DecisionKind::Approve | DecisionKind::Override => {
            let approvals = Approvals::new(&counted, &what_stands, &authority);
            approvals.settle(&mut standing, undecided, waits);
        }
        DecisionKind::Reject => standing.status = Status::Rejected,
        DecisionKind::Defer => {
            standing.status = Status::Deferred;
            standing.next_change = [standing.next_change, ends].into_iter().flatten().min();
        }
        DecisionKind::Undo
        | DecisionKind::HandOff
        | DecisionKind::Propose
        | DecisionKind::Enroll
        | DecisionKind::Recover => standing.status = undecided,
    }
    standing
}

/// True of an approval whose basis reads and has a recommendation.
fn says_what_is_approved(approval: &Entry) -> bool {
    approval.basis.get().is_some_and(|basis| basis.recommended().is_some())
}

/// Where a customer stands to whom nothing is recommended and no playbook was assigned by hand.
fn without_recommendation(
    mut standing: Standing,
    runs: Vec<Run>,
    needs_somebody: bool,
) -> Standing {
    standing.run = runs.into_iter().find(|run| !run.over);
    if needs_somebody {
        match &standing.run {
            None => standing.status = Status::Uncovered,
            Some(run) => standing.next_change = run.until,
        }
    }
    standing
}

/// When a deferral is over: when its day begins for whoever deferred, so that every viewer sees the
/// same; in older ledgers, which do not say, when it begins here.
fn deferral_ends(decision: &Entry, now: &Moment) -> Option<Timestamp> {
    let until = decision.until.filter(|_| decision.kind == DecisionKind::Defer)?;
    decision.until_at.or_else(|| now.start_of(until))
}

/// The decisions after the last one whose play was handed off.
fn not_spent<'e>(
    mut decisions: Vec<&'e Arc<Entry>>,
    hand_offs: &[&Arc<Entry>],
) -> Vec<&'e Arc<Entry>> {
    let is_spent = |decision: &&Arc<Entry>| {
        let ran = |hand_off: &&Arc<Entry>| {
            hand_off.seq > decision.seq && hand_off.playbook_id == decision.playbook_id
        };
        decision.kind.lets_run() && hand_offs.iter().any(ran)
    };
    // Those before it were replaced by it.
    let spent = decisions.iter().rposition(is_spent).map_or(0, |last| last + 1);
    decisions.drain(..spent);
    decisions
}

/// Decisions, those that count apart from approvals and choices that would stand and do not count.
struct Judged<'e> {
    /// With choices that do not count, as they still stop the recommended playbook.
    counted: Vec<&'e Arc<Entry>>,
    uncounted: Vec<Uncounted>,
}

impl<'e> Judged<'e> {
    /// An approval that does not count is as if it had not been made: it replaces nothing.
    fn new(
        decisions: Vec<&'e Arc<Entry>>,
        authority: &Authority<'_>,
        what_stands: &dyn Fn(&Entry) -> Basis,
    ) -> Self {
        let mut judged = Self { counted: Vec::new(), uncounted: Vec::new() };
        for entry in decisions {
            let why = entry.kind.lets_run().then(|| against(entry, authority, what_stands));
            if let Some(why) = why.flatten() {
                judged.uncounted.push(Uncounted { entry: Arc::clone(entry), why });
                if entry.kind == DecisionKind::Approve {
                    continue;
                }
            } else if entry.kind != DecisionKind::Approve {
                // It replaces what was decided before.
                judged.uncounted.clear();
            }
            judged.counted.push(entry);
        }
        judged
    }
}

/// Why an approval or a choice does not count: judged by what stands now, or where it is about
/// something else, by that.
fn against(
    entry: &Entry,
    authority: &Authority<'_>,
    what_stands: &dyn Fn(&Entry) -> Basis,
) -> Option<WhyUncounted> {
    if authority.policy.approvers.is_empty() {
        return authority.against(entry, entry.basis.stake());
    }
    let now = what_stands(entry);
    match drift(&entry.basis, &now, authority.policy).is_empty() {
        true => authority.against(entry, now.stake()),
        false => authority.against(entry, entry.basis.stake()),
    }
}

impl Uncounted {
    /// When it begins to count by time alone.
    fn counts_from(&self) -> Option<Timestamp> {
        let ahead = self.why == WhyUncounted::DatedInFuture;
        counts_from(self.entry.at).filter(|_| ahead)
    }
}

/// The approvals of what stands, or the choices of the same playbook, by different people.
struct Approvals<'e> {
    /// Those that hold, the earliest first, each with when it expires.
    holding: Vec<(&'e Arc<Entry>, Option<Timestamp>)>,
    /// When those expired that no longer hold.
    expired: Vec<Timestamp>,
    needed: usize,
    kind: DecisionKind,
}

impl<'e> Approvals<'e> {
    fn new(counted: &[&'e Arc<Entry>], what_stands: &Basis, authority: &Authority<'_>) -> Self {
        let (policy, now) = (authority.policy, authority.now);
        let stake = what_stands.stake();
        let mut approvals = Self {
            holding: Vec::new(),
            expired: Vec::new(),
            needed: policy.approval.approvers_needed(stake.account_value),
            kind: DecisionKind::Approve,
        };
        let Some(last) = counted.last() else { return approvals };
        approvals.kind = last.kind;
        let same = |entry: &&&Arc<Entry>| same_decision(entry, last);
        let mut people: Vec<Person> = Vec::new();
        for entry in counted.iter().rev().take_while(same) {
            // Neither may be stale against the other, whichever came first.
            let holds = drift(&entry.basis, what_stands, policy).is_empty()
                && drift(&entry.basis, &last.basis, policy).is_empty()
                && drift(&last.basis, &entry.basis, policy).is_empty();
            if !holds || authority.against(entry, stake).is_some() {
                continue;
            }
            // Names that look the same may be one person's.
            let person = Person::new(&entry.by);
            if people.iter().any(|known| known.looks_like(&person)) {
                continue;
            }
            people.push(person);
            let days = policy.approval.expires_after_days;
            let end = days.and_then(|days| days_after(entry.at, days));
            match end {
                Some(end) if end <= now => approvals.expired.push(end),
                _ => approvals.holding.insert(0, (entry, end)),
            }
        }
        approvals
    }

    fn settle(self, standing: &mut Standing, undecided: Status, waits: bool) {
        let Self { holding, mut expired, needed, kind } = self;
        standing.approvals = holding.iter().map(|(entry, _)| entry.by.clone()).collect();
        standing.needed = needed;
        let ends = holding.iter().filter_map(|(_, end)| *end).min();
        standing.next_change = [standing.next_change, ends].into_iter().flatten().min();
        standing.status = if holding.len() >= needed {
            if kind == DecisionKind::Override { Status::Overridden } else { Status::Approved }
        } else if holding.len() + expired.len() >= needed {
            expired.sort_unstable();
            // It was enough until so many of them were gone.
            let spare = holding.len() + expired.len() - needed;
            standing.since = expired.get(spare).copied().filter(|_| waits);
            if waits { Status::Expired } else { undecided }
        } else if waits {
            Status::Pending
        } else {
            undecided
        };
    }
}

#[cfg(test)]
mod tests;
