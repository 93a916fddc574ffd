//! The best set of plays for a sum of money (`strategy.md`, *Budget*).
//!
//! At most one play a customer, from its candidates, in an experiment what is recommended and for one held out none; only those that bring more than they cost, where a
//! negative cost counts as 0; the greatest total net value for which the money is there, and of each owner with a
//! `[[capacity]]` no more plays than there is time for (`learning.md`). Customers with the same choice are planned
//! together, so a million of them take little longer than one of each kind.
//!
//! - `options`: the choice that a customer has, and what of it is efficient.
//! - `relaxed`: plan and bound at once, from the relaxation in which a play may be bought in part.
//! - `limits`: how many plays owners have time for.
//! - `limited`: plan and bound where that stops anything.
//! - `next_change`: the next budget with another plan.
//! - `exact`: the best plan there is, where it is small enough to try everything.

mod exact;
mod limited;
mod limits;
mod next_change;
mod options;
mod relaxed;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::limits::Limits;
use self::options::{Choice, Coin, Offer, Priced};
use super::capacity::Owners;
use crate::domain::Recommendation;
use crate::domain::capacity::Capacity;
use crate::domain::money::{count, counted, dollars};
use crate::matching::population::CHUNK;
use crate::matching::{Matching, Ranked};
use crate::store::{PairIx, PlaybookIx};

/// So much more is looked at for what it would bring, in dollars.
const MORE: f64 = 1_000.0;

/// A difference up to here is one of rounding, in dollars.
const NOTHING: f64 = 1e-6;

/// Which of a customer's plays may be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum May {
    /// None: it runs already, was rejected, or is deferred.
    Nothing,
    /// Any candidate; of a customer in an experiment that of its arm alone.
    Candidates,
    /// This playbook, which someone chose, and no other.
    Only(compact_str::CompactString),
}

/// A plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Dollars.
    pub budget: f64,
    /// Dollars: the cost of all plays, each in whole cents, or where costs are given more exactly, in
    /// thousandths of one.
    pub spent: f64,
    /// Dollars.
    pub net_value: f64,
    /// No plan for that money brings more, in dollars.
    pub bound: f64,
    /// Dollars between the two, less than one play brings; 0 where no plan is better.
    pub gap: f64,
    /// Dollars of net value that 1,000 more would bring.
    pub next_1000: f64,
    /// How full the owners' weeks are, in the order of the policy.
    pub capacities: Vec<Planning>,
    /// In file order.
    pub plays: Vec<Planned>,
}

/// What a plan has of an owner with a capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct Planning {
    /// The owner and the limit.
    pub capacity: Capacity,
    /// How many plays the plan has.
    pub plays: usize,
    /// True where a plan for the same money without any capacity brings more and has more plays of this owner than
    /// the limit.
    pub binds: bool,
    /// Numbers of the owner's customers who have a play in that plan and none in this one; none unless it binds.
    pub left_out: Vec<usize>,
    /// Dollars: the net value of their plays.
    pub left_out_net: f64,
}

impl Planning {
    /// What the limit costs, where it binds: `dana: 5 plays, as many as capacity allows; 2 more with a net value of
    /// $3,200 are left out`. The name is text from a file: not yet escaped.
    pub fn words(&self) -> Option<String> {
        let Self { capacity, plays, left_out, left_out_net, .. } = self;
        let owner = capacity.owner.name();
        let (plays, more) = (counted(*plays, "play"), left_out.len());
        let are = if more == 1 { "is" } else { "are" };
        let words = format!(
            "{owner}: {plays}, as many as the capacity allows; {} more with a net value of {} {are} left out",
            count(more),
            dollars(*left_out_net)
        );
        self.binds.then_some(words)
    }
}

/// A play of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// Number of the customer.
    pub customer: usize,
    /// Number of the playbook in the dataset.
    pub playbook: PlaybookIx,
}

