//! Raw signals to a risk score, where there is no fused file (`matching.md`, rule 1).

use crate::domain::number;

/// What of a signal bears on the score.
#[derive(Debug, Clone, Copy, Default)]
pub struct Strength {
    /// `normalized_strength` if there is one, else `signal_strength`.
    pub strength: Option<f64>,
    pub weight: Option<f64>,
}

/// The mean of `(strength or 0) × (risk_weight or 1)`, at most 1, rounded to 4 decimals. Summed left
/// to right without compensation, so that the result is the reference's to the last bit. `None`
/// without signals.
pub fn fused_score(signals: impl Iterator<Item = Strength>) -> Option<f64> {
    let mut sum = 0.0;
    let mut count = 0.0;
    for signal in signals {
        sum += number::or(signal.strength, 0.0) * number::or(signal.weight, 1.0);
        count += 1.0;
    }
    (count > 0.0).then(|| number::round((sum / count).min(1.0), 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(strength: Option<f64>, weight: Option<f64>) -> Strength {
        Strength { strength, weight }
    }

    fn score(signals: &[Strength]) -> Option<f64> {
        fused_score(signals.iter().copied())
    }

    #[test]
    fn no_signals_no_score() {
        assert_eq!(score(&[]), None);
    }

    #[test]
    fn a_signal_without_strength_counts_as_zero() {
        assert_eq!(score(&[signal(Some(0.0), None)]), Some(0.0));
        assert_eq!(score(&[signal(Some(0.8), None)]), Some(0.8));
        assert_eq!(score(&[signal(None, None)]), Some(0.0));
    }

    #[test]
    fn weights_of_zero_are_one_and_the_mean_is_capped() {
        assert_eq!(score(&[signal(Some(0.5), Some(0.0))]), Some(0.5));
        let loud = signal(Some(0.9), Some(1.5));
        assert_eq!(score(&[loud, loud]), Some(1.0));
        assert_eq!(score(&[signal(Some(0.58), Some(1.3)), signal(Some(0.5), None)]), Some(0.627));
    }
}
