//! Rows of a file by customer.

use std::fmt::Debug;
use std::sync::Arc;

use super::row::Row;
use super::table::Table;
use crate::domain::file::data_files;

/// A number for each of the first so many numbers, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// So many, each for itself.
    Same(usize),
    /// [`Lookup::NONE`] stands for none.
    Other(Vec<u32>),
}

impl Default for Lookup {
    fn default() -> Self {
        Self::Same(0)
    }
}

impl Lookup {
    /// Stands for no number.
    pub const NONE: u32 = u32::MAX;

    /// Returns the number that belongs to `number`.
    #[inline]
    pub fn get(&self, number: u32) -> Option<u32> {
        match self {
            Self::Same(len) => ((number as usize) < *len).then_some(number),
            Self::Other(all) => all.get(number as usize).copied().filter(|n| *n != Self::NONE),
        }
    }
}

/// The customers of a data directory: those of `customers.json` in file order. An id that is there
/// twice stands at the place of the first row and has the values of the last one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Customers {
    /// How many customers.
    pub len: usize,
    /// Row in the customers' table of each customer number.
    pub rows: Lookup,
    /// Customer number of each key in [`CustomerIds`](super::interned::CustomerIds).
    pub numbers: Lookup,
}

/// Row numbers grouped by customer: the rows of customer `i` are contiguous, in file order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouped {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Grouped {
    /// Groups rows by the customer number that each has, if any.
    pub fn new(customers: usize, owner_of_row: impl Iterator<Item = Option<u32>> + Clone) -> Self {
        let mut starts = vec![0u32; customers + 1];
        for owner in owner_of_row.clone().flatten() {
            if let Some(count) = starts.get_mut(owner as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        if sum == 0 {
            return Self::default();
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; sum as usize];
        for (row, owner) in owner_of_row.enumerate() {
            if let Some(place) = owner.and_then(|o| next.get_mut(o as usize)) {
                if let Some(slot) = rows.get_mut(*place as usize) {
                    *slot = row as u32;
                }
                *place += 1;
            }
        }
        Self { starts, rows }
    }

    /// Returns the rows of a customer, in file order.
    pub fn of(&self, customer: usize) -> &[u32] {
        let bounds = self.starts.get(customer).zip(self.starts.get(customer + 1));
        bounds
            .and_then(|(from, to)| self.rows.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }
}

/// How the rows of a file belong to customers.
pub trait Join {
    /// The rows of each customer.
    type Rows: Debug + Default;
    /// True where rows may name customers or playbooks that do not exist.
    const REFERS: bool = true;

    /// Finds the rows of each customer.
    fn rows<R: Row>(table: &Table<R>, customers: &Customers) -> Self::Rows;
}

/// Of each customer the last row counts.
#[derive(Debug)]
pub struct LastRow;
/// Of each customer all rows count, in file order.
#[derive(Debug)]
pub struct EveryRow;
/// The file says which ids there are.
#[derive(Debug)]
pub struct OwnIds;
/// Rows are not about customers.
#[derive(Debug)]
pub struct NoCustomer;

impl Join for LastRow {
    type Rows = Lookup;

    fn rows<R: Row>(table: &Table<R>, customers: &Customers) -> Lookup {
        let keys = table.customers();
        let number_of = |key: &u32| customers.numbers.get(*key);
        if keys.len() == customers.len
            && keys.iter().enumerate().all(|(row, key)| number_of(key) == Some(row as u32))
        {
            return Lookup::Same(keys.len());
        }
        let mut rows = vec![Lookup::NONE; customers.len];
        for (row, key) in keys.iter().enumerate() {
            if let Some(slot) = number_of(key).and_then(|number| rows.get_mut(number as usize)) {
                *slot = row as u32;
            }
        }
        Lookup::Other(rows)
    }
}

impl Join for EveryRow {
    type Rows = Grouped;

    fn rows<R: Row>(table: &Table<R>, customers: &Customers) -> Grouped {
        let owners = table.customers().iter().map(|key| customers.numbers.get(*key));
        Grouped::new(customers.len, owners)
    }
}

impl Join for OwnIds {
    type Rows = ();
    const REFERS: bool = false;

    fn rows<R: Row>(_: &Table<R>, _: &Customers) {}
}

impl Join for NoCustomer {
    type Rows = ();

    fn rows<R: Row>(_: &Table<R>, _: &Customers) {}
}

macro_rules! joined_rows {
    ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
        /// The rows of each customer in every file.
        #[derive(Debug, Clone, Default)]
        pub struct JoinedRows {
            $(#[doc = concat!("By customer: [`", stringify!($row), "`].")]
            pub $field: Arc<<$join as Join>::Rows>,)*
        }
    };
}
data_files!(joined_rows);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_keeps_file_order_and_drops_strangers() {
        let owners = [Some(2), None, Some(0), Some(2)];
        let grouped = Grouped::new(3, owners.into_iter());
        assert_eq!(grouped.of(0), [2]);
        assert_eq!(grouped.of(1), [0u32; 0]);
        assert_eq!(grouped.of(2), [0, 3]);
        assert_eq!(grouped.of(3), [0u32; 0]);
    }

    #[test]
    fn a_lookup_answers_for_what_it_has() {
        assert_eq!(Lookup::Same(3).get(2), Some(2));
        assert_eq!(Lookup::Same(3).get(3), None);
        let other = Lookup::Other(vec![5, Lookup::NONE]);
        assert_eq!((other.get(0), other.get(1), other.get(2)), (Some(5), None, None));
    }
}