impl Planned {
    /// The 12 fields, with the numbers of this playbook.
    pub fn recommendation(&self, matching: &Matching) -> Option<Recommendation> {
        let of_this = |ranked: &&Ranked| ranked.playbook == self.playbook;
        if let Some(ranked) = matching.candidates(self.customer).find(of_this) {
            return matching.recommendation_of(self.customer, ranked);
        }
        // Someone chose it although it is no candidate.
        let playbook = matching.dataset().playbook(self.playbook)?;
        let chosen = matching.choose(self.customer, &playbook.id)?;
        Some(Recommendation {
            playbook_id: chosen.playbook_id,
            playbook_name: chosen.playbook_name,
            recommended_action: chosen.recommended_action,
            expected_cost: chosen.expected_cost,
            expected_value: chosen.expected_value,
            requires_human_approval: chosen.requires_human_approval,
            ..matching
                .recommendation(self.customer)
                .or_else(|| of_customer(matching, self.customer))?
        })
    }
}

/// What is said of a customer to whom nothing is recommended.
fn of_customer(matching: &Matching, customer: usize) -> Option<Recommendation> {
    Some(matching.uncovered_basis(customer)?.recommendation)
}

/// Plans the customers above the minimum confidence, and those for whom someone chose a playbook. `may`
/// says what is open to each of them; `budget` is in dollars, finite and not negative.
pub fn plan(matching: &Matching, budget: f64, may: impl Fn(usize) -> May + Sync) -> Plan {
    Planner::new(matching, may).plan(budget)
}

/// Plans the customers of one run for any budget: what is open to them is gathered once.
pub struct Planner {
    kinds: Kinds,
    capacities: Vec<Capacity>,
}

impl Planner {
    /// Gathers the customers above the minimum confidence. `may` says what is open to each of them.
    pub fn new(matching: &Matching, may: impl Fn(usize) -> May + Sync) -> Self {
        let capacities = matching.policy().capacities.clone();
        Self { kinds: Kinds::new(matching, may), capacities }
    }

    /// The plan for a budget in dollars, finite and not negative.
    pub fn plan(&self, budget: f64) -> Plan {
        let kinds = &self.kinds;
        let now = kinds.best(budget);
        let more = kinds.best(budget + MORE);
        let each = kinds.each(&now);
        let planned = |((customer, _), playbook): (&(usize, usize), &Option<PlaybookIx>)| {
            Some(Planned { customer: *customer, playbook: (*playbook)? })
        };
        let plays = kinds.customers.iter().zip(&each).filter_map(planned).collect();
        let gap = (now.bound - now.net).max(0.0);
        Plan {
            budget,
            spent: kinds.coin.dollars(now.spent),
            net_value: now.net,
            bound: now.net + gap,
            gap,
            // The smaller plan is one for more money, too.
            next_1000: (more.net - now.net).max(0.0),
            capacities: self.planning(budget, now.net, &each),
            plays,
        }
    }

    /// How full the owners' weeks are in a plan, given which customer gets which play.
    fn planning(&self, budget: f64, net: f64, each: &[Option<PlaybookIx>]) -> Vec<Planning> {
        let kinds = &self.kinds;
        let planning = |capacity: &Capacity| Planning {
            capacity: capacity.clone(),
            plays: 0,
            binds: false,
            left_out: Vec::new(),
            left_out_net: 0.0,
        };
        let mut all: Vec<Planning> = self.capacities.iter().map(planning).collect();
        if all.is_empty() {
            return all;
        }
        let solved = kinds.best_within(budget, &Limits::default());
        let brings_more = solved.net - net > NOTHING;
        let free = kinds.each(&solved);
        let mut without = vec![0; all.len()];
        for (((customer, kind), with), free) in kinds.customers.iter().zip(each).zip(&free) {
            let Some(owner) = kinds.limits.of(*kind) else { continue };
            let Some((its, without)) = all.get_mut(owner).zip(without.get_mut(owner)) else {
                continue;
            };
            its.plays += usize::from(with.is_some());
            *without += usize::from(free.is_some());
            if let Some(playbook) = free.filter(|_| with.is_none()) {
                its.left_out.push(*customer);
                let offers = kinds.choices.get(*kind).map_or(&[][..], |(choice, _)| &choice.offers);
                let offer = offers.iter().find(|offer| offer.playbook == playbook);
                its.left_out_net += offer.map_or(0.0, |offer| offer.net);
            }
        }
        for (its, without) in all.iter_mut().zip(without) {
            its.binds = brings_more && without as f64 > its.capacity.plays_per_week;
            if !its.binds {
                // They gave way for other customers' plays.
                (its.left_out, its.left_out_net) = (Vec::new(), 0.0);
            }
        }
        all
    }
}

