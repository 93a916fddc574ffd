//! What so many successes of so many runs say about the rate behind them: Beta(k + ½, n − k + ½), the
//! posterior of Jeffreys' prior (`learning.md`, *Probability of being best*).
//!
//! It is looked at by the angle θ of p = sin²θ, on which its density, sin²ᵏθ·cos²⁽ⁿ⁻ᵏ⁾θ, has no poles and is
//! about normal. It is integrated, not taken from an expansion, so that a million runs come out as exact as
//! ten.

use std::f64::consts::FRAC_PI_2;

use super::quadrature::{integral, short};

/// Where the density is cut into pieces, in standard deviations from its greatest place.
const CUTS: [f64; 11] = [-10.0, -6.0, -4.0, -2.5, -1.2, 0.0, 1.2, 2.5, 4.0, 6.0, 10.0];

/// This chance does not count.
const RARE: f64 = 2e-9;

/// A rate that is known from runs.
#[derive(Debug, Clone)]
pub struct Rate {
    /// Exponents of sine and cosine.
    sine: f64,
    cosine: f64,
    /// The logarithm of the density where it is greatest.
    peak: f64,
    /// About the standard deviation, in radians.
    deviation: f64,
    /// Ends of the pieces, rising, in radians.
    ends: Vec<f64>,
    /// For each of them how much of the density is below it, 0 to 1.
    below: Vec<f64>,
    /// The integral of the density as [`Rate::raw`] has it.
    whole: f64,
}

impl Rate {
    /// Of `successes` among `runs`; both may have a fraction. `None` where there are no runs, or not 0 to
    /// `runs` successes.
    pub fn new(successes: f64, runs: f64) -> Option<Self> {
        if !(runs > 0.0 && runs.is_finite() && (0.0..=runs).contains(&successes)) {
            return None;
        }
        let (sine, cosine) = (2.0 * successes, 2.0 * (runs - successes));
        let middle = angle(successes / runs);
        let deviation = 0.5 / runs.sqrt();
        let mut ends: Vec<f64> =
            CUTS.iter().map(|cut| (middle + cut * deviation).clamp(0.0, FRAC_PI_2)).collect();
        ends.dedup();
        let mut rate =
            Self { sine, cosine, peak: 0.0, deviation, ends, below: Vec::new(), whole: 1.0 };
        rate.peak = rate.logarithm(middle);
        let mut sum = 0.0;
        let mut below = vec![0.0];
        for (from, to) in rate.pieces() {
            sum += rate.integral(from, to);
            below.push(sum);
        }
        rate.whole = sum;
        rate.below = below.into_iter().map(|below| below / sum).collect();
        (sum > 0.0).then_some(rate)
    }

    /// The pieces outside of which the rate is not.
    pub fn pieces(&self) -> impl Iterator<Item = (f64, f64)> {
        self.ends.iter().copied().zip(self.ends.iter().copied().skip(1))
    }

    /// Ends of the pieces outside of which the rate is hardly ever, in radians.
    pub fn likely_ends(&self) -> &[f64] {
        let first = self.below.partition_point(|below| *below < RARE).saturating_sub(1);
        let last = self.below.partition_point(|below| *below <= 1.0 - RARE);
        let last = last.min(self.ends.len().saturating_sub(1));
        self.ends.get(first..=last).unwrap_or_default()
    }

    fn logarithm(&self, angle: f64) -> f64 {
        // 0·ln 0 is 0 here.
        let part = |exponent: f64, of: f64| if exponent == 0.0 { 0.0 } else { exponent * of.ln() };
        part(self.sine, angle.sin()) + part(self.cosine, angle.cos())
    }

    fn raw(&self, angle: f64) -> f64 {
        (self.logarithm(angle) - self.peak).exp()
    }

    /// Returns the density of the angle, in radians.
    pub fn density(&self, angle: f64) -> f64 {
        self.raw(angle) / self.whole
    }

    fn integral(&self, from: f64, to: f64) -> f64 {
        integral(from, to, is_rough(from) || is_rough(to), |angle| self.raw(angle))
    }

    /// Returns the probability that the rate is at most `p`.
    pub fn below(&self, p: f64) -> f64 {
        Walk::new(self).below(p)
    }
}

/// The probabilities of rising rates: each from the one before, where that is near.
#[derive(Debug)]
pub struct Walk<'a> {
    rate: &'a Rate,
    /// The angle before, and the probability there.
    before: Option<(f64, f64)>,
}

impl<'a> Walk<'a> {
    /// Before the first of them.
    pub fn new(rate: &'a Rate) -> Self {
        Self { rate, before: None }
    }

