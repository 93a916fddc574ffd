//! The best plan there is, by trying every sum of money for one customer after the other: only where
//! customers and sums are few enough.

use super::Solved;
use super::limits::Limits;
use super::options::{Choice, Offer};
use crate::store::PlaybookIx;

/// So many (customer, sum, offer) are tried at most: some hundredths of a second.
const MOST: u128 = 20_000_000;

/// The best plan; `None` where to find it would take too long. `choices` each with how many customers
/// have it, the budget in coins.
pub fn solve(choices: &[(Choice, usize)], budget: u128, limits: &Limits) -> Option<Solved> {
    // Money counts in steps that all costs are a multiple of.
    let offers = || choices.iter().flat_map(|(choice, _)| &choice.offers);
    let unit = offers().fold(0, |unit, offer| gcd(unit, offer.cost));
    let unit = u128::from(unit.max(1));
    let dearest: u128 = choices
        .iter()
        .map(|(choice, customers)| {
            let dearest = choice.offers.last().map_or(0, |offer| u128::from(offer.cost));
            dearest * *customers as u128
        })
        .sum();
    let sums = budget.min(dearest) / unit + 1;
    // Of an owner every number of plays is tried for every sum.
    let rows = |owner: Option<usize>| owner.map_or(1, |owner| limits.room(owner).saturating_add(1));
    let tries: u128 = choices
        .iter()
        .enumerate()
        .filter(|(_, (choice, _))| !choice.is_empty())
        .map(|(kind, (choice, customers))| {
            (choice.offers.len() as u128 + 1) * *customers as u128 * rows(limits.of(kind)) as u128
        })
        .sum();
    if sums.saturating_mul(tries) > MOST {
        return None;
    }
    let sums = usize::try_from(sums).ok()?;
    let price =
        |offer: &Offer| usize::try_from(u128::from(offer.cost) / unit).unwrap_or(usize::MAX);

    // From the last customer to the first, the customers of an owner together: what those from here on bring at
    // most, for each sum and each number of plays that the owner still has time for; and which offer that
    // takes, counted from 1, 0 for none.
    let kinds = || {
        let all = choices.iter().enumerate();
        let some = all.filter(|(_, (choice, _))| !choice.is_empty());
        some.flat_map(|(kind, (_, customers))| std::iter::repeat_n(kind, *customers))
    };
    let mut order: Vec<usize> = kinds().collect();
    order.sort_by_key(|kind| limits.of(*kind));
    let mut owner = None;
    let mut best = vec![vec![0.0f64; sums]];
    let mut taken: Vec<Vec<Vec<u16>>> = Vec::new();
    for kind in order.iter().rev() {
        let (choice, _) = choices.get(*kind)?;
        if limits.of(*kind) != owner {
            owner = limits.of(*kind);
            best = vec![best.pop()?; rows(owner)];
        }
        let mut next = best.clone();
        let mut which = vec![vec![0u16; sums]; best.len()];
        for (room, (next, which)) in next.iter_mut().zip(&mut which).enumerate() {
            let after = if owner.is_some() { room.checked_sub(1) } else { Some(room) };
            let Some(best) = after.and_then(|after| best.get(after)) else { continue };
            for (number, offer) in (1u16..).zip(&choice.offers) {
                let price = price(offer);
                let from = best.iter().zip(next.iter_mut().zip(which.iter_mut()).skip(price));
                for (before, (next, which)) in from {
                    let with = before + offer.net;
                    // Of what is equal, a play for whoever comes first.
                    if with > *next || (with == *next && *which == 0) {
                        (*next, *which) = (with, number);
                    }
                }
            }
        }
        best = next;
        taken.push(which);
    }
    let net = *best.last()?.last()?;

    let mut left = sums - 1;
    let mut spent = 0;
    let mut levels: Vec<Vec<(Option<PlaybookIx>, usize)>> = vec![Vec::new(); choices.len()];
    let (mut owner, mut room) = (None, 0);
    for (kind, which) in order.iter().zip(taken.iter().rev()) {
        let (choice, _) = choices.get(*kind)?;
        if limits.of(*kind) != owner {
            owner = limits.of(*kind);
            room = rows(owner) - 1;
        }
        let offer = usize::from(*which.get(room)?.get(left)?).checked_sub(1);
        let offer = offer.and_then(|number| choice.offers.get(number));
        left -= offer.map_or(0, price);
        room -= usize::from(offer.is_some() && owner.is_some());
        spent += offer.map_or(0, |offer| u128::from(offer.cost));
        levels.get_mut(*kind)?.push((offer.map(|offer| offer.playbook), 1));
    }
    Some(Solved { levels, spent, net, bound: net })
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
