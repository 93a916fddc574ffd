//! What a playbook costs and brings in a segment, and by whose word (`matching.md`, rule 5).

use super::performance::{PerformanceIndex, Scope};
use crate::domain::number::{or, truthy};
use crate::domain::policy::ApprovalRules;
use crate::domain::{
    ApprovalReason, CostSource, Evidence, EvidenceGrade, Missing, Playbook, RoiSource, ValueSource,
};

/// An account value that no limit asks about: what is asked for then is asked for by the play itself.
pub const BELOW_EVERY_LIMIT: Option<f64> = Some(f64::NEG_INFINITY);

/// The numbers of a playbook in a segment, each with its source. The same for every customer of
/// the segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Economics {
    /// Dollars a run.
    pub value: f64,
    /// Where the value comes from.
    pub value_source: ValueSource,
    /// Dollars a run.
    pub cost: f64,
    /// Where the cost comes from.
    pub cost_source: CostSource,
    /// Value a dollar of cost; 0 where the cost is 0 and nothing was measured.
    pub roi: f64,
    /// Where the ROI comes from.
    pub roi_source: RoiSource,
    /// The runs behind the numbers.
    pub evidence: Evidence,
    /// Cost and runs where no one gave them: they count as 0 here, and limits cannot be checked
    /// against them.
    pub missing: Vec<Missing>,
}

impl Economics {
    /// Takes each field by itself from the performance row that serves the segment, else from the
    /// playbook.
    pub fn of(playbook: &Playbook, segment: &str, performance: &PerformanceIndex<'_>) -> Self {
        let found = performance.row(&playbook.id, segment);
        let row = found.map(|(row, _)| row);
        let scope = found.map_or(Scope::All, |(_, scope)| scope);
        let own = scope == Scope::Segment;

        let (value, value_source) = match truthy(row.and_then(|row| row.avg_value)) {
            Some(value) if own => (value, ValueSource::SegmentPerformance),
            Some(value) => (value, ValueSource::AllPerformance),
            None => match range_value(playbook) {
                Some(value) => (value, ValueSource::ExpectedRange),
                None => (0.0, ValueSource::None),
            },
        };
        let (cost, cost_source) = match truthy(row.and_then(|row| row.avg_cost)) {
            Some(cost) if own => (cost, CostSource::SegmentPerformance),
            Some(cost) => (cost, CostSource::AllPerformance),
            None => match truthy(playbook.avg_cost_estimate) {
                Some(cost) => (cost, CostSource::Estimate),
                None => (0.0, CostSource::None),
            },
        };
        let (roi, roi_source) = match truthy(row.and_then(|row| row.roi_ratio)) {
            Some(roi) if own => (roi, RoiSource::SegmentPerformance),
            Some(roi) => (roi, RoiSource::AllPerformance),
            None => (computed_roi(value, cost), RoiSource::Computed),
        };
        let evidence = Evidence {
            runs: or(row.and_then(|row| row.runs), 0.0),
            success_rate: row.and_then(|row| row.success_rate),
            grade: match found {
                Some((_, Scope::Segment)) => EvidenceGrade::Measured,
                Some((_, Scope::All)) => EvidenceGrade::Pooled,
                None => EvidenceGrade::Assumed,
            },
        };
        let no_cost = cost_source == CostSource::None
            && row.and_then(|row| row.avg_cost).or(playbook.avg_cost_estimate).is_none();
        let no_runs = row.and_then(|row| row.runs).is_none();
        let inputs = [(no_cost, Missing::Cost), (no_runs, Missing::Runs)];
        let missing = inputs.into_iter().filter_map(|(lacks, input)| lacks.then_some(input));
        let missing = missing.collect();
        Self { value, value_source, cost, cost_source, roi, roi_source, evidence, missing }
    }

    /// Dollars a run; `None` where no one gave it.
    pub fn known_cost(&self) -> Option<f64> {
        (!self.missing.contains(&Missing::Cost)).then_some(self.cost)
    }

    /// `None` where no one gave it.
    pub fn known_runs(&self) -> Option<f64> {
        (!self.missing.contains(&Missing::Runs)).then_some(self.evidence.runs)
    }

