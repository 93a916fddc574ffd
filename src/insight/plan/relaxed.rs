//! Plan and bound at once. Where a play may be bought in part, the best that can be done is to buy
//! what brings the most for its cost, until the money is gone; only the last one is bought in part. That
//! is the bound. Without that part, and with what else there is money for, it is the plan: the two are
//! less apart than one play brings.

use super::Solved;
use super::options::{Choice, Offer};
use crate::store::PlaybookIx;

/// A step from one efficient offer to the next, for all customers with the same choice.
struct Increment {
    kind: usize,
    /// How many offers of the hull are reached with it.
    level: usize,
    /// Coins, above 0.
    cost: u64,
    /// Dollars.
    net: f64,
}

impl Increment {
    /// Dollars a coin.
    fn efficiency(&self) -> f64 {
        self.net / self.cost as f64
    }
}

/// `choices` each with how many customers have it, none of them with an offer beyond the budget; the
/// budget in coins.
pub fn solve(choices: &[(Choice, usize)], budget: u128) -> Solved {
    let greedy = by_efficiency(choices, budget);
    match around_the_best(choices, budget, greedy.net) {
        Some(around) if around.net > greedy.net => {
            Solved { bound: greedy.bound.max(around.net), ..around }
        }
        _ => greedy,
    }
}

/// The plan around the one play that brings the most, where that alone brings more than a plan does:
/// it may have been too dear when its turn came.
fn around_the_best(choices: &[(Choice, usize)], budget: u128, net: f64) -> Option<Solved> {
    let some = choices.iter().enumerate().filter(|(_, (_, customers))| *customers > 0);
    // Of the offers of a choice, the dearest brings the most.
    let best = some.filter_map(|(kind, (choice, _))| Some((kind, *choice.offers.last()?)));
    let (kind, offer) = best.reduce(|a, b| if b.1.net > a.1.net { b } else { a })?;
    if offer.net <= net {
        return None;
    }
    let left = budget.checked_sub(u128::from(offer.cost))?;
    let mut others = choices.to_vec();
    others.get_mut(kind)?.1 -= 1;
    let mut solved = by_efficiency(&others, left);
    solved.levels.get_mut(kind)?.insert(0, (Some(offer.playbook), 1));
    solved.spent += u128::from(offer.cost);
    solved.net += offer.net;
    Some(solved)
}

fn by_efficiency(choices: &[(Choice, usize)], budget: u128) -> Solved {
    // How many customers of each kind are at each level; level 0 is no play.
    let mut at: Vec<Vec<usize>> = Vec::with_capacity(choices.len());
    let mut increments: Vec<Increment> = Vec::new();
    for (kind, (choice, customers)) in choices.iter().enumerate() {
        let mut levels = vec![0; choice.hull.len() + 1];
        let mut before = Offer { playbook: PlaybookIx(0), cost: 0, net: 0.0 };
        let mut start = 0;
        for (level, offer) in (1..).zip(choice.efficient()) {
            if offer.cost == 0 {
                start = level;
            } else {
                let (cost, net) = (offer.cost - before.cost, offer.net - before.net);
                increments.push(Increment { kind, level, cost, net });
            }
            before = *offer;
        }
        if let Some(free) = levels.get_mut(start) {
            *free = *customers;
        }
        at.push(levels);
    }
    // Stable: of what is equal, those first whose first customer is first in the file. Steps of one
    // choice stay in order, as each brings less for a cent than the one before.
    increments.sort_by(|a, b| b.efficiency().total_cmp(&a.efficiency()));

    let mut left = budget;
    // What there would be if, where the money first does not reach, a part could be bought.
    let mut bound: Option<f64> = None;
    for increment in &increments {
        let Some(((choice, _), levels)) =
            choices.get(increment.kind).zip(at.get_mut(increment.kind))
        else {
            continue;
        };
        let mut short = false;
        // Where an earlier step was too dear, the way to here costs both.
        for from in (0..increment.level).rev() {
            let waiting = levels.get(from).copied().unwrap_or_default();
            let price = u128::from(cost(choice, increment.level) - cost(choice, from));
            let moved = waiting.min(usize::try_from(left / price.max(1)).unwrap_or(usize::MAX));
            if let Some(levels) = levels.get_mut(from) {
                *levels -= moved;
            }
            if let Some(levels) = levels.get_mut(increment.level) {
                *levels += moved;
            }
            left -= price * moved as u128;
            short |= moved < waiting;
        }
        if short && bound.is_none() {
            bound = Some(net(choices, &at) + left as f64 * increment.efficiency());
        }
    }
    let net = net(choices, &at);
    let bound = bound.map_or(net, |bound| bound.max(net));
    let levels = choices.iter().zip(&at).map(|((choice, _), at)| playbooks(choice, at)).collect();
    Solved { levels, spent: budget - left, net, bound }
}

fn offer(choice: &Choice, level: usize) -> Option<&Offer> {
    choice.efficient().nth(level.checked_sub(1)?)
}

/// Coins.
fn cost(choice: &Choice, level: usize) -> u64 {
    offer(choice, level).map_or(0, |offer| offer.cost)
}

/// Dollars.
fn net(choices: &[(Choice, usize)], at: &[Vec<usize>]) -> f64 {
    let of_kind = |(choice, levels): (&Choice, &Vec<usize>)| -> f64 {
        let levels = levels.iter().skip(1).zip(choice.efficient());
        levels.map(|(customers, offer)| offer.net * *customers as f64).sum()
    };
    choices.iter().map(|(choice, _)| choice).zip(at).map(of_kind).sum()
}

/// Which playbook how many get, the ones that bring the most first.
fn playbooks(choice: &Choice, at: &[usize]) -> Vec<(Option<PlaybookIx>, usize)> {
    let levels = at.iter().enumerate().rev();
    let of_level = |(level, customers): (usize, &usize)| {
        (offer(choice, level).map(|offer| offer.playbook), *customers)
    };
    levels.map(of_level).collect()
}
