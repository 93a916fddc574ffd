//! Counts and money of a run.

use rayon::prelude::*;
use serde::Serialize;

use crate::domain::number;
use crate::matching::Matching;
use crate::matching::population::CHUNK;

/// What all recommendations of a run come to. Those for customers who are held out never run: they have no part in
/// approvals and money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Number of recommendations.
    pub recommendations: usize,
    /// How many of them need a person's approval.
    pub need_approval: usize,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_value: f64,
    /// Expected value less expected cost, in dollars.
    #[serde(serialize_with = "number::serialize")]
    pub net_benefit: f64,
}

impl Totals {
    /// From the customers of each play; only where a limit on the account value asks for approvals
    /// is every customer looked at.
    pub fn of(matching: &Matching) -> Self {
        let mut counts = matching.customers_by_play();
        let recommendations = counts.iter().sum();
        let held_out = matching.in_experiments().filter(|number| matching.is_held_out(*number));
        for play in held_out.filter_map(|number| matching.play(number)) {
            if let Some(count) = counts.get_mut(play.index()) {
                *count -= 1;
            }
        }
        let anyway = approved_anyway(matching);
        let mut totals = Self { recommendations, ..Self::default() };
        for (play, count) in matching.play_numbers().zip(&counts) {
            let Some(ranked) = matching.ranked(play) else { continue };
            let customers = *count as f64;
            totals.expected_cost += ranked.economics.cost * customers;
            totals.expected_value += ranked.economics.value * customers;
            if anyway.get(play.index()) == Some(&true) {
                totals.need_approval += count;
            }
        }
        totals.need_approval += by_account(matching, &anyway);
        totals.net_benefit = totals.expected_value - totals.expected_cost;
        totals
    }
}

/// Of each play whether it needs an approval whatever the account is worth.
pub(super) fn approved_anyway(matching: &Matching) -> Vec<bool> {
    let asks = |play| {
        let ranked = matching.ranked(play);
        ranked.is_some_and(|ranked| !matching.asked_for_any_account(ranked).is_empty())
    };
    matching.play_numbers().map(asks).collect()
}

/// How many need an approval for their account's value alone.
fn by_account(matching: &Matching, anyway: &[bool]) -> usize {
    let rules = &matching.policy().approval;
    if rules.required_at_account_value.is_none() {
        return 0;
    }
    let in_chunk = |first: usize| {
        let plays = matching.plays_from(first).take(CHUNK);
        let asked = (first..).zip(plays).filter(|(number, play)| {
            play.is_some_and(|play| anyway.get(play.index()) == Some(&false))
                && !matching.is_held_out(*number)
                && matching
                    .customer(*number)
                    .is_some_and(|view| rules.asks_for_account(view.known_account_value()))
        });
        asked.count()
    };
    (0..matching.len().div_ceil(CHUNK)).into_par_iter().map(|chunk| in_chunk(chunk * CHUNK)).sum()
}
