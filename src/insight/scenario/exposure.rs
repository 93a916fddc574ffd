//! Customers at high risk, and those of them for whom nothing is recommended.

use rayon::prelude::*;

use crate::matching::Matching;
use crate::matching::population::CHUNK;

/// How many customers are at high risk, and what no play is recommended for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Exposure {
    /// Customers at or above `targets.high_risk_at`.
    pub high_risk: usize,
    /// Those of them without a recommendation, but for those whom a contact limit keeps from one.
    pub uncovered: usize,
    /// Revenue at risk of those without one, in dollars.
    pub uncovered_at_risk: f64,
}

impl Exposure {
    /// Counts the customers of a run.
    pub fn of(run: &Matching) -> Self {
        let high_risk_at = run.policy().targets.high_risk_at;
        let of_chunk = |chunk: usize| {
            let mut found = Self::default();
            let first = chunk * CHUNK;
            let risks = run.population().risks.get(first..).unwrap_or_default();
            for (number, (risk, play)) in
                (first..).zip(risks.iter().zip(run.plays_from(first)).take(CHUNK))
            {
                if *risk >= high_risk_at {
                    found.high_risk += 1;
                    if play.is_none() && run.kept_back(number).is_none() {
                        found.uncovered += 1;
                        found.uncovered_at_risk += run.revenue_at_risk(number);
                    }
                }
            }
            found
        };
        let chunks = 0..run.len().div_ceil(CHUNK);
        let parts: Vec<Self> = chunks.into_par_iter().map(of_chunk).collect();
        // In order, so that the sum is the same every time.
        parts.into_iter().fold(Self::default(), |all, part| Self {
            high_risk: all.high_risk + part.high_risk,
            uncovered: all.uncovered + part.uncovered,
            uncovered_at_risk: all.uncovered_at_risk + part.uncovered_at_risk,
        })
    }
}
