//! Which single number of a losing candidate would make it the winner, and how far that number would
//! have to go (`strategy.md`, *Flips*).
//!
//! What leads is known in closed form, up to the rounding of a division or two. So the search starts
//! there and settles the last step by comparing as the engine compares.

use serde::Serialize;

use super::economics::{Economics, computed_roi, range_value};
use super::ranking::{Ranked, order};
use crate::domain::number::{self, at_place, place};
use crate::domain::{Playbook, Ranking, RoiSource, ValueSource};

/// A number of a candidate, named as in the performance log. Where it is not measured there, it stands
/// for what is used instead: the half sum of `expected_value_range`, or `avg_cost_estimate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TunedField {
    /// Value a dollar of cost.
    RoiRatio,
    /// Dollars a run.
    AvgValue,
    /// Dollars a run.
    AvgCost,
}

/// A change that is enough by itself: the candidate wins if the number is `to`, and not if it is one
/// floating-point step short of that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WinsIf {
    /// Which number.
    pub field: TunedField,
    /// The number as it is.
    #[serde(serialize_with = "number::serialize")]
    pub from: f64,
    /// The first number that is enough.
    #[serde(serialize_with = "number::serialize")]
    pub to: f64,
}

/// Every single number that would do; empty where none does. The numbers are those that the ranking
/// compares first, not those that only break its ties.
pub fn wins_if(
    ranking: Ranking,
    candidate: &Ranked,
    winner: &Ranked,
    playbook: &Playbook,
) -> Vec<WinsIf> {
    let race = Race { ranking, candidate, winner, playbook };
    let fields: &[TunedField] = match (ranking, candidate.economics.roi_source) {
        (Ranking::Roi, RoiSource::Computed) | (Ranking::NetValue, _) => {
            &[TunedField::AvgValue, TunedField::AvgCost]
        }
        (Ranking::Roi, _) => &[TunedField::RoiRatio],
    };
    fields.iter().filter_map(|field| race.wins_if(*field)).collect()
}

/// A candidate and the winner that it would have to beat.
struct Race<'a> {
    ranking: Ranking,
    candidate: &'a Ranked,
    winner: &'a Ranked,
    playbook: &'a Playbook,
}

impl Race<'_> {
    fn wins_if(&self, field: TunedField) -> Option<WinsIf> {
        let economics = &self.candidate.economics;
        let from = match field {
            TunedField::RoiRatio => economics.roi,
            TunedField::AvgValue => economics.value,
            TunedField::AvgCost => economics.cost,
        };
        let end = self.end(field).filter(|_| from.is_finite())?;
        let lead = |x| self.leads(&self.used(field, x));
        let found = settle(from, self.closed_form(field), end, lead)?;
        // In the files a 0 means a missing number, so something else is used in its place: that may
        // win or lose, unlike what is next to it.
        let short_of = |x: f64| if from < x { x.next_down() } else { x.next_up() };
        let beyond = |x: f64| if from < x { x.next_up() } else { x.next_down() };
        let wins = |x: f64| self.leads(&self.written(field, x));
        [found, short_of(found), beyond(found)]
            .into_iter()
            .find(|to| wins(*to) && !wins(short_of(*to)))
            // Negative zero is zero.
            .map(|to| WinsIf { field, from, to: to + 0.0 })
    }

    /// The last number worth trying, which also says in which direction to go; `None` where the field
    /// cannot help.
    fn end(&self, field: TunedField) -> Option<f64> {
        let Economics { value, value_source, cost, .. } = self.candidate.economics;
        let computed = self.ranking == Ranking::Roi;
        match field {
            TunedField::RoiRatio => Some(f64::MAX),
            TunedField::AvgValue => {
                let most = match value_source {
                    ValueSource::SegmentPerformance | ValueSource::AllPerformance => f64::MAX,
                    // Both ends of the range have to be that, and their sum is taken.
                    ValueSource::ExpectedRange | ValueSource::None => f64::MAX / 2.0,
                };
                Some(if computed && cost < 0.0 { -most } else { most })
            }
            // With no cost at all any cost that is small enough would raise the ROI: that has no first
            // step. And no cost never gets in the way of the net value.
            TunedField::AvgCost if cost == 0.0 => None,
            TunedField::AvgCost if computed && value == 0.0 => None,
            // No one makes a play dearer to have it chosen.
            TunedField::AvgCost if computed && value < 0.0 => None,
            // A cost keeps its sign: none is missing, and one below none is no cost.
            TunedField::AvgCost => Some(if cost > 0.0 { 0.0f64.next_up() } else { f64::MIN }),
        }
    }

    /// Where both would be equal in what the ranking compares first, but for rounding.
    fn closed_form(&self, field: TunedField) -> f64 {
        let (candidate, winner) = (&self.candidate.economics, &self.winner.economics);
        match (self.ranking, field) {
            (_, TunedField::RoiRatio) => winner.roi,
            (Ranking::Roi, TunedField::AvgValue) if candidate.cost == 0.0 => winner.value,
            (Ranking::Roi, TunedField::AvgValue) => winner.roi * candidate.cost,
            (Ranking::Roi, TunedField::AvgCost) => candidate.value / winner.roi,
            (Ranking::NetValue, TunedField::AvgValue) => winner.net_value() + candidate.cost,
            (Ranking::NetValue, TunedField::AvgCost) => candidate.value - winner.net_value(),
        }
    }

    /// The candidate's numbers if this one were used.
    fn used(&self, field: TunedField, x: f64) -> Economics {
        let mut economics = self.candidate.economics.clone();
        match field {
            TunedField::RoiRatio => economics.roi = x,
            TunedField::AvgValue => economics.value = x,
            TunedField::AvgCost => economics.cost = x,
        }
        if economics.roi_source == RoiSource::Computed {
            economics.roi = computed_roi(economics.value, economics.cost);
        }
        economics
    }

    /// The candidate's numbers if this one were in the files.
    fn written(&self, field: TunedField, x: f64) -> Economics {
        let Economics { value, value_source, cost, .. } = self.candidate.economics;
        let measured = !matches!(value_source, ValueSource::ExpectedRange | ValueSource::None);
        let instead = match field {
            TunedField::RoiRatio => computed_roi(value, cost),
            TunedField::AvgValue if measured => range_value(self.playbook).unwrap_or(0.0),
            TunedField::AvgValue | TunedField::AvgCost => 0.0,
        };
        self.used(field, if x == 0.0 { instead } else { x })
    }

    /// True where the candidate with these numbers would rank ahead of the winner.
    fn leads(&self, economics: &Economics) -> bool {
        order(self.ranking, economics, &self.winner.economics)
            .then(self.candidate.playbook.cmp(&self.winner.playbook))
            .is_lt()
    }
}

