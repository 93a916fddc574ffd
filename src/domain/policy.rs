//! The policy: what the strategy's owners may set. Without a policy file these are the reference's
//! rules. How the file is read is in `intake`.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::capacity::Capacity;
use super::decision_kind::{DecisionKind, ReasonRule};
use super::experiment::{Experiment, Learning};
use super::labels::Labels;
use super::money::to_the_cent;
use super::person::Person;
use super::recommendation::ApprovalReason;
use super::signing_key::ApproverKey;

/// How candidates are ordered (`matching.ranking`).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Ranking {
    /// ROI, then value, then file order.
    #[default]
    Roi,
    /// Value − cost, then ROI, then file order.
    NetValue,
}

impl Ranking {
    /// Returns its name in the policy file and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What becomes of rows with a number that cannot be (`data.out_of_range`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum OutOfRange {
    /// The number is used as it stands, with a warning.
    #[default]
    Use,
    /// The row is skipped.
    Skip,
}

impl OutOfRange {
    /// Returns its name in the policy file.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// What tells this ledger from others: part of the basis of every decision.
    pub ledger_id: Option<CompactString>,
    /// The minimum confidence: below it nothing is recommended. 0 to 1.
    pub confidence_threshold: f64,
    /// Added to the risk to give the confidence. 0 to 1.
    pub confidence_margin: f64,
    /// What eligible playbooks are ranked by.
    pub ranking: Ranking,
    /// When an approval is required, and what decisions take.
    pub approval: ApprovalRules,
    /// Who may decide. Anyone, where no one is named.
    pub approvers: Vec<Approver>,
    /// How many plays run for a customer at once.
    pub contact: Contact,
    /// Who can hand off plays.
    pub hand_off: HandOffRules,
    /// What agents can do besides proposing.
    pub agents: AgentRules,
    /// What the portfolio is measured against.
    pub targets: Targets,
    /// How the data files are read.
    pub data: DataRules,
    /// Labels in place of the words of a code.
    pub labels: Labels,
    /// How outcomes are learned from.
    pub learning: Learning,
    /// What is tried out, in the order of the file: a customer is in the first that fits.
    pub experiments: Vec<Experiment>,
    /// How many plays owners have time for, each owner once; those who are not named, for all.
    pub capacities: Vec<Capacity>,
}

/// How the data files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DataRules {
    /// What happens to rows with a number out of range.
    pub out_of_range: OutOfRange,
}

/// How many plays may run for a customer, how long one does, and how soon the next may follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// Another play may run while one does.
    pub parallel: bool,
    /// A play without an outcome runs for so many days of 24 hours.
    pub running_days: f64,
    /// So many plays within [`Contact::per_days`] are enough: no other one is recommended.
    pub max_plays: Option<f64>,
    /// Plays count whose date is later than so many days before today.
    pub per_days: Option<f64>,
    /// A playbook is not recommended again before so many days have passed since its last date.
    pub same_playbook_days: Option<f64>,
    /// What becomes of a playbook that failed in the customer's stage.
    pub after_failure: AfterFailure,
}

impl Contact {
    /// Most plays, and within how many days; `None` where either is off.
    pub fn most_plays(&self) -> Option<(f64, f64)> {
        self.max_plays.zip(self.per_days)
    }

    /// True where recommendations depend on what was done for a customer before.
    pub fn limits_plays(&self) -> bool {
        self.most_plays().is_some()
            || self.same_playbook_days.is_some()
            || self.after_failure == AfterFailure::Next
    }
}

/// What becomes of a playbook whose last intervention in the customer's stage failed
/// (`contact.after_failure`).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AfterFailure {
    /// It can be recommended again.
    #[default]
    Same,
    /// The next one in the ranking is recommended instead.
    Next,
}

impl AfterFailure {
    /// Returns its name in the policy file and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Who hands off what may run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HandOffRules {
    /// People besides the approvers.
    pub by: Vec<Person>,
}

/// What agents can do besides proposing. Nothing, where the policy does not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AgentRules {
    /// Hand off plays that are cleared to run.
    pub may_hand_off: bool,
    /// Report the outcomes of running plays.
    pub may_report: bool,
}

