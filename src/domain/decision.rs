//! Decisions: what was decided, by whom, and on which numbers (`decisions.md`).

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::decision_kind::DecisionKind;
use super::number;
use super::policy::{Policy, Ranking};
use super::recommendation::{
    ApprovalReason, CostSource, Evidence, Recommendation, RiskSource, RoiSource, ValueSource,
};

/// What the reviewer saw: the recommendation, the source of each number, and the settings that bore
/// on it. A decision is about this and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    pub recommendation: Recommendation,
    pub risk_source: RiskSource,
    pub value_source: ValueSource,
    pub cost_source: CostSource,
    pub roi_source: RoiSource,
    #[serde(serialize_with = "number::serialize", deserialize_with = "null_is_infinite")]
    pub roi_ratio: f64,
    pub evidence: Evidence,
    pub approval_reasons: Vec<ApprovalReason>,
    pub policy: PolicyBasis,
}

/// JSON has no infinity: a ratio too large for a double is written as `null`.
fn null_is_infinite<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}

/// The settings that bore on a recommendation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyBasis {
    #[serde(serialize_with = "number::serialize")]
    pub confidence_threshold: f64,
    #[serde(serialize_with = "number::serialize")]
    pub confidence_margin: f64,
    pub ranking: Ranking,
}

impl From<&Policy> for PolicyBasis {
    fn from(policy: &Policy) -> Self {
        Self {
            confidence_threshold: policy.confidence_threshold,
            confidence_margin: policy.confidence_margin,
            ranking: policy.ranking,
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
    pub at: Timestamp,
    pub by: CompactString,
    pub kind: DecisionKind,
    pub customer_id: CompactString,
    pub playbook_id: CompactString,
    pub reason: Option<CompactString>,
    pub note: Option<String>,
    pub until: Option<Date>,
    /// The entry that an undo takes back.
    pub undoes: Option<CompactString>,
    /// The last entry known for this customer when this one was decided.
    pub after: Option<CompactString>,
    pub basis: Basis,
    /// SHA-256 of the basis as stored, lowercase hex.
    pub basis_hash: String,
    /// Hash of the entry before; 64 zeros in the first.
    pub prev: String,
    pub hash: String,
}
