//! The plays of a dataset, and which of them each customer's best one is.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::assigned::InArm;
use super::lists::Lists;
use super::population::{CHUNK, Population};
use super::ranking::RankedList;
use crate::domain::Policy;
use crate::store::ix::Number as _;
use crate::store::{Dataset, PairIx, PlayIx};

/// A playbook that some customers of a (stage, segment) get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Play {
    /// The stage and segment.
    pub pair: PairIx,
    /// Its place in the list of the pair, from 0.
    pub place: u32,
}

/// Who has which best candidate: what does not hang on the confidence.
#[derive(Debug)]
pub struct Ranking {
    /// Of each (stage, segment) that customers have.
    pub lists: Arc<Lists>,
    /// Every step of every pair's list; of very many those that some customer is on.
    pub plays: Vec<Play>,
    /// Number in `plays` of each customer's best candidate; [`PlayIx::NONE`] where there is none.
    pub best: Vec<PlayIx>,
    /// The customers for whom a contact limit stops a candidate, ascending.
    pub contacted: Vec<u32>,
    /// The customers who are in an experiment, ascending.
    pub assigned: Vec<(u32, InArm)>,
}

impl Ranking {
    /// The same, to which other plays of some customers are added.
    pub fn with_other_plays(&self) -> Self {
        Self {
            lists: Arc::clone(&self.lists),
            plays: self.plays.clone(),
            best: self.best.clone(),
            contacted: self.contacted.clone(),
            assigned: self.assigned.clone(),
        }
    }

    /// Ranks the playbooks, and finds each customer's best one.
    pub fn new(dataset: &Dataset, policy: &Policy, population: &Population) -> Self {
        let lists = Lists::new(dataset, policy.ranking, population.pairs(dataset));
        let steps = |list: &u32| lists.get(*list as usize).map_or(0, RankedList::steps);
        let all_steps: usize = lists.of_pairs().iter().map(steps).sum();
        let (plays, best) = match all_steps <= MANY_PLAYS.max(population.len()) {
            true => every_step(&lists, population),
            false => steps_in_use(&lists, population),
        };
        Self { lists: Arc::new(lists), plays, best, contacted: Vec::new(), assigned: Vec::new() }
    }
}

/// More plays than this are only kept where someone gets them, unless there are as many customers.
pub const MANY_PLAYS: usize = 1 << 12;

/// Every step of every pair's list, and each customer's best one.
fn every_step(lists: &Lists, population: &Population) -> (Vec<Play>, Vec<PlayIx>) {
    let mut plays = Vec::new();
    let mut thresholds: Vec<(Vec<f64>, u32)> = Vec::with_capacity(lists.of_pairs().len());
    for (pair, list) in lists.of_pairs().iter().enumerate() {
        let pair = PairIx::at(pair);
        let list = lists.get(*list as usize);
        let of_pair = list.into_iter().flat_map(RankedList::step_thresholds).collect();
        thresholds.push((of_pair, plays.len() as u32));
        let places = list.into_iter().flat_map(RankedList::stairs);
        plays.extend(places.map(|place| Play { pair, place: *place }));
    }
    let stairs: Vec<(Stairs, u32)> =
        thresholds.into_iter().map(|(all, first)| (Stairs::new(all), first)).collect();
    let best_of = |pair: PairIx, risk: f64| {
        let step = stairs.get(pair.index()).and_then(|(stairs, first)| {
            let step = stairs.step(risk);
            (step < stairs.steps).then_some(PlayIx(first + step))
        });
        step.unwrap_or(PlayIx::NONE)
    };
    if let Some(kinds) = population.kinds() {
        return (plays, kinds.best(|kind| best_of(kind.pair, kind.risk)));
    }
    let mut best = vec![PlayIx::NONE; population.len()];
    let customers = population.pair_of.par_chunks(CHUNK).zip(population.risks.par_chunks(CHUNK));
    best.par_chunks_mut(CHUNK).zip(customers).for_each(|(best, (pairs, risks))| {
        let customers = pairs.iter().zip(risks);
        let each = best.iter_mut().zip(customers);
        each.for_each(|(best, (pair, risk))| *best = best_of(*pair, *risk));
    });
    (plays, best)
}

/// The steps that are the best one of some customer.
fn steps_in_use(lists: &Lists, population: &Population) -> (Vec<Play>, Vec<PlayIx>) {
    let stairs: Vec<Stairs> =
        lists.iter().map(|list| Stairs::new(list.step_thresholds().collect())).collect();
    let mut plays = Vec::new();
    let mut numbers: FxHashMap<Play, PlayIx> = FxHashMap::default();
    let best_of = |(pair, risk): (&PairIx, &f64)| {
        let list = lists.of_pairs().get(pair.index()).map(|list| *list as usize);
        let place = list.and_then(|list| {
            let step = stairs.get(list)?.step(*risk);
            lists.get(list)?.stairs().get(step as usize)
        });
        let Some(place) = place else { return PlayIx::NONE };
        let play = Play { pair: *pair, place: *place };
        *numbers.entry(play).or_insert_with(|| {
            plays.push(play);
            PlayIx::at(plays.len() - 1)
        })
    };
    let best = population.pair_of.iter().zip(&population.risks).map(best_of).collect();
    (plays, best)
}

/// So many steps are looked at all at once.
const STEPS: usize = 8;

/// The staircase of a list, laid out for a look-up without a branch.
struct Stairs {
    /// The first thresholds, falling; missing ones are lower than any risk. They are looked at all at
    /// once, which costs less than to find out where to stop.
    first: [f64; STEPS],
    /// All of them, where there are more.
    all: Vec<f64>,
    steps: u32,
}

impl Stairs {
    fn new(all: Vec<f64>) -> Self {
        let mut first = [f64::NEG_INFINITY; STEPS];
        first.iter_mut().zip(&all).for_each(|(first, threshold)| *first = *threshold);
        let steps = all.len() as u32;
        Self { first, all: if all.len() > STEPS { all } else { Vec::new() }, steps }
    }

    /// The highest step that a risk reaches; [`Stairs::steps`] where it reaches none.
    #[inline]
    fn step(&self, risk: f64) -> u32 {
        let too_high = |thresholds: &[f64]| -> u32 {
            thresholds.iter().map(|threshold| u32::from(*threshold > risk)).sum()
        };
        let step = if self.all.is_empty() { too_high(&self.first) } else { too_high(&self.all) };
        step.min(self.steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_staircase_laid_out_flat_agrees_with_the_list() {
        for steps in [0, 1, 3, 8, 9, 40] {
            let thresholds: Vec<f64> = (0..steps).map(|n| 0.95 - f64::from(n) * 0.02).collect();
            let stairs = Stairs::new(thresholds.clone());
            for risk in (-20..=120).map(|n| f64::from(n) / 100.0) {
                let step = thresholds.iter().position(|threshold| *threshold <= risk);
                let want = step.map_or(steps as u32, |step| step as u32);
                assert_eq!(stairs.step(risk), want, "{steps} steps, risk {risk}");
            }
        }
    }
}
