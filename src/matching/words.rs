//! Where the numbers of an explanation come from, as a person reads it: one wording for `explain` and
//! for the dashboard's detail. Text from data files in it is not yet escaped.

use super::engine::Matching;
use super::explanation::{Candidate, Explanation};
use crate::domain::money::{count, dollars, plain};
use crate::domain::number::{Num, round};
use crate::domain::{CostSource, EvidenceGrade, Policy, RiskSource, RoiSource, ValueSource};

/// A risk or a confidence: two decimals, or up to four where two would hide something.
pub fn share(x: f64) -> String {
    let exact = round(x, 4);
    if round(x, 2) == exact { format!("{x:.2}") } else { Num(exact).to_string() }
}

/// A number of runs, mostly a whole one: `42 runs`, `1 run`, `no runs`.
pub fn runs(runs: f64) -> String {
    match runs {
        0.0 => "no runs".to_owned(),
        1.0 => "1 run".to_owned(),
        n if n > 0.0 && n.fract() == 0.0 && n < 1e15 => format!("{} runs", count(n as usize)),
        n => format!("{} runs", Num(n)),
    }
}

impl Candidate {
    /// `measured in SMB, 42 runs`, `middle of $1,000–$6,000, no runs`. `segment` is the customer's.
    pub fn value_words(&self, segment: &str) -> String {
        match self.value.source {
            ValueSource::SegmentPerformance => self.measured(segment),
            ValueSource::AllPerformance => self.pooled(),
            ValueSource::ExpectedRange => {
                let known = if self.evidence.runs == 0.0 { "no runs" } else { "not measured" };
                format!("{}, {known}", self.range_words())
            }
            source @ ValueSource::None => source.words().to_owned(),
        }
    }

    /// Half the sum of the expected range is its middle only if it has two ends.
    fn range_words(&self) -> String {
        match self.expected_range.as_slice() {
            [low, high] => format!("middle of {}–{}", dollars(*low), dollars(*high)),
            [one] => format!("half of {}", dollars(*one)),
            many => {
                let amounts: Vec<String> = many.iter().map(|amount| dollars(*amount)).collect();
                format!("half the sum of {}", amounts.join(", "))
            }
        }
    }

    /// `measured in SMB, 42 runs`, `the playbook's estimate`.
    pub fn cost_words(&self, segment: &str) -> String {
        match self.cost.source {
            CostSource::SegmentPerformance => self.measured(segment),
            CostSource::AllPerformance => self.pooled(),
            source @ (CostSource::Estimate | CostSource::None) => source.words().to_owned(),
        }
    }

    /// `measured in SMB, 42 runs`, `3,500 ÷ 75`.
    pub fn roi_words(&self, segment: &str) -> String {
        match self.roi.source {
            RoiSource::SegmentPerformance => self.measured(segment),
            RoiSource::AllPerformance => self.pooled(),
            RoiSource::Computed if self.cost.amount == 0.0 => "no cost to divide by".to_owned(),
            RoiSource::Computed => {
                format!("{} ÷ {}", plain(self.value.amount), plain(self.cost.amount))
            }
        }
    }

    /// `measured in SMB, 42 runs, 64 % of them succeeded`, `assumed, no runs yet`.
    pub fn evidence_words(&self, segment: &str) -> String {
        let told = match self.evidence.grade {
            EvidenceGrade::Measured => self.measured(segment),
            EvidenceGrade::Pooled => self.pooled(),
            grade @ EvidenceGrade::Assumed => return grade.words().to_owned(),
        };
        match self.evidence.success_rate {
            Some(rate) => format!("{told}, {} % of them succeeded", Num(round(rate * 100.0, 1))),
            None => told,
        }
    }

    fn measured(&self, segment: &str) -> String {
        format!("measured in {segment}, {}", runs(self.evidence.runs))
    }

    fn pooled(&self) -> String {
        format!("measured over all segments, {}", runs(self.evidence.runs))
    }
}

impl Explanation {
    /// `0.98 + 0.20, at most 1; passes the minimum at 0.50`.
    pub fn confidence_words(&self, policy: &Policy) -> String {
        let (risk, margin) = (self.risk.score, policy.confidence_margin);
        let exact = (risk + margin).min(1.0);
        let mut words = format!("{} + {}, at most 1", share(risk), share(margin));
        // 0.4999 is reported as 0.50 and stopped by a minimum at 0.50: say so.
        if round(exact, 4) != self.confidence.value {
            words.push_str(&format!(", exactly {}", share(exact)));
        }
        let verdict = if self.confidence.passes { "passes" } else { "below" };
        format!("{words}; {verdict} the minimum at {}", share(self.confidence.threshold))
    }
}

impl Matching {
    /// `the fused signals, 2 signals`; the count only where it is known.
    pub fn risk_words(&self, number: usize) -> String {
        let Some(risk) = self.risk(number) else { return RiskSource::None.words().to_owned() };
        let words = risk.source.words();
        let signals = match risk.source {
            RiskSource::FusedSignals => self.signals_told(number),
            RiskSource::Signals => Some(self.dataset().signals(number).count() as f64),
            RiskSource::Forecast | RiskSource::None => None,
        };
        match signals {
            Some(1.0) => format!("{words}, 1 signal"),
            Some(n) => format!("{words}, {} signals", Num(n)),
            None => words.to_owned(),
        }
    }

    /// How many signals are behind the fused score: as the file says, else as many as are listed.
    fn signals_told(&self, number: usize) -> Option<f64> {
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
    fn numbers_that_nobody_measured_tell_what_they_are_made_of() {
        let mut candidate = assumed();
        assert_eq!(candidate.value_words("SMB"), "middle of $1,000–$6,000, no runs");
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
    fn measured_numbers_tell_where_and_how_often() {
        let mut candidate = assumed();
        candidate.value.source = ValueSource::SegmentPerformance;
        candidate.roi.source = RoiSource::AllPerformance;
        candidate.evidence =
            Evidence { runs: 1042.0, success_rate: Some(0.645), grade: EvidenceGrade::Measured }
                .into();
        assert_eq!(candidate.value_words("SMB"), "measured in SMB, 1,042 runs");
        assert_eq!(candidate.roi_words("SMB"), "measured over all segments, 1,042 runs");
        assert_eq!(
            candidate.evidence_words("SMB"),
            "measured in SMB, 1,042 runs, 64.5 % of them succeeded"
        );
    }

    #[test]
    fn shares_never_hide_what_decides() {
        for (x, want) in [(0.98, "0.98"), (0.2999, "0.2999"), (0.5625, "0.5625"), (1.0, "1.00")] {
            assert_eq!(share(x), want);
        }
    }
}
