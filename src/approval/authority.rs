//! Which entries of the ledger still count: whoever made them may decide today, and no clock ran
//! ahead.

use jiff::Timestamp;

use super::limits::{allows, may_hand_off};
use crate::domain::status::WhyUncounted;
use crate::domain::time::CLOCK_TOLERANCE;
use crate::domain::{DecisionKind, Entry, Person, Policy, Stake};

/// Today's policy and time, by which entries are judged.
#[derive(Debug, Clone, Copy)]
pub struct Authority<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// Now.
    pub now: Timestamp,
}

impl Authority<'_> {
    /// Why an entry may let nothing run that is about these numbers.
    pub fn against(&self, entry: &Entry, stake: Stake<'_>) -> Option<WhyUncounted> {
        if is_ahead(entry.at, self.now) {
            return Some(WhyUncounted::DatedInFuture);
        }
        let allowed =
            self.policy.approvers.is_empty() || allows(self.policy, &Person::new(&entry.by), stake);
        (!allowed).then_some(WhyUncounted::NotAuthorized)
    }

    /// Returns true where an undo counts in full: what it undoes may let something run.
    pub fn lifts(&self, undo: &Entry, undone: &Entry) -> bool {
        match undone.kind {
            DecisionKind::HandOff => {
                !is_ahead(undo.at, self.now)
                    && may_hand_off(self.policy, &Person::new(&undo.by)).is_ok()
            }
            // It let nothing run and stopped nothing: whoever made it may take it back.
            DecisionKind::Propose => Person::new(&undo.by).is(&Person::new(&undone.by)),
            _ => self.against(undo, undone.basis.stake()).is_none(),
        }
    }
}

/// True of a time further ahead of now than clocks may differ.
pub fn is_ahead(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) > CLOCK_TOLERANCE
}

