//! Who has more plays than time for them, by the capacities of the policy.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

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
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for (place, capacity) in capacities.iter().enumerate() {
            places.entry(capacity.owner.key()).or_insert(place);
        }
        let place = |owner: &str| places.get(Person::new(owner).key()).copied();
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

/// An owner who has more plays to do than time for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// The owner and the limit.
    pub capacity: Capacity,
    /// Plays that need a decision or may run.
    pub plays: usize,
}

/// Those who have more plays that need a decision or may run than they have time for in a week.
#[derive(Debug, Clone, Default)]
pub struct OverCapacity {
    /// In the order of the policy.
    all: Vec<Workload>,
    /// For each distinct owner of the data the place among them.
    of_code: Vec<Option<usize>>,
}

impl OverCapacity {
    /// Counts the plays of each owner.
    pub fn new(matching: &Matching, statuses: &[Status]) -> Self {
        let capacities = &matching.policy().capacities;
        if capacities.is_empty() {
            return Self::default();
        }
        let owners = Owners::new(matching);
        let mut plays = vec![0; capacities.len()];
        let open = statuses.iter().enumerate().filter(|(_, one)| one.waits() || one.may_run());
        for (number, _) in open {
            if let Some(plays) = owners.of(number).and_then(|place| plays.get_mut(place)) {
                *plays += 1;
            }
        }
        let mut all = Vec::new();
        let place = |(capacity, plays): (&Capacity, usize)| {
            let is_over = plays as f64 > capacity.plays_per_week;
            is_over.then(|| {
                all.push(Workload { capacity: capacity.clone(), plays });
                all.len() - 1
            })
        };
        let places: Vec<Option<usize>> = capacities.iter().zip(plays).map(place).collect();
        let of_code = owners.of_code.iter().map(|at| places.get((*at)?).copied().flatten());
        Self { of_code: of_code.collect(), all }
    }

    fn place(&self, matching: &Matching, number: usize) -> Option<usize> {
        if self.all.is_empty() {
            return None;
        }
        let code = matching.customer(number)?.owner_code()?;
        self.of_code.get(code as usize).copied().flatten()
    }

    /// The owner of a customer, where it is one of them.
    pub fn of(&self, matching: &Matching, number: usize) -> Option<&Workload> {
        self.all.get(self.place(matching, number)?)
    }

    /// Those of them whose customers are among these.
    pub fn among(&self, matching: &Matching, customers: &[usize]) -> Vec<&Workload> {
        let places: BTreeSet<usize> =
            customers.iter().filter_map(|number| self.place(matching, *number)).collect();
        places.into_iter().filter_map(|place| self.all.get(place)).collect()
    }
}

impl Workload {
    /// `dana has 9 plays and time for 5 a week`. The name is text from a file: not yet escaped.
    pub fn words(&self) -> String {
        let Self { capacity, plays } = self;
        let (owner, week) = (capacity.owner.name(), count(capacity.plays_per_week as usize));
        format!("{owner} has {} and time for {week} a week", counted(*plays, "play"))
    }
}
