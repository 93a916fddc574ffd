//! Decisions: what was decided, by whom, and on which numbers.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::decision_kind::DecisionKind;
use super::digest::Digest;
use super::experiment::Experiment;
use super::gate::FailedGate;
use super::number;
use super::policy::{AfterFailure, Contact, Policy, Ranking, Stake};
use super::recommendation::{
    ApprovalReason, CostSource, Evidence, EvidenceGrade, Missing, Recommendation, RiskSource,
    RoiSource, ValueSource,
};
use super::stored_basis::StoredBasis;

/// What the reviewer saw: the recommendation, the source of each number, and the settings that bore
/// on it. A decision is about this and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// The recommendation; `null` in JSON where nothing is recommended. It then says of the customer
    /// what `customer` does, and nothing of a playbook.
    #[serde(serialize_with = "null_without_playbook", deserialize_with = "nothing_if_null")]
    pub recommendation: Recommendation,
    /// The customer, where nothing is recommended to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UncoveredCustomer>,
    /// Where the risk score comes from.
    pub risk_source: RiskSource,
    /// Where the value comes from.
    pub value_source: ValueSource,
    /// Where the cost comes from.
    pub cost_source: CostSource,
    /// Where the ROI comes from.
    pub roi_source: RoiSource,
    /// Value ÷ cost.
    #[serde(serialize_with = "number::serialize", deserialize_with = "null_is_infinite")]
    pub roi_ratio: f64,
    /// The runs behind the numbers.
    pub evidence: Evidence,
    /// What requires an approval; empty where nothing does.
    pub approval_reasons: Vec<ApprovalReason>,
    /// The experiment that the customer is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment: Option<InExperiment>,
    /// That experiment as the policy had it; in what is handed off, and in enrollments.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_readable")]
    pub experiment_as: Option<Box<Experiment>>,
    /// The inputs of limits that no one gave; of the cost and the runs those of the recommended
    /// playbook.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// When the customer entered its stage, as the file had it; in what is handed off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_entered_at: Option<CompactString>,
    /// The playbook that a person chose instead; in overrides, and in what is handed off by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Box<Chosen>>,
    /// The policy.
    pub policy: PolicyBasis,
    /// The policy's `ledger_id`: a signed decision counts in no other ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger_id: Option<CompactString>,
}

/// The experiment that a customer is in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InExperiment {
    /// The experiment's id.
    pub id: CompactString,
    /// A playbook, `holdout` or `ranking`.
    pub arm: CompactString,
}

/// A customer to whom nothing is recommended, as a decision about it saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UncoveredCustomer {
    /// The customer's id.
    pub customer_id: CompactString,
    /// The customer's segment.
    pub segment: CompactString,
    /// The stage of the customer journey.
    pub journey_stage: Option<CompactString>,
    /// Usually 0 to 1, unrounded.
    #[serde(serialize_with = "number::serialize")]
    pub risk_score: f64,
    /// Dollars a year.
    #[serde(serialize_with = "number::serialize")]
    pub account_value: f64,
}

impl UncoveredCustomer {
    /// Returns what a recommendation would say of the customer, without a playbook.
    fn without_playbook(&self, confidence: f64) -> Recommendation {
        Recommendation {
            customer_id: self.customer_id.clone(),
            segment: self.segment.clone(),
            journey_stage: self.journey_stage.clone(),
            confidence,
            risk_score: self.risk_score,
            account_value: self.account_value,
            ..Recommendation::default()
        }
    }
}

