//! How many outcomes an experiment takes (`learning.md`, *Experiments and holdouts*).

use super::mixture::{Count, difference};

/// Of the standard normal distribution 80% is below it.
const POWER: f64 = 0.8416;
/// More outcomes than that are no plan.
const MOST: u64 = 1 << 40;

/// An arm as planned: its rate and its share, both 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    /// The rate of success.
    pub rate: f64,
    /// The share of all outcomes.
    pub share: f64,
}

/// Returns the least number of outcomes over all arms, split by the shares into whole ones, that tells two arms
/// of those rates apart with a chance of about 80%, at a total error of `alpha`. `None` where the rates are equal,
/// where an arm gets nothing, or where it takes more than a trillion.
pub fn outcomes(control: Arm, treatment: Arm, alpha: f64) -> Option<u64> {
    let (low, high) =
        if control.rate <= treatment.rate { (control, treatment) } else { (treatment, control) };
    let is_possible = low.rate < high.rate && low.share > 0.0 && high.share > 0.0;
    let is_enough = |total: u64| {
        let of = |arm: Arm| {
            // A share of 0.3 of 10 is 3, whatever its last digit.
            let outcomes = (arm.share * total as f64 + 1e-9).floor();
            Count { successes: arm.rate * outcomes, outcomes }
        };
        let (low, high) = (of(low), of(high));
        let Some((l, h)) = low.rate().zip(high.rate()) else { return false };
        let deviation = (h * (1.0 - h) / high.outcomes + l * (1.0 - l) / low.outcomes).sqrt();
        difference(high, low, alpha).0 >= POWER * deviation
    };
    let mut enough = 1;
    while is_possible && !is_enough(enough) {
        enough *= 2;
        if enough > MOST {
            return None;
        }
    }
    let mut too_few = enough / 2;
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if is_enough(middle) { enough = middle } else { too_few = middle }
    }
    is_possible.then_some(enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(rate: f64, share: f64) -> Arm {
        Arm { rate, share }
    }

    #[test]
    fn a_half_against_six_in_ten_takes_2736() {
        assert_eq!(outcomes(arm(0.5, 0.5), arm(0.6, 0.5), 0.05), Some(2_736));
        assert_eq!(outcomes(arm(0.6, 0.5), arm(0.5, 0.5), 0.05), Some(2_736));
    }

    #[test]
    fn what_differs_less_or_is_split_worse_takes_more() {
        let size = |control, treatment| outcomes(control, treatment, 0.05).unwrap();
        let even = size(arm(0.5, 0.5), arm(0.6, 0.5));
        assert!(size(arm(0.5, 0.9), arm(0.6, 0.1)) > even);
        assert!(size(arm(0.5, 0.5), arm(0.55, 0.5)) > 3 * even);
        assert!(size(arm(0.0, 0.5), arm(1.0, 0.5)) < 20);
    }

    #[test]
    fn what_does_not_differ_is_never_told_apart() {
        assert_eq!(outcomes(arm(0.5, 0.5), arm(0.5, 0.5), 0.05), None);
        assert_eq!(outcomes(arm(0.5, 1.0), arm(0.6, 0.0), 0.05), None);
        assert_eq!(outcomes(arm(0.5, 0.5), arm(0.5 + 1e-9, 0.5), 0.05), None);
    }
}
