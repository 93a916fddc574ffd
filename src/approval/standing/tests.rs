//! Tests of [`standing`](super::standing).

use super::super::samples::{automatic, basis, choice, entry, now, overridden, uncovered, undo};
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
        held_out: false,
        kept_back: None,
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
            held_out: false,
            kept_back: None,
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
            held_out: false,
            kept_back: None,
            basis: Some(now),
            at_high_risk: true,
            doubtful: false,
            choose: &choose,
            runs: &|_| Vec::new(),
            recovered: None,
        };
        super::standing(&subject, &Policy::default(), entries, &super::super::samples::now()).status
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
            held_out: false,
            kept_back: None,
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
        held_out: false,
        kept_back: None,
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
    let entries =
        [entry(1, Approve, "dana", &basis), entry(2, HandOff, "ops", &basis), undo(3, 2, &basis)];
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
        held_out: false,
        kept_back: None,
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
