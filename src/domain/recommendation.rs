//! A recommendation, and where each of its numbers comes from.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::number;

/// What is recommended to do for one customer: the 12 fields, in the order in which they are printed.
/// Every output (JSON, CSV, the ledger's basis) is made from this definition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The customer's id.
    pub customer_id: CompactString,
    /// The customer's segment.
    pub segment: CompactString,
    /// The stage of the customer journey.
    pub journey_stage: Option<CompactString>,
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The playbook's name.
    pub playbook_name: Option<CompactString>,
    /// The action, a code.
    pub recommended_action: CompactString,
    /// 0 to 1 with two decimals.
    #[serde(serialize_with = "number::serialize")]
    pub confidence: f64,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_value: f64,
    /// True where a person has to approve it.
    pub requires_human_approval: bool,
    /// Usually 0 to 1, unrounded.
    #[serde(serialize_with = "number::serialize")]
    pub risk_score: f64,
    /// Dollars a year.
    #[serde(serialize_with = "number::serialize")]
    pub account_value: f64,
}

impl Recommendation {
    /// The playbook's name, or its id where it has none.
    pub fn playbook_title(&self) -> &str {
        self.playbook_name.as_deref().filter(|n| !n.is_empty()).unwrap_or(&self.playbook_id)
    }

    /// Expected value less expected cost, in dollars.
    pub fn net_value(&self) -> f64 {
        self.expected_value - self.expected_cost
    }
}

/// A source of a number, with the name that JSON carries and the words that people read.
macro_rules! source {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $json:literal, $words:literal;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(
                #[doc = concat!("Read as: ", $words, ".")]
                #[serde(rename = $json)]
                $variant
            ),*
        }

        impl $name {
            /// As in JSON.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $json),* }
            }

            /// As a person reads it.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),* }
            }
        }
    };
}

source! {
    /// Where a customer's risk comes from.
    RiskSource {
        FusedSignals = "fused_signals", "fused signals";
        Signals = "signals", "raw signals";
        Forecast = "forecast", "the forecast";
        None = "none", "no risk data (counts as 0)";
    }
}

source! {
    /// Where an expected value comes from.
    ValueSource {
        SegmentPerformance = "segment_performance", "measured for this segment";
        AllPerformance = "all_performance", "measured across segments";
        ExpectedRange = "expected_range", "midpoint of the expected range";
        None = "none", "not given";
    }
}

source! {
    /// Where an expected cost comes from.
    CostSource {
        SegmentPerformance = "segment_performance", "measured for this segment";
        AllPerformance = "all_performance", "measured across segments";
        Estimate = "estimate", "the playbook's estimate";
        None = "none", "not given, or 0";
    }
}

source! {
    /// Where an ROI comes from.
    RoiSource {
        SegmentPerformance = "segment_performance", "measured for this segment";
        AllPerformance = "all_performance", "measured across segments";
        Computed = "computed", "value ÷ cost";
    }
}

source! {
    /// What stands behind a candidate's numbers (`strategy.md`, *Flips*).
    EvidenceGrade {
        Measured = "measured", "measured for this segment";
        Pooled = "pooled", "measured across segments";
        Assumed = "assumed", "assumed, no runs yet";
    }
}

source! {
    /// Who asks for a person's approval.
    ApprovalReason {
        Playbook = "playbook", "required by the playbook";
        AccountValue = "account_value", "required by the policy at this account value";
        Cost = "cost", "required by the policy at this cost";
        Evidence = "evidence", "required by the policy with so few runs";
    }
}

source! {
    /// A number that limits look at and no one gave. Rules that compute take it as 0; a limit cannot
    /// be checked against it.
    Missing {
        AccountValue = "account_value", "the account value";
        Cost = "cost", "the cost";
        Runs = "runs", "the number of runs";
    }
}

impl ApprovalReason {
    /// As a person reads it, where these inputs are missing.
    pub fn words_where(self, missing: &[Missing]) -> &'static str {
        let lacks = |input| missing.contains(&input);
        match self {
            Self::AccountValue if lacks(Missing::AccountValue) => {
                "required by the policy: the account value is missing"
            }
            Self::Cost if lacks(Missing::Cost) => "required by the policy: the cost is missing",
            Self::Evidence if lacks(Missing::Runs) => "required by the policy: no runs are known",
            reason => reason.words(),
        }
    }
}

/// The runs behind a candidate's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// How many runs were measured.
    #[serde(serialize_with = "number::serialize")]
    pub runs: f64,
    /// 0 to 1.
    #[serde(serialize_with = "number::serialize_option")]
    pub success_rate: Option<f64>,
    /// Where the numbers come from.
    pub grade: EvidenceGrade,
}