/// A playbook that a person chose instead of the recommended one, with its own numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// The playbook.
    pub playbook_id: CompactString,
    /// Its name, where it has one.
    pub playbook_name: Option<CompactString>,
    /// The code of its action.
    pub recommended_action: CompactString,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_value: f64,
    /// Whether an approval is required.
    pub requires_human_approval: bool,
    /// Where the value comes from.
    pub value_source: ValueSource,
    /// Where the cost comes from.
    pub cost_source: CostSource,
    /// Where the ROI comes from.
    pub roi_source: RoiSource,
    /// Value ÷ cost.
    #[serde(serialize_with = "number::serialize", deserialize_with = "null_is_infinite")]
    pub roi_ratio: f64,
    /// The runs behind the numbers.
    pub evidence: Evidence,
    /// What requires an approval; empty where nothing does.
    pub approval_reasons: Vec<ApprovalReason>,
    /// The inputs of limits that no one gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// The gates that it does not pass; none of a candidate.
    pub failed: Vec<FailedGate>,
}

impl Chosen {
    /// The playbook's name, or its id where it has none.
    pub fn title(&self) -> &str {
        self.playbook_name.as_deref().filter(|n| !n.is_empty()).unwrap_or(&self.playbook_id)
    }
}

/// What a decision lets run: the recommended playbook, or the one chosen instead.
impl Basis {
    /// A basis about nothing, for entries that have none.
    pub(super) fn empty() -> Self {
        Self {
            recommendation: Recommendation::default(),
            customer: None,
            risk_source: RiskSource::None,
            value_source: ValueSource::None,
            cost_source: CostSource::None,
            roi_source: RoiSource::Computed,
            roi_ratio: 0.0,
            evidence: Evidence { runs: 0.0, success_rate: None, grade: EvidenceGrade::Assumed },
            approval_reasons: Vec::new(),
            experiment: None,
            experiment_as: None,
            missing: Vec::new(),
            state_entered_at: None,
            chosen: None,
            policy: PolicyBasis::new(&Policy::default(), &[], None),
            ledger_id: None,
        }
    }

    /// Returns the basis of a customer to whom nothing is recommended, at a confidence from 0 to 1.
    pub fn of_uncovered(
        customer: UncoveredCustomer,
        risk_source: RiskSource,
        confidence: f64,
        policy: PolicyBasis,
    ) -> Self {
        let recommendation = customer.without_playbook(confidence);
        Self { recommendation, customer: Some(customer), risk_source, policy, ..Self::empty() }
    }

    /// Completes what was read: of a customer without a recommendation the part that is not stored.
    pub(super) fn completed(mut self) -> Self {
        if let Some(customer) = &self.customer {
            let confidence = (customer.risk_score + self.policy.confidence_margin).min(1.0);
            self.recommendation = customer.without_playbook(confidence);
        }
        self
    }

    /// Returns the recommendation; `None` where nothing is recommended.
    pub fn recommended(&self) -> Option<&Recommendation> {
        self.customer.is_none().then_some(&self.recommendation)
    }

    /// Returns the playbook: the chosen one, else the recommended one.
    pub fn playbook_id(&self) -> &CompactString {
        self.chosen.as_ref().map_or(&self.recommendation.playbook_id, |chosen| &chosen.playbook_id)
    }

    /// The playbook's name, or its id where it has none.
    pub fn playbook_title(&self) -> &str {
        self.chosen.as_ref().map_or(self.recommendation.playbook_title(), |chosen| chosen.title())
    }

    /// Returns the code of its action.
    pub fn action(&self) -> &str {
        match &self.chosen {
            Some(chosen) => &chosen.recommended_action,
            None => &self.recommendation.recommended_action,
        }
    }

    /// Dollars.
    pub fn cost(&self) -> f64 {
        self.chosen.as_ref().map_or(self.recommendation.expected_cost, |c| c.expected_cost)
    }

    /// Dollars.
    pub fn value(&self) -> f64 {
        self.chosen.as_ref().map_or(self.recommendation.expected_value, |c| c.expected_value)
    }

    /// Inputs of limits that no one gave, for what the decision lets run.
    pub fn missing(&self) -> &[Missing] {
        self.chosen.as_ref().map_or(&self.missing, |chosen| &chosen.missing)
    }

