//! Risk and confidence of a customer (`matching.md`, rules 1 and 7).

use super::population::risk_score;
use crate::domain::number::{hundredths, lowest, round, truthy};
use crate::domain::{Policy, RiskSource};
use crate::store::{CustomerView, Dataset};

/// How much a customer is at risk, and by whose word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// Usually 0 to 1; used as it stands.
    pub score: f64,
    /// Where the score comes from.
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

    /// `min(1, risk + margin)`, unrounded: this is what the minimum compares.
    pub fn confidence(&self, policy: &Policy) -> f64 {
        confidence(self.score, policy)
    }

    /// The confidence as it is reported, with two decimals.
    pub fn reported_confidence(&self, policy: &Policy) -> f64 {
        reported_confidence(self.score, policy)
    }

    /// True where the confidence is enough to recommend anything.
    pub fn passes_confidence(&self, policy: &Policy) -> bool {
        passes_confidence(self.score, policy)
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
pub fn passes_confidence(score: f64, policy: &Policy) -> bool {
    confidence(score, policy) >= policy.confidence_threshold
}

/// The minimum of a policy as one number, for a million customers at once.
#[derive(Debug, Clone, Copy)]
pub struct MinimumConfidence {
    /// The lowest score that passes; infinite where none does.
    lowest: f64,
}

impl MinimumConfidence {
    /// Returns the minimum of a policy.
    pub fn of(policy: &Policy) -> Self {
        // A higher score never has a lower confidence, rounded as it is.
        Self { lowest: lowest(|score| passes_confidence(score, policy)) }
    }

    /// The lowest score that passes; infinite where none does.
    pub fn lowest(&self) -> f64 {
        self.lowest
    }

    /// Returns true where the confidence for a risk score is enough.
    #[inline]
    pub fn passes(&self, score: f64) -> bool {
        score >= self.lowest
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
        assert!(risk(0.3).passes_confidence(&policy));
        assert!(
            !risk(0.2999).passes_confidence(&policy),
            "0.4999 is reported as 0.50 and is below"
        );
        assert_eq!(risk(0.2999).reported_confidence(&policy), 0.5);
    }

    #[test]
    fn confidence_is_at_most_one() {
        let policy = Policy::default();
        assert_eq!(risk(0.97).reported_confidence(&policy), 1.0);
        assert_eq!(risk(1.4).confidence(&policy), 1.0);
    }

    #[test]
    fn the_brake_as_one_number_agrees_with_the_rule() {
        let shares = [0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.75, 0.9, 0.95, 1.0, 1.1];
        for threshold in shares {
            for margin in shares {
                let policy = Policy {
                    confidence_threshold: threshold,
                    confidence_margin: margin,
                    ..Policy::default()
                };
                let minimum = MinimumConfidence::of(&policy);
                let edge = threshold - margin;
                let near = [edge.next_down().next_down(), edge.next_down(), edge, edge.next_up()];
                let scores = (-30..=130).map(|n| f64::from(n) / 100.0);
                let odd = [-0.0, 0.0, -1e-17, 1e-17, f64::MAX, f64::MIN, f64::MIN_POSITIVE];
                for score in scores.chain(near).chain(odd) {
                    assert_eq!(
                        minimum.passes(score),
                        passes_confidence(score, &policy),
                        "score {score:?}, margin {margin}, threshold {threshold}"
                    );
                }
            }
        }
    }
}
