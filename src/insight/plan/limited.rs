//! Plan and bound where owners have time for so many plays. A coin has a price, and so has a play of each
//! owner: at given prices every customer gets the offer that brings the most beyond its price, or none, and
//! what that brings, with money and time at their prices, is a bound (the Lagrangian's). At a price of money the
//! best price of an owner's time follows: the owner's most valuable plays, as many as there is time for. The price
//! of money is found by halving. The plan is what money pays for at that price, a part of what it pays for at one
//! just below, and then what else there is money and time for.

use super::Solved;
use super::limits::Limits;
use super::options::{Choice, Offer};

/// So often the range of prices is halved at most.
const HALVINGS: usize = 100;

/// Of each kind how many customers get which offer, counted from 1; 0 is no play.
type Taken = Vec<Vec<usize>>;

/// `choices` each with how many customers have it, none of them with an offer beyond the budget; the
/// budget in coins.
pub fn solve(choices: &[(Choice, usize)], budget: u128, limits: &Limits) -> Solved {
    let problem = Problem { choices, budget, limits };
    let free = problem.at(0.0);
    if problem.spent(&free) <= budget {
        let net = problem.net(&free);
        return problem.solved(free, net);
    }
    let offers = choices.iter().flat_map(|(choice, _)| &choice.offers);
    let efficiency = |offer: &Offer| offer.net / offer.cost as f64;
    let most = offers.filter(|offer| offer.cost > 0).map(efficiency).fold(0.0, f64::max);
    // Money is too cheap at the one price, and dear enough at the other.
    let (mut cheap, mut dear) = (0.0, 2.0 * most);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(cheap, dear);
        if middle <= cheap || middle >= dear {
            break;
        }
        let fits = problem.spent(&problem.at(middle)) <= budget;
        *(if fits { &mut dear } else { &mut cheap }) = middle;
    }
    let bound = problem.bound(cheap).min(problem.bound(dear));
    let plans = [
        problem.filled(problem.between(problem.at(dear), &problem.at(cheap))),
        problem.filled(problem.nothing()),
        problem.filled(problem.only_the_best()),
    ];
    let better = |a: Taken, b: Taken| if problem.net(&b) > problem.net(&a) { b } else { a };
    let best = plans.into_iter().reduce(better).unwrap_or_default();
    problem.solved(best, bound)
}

struct Problem<'a> {
    choices: &'a [(Choice, usize)],
    budget: u128,
    limits: &'a Limits,
}

/// What some customers of a kind may get instead of what they have.
#[derive(Debug, Clone, Copy)]
struct Move {
    kind: usize,
    from: usize,
    to: usize,
    customers: usize,
}

