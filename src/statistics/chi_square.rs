//! Whether counts are as shares say: Pearson's test.

use statrs::function::gamma::checked_gamma_ur;

/// Returns the statistic and the probability of one at least as great by chance. `None` where there is nothing
/// counted, or fewer than two shares.
pub fn chi_square(counts: &[u64], shares: &[f64]) -> Option<(f64, f64)> {
    let total: u64 = counts.iter().sum();
    let degrees = counts.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
    if total == 0 || counts.len() != shares.len() {
        return None;
    }
    let part = |(count, share): (&u64, &f64)| {
        let expected = share * total as f64;
        match (*count as f64 - expected, expected) {
            (0.0, _) => 0.0,
            (off, expected) => off * off / expected,
        }
    };
    let statistic: f64 = counts.iter().zip(shares).map(part).sum();
    let probability = match statistic.is_finite() {
        true => checked_gamma_ur(degrees as f64 / 2.0, statistic / 2.0).unwrap_or(1.0),
        false => 0.0,
    };
    Some((statistic, probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_the_tabulated_probabilities() {
        for (degrees, statistic, want) in [
            (1.0, 3.841_458_820_694_124, 0.05),
            (1.0, 10.827_566_170_662_733, 0.001),
            (2.0, 9.210_340_371_976_18, 0.01),
            (5.0, 20.515_005_652_432_873, 0.001),
            (5.0, 0.5, 0.992_123_293_232_63),
            (9.0, 100.0, 1.573_517_630_375_39e-17),
        ] {
            let told = checked_gamma_ur(degrees / 2.0, statistic / 2.0).unwrap();
            assert!((told - want).abs() < 1e-9, "{degrees} {statistic}: {told}");
        }
    }

    #[test]
    fn counts_are_held_against_their_shares() {
        assert_eq!(chi_square(&[50, 50], &[0.5, 0.5]), Some((0.0, 1.0)));
        let (statistic, probability) = chi_square(&[60, 40], &[0.5, 0.5]).unwrap();
        assert_eq!(statistic, 4.0);
        assert!((probability - 0.045_500_263_896_358_42).abs() < 1e-12);
        assert_eq!(chi_square(&[1, 9], &[0.0, 1.0]), Some((f64::INFINITY, 0.0)));
        assert_eq!(chi_square(&[0, 0], &[0.5, 0.5]), None);
        assert_eq!(chi_square(&[7], &[1.0]), None);
    }
}