/// The customers, by the choice that they have.
struct Kinds {
    /// In the order of their first customer, each with how many have it.
    choices: Vec<(Choice, usize)>,
    /// What costs and budget are counted in.
    coin: Coin,
    /// Number of each customer that has any choice, with the number of that choice.
    customers: Vec<(usize, usize)>,
    /// The owners' time: the customers of a kind have one owner, where that is limited.
    limits: Limits,
}

/// A plan by kinds of customers.
struct Solved {
    /// Of each kind which playbook how many get, the better ones first.
    levels: Vec<Vec<(Option<PlaybookIx>, usize)>>,
    /// Coins.
    spent: u128,
    /// Dollars.
    net: f64,
    /// Dollars.
    bound: f64,
}

/// What tells choices apart.
#[derive(Clone, PartialEq, Eq, Hash)]
enum KindKey {
    /// The list of playbooks, and how many of their thresholds the risk reaches.
    Candidates(u32, u32),
    /// The list of playbooks, and those that contact limits leave, best first.
    Left(u32, Box<[PlaybookIx]>),
    /// The list of playbooks, and the one of the customer's arm.
    Arm(u32, PlaybookIx),
    /// The pair, and the playbook that was chosen.
    Only(PairIx, PlaybookIx),
}

impl Kinds {
    fn new(matching: &Matching, may: impl Fn(usize) -> May + Sync) -> Self {
        let thresholds: Vec<Vec<f64>> = matching
            .lists()
            .iter()
            .map(|list| {
                // At a risk without end everyone qualifies.
                let mut all: Vec<f64> =
                    list.candidates(f64::INFINITY).map(|ranked| ranked.threshold).collect();
                all.sort_unstable_by(f64::total_cmp);
                all
            })
            .collect();
        let population = matching.population();
        let key = |number: usize| -> Option<KindKey> {
            let pair = *population.pair_of.get(number)?;
            let list = *matching.lists().of_pairs().get(pair.index())?;
            match may(number) {
                May::Nothing => None,
                May::Candidates if matching.is_held_out(number) => None,
                May::Candidates if matching.experiment(number).is_some() => {
                    Some(KindKey::Arm(list, matching.winner(number)?.playbook))
                }
                May::Candidates if matching.is_contacted(number) => {
                    let left = matching.candidates(number).map(|ranked| ranked.playbook);
                    Some(KindKey::Left(list, left.collect()))
                }
                May::Candidates => {
                    let risk = *population.risks.get(number)?;
                    let reached = thresholds.get(list as usize)?;
                    let reached = reached.partition_point(|threshold| *threshold <= risk);
                    Some(KindKey::Candidates(list, reached as u32))
                }
                May::Only(id) => {
                    Some(KindKey::Only(pair, *matching.dataset().playbook_numbers.get(&id)?))
                }
            }
        };
        let of_chunk = |chunk: usize| -> Vec<(u32, KindKey)> {
            let first = chunk * CHUNK;
            let plays = (first..).zip(matching.plays_from(first).take(CHUNK));
            let keyed = plays.filter_map(|(number, play)| {
                let key = key(number)?;
                let open = play.is_some() || matches!(key, KindKey::Only(..));
                open.then_some((number as u32, key))
            });
            keyed.collect()
        };
        let chunks = 0..matching.len().div_ceil(CHUNK);
        let keyed: Vec<Vec<(u32, KindKey)>> = chunks.into_par_iter().map(of_chunk).collect();
        let owners = Owners::new(matching);
        let rooms =
            matching.policy().capacities.iter().map(|one| one.plays_per_week as usize).collect();
        let mut limits = Limits { of_kind: Vec::new(), rooms };
        let mut numbers: FxHashMap<(KindKey, Option<usize>), usize> = FxHashMap::default();
        let mut priced: Vec<(Vec<Priced>, usize)> = Vec::new();
        let mut customers = Vec::with_capacity(keyed.iter().map(Vec::len).sum());
        for (customer, key) in keyed.into_iter().flatten() {
            let customer = customer as usize;
            let key = (key, owners.of(customer));
            let kind = *numbers.entry(key).or_insert_with_key(|(key, owner)| {
                priced.push((offered(matching, customer, key), 0));
                limits.of_kind.push(*owner);
                priced.len() - 1
            });
            let Some((offers, count)) = priced.get_mut(kind) else { continue };
            if !offers.is_empty() {
                *count += 1;
                customers.push((customer, kind));
            }
        }
        let coin = Coin::of(priced.iter().flat_map(|(offers, _)| offers).map(|(_, cost, _)| *cost));
        let choice = |(offers, count): (Vec<Priced>, usize)| {
            (Choice::new(offers.into_iter().map(|offer| Offer::new(offer, coin))), count)
        };
        Self { choices: priced.into_iter().map(choice).collect(), coin, customers, limits }
    }

