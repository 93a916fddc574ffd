//! The best plan there is, by trying every sum of money for one customer after the other: only where
//! customers and sums are few enough.

use super::Solved;
use super::options::{Choice, Offer};
use crate::store::PlaybookIx;

/// So many (customer, sum, offer) are tried at most: some hundredths of a second.
const MOST: u128 = 20_000_000;

/// The best plan; `None` where to find it would take too long. `choices` each with how many customers
/// have it, the budget in coins.
pub fn solve(choices: &[(Choice, usize)], budget: u128) -> Option<Solved> {
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
    let tries: u128 = choices
        .iter()
        .filter(|(choice, _)| !choice.is_empty())
        .map(|(choice, customers)| (choice.offers.len() as u128 + 1) * *customers as u128)
        .sum();
    if sums.saturating_mul(tries) > MOST {
        return None;
    }
    let sums = usize::try_from(sums).ok()?;
    let price =
        |offer: &Offer| usize::try_from(u128::from(offer.cost) / unit).unwrap_or(usize::MAX);

    // From the last customer to the first: what those from here on bring at most, for each sum; and
    // which offer that takes, counted from 1, 0 for none.
    let kinds = || {
        let all = choices.iter().enumerate();
        let some = all.filter(|(_, (choice, _))| !choice.is_empty());
        some.flat_map(|(kind, (_, customers))| std::iter::repeat_n(kind, *customers))
    };
    let mut best = vec![0.0f64; sums];
    let mut taken: Vec<Vec<u16>> = Vec::new();
    let order: Vec<usize> = kinds().collect();
    for kind in order.iter().rev() {
        let (choice, _) = choices.get(*kind)?;
        let mut next = best.clone();
        let mut which = vec![0u16; sums];
        for (number, offer) in (1u16..).zip(&choice.offers) {
            let price = price(offer);
            let from = best.iter().zip(next.iter_mut().zip(&mut which).skip(price));
            for (before, (next, which)) in from {
                let with = before + offer.net;
                // Of what is equal, a play for whoever comes first.
                if with > *next || (with == *next && *which == 0) {
                    (*next, *which) = (with, number);
                }
            }
        }
        best = next;
        taken.push(which);
    }
    let net = *best.last()?;

    let mut left = sums - 1;
    let mut spent = 0;
    let mut levels: Vec<Vec<(Option<PlaybookIx>, usize)>> = vec![Vec::new(); choices.len()];
    for (kind, which) in order.iter().zip(taken.iter().rev()) {
        let (choice, _) = choices.get(*kind)?;
        let offer = usize::from(*which.get(left)?).checked_sub(1);
        let offer = offer.and_then(|number| choice.offers.get(number));
        left -= offer.map_or(0, price);
        spent += offer.map_or(0, |offer| u128::from(offer.cost));
        levels.get_mut(*kind)?.push((offer.map(|offer| offer.playbook), 1));
    }
    Some(Solved { levels, spent, net, bound: net })
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
