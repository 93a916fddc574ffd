//! Who gets which arm of an experiment (`learning.md`, *Experiments and holdouts*): by the customer's id and
//! that of the experiment alone, so that it is the same on every machine and on every day.

use sha2::{Digest as _, Sha256};

use crate::domain::experiment::{Experiment, PARTS, parts};

/// Where the hash puts a customer, as parts of [`PARTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Draw {
    arm: u64,
    exposure: u64,
}

impl Draw {
    fn new(experiment_id: &str, customer_id: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(experiment_id)
            .chain_update(":")
            .chain_update(customer_id)
            .finalize();
        let number = |from: usize| {
            let bytes = hash.iter().skip(from).take(8);
            bytes.fold(0u64, |number, byte| number << 8 | u64::from(*byte)) % PARTS
        };
        Self { arm: number(0), exposure: number(8) }
    }
}

/// Returns the arm of a customer, by its place in the experiment: that the customer would have, whether or not it
/// is eligible. `None` where it is not among those who take part.
pub fn arm(experiment: &Experiment, customer_id: &str) -> Option<usize> {
    let draw = Draw::new(experiment.id(), customer_id);
    if draw.exposure >= parts(experiment.exposure) {
        return None;
    }
    let mut end = 0;
    experiment.share.iter().position(|share| {
        end += parts(*share);
        draw.arm < end
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(share: &[f64], exposure: f64) -> Experiment {
        let arms = share.iter().enumerate().map(|(at, _)| format!("P{at}")).collect();
        Experiment {
            id: Some("sup-2027-q1".into()),
            arms,
            share: share.to_vec(),
            exposure,
            ..Experiment::default()
        }
    }

    #[test]
    fn the_hash_is_that_of_sha256sum() {
        // printf 'sup-2027-q1:C001' | sha256sum
        for (id, arm, exposure) in [
            ("C001", 2464, 1883),
            ("C002", 6317, 8561),
            ("C005", 5221, 7146),
            ("7", 1807, 315),
            ("Łódź", 5552, 6282),
        ] {
            assert_eq!(Draw::new("sup-2027-q1", id), Draw { arm, exposure }, "{id}");
        }
    }

    #[test]
    fn arms_are_filled_by_their_shares() {
        let experiment = experiment(&[0.2, 0.3, 0.5], 0.4);
        let mut counts = [0; 3];
        let mut left_out = 0;
        for number in 0..20_000 {
            match arm(&experiment, &format!("C{number}")) {
                Some(arm) => counts[arm] += 1,
                None => left_out += 1,
            }
        }
        for (count, want) in counts.into_iter().chain([left_out]).zip([1_600, 2_400, 4_000, 12_000])
        {
            assert!(f64::from(count - want).abs() < 4.0 * f64::from(want).sqrt(), "{count} {want}");
        }
    }

    #[test]
    fn who_takes_part_keeps_the_arm_as_more_do() {
        let (few, many) = (experiment(&[0.5, 0.5], 0.1), experiment(&[0.5, 0.5], 0.9));
        for number in 0..2_000 {
            let id = format!("C{number}");
            if let Some(before) = arm(&few, &id) {
                assert_eq!(arm(&many, &id), Some(before));
            }
        }
        assert!(
            (0..500)
                .all(|number| arm(&experiment(&[0.5, 0.5], 0.0), &format!("C{number}")).is_none())
        );
        assert!(
            (0..500)
                .all(|number| arm(&experiment(&[0.5, 0.5], 1.0), &format!("C{number}")).is_some())
        );
    }
}
