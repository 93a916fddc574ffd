//! Risk and confidence of a customer (`matching.md`, rules 1 and 7).

use crate::domain::number::{round, truthy};
use crate::domain::{CustomerView, Dataset, Policy, RiskSource};

/// How much a customer is at risk, and by whose word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// Usually 0 to 1; used as it stands.
    pub score: f64,
    pub source: RiskSource,
}

impl Risk {
    /// `fused_risk_score or churn_probability or 0`.
    pub fn of(dataset: &Dataset, view: &CustomerView<'_>) -> Self {
        if let (Some(score), Some(source)) = (truthy(view.fused_score), dataset.fused_source) {
            return Self { score, source };
        }
        match truthy(view.forecast.and_then(|forecast| forecast.churn_probability)) {
            Some(score) => Self { score, source: RiskSource::Forecast },
            None => Self { score: 0.0, source: RiskSource::None },
        }
    }

    /// `min(1, risk + margin)`, unrounded: this is what the brake compares.
    pub fn confidence(&self, policy: &Policy) -> f64 {
        (self.score + policy.confidence_margin).min(1.0)
    }

    /// The confidence as it is reported, with two decimals.
    pub fn reported_confidence(&self, policy: &Policy) -> f64 {
        round(self.confidence(policy), 2)
    }

    /// True where the confidence is enough to recommend anything.
    pub fn passes_brake(&self, policy: &Policy) -> bool {
        self.confidence(policy) >= policy.confidence_threshold
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn risk(score: f64) -> Risk {
        Risk { score, source: RiskSource::FusedSignals }
    }

    #[test]
    fn the_brake_compares_what_is_not_yet_rounded() {
        let policy = Policy::default();
        assert!(risk(0.3).passes_brake(&policy));
        assert!(!risk(0.2999).passes_brake(&policy), "0.4999 is reported as 0.50 and is below");
        assert_eq!(risk(0.2999).reported_confidence(&policy), 0.5);
    }

    #[test]
    fn confidence_is_at_most_one() {
        let policy = Policy::default();
        assert_eq!(risk(0.97).reported_confidence(&policy), 1.0);
        assert_eq!(risk(1.4).confidence(&policy), 1.0);
    }
}