    /// Who asks for a person's approval of the playbook for an account of that value, in dollars a year
    /// where it is known; no one where this is empty.
    pub fn approval_reasons(
        &self,
        playbook: &Playbook,
        rules: &ApprovalRules,
        account_value: Option<f64>,
    ) -> Vec<ApprovalReason> {
        let required = playbook.needs_approval();
        rules.reasons_for(required, self.known_cost(), self.known_runs(), account_value)
    }

    /// The inputs of limits that no one gave, for an account. Runs only where these reasons name them:
    /// most plays have none yet.
    pub fn missing_for(
        &self,
        account_value: Option<f64>,
        reasons: &[ApprovalReason],
    ) -> Vec<Missing> {
        let account = account_value.is_none().then_some(Missing::AccountValue);
        let of_play =
            self.missing.iter().copied().filter(|input| {
                *input != Missing::Runs || reasons.contains(&ApprovalReason::Evidence)
            });
        account.into_iter().chain(of_play).collect()
    }

    /// Value less cost, in dollars a run.
    pub fn net_value(&self) -> f64 {
        self.value - self.cost
    }
}

/// Half the sum of the expected range, in dollars a run; `None` where there is no range.
pub fn range_value(playbook: &Playbook) -> Option<f64> {
    let range = playbook.expected_value_range.as_deref().filter(|range| !range.is_empty())?;
    Some(range.iter().sum::<f64>() / 2.0)
}

/// The ROI where no one measured it: value ÷ cost, 0 where the cost is 0.
pub fn computed_roi(value: f64, cost: f64) -> f64 {
    if cost == 0.0 { 0.0 } else { value / cost }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PerformanceRow;

    fn playbook(cost: Option<f64>, range: Option<Vec<f64>>) -> Playbook {
        Playbook {
            id: "P".into(),
            avg_cost_estimate: cost,
            expected_value_range: range,
            ..Playbook::default()
        }
    }

    #[test]
    fn without_a_row_the_playbook_speaks() {
        let economics = Economics::of(
            &playbook(Some(75.0), Some(vec![1000.0, 6000.0])),
            "SMB",
            &PerformanceIndex::default(),
        );
        assert_eq!((economics.value, economics.value_source), (3500.0, ValueSource::ExpectedRange));
        assert_eq!((economics.cost, economics.cost_source), (75.0, CostSource::Estimate));
        assert_eq!((economics.roi, economics.roi_source), (3500.0 / 75.0, RoiSource::Computed));
        assert_eq!(economics.evidence.grade, EvidenceGrade::Assumed);
        assert_eq!(economics.net_value(), 3425.0);
    }

    #[test]
    fn each_field_falls_back_by_itself() {
        let rows = [PerformanceRow {
            playbook_id: "P".into(),
            segment: Some("All".into()),
            avg_value: Some(900.0),
            avg_cost: Some(0.0),
            roi_ratio: None,
            runs: Some(12.0),
            ..PerformanceRow::default()
        }];
        let economics =
            Economics::of(&playbook(Some(30.0), None), "SMB", &PerformanceIndex::new(&rows));
        assert_eq!(economics.value_source, ValueSource::AllPerformance);
        assert_eq!(economics.cost_source, CostSource::Estimate, "a measured cost of 0 is none");
        assert_eq!((economics.roi, economics.roi_source), (30.0, RoiSource::Computed));
        assert_eq!(economics.evidence.grade, EvidenceGrade::Pooled);
    }

    #[test]
    fn no_cost_is_no_roi() {
        let economics = Economics::of(
            &playbook(None, Some(vec![100.0, 100.0])),
            "SMB",
            &PerformanceIndex::default(),
        );
        assert_eq!((economics.roi, economics.cost_source), (0.0, CostSource::None));
        assert_eq!(economics.missing, [Missing::Cost, Missing::Runs]);
        let free = playbook(Some(0.0), Some(vec![100.0, 100.0]));
        let economics = Economics::of(&free, "SMB", &PerformanceIndex::default());
        assert_eq!(economics.known_cost(), Some(0.0), "nothing is a cost that somebody gave");
    }
}
