//! How probable it is that what ranks first really is the best (`learning.md`, *Probability of being best*).

use super::quadrature::nodes;
use super::rate::{Rate, Walk, angle, is_rough};

/// What an option is worth, in whatever the options are ranked by.
#[derive(Debug, Clone)]
pub enum Score {
    /// Nothing is known of how far it may be off.
    Constant(f64),
    /// `scale` times a rate that is known from runs, less `less`.
    Measured {
        /// The rate.
        rate: Rate,
        /// Above 0.
        scale: f64,
        /// In the unit of the score.
        less: f64,
    },
}

impl Score {
    /// Of an option with so many runs of which a share of `rate` (cut to 0 to 1) succeeded. `worth` is what it is
    /// worth before `less` at that rate.
    pub fn new(worth: f64, less: f64, rate: f64, runs: f64) -> Self {
        let rate = rate.clamp(0.0, 1.0);
        match Rate::new(rate * runs, runs) {
            Some(known) if rate > 0.0 && worth > 0.0 => {
                Self::Measured { rate: known, scale: worth / rate, less }
            }
            _ => Self::Constant(worth - less),
        }
    }

    /// Multiplies each product by the probability that the score is at most the one beside it; these rise.
    fn multiply(&self, products: &mut [(f64, f64)]) {
        match self {
            // The winner is above them from an angle on.
            Self::Constant(_) => {}
            Self::Measured { rate, scale, less } => {
                let mut walk = Walk::new(rate);
                // Many are not in the way of most scores: nothing is left to multiply.
                for (score, product) in products.iter_mut().filter(|(_, left)| *left != 0.0) {
                    *product *= walk.below((*score + less) / scale);
                }
            }
        }
    }

    /// The scores between which it changes how probable a lower one is, and whether that begins roughly.
    fn ends(&self) -> Vec<(f64, bool)> {
        match self {
            Self::Constant(constant) => vec![(*constant, false)],
            Self::Measured { rate, scale, less } => {
                let end = |at: &f64| (scale * at.sin().powi(2) - less, is_rough(*at));
                rate.likely_ends().iter().map(end).collect()
            }
        }
    }
}

/// Angles this near each other are one.
const SAME: f64 = 1e-9;