/// When a person has to approve, and what such a decision takes.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovalRules {
    /// Asked for at this account value and above, in dollars a year.
    pub required_at_account_value: Option<f64>,
    /// Asked for at this expected cost and above, in dollars.
    pub required_at_cost: Option<f64>,
    /// Asked for where the playbook has fewer runs behind its numbers.
    pub required_below_runs: Option<f64>,
    /// Two different people have to approve at this account value and above, in dollars a year.
    pub two_approvers_at_account_value: Option<f64>,
    /// An approval no longer holds after so many days of 24 hours.
    pub expires_after_days: Option<f64>,
    /// A decision holds while the risk has moved by no more than this. Absolute.
    pub risk_tolerance: f64,
    /// A decision holds while cost, value and account value have moved by no more than this share.
    pub money_tolerance: f64,
    /// Decisions that must name a reason.
    pub reason_required: Vec<DecisionKind>,
    /// The reasons that may be named, but by an approval.
    pub reasons: Vec<String>,
    /// The reasons that an approval may name.
    pub approve_reasons: Vec<String>,
}

/// Someone who may decide, and about what.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Approver {
    /// The approver.
    pub name: Person,
    /// All segments where `None`.
    pub segments: Option<Vec<CompactString>>,
    /// Accounts up to this value, in dollars a year.
    pub account_value_up_to: Option<f64>,
    /// Plays up to this expected cost, in dollars.
    pub cost_up_to: Option<f64>,
    /// What this one's entries are signed with.
    pub keys: Vec<ApproverKey>,
}

/// What the portfolio is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    /// A customer at this risk and above is at high risk.
    pub high_risk_at: f64,
    /// Most customers at high risk.
    pub customers_at_high_risk_max: Option<f64>,
    /// Dollars.
    pub revenue_at_risk_max: Option<f64>,
    /// Dollars of a segment.
    pub segment_revenue_at_risk_elevated: f64,
    /// Dollars of a segment.
    pub segment_revenue_at_risk_critical: f64,
    /// 0 to 1.
    pub success_rate_min: f64,
    /// 0 to 1.
    pub override_rate_max: f64,
    /// Most average days to outcome.
    pub resolution_days_max: f64,
    /// 0 to 1.
    pub review_below_success_rate: f64,
    /// A playbook below this ROI is under review.
    pub review_below_roi: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            ledger_id: None,
            confidence_threshold: 0.50,
            confidence_margin: 0.20,
            ranking: Ranking::Roi,
            approval: ApprovalRules::default(),
            approvers: Vec::new(),
            contact: Contact::default(),
            hand_off: HandOffRules::default(),
            agents: AgentRules::default(),
            targets: Targets::default(),
            data: DataRules::default(),
            labels: Labels::default(),
            learning: Learning::default(),
            experiments: Vec::new(),
            capacities: Vec::new(),
        }
    }
}

impl Default for Contact {
    fn default() -> Self {
        Self {
            parallel: false,
            running_days: 30.0,
            max_plays: None,
            per_days: None,
            same_playbook_days: None,
            after_failure: AfterFailure::Same,
        }
    }
}

impl Default for ApprovalRules {
    fn default() -> Self {
        let reasons =
            ["wrong_playbook", "bad_timing", "relationship", "budget", "data_wrong", "other"];
        Self {
            required_at_account_value: None,
            required_at_cost: None,
            required_below_runs: None,
            two_approvers_at_account_value: None,
            expires_after_days: None,
            risk_tolerance: 0.05,
            money_tolerance: 0.10,
            reason_required: vec![
                DecisionKind::Reject,
                DecisionKind::Override,
                DecisionKind::Defer,
            ],
            reasons: reasons.map(str::to_owned).to_vec(),
            approve_reasons: Vec::new(),
        }
    }
}

impl Default for Targets {
    fn default() -> Self {
        Self {
            high_risk_at: 0.5,
            customers_at_high_risk_max: None,
            revenue_at_risk_max: None,
            segment_revenue_at_risk_elevated: 50_000.0,
            segment_revenue_at_risk_critical: 200_000.0,
            success_rate_min: 0.60,
            override_rate_max: 0.20,
            resolution_days_max: 5.0,
            review_below_success_rate: 0.50,
            review_below_roi: 15.0,
        }
    }
}

impl Policy {
    /// Returns every key of a person, whenever it is in use; those of all blocks with the name.
    pub fn keys_of<'p>(&'p self, person: &Person) -> Vec<&'p ApproverKey> {
        let own = self.approvers.iter().filter(|approver| !approver.keys.is_empty());
        own.filter(|approver| approver.name.is(person)).flat_map(|own| &own.keys).collect()
    }

    /// Returns true where any approver has a key.
    pub fn has_keys(&self) -> bool {
        self.approvers.iter().any(|approver| !approver.keys.is_empty())
    }
}

