//! How many plays an owner of accounts has time for (`learning.md`, *Contact limits, capacity, what follows a failure*).

use super::person::Person;

/// A `[[capacity]]`. An owner without one has time for everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Capacity {
    /// The owner, as customers have it.
    pub owner: Person,
    /// Plays in a week: a whole number of 1 or more.
    pub plays_per_week: f64,
}

impl Capacity {
    /// Returns everything that does not go together, given the blocks before it: the key, and what is wrong, what
    /// was expected and what to do.
    pub fn objections(&self, earlier: &[Self]) -> Vec<(&'static str, String)> {
        let twice = earlier.iter().any(|other| other.owner.is(&self.owner));
        let objection = || {
            let message = format!(
                "capacity.owner is {:?} twice, expected each owner once; remove one of the blocks",
                self.owner.name()
            );
            ("capacity.owner", message)
        };
        twice.then(objection).into_iter().collect()
    }
}
