//! The choice that a customer has.

use crate::store::PlaybookIx;

/// A play as it is offered: number of the playbook, cost and value in dollars.
pub type Priced = (PlaybookIx, f64, f64);

/// A play that brings more than it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// Number of the playbook.
    pub playbook: PlaybookIx,
    /// In coins.
    pub cost: u64,
    /// Dollars.
    pub net: f64,
}

impl Offer {
    pub fn new((playbook, cost, value): Priced, coin: Coin) -> Self {
        Self { playbook, cost: coin.price(cost), net: value - cost.max(0.0) }
    }
}

/// The smallest amount of money that is counted with: so many make a dollar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coin(pub f64);

impl Coin {
    pub const CENT: Self = Self(100.0);

    /// The largest coin, from a cent down to a thousandth of one, in which every cost is whole; a cent
    /// where there is none.
    pub fn of(costs: impl Iterator<Item = f64> + Clone) -> Self {
        let coins = [Self::CENT, Self(1_000.0), Self(10_000.0), Self(100_000.0)];
        let whole = |coin: &Self| costs.clone().all(|cost| coin.is_whole(cost));
        coins.into_iter().find(whole).unwrap_or(Self::CENT)
    }

    /// A cost in whole coins; a part of one costs a whole one, so that no budget is ever overdrawn.
    /// What costs less than nothing costs nothing: it pays for nothing else.
    pub fn price(self, dollars: f64) -> u64 {
        let exact = dollars * self.0;
        let whole = if self.is_whole(dollars) { exact.round() } else { exact.ceil() };
        whole.max(0.0) as u64
    }

    /// A budget in whole coins: what is less than one buys nothing.
    pub fn budget(self, dollars: f64) -> u128 {
        let exact = dollars * self.0;
        let whole = if self.is_whole(dollars) { exact.round() } else { exact.floor() };
        whole.max(0.0) as u128
    }

    pub fn dollars(self, coins: u128) -> f64 {
        coins as f64 / self.0
    }

    /// True where it is as near to a whole number of coins as a double can be.
    fn is_whole(self, dollars: f64) -> bool {
        let exact = dollars * self.0;
        (exact - exact.round()).abs() <= 1e-6
    }
}

/// What some customers may choose from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// All offers worth taking: dearer ones only where they bring more. By cost, rising.
    pub offers: Vec<Offer>,
    /// What of it is efficient: the numbers of offers on the upper hull of cost and net value, where
    /// nothing for nothing counts, too.
    pub hull: Vec<usize>,
}

impl Choice {
    /// From offers in the order of their rank: of two that cost and bring the same, the first is kept.
    pub fn new(ranked: impl Iterator<Item = Offer>) -> Self {
        let mut all: Vec<Offer> = ranked.filter(|offer| offer.net > 0.0).collect();
        // Stable: what is equal stays in the order of rank.
        all.sort_by(|a, b| a.cost.cmp(&b.cost).then(b.net.total_cmp(&a.net)));
        let mut offers: Vec<Offer> = Vec::new();
        for offer in all {
            if offers.last().is_none_or(|before| offer.net > before.net) {
                offers.push(offer);
            }
        }
        let hull = hull(&offers);
        Self { offers, hull }
    }

    pub fn is_empty(&self) -> bool {
        self.offers.is_empty()
    }

    /// What of it so many coins pay for.
    pub fn within(&self, budget: u128) -> Self {
        let dear = self.offers.partition_point(|offer| u128::from(offer.cost) <= budget);
        let offers = self.offers.get(..dear).unwrap_or_default().to_vec();
        let hull = hull(&offers);
        Self { offers, hull }
    }

    /// The offers on the hull, by cost; their increments bring less and less for a cent.
    pub fn efficient(&self) -> impl Iterator<Item = &Offer> {
        self.hull.iter().filter_map(|number| self.offers.get(*number))
    }
}

/// Of offers by rising cost and net value, those on the upper hull from nothing for nothing on.
fn hull(offers: &[Offer]) -> Vec<usize> {
    let point = |number: Option<&usize>| match number.and_then(|number| offers.get(*number)) {
        Some(offer) => (offer.cost as f64, offer.net),
        None => (0.0, 0.0),
    };
    let mut hull: Vec<usize> = Vec::new();
    for (number, offer) in offers.iter().enumerate() {
        while let Some(last) = hull.last() {
            let (before, middle) = (hull.len().checked_sub(2), point(Some(last)));
            let from = point(before.and_then(|at| hull.get(at)));
            let (cost, net) = (offer.cost as f64, offer.net);
            // The middle one is under the line from the one before to this one, or on it.
            let under =
                (middle.1 - from.1) * (cost - from.0) <= (net - from.1) * (middle.0 - from.0);
            // What is free is never given up.
            if !under || middle.0 == 0.0 {
                break;
            }
            hull.pop();
        }
        hull.push(number);
    }
    hull
}