impl ApprovalRules {
    /// Returns what requires a person's approval of a play, in the order of [`ApprovalReason`]; nothing
    /// where this is empty. `playbook` is true where the playbook itself does. A limit requires an
    /// approval where its input is missing, because it cannot be checked then.
    pub fn reasons_for(
        &self,
        playbook: bool,
        cost: Option<f64>,
        runs: Option<f64>,
        account_value: Option<f64>,
    ) -> Vec<ApprovalReason> {
        let reasons = [
            (playbook, ApprovalReason::Playbook),
            (self.asks_for_account(account_value), ApprovalReason::AccountValue),
            (at_limit(self.required_at_cost, cost), ApprovalReason::Cost),
            (
                // Nothing has fewer runs than none.
                self.required_below_runs
                    .is_some_and(|least| runs.map_or(least > 0.0, |runs| runs < least)),
                ApprovalReason::Evidence,
            ),
        ];
        reasons.into_iter().filter_map(|(asks, reason)| asks.then_some(reason)).collect()
    }

    /// True where the account value alone asks for an approval.
    pub fn asks_for_account(&self, account_value: Option<f64>) -> bool {
        at_limit(self.required_at_account_value, account_value)
    }

    /// How many different people have to approve where one has to.
    pub fn approvers_needed(&self, account_value: Option<f64>) -> usize {
        if at_limit(self.two_approvers_at_account_value, account_value) { 2 } else { 1 }
    }

    /// Returns the reasons that a decision of a kind may name: an approval its own, where it has any.
    pub fn reasons_of(&self, kind: DecisionKind) -> &[String] {
        match kind.rules().reason {
            ReasonRule::None => &[],
            ReasonRule::OfItsOwn if !self.approve_reasons.is_empty() => &self.approve_reasons,
            ReasonRule::OfItsOwn | ReasonRule::Required | ReasonRule::ByPolicy => &self.reasons,
        }
    }

    /// Returns the reasons that a reviewer is offered: those of [`ApprovalRules::reasons_of`], but none
    /// for an approval that has none of its own and need not name one.
    pub fn reasons_offered(&self, kind: DecisionKind) -> &[String] {
        match kind.rules().reason {
            ReasonRule::OfItsOwn if self.approve_reasons.is_empty() && !self.needs_reason(kind) => {
                &[]
            }
            _ => self.reasons_of(kind),
        }
    }

    /// True where a decision of that kind has to name a reason. An override always has one.
    pub fn needs_reason(&self, kind: DecisionKind) -> bool {
        match kind.rules().reason {
            ReasonRule::Required => true,
            ReasonRule::ByPolicy | ReasonRule::OfItsOwn => self.reason_required.contains(&kind),
            ReasonRule::None => false,
        }
    }
}

/// True where an amount in dollars reaches a limit, compared to the cent, or is missing.
fn at_limit(limit: Option<f64>, amount: Option<f64>) -> bool {
    limit.is_some_and(|limit| amount.is_none_or(|amount| to_the_cent(amount) >= to_the_cent(limit)))
}

/// What speaks against an approver.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Objection {
    /// The segment is not one of theirs.
    Segment,
    /// Account value above this limit, in dollars, or missing.
    AccountValue(f64),
    /// Cost above this limit, in dollars, or missing.
    Cost(f64),
}

/// The numbers that an approver's limits look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stake<'a> {
    /// The customer's segment.
    pub segment: &'a str,
    /// Dollars a year; `None` where it is missing.
    pub account_value: Option<f64>,
    /// Expected cost of what would run, in dollars; `None` where it is missing.
    pub cost: Option<f64>,
}

impl Approver {
    /// True where this one may decide about a play.
    pub fn allows(&self, stake: Stake<'_>) -> bool {
        self.objection(stake).is_none()
    }

