//! How sure the runs behind a candidate's numbers make us (`strategy.md`, *Flips*).

use serde::Serialize;

use crate::domain::{Evidence, EvidenceGrade, number};
use crate::statistics::wilson;

/// The evidence of a candidate with the interval of its success rate. Only told, never stored: a
/// decision's basis keeps what was measured, not what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EvidenceTold {
    /// How many runs were measured.
    #[serde(serialize_with = "number::serialize")]
    pub runs: f64,
    /// 0 to 1.
    #[serde(serialize_with = "number::serialize_option")]
    pub success_rate: Option<f64>,
    /// Where the numbers come from.
    pub grade: EvidenceGrade,
    /// 0 to 1; none where there is no success rate or no run.
    #[serde(serialize_with = "number::serialize_option")]
    pub low: Option<f64>,
    /// 0 to 1; none where there is no success rate or no run.
    #[serde(serialize_with = "number::serialize_option")]
    pub high: Option<f64>,
}

impl From<Evidence> for EvidenceTold {
    fn from(Evidence { runs, success_rate, grade }: Evidence) -> Self {
        let interval = success_rate.and_then(|rate| wilson(rate, runs));
        let (low, high) = interval.unzip();
        Self { runs, success_rate, grade, low, high }
    }
}
