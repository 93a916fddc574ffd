//! Risk and confidence of a customer (`matching.md`, rules 1 and 7).

use super::population::risk_score;
use crate::domain::number::{hundredths, round, truthy};
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
        let score = risk_score(view);
        let source = match dataset.fused_source {
            Some(source) if truthy(view.fused_score()).is_some() => source,
            _ if score != 0.0 => RiskSource::Forecast,
            _ => RiskSource::None,
        };
        Self { score, source }
    }

    /// `min(1, risk + margin)`, unrounded: this is what the brake compares.
    pub fn confidence(&self, policy: &Policy) -> f64 {
        confidence(self.score, policy)
    }

    /// The confidence as it is reported, with two decimals.
    pub fn reported_confidence(&self, policy: &Policy) -> f64 {
        reported_confidence(self.score, policy)
    }

    /// True where the confidence is enough to recommend anything.
    pub fn passes_brake(&self, policy: &Policy) -> bool {
        passes_brake(self.score, policy)
    }
}

/// `min(1, risk + margin)`, unrounded.
pub fn confidence(score: f64, policy: &Policy) -> f64 {
    (score + policy.confidence_margin).min(1.0)
}

/// The confidence as it is reported, with two decimals.
pub fn reported_confidence(score: f64, policy: &Policy) -> f64 {
    let exact = confidence(score, policy);
    hundredths(exact).map_or_else(|| round(exact, 2), |hundredths| hundredths as f64 / 100.0)
}

/// True where the confidence is enough to recommend anything.
pub fn passes_brake(score: f64, policy: &Policy) -> bool {
    Brake::of(policy).passes(score)
}

/// What of a policy decides whether anything is recommended.
#[derive(Debug, Clone, Copy)]
pub struct Brake {
    margin: f64,
    threshold: f64,
}

impl Brake {
    pub fn of(policy: &Policy) -> Self {
        Self { margin: policy.confidence_margin, threshold: policy.confidence_threshold }
    }

    #[inline]
    pub fn passes(&self, score: f64) -> bool {
        (score + self.margin).min(1.0) >= self.threshold
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
