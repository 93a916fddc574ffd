//! Which numbers a field can hold and mean what it says. The rules use any number as it stands.

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// A share, a rate or a probability: 0 to 1.
    Share,
    /// Dollars: 0 or more.
    Amount,
    /// Whole numbers from 0 on.
    Count,
}

impl Range {
    /// Returns true where a number is in the range.
    #[inline]
    pub fn holds(self, number: f64) -> bool {
        match self {
            Self::Share => (0.0..=1.0).contains(&number),
            Self::Amount => number >= 0.0,
            Self::Count => number >= 0.0 && number.fract() == 0.0,
        }
    }

    /// What belongs there, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Share => "a number from 0 to 1",
            Self::Amount => "an amount of 0 or more",
            Self::Count => "a whole number of 0 or more",
        }
    }
}

/// True for a share that someone may have written in percent.
pub fn may_be_percent(number: f64) -> bool {
    number > 1.0 && number <= 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_in_the_range() {
        for (range, held, not) in [
            (Range::Share, &[0.0, -0.0, 0.5, 1.0][..], &[-0.01, 1.01, 64.0][..]),
            (Range::Amount, &[0.0, 0.5, 1e300], &[-0.01]),
            (Range::Count, &[0.0, 7.0, 1e20], &[-1.0, 0.5, 7.25]),
        ] {
            assert!(held.iter().all(|number| range.holds(*number)), "{range:?}");
            assert!(!not.iter().any(|number| range.holds(*number)), "{range:?}");
        }
        assert!(may_be_percent(100.0) && !may_be_percent(1.0) && !may_be_percent(101.0));
    }
}