    /// What limits look at: of what the decision lets run, the cost.
    pub fn stake(&self) -> Stake<'_> {
        let given = |amount: f64, input| (!self.missing().contains(&input)).then_some(amount);
        Stake {
            segment: &self.recommendation.segment,
            account_value: given(self.recommendation.account_value, Missing::AccountValue),
            cost: given(self.cost(), Missing::Cost),
        }
    }

    /// Who asks for an approval of the recommended playbook, in words.
    pub fn asks(&self) -> Vec<&'static str> {
        let words = |reason: &ApprovalReason| reason.words_where(&self.missing);
        self.approval_reasons.iter().map(words).collect()
    }

    /// Value a dollar of cost.
    pub fn roi(&self) -> f64 {
        self.chosen.as_ref().map_or(self.roi_ratio, |chosen| chosen.roi_ratio)
    }

    /// Returns true where an approval is required.
    pub fn needs_approval(&self) -> bool {
        match &self.chosen {
            Some(chosen) => chosen.requires_human_approval,
            None => self.recommendation.requires_human_approval,
        }
    }
}

/// A playbook always has an id.
fn null_without_playbook<S: serde::Serializer>(
    recommendation: &Recommendation,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let recommended = Some(recommendation).filter(|r| !r.playbook_id.is_empty());
    recommended.serialize(serializer)
}

fn nothing_if_null<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Recommendation, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What a later version wrote in another way is left out; the rest of the basis counts.
fn if_readable<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Box<Experiment>>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(Experiment::deserialize(value).ok().map(Box::new))
}

/// JSON has no infinity: a ratio too large for a double is written as `null`.
fn null_is_infinite<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}

/// The settings that bore on a recommendation and on who has to approve it. A limit that did not
/// bear on it is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyBasis {
    /// The minimum confidence.
    #[serde(serialize_with = "number::serialize")]
    pub confidence_threshold: f64,
    /// What is added to the risk score to get the confidence.
    #[serde(serialize_with = "number::serialize")]
    pub confidence_margin: f64,
    /// What eligible playbooks are ranked by.
    pub ranking: Ranking,
    /// The limit, where it required an approval. Dollars a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "number::serialize_option")]
    pub required_at_account_value: Option<f64>,
    /// The limit, where it required an approval. Dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "number::serialize_option")]
    pub required_at_cost: Option<f64>,
    /// The limit, where it required an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "number::serialize_option")]
    pub required_below_runs: Option<f64>,
    /// The limit, where it required two approvers. Dollars a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "number::serialize_option")]
    pub two_approvers_at_account_value: Option<f64>,
    /// The limit, where it stopped a playbook that would rank ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "number::serialize_option")]
    pub per_days: Option<f64>,
    /// The limit, where it stopped a playbook that would rank ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "number::serialize_option")]
    pub max_plays: Option<f64>,
    /// The limit, where it stopped a playbook that would rank ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "number::serialize_option")]
    pub same_playbook_days: Option<f64>,
    /// What follows a failure, where that stopped a playbook that would rank ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_failure: Option<AfterFailure>,
}

/// Which contact limits stop a playbook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ContactLimits {
    /// `contact.max_plays` in `contact.per_days`.
    pub plays: bool,
    /// `contact.same_playbook_days`.
    pub same_playbook: bool,
    /// `contact.after_failure`.
    pub failure: bool,
}

impl ContactLimits {
    /// True where any does.
    pub fn any(self) -> bool {
        self.plays || self.same_playbook || self.failure
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            plays: self.plays || other.plays,
            same_playbook: self.same_playbook || other.same_playbook,
            failure: self.failure || other.failure,
        }
    }
}