/// When an entry that is dated in the future begins to count.
pub fn counts_from(at: Timestamp) -> Option<Timestamp> {
    at.checked_sub(CLOCK_TOLERANCE).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::SignedDuration;

    use super::super::samples::{automatic, basis, choice, entry, now, overridden, undo};
    use super::super::standing::{Subject, standing};
    use super::super::words::status_words;
    use super::*;
    use crate::domain::{Approver, Basis, Missing, Standing, Status};
    use DecisionKind::{Approve, Defer, Override, Reject};

    fn approver(name: &str) -> Approver {
        Approver { name: name.into(), ..Approver::default() }
    }

    fn policy(approvers: Vec<Approver>) -> Policy {
        Policy { approvers, ..Policy::default() }
    }

    fn stands(basis: &Basis, policy: &Policy, entries: &[Arc<Entry>]) -> Standing {
        let choose = |id: &str| (id == "P2").then(choice);
        let subject = Subject {
            held_out: false,
            kept_back: None,
            basis: Some(basis),
            at_high_risk: false,
            doubtful: false,
            choose: &choose,
            runs: &|_| Vec::new(),
            recovered: None,
        };
        standing(&subject, policy, entries, &now())
    }

    fn told(standing: &Standing) -> String {
        status_words(standing, &[], now().at)
    }

    fn at(entry: &Arc<Entry>, minutes: i64) -> Arc<Entry> {
        let mut later = Entry::clone(entry);
        later.at = now().at + SignedDuration::from_mins(minutes);
        Arc::new(later)
    }

    #[test]
    fn an_approval_counts_while_its_maker_may_give_it() {
        let dana = [entry(1, Approve, "Dana", &basis())];
        let standing = stands(&basis(), &policy(vec![approver("dana")]), &dana);
        assert_eq!((standing.status, standing.uncounted.len()), (Status::Approved, 0));
        let lowered = Approver { account_value_up_to: Some(9_999.99), ..approver("dana") };
        for policy in [policy(vec![approver("lee")]), policy(vec![lowered, approver("lee")])] {
            let standing = stands(&basis(), &policy, &dana);
            assert_eq!(standing.status, Status::Pending);
            let want = "Dana approved on 2026-02-03 but is no longer authorized";
            assert!(told(&standing).ends_with(want), "{}", told(&standing));
            let both = [dana[0].clone(), entry(2, Approve, "lee", &basis())];
            assert_eq!(stands(&basis(), &policy, &both).status, Status::Approved);
        }
        assert_eq!(stands(&basis(), &Policy::default(), &dana).status, Status::Approved);
    }

    #[test]
    fn a_choice_of_somebody_who_may_not_decide_runs_nothing_and_still_stops() {
        let lee = policy(vec![approver("lee")]);
        let mallory = [entry(1, Override, "mallory", &overridden())];
        for now in [basis(), automatic()] {
            let standing = stands(&now, &lee, &[]);
            assert_ne!(standing.status, Status::Overridden);
        }
        let standing = stands(&basis(), &lee, &mallory);
        assert_eq!(standing.status, Status::Pending);
        assert!(told(&standing).contains("mallory chose P2 on 2026-02-03 but is no longer"));
        assert!(standing.pending_choice().is_none());
        // What the choice costs is what its maker has to be allowed.
        let cheap = Approver { cost_up_to: Some(150.0), ..approver("mallory") };
        assert_eq!(stands(&basis(), &policy(vec![cheap]), &mallory).status, Status::Pending);
        let free = policy(vec![approver("mallory")]);
        assert_eq!(stands(&basis(), &free, &mallory).status, Status::Overridden);
    }

    #[test]
    fn rejections_and_deferrals_stop_whoever_made_them() {
        let lee = policy(vec![approver("lee")]);
        for now in [basis(), automatic()] {
            let rejected = [entry(1, Reject, "mallory", &now)];
            assert_eq!(stands(&now, &lee, &rejected).status, Status::Rejected);
            let mut deferred = Entry::clone(&entry(1, Defer, "mallory", &now));
            deferred.until = Some("2026-03-01".parse().unwrap());
            assert_eq!(stands(&now, &lee, &[Arc::new(deferred)]).status, Status::Deferred);
        }
    }

    #[test]
    fn what_does_not_count_lifts_no_stop() {
        let lee = policy(vec![approver("lee")]);
        let now = automatic();
        let stopped = [entry(1, Reject, "lee", &now), entry(2, Approve, "mallory", &now)];
        assert_eq!(stands(&now, &lee, &stopped).status, Status::Rejected);
        let undone = [stopped[0].clone(), by("mallory", &undo(2, 1, &now))];
        assert_eq!(stands(&now, &lee, &undone).status, Status::Rejected);
        let undone = [stopped[0].clone(), by("lee", &undo(2, 1, &now))];
        assert_eq!(stands(&now, &lee, &undone).status, Status::Automatic);
        // Nor does taking a choice back bring the approval before it into force again.
        let chosen = [
            entry(1, Approve, "lee", &basis()),
            entry(2, Override, "lee", &overridden()),
            by("mallory", &undo(3, 2, &basis())),
        ];
        assert_eq!(stands(&basis(), &lee, &chosen).status, Status::Pending);
        let chosen = [&chosen[..2], &[by("lee", &chosen[2])]].concat();
        assert_eq!(stands(&basis(), &lee, &chosen).status, Status::Approved);
    }

    fn by(name: &str, entry: &Entry) -> Arc<Entry> {
        Arc::new(Entry { by: name.into(), ..entry.clone() })
    }

    #[test]
    fn two_approvers_are_two_who_may_and_look_like_two() {
        let mut policy = policy(vec![approver("dana"), approver("d\u{430}na"), approver("lee")]);
        policy.approval.two_approvers_at_account_value = Some(1.0);
        let on = |names: &[&str]| {
            let entries: Vec<_> =
                (1..).zip(names).map(|(seq, name)| entry(seq, Approve, name, &basis())).collect();
            stands(&basis(), &policy, &entries)
        };
        assert_eq!(on(&["dana", "DANA"]).status, Status::Pending);
        assert_eq!(on(&["dana", "d\u{430}na"]).status, Status::Pending, "as one person");
        assert_eq!(on(&["dana", "mallory"]).status, Status::Pending);
        assert_eq!(on(&["dana", "mallory"]).progress().unwrap(), "1 of 2, dana");
        assert_eq!(on(&["dana", "mallory", "lee"]).status, Status::Approved);
    }

    #[test]
    fn the_two_approver_rule_looks_at_the_account_alone() {
        let mut policy = Policy::default();
        policy.approval.two_approvers_at_account_value = Some(10_000.0);
        let now = automatic();
        let mut entries = vec![entry(1, Approve, "dana", &now)];
        let one = stands(&now, &policy, &entries);
        assert_eq!((one.status, one.needed), (Status::Automatic, 2));
        entries.push(entry(2, Approve, "lee", &now));
        assert_eq!(stands(&now, &policy, &entries).status, Status::Approved);
        policy.approval.two_approvers_at_account_value = Some(10_000.01);
        assert_eq!(stands(&now, &policy, &entries[..1]).status, Status::Approved);
        // A limit that cannot be checked may be reached.
        let mut unknown = automatic();
        unknown.missing = vec![Missing::AccountValue];
        assert_eq!(stands(&unknown, &policy, &entries[..1]).status, Status::Automatic);
    }

    #[test]
    fn an_approval_dated_in_the_future_does_not_count_yet() {
        let dana = entry(1, Approve, "dana", &basis());
        let policy = Policy::default();
        assert_eq!(stands(&basis(), &policy, &[at(&dana, 5)]).status, Status::Approved);
        let ahead = at(&dana, 6);
        let standing = stands(&basis(), &policy, std::slice::from_ref(&ahead));
        assert_eq!(standing.status, Status::Pending);
        assert!(told(&standing).contains("dated in the future"), "{}", told(&standing));
        assert_eq!(standing.next_change, Some(ahead.at - CLOCK_TOLERANCE), "then it counts");
        let rejected = at(&entry(1, Reject, "dana", &basis()), 600);
        assert_eq!(stands(&basis(), &policy, &[rejected]).status, Status::Rejected);
        let now = automatic();
        let chosen = at(&entry(1, Override, "dana", &overridden()), 600);
        assert_eq!(stands(&now, &policy, &[chosen]).status, Status::Stale, "it still stops");
    }
}
