//! The outcomes that are learned from, and how many are not, and why.

use jiff::civil::Date;
use serde::Serialize;

use super::join::Joined;
use super::plays::Plays;
use crate::domain::time::days_between;
use crate::store::Dataset;
use crate::store::dataset::{DEFAULT_SEGMENT, fields};

/// An outcome that counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted<'a> {
    /// The playbook's id.
    pub playbook: &'a str,
    /// `None` of a customer that is not in the file: it counts for the playbook, and in no segment.
    pub segment: Option<&'a str>,
    /// The day on which it was measured, where that is known.
    pub measured: Option<Date>,
    /// The playbook succeeded.
    pub success: bool,
    /// What was saved, in dollars, where that is known.
    pub value: Option<f64>,
    /// What it cost, or was to cost, in dollars, where that is known.
    pub cost: Option<f64>,
    /// What it was to bring, in dollars, where that is known.
    pub expected: Option<f64>,
}

/// Outcomes that do not count: each once, for the first reason that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Skipped {
    /// It belongs to no intervention.
    pub not_joined: usize,
    /// Another outcome of the same intervention counts.
    pub superseded: usize,
    /// It does not say whether the playbook succeeded.
    pub no_result: usize,
    /// A person chose another playbook.
    pub overridden: usize,
    /// The intervention is younger than the policy's `learning.maturity_days`.
    pub too_young: usize,
    /// It was measured by the day that the base was last updated.
    pub in_base: usize,
}

/// Returns the outcomes that count, in the order of their rows, and those that do not.
pub fn counted<'a>(
    dataset: &'a Dataset,
    plays: &Plays<'a>,
    joined: &Joined,
    maturity_days: f64,
    today: Date,
) -> (Vec<Counted<'a>>, Skipped) {
    let table = &dataset.tables.outcomes;
    let dates = table.texts(fields::OUTCOME_AT);
    let reported = table.texts(fields::OUTCOME_PLAYBOOK);
    let (saved, costs) =
        (table.numbers(fields::OUTCOME_SAVED), table.numbers(fields::OUTCOME_COST));
    let (successes, overrides) =
        (table.flags(fields::OUTCOME_SUCCESS), table.flags(fields::OUTCOME_OVERRIDE));
    let mut skipped = Skipped::default();
    let mut counted = Vec::new();
    for (row, place) in joined.play_of.iter().enumerate() {
        let play = place.and_then(|place| Some((place, plays.all().get(place)?)));
        // Of a play without a playbook the outcome says which one it was.
        let playbook = play.map(|(_, play)| play.playbook).filter(|playbook| !playbook.is_empty());
        let playbook = playbook.or_else(|| reported.get(row)).unwrap_or_default();
        let Some((place, play)) = play.filter(|_| !playbook.is_empty()) else {
            skipped.not_joined += 1;
            continue;
        };
        if joined.outcome_of.get(place).copied().flatten() != Some(row) {
            skipped.superseded += 1;
            continue;
        }
        let Some(success) = successes.get(row) else {
            skipped.no_result += 1;
            continue;
        };
        if overrides.get(row) == Some(true) {
            skipped.overridden += 1;
            continue;
        }
        let age = play.date.map(|date| days_between(date, today) as f64);
        if age.is_some_and(|age| age < maturity_days) {
            skipped.too_young += 1;
            continue;
        }
        counted.push(Counted {
            playbook,
            segment: segment_of(dataset, play),
            measured: dates.day(row),
            success,
            value: saved.get(row),
            cost: costs.get(row).or(play.cost),
            expected: play.value,
        });
    }
    (counted, skipped)
}

/// The play's own segment, else the customer's. `All` is the segment of no one.
fn segment_of<'a>(dataset: &'a Dataset, play: &super::plays::Play<'a>) -> Option<&'a str> {
    let of_customer = || {
        let number = dataset.number_of_key(play.customer?)?;
        Some(dataset.customer(number).map_or(DEFAULT_SEGMENT, |view| view.segment()))
    };
    play.segment
        .or_else(of_customer)
        .filter(|segment| *segment != crate::matching::performance::ALL)
}
