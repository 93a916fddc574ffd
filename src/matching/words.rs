//! Where the numbers of an explanation come from: one wording for `explain` and for the dashboard's
//! detail. Text from data files in it is not yet escaped.

use super::engine::Matching;
use super::explanation::{Candidate, Explanation};
use crate::domain::money::{dollars, plain, rate};
pub use crate::domain::money::{runs, share};
use crate::domain::number::{Num, round};
use crate::domain::{CostSource, EvidenceGrade, Policy, RiskSource, RoiSource, ValueSource};

impl Candidate {
    /// Returns where the value comes from: `measured for SMB, 42 runs`, `midpoint of $1,000–$6,000, no
    /// runs`. `segment` is the customer's.
    pub fn value_words(&self, segment: &str) -> String {
        match self.value.source {
            ValueSource::SegmentPerformance => self.measured(segment),
            ValueSource::AllPerformance => self.measured_across(),
            ValueSource::ExpectedRange => {
                let known = if self.evidence.runs == 0.0 { "no runs" } else { "not measured" };
                format!("{}, {known}", self.range_words())
            }
            source @ ValueSource::None => source.words().to_owned(),
        }
    }

    /// Half the sum of the expected range is its midpoint only where it has two ends.
    fn range_words(&self) -> String {
        match self.expected_range.as_slice() {
            [low, high] => format!("midpoint of {}–{}", dollars(*low), dollars(*high)),
            [one] => format!("half of {}", dollars(*one)),
            many => {
                let amounts: Vec<String> = many.iter().map(|amount| dollars(*amount)).collect();
                format!("half the sum of {}", amounts.join(", "))
            }
        }
    }

    /// Returns where the cost comes from: `measured for SMB, 42 runs`, `the playbook's estimate`.
    pub fn cost_words(&self, segment: &str) -> String {
        match self.cost.source {
            CostSource::SegmentPerformance => self.measured(segment),
            CostSource::AllPerformance => self.measured_across(),
            source @ (CostSource::Estimate | CostSource::None) => source.words().to_owned(),
        }
    }

    /// Returns where the ROI comes from: `measured for SMB, 42 runs`, `3,500 ÷ 75`.
    pub fn roi_words(&self, segment: &str) -> String {
        match self.roi.source {
            RoiSource::SegmentPerformance => self.measured(segment),
            RoiSource::AllPerformance => self.measured_across(),
            RoiSource::Computed if self.cost.amount == 0.0 => "no cost to divide by".to_owned(),
            RoiSource::Computed => {
                format!("{} ÷ {}", plain(self.value.amount), plain(self.cost.amount))
            }
        }
    }

    /// Returns what supports the numbers: `measured for SMB, 42 runs, 64% (49–77%) gross success rate`, `assumed, no
    /// runs yet`.
    pub fn evidence_words(&self, segment: &str) -> String {
        let measured = match self.evidence.grade {
            EvidenceGrade::Measured => self.measured(segment),
            EvidenceGrade::Pooled => self.measured_across(),
            grade @ EvidenceGrade::Assumed => return grade.words().to_owned(),
        };
        match self.evidence.success_rate {
            Some(share) => {
                let interval = self.evidence.low.zip(self.evidence.high);
                format!("{measured}, {} gross success rate", rate(share, interval))
            }
            None => measured,
        }
    }

    fn measured(&self, segment: &str) -> String {
        format!("measured for {segment}, {}", runs(self.evidence.runs))
    }

    fn measured_across(&self) -> String {
        format!("measured across segments, {}", runs(self.evidence.runs))
    }
}

impl Explanation {
    /// Returns the confidence and how it comes about: `1.00 (risk 0.98 + margin 0.20, capped at 1);
    /// above the 0.50 minimum`.
    pub fn confidence_words(&self, policy: &Policy) -> String {
        let (risk, margin) = (self.risk.score, policy.confidence_margin);
        let exact = (risk + margin).min(1.0);
        let minimum = self.confidence.threshold;
        let capped = if risk + margin > 1.0 { ", capped at 1" } else { "" };
        let verdict = match self.confidence.passes {
            true if exact == minimum => "at",
            true => "above",
            false => "below",
        };
        // 0.4999 is reported as 0.50 and is below a minimum of 0.50.
        let shown = if near(exact, minimum) { share } else { two };
        format!(
            "{} (risk {} + margin {}{capped}); {verdict} the {} minimum",
            shown(exact),
            shown(risk),
            share(margin),
            share(minimum)
        )
    }
}

