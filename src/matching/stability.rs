//! Whether a recommendation would survive bad luck in its runs (`learning.md`, *Probability of being best*).

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::ranking::Ranked;
use crate::domain::number::or;
use crate::domain::{Evidence, Ranking};
use crate::statistics::{Score, probability_of_best};

/// How firmly the winner stands ahead of the runner-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stability {
    /// Ahead with a probability of 95% or more.
    Holds,
    /// Ahead with a lower one, or with none that can be told.
    CouldFlip,
    /// One of the two was never run, so there is nothing to tell it from.
    Assumed,
    /// Nothing else passes the gates.
    Only,
}

impl Stability {
    /// Returns the name that JSON has.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Of all candidates, best first: with the probability (0 to 1) that the first one really is the best, where
    /// that can be told.
    pub fn of(ranking: Ranking, candidates: &[&Ranked]) -> (Self, Option<f64>) {
        // First of all: a single candidate is not behind anything, however little is known of it.
        let [winner, runner_up, ..] = candidates else { return (Self::Only, None) };
        let never_run = |ranked: &Ranked| ranked.economics.evidence.runs <= 0.0;
        if never_run(winner) || never_run(runner_up) {
            return (Self::Assumed, None);
        }
        let mut scores = candidates.iter().map(|ranked| score(ranking, ranked));
        let first = scores.next();
        let others: Vec<Score> = scores.collect();
        let p_best = first.and_then(|first| probability_of_best(&first, &others));
        match p_best {
            Some(p_best) if p_best >= SURE => (Self::Holds, Some(p_best)),
            // What cannot be told from any run may be anything.
            p_best => (Self::CouldFlip, p_best),
        }
    }
}

/// From this probability on a winner holds.
const SURE: f64 = 0.95;

/// What a candidate is worth in what the policy ranks by. A success rate that is missing is read as one of 0, as
/// every number that is missing.
fn score(ranking: Ranking, ranked: &Ranked) -> Score {
    let economics = &ranked.economics;
    let Evidence { runs, success_rate, .. } = economics.evidence;
    let rate = or(success_rate, 0.0);
    match ranking {
        Ranking::Roi => Score::new(economics.roi, 0.0, rate, runs),
        // What succeeds less often brings less and costs the same.
        Ranking::NetValue => Score::new(economics.value, economics.cost, rate, runs),
    }
}

#[cfg(test)]
mod tests {
    use super::super::economics::Economics;
    use super::*;
    use crate::domain::{CostSource, Evidence, EvidenceGrade, RoiSource, ValueSource};

    fn ranked(value: f64, cost: f64, runs: f64, success_rate: Option<f64>) -> Ranked {
        Ranked {
            playbook: crate::store::PlaybookIx(0),
            threshold: 0.5,
            economics: Economics {
                missing: Vec::new(),
                value,
                value_source: ValueSource::SegmentPerformance,
                cost,
                cost_source: CostSource::SegmentPerformance,
                roi: value / cost,
                roi_source: RoiSource::SegmentPerformance,
                evidence: Evidence { runs, success_rate, grade: EvidenceGrade::Measured },
            },
        }
    }

    fn told(winner: &Ranked, runner_up: &Ranked) -> Stability {
        Stability::of(Ranking::Roi, &[winner, runner_up]).0
    }

    #[test]
    fn the_runs_of_the_winner_are_held_against_the_runner_up() {
        // 50% of 10 runs: an ROI of 100 may well be 60, hardly 30.
        let winner = ranked(1000.0, 10.0, 10.0, Some(0.5));
        assert_eq!(told(&winner, &ranked(600.0, 10.0, 1e4, Some(0.5))), Stability::CouldFlip);
        assert_eq!(told(&winner, &ranked(300.0, 10.0, 1e4, Some(0.5))), Stability::Holds);
        let more = ranked(1000.0, 10.0, 1000.0, Some(0.5));
        assert_eq!(told(&more, &ranked(600.0, 10.0, 1e4, Some(0.5))), Stability::Holds);
        assert_eq!(told(&more, &ranked(600.0, 10.0, 2.0, Some(0.5))), Stability::CouldFlip);
    }

    #[test]
    fn every_candidate_counts() {
        let winner = ranked(1000.0, 10.0, 30.0, Some(0.5));
        let other = ranked(500.0, 10.0, 30.0, Some(0.5));
        let p_best = |others: usize| {
            let mut all = vec![&winner];
            all.extend(std::iter::repeat_n(&other, others));
            Stability::of(Ranking::Roi, &all).1.unwrap()
        };
        assert!(p_best(1) > p_best(2) && p_best(2) > p_best(5));
        // One that was never run is as it is assumed to be, unless it is the runner-up.
        let assumed = ranked(990.0, 10.0, 0.0, None);
        let (stability, with) = Stability::of(Ranking::Roi, &[&winner, &other, &assumed]);
        assert_eq!(stability, Stability::CouldFlip);
        assert!(with.unwrap() < 0.6);
    }

    #[test]
    fn what_never_succeeded_may_be_anything() {
        let other = ranked(1.0, 10.0, 1.0, Some(0.5));
        for rate in [Some(0.0), None] {
            let told = Stability::of(Ranking::Roi, &[&ranked(1e3, 1.0, 9.0, rate), &other]);
            assert_eq!(told, (Stability::CouldFlip, None));
        }
    }

    #[test]
    fn without_runs_or_without_another_there_is_nothing_to_compare() {
        let (run, never) = (ranked(9.0, 1.0, 9.0, Some(1.0)), ranked(9.0, 1.0, 0.0, None));
        assert_eq!(told(&run, &never), Stability::Assumed);
        assert_eq!(told(&never, &run), Stability::Assumed);
        assert_eq!(Stability::of(Ranking::Roi, &[&never]), (Stability::Only, None));
    }

    #[test]
    fn net_value_is_compared_where_it_ranks() {
        let winner = ranked(1000.0, 400.0, 10.0, Some(0.5));
        let of = |value| {
            let runner_up = ranked(value, 100.0, 1e6, Some(0.5));
            Stability::of(Ranking::NetValue, &[&winner, &runner_up]).1.unwrap()
        };
        // It brings 400 more than the other costs less: equal where its rate is 0.35, and 0.3.
        let rate = crate::statistics::rate::Rate::new(5.0, 10.0).unwrap();
        assert!((of(400.0) - (1.0 - rate.below(0.35))).abs() < 1e-3);
        assert!((of(300.0) - (1.0 - rate.below(0.30))).abs() < 1e-3);
    }
}