/// The first number on the way from one that does not lead to `end` that leads; `None` if that does not
/// lead either. Looks around `guess` first, in ever longer strides, then halves what is left: right
/// wherever the bound is, quick where the guess is near it.
fn settle(from: f64, guess: f64, end: f64, leads: impl Fn(f64) -> bool) -> Option<f64> {
    if !leads(end) {
        return None;
    }
    let (start, last) = (place(from), place(end));
    let length = start.abs_diff(last);
    let at = |steps: u64| at_place(if start < last { start + steps } else { start - steps });
    let on_the_way = if start < last { place(guess) > start } else { place(guess) < start };
    let near = match guess.is_finite() && on_the_way {
        true => start.abs_diff(place(guess)).min(length),
        false => 0,
    };
    // The one does not lead, the other does.
    let (mut behind, mut ahead) = (near, near);
    let mut stride = 1u64;
    if leads(at(near)) {
        while behind > 0 {
            behind = ahead.saturating_sub(stride);
            if behind == 0 || !leads(at(behind)) {
                break;
            }
            ahead = behind;
            stride = stride.saturating_mul(2);
        }
    } else {
        while ahead < length {
            ahead = behind.saturating_add(stride).min(length);
            if ahead == length || leads(at(ahead)) {
                break;
            }
            behind = ahead;
            stride = stride.saturating_mul(2);
        }
    }
    while ahead - behind > 1 {
        let middle = behind + (ahead - behind) / 2;
        if leads(at(middle)) {
            ahead = middle;
        } else {
            behind = middle;
        }
    }
    Some(at(ahead))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CostSource, Evidence, EvidenceGrade};

    /// `roi` 0 is computed.
    fn ranked(playbook: u32, value: f64, cost: f64, roi: f64) -> Ranked {
        let measured = roi != 0.0;
        let roi_source = if measured { RoiSource::SegmentPerformance } else { RoiSource::Computed };
        Ranked {
            playbook: crate::store::PlaybookIx(playbook),
            threshold: 0.5,
            economics: Economics {
                missing: Vec::new(),
                value,
                value_source: ValueSource::ExpectedRange,
                cost,
                cost_source: CostSource::Estimate,
                roi: if measured { roi } else { computed_roi(value, cost) },
                roi_source,
                evidence: Evidence { runs: 0.0, success_rate: None, grade: EvidenceGrade::Assumed },
            },
        }
    }

    fn told(ranking: Ranking, candidate: &Ranked, winner: &Ranked) -> Vec<(TunedField, f64)> {
        let playbook = Playbook::default();
        let entries = wins_if(ranking, candidate, winner, &playbook);
        entries.into_iter().map(|entry| (entry.field, entry.to)).collect()
    }

    fn by_roi(candidate: &Ranked, winner: &Ranked) -> Vec<(TunedField, f64)> {
        told(Ranking::Roi, candidate, winner)
    }

    #[test]
    fn a_measured_roi_has_to_reach_the_winners_or_pass_it() {
        let winner = ranked(1, 500.0, 10.0, 23.1);
        let roi = |x| vec![(TunedField::RoiRatio, x)];
        assert_eq!(by_roi(&ranked(2, 600.0, 9.0, 12.0), &winner), roi(23.1), "more value");
        assert_eq!(by_roi(&ranked(0, 500.0, 9.0, 12.0), &winner), roi(23.1), "first in the file");
        assert_eq!(by_roi(&ranked(2, 500.0, 9.0, 12.0), &winner), roi(23.1f64.next_up()));
        assert_eq!(by_roi(&ranked(2, 400.0, 9.0, 23.1), &winner), roi(23.1f64.next_up()));
    }

    #[test]
    fn a_computed_roi_rises_with_the_value_or_as_the_cost_falls() {
        let winner = ranked(0, 3500.0, 75.0, 0.0);
        let entries = by_roi(&ranked(1, 4000.0, 100.0, 0.0), &winner);
        let [(TunedField::AvgValue, value), (TunedField::AvgCost, cost)] = entries[..] else {
            panic!("{entries:?}")
        };
        assert!((value - 4666.666).abs() < 0.001 && (cost - 85.714).abs() < 0.001);
        // The bound has one value per quotient: both are the first that reach the winner's ROI.
        assert!(value / 100.0 >= winner.economics.roi);
        assert!(value.next_down() / 100.0 < winner.economics.roi);
        assert!(4000.0 / cost >= winner.economics.roi);
        assert!(4000.0 / cost.next_up() < winner.economics.roi);
    }

    #[test]
    fn what_cannot_help_is_not_told() {
        let winner = ranked(0, 3500.0, 75.0, 0.0);
        assert_eq!(by_roi(&ranked(1, 400.0, 0.0, 0.0), &winner), [], "nothing to divide by");
        let of_no_value = by_roi(&ranked(1, 0.0, 100.0, 0.0), &winner);
        assert_eq!(of_no_value.len(), 1, "no cost makes something of nothing");
        let net = told(Ranking::NetValue, &ranked(1, 400.0, 50.0, 9.0), &winner);
        assert_eq!(net, [(TunedField::AvgValue, 3475.0f64.next_up())], "a cost below 0 is no cost");
        let best = ranked(0, f64::MAX, 0.1, 0.0);
        assert_eq!(best.economics.roi, f64::INFINITY);
        assert_eq!(by_roi(&ranked(1, 5.0, 1.0, 2.0), &best), [], "no number is that large");
    }

    #[test]
    fn net_value_is_moved_by_value_as_much_as_by_cost() {
        let winner = ranked(0, 1000.0, 100.0, 10.0);
        let to = |roi| told(Ranking::NetValue, &ranked(1, 950.0, 75.0, roi), &winner);
        // More ROI: to draw level is enough, as the engine rounds the difference.
        let [(TunedField::AvgValue, value), (TunedField::AvgCost, cost)] = to(12.0)[..] else {
            panic!("{:?}", to(12.0))
        };
        assert_eq!(value, 975.0);
        assert!((cost - 50.0).abs() < 1e-12);
        assert!(950.0 - cost >= 900.0 && 950.0 - cost.next_up() < 900.0);
        // Less ROI: it takes one step of the difference more.
        let [(TunedField::AvgValue, value), (TunedField::AvgCost, cost)] = to(9.0)[..] else {
            panic!("{:?}", to(9.0))
        };
        assert!(value - 75.0 > 900.0 && value.next_down() - 75.0 <= 900.0);
        assert!(950.0 - cost > 900.0 && 950.0 - cost.next_up() <= 900.0);
    }

    #[test]
    fn a_cost_is_never_raised() {
        // A loss for more money is a smaller loss a dollar: no advice to anybody.
        let winner = ranked(0, 100.0, 10.0, -1.0);
        let losing = by_roi(&ranked(1, -400.0, 100.0, 0.0), &winner);
        assert!(losing.iter().all(|(field, _)| *field == TunedField::AvgValue), "{losing:?}");
        assert_eq!(by_roi(&ranked(1, -400.0, -100.0, 0.0), &ranked(0, 1.0, 1.0, 9.0)).len(), 1);
    }

    #[test]
    fn a_bound_at_zero_is_one_that_the_files_can_hold() {
        // To tie with an ROI of 0 is enough, but a `roi_ratio` of 0 is read as none.
        let winner = ranked(1, 5.0, 0.0, 0.0);
        assert_eq!(by_roi(&ranked(0, 9.0, -1.0, -3.0), &winner), [(TunedField::RoiRatio, 5e-324)]);
        assert_eq!(by_roi(&ranked(0, 9.0, 3.0, -3.0), &winner), [(TunedField::RoiRatio, 0.0)]);
    }

    #[test]
    fn the_search_finds_the_first_wherever_it_starts() {
        for bound in [1e-300, 0.5, 3.0, 1e300] {
            for guess in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e-308, 2.9, 3.0, 1e301] {
                assert_eq!(settle(-2.0, guess, f64::MAX, |x| x >= bound), Some(bound), "{guess}");
                let back = settle(f64::MAX, guess, -2.0, |x| x <= bound);
                assert_eq!(back, Some(bound), "{guess}");
            }
        }
        assert_eq!(settle(0.0, 5.0, 10.0, |x| x > 10.0), None);
    }
}
