//! Tests of [`rules`](super::rules) and [`undo`](mod@super::undo).

use std::sync::Arc;

use super::refusal::Refusal;
use super::request::Request;
use super::rules::{may_decide, started};
use super::samples::{basis, choice, entry, now, overridden, undo};
use super::standing::{Subject, standing};
use super::undo::may_undo;
use crate::domain::status::RunBegan;
use crate::domain::{Approver, Basis, DecisionKind, Entry, Error, Policy, Run, Standing, Status};

/// The message and the hints in one line.
fn line(refusal: Refusal) -> String {
    Error::from(refusal).one_line()
}

fn request(kind: DecisionKind) -> Request {
    Request::new(kind, "C1", "lee")
}

fn stands(basis: Option<&Basis>, policy: &Policy, entries: &[Arc<Entry>]) -> Standing {
    let choose = |id: &str| (id == "P2").then(choice);
    let subject = Subject {
        held_out: false,
        kept_back: None,
        basis,
        at_high_risk: false,
        doubtful: false,
        choose: &choose,
        runs: &|_| Vec::new(),
        recovered: None,
    };
    standing(&subject, policy, entries, &now())
}

fn under(policy: &Policy, request: &Request, entries: &[Arc<Entry>]) -> Option<String> {
    let basis = basis();
    let standing = stands(Some(&basis), policy, entries);
    let chosen = request.playbook_id.as_deref().filter(|id| *id == "P2").map(|_| overridden());
    let chosen = chosen.as_ref().map(|basis| (basis, "def"));
    let stated = Some((&basis, "abc"));
    let decided = may_decide(request, stated, chosen, &standing, policy, &now());
    decided.err().map(line)
}

fn refused(request: &Request, entries: &[Arc<Entry>]) -> Option<String> {
    under(&Policy::default(), request, entries)
}

fn taken_back(entry: &Entry, entries: &[Arc<Entry>]) -> Result<(), String> {
    let policy = Policy::default();
    may_undo(entry, "lee", entries, None, &policy, now().at).map_err(line)
}

#[test]
fn an_approval_of_what_stands_is_open() {
    assert_eq!(refused(&request(DecisionKind::Approve), &[]), None);
}

#[test]
fn the_same_decision_again_says_who_and_when() {
    let entries = [entry(1, DecisionKind::Approve, "sam", &basis())];
    let again = refused(&request(DecisionKind::Approve), &entries).unwrap();
    assert_eq!(again, "already approved by sam 3 min ago");
    let other = Request { reason: Some("budget".into()), ..request(DecisionKind::Reject) };
    assert_eq!(refused(&other, &entries), None, "another decision replaces it");
}

#[test]
fn a_rejection_needs_a_reason_that_the_policy_knows() {
    let bare = refused(&request(DecisionKind::Reject), &[]).unwrap();
    assert!(bare.starts_with("`reject` needs --reason") && bare.contains("bad_timing"), "{bare}");
    let odd = Request { reason: Some("mood".into()), ..request(DecisionKind::Reject) };
    assert!(refused(&odd, &[]).unwrap().contains("\"mood\" is not a reason in the policy"));
    let odd = Request { reason: Some("mood".into()), ..request(DecisionKind::Approve) };
    assert!(refused(&odd, &[]).is_some(), "also where none is needed");
}

#[test]
fn what_was_seen_has_to_be_what_stands() {
    let seen = |hash: &str| Request {
        basis_hash: Some(hash.to_owned()),
        ..request(DecisionKind::Approve)
    };
    assert_eq!(refused(&seen("abc"), &[]), None);
    assert!(refused(&seen("xyz"), &[]).unwrap().contains("the recommendation for C1 changed"));
    let meant = Request { playbook_id: Some("P2".into()), ..request(DecisionKind::Approve) };
    assert!(refused(&meant, &[]).unwrap().contains("is P1, not P2"));
}

#[test]
fn nobody_and_nothing_cannot_decide() {
    let nobody = Request { by: " ".into(), ..request(DecisionKind::Approve) };
    assert_eq!(refused(&nobody, &[]).unwrap(), "--by is empty; set your name with --by NAME");
    let policy = Policy::default();
    let none = stands(None, &policy, &[]);
    let approve = request(DecisionKind::Approve);
    let refusal = may_decide(&approve, None, None, &none, &policy, &now());
    assert!(line(refusal.unwrap_err()).contains("no recommendation for C1"));
}

#[test]
fn only_the_decision_that_stands_can_be_taken_back() {
    let basis = basis();
    let approved = entry(1, DecisionKind::Approve, "dana", &basis);
    let rejected = entry(2, DecisionKind::Reject, "sam", &basis);
    let entries = [approved.clone(), rejected.clone()];
    assert!(taken_back(&rejected, &entries).is_ok());
    let replaced = taken_back(&approved, &entries).unwrap_err();
    assert!(
        replaced.contains("dana's approval #1 is no longer in force: sam rejected C1 (#2) "),
        "{replaced}"
    );
    assert!(replaced.ends_with("; undo #2 instead"), "{replaced}");
    let entries = [approved.clone(), undo(2, 1, &basis)];
    let twice = taken_back(&approved, &entries).unwrap_err();
    assert!(twice.contains("already undone by dana 3 min ago"), "{twice}");
    let undone = taken_back(&entries[1], &entries).unwrap_err();
    assert!(undone.contains("dana's undo #2 cannot be undone"), "{undone}");
}

fn until(date: &str) -> Request {
    Request {
        until: Some(date.parse().unwrap()),
        reason: Some("budget".into()),
        ..request(DecisionKind::Defer)
    }
}

