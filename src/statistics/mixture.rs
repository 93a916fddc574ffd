//! Intervals that hold however often one looks: Robbins' mixture of binomial likelihoods under a uniform prior,
//! a martingale at the true rate, exceeds 1/α with a probability of at most α at any time (Ville). The rates at
//! which it does not are the interval (`learning.md`, *Experiments and holdouts*).

use statrs::function::beta::checked_ln_beta;

/// The count of an arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Count {
    /// 0 to `outcomes`; may have a fraction where a rate is planned.
    pub successes: f64,
    /// 0 or more.
    pub outcomes: f64,
}

/// Bisections: more than the digits of a number.
const STEPS: usize = 200;

impl Count {
    /// Returns the rate; `None` without outcomes.
    pub fn rate(self) -> Option<f64> {
        (self.outcomes > 0.0).then(|| self.successes / self.outcomes)
    }

    fn failures(self) -> f64 {
        self.outcomes - self.successes
    }

    /// The logarithm of the martingale at a rate: B(k + 1, n − k + 1) ÷ (pᵏ (1 − p)ⁿ⁻ᵏ).
    fn logarithm(self, rate: f64) -> f64 {
        let part = |count: f64, of: f64| if count == 0.0 { 0.0 } else { count * of };
        let beta = checked_ln_beta(self.successes + 1.0, self.failures() + 1.0);
        beta.unwrap_or(f64::INFINITY)
            - part(self.successes, rate.ln())
            - part(self.failures(), (-rate).ln_1p())
    }

    /// The rate at which the logarithm rises by so much: it is convex.
    fn rate_of_slope(self, slope: f64) -> f64 {
        // (n·p − k) ÷ (p·(1 − p)) = slope, solved for p in the form that cancels nothing.
        let (b, c) = (self.outcomes - slope, 4.0 * slope * self.successes);
        let root = (b * b + c).max(0.0).sqrt();
        let rate = match b >= 0.0 {
            true if b + root > 0.0 => 2.0 * self.successes / (b + root),
            true => 0.0,
            false => (root - b) / (2.0 * slope),
        };
        rate.clamp(0.0, 1.0)
    }

    /// Returns the rates at which the martingale is below 1 ÷ `alpha`: the ends of the interval that holds with
    /// 1 − `alpha`, 0 to 1. Without outcomes that is every rate.
    pub fn interval(self, alpha: f64) -> (f64, f64) {
        let Some(rate) = self.rate() else { return (0.0, 1.0) };
        let most = -alpha.ln();
        let end = |outside: f64| {
            if self.logarithm(outside) < most {
                return outside;
            }
            bisect(rate, outside, |rate| self.logarithm(rate) < most)
        };
        (end(0.0), end(1.0))
    }
}

/// Returns the last place on the way from `inside` to `outside` that `holds`.
fn bisect(mut inside: f64, mut outside: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..STEPS {
        let middle = (inside + outside) / 2.0;
        if middle == inside || middle == outside {
            break;
        }
        match holds(middle) {
            true => inside = middle,
            false => outside = middle,
        }
    }
    inside
}

/// Returns the ends of `treatment`'s rate less `control`'s, −1 to 1: those of the pairs of rates at which the
/// product of both martingales is below 1 ÷ `alpha`.
pub fn difference(treatment: Count, control: Count, alpha: f64) -> (f64, f64) {
    if treatment.outcomes <= 0.0 || control.outcomes <= 0.0 {
        return (-1.0, 1.0);
    }
    (-greatest(control, treatment, alpha), greatest(treatment, control, alpha))
}

/// The greatest rate of the one less that of the other.
fn greatest(one: Count, other: Count, alpha: f64) -> f64 {
    let most = -alpha.ln();
    // At the ends of the region both logarithms rise alike, the one's up and the other's down.
    let at = |slope: f64| (one.rate_of_slope(slope), other.rate_of_slope(-slope));
    let holds = |slope: f64| {
        let (one_at, other_at) = at(slope);
        one.logarithm(one_at) + other.logarithm(other_at) < most
    };
    // A slope so steep that nothing is gained any more.
    let mut steep = 1.0;
    while holds(steep) && steep < 1e150 {
        steep *= 2.0;
    }
    let (one_at, other_at) = at(bisect(0.0, steep, holds));
    one_at - other_at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(successes: f64, outcomes: f64) -> Count {
        Count { successes, outcomes }
    }

    #[test]
    fn an_interval_ends_where_the_martingale_is_great() {
        // By bisection with 30 digits: k, n, α, and the ends.
        for (k, n, alpha, low, high) in [
            (5.0, 10.0, 0.025, 0.110_071_313_853_28, 0.889_928_686_146_72),
            (0.0, 7.0, 0.025, 0.0, 0.561_346_668_938_13),
            (7.0, 7.0, 0.05 / 3.0, 0.413_966_824_090_64, 1.0),
            (580.0, 1_000.0, 0.025, 0.521_353_521_012_2, 0.637_174_092_737_13),
            (31.0, 40.0, 0.025, 0.521_187_094_852_49, 0.936_360_087_057_68),
            (0.0, 1.0, 0.05, 0.0, 0.975),
            (60_000.0, 100_000.0, 0.025, 0.593_328_264_074_93, 0.606_647_097_381_64),
        ] {
            let told = count(k, n).interval(alpha);
            assert!(
                (told.0 - low).abs() < 1e-9 && (told.1 - high).abs() < 1e-9,
                "{k} {n}: {told:?}"
            );
        }
        assert_eq!(count(0.0, 0.0).interval(0.025), (0.0, 1.0));
    }

    #[test]
    fn a_difference_ends_where_the_product_is_great() {
        // Greatest and least by golden section with 30 digits.
        for (treatment, control, alpha, low, high) in [
            ((12.0, 20.0), (8.0, 20.0), 0.05, -0.321_408_353_904_6, 0.652_169_207_934_3),
            ((300.0, 500.0), (250.0, 500.0), 0.05, -0.031_791_356_634_16, 0.229_507_354_784_4),
            ((0.0, 5.0), (3.0, 9.0), 0.025, -0.859_105_162_332_2, 0.521_150_053_708_2),
            ((5.0, 5.0), (0.0, 4.0), 0.05, -0.023_527_201_423_03, 1.0),
            ((0.0, 1.0), (1.0, 1.0), 0.05, -1.0, 0.776_393_202_25),
            ((6e3, 1e4), (5e3, 1e4), 0.05, 0.065_962_764_290_3, 0.133_883_484_398_1),
        ] {
            let told =
                difference(count(treatment.0, treatment.1), count(control.0, control.1), alpha);
            assert!((told.0 - low).abs() < 1e-9 && (told.1 - high).abs() < 1e-9, "{told:?}, {low}");
        }
        assert_eq!(difference(count(0.0, 0.0), count(3.0, 9.0), 0.05), (-1.0, 1.0));
    }
}
