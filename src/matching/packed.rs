//! Stage, segment and risk of each customer in four bytes, where that is exact: what a step of What-if
//! goes through again and again is limited by how much memory it reads.

use rayon::prelude::*;
use wide::i16x8;

use super::population::CHUNK;
use crate::store::ix::Number as _;
use crate::store::{PairIx, PlayIx};

/// Risks are whole numbers of so many parts of one.
const PARTS: f64 = 10_000.0;
/// No risk has this number: it stands for thresholds that none reaches.
const ABOVE_ALL: i16 = i16::MAX;

/// The number of the pair and the risk of each customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Packed(u32);

impl Packed {
    /// `None` where a risk has more than four decimals or is not within 0 to 3.2766, or there are more
    /// than 65,536 pairs.
    fn new(pair: PairIx, risk: f64) -> Option<Self> {
        let parts = (risk * PARTS + 0.5) as i16;
        let is_exact = f64::from(parts) / PARTS == risk && (0..ABOVE_ALL).contains(&parts);
        let pair = u16::try_from(pair.0).ok().filter(|_| is_exact)?;
        Some(Self(u32::from(pair) << 16 | u32::from(parts.cast_unsigned())))
    }

    /// Packs all customers.
    pub fn all(pairs: &[PairIx], risks: &[f64]) -> Option<Vec<Self>> {
        let customers = pairs.par_iter().zip(risks).with_min_len(CHUNK);
        customers.map(|(pair, risk)| Self::new(*pair, *risk)).collect()
    }
}

/// So many steps are looked at all at once.
pub const STEPS: usize = 8;

/// The staircase of a pair, for packed risks.
#[derive(Debug, Clone, Copy)]
struct Stairs {
    /// The lowest risk that reaches each step.
    lowest: i16x8,
    steps: u32,
    /// The play of the first step; the others follow.
    first: u32,
}

impl Stairs {
    /// `None` where there are too many steps.
    fn new(thresholds: &[f64], first: u32) -> Option<Self> {
        let mut lowest = [0; STEPS];
        let steps = lowest.get_mut(..thresholds.len())?;
        steps.iter_mut().zip(thresholds).for_each(|(to, threshold)| *to = lowest_parts(*threshold));
        Some(Self { lowest: i16x8::new(lowest), steps: thresholds.len() as u32, first })
    }
}

/// The fewest parts that are a risk at or above a threshold.
fn lowest_parts(threshold: f64) -> i16 {
    let (mut low, mut high) = (0, ABOVE_ALL);
    while low < high {
        let middle = low + (high - low) / 2;
        if f64::from(middle) / PARTS >= threshold {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The best play of each customer. Each pair has the thresholds of its steps, falling, and the number of
/// its first play. `None` where a pair has too many steps.
pub fn best<'s>(
    customers: &[Packed],
    stairs: impl Iterator<Item = (&'s [f64], u32)>,
) -> Option<Vec<PlayIx>> {
    let stairs: Option<Vec<Stairs>> = stairs.map(|(all, first)| Stairs::new(all, first)).collect();
    let stairs = stairs?;
    let best_of = |Packed(packed): &Packed| {
        let Some(stairs) = stairs.get((packed >> 16) as usize) else { return PlayIx::NONE };
        // Thresholds fall: those that are too high are the first ones.
        let too_high = stairs.lowest.simd_gt(i16x8::splat(*packed as i16)).to_bitmask();
        let step = too_high.trailing_ones();
        if step < stairs.steps { PlayIx(stairs.first + step) } else { PlayIx::NONE }
    };
    // In loops over slices: one call for each customer would take longer than what it does.
    let mut best = vec![PlayIx::NONE; customers.len()];
    let chunks = best.par_chunks_mut(CHUNK).zip(customers.par_chunks(CHUNK));
    chunks.for_each(|(best, customers)| {
        best.iter_mut().zip(customers).for_each(|(best, customer)| *best = best_of(customer));
    });
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_risk_is_packed_only_where_it_comes_out_as_it_went_in() {
        for parts in 0..ABOVE_ALL {
            let risk = f64::from(parts) / PARTS;
            assert_eq!(Packed::new(PairIx(3), risk), Some(Packed(3 << 16 | parts as u32)));
        }
        for risk in [0.30000000000000004, 0.12345, -0.1, 3.2767, 3.3, 1e300, -1e-9] {
            assert_eq!(Packed::new(PairIx(0), risk), None, "{risk}");
        }
        assert_eq!(Packed::new(PairIx(1 << 16), 0.5), None);
        assert_eq!(Packed::new(PairIx(0), -0.0), Some(Packed(0)), "zero has one meaning");
    }

    #[test]
    fn a_packed_risk_reaches_the_steps_that_the_risk_does() {
        let thresholds = [9.0, 3.2766, 1.2, 0.7, 0.45, 0.30000000000000004, 0.3, -1.0];
        for parts in (0..ABOVE_ALL).step_by(7).chain(2_990..3_010).chain([4_500, 7_000, 12_000]) {
            let risk = f64::from(parts) / PARTS;
            let customers = [Packed::new(PairIx(1), risk).unwrap()];
            for steps in 0..=STEPS {
                let all = &thresholds[..steps];
                let best = best(&customers, [(&[][..], 0), (all, 40)].into_iter()).unwrap();
                let step = all.iter().position(|threshold| risk >= *threshold);
                let want = step.map_or(PlayIx::NONE, |step| PlayIx(40 + step as u32));
                assert_eq!(best, [want], "{risk} on {steps} steps");
            }
        }
        assert_eq!(best(&[], [(&[0.5; 9][..], 0)].into_iter()), None);
    }
}
