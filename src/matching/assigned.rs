//! The ranking with experiments: whose recommendation is that of an arm (`learning.md`, *Experiments and
//! holdouts*).

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::assignment::arm;
use super::contact::ContactGate;
use super::past::Past;
use super::plays::{Play, Ranking};
use super::population::{CHUNK, Population};
use super::risk::MinimumConfidence;
use crate::domain::Policy;
use crate::domain::experiment::Experiment;
use crate::store::ix::Number as _;
use crate::store::{Dataset, PlayIx, PlaybookIx};

/// The place of a customer in an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InArm {
    /// Place of the experiment in the policy.
    pub experiment: u16,
    /// Place of the arm in the experiment.
    pub arm: u16,
}

/// An experiment that has started, with what is looked up for every customer.
pub struct Running<'p> {
    place: u16,
    experiment: &'p Experiment,
    /// Of each arm; `None` of one that is no playbook.
    pub playbooks: Vec<Option<PlaybookIx>>,
}

/// The experiments that have started by a day and whose playbooks exist.
pub fn running<'p>(policy: &'p Policy, dataset: &Dataset, today: Date) -> Vec<Running<'p>> {
    let running = |(place, experiment): (u16, &'p Experiment)| {
        let playbooks: Vec<_> =
            experiment.arms.iter().map(|arm| dataset.playbook_number(arm)).collect();
        let all_known = experiment.playbooks().all(|id| dataset.playbook_number(id).is_some());
        let started = experiment.starts.is_some_and(|starts| starts <= today);
        (started && all_known).then_some(Running { place, experiment, playbooks })
    };
    (0u16..).zip(&policy.experiments).filter_map(running).collect()
}

/// True where any experiment of the policy has started by a day.
pub fn any_started(policy: &Policy, today: Date) -> bool {
    let started = |one: &Experiment| one.starts.is_some_and(|starts| starts <= today);
    policy.experiments.iter().any(started)
}

/// The same ranking, but for those customers who are in an experiment.
pub fn assigned(
    base: &Ranking,
    policy: &Policy,
    dataset: &Dataset,
    population: &Population,
    past: &Past,
) -> Ranking {
    let running = running(policy, dataset, past.today);
    // Which of them are for a stage and segment, in the order of the policy.
    let of_pair = |pair: Option<super::population::Pair<'_>>| -> Vec<usize> {
        let Some(pair) = pair else { return Vec::new() };
        let is_for = |one: &&Running<'_>| one.experiment.is_for(pair.stage, pair.segment);
        let all = running.iter().enumerate();
        all.filter(|(_, one)| is_for(one)).map(|(at, _)| at).collect()
    };
    let of_pairs: Vec<Vec<usize>> = population.pairs(dataset).map(of_pair).collect();
    let minimum = MinimumConfidence::of(policy);
    let place = |number: usize| -> Option<(u32, InArm, Option<Play>)> {
        let pair = *population.pair_of.get(number)?;
        let fitting = of_pairs.get(pair.index()).filter(|fitting| !fitting.is_empty())?;
        let risk = *population.risks.get(number)?;
        let is_recommended = *base.best.get(number)? != PlayIx::NONE && minimum.passes(risk);
        let list = base.lists.of_pair(pair).filter(|_| is_recommended)?;
        let gate =
            policy.contact.limits_plays().then(|| ContactGate::new(policy.contact, past, number));
        let passes = |playbook: PlaybookIx| {
            let ranked = (0u32..).zip(list.all()).find(|(_, ranked)| ranked.playbook == playbook);
            let (place, _) = ranked.filter(|(_, ranked)| risk >= ranked.threshold)?;
            let is_stopped = gate.as_ref().is_some_and(|gate| gate.stops(playbook));
            (!is_stopped).then_some(Play { pair, place })
        };
        let all_pass = |one: &&Running<'_>| {
            one.playbooks.iter().flatten().all(|playbook| passes(*playbook).is_some())
        };
        let first = fitting.iter().filter_map(|at| running.get(*at)).find(all_pass)?;
        let arm = arm(first.experiment, dataset.customer(number)?.id())?;
        let playbook = first.playbooks.get(arm).copied().flatten();
        let in_arm = InArm { experiment: first.place, arm: arm as u16 };
        Some((number as u32, in_arm, playbook.and_then(passes)))
    };
    let chunks = (0..population.len()).step_by(CHUNK).collect::<Vec<_>>().into_par_iter();
    let of_chunk = |first: usize| -> Vec<_> {
        (first..population.len().min(first + CHUNK)).filter_map(place).collect()
    };
    let parts: Vec<Vec<(u32, InArm, Option<Play>)>> = chunks.map(of_chunk).collect();
    let mut ranking = base.with_other_plays();
    let numbered = base.plays.iter().enumerate().map(|(number, play)| (*play, PlayIx::at(number)));
    let mut numbers: FxHashMap<Play, PlayIx> = numbered.collect();
    for (customer, in_arm, play) in parts.into_iter().flatten() {
        ranking.assigned.push((customer, in_arm));
        // A holdout and the ranking leave the recommendation as it is.
        let Some(play) = play else { continue };
        let number = *numbers.entry(play).or_insert_with(|| {
            ranking.plays.push(play);
            PlayIx::at(ranking.plays.len() - 1)
        });
        if let Some(slot) = ranking.best.get_mut(customer as usize) {
            *slot = number;
        }
    }
    ranking
}
