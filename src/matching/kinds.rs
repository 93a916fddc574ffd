//! Customers of one kind have the same stage, segment and risk, so that every policy recommends the same to
//! them. There are few kinds where risks have few decimals: a step of What-if goes through these, and
//! gives each customer what its kind gets.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::population::CHUNK;
use crate::store::ix::Number as _;
use crate::store::{CustomerIx, PairIx, PlayIx};

/// Risks are whole numbers of so many parts of one.
const PARTS: f64 = 10_000.0;
/// So many pairs and risks may there be for each customer: more are not worth the memory.
const MOST_CELLS: usize = 4;

/// Customers with the same stage, segment and risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// The stage and segment.
    pub pair: PairIx,
    /// The risk.
    pub risk: f64,
    /// One of them.
    pub example: CustomerIx,
    /// How many there are.
    pub customers: u32,
}

/// The kinds of all customers.
#[derive(Debug, Clone)]
pub struct Kinds {
    all: Vec<Kind>,
    /// Number in `all` of each customer's kind.
    of_customers: Vec<u32>,
}

/// How many parts a risk is; `None` where it is not just so many.
fn parts(risk: f64) -> Option<u32> {
    let parts = (risk * PARTS + 0.5) as u32;
    (f64::from(parts) / PARTS == risk).then_some(parts)
}

