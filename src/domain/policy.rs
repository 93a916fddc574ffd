//! The policy: what the strategy's owners may set. Without a policy file these are the reference's
//! rules (`decisions.md`, *Policy*).

use serde::{Deserialize, Serialize};

use super::decision_kind::DecisionKind;

/// How candidates are ordered (`matching.ranking`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ranking {
    /// ROI, then value, then file order (`matching.md`, rule 6).
    #[default]
    Roi,
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The brake: below this confidence nothing is recommended. 0 to 1.
    pub confidence_threshold: f64,
    /// Added to the risk to give the confidence (`matching.md`, rule 7).
    pub confidence_margin: f64,
    pub ranking: Ranking,
    /// A decision holds while the risk has moved by no more than this. Absolute.
    pub risk_tolerance: f64,
    /// A decision holds while cost, value and account value have moved by no more than this share.
    pub money_tolerance: f64,
    /// Decisions that must name a reason.
    pub reason_required: Vec<DecisionKind>,
    /// The reasons that may be named.
    pub reasons: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            confidence_threshold: 0.50,
            confidence_margin: 0.20,
            ranking: Ranking::Roi,
            risk_tolerance: 0.05,
            money_tolerance: 0.10,
            reason_required: vec![
                DecisionKind::Reject,
                DecisionKind::Override,
                DecisionKind::Defer,
            ],
            reasons: [
                "wrong_playbook",
                "bad_timing",
                "relationship",
                "budget",
                "data_wrong",
                "other",
            ]
            .map(str::to_owned)
            .to_vec(),
        }
    }
}