    /// Which limit speaks against this one. What is missing is above every limit.
    pub fn objection(&self, stake: Stake<'_>) -> Option<Objection> {
        if let Some(segments) = &self.segments
            && !segments.iter().any(|known| known == stake.segment || known == "All")
        {
            return Some(Objection::Segment);
        }
        let above = |limit: &f64, amount: Option<f64>| {
            amount.is_none_or(|amount| to_the_cent(amount) > to_the_cent(*limit))
        };
        let value = self.account_value_up_to.filter(|limit| above(limit, stake.account_value));
        let cost = || self.cost_up_to.filter(|limit| above(limit, stake.cost));
        value.map(Objection::AccountValue).or_else(|| cost().map(Objection::Cost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_default_only_the_playbook_asks() {
        let rules = ApprovalRules::default();
        assert_eq!(rules.reasons_for(true, Some(1e9), Some(0.0), None), [ApprovalReason::Playbook]);
        assert_eq!(rules.reasons_for(false, None, None, None), []);
        assert_eq!(rules.approvers_needed(Some(1e12)), 1);
        assert_eq!(rules.approvers_needed(None), 1);
    }

    #[test]
    fn the_policy_asks_at_its_limits_and_not_short_of_them() {
        let rules = ApprovalRules {
            required_at_account_value: Some(100.0),
            required_at_cost: Some(10.0),
            required_below_runs: Some(5.0),
            two_approvers_at_account_value: Some(1000.0),
            ..ApprovalRules::default()
        };
        use ApprovalReason::{AccountValue, Cost, Evidence};
        let reasons = |cost, runs, value| rules.reasons_for(false, cost, runs, value);
        let all = [AccountValue, Cost, Evidence];
        assert_eq!(reasons(Some(10.0), Some(4.0), Some(100.0)), all);
        assert_eq!(reasons(Some(9.99), Some(5.0), Some(99.99)), []);
        assert_eq!(reasons(Some(9.996), Some(5.0), Some(99.996)), [AccountValue, Cost]);
        let needed = |value| rules.approvers_needed(value);
        assert_eq!((needed(Some(999.0)), needed(Some(1000.0)), needed(None)), (1, 2, 2));
        assert_eq!(reasons(None, None, None), all, "what is missing cannot be below a limit");
        let none_below =
            ApprovalRules { required_below_runs: Some(0.0), ..ApprovalRules::default() };
        assert_eq!(none_below.reasons_for(false, None, None, None), []);
    }

    #[test]
    fn an_approval_is_offered_reasons_of_its_own_or_none() {
        let mut rules = ApprovalRules { reasons: vec!["a".into()], ..ApprovalRules::default() };
        assert!(rules.reasons_offered(DecisionKind::Approve).is_empty());
        assert_eq!(rules.reasons_of(DecisionKind::Approve), ["a"], "a script may name one");
        assert_eq!(rules.reasons_of(DecisionKind::Defer), ["a"]);
        rules.reason_required.push(DecisionKind::Approve);
        assert_eq!(rules.reasons_offered(DecisionKind::Approve), ["a"], "one has to be named");
        rules.approve_reasons = vec!["b".into()];
        assert_eq!(rules.reasons_of(DecisionKind::Approve), ["b"]);
        assert_eq!(rules.reasons_of(DecisionKind::Override), ["a"]);
        assert!(rules.reasons_of(DecisionKind::Undo).is_empty());
    }

    #[test]
    fn an_override_always_names_a_reason() {
        let rules = ApprovalRules { reason_required: Vec::new(), ..ApprovalRules::default() };
        assert!(rules.needs_reason(DecisionKind::Override));
        assert!(!rules.needs_reason(DecisionKind::Reject));
    }

    #[test]
    fn an_approver_decides_up_to_the_limits() {
        let approver = Approver {
            name: "dana".into(),
            segments: Some(vec!["SMB".into()]),
            account_value_up_to: Some(50_000.0),
            cost_up_to: Some(100.0),
            keys: Vec::new(),
        };
        let objection = |segment, value: f64, cost: Option<f64>| {
            approver.objection(Stake { segment, account_value: Some(value), cost })
        };
        assert_eq!(objection("SMB", 50_000.0, Some(100.0)), None);
        assert_eq!(objection("Enterprise", 1.0, Some(1.0)), Some(Objection::Segment));
        let value = Some(Objection::AccountValue(50_000.0));
        assert_eq!(objection("SMB", 50_000.4, Some(1.0)), value);
        let cost = Some(Objection::Cost(100.0));
        assert_eq!(objection("SMB", 1.0, Some(250.0)), cost);
        assert_eq!(objection("SMB", 1.0, Some(100.004)), None, "the same to the cent");
        assert_eq!(objection("SMB", 1.0, Some(100.006)), cost);
        assert_eq!(objection("SMB", 1.0, None), cost, "what is missing is above every limit");
    }
}