impl PolicyBasis {
    /// What bore on a play of an account, in dollars a year where that is known, for which these ask
    /// for an approval.
    pub fn new(policy: &Policy, reasons: &[ApprovalReason], account: Option<f64>) -> Self {
        let rules = &policy.approval;
        let if_asked = |reason, limit: Option<f64>| limit.filter(|_| reasons.contains(&reason));
        let two = rules.approvers_needed(account) > 1;
        Self {
            confidence_threshold: policy.confidence_threshold,
            confidence_margin: policy.confidence_margin,
            ranking: policy.ranking,
            required_at_account_value: if_asked(
                ApprovalReason::AccountValue,
                rules.required_at_account_value,
            ),
            required_at_cost: if_asked(ApprovalReason::Cost, rules.required_at_cost),
            required_below_runs: if_asked(ApprovalReason::Evidence, rules.required_below_runs),
            two_approvers_at_account_value: rules.two_approvers_at_account_value.filter(|_| two),
            per_days: None,
            max_plays: None,
            same_playbook_days: None,
            after_failure: None,
        }
    }

    /// With the contact limits that bore on it.
    #[must_use]
    pub fn limited(self, contact: &Contact, limits: ContactLimits) -> Self {
        Self {
            per_days: contact.per_days.filter(|_| limits.plays),
            max_plays: contact.max_plays.filter(|_| limits.plays),
            same_playbook_days: contact.same_playbook_days.filter(|_| limits.same_playbook),
            after_failure: limits.failure.then_some(contact.after_failure),
            ..self
        }
    }
}

/// An entry of the ledger, as read back from disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// From 1, without gaps.
    pub seq: u64,
    /// A version 7 UUID.
    pub id: CompactString,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: CompactString,
    /// The kind of decision.
    pub kind: DecisionKind,
    /// Empty in a `recover`.
    pub customer_id: CompactString,
    /// Empty in a `recover`.
    pub playbook_id: CompactString,
    /// Why.
    pub reason: Option<CompactString>,
    /// Free text.
    pub note: Option<String>,
    /// The local date until which a `defer` holds, for whoever deferred.
    pub until: Option<Date>,
    /// When that date begins for whoever deferred; missing in older ledgers.
    pub until_at: Option<Timestamp>,
    /// The entry that an undo undoes.
    pub undoes: Option<CompactString>,
    /// The last entry known for this customer when this one was decided.
    pub after: Option<CompactString>,
    /// The id that entries made together have in common; missing in all others.
    pub batch: Option<Box<str>>,
    /// The proposal that a decision follows; missing in all others.
    pub proposal: Option<Box<str>>,
    /// What a `recover` cut off; `None` where only the form of lines was repaired.
    pub recovered: Option<Box<Recovered>>,
    /// What the reviewer saw.
    pub basis: StoredBasis,
    /// SHA-256 of the basis as stored.
    pub basis_hash: Digest,
    /// The signature of whoever made it, in base64; missing where it is not signed.
    pub sig: Option<Box<str>>,
    /// Hash of the entry before; zeros in the first.
    pub prev: Digest,
    /// SHA-256 of the line up to the hash.
    pub hash: Digest,
}

impl Entry {
    /// Returns the entry as a sentence names it: `dana's rejection #9`.
    pub fn words(&self) -> String {
        format!("{}'s {} #{}", self.by, self.kind.rules().noun, self.seq)
    }
}

/// What was cut off a ledger that could not be trusted, as its `recover` entry records it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// Length of what was cut off.
    pub bytes: u64,
    /// SHA-256 of it, in lowercase hexadecimal digits.
    pub sha256: String,
    /// Name of the file beside the ledger that has it.
    pub file: String,
    /// Whose decisions may be affected.
    pub customers: RecoveredCustomers,
}

/// Whose decisions may have been among what was cut off. Those before count no more: each of these
/// customers needs a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RecoveredCustomers {
    /// These customers.
    Named(Vec<CompactString>),
    /// A line of it names none that can be read.
    All(All),
}

/// `"all"` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum All {
    /// All customers.
    All,
}

impl RecoveredCustomers {
    /// Every customer.
    pub const ALL: Self = Self::All(All::All);

    /// True where the customer is one of them.
    pub fn include(&self, customer: &str) -> bool {
        match self {
            Self::Named(named) => named.iter().any(|name| name == customer),
            Self::All(_) => true,
        }
    }
}
