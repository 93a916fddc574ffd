//! Raw signals to a risk score, where there is no fused file (`matching.md`, rule 1).

use crate::domain::{Signal, number};

/// The mean of `strength × (risk_weight or 1)`, at most 1, rounded to 4 decimals. `strength` is
/// `normalized_strength` if there is one, else `signal_strength`, or 0. Summed left to right without
/// compensation, so that the result is the reference's to the last bit. `None` without signals.
pub fn fused_score<'a>(signals: impl Iterator<Item = &'a Signal>) -> Option<f64> {
    let mut sum = 0.0;
    let mut count = 0.0;
    for signal in signals {
        let strength = signal.normalized_strength.or(signal.signal_strength);
        sum += number::or(strength, 0.0) * number::or(signal.risk_weight, 1.0);
        count += 1.0;
    }
    (count > 0.0).then(|| number::round((sum / count).min(1.0), 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(normalized: Option<f64>, raw: Option<f64>, weight: Option<f64>) -> Signal {
        Signal {
            normalized_strength: normalized,
            signal_strength: raw,
            risk_weight: weight,
            ..Signal::default()
        }
    }

    fn score(signals: &[Signal]) -> Option<f64> {
        fused_score(signals.iter())
    }

    #[test]
    fn no_signals_no_score() {
        assert_eq!(score(&[]), None);
    }

    #[test]
    fn a_normalized_zero_is_used_a_missing_one_falls_back() {
        assert_eq!(score(&[signal(Some(0.0), Some(0.8), None)]), Some(0.0));
        assert_eq!(score(&[signal(None, Some(0.8), None)]), Some(0.8));
        assert_eq!(score(&[signal(None, None, None)]), Some(0.0));
    }

    #[test]
    fn weights_of_zero_are_one_and_the_mean_is_capped() {
        assert_eq!(score(&[signal(Some(0.5), None, Some(0.0))]), Some(0.5));
        let loud = signal(Some(0.9), None, Some(1.5));
        assert_eq!(score(&[loud.clone(), loud]), Some(1.0));
        assert_eq!(
            score(&[signal(Some(0.58), None, Some(1.3)), signal(Some(0.5), None, None)]),
            Some(0.627)
        );
    }
}
