//! Whether a recommendation would survive bad luck in its runs (`strategy.md`, *Flips*).

use serde::Serialize;
use strum::IntoStaticStr;

use super::ranking::Ranked;
use crate::domain::Ranking;
use crate::domain::number::or;
use crate::statistics::wilson;

/// How firmly the winner stands ahead of the runner-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stability {
    /// Ahead even at the low end of its success rate.
    Holds,
    /// Behind at the low end of its success rate.
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

    /// Of the best two candidates.
    pub fn of(ranking: Ranking, winner: &Ranked, runner_up: Option<&Ranked>) -> Self {
        // First of all: a single candidate is not behind anything, however little is known of it.
        let Some(runner_up) = runner_up else { return Self::Only };
        let (winner, runner_up) = (&winner.economics, &runner_up.economics);
        let never_run = |runs: f64| runs <= 0.0;
        if never_run(winner.evidence.runs) || never_run(runner_up.evidence.runs) {
            return Self::Assumed;
        }
        // A success rate that is missing is read as one of 0, as every number that is missing.
        let rate = or(winner.evidence.success_rate, 0.0);
        let low = wilson(rate, winner.evidence.runs).map_or(0.0, |(low, _)| low);
        let at_worst = |x: f64| if rate == 0.0 { 0.0 } else { x * low / rate };
        let behind = match ranking {
            Ranking::Roi => at_worst(winner.roi) < runner_up.roi,
            // What succeeds less often brings less and costs the same.
            Ranking::NetValue => at_worst(winner.value) - winner.cost < runner_up.net_value(),
        };
        if behind { Self::CouldFlip } else { Self::Holds }
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
        Stability::of(Ranking::Roi, winner, Some(runner_up))
    }

    #[test]
    fn the_low_end_of_the_winner_is_held_against_the_runner_up() {
        // 50 % of 10 runs may be 23.7 %: an ROI of 100 may be 47.3.
        let winner = ranked(1000.0, 10.0, 10.0, Some(0.5));
        assert_eq!(told(&winner, &ranked(473.0, 10.0, 1.0, None)), Stability::Holds);
        assert_eq!(told(&winner, &ranked(474.0, 10.0, 1.0, None)), Stability::CouldFlip);
        let more = ranked(1000.0, 10.0, 1000.0, Some(0.5));
        assert_eq!(told(&more, &ranked(474.0, 10.0, 1.0, None)), Stability::Holds);
    }

    #[test]
    fn what_never_succeeded_is_worth_nothing_at_worst() {
        let other = ranked(1.0, 10.0, 1.0, None);
        assert_eq!(told(&ranked(1e3, 1.0, 9.0, Some(0.0)), &other), Stability::CouldFlip);
        assert_eq!(told(&ranked(1e3, 1.0, 9.0, None), &other), Stability::CouldFlip);
        let nothing = ranked(0.0, 10.0, 1.0, None);
        assert_eq!(told(&ranked(1e3, 1.0, 9.0, Some(0.0)), &nothing), Stability::Holds);
    }

    #[test]
    fn without_runs_or_without_another_there_is_nothing_to_compare() {
        let (run, never) = (ranked(9.0, 1.0, 9.0, Some(1.0)), ranked(9.0, 1.0, 0.0, None));
        assert_eq!(told(&run, &never), Stability::Assumed);
        assert_eq!(told(&never, &run), Stability::Assumed);
        assert_eq!(Stability::of(Ranking::Roi, &never, None), Stability::Only);
    }

    #[test]
    fn net_value_is_compared_where_it_ranks() {
        // At worst it brings 473 and costs 400.
        let winner = ranked(1000.0, 400.0, 10.0, Some(0.5));
        let of = |runner_up| Stability::of(Ranking::NetValue, &winner, Some(&runner_up));
        assert_eq!(of(ranked(173.0, 100.0, 1.0, None)), Stability::Holds);
        assert_eq!(of(ranked(174.0, 100.0, 1.0, None)), Stability::CouldFlip);
    }
}