    /// Returns the probability that the rate is at most `p`, which is not lower than the one before.
    pub fn below(&mut self, p: f64) -> f64 {
        let Rate { ends, below, whole, deviation, .. } = self.rate;
        let angle = angle(p);
        let piece = ends.partition_point(|end| *end <= angle);
        let Some(at) = piece.checked_sub(1).filter(|_| p > 0.0) else { return 0.0 };
        let (Some(from), Some(to), Some(below)) = (ends.get(at), ends.get(piece), below.get(at))
        else {
            return 1.0;
        };
        let is_near = |before: &(f64, f64)| {
            before.0 >= *from
                && angle - before.0 < NEAR * deviation
                && !is_rough(*from)
                && !is_rough(*to)
        };
        let (from, below, integral) = match self.before.filter(is_near) {
            Some((before, below)) => (before, below, short(before, angle, |x| self.rate.raw(x))),
            None => (*from, *below, self.rate.integral(*from, angle)),
        };
        debug_assert!(from <= angle, "rates rise");
        let below = (below + integral / whole).min(1.0);
        self.before = Some((angle, below));
        below
    }
}

/// Rates are near each other within so many deviations.
const NEAR: f64 = 0.75;

/// True at the ends of all angles, where a power that is no whole number is not smooth.
pub fn is_rough(angle: f64) -> bool {
    angle == 0.0 || angle == FRAC_PI_2
}

/// Returns the angle of a rate, in radians.
pub fn angle(p: f64) -> f64 {
    // More exact than the arcsine where p is near 1.
    p.max(0.0).sqrt().atan2((1.0 - p).max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I_p(k + ½, n − k + ½) by k, n and p, computed with 40 digits.
    const TABLE: [(f64, f64, f64, f64); 24] = [
        (0.0, 1.0, 0.1, 0.39581869640940787),
        (0.0, 1.0, 0.5, 0.8183098861837906),
        (0.0, 1.0, 0.9, 0.986153167011141),
        (1.0, 1.0, 0.5, 0.18169011381620934),
        (0.25, 1.0, 0.01, 0.03791989936092027),
        (0.25, 1.0, 0.4, 0.5748880763539589),
        (3.0, 10.0, 0.1, 0.0313588592998982),
        (3.0, 10.0, 0.3, 0.48074859783281276),
        (3.0, 10.0, 0.5, 0.8979845219196602),
        (32.64, 51.0, 0.5, 0.02223581187979301),
        (32.64, 51.0, 0.64, 0.5054824467314861),
        (32.64, 51.0, 0.8, 0.9962920741428344),
        (0.3, 0.7, 0.2, 0.25433459467891),
        (0.3, 0.7, 0.95, 0.9449889507072777),
        (580.0, 1_000.0, 0.55, 0.02805626108724528),
        (580.0, 1_000.0, 0.58, 0.5006819312727371),
        (580.0, 1_000.0, 0.6, 0.9014137705736346),
        (1.0, 1_000_000.0, 1e-06, 0.42759339930604423),
        (1.0, 1_000_000.0, 3e-06, 0.8883901397967501),
        (400_000.0, 1_000_000.0, 0.3992, 0.051189743038943115),
        (400_000.0, 1_000_000.0, 0.4, 0.4999728554032751),
        (400_000.0, 1_000_000.0, 0.4009, 0.9668649410436575),
        (50_000_000.0, 100_000_000.0, 0.49995, 0.15865525272160344),
        (50_000_000.0, 100_000_000.0, 0.5, 0.5),
    ];

    #[test]
    fn it_is_the_beta_distribution() {
        for (k, n, p, want) in TABLE {
            let told = Rate::new(k, n).unwrap().below(p);
            assert!((told - want).abs() < 1e-9, "{k} of {n} at {p}: {told}, {want}");
        }
    }

    #[test]
    fn it_is_mirrored_by_its_failures() {
        for (k, n) in [(0.0, 3.0), (0.3, 1.5), (7.0, 9.0), (32.64, 51.0), (4e5, 1e6)] {
            let (rate, mirrored) = (Rate::new(k, n).unwrap(), Rate::new(n - k, n).unwrap());
            for p in [0.001, 0.2, 0.4, 0.5, 0.77, 0.999] {
                assert!(
                    (rate.below(p) + mirrored.below(1.0 - p) - 1.0).abs() < 1e-10,
                    "{k} {n} {p}"
                );
            }
        }
    }

    #[test]
    fn what_are_no_runs_is_no_rate() {
        for (k, n) in [(0.0, 0.0), (1.0, -1.0), (2.0, 1.0), (-1.0, 1.0), (f64::NAN, 1.0)] {
            assert!(Rate::new(k, n).is_none());
        }
    }
}
