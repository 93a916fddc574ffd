//! The ranking with contact limits: who has another best candidate than by stage, segment and risk.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::contact::ContactGate;
use super::past::Past;
use super::plays::{Play, Ranking};
use super::population::{CHUNK, Population};
use crate::domain::policy::Contact;
use crate::store::PlayIx;
use crate::store::ix::Number as _;

/// A customer for whom a limit stops a candidate, and the best candidate that is left.
type Limited = (u32, Option<Play>);

/// The same ranking, but for those customers for whom a limit stops a candidate.
pub fn limited(base: &Ranking, contact: Contact, population: &Population, past: &Past) -> Ranking {
    let left = |number: u32| {
        let gate = ContactGate::new(contact, past, number as usize);
        left(base, &gate, population, number)
    };
    // No plays at all are too many for everyone, whatever was done.
    let everyone = contact.most_plays().is_some_and(|(most, _)| most <= 0.0);
    let numbers: Vec<u32> =
        if everyone { (0..population.len() as u32).collect() } else { past.customers().collect() };
    let parts: Vec<Vec<Limited>> = numbers
        .par_chunks(CHUNK)
        .map(|numbers| numbers.iter().filter_map(|number| left(*number)).collect())
        .collect();
    let mut ranking = base.with_other_plays();
    let numbered = base.plays.iter().enumerate().map(|(number, play)| (*play, PlayIx::at(number)));
    let mut numbers: FxHashMap<Play, PlayIx> = numbered.collect();
    for (customer, play) in parts.into_iter().flatten() {
        ranking.contacted.push(customer);
        let best = match play {
            None => PlayIx::NONE,
            Some(play) => *numbers.entry(play).or_insert_with(|| {
                ranking.plays.push(play);
                PlayIx::at(ranking.plays.len() - 1)
            }),
        };
        if let Some(slot) = ranking.best.get_mut(customer as usize) {
            *slot = best;
        }
    }
    ranking
}

/// `None` where no limit stops any of the customer's candidates.
fn left(
    base: &Ranking,
    gate: &ContactGate<'_>,
    population: &Population,
    number: u32,
) -> Option<Limited> {
    let pair = *population.pair_of.get(number as usize)?;
    let risk = *population.risks.get(number as usize)?;
    let list = base.lists.of_pair(pair)?;
    let candidates = (0u32..).zip(list.all()).filter(|(_, ranked)| risk >= ranked.threshold);
    let (mut any_stopped, mut best) = (false, None);
    for (place, ranked) in candidates {
        if gate.stops(ranked.playbook) {
            any_stopped = true;
        } else if best.is_none() {
            best = Some(Play { pair, place });
        }
    }
    any_stopped.then_some((number, best))
}
