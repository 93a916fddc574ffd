//! Whose work a list shows: everything, the reviewer's own accounts, or what the reviewer may decide.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::Snapshot;
use crate::approval::limits;
use crate::domain::{Person, Stake, Status};
use crate::store::dataset::fields;

/// A scope of Queue and Customers.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    Serialize,
    Deserialize,
    IntoStaticStr,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// Customers whose owner is the reviewer.
    Mine,
    /// What the reviewer may decide now.
    CanApprove,
}

impl Scope {
    /// Every scope, in the order in which they follow each other.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// Returns its title on a list.
    pub fn title(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Mine => "My accounts",
            Self::CanApprove => "I can approve",
        }
    }

    /// Returns the filter term that narrows to the same customers; `None` of everything.
    pub fn term(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Mine => Some("owner:me"),
            Self::CanApprove => Some("for:me"),
        }
    }

    /// Returns what is said where nothing in it needs a decision.
    pub fn nothing_waits(self) -> &'static str {
        match self {
            Self::All => "Nothing needs a decision",
            Self::Mine => "Nothing is waiting in your accounts",
            Self::CanApprove => "Nothing is waiting for you",
        }
    }

    /// Returns the scope that comes next; after the last one the first.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Mine,
            Self::Mine => Self::CanApprove,
            Self::CanApprove => Self::All,
        }
    }

    /// Returns true where it holds a customer. For many customers use [`ScopeFilter`].
    pub fn includes(self, snapshot: &Snapshot, number: usize, me: &Person) -> bool {
        match self {
            Self::All => true,
            Self::Mine => {
                let owner = snapshot.matching.customer(number).and_then(|view| view.owner());
                owner.is_some_and(|owner| is_me(owner, me))
            }
            Self::CanApprove => snapshot.waits_for(number, me),
        }
    }
}

/// True of a name of the reviewer, however it is spelled. Without a name no one is.
fn is_me(owner: &str, me: &Person) -> bool {
    !me.is_nobody() && Person::new(owner).is(me)
}

/// A scope for many customers of a snapshot: each owner's name is compared once.
pub struct ScopeFilter<'a> {
    scope: Scope,
    snapshot: &'a Snapshot,
    me: &'a Person,
    /// For each distinct owner of the data, whether it is the reviewer.
    owners: Vec<bool>,
}

impl<'a> ScopeFilter<'a> {
    /// Returns the filter of a scope for a reviewer.
    pub fn new(scope: Scope, snapshot: &'a Snapshot, me: &'a Person) -> Self {
        let owners = match scope {
            Scope::Mine => own(snapshot, me),
            Scope::All | Scope::CanApprove => Vec::new(),
        };
        Self { scope, snapshot, me, owners }
    }

    /// Returns true where the scope holds a customer.
    pub fn includes(&self, number: usize) -> bool {
        match self.scope {
            Scope::Mine => {
                let code = self.snapshot.matching.customer(number).and_then(|v| v.owner_code());
                code.is_some_and(|code| self.owners.get(code as usize).is_some_and(|own| *own))
            }
            scope => scope.includes(self.snapshot, number, self.me),
        }
    }
}

/// For each distinct owner of the data, whether it is the reviewer.
fn own(snapshot: &Snapshot, me: &Person) -> Vec<bool> {
    let owners = snapshot.matching.dataset().tables.customers.texts(fields::OWNER).pool();
    owners.iter().map(|owner| is_me(owner, me)).collect()
}

/// True where the reviewer is the owner of any customer. Cheap after the first call for a snapshot.
pub fn my_accounts_exist(snapshot: &Snapshot, me: &Person) -> bool {
    let find = || {
        let mine = ScopeFilter::new(Scope::Mine, snapshot, me);
        mine.owners.contains(&true) && (0..snapshot.len()).any(|number| mine.includes(number))
    };
    let (of, exist) = snapshot.figures.my_accounts.get_or_init(|| (me.clone(), find()));
    if of.is(me) { *exist } else { find() }
}

