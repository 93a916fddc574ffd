//! How many plays owners have time for, as a plan keeps to it.

use super::options::Choice;

/// The limits of a plan. Kinds of customers have one owner each.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Of each kind the place of its owner in `rooms`.
    pub of_kind: Vec<Option<usize>>,
    /// How many plays each owner has time for.
    pub rooms: Vec<usize>,
}

impl Limits {
    /// Of some limits those that stop anything: without the owners who have time for all of their customers.
    pub fn that_matter(&self, choices: &[(Choice, usize)]) -> Self {
        let mut customers = vec![0usize; self.rooms.len()];
        for (kind, (choice, count)) in choices.iter().enumerate() {
            let open = self.of(kind).filter(|_| !choice.is_empty());
            if let Some(customers) = open.and_then(|owner| customers.get_mut(owner)) {
                *customers += count;
            }
        }
        let matters =
            |owner: &usize| self.room(*owner) < customers.get(*owner).copied().unwrap_or(0);
        let of_kind = self.of_kind.iter().map(|owner| owner.filter(|owner| matters(owner)));
        Self { of_kind: of_kind.collect(), rooms: self.rooms.clone() }
    }

    /// True where nothing is limited.
    pub fn are_none(&self) -> bool {
        self.of_kind.iter().all(Option::is_none)
    }

    /// The owner of a kind, where that is limited.
    pub fn of(&self, kind: usize) -> Option<usize> {
        self.of_kind.get(kind).copied().flatten()
    }

    /// How many plays an owner has time for.
    pub fn room(&self, owner: usize) -> usize {
        self.rooms.get(owner).copied().unwrap_or(usize::MAX)
    }
}
