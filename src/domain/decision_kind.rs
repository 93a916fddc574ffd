//! The kinds of decisions, each with its rules. The dialog, the command line, the ledger and the rules
//! of approval read them here; a new kind does not compile before its row is filled.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr};

/// What a ledger entry does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DecisionKind {
    /// Lets the recommended playbook run.
    Approve,
    /// Stops the recommended playbook.
    Reject,
    /// Puts the decision off to a later date.
    Defer,
    /// Lets another playbook run instead of the recommended one.
    Override,
    /// Restores what held before a decision or a hand-off.
    Undo,
    /// Records that a play was handed over to be carried out.
    HandOff,
    /// Asks an approver to let a playbook run. It decides nothing.
    Propose,
    /// Records that an experiment leaves a customer alone, from when on.
    Enroll,
    /// Cuts off what could not be trusted in a broken ledger.
    Recover,
}

/// The rules of a kind of decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRules {
    /// What a person does, as in "approve the recommendation".
    pub verb: &'static str,
    /// What was done, as in "already approved by sam".
    pub past: &'static str,
    /// What was done, as the first word of a sentence: `Approved Executive call`.
    pub did: &'static str,
    /// What such a decision is called, as in "dana's approval".
    pub noun: &'static str,
    /// Whether it names a reason.
    pub reason: ReasonRule,
    /// Whether it names the date until which it holds. A date that is not after today is refused.
    pub needs_until: bool,
    /// Which playbook it is about.
    pub playbook: PlaybookRule,
    /// Who may make it.
    pub who: Who,
    /// Whether it lets a play run, once enough people have decided so.
    pub lets_run: bool,
}

/// Whether a decision names one of the policy's reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonRule {
    /// It always has to.
    Required,
    /// It may; it has to where `approval.reason_required` lists it.
    ByPolicy,
    /// As by policy, and it has reasons of its own: `approval.approve_reasons`.
    OfItsOwn,
    /// It never does.
    None,
}

/// Which playbook a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaybookRule {
    /// The recommended one; another one is refused.
    Recommended,
    /// One that the reviewer names; the recommended one is refused, and so is one that already ran.
    Another,
    /// The one of the entry that it undoes; an entry that no longer holds is refused.
    OfEntry,
    /// One that the proposer names, the recommended one or another.
    Any,
    /// None.
    None,
}

impl PlaybookRule {
    /// Returns true where whoever decides names the playbook.
    pub const fn is_named(self) -> bool {
        matches!(self, Self::Another | Self::Any)
    }
}

/// Who may make a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Approvers within their limits; anyone where the policy names no approver.
    WithinLimits,
    /// Approvers and the people of `hand_off.by`; anyone where the policy names no approver.
    HandsOff,
    /// Whoever could have made the entry that it undoes; of a proposal only its maker.
    AsTheEntry,
    /// Anyone.
    Anyone,
    /// Approvers, whatever their limits; anyone where the policy names no approver.
    Approvers,
}

impl DecisionKind {
    /// Returns the rules of the kind.
    pub const fn rules(self) -> &'static KindRules {
        match self {
            Self::Approve => &KindRules {
                verb: "approve",
                past: "approved",
                did: "Approved",
                noun: "approval",
                reason: ReasonRule::OfItsOwn,
                needs_until: false,
                playbook: PlaybookRule::Recommended,
                who: Who::WithinLimits,
                lets_run: true,
            },
            Self::Reject => &KindRules {
                verb: "reject",
                past: "rejected",
                did: "Rejected",
                noun: "rejection",
                reason: ReasonRule::ByPolicy,
                needs_until: false,
                playbook: PlaybookRule::Recommended,
                who: Who::WithinLimits,
                lets_run: false,
            },
            Self::Defer => &KindRules {
                verb: "defer",
                past: "deferred",
                did: "Deferred",
                noun: "deferral",
                reason: ReasonRule::ByPolicy,
                needs_until: true,
                playbook: PlaybookRule::Recommended,
                who: Who::WithinLimits,
                lets_run: false,
            },
            Self::Override => &KindRules {
                verb: "override",
                past: "overridden",
                did: "Overrode",
                noun: "override",
                reason: ReasonRule::Required,
                needs_until: false,
                playbook: PlaybookRule::Another,
                who: Who::WithinLimits,
                lets_run: true,
            },
            Self::Undo => &KindRules {
                verb: "undo",
                past: "undone",
                did: "Undid",
                noun: "undo",
                reason: ReasonRule::None,
                needs_until: false,
                playbook: PlaybookRule::OfEntry,
                who: Who::AsTheEntry,
                lets_run: false,
            },
            Self::HandOff => &KindRules {
                verb: "hand off",
                past: "handed off",
                did: "Handed off",
                noun: "hand-off",
                reason: ReasonRule::None,
                needs_until: false,
                playbook: PlaybookRule::Recommended,
                who: Who::HandsOff,
                lets_run: false,
            },
            Self::Propose => &KindRules {
                verb: "propose",
                past: "proposed",
                did: "Proposed",
                noun: "proposal",
                reason: ReasonRule::ByPolicy,
                needs_until: false,
                playbook: PlaybookRule::Any,
                who: Who::Anyone,
                lets_run: false,
            },
            Self::Enroll => &KindRules {
                verb: "enroll",
                past: "enrolled",
                did: "Enrolled",
                noun: "enrollment",
                reason: ReasonRule::None,
                needs_until: false,
                playbook: PlaybookRule::Recommended,
                who: Who::HandsOff,
                lets_run: false,
            },
            Self::Recover => &KindRules {
                verb: "recover",
                past: "recovered",
                did: "Recovered",
                noun: "recovery",
                reason: ReasonRule::None,
                needs_until: false,
                playbook: PlaybookRule::None,
                who: Who::Approvers,
                lets_run: false,
            },
        }
    }

    /// Returns its name in JSON and on the command line: `hand_off`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns what was done, as in "already approved by sam".
    pub fn done(self) -> &'static str {
        self.rules().past
    }

    /// Returns true where it lets a play run, once enough people have decided so.
    pub fn lets_run(self) -> bool {
        self.rules().lets_run
    }

    /// Returns true where it says what shall become of a customer. A proposal only asks: it replaces
    /// nothing, and a decision that was made without knowing it stands. So does one made without knowing of an
    /// enrollment.
    pub fn decides(self) -> bool {
        !matches!(self, Self::Propose | Self::Enroll)
    }

    /// Returns the kinds that may name a reason, in the order of the enum.
    pub fn with_reason() -> impl Iterator<Item = Self> {
        Self::iter().filter(|kind| kind.rules().reason != ReasonRule::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_json() {
        for kind in DecisionKind::iter() {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(kind.name(), kind.rules().verb.replace(' ', "_"));
        }
    }
}
