//! Numbers of one kind for numbers of another, which are mostly the same.

use std::marker::PhantomData;

use super::ix::Number;

/// A number of one kind for each of the first so many numbers of another, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<From, To> {
    /// So many, each for itself.
    Same(usize),
    /// The largest number stands for none.
    Other(Vec<To>, PhantomData<fn(From)>),
}

impl<From, To> Default for Lookup<From, To> {
    fn default() -> Self {
        Self::Same(0)
    }
}

impl<From: Number, To: Number> Lookup<From, To> {
    /// Returns a look-up in a list, in which [`Number::NONE`] stands for none.
    pub fn other(numbers: Vec<To>) -> Self {
        Self::Other(numbers, PhantomData)
    }

    /// Returns a look-up in a list that keeps nothing where each number belongs to itself.
    pub fn shortest(numbers: Vec<To>) -> Self {
        match numbers.iter().enumerate().all(|(at, number)| *number == To::at(at)) {
            true => Self::Same(numbers.len()),
            false => Self::other(numbers),
        }
    }

    /// Adds further numbers; `room` is that for all that may be in the list at the end.
    pub fn append(&mut self, more: &mut Vec<To>, room: usize) {
        match self {
            Self::Other(all, _) => all.append(more),
            Self::Same(len) => {
                let mut at = (*len..).map(To::at);
                if more.iter().all(|number| at.next() == Some(*number)) {
                    *len += more.len();
                    more.clear();
                } else {
                    let mut all = Vec::with_capacity(room.max(*len + more.len()));
                    all.extend((0..*len).map(To::at));
                    all.append(more);
                    *self = Self::other(all);
                }
            }
        }
    }

    /// Returns how many numbers have one that belongs to them, those with none included.
    pub fn len(&self) -> usize {
        match self {
            Self::Same(len) => *len,
            Self::Other(all, _) => all.len(),
        }
    }

    /// Returns true where there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns what belongs to each number, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Option<To>> + Clone {
        (0..self.len()).map(|number| self.get(From::at(number)))
    }

    /// Returns true where `other` is kept as the same numbers and has all that these lead to. Where it
    /// returns false, it may have them as well.
    pub fn is_surely_within<Others: Number>(&self, other: &Lookup<To, Others>) -> bool {
        let Lookup::Same(count) = other else { return false };
        match self {
            Self::Same(len) => len <= count,
            Self::Other(all, _) => {
                let is_in = |number: &To| (number.index() < *count) | (*number == To::NONE);
                all.iter().fold(true, |all, number| all & is_in(number))
            }
        }
    }

    /// Takes away memory kept for more numbers.
    pub fn shrink_to_fit(&mut self) {
        if let Self::Other(all, _) = self {
            all.shrink_to_fit();
        }
    }

    /// Returns the number that belongs to `number`.
    #[inline]
    pub fn get(&self, number: From) -> Option<To> {
        match self {
            Self::Same(len) => (number.index() < *len).then_some(To::at(number.index())),
            Self::Other(all, _) => all.get(number.index()).copied().filter(|n| *n != To::NONE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ix::{CustomerIx, RowIx};
    use super::*;

    #[test]
    fn a_lookup_answers_for_what_it_has() {
        let same: Lookup<CustomerIx, RowIx> = Lookup::Same(3);
        assert_eq!(same.get(CustomerIx(2)), Some(RowIx(2)));
        assert_eq!(same.get(CustomerIx(3)), None);
        let other: Lookup<CustomerIx, RowIx> = Lookup::other(vec![RowIx(5), RowIx::NONE]);
        assert_eq!([0, 1, 2].map(|n| other.get(CustomerIx(n))), [Some(RowIx(5)), None, None]);
        let of = |count| Lookup::<RowIx, CustomerIx>::Same(count);
        assert!(other.is_surely_within(&of(6)) && !other.is_surely_within(&of(5)));
        assert!(same.is_surely_within(&of(3)) && !same.is_surely_within(&of(2)));
    }
}
