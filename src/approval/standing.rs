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
    let InForce { mut decisions, hand_offs, undone } = InForce::new(entries, &authority);
    // What was decided before may have been replaced by what was cut off: someone decides anew.
    decisions.retain(|decision| subject.recovered.is_none_or(|cut| decision.seq > cut.seq));
    // No one can say what was approved there: it is as if it had not been made.
    decisions.retain(|d| d.kind != DecisionKind::Approve || says_what_is_approved(d));
    let mut standing = Standing::undecided(Status::None);
    standing.recovered = subject.recovered.cloned();
    standing.undone = undone;
    standing.decision = decisions.last().map(|decision| Arc::clone(decision));
    let runs = (subject.runs)(&hand_offs);
    let Some(basis) = subject.basis else {
        return without_recommendation(standing, runs, subject.at_high_risk);
    };
    let recommended = basis.recommended().map(|told| &told.playbook_id);
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
        return without_recommendation(standing, runs, subject.at_high_risk);
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
    let needs_approval =
        basis.recommendation.requires_human_approval || subject.recovered.is_some();
    let undecided = match (needs_approval, subject.doubtful) {
        _ if recommended.is_none() && subject.at_high_risk => Status::Uncovered,
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
        DecisionKind::Undo | DecisionKind::HandOff | DecisionKind::Recover => {
            standing.status = undecided;
        }
    }
    standing
}

/// True of an approval whose basis reads and has a recommendation.
fn says_what_is_approved(approval: &Entry) -> bool {
    approval.basis.get().is_some_and(|basis| basis.recommended().is_some())
}

