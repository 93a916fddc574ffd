//! The playbooks open to a (stage, segment), best first (`matching.md`, rules 3 and 6).
//!
//! Everything about the order is the same for all customers of the pair; only the risk gate differs.
//! So the list is made once, and the winner of a customer is one look-up on the staircase of those
//! playbooks that win at some risk.

use std::cmp::Ordering;

use super::economics::Economics;
use super::performance::PerformanceIndex;
use crate::domain::Ranking;
use crate::store::{Dataset, PlaybookIx};

/// A playbook in its place among those open to a (stage, segment).
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Number of the playbook in the dataset.
    pub playbook: PlaybookIx,
    /// The risk from which it qualifies.
    pub threshold: f64,
    /// Its numbers in the segment.
    pub economics: Economics,
}

/// The playbooks open to a (stage, segment), best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RankedList {
    ranked: Vec<Ranked>,
    /// Indices into `ranked` of those that win at some risk; their thresholds fall from one to the
    /// next.
    stairs: Vec<u32>,
}

impl RankedList {
    /// Ranks the playbooks that are open to a segment, given in file order: by ROI, then value, both
    /// descending, then file order.
    pub fn new(
        dataset: &Dataset,
        performance: &PerformanceIndex<'_>,
        ranking: Ranking,
        open: &[PlaybookIx],
        segment: &str,
    ) -> Self {
        let ranked = |number: &PlaybookIx| {
            let playbook = dataset.playbook(*number)?;
            let economics = Economics::of(playbook, segment, performance);
            Some(Ranked { playbook: *number, threshold: playbook.risk_threshold(), economics })
        };
        let mut ranked: Vec<Ranked> = open.iter().filter_map(ranked).collect();
        // The sort is stable: what is equal stays in file order.
        ranked.sort_by(|a, b| order(ranking, &a.economics, &b.economics));
        Self::with_stairs(ranked)
    }

    fn with_stairs(ranked: Vec<Ranked>) -> Self {
        let mut stairs: Vec<u32> = Vec::new();
        let mut lowest = f64::INFINITY;
        for (index, entry) in ranked.iter().enumerate() {
            if entry.threshold < lowest {
                lowest = entry.threshold;
                stairs.push(index as u32);
            }
        }
        Self { ranked, stairs }
    }

    /// All of them, best first.
    pub fn all(&self) -> &[Ranked] {
        &self.ranked
    }

    /// Those that win at some risk, from the highest one down.
    pub fn winners(&self) -> impl Iterator<Item = &Ranked> {
        self.stairs.iter().filter_map(|place| self.at(*place))
    }

    /// How many playbooks win at some risk.
    pub fn steps(&self) -> usize {
        self.stairs.len()
    }

    /// The places of those that win at some risk, from the highest one down.
    pub fn stairs(&self) -> &[u32] {
        &self.stairs
    }

    /// The playbook of a place, from 0.
    pub fn at(&self, place: u32) -> Option<&Ranked> {
        self.ranked.get(place as usize)
    }

    /// The risk from which each step's playbook wins, falling from one to the next.
    pub fn step_thresholds(&self) -> impl Iterator<Item = f64> {
        self.stairs.iter().map(|place| self.at(*place).map_or(f64::INFINITY, |r| r.threshold))
    }

    /// The best playbook that qualifies at a risk.
    pub fn winner(&self, risk: f64) -> Option<&Ranked> {
        let threshold = |place: &u32| self.at(*place).map_or(f64::INFINITY, |r| r.threshold);
        let step = self.stairs.partition_point(|place| threshold(place) > risk);
        self.at(*self.stairs.get(step)?)
    }

    /// All playbooks that qualify at a risk, best first.
    pub fn candidates(&self, risk: f64) -> impl Iterator<Item = &Ranked> {
        self.ranked.iter().filter(move |entry| risk >= entry.threshold)
    }
}

/// `Less` where `a` ranks ahead of `b`.
pub fn order(ranking: Ranking, a: &Economics, b: &Economics) -> Ordering {
    // No number that is read or computed here is NaN, so every pair compares.
    let descending = |a: f64, b: f64| b.partial_cmp(&a).unwrap_or(Ordering::Equal);
    match ranking {
        Ranking::Roi => descending(a.roi, b.roi).then(descending(a.value, b.value)),
        Ranking::NetValue => {
            descending(a.net_value(), b.net_value()).then(descending(a.roi, b.roi))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The winner is the first of the candidates, at every threshold and between them.
    #[test]
    fn the_staircase_agrees_with_walking_the_list() {
        let thresholds = [0.7, 0.9, 0.5, 0.5, 0.6, 0.2, 0.3, 0.2];
        let economics = || {
            let playbook = crate::domain::Playbook::default();
            Economics::of(&playbook, "SMB", &PerformanceIndex::default())
        };
        let ranked: Vec<Ranked> = thresholds
            .iter()
            .enumerate()
            .map(|(playbook, threshold)| Ranked {
                playbook: PlaybookIx::at(playbook),
                threshold: *threshold,
                economics: economics(),
            })
            .collect();
        let list = RankedList::with_stairs(ranked);
        for step in 0..=100 {
            let risk = f64::from(step) / 100.0;
            let want = list.candidates(risk).next().map(|r| r.playbook);
            assert_eq!(list.winner(risk).map(|r| r.playbook), want, "risk {risk}");
        }
    }
}
