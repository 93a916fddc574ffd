//! Sums that do not depend on the order of what is added.

/// A sum of many amounts, kept with what rounding took from it: a million amounts in cents add up to
/// the cent, whichever is added first, and parts that were added up elsewhere may be joined.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sum {
    rounded: f64,
    /// What the roundings so far have taken away.
    rest: f64,
}

impl Sum {
    /// Adds an amount.
    #[inline]
    pub fn add(&mut self, amount: f64) {
        // The exact difference between a sum and its rounding, without asking which part is larger.
        let sum = self.rounded + amount;
        let added = sum - self.rounded;
        self.rest += (self.rounded - (sum - added)) + (amount - added);
        self.rounded = sum;
    }

    /// Adds the same amount so many times.
    pub fn add_times(&mut self, amount: f64, times: usize) {
        let times = times as f64;
        let product = amount * times;
        self.add(product);
        self.rest += amount.mul_add(times, -product);
    }

    /// Adds another sum.
    pub fn join(&mut self, other: Self) {
        self.add(other.rounded);
        self.rest += other.rest;
    }

    /// The difference from another sum.
    pub fn minus(mut self, other: Self) -> Self {
        self.join(Self { rounded: -other.rounded, rest: -other.rest });
        self
    }

    /// The sum. Amounts in cents are doubles near them; what is left of a cent by that alone is taken
    /// away, so that a sum of cents is one of cents.
    pub fn value(self) -> f64 {
        /// As a share of the sum: some times what the doubles may be off.
        const NEAR: f64 = 8.0 * f64::EPSILON;
        let sum = self.rounded + self.rest;
        let cents = (sum * 100.0).round() / 100.0;
        if sum.is_nan() {
            // Beyond the largest double the rest is not a number.
            self.rounded
        } else if (sum - cents).abs() <= NEAR * sum.abs() {
            cents
        } else {
            sum
        }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(amounts: I) -> Self {
        let mut sum = Self::default();
        amounts.into_iter().for_each(|amount| sum.add(amount));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_add_up_to_the_cent() {
        let tenths: Sum = (0..10_000_000).map(|_| 0.1).collect();
        assert_eq!(tenths.value(), 1_000_000.0);
        let mut times = Sum::default();
        times.add_times(0.1, 10_000_000);
        assert_eq!(times.value(), 1_000_000.0);
        let mut three = Sum::default();
        three.add_times(26.1, 3);
        assert_eq!(three.value(), 78.3);
        let many: Sum = (0..1_000).map(|_| 19.99).collect();
        assert_eq!(many.value(), 19_990.0);
        let mixed: Sum = [1e16, 0.01, -1e16, 0.02].into_iter().collect();
        assert_eq!(mixed.value(), 0.03);
    }

    #[test]
    fn what_is_no_sum_of_cents_stays_what_it_is() {
        let sum: Sum = [1_000.0, 0.125, 1e-9].into_iter().collect();
        assert_eq!(sum.value(), 1_000.125_000_001);
        assert_eq!([1.0 / 3.0].into_iter().collect::<Sum>().value(), 1.0 / 3.0);
        assert_eq!([1e300, 1e284].into_iter().collect::<Sum>().value(), 1e300 + 1e284);
    }

    #[test]
    fn parts_joined_are_the_whole() {
        let amounts: Vec<f64> = (0..100_000u64).map(|n| (n * n % 9_973) as f64 / 100.0).collect();
        let cents: u64 = (0..100_000u64).map(|n| n * n % 9_973).sum();
        let mut joined = Sum::default();
        amounts.chunks(77).for_each(|part| joined.join(part.iter().copied().collect()));
        assert_eq!(joined.value(), cents as f64 / 100.0);
        assert_eq!(joined.minus(joined).value(), 0.0);
        let backwards: Sum = amounts.into_iter().rev().collect();
        assert_eq!(backwards.value(), joined.value());
    }

    #[test]
    fn beyond_all_numbers_is_infinite() {
        let sum: Sum = [f64::MAX, f64::MAX, 1.0].into_iter().collect();
        assert_eq!(sum.value(), f64::INFINITY);
    }
}