    /// Which play each of the customers gets.
    fn each(&self, solved: &Solved) -> Vec<Option<PlaybookIx>> {
        let mut levels = solved.levels.clone();
        let of_customer = |(_, kind): &(usize, usize)| {
            // Of customers with the same choice, those who come first in the file get the better plays.
            let (playbook, left) = levels.get_mut(*kind)?.iter_mut().find(|(_, n)| *n > 0)?;
            *left -= 1;
            *playbook
        };
        self.customers.iter().map(of_customer).collect()
    }

    fn best(&self, budget: f64) -> Solved {
        self.best_within(budget, &self.limits)
    }

    fn best_within(&self, budget: f64, limits: &Limits) -> Solved {
        let budget = self.coin.budget(budget);
        // What the money does not pay for even alone only stands in the way.
        let choices: Vec<(Choice, usize)> =
            self.choices.iter().map(|(choice, count)| (choice.within(budget), *count)).collect();
        let limits = limits.that_matter(&choices);
        let relaxed = match limits.are_none() {
            true => relaxed::solve(&choices, budget),
            false => limited::solve(&choices, budget, &limits),
        };
        if relaxed.bound <= relaxed.net {
            return relaxed;
        }
        match exact::solve(&choices, budget, &limits) {
            // It may add up the same amounts in another order.
            Some(exact) => Solved { bound: exact.net, ..exact },
            None => relaxed,
        }
    }
}

/// The plays of a customer that bring more than they cost, in the order of their rank.
fn offered(matching: &Matching, customer: usize, key: &KindKey) -> Vec<Priced> {
    let priced = |its: &Ranked| (its.playbook, its.economics.cost, its.economics.value);
    let offers: Vec<Priced> = match key {
        KindKey::Candidates(..) | KindKey::Left(..) => {
            matching.candidates(customer).map(priced).collect()
        }
        KindKey::Arm(..) => matching.winner(customer).map(priced).into_iter().collect(),
        KindKey::Only(_, playbook) => {
            let id = matching.dataset().playbook(*playbook).map(|playbook| &playbook.id);
            let chosen = id.and_then(|id| matching.choose(customer, id));
            chosen
                .map(|its| (*playbook, its.expected_cost, its.expected_value))
                .into_iter()
                .collect()
        }
    };
    offers.into_iter().filter(|(_, cost, value)| value - cost.max(0.0) > 0.0).collect()
}

#[cfg(test)]
mod tests;