/// Where a customer stands to whom nothing is recommended and no playbook was assigned by hand.
fn without_recommendation(mut standing: Standing, runs: Vec<Run>, at_high_risk: bool) -> Standing {
    standing.run = runs.into_iter().find(|run| !run.over);
    if at_high_risk {
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
mod tests {
    use super::super::samples::{
        automatic, basis, choice, entry, now, overridden, uncovered, undo,
    };
    use super::*;
    use crate::domain::StoredBasis;
    use DecisionKind::{Approve, Defer, HandOff, Override, Reject};
    use jiff::SignedDuration;

    /// Where it stands under a policy at a moment; nothing runs.
    fn at(
        basis: Option<&Basis>,
        doubtful: bool,
        policy: &Policy,
        entries: &[Arc<Entry>],
        now: &Moment,
    ) -> Standing {
        let choose = |id: &str| (id == "P2").then(choice);
        let subject = Subject {
            basis,
            at_high_risk: false,
            doubtful,
            choose: &choose,
            runs: &|_| Vec::new(),
            recovered: None,
        };
        super::standing(&subject, policy, entries, now)
    }

    fn standing(basis: Option<&Basis>, doubtful: bool, entries: &[Arc<Entry>]) -> Standing {
        at(basis, doubtful, &Policy::default(), entries, &now())
    }

    fn status(now: &Basis, doubtful: bool, entries: &[Arc<Entry>]) -> Status {
        standing(Some(now), doubtful, entries).status
    }

    fn with_rules(change: impl FnOnce(&mut crate::domain::policy::ApprovalRules)) -> Policy {
        let mut policy = Policy::default();
        change(&mut policy.approval);
        policy
    }

    fn later(hours: i64) -> Moment {
        let now = now();
        Moment { at: now.at + SignedDuration::from_hours(hours), ..now }
    }

    #[test]
    fn undecided_it_depends_on_who_asks_and_what_was_set_aside() {
        assert_eq!(status(&basis(), false, &[]), Status::Pending);
        assert_eq!(status(&basis(), true, &[]), Status::Pending);
        assert_eq!(status(&automatic(), false, &[]), Status::Automatic);
        assert_eq!(status(&automatic(), true, &[]), Status::Held);
        assert_eq!(standing(None, true, &[]).status, Status::None);
    }

    #[test]
    fn what_is_assigned_by_hand_holds_until_the_customer_changes_or_something_is_recommended() {
        let by_hand = Basis { chosen: Some(Box::new(choice())), ..uncovered() };
        let assigned = [entry(1, Override, "dana", &by_hand)];
        assert_eq!(status(&uncovered(), false, &assigned), Status::Overridden);
        let moved = |change: fn(&mut Basis)| {
            let mut now = uncovered();
            change(&mut now);
            standing(Some(&now), false, &assigned)
        };
        let risk = moved(|now| now.recommendation.risk_score = 0.9);
        assert_eq!((risk.status, risk.changed[0].field), (Status::Stale, "risk_score"));
        let stage = moved(|now| now.recommendation.journey_stage = None);
        assert_eq!((stage.status, stage.changed[0].field), (Status::Stale, "journey_stage"));
        for now in [basis(), automatic()] {
            let appeared = standing(Some(&now), false, &assigned);
            assert_eq!((appeared.status, appeared.changed.len()), (Status::Stale, 1));
            assert_eq!(appeared.changed[0].field, "playbook_id");
        }
        // What was decided about a recommendation is nothing to a customer without one.
        for kind in [Approve, Reject, Override] {
            let before = [entry(1, kind, "dana", &overridden())];
            assert_eq!(status(&uncovered(), false, &before), Status::None, "at low risk");
        }
    }

    #[test]
    fn without_a_recommendation_high_risk_is_uncovered_unless_something_runs() {
        let choose = |_: &str| None;
        let until: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let runs = |over| Run {
            playbook_id: "P9".into(),
            instead_of: None,
            began: crate::domain::status::RunBegan::InData { id: "I1".into(), at: None },
            outcome: None,
            until: Some(until),
            over,
        };
        let status = |at_high_risk, run: Option<Run>| {
            let subject = Subject {
                basis: Some(&uncovered()),
                at_high_risk,
                doubtful: false,
                choose: &choose,
                runs: &|_| run.clone().into_iter().collect(),
                recovered: None,
            };
            let standing = super::standing(&subject, &Policy::default(), &[], &now());
            (standing.status, standing.next_change)
        };
        assert_eq!(status(true, None), (Status::Uncovered, None));
        assert_eq!(status(true, Some(runs(true))), (Status::Uncovered, None));
        assert_eq!(status(true, Some(runs(false))), (Status::None, Some(until)));
        assert_eq!(status(false, None), (Status::None, None));
        assert_eq!(status(false, Some(runs(false))), (Status::None, None));
    }

    #[test]
    fn a_basis_that_does_not_read_lets_nothing_run_and_stops_all_the_same() {
        let unreadable = |seq: u64, kind: DecisionKind| {
            let mut entry = (*entry(seq, kind, "dana", &automatic())).clone();
            entry.basis = StoredBasis::default();
            Arc::new(entry)
        };
        let approved = || unreadable(2, Approve);
        assert_eq!(status(&basis(), false, &[approved()]), Status::Pending);
        let rejected = entry(1, Reject, "sam", &automatic());
        assert_eq!(status(&automatic(), false, &[rejected, approved()]), Status::Rejected);
        for kind in [Reject, Override] {
            assert_eq!(status(&automatic(), false, &[unreadable(1, kind)]), Status::Stale);
        }
    }

    #[test]
    fn without_a_recommendation_only_a_choice_that_says_of_what_lets_anything_run() {
        let choose = |id: &str| (id == "P2").then(choice);
        let status = |now: &Basis, entries: &[Arc<Entry>]| {
            let subject = Subject {
                basis: Some(now),
                at_high_risk: true,
                doubtful: false,
                choose: &choose,
                runs: &|_| Vec::new(),
                recovered: None,
            };
            super::standing(&subject, &Policy::default(), entries, &super::super::samples::now())
                .status
        };
        let now = uncovered();
        // Not of this program: it refuses them.
        for kind in [Approve, Reject, Defer] {
            let mut made = (*entry(1, kind, "mallory", &now)).clone();
            made.playbook_id = "P2".into();
            made.until = (kind == Defer).then_some("2999-01-01".parse().unwrap());
            let made = [Arc::new(made)];
            assert_eq!(status(&now, &made), Status::Uncovered, "{kind:?}");
            assert!(!status(&basis(), &made).may_run(), "{kind:?}");
        }
        let chosen = Basis { chosen: Some(Box::new(choice())), ..uncovered() };
        let assigned = entry(1, Override, "dana", &chosen);
        assert_eq!(status(&now, std::slice::from_ref(&assigned)), Status::Overridden);
        for (now, basis) in [(now, uncovered()), (basis(), basis())] {
            let mut made = (*entry(1, Override, "mallory", &basis)).clone();
            made.playbook_id = "P2".into();
            assert_eq!(status(&now, &[Arc::new(made)]), Status::Stale, "no one saw P2");
        }
    }

    #[test]
    fn a_decision_stands_and_a_later_one_replaces_it() {
        let now = basis();
        let mut entries = vec![entry(1, Approve, "dana", &now)];
        let standing = standing(Some(&now), false, &entries);
        assert_eq!(standing.status, Status::Approved);
        assert_eq!(standing.approvals, ["dana"]);
        entries.push(entry(2, Reject, "sam", &now));
        assert_eq!(status(&now, false, &entries), Status::Rejected);
    }

    #[test]
    fn after_a_recovery_somebody_decides_anew() {
        let choose = |_: &str| None;
        let at = |basis: &Basis, entries: &[Arc<Entry>], cut: u64| {
            let recovery = entry(cut, DecisionKind::Recover, "dana", basis);
            let subject = Subject {
                basis: Some(basis),
                at_high_risk: false,
                doubtful: false,
                choose: &choose,
                runs: &|_| Vec::new(),
                recovered: Some(&recovery),
            };
            super::standing(&subject, &Policy::default(), entries, &now()).status
        };
        for basis in [basis(), automatic()] {
            let approved = [entry(1, Approve, "dana", &basis)];
            assert_eq!(at(&basis, &[], 5), Status::Pending);
            assert_eq!(at(&basis, &approved, 5), Status::Pending, "it may have been replaced");
            assert_eq!(at(&basis, &[entry(6, Approve, "dana", &basis)], 5), Status::Approved);
            assert_eq!(at(&basis, &[entry(6, Reject, "dana", &basis)], 5), Status::Rejected);
            let undone = [entry(6, Approve, "dana", &basis), undo(7, 6, &basis)];
            assert_eq!(at(&basis, &undone, 5), Status::Pending);
        }
    }

    #[test]
    fn a_deferral_ends_for_everybody_when_it_ends_for_whoever_deferred() {
        let basis = basis();
        let mut deferred = (*entry(1, Defer, "dana", &basis)).clone();
        deferred.until = Some("2026-02-04".parse().unwrap());
        // In Tokyo that day began nine hours before it does in London.
        deferred.until_at = Some("2026-02-03T15:00:00Z".parse().unwrap());
        let entries = [Arc::new(deferred)];
        let status = |moment| at(Some(&basis), false, &Policy::default(), &entries, moment).status;
        let moments = [later(0), later(1)];
        assert_eq!(moments.each_ref().map(status), [Status::Deferred, Status::Pending]);
    }

    #[test]
    fn an_undo_brings_back_what_stood_before() {
        let now = basis();
        let entries = [
            entry(1, Approve, "dana", &now),
            entry(2, Reject, "sam", &now),
            undo(3, 2, &now),
            undo(4, 1, &now),
        ];
        assert_eq!(status(&now, false, &entries[..3]), Status::Approved);
        assert_eq!(status(&now, false, &entries), Status::Pending);
    }

    #[test]
    fn a_person_who_looked_lifts_the_hold_and_may_stop_what_is_automatic() {
        let now = automatic();
        assert_eq!(status(&now, true, &[entry(1, Approve, "dana", &now)]), Status::Approved);
        assert_eq!(status(&now, false, &[entry(1, Reject, "dana", &now)]), Status::Rejected);
    }

    #[test]
    fn a_decision_about_something_else_is_stale_and_numbers_that_come_back_revive_it() {
        let now = basis();
        let mut then = basis();
        then.recommendation.risk_score = 0.4;
        let entries = [entry(1, Approve, "dana", &then)];
        let stale = standing(Some(&now), false, &entries);
        assert_eq!(stale.status, Status::Stale);
        assert_eq!(stale.changed.len(), 1);
        assert_eq!(stale.changed[0].field, "risk_score");
        assert_eq!(status(&then, false, &entries), Status::Approved);
    }

    #[test]
    fn what_needs_no_approval_now_runs_again_unless_this_playbook_was_stopped() {
        let now = automatic();
        let stopped = [entry(1, Reject, "dana", &basis())];
        assert_eq!(status(&now, false, &stopped), Status::Stale);
        let approved = [entry(1, Approve, "dana", &basis())];
        assert_eq!(status(&now, false, &approved), Status::Automatic);
        assert_eq!(status(&now, true, &approved), Status::Held);
        let mut other = basis();
        other.recommendation.playbook_id = "P2".into();
        assert_eq!(status(&now, false, &[entry(1, Reject, "dana", &other)]), Status::Automatic);
    }

    #[test]
    fn without_a_recommendation_nothing_stands() {
        let entries = [entry(1, Approve, "dana", &basis())];
        let standing = standing(None, false, &entries);
        assert_eq!(standing.status, Status::None);
        assert!(standing.decision.is_some(), "it is kept for whoever asks what was decided");
    }

    #[test]
    fn a_deferral_holds_until_its_day_begins() {
        let basis = basis();
        let mut deferred = (*entry(1, Defer, "dana", &basis)).clone();
        deferred.until = Some("2026-02-05".parse().unwrap());
        let entries = [Arc::new(deferred)];
        let before = standing(Some(&basis), false, &entries);
        assert_eq!(before.status, Status::Deferred);
        let start: Timestamp = "2026-02-05T00:00:00Z".parse().unwrap();
        assert_eq!(before.next_change, Some(start));
        let policy = Policy::default();
        let on = |at: &Moment| self::at(Some(&basis), false, &policy, &entries, at);
        assert_eq!(on(&later(33)).status, Status::Deferred, "the evening before");
        let day = on(&later(34));
        assert_eq!((day.status, day.since), (Status::Pending, Some(start)));
        let mut moved = basis.clone();
        moved.recommendation.risk_score = 0.1;
        assert_eq!(status(&moved, false, &entries), Status::Stale);
        let automatic = automatic();
        let mut deferred = (*entry(1, Defer, "dana", &automatic)).clone();
        deferred.until = Some("2026-02-03".parse().unwrap());
        assert_eq!(
            status(&automatic, false, &[Arc::new(deferred)]),
            Status::Pending,
            "somebody wanted to look at it again"
        );
    }

    #[test]
    fn an_override_stands_for_the_playbook_that_was_chosen() {
        let basis = basis();
        let entries = [entry(1, Override, "dana", &overridden())];
        assert_eq!(status(&basis, false, &entries), Status::Overridden);
        assert_eq!(status(&automatic(), false, &entries), Status::Stale, "it was stopped");
        let gone = Subject {
            basis: Some(&basis),
            at_high_risk: false,
            doubtful: false,
            choose: &|_| None,
            runs: &|_| Vec::new(),
            recovered: None,
        };
        let standing = super::standing(&gone, &Policy::default(), &entries, &now());
        assert_eq!(standing.status, Status::Stale);
        assert_eq!(standing.changed[0].field, "chosen.playbook_id");
    }

    #[test]
    fn two_approvers_are_two_names_on_what_still_holds() {
        let policy = with_rules(|rules| rules.two_approvers_at_account_value = Some(10_000.0));
        let basis = basis();
        let on = |entries: &[Arc<Entry>]| {
            let standing = at(Some(&basis), false, &policy, entries, &now());
            (standing.status, standing.progress().unwrap_or_default())
        };
        let dana = entry(1, Approve, "dana", &basis);
        let half = (Status::Pending, "1 of 2, dana".to_owned());
        assert_eq!(on(std::slice::from_ref(&dana)), half);
        assert_eq!(on(&[dana.clone(), entry(2, Approve, "dana", &basis)]), half);
        let both = [dana.clone(), entry(2, Approve, "sam", &basis)];
        assert_eq!(on(&both).0, Status::Approved);
        assert_eq!(on(&[&both[..], &[undo(3, 2, &basis)]].concat()), half);
        let rejected = [&both[..], &[entry(3, Reject, "lee", &basis)]].concat();
        assert_eq!(on(&rejected).0, Status::Rejected);
        let after = [&rejected[..], &[entry(4, Approve, "lee", &basis)]].concat();
        assert_eq!(on(&after).1, "1 of 2, lee", "the rejection replaced the approvals before it");
        let mut other = basis.clone();
        other.recommendation.account_value = 11_500.0;
        let moved = [entry(1, Approve, "dana", &other), entry(2, Approve, "sam", &basis)];
        assert_eq!(on(&moved).1, "1 of 2, sam", "dana approved other numbers");
        let chosen =
            [entry(1, Override, "dana", &overridden()), entry(2, Override, "sam", &overridden())];
        assert_eq!(on(&chosen[..1]).1, "1 of 2, dana, for Outreach instead");
        assert_eq!(on(&chosen).0, Status::Overridden);
        let one = standing(Some(&basis), false, &chosen[..1]);
        assert_eq!(one.status, Status::Overridden, "the policy asks for one");
    }

    #[test]
    fn an_approval_expires_and_says_since_when() {
        let policy = with_rules(|rules| rules.expires_after_days = Some(2.0));
        let basis = basis();
        let entries = [entry(1, Approve, "dana", &basis)];
        let on = |at: &Moment| self::at(Some(&basis), false, &policy, &entries, at);
        let holds = on(&later(47));
        let end: Timestamp = "2026-02-05T14:00:00Z".parse().unwrap();
        assert_eq!((holds.status, holds.next_change), (Status::Approved, Some(end)));
        let over = on(&later(48));
        assert_eq!((over.status, over.since), (Status::Expired, Some(end)));
        assert!(over.approvals.is_empty());
        let automatic = automatic();
        let entries = [entry(1, Approve, "dana", &automatic)];
        let over = at(Some(&automatic), false, &policy, &entries, &later(48));
        assert_eq!(over.status, Status::Automatic, "it needs none");
        let two = with_rules(|rules| {
            rules.expires_after_days = Some(2.0);
            rules.two_approvers_at_account_value = Some(0.0);
        });
        let mut second = (*entry(2, Approve, "sam", &basis)).clone();
        second.at += SignedDuration::from_hours(24);
        let entries = [entry(1, Approve, "dana", &basis), Arc::new(second)];
        let on = |at: &Moment| self::at(Some(&basis), false, &two, &entries, at);
        assert_eq!(on(&later(47)).status, Status::Approved);
        let half = on(&later(48));
        assert_eq!((half.status, half.since), (Status::Expired, Some(end)));
        assert_eq!(half.approvals, ["sam"]);
    }

    #[test]
    fn what_runs_is_settled_until_its_hand_off_is_taken_back() {
        let basis = basis();
        let entries = [
            entry(1, Approve, "dana", &basis),
            entry(2, HandOff, "ops", &basis),
            undo(3, 2, &basis),
        ];
        let run = |entry: &&Arc<Entry>| Run {
            playbook_id: entry.playbook_id.clone(),
            instead_of: None,
            began: crate::domain::status::RunBegan::HandedOff(Arc::clone(entry)),
            outcome: None,
            until: None,
            over: false,
        };
        let runs = |hand_offs: &HandOffs<'_>| hand_offs.standing.iter().map(run).collect();
        let subject = Subject {
            basis: Some(&basis),
            at_high_risk: false,
            doubtful: false,
            choose: &|_| None,
            runs: &runs,
            recovered: None,
        };
        let on = |entries: &[Arc<Entry>]| {
            super::standing(&subject, &Policy::default(), entries, &now()).status
        };
        assert_eq!(on(&entries[..2]), Status::Running);
        assert_eq!(on(&entries), Status::Approved);
    }
}