/// True where two decimals would hide which of two numbers is larger.
fn near(a: f64, b: f64) -> bool {
    a != b && round(a, 2) == round(b, 2)
}

fn two(x: f64) -> String {
    format!("{x:.2}")
}

impl Matching {
    /// Returns where a customer's risk comes from: `fused signals (2)`; the count only where it is
    /// known.
    pub fn risk_words(&self, number: usize) -> String {
        let Some(risk) = self.risk(number) else { return RiskSource::None.words().to_owned() };
        let words = risk.source.words();
        let signals = match risk.source {
            RiskSource::FusedSignals => self.signal_count(number),
            RiskSource::Signals => Some(self.dataset().signals(number).count() as f64),
            RiskSource::Forecast | RiskSource::None => None,
        };
        match signals {
            Some(n) => format!("{words} ({})", Num(n)),
            None => words.to_owned(),
        }
    }

    /// Returns the number of signals in the fused score: the file's, else as many as are listed.
    fn signal_count(&self, number: usize) -> Option<f64> {
        let listed = || match self.dataset().signals(number).count() {
            0 => None,
            n => Some(n as f64),
        };
        self.customer(number)?.total_signals().or_else(listed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Evidence;
    use crate::matching::explanation::{Amount, RoiTold};

    fn assumed() -> Candidate {
        Candidate {
            rank: 1,
            playbook_id: "P".into(),
            playbook_name: None,
            value: Amount { amount: 3500.0, source: ValueSource::ExpectedRange },
            cost: Amount { amount: 75.0, source: CostSource::Estimate },
            roi: RoiTold { ratio: 3500.0 / 75.0, source: RoiSource::Computed },
            net_value: 3425.0,
            requires_human_approval: true,
            evidence: Evidence { runs: 0.0, success_rate: None, grade: EvidenceGrade::Assumed }
                .into(),
            wins_if: None,
            expected_range: vec![1000.0, 6000.0],
            action: "call".into(),
            threshold: 0.5,
        }
    }

    #[test]
    fn numbers_without_a_measurement_show_what_they_are_made_of() {
        let mut candidate = assumed();
        assert_eq!(candidate.value_words("SMB"), "midpoint of $1,000–$6,000, no runs");
        assert_eq!(candidate.cost_words("SMB"), "the playbook's estimate");
        assert_eq!(candidate.roi_words("SMB"), "3,500 ÷ 75");
        assert_eq!(candidate.evidence_words("SMB"), "assumed, no runs yet");
        candidate.expected_range = vec![7000.0];
        assert_eq!(candidate.value_words("SMB"), "half of $7,000, no runs");
        candidate.expected_range = vec![1000.0, 2000.0, 4000.0];
        assert_eq!(candidate.value_words("SMB"), "half the sum of $1,000, $2,000, $4,000, no runs");
        candidate.cost.amount = 0.0;
        assert_eq!(candidate.roi_words("SMB"), "no cost to divide by");
    }

    #[test]
    fn measured_numbers_show_where_and_how_often() {
        let mut candidate = assumed();
        candidate.value.source = ValueSource::SegmentPerformance;
        candidate.roi.source = RoiSource::AllPerformance;
        candidate.evidence =
            Evidence { runs: 1042.0, success_rate: Some(0.645), grade: EvidenceGrade::Measured }
                .into();
        assert_eq!(candidate.value_words("SMB"), "measured for SMB, 1,042 runs");
        assert_eq!(candidate.roi_words("SMB"), "measured across segments, 1,042 runs");
        assert_eq!(
            candidate.evidence_words("SMB"),
            "measured for SMB, 1,042 runs, 64.5% (62–67%) gross success rate"
        );
    }
}
