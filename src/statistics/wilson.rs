//! The interval of a rate that some runs showed.

/// Two-sided 95% of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 95% Wilson interval of a rate (0 to 1) that so many runs showed. `None` without runs, or where
/// the rate is none.
pub fn wilson(rate: f64, runs: f64) -> Option<(f64, f64)> {
    if runs <= 0.0 || !(0.0..=1.0).contains(&rate) {
        return None;
    }
    let share = Z * Z / runs;
    let middle = rate + share / 2.0;
    let half = Z * (rate * (1.0 - rate) / runs + share / runs / 4.0).sqrt();
    // At the ends the interval closes exactly; the formula would miss them by its rounding.
    let low = if rate == 0.0 { 0.0 } else { ((middle - half) / (1.0 + share)).max(0.0) };
    let high = if rate == 1.0 { 1.0 } else { ((middle + half) / (1.0 + share)).min(1.0) };
    // Less than any share of a run overflows.
    (low.is_finite() && high.is_finite()).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_gives_the_known_intervals() {
        // Wilson 1927 in the form of Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (hits, runs, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let told = wilson(hits / runs, runs).unwrap();
            assert!((told.0 - low).abs() < 5e-5 && (told.1 - high).abs() < 5e-5, "{told:?}");
        }
        let (low, high) = wilson(0.5, 10.0).unwrap();
        assert!((low - 0.236_593_090_512_564).abs() < 1e-12, "{low}");
        assert!((high - 0.763_406_909_487_436).abs() < 1e-12, "{high}");
    }

    #[test]
    fn wilson_stays_within_a_rate() {
        for runs in [f64::from_bits(1), 1e-300, 0.5, 1.0, 3.0, 1e6, 1e300] {
            for rate in [0.0, 1e-9, 0.3, 1.0 - 1e-9, 1.0] {
                let Some((low, high)) = wilson(rate, runs) else { continue };
                assert!(0.0 <= low && low <= high && high <= 1.0, "{rate} of {runs}");
            }
        }
        assert_eq!(wilson(0.0, 7.0).unwrap().0, 0.0);
        assert_eq!(wilson(1.0, 7.0).unwrap().1, 1.0);
        for (rate, runs) in [(0.5, 0.0), (0.5, -3.0), (1.2, 5.0), (-0.1, 5.0)] {
            assert_eq!(wilson(rate, runs), None);
        }
    }
}