impl Problem<'_> {
    fn offer(&self, kind: usize, level: usize) -> Option<&Offer> {
        self.choices.get(kind)?.0.offers.get(level.checked_sub(1)?)
    }

    /// Coins.
    fn cost(&self, kind: usize, level: usize) -> u128 {
        self.offer(kind, level).map_or(0, |offer| u128::from(offer.cost))
    }

    /// Dollars.
    fn brings(&self, kind: usize, level: usize) -> f64 {
        self.offer(kind, level).map_or(0.0, |offer| offer.net)
    }

    fn nothing(&self) -> Taken {
        let none = |(choice, customers): &(Choice, usize)| {
            let mut levels = vec![0; choice.offers.len() + 1];
            levels.iter_mut().take(1).for_each(|none| *none = *customers);
            levels
        };
        self.choices.iter().map(none).collect()
    }

    /// The one play that brings the most, and no other: it may be too dear when its turn comes.
    fn only_the_best(&self) -> Taken {
        let mut taken = self.nothing();
        let some = self.choices.iter().enumerate().filter(|(_, (_, customers))| *customers > 0);
        let best = some.map(|(kind, (choice, _))| (kind, choice.offers.len()));
        let better = |a: (usize, usize), b: (usize, usize)| {
            if self.brings(b.0, b.1) > self.brings(a.0, a.1) { b } else { a }
        };
        if let Some((kind, level)) = best.reduce(better) {
            shift(&mut taken, Move { kind, from: 0, to: level, customers: 1 });
        }
        taken
    }

    /// Of each kind the level that brings the most beyond the price of its money, with how much that is;
    /// of equals the cheapest.
    fn dearest_at(&self, price: f64) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.choices.iter().enumerate().map(move |(kind, (choice, _))| {
            let beyond = |offer: &Offer| offer.net - price * offer.cost as f64;
            let levels = (1..).zip(choice.offers.iter().map(beyond));
            let better =
                |best: (usize, f64), one: (usize, f64)| if one.1 > best.1 { one } else { best };
            let (level, value) = levels.fold((0, 0.0), better);
            (kind, level, value)
        })
    }

    /// What is taken at a price of money, and of which value beyond it each time: of an owner the most valuable
    /// plays, as many as there is time for.
    fn each_at(&self, price: f64) -> Vec<(Move, f64)> {
        let mut wanted: Vec<(Move, f64)> = self
            .dearest_at(price)
            .filter(|(_, level, _)| *level > 0)
            .map(|(kind, level, value)| {
                let customers = self.choices.get(kind).map_or(0, |(_, customers)| *customers);
                (Move { kind, from: 0, to: level, customers }, value)
            })
            .collect();
        // Stable: of equals whoever comes first.
        wanted.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let mut rooms = self.limits.rooms.clone();
        for (one, _) in &mut wanted {
            let owner = self.limits.of(one.kind);
            one.customers = one.customers.min(room(&rooms, owner));
            fill(&mut rooms, owner, one.customers);
        }
        wanted
    }

    fn at(&self, price: f64) -> Taken {
        let mut taken = self.nothing();
        self.each_at(price).into_iter().for_each(|(one, _)| shift(&mut taken, one));
        taken
    }

    /// What no plan goes beyond, in dollars.
    fn bound(&self, price: f64) -> f64 {
        let values = self.each_at(price);
        let values = values.iter().map(|(one, value)| value * one.customers as f64);
        values.sum::<f64>() + price * self.budget as f64
    }

    /// Of two plans of the same value at the same price of money, the cheaper one with as much of the dearer one as
    /// there is money for.
    fn between(&self, mut taken: Taken, dearer: &Taken) -> Taken {
        let mut left = self.budget.saturating_sub(self.spent(&taken));
        let (mut added, mut dropped): (Vec<Move>, Vec<Move>) = (Vec::new(), Vec::new());
        for (kind, (before, after)) in taken.clone().iter().zip(dearer).enumerate() {
            for one in moves(kind, before, after) {
                match (one.from, one.to) {
                    (0, _) => added.push(one),
                    (_, 0) => dropped.push(one),
                    _ => {
                        self.pay(&mut taken, one, None, &mut left);
                    }
                }
            }
        }
        for all in [&mut added, &mut dropped] {
            all.sort_by_key(|one| self.cost(one.kind, one.from.max(one.to)));
        }
        let mut rooms = self.rooms(&taken);
        for one in added {
            let owner = self.limits.of(one.kind);
            let customers = one.customers.min(room(&rooms, owner));
            let paid = self.pay(&mut taken, Move { customers, ..one }, None, &mut left);
            fill(&mut rooms, owner, paid);
            let mut wanted = one.customers - paid;
            // Where the owner has no time left, in place of another play.
            let same = dropped.iter_mut().filter(|other| self.limits.of(other.kind) == owner);
            for other in same.filter(|_| owner.is_some()) {
                let customers = wanted.min(other.customers);
                let paid = self.pay(&mut taken, Move { customers, ..one }, Some(*other), &mut left);
                other.customers -= paid;
                wanted -= paid;
            }
        }
        taken
    }

    /// Adds what else there is money and time for, what brings the most for its cost first.
    fn filled(&self, mut taken: Taken) -> Taken {
        let mut left = self.budget.saturating_sub(self.spent(&taken));
        let mut steps: Vec<(f64, Move)> = Vec::new();
        for (kind, (choice, customers)) in self.choices.iter().enumerate() {
            let levels = choice.offers.len();
            for (from, to) in
                (0..levels).flat_map(|from| (from + 1..=levels).map(move |to| (from, to)))
            {
                let cost = self.cost(kind, to) - self.cost(kind, from);
                let gain = self.brings(kind, to) - self.brings(kind, from);
                steps.push((gain / cost as f64, Move { kind, from, to, customers: *customers }));
            }
        }
        // What is free comes first: it brings something for nothing.
        steps.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut rooms = self.rooms(&taken);
        for (_, step) in steps {
            let has = taken.get(step.kind).and_then(|levels| levels.get(step.from)).copied();
            // Who has a play already takes no more time with another one.
            let owner = self.limits.of(step.kind).filter(|_| step.from == 0);
            let customers = has.unwrap_or(0).min(room(&rooms, owner));
            let paid = self.pay(&mut taken, Move { customers, ..step }, None, &mut left);
            fill(&mut rooms, owner, paid);
        }
        taken
    }

    /// For how many more plays each owner has time.
    fn rooms(&self, taken: &Taken) -> Vec<usize> {
        let mut rooms = self.limits.rooms.clone();
        for (kind, _, n) in self.each(taken) {
            fill(&mut rooms, self.limits.of(kind), n);
        }
        rooms
    }

    /// Makes a move, in place of another play where there is one, for as many customers as there is money for;
    /// returns how many that is. A move that is no dearer is made for none.
    fn pay(&self, taken: &mut Taken, one: Move, instead: Option<Move>, left: &mut u128) -> usize {
        let before = self.cost(one.kind, one.from)
            + instead.map_or(0, |other| self.cost(other.kind, other.from));
        let Some(price) = self.cost(one.kind, one.to).checked_sub(before) else { return 0 };
        if price == 0 && (instead.is_some() || one.from > 0) {
            return 0;
        }
        let most = left
            .checked_div(price)
            .map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        let customers = one.customers.min(most);
        shift(taken, Move { customers, ..one });
        if let Some(other) = instead {
            shift(taken, Move { customers, ..other });
        }
        *left -= price * customers as u128;
        customers
    }

    /// Coins.
    fn spent(&self, taken: &Taken) -> u128 {
        self.each(taken).map(|(kind, level, n)| self.cost(kind, level) * n as u128).sum()
    }

    /// Dollars.
    fn net(&self, taken: &Taken) -> f64 {
        self.each(taken).map(|(kind, level, n)| self.brings(kind, level) * n as f64).sum()
    }

    fn each<'t>(&self, taken: &'t Taken) -> impl Iterator<Item = (usize, usize, usize)> + 't {
        let levels = |(kind, levels): (usize, &'t Vec<usize>)| {
            levels.iter().enumerate().skip(1).map(move |(level, n)| (kind, level, *n))
        };
        taken.iter().enumerate().flat_map(levels)
    }

    fn solved(&self, taken: Taken, bound: f64) -> Solved {
        let (spent, net) = (self.spent(&taken), self.net(&taken));
        let of_kind = |(kind, levels): (usize, &Vec<usize>)| {
            let level = |(level, n): (usize, &usize)| {
                (self.offer(kind, level).map(|offer| offer.playbook), *n)
            };
            levels.iter().enumerate().rev().map(level).collect()
        };
        let levels = taken.iter().enumerate().map(of_kind).collect();
        Solved { levels, spent, net, bound: bound.max(net) }
    }
}

