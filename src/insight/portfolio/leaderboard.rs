//! Measured performance, the best first, and what of it is under review.

use compact_str::CompactString;
use serde::Serialize;

use super::groups::falling;
use crate::domain::policy::Targets;
use crate::domain::{PerformanceRow, Playbook, number};
use crate::insight::findings::measured_roi;
use crate::statistics::wilson;
use crate::store::Dataset;

/// A performance row, with the numbers as the file has them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leader {
    /// Id of the playbook.
    pub playbook_id: CompactString,
    /// `None` where the playbook has none, or is not in the registry.
    pub playbook_name: Option<CompactString>,
    /// `All` for all segments together; `None` where the file says `null`.
    pub segment: Option<CompactString>,
    /// Number of runs.
    #[serde(serialize_with = "number::serialize_option")]
    pub runs: Option<f64>,
    /// 0 to 1.
    #[serde(serialize_with = "number::serialize_option")]
    pub success_rate: Option<f64>,
    /// The 95% interval of the success rate, 0 to 1.
    #[serde(serialize_with = "number::serialize_option")]
    pub low: Option<f64>,
    /// See `low`.
    #[serde(serialize_with = "number::serialize_option")]
    pub high: Option<f64>,
    /// Dollars a run.
    #[serde(serialize_with = "number::serialize_option")]
    pub avg_cost: Option<f64>,
    /// Dollars a run.
    #[serde(serialize_with = "number::serialize_option")]
    pub avg_value: Option<f64>,
    /// Value a dollar of cost.
    #[serde(serialize_with = "number::serialize_option")]
    pub roi_ratio: Option<f64>,
}

impl Leader {
    /// Returns the 95% interval of the success rate.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }
}

/// A performance row that falls short of the policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnderReview {
    /// Id of the playbook.
    pub playbook_id: CompactString,
    /// The segment.
    pub segment: Option<CompactString>,
    /// The playbook's name, or its id where the data has none.
    #[serde(skip)]
    pub title: CompactString,
    /// Why it is under review.
    pub reasons: Vec<ReviewReason>,
    /// The row's numbers, for whoever tells it in words.
    #[serde(skip)]
    pub success_rate: Option<f64>,
    /// As the engine reads it.
    #[serde(skip)]
    pub roi: Option<f64>,
}

/// The number that falls short, by its name in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// Below `targets.review_below_success_rate`.
    SuccessRate,
    /// Below `targets.review_below_roi`.
    RoiRatio,
}

/// Every performance row by ROI, the highest first, those without one last; then by playbook id, then
/// by segment, then in file order.
pub fn leaderboard(dataset: &Dataset) -> Vec<Leader> {
    let interval = |row: &PerformanceRow| {
        row.success_rate.zip(row.runs).and_then(|(rate, runs)| wilson(rate, runs))
    };
    let leader = |row: &PerformanceRow| Leader {
        playbook_id: row.playbook_id.clone(),
        playbook_name: dataset.playbook_by_id(&row.playbook_id).and_then(|p| p.name.clone()),
        segment: row.segment.clone(),
        runs: row.runs,
        success_rate: row.success_rate,
        low: interval(row).map(|(low, _)| low),
        high: interval(row).map(|(_, high)| high),
        avg_cost: row.avg_cost,
        avg_value: row.avg_value,
        roi_ratio: row.roi_ratio,
    };
    let mut rows: Vec<Leader> = dataset.performance.iter().map(leader).collect();
    rows.sort_by(|a, b| {
        let by_roi = match (a.roi_ratio, b.roi_ratio) {
            (Some(a), Some(b)) => falling(a, b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        by_roi
            .then_with(|| a.playbook_id.cmp(&b.playbook_id))
            .then_with(|| a.segment.cmp(&b.segment))
    });
    rows
}

/// The performance rows that fall short of the policy, in file order. A number that is not there is
/// not judged.
pub fn under_review(dataset: &Dataset, targets: &Targets) -> Vec<UnderReview> {
    let review = |row: &PerformanceRow| {
        let below = |number: Option<f64>, least: f64| number.is_some_and(|number| number < least);
        let mut reasons = Vec::new();
        if below(row.success_rate, targets.review_below_success_rate) {
            reasons.push(ReviewReason::SuccessRate);
        }
        let roi = measured_roi(row);
        if below(roi, targets.review_below_roi) {
            reasons.push(ReviewReason::RoiRatio);
        }
        (!reasons.is_empty()).then(|| UnderReview {
            playbook_id: row.playbook_id.clone(),
            segment: row.segment.clone(),
            title: dataset
                .playbook_by_id(&row.playbook_id)
                .map_or(row.playbook_id.as_str(), Playbook::title)
                .into(),
            reasons,
            success_rate: row.success_rate,
            roi,
        })
    };
    dataset.performance.iter().filter_map(review).collect()
}