#[test]
fn a_deferral_ends_on_a_day_to_come() {
    assert_eq!(refused(&until("2026-02-04"), &[]), None);
    for past in ["2026-02-03", "2025-12-31"] {
        assert!(refused(&until(past), &[]).unwrap().contains("not after today, 2026-02-03"));
    }
    let mut deferred = (*entry(1, DecisionKind::Defer, "sam", &basis())).clone();
    deferred.until = Some("2026-02-09".parse().unwrap());
    let entries = [Arc::new(deferred)];
    let again = refused(&until("2026-02-09"), &entries).unwrap();
    assert_eq!(again, "already deferred until 2026-02-09 by sam 3 min ago");
    assert_eq!(refused(&until("2026-02-10"), &entries), None, "another day is another decision");
}

#[test]
fn an_override_names_another_playbook_and_a_reason() {
    let choose = |id: &str| Request {
        playbook_id: Some(id.into()),
        reason: Some("relationship".into()),
        ..request(DecisionKind::Override)
    };
    assert_eq!(refused(&choose("P2"), &[]), None);
    let seen = |hash: &str| Request { basis_hash: Some(hash.to_owned()), ..choose("P2") };
    assert_eq!(refused(&seen("abc"), &[]), None, "what stands was seen");
    assert_eq!(refused(&seen("def"), &[]), None, "with the choice in it");
    assert!(refused(&seen("xyz"), &[]).unwrap().contains("the recommendation for C1 changed"));
    assert!(refused(&choose("P1"), &[]).unwrap().contains("approve it instead"));
    assert!(refused(&choose("P3"), &[]).unwrap().contains("its row was skipped"));
    assert!(refused(&request(DecisionKind::Override), &[]).unwrap().contains("--playbook"));
    let mut policy = Policy::default();
    policy.approval.reason_required.clear();
    let bare = Request { reason: None, ..choose("P2") };
    assert!(under(&policy, &bare, &[]).unwrap().contains("`override` needs --reason"));
}

#[test]
fn limits_look_at_what_would_run_and_say_who_could_decide() {
    let approver = |name: &str, cost: f64| Approver {
        name: name.into(),
        cost_up_to: Some(cost),
        ..Approver::default()
    };
    let policy = Policy {
        approvers: vec![approver("lee", 150.0), approver("ines", 500.0)],
        ..Policy::default()
    };
    assert_eq!(under(&policy, &request(DecisionKind::Approve), &[]), None);
    let dear = Request {
        playbook_id: Some("P2".into()),
        reason: Some("other".into()),
        ..request(DecisionKind::Override)
    };
    assert_eq!(
        under(&policy, &dear, &[]).unwrap(),
        "cost $200 is above the limit of $150 for lee (cost_up_to); ines can decide this"
    );
    let approved = entry(1, DecisionKind::Approve, "ines", &basis());
    let back = |by| may_undo(&approved, by, [&approved], None, &policy, now().at).map_err(line);
    assert_eq!(back("lee"), Ok(()), "could have made it");
    assert!(back("dana").unwrap_err().contains("is not an approver in the policy"));
}

#[test]
fn the_second_of_two_approvers_is_somebody_else() {
    let mut policy = Policy::default();
    policy.approval.two_approvers_at_account_value = Some(0.0);
    let first = [entry(1, DecisionKind::Approve, "lee", &basis())];
    assert_eq!(
        under(&policy, &request(DecisionKind::Approve), &first).unwrap(),
        "already approved by lee 3 min ago (1 of 2, lee); anyone else can decide this"
    );
    let other = Request { by: "sam".into(), ..request(DecisionKind::Approve) };
    assert_eq!(under(&policy, &other, &first), None);
    let both = [first[0].clone(), entry(2, DecisionKind::Approve, "sam", &basis())];
    let again = under(&policy, &request(DecisionKind::Approve), &both).unwrap();
    assert_eq!(again, "already approved by sam 3 min ago");
    let back = |entry: &Entry, policy: &Policy| {
        may_undo(entry, "lee", &both, None, policy, now().at).map_err(line)
    };
    assert_eq!(back(&both[0], &policy), Ok(()), "each of the two stands");
    assert_eq!(back(&both[1], &policy), Ok(()));
    let one = Policy::default();
    assert!(back(&both[0], &one).unwrap_err().contains("no longer in force"));
}

#[test]
fn about_what_runs_nothing_is_left_to_decide() {
    let policy = Policy::default();
    let basis = basis();
    let mut standing = stands(Some(&basis), &policy, &[]);
    let hand_off = entry(7, DecisionKind::HandOff, "ops", &basis);
    standing.status = Status::Running;
    standing.run = Some(Run {
        playbook_id: "P1".into(),
        instead_of: None,
        began: RunBegan::HandedOff(Arc::clone(&hand_off)),
        outcome: None,
        until: None,
        over: false,
    });
    let approve = request(DecisionKind::Approve);
    let why = may_decide(&approve, Some((&basis, "abc")), None, &standing, &policy, &now());
    assert_eq!(
        line(why.unwrap_err()),
        "C1: P1 was handed off by ops 3 min ago; one play runs at a time"
    );
    let approved = entry(1, DecisionKind::Approve, "lee", &basis);
    let entries = [approved.clone(), hand_off.clone()];
    let run = started(&standing);
    let back = |entry: &Entry| may_undo(entry, "lee", &entries, run, &policy, now().at);
    assert!(line(back(&approved).unwrap_err()).contains("undo the hand-off first (#7)"));
    assert_eq!(back(&hand_off), Ok(()));
}