impl Kinds {
    /// Finds the kinds of customers with these pairs and risks; `None` where a risk has more than four
    /// decimals or is negative, or there may be about as many kinds as customers.
    pub fn of(pairs: &[PairIx], risks: &[f64]) -> Option<Self> {
        let chunks = || pairs.par_chunks(CHUNK).zip(risks.par_chunks(CHUNK));
        let largest = chunks().map(|(pairs, risks)| {
            let most = risks.iter().try_fold(0, |most, risk| Some(parts(*risk)?.max(most)))?;
            Some((pairs.iter().map(|pair| pair.index()).max().unwrap_or_default(), most))
        });
        let larger = |a: (usize, u32), b: (usize, u32)| Some((a.0.max(b.0), a.1.max(b.1)));
        let (last_pair, most) = largest.try_reduce(|| (0, 0), larger)?;
        let width = most as usize + 1;
        let cells = width.checked_mul(last_pair + 1)?;
        if cells > risks.len().saturating_mul(MOST_CELLS) {
            return None;
        }
        // A cell for each pair and risk that there may be. Every risk is so many parts, as was just seen.
        let cell = |pair: &PairIx, risk: &f64| {
            pair.index() * width + parts(*risk).unwrap_or_default() as usize
        };
        let none = || AtomicU32::new(CustomerIx::NONE.0);
        let examples: Vec<AtomicU32> = std::iter::repeat_with(none).take(cells).collect();
        chunks().enumerate().for_each(|(chunk, (pairs, risks))| {
            for (number, (pair, risk)) in (chunk * CHUNK..).zip(pairs.iter().zip(risks)) {
                let Some(example) = examples.get(cell(pair, risk)) else { continue };
                if example.load(Ordering::Relaxed) == CustomerIx::NONE.0 {
                    example.store(number as u32, Ordering::Relaxed);
                }
            }
        });
        let mut all = Vec::new();
        let mut numbers = vec![0; cells];
        for (cell, (example, number)) in examples.into_iter().zip(&mut numbers).enumerate() {
            let example = CustomerIx(example.into_inner());
            if example == CustomerIx::NONE {
                continue;
            }
            *number = all.len() as u32;
            let pair = PairIx::at(cell / width);
            let risk = (cell % width) as f64 / PARTS;
            all.push(Kind { pair, risk, example, customers: 0 });
        }
        let mut of_customers = vec![0; risks.len()];
        let counts = chunks().zip(of_customers.par_chunks_mut(CHUNK)).fold(
            || vec![0; all.len()],
            |mut counts, ((pairs, risks), of_customers)| {
                for (of_customer, (pair, risk)) in
                    of_customers.iter_mut().zip(pairs.iter().zip(risks))
                {
                    *of_customer = numbers.get(cell(pair, risk)).copied().unwrap_or_default();
                    if let Some(count) = counts.get_mut(*of_customer as usize) {
                        *count += 1;
                    }
                }
                counts
            },
        );
        let sum = |mut a: Vec<u32>, b: Vec<u32>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        };
        let counts = counts.reduce(|| vec![0; all.len()], sum);
        all.iter_mut().zip(counts).for_each(|(kind, count)| kind.customers = count);
        Some(Self { all, of_customers })
    }

    /// Returns each kind.
    pub fn all(&self) -> &[Kind] {
        &self.all
    }

    /// Returns the best play of each customer, from that of each kind.
    pub fn best(&self, best_of: impl Fn(&Kind) -> PlayIx + Sync) -> Vec<PlayIx> {
        // In loops over slices: one call for each would take longer than what it does.
        let mut of_kinds = vec![PlayIx::NONE; self.all.len()];
        let chunks = of_kinds.par_chunks_mut(CHUNK / 8).zip(self.all.par_chunks(CHUNK / 8));
        chunks.for_each(|(of_kinds, kinds)| {
            of_kinds.iter_mut().zip(kinds).for_each(|(to, kind)| *to = best_of(kind));
        });
        let best = |kind: &u32| of_kinds.get(*kind as usize).copied().unwrap_or(PlayIx::NONE);
        let mut all = vec![PlayIx::NONE; self.of_customers.len()];
        let chunks = all.par_chunks_mut(CHUNK).zip(self.of_customers.par_chunks(CHUNK));
        chunks.for_each(|(all, kinds)| {
            all.iter_mut().zip(kinds).for_each(|(to, kind)| *to = best(kind));
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(customers: &[(u32, f64)]) -> Option<Kinds> {
        let (pairs, risks): (Vec<PairIx>, Vec<f64>) =
            customers.iter().map(|(pair, risk)| (PairIx(*pair), *risk)).unzip();
        Kinds::of(&pairs, &risks)
    }

    #[test]
    fn every_customer_has_the_kind_of_its_pair_and_risk() {
        let customers: Vec<(u32, f64)> =
            (0..70_000_u32).map(|n| (n % 5, f64::from(n * 7 % 12_001) / PARTS)).collect();
        let kinds = of(&customers).unwrap();
        for ((pair, risk), kind) in customers.iter().zip(&kinds.of_customers) {
            let kind = &kinds.all()[*kind as usize];
            assert_eq!((kind.pair, kind.risk), (PairIx(*pair), *risk));
        }
        let mut in_all = 0;
        for kind in kinds.all() {
            assert_eq!(customers[kind.example.index()], (kind.pair.0, kind.risk));
            let same = |(pair, risk): &&(u32, f64)| (*pair, *risk) == (kind.pair.0, kind.risk);
            if kind.pair == PairIx(0) && kind.risk < 0.1 {
                assert_eq!(kind.customers as usize, customers.iter().filter(same).count());
            }
            in_all += kind.customers as usize;
        }
        assert_eq!(in_all, customers.len());
        let best = kinds.best(|kind| PlayIx(kind.pair.0 * 100_000 + (kind.risk * PARTS) as u32));
        for ((pair, risk), best) in customers.iter().zip(best) {
            assert_eq!(best.0, pair * 100_000 + (risk * PARTS) as u32);
        }
    }

    #[test]
    fn zero_has_one_meaning() {
        let kinds = of(&[(0, 0.0), (0, -0.0)]).unwrap();
        assert_eq!(kinds.all(), [Kind { risk: 0.0, customers: 2, ..kinds.all()[0] }]);
    }

    #[test]
    fn risks_that_are_no_parts_and_many_kinds_for_few_customers_have_none() {
        for risk in [0.300_000_000_000_000_04, 0.123_45, -0.1, -1e-9, 1e300, f64::INFINITY] {
            assert!(of(&[(0, 0.0), (0, risk)]).is_none(), "{risk}");
        }
        assert!(of(&[(0, 0.0007), (0, 0.0)]).is_some());
        assert!(of(&[(0, 0.0008), (0, 0.0)]).is_none());
        assert!(of(&[(8, 0.0), (0, 0.0)]).is_none());
        assert!(of(&[]).is_none());
    }
}