/// What is done to come from some levels of a kind to others.
fn moves(kind: usize, before: &[usize], after: &[usize]) -> Vec<Move> {
    let levels = || before.iter().zip(after).enumerate();
    let fewer = levels().filter(|(_, (before, after))| before > after);
    let mut fewer: Vec<(usize, usize)> = fewer.map(|(level, (b, a))| (level, b - a)).collect();
    let mut all = Vec::new();
    for (to, (before, after)) in levels().filter(|(_, (before, after))| after > before) {
        let mut wanted = after - before;
        for (from, has) in &mut fewer {
            let customers = wanted.min(*has);
            if customers > 0 {
                all.push(Move { kind, from: *from, to, customers });
                *has -= customers;
                wanted -= customers;
            }
        }
    }
    all
}

/// For how many more plays an owner has time; without end where nothing is limited.
fn room(rooms: &[usize], owner: Option<usize>) -> usize {
    owner.map_or(usize::MAX, |owner| rooms.get(owner).copied().unwrap_or(usize::MAX))
}

fn fill(rooms: &mut [usize], owner: Option<usize>, plays: usize) {
    if let Some(room) = owner.and_then(|owner| rooms.get_mut(owner)) {
        *room = room.saturating_sub(plays);
    }
}

fn shift(taken: &mut Taken, Move { kind, from, to, customers }: Move) {
    let Some(levels) = taken.get_mut(kind) else { return };
    if let Some(from) = levels.get_mut(from) {
        *from = from.saturating_sub(customers);
    }
    if let Some(to) = levels.get_mut(to) {
        *to += customers;
    }
}
