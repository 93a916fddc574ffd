//! Who has more plays than time for them, by the capacities of the policy.

use rustc_hash::FxHashSet;

use super::queue::OverCapacity;
use crate::domain::capacity::Capacity;
use crate::domain::money::{count, counted};
use crate::domain::{Person, Status};
use crate::matching::Matching;
use crate::store::dataset::fields;

/// Which capacity of the policy each customer falls under. Each owner's name is compared once.
pub struct Owners<'a> {
    matching: &'a Matching,
    /// For each distinct owner of the data the place of the capacity.
    of_code: Vec<Option<usize>>,
}

impl<'a> Owners<'a> {
    /// Looks up the owners of the data; none where the policy has no capacities.
    pub fn new(matching: &'a Matching) -> Self {
        let capacities = &matching.policy().capacities;
        let place = |owner: &str| {
            let owner = Person::new(owner);
            capacities.iter().position(|capacity| capacity.owner.is(&owner))
        };
        let of_code = match capacities.is_empty() {
            true => Vec::new(),
            false => {
                let owners = matching.dataset().tables.customers.texts(fields::OWNER).pool();
                owners.iter().map(place).collect()
            }
        };
        Self { matching, of_code }
    }

    /// The place of a customer's capacity in the policy; `None` without a limit.
    pub fn of(&self, number: usize) -> Option<usize> {
        if self.of_code.is_empty() {
            return None;
        }
        let code = self.matching.customer(number)?.owner_code()?;
        self.of_code.get(code as usize).copied().flatten()
    }
}

/// An owner and the plays that there are for it to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// The owner and the limit.
    pub capacity: Capacity,
    /// Plays that need a decision or may run.
    pub plays: usize,
}

impl Workload {
    /// Those who have more plays that need a decision or may run than they have time for in a week, in the order of the
    /// policy.
    pub fn over(matching: &Matching, statuses: &[Status]) -> Vec<Self> {
        let capacities = &matching.policy().capacities;
        if capacities.is_empty() {
            return Vec::new();
        }
        let owners = Owners::new(matching);
        let mut plays = vec![0; capacities.len()];
        let open = statuses.iter().enumerate().filter(|(_, one)| one.waits() || one.may_run());
        for (number, _) in open {
            if let Some(plays) = owners.of(number).and_then(|place| plays.get_mut(place)) {
                *plays += 1;
            }
        }
        let all = capacities.iter().zip(plays);
        let over = all.filter(|(capacity, plays)| *plays as f64 > capacity.plays_per_week);
        over.map(|(capacity, plays)| Self { capacity: capacity.clone(), plays }).collect()
    }

    /// Whether the owner of a customer is one of those who have more plays than time for them.
    pub fn of(over: &[Self], matching: &Matching, number: usize) -> Option<OverCapacity> {
        if over.is_empty() {
            return None;
        }
        let owner = Person::new(matching.customer(number)?.owner()?);
        let its = over.iter().find(|one| one.capacity.owner.is(&owner))?;
        let plays_per_week = its.capacity.plays_per_week as usize;
        Some(OverCapacity { plays: its.plays, plays_per_week })
    }

    /// Those of some owners whose customers are among these.
    pub fn among<'w>(over: &'w [Self], matching: &Matching, customers: &[usize]) -> Vec<&'w Self> {
        if over.is_empty() {
            return Vec::new();
        }
        let owners = Owners::new(matching);
        let places: FxHashSet<usize> = customers.iter().filter_map(|one| owners.of(*one)).collect();
        let capacities = matching.policy().capacities.iter().enumerate();
        let listed: Vec<&Capacity> =
            capacities.filter(|(place, _)| places.contains(place)).map(|(_, one)| one).collect();
        over.iter().filter(|one| listed.contains(&&one.capacity)).collect()
    }

    /// `dana has 9 plays and time for 5 a week`. The name is text from a file: not yet escaped.
    pub fn words(&self) -> String {
        let Self { capacity, plays } = self;
        let (owner, week) = (capacity.owner.name(), count(capacity.plays_per_week as usize));
        format!("{owner} has {} and time for {week} a week", counted(*plays, "play"))
    }
}