/// Returns the probability (0 to 1, to 1e-6) that no other option scores above the winner, which ties for.
/// `None` where the winner's score is a constant.
pub fn probability_of_best(winner: &Score, others: &[Score]) -> Option<f64> {
    let Score::Measured { rate, scale, less } = winner else { return None };
    let mut ends: Vec<(f64, bool)> =
        rate.likely_ends().iter().map(|at| (*at, is_rough(*at))).collect();
    let (first, last) = (ends.first()?.0, ends.last()?.0);
    for (score, rough) in others.iter().flat_map(Score::ends) {
        let end = angle(((score + less) / scale).clamp(0.0, 1.0));
        if first < end && end < last {
            ends.push((end, rough));
        }
    }
    ends.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    // Of two that differ in the last digits it counts that either is rough.
    ends.dedup_by(|later, kept| {
        let is_same = later.0 - kept.0 < SAME;
        kept.1 |= is_same && later.1;
        is_same
    });
    // The winner's angle from which it is above every constant.
    let constants = others.iter().filter_map(|other| match other {
        Score::Constant(constant) => Some((constant + less) / scale),
        Score::Measured { .. } => None,
    });
    let least = constants.fold(0.0, f64::max);
    if least >= 1.0 {
        return Some(0.0);
    }
    let least = angle(least);
    let mut places = Vec::with_capacity(16 * ends.len());
    for ((from, rough_from), (to, rough_to)) in ends.iter().zip(ends.iter().skip(1)) {
        nodes(*from, *to, *rough_from || *rough_to, |at, weight| places.push((at, weight)));
    }
    places.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let product =
        |(at, weight): (f64, f64)| (scale * at.sin().powi(2) - less, weight * rate.density(at));
    let below = places.partition_point(|(at, _)| *at < least);
    let mut products: Vec<(f64, f64)> = places.into_iter().map(product).collect();
    let sum = |products: &[(f64, f64)]| products.iter().map(|(_, product)| product).sum::<f64>();
    let whole = sum(&products);
    products.iter_mut().take(below).for_each(|(_, product)| *product = 0.0);
    others.iter().for_each(|other| other.multiply(&mut products));
    Some((sum(&products) / whole).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &[Told]) -> Option<f64> {
        let scores: Vec<Score> = options
            .iter()
            .map(|(worth, less, rate, runs)| Score::new(*worth, *less, *rate, *runs))
            .collect();
        let (winner, others) = scores.split_first()?;
        probability_of_best(winner, others)
    }

    #[test]
    fn options_that_are_alike_share_the_probability() {
        for (rate, runs) in [(0.5, 2.0), (0.64, 51.0), (0.01, 7.0), (0.99, 400_000.0)] {
            let one = (10.0, 0.0, rate, runs);
            assert!((of(&[one, one]).unwrap() - 0.5).abs() < 1e-9, "{rate} of {runs}");
            assert!((of(&[one, one, one, one]).unwrap() - 0.25).abs() < 1e-9, "{rate} of {runs}");
        }
    }

    #[test]
    fn a_constant_is_below_with_the_probability_of_the_distribution() {
        let rate = Rate::new(32.64, 51.0).unwrap();
        // ROI 12.8 at a rate of 0.64 is 10 at one of 0.5.
        let told = of(&[(12.8, 0.0, 0.64, 51.0), (10.0, 0.0, 0.5, 0.0)]).unwrap();
        assert!((told - (1.0 - rate.below(0.5))).abs() < 1e-8);
        // A tie counts for the winner, and so does what cannot win.
        assert_eq!(of(&[(12.8, 0.0, 0.64, 51.0), (-1.0, 0.0, 0.5, 9.0)]), Some(1.0));
        assert_eq!(of(&[(12.8, 0.0, 0.64, 51.0), (100.0, 0.0, 0.5, 0.0)]), Some(0.0));
    }

    #[test]
    fn a_winner_that_no_one_measured_has_no_probability() {
        for winner in [(9.0, 0.0, 0.5, 0.0), (9.0, 0.0, 0.0, 7.0), (0.0, 0.0, 0.5, 7.0)] {
            assert_eq!(of(&[winner, (1.0, 0.0, 0.5, 9.0)]), None);
        }
    }

    /// An option by worth, less, rate and runs.
    type Told = (f64, f64, f64, f64);

    /// Options, and the probability of the first by a double integral with 20 digits.
    fn table() -> Vec<(Vec<Told>, f64)> {
        let one = |worth, rate, runs| (worth, 0.0, rate, runs);
        vec![
            (vec![one(12.0, 0.64, 51.0), one(10.0, 0.55, 40.0)], 0.853_515_935_256),
            (vec![one(42.2, 0.67, 3.0), one(36.5, 0.7, 124.0)], 0.608_553_894_869),
            (
                vec![one(30.7, 0.64, 51.0), one(23.1, 0.5, 20.0), one(28.0, 0.61, 200.0)],
                0.724_348_412_856,
            ),
            (
                vec![(900.0, 30.0, 0.6, 25.0), (1200.0, 350.0, 0.5, 12.0), one(700.0, 0.9, 8.0)],
                0.484_757_912_247,
            ),
            (vec![one(5.0, 0.02, 10.0), one(4.9, 0.05, 6.0)], 0.555_736_631_031),
            (vec![one(5.0, 1.0, 4.0), one(4.9, 1.0, 9.0), one(4.0, 0.5, 0.0)], 0.504_860_585_341),
            (vec![one(20.0, 0.5, 0.5), one(19.0, 0.3, 1.5)], 0.439_935_022_743),
            (vec![one(20.0, 0.5, 3000.0), one(19.5, 0.3, 2000.0)], 0.742_924_405_209),
            // The other ends, as a root does, where the winner is likeliest.
            (vec![(1000.0, 30.0, 0.999, 5.0), (1000.0, 30.0, 1.0, 5.0)], 0.507_553_900_5),
            // As much as the winner is worth at most.
            (vec![one(20.0, 1.0, 50_000.0), one(20.0, 0.5, 0.0)], 0.0),
        ]
    }

    #[test]
    fn it_agrees_with_the_double_integral() {
        for (options, want) in table() {
            let told = of(&options).unwrap();
            assert!((told - want).abs() < 1e-7, "{options:?}: {told}, {want}");
        }
    }
}