impl Snapshot {
    /// Returns true where a customer needs a decision that this person may make: within the policy's
    /// limits, and not already approved by them. The limits look at the playbook that was chosen where
    /// one more person has to choose it, else at the recommended one. Where no playbook is recommended,
    /// where they could choose one, whatever it costs.
    pub fn waits_for(&self, number: usize, by: &Person) -> bool {
        let status = self.status(number);
        if !status.waits() && !status.is_uncovered() {
            return false;
        }
        let policy = self.matching.policy();
        let Some(view) = self.matching.customer(number) else { return false };
        let may_be_half_done = policy.approval.two_approvers_at_account_value.is_some()
            && self.history.last_for(view.id()).is_some();
        let half_done = may_be_half_done.then(|| self.standing(number));
        let chosen = half_done.as_ref().and_then(|standing| {
            let choice = standing.pending_choice().filter(|_| status == Status::Pending)?;
            self.hashed_basis_with(number, &choice.playbook_id)
        });
        let stake = || {
            let winner = self.matching.winner(number);
            let cost = match &chosen {
                Some(chosen) => chosen.basis.stake().cost,
                None => winner.map_or(Some(0.0), |ranked| ranked.economics.known_cost()),
            };
            let account_value = view.known_account_value();
            Stake { segment: view.segment(), account_value, cost }
        };
        let allowed = policy.approvers.is_empty() || limits::allows(policy, by, stake());
        let approvals = half_done.as_ref().map_or(&[][..], |standing| &standing.approvals);
        allowed && !approvals.iter().any(|name| Person::new(name).looks_like(by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::load::Reread;
    use crate::workspace::{Options, Workspace};
    use std::sync::Arc;

    /// `C1` and `C4` need an approval, `C2` and `C5` are uncovered, `C3` is at low risk.
    fn snapshot(policy: &str) -> Arc<Snapshot> {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(directory.path().join(name), text).unwrap();
        };
        write(
            "customers.json",
            r#"[{"customer_id":"C1","owner":"Dana","account_value":100},
                {"customer_id":"C2","owner":" DANA\u200b","account_value":100},
                {"customer_id":"C3","owner":"dana"},
                {"customer_id":"C4","owner":"sam","account_value":100},
                {"customer_id":"C5","owner":"","segment":"Enterprise","account_value":9000}]"#,
        );
        write(
            "journey_state_log.json",
            r#"[{"customer_id":"C1","journey_stage":"s"},{"customer_id":"C4","journey_stage":"s"}]"#,
        );
        write(
            "journey_playbooks.json",
            r#"[{"playbook_id":"P1","journey_stage":"s","eligible_segments":["All"],
                "approval_required":true,"avg_cost_estimate":50,"status":"active"}]"#,
        );
        let risk =
            |id: &str, risk| format!(r#"{{"customer_id":"{id}","fused_risk_score":{risk}}}"#);
        let risks = [("C1", 0.8), ("C2", 0.8), ("C3", 0.1), ("C4", 0.8), ("C5", 0.8)];
        let risks = risks.map(|(id, score)| risk(id, score)).join(",");
        write("fused_signals.json", &format!("[{risks}]"));
        write("nextplay.toml", policy);
        Workspace::new(directory.path(), Options::default()).refresh(Reread::All)
    }

    fn held_by(scope: Scope, snapshot: &Snapshot, me: &str) -> Vec<usize> {
        let me = Person::new(me);
        let filter = ScopeFilter::new(scope, snapshot, &me);
        let held: Vec<usize> = (0..snapshot.len()).filter(|n| filter.includes(*n)).collect();
        let alone = (0..snapshot.len()).filter(|n| scope.includes(snapshot, *n, &me));
        assert_eq!(alone.collect::<Vec<_>>(), held);
        held
    }

    #[test]
    fn my_accounts_are_those_whose_owner_is_the_reviewer_however_it_is_spelled() {
        let snapshot = snapshot("");
        assert_eq!(held_by(Scope::All, &snapshot, "dana"), [0, 1, 2, 3, 4]);
        assert_eq!(held_by(Scope::Mine, &snapshot, "dana"), [0, 1, 2]);
        assert_eq!(held_by(Scope::Mine, &snapshot, "Sam"), [3]);
        assert_eq!(held_by(Scope::Mine, &snapshot, ""), [0; 0], "no name is no owner");
        for (me, exist) in [("dana", true), ("SAM", true), ("lee", false), ("", false)] {
            assert_eq!(my_accounts_exist(&snapshot, &Person::new(me)), exist, "{me:?}");
        }
    }

    #[test]
    fn without_approvers_anyone_can_approve_what_waits_and_assign_to_the_uncovered() {
        let snapshot = snapshot("");
        assert_eq!(held_by(Scope::CanApprove, &snapshot, "lee"), [0, 1, 3, 4]);
    }

    #[test]
    fn an_approver_can_within_limits_and_no_one_else() {
        let snapshot = snapshot(
            "[[approver]]\nname = \"dana\"\naccount_value_up_to = 1000\ncost_up_to = 10\n\
             [[approver]]\nname = \"sam\"\n",
        );
        // P1 costs more than dana may approve; what would be assigned is not known yet.
        assert_eq!(held_by(Scope::CanApprove, &snapshot, "dana"), [1]);
        assert_eq!(held_by(Scope::CanApprove, &snapshot, "sam"), [0, 1, 3, 4]);
        assert_eq!(held_by(Scope::CanApprove, &snapshot, "lee"), [0; 0]);
    }

    #[test]
    fn scopes_follow_each_other_in_a_circle() {
        let names = Scope::ALL.iter().map(|scope| <&str>::from(*scope));
        assert_eq!(names.collect::<Vec<_>>(), ["all", "mine", "can_approve"]);
        for (at, scope) in Scope::ALL.iter().enumerate() {
            assert_eq!(scope.next(), Scope::ALL[(at + 1) % Scope::ALL.len()]);
        }
    }
}
