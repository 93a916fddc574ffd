//! Rows of a file by customer.

use std::fmt::Debug;
use std::sync::Arc;

use super::ix::{CustomerIx, CustomerKey, Number as _, RowIx};
use super::lookup::Lookup;
use super::row::Row;
use super::table::Table;
use crate::domain::file::data_files;

/// The customers of a data directory: those of `customers.json` in file order. An id that is there
/// twice stands at the place of the first row and has the values of the last one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Customers {
    /// How many customers.
    pub len: usize,
    /// The row of each customer in the customers' table.
    pub rows: Lookup<CustomerIx, RowIx>,
    /// The customer of each key in [`CustomerIds`](super::interned::CustomerIds).
    pub numbers: Lookup<CustomerKey, CustomerIx>,
}

/// Row numbers grouped by customer: the rows of customer `i` are contiguous, in file order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouped {
    starts: Vec<u32>,
    rows: Vec<RowIx>,
}

impl Grouped {
    /// Groups rows by the customer number that each has, if any.
    pub fn new(
        customers: usize,
        owner_of_row: impl Iterator<Item = Option<CustomerIx>> + Clone,
    ) -> Self {
        if owner_of_row.clone().flatten().next().is_none() {
            // As of a file that is not there, which most of this kind are not.
            return Self::default();
        }
        let mut starts = vec![0u32; customers + 1];
        for owner in owner_of_row.clone().flatten() {
            if let Some(count) = starts.get_mut(owner.index() + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![RowIx(0); sum as usize];
        for (row, owner) in owner_of_row.enumerate() {
            if let Some(place) = owner.and_then(|o| next.get_mut(o.index())) {
                if let Some(slot) = rows.get_mut(*place as usize) {
                    *slot = RowIx::at(row);
                }
                *place += 1;
            }
        }
        Self { starts, rows }
    }

    /// Returns the rows of a customer, in file order.
    pub fn of(&self, customer: CustomerIx) -> &[RowIx] {
        let at = customer.index();
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
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
    type Rows = Lookup<CustomerIx, RowIx>;

    fn rows<R: Row>(table: &Table<R>, customers: &Customers) -> Self::Rows {
        let keys = table.customers();
        if matches!(keys, Lookup::Same(len) if *len == customers.len)
            && keys.is_surely_within(&customers.numbers)
        {
            return Lookup::Same(customers.len);
        }
        let mut rows = vec![RowIx::NONE; customers.len];
        for (row, key) in keys.iter().enumerate() {
            let number = key.and_then(|key| customers.numbers.get(key));
            if let Some(slot) = number.and_then(|number| rows.get_mut(number.index())) {
                *slot = RowIx::at(row);
            }
        }
        Lookup::shortest(rows)
    }
}

impl Join for EveryRow {
    type Rows = Grouped;

    fn rows<R: Row>(table: &Table<R>, customers: &Customers) -> Grouped {
        let owners = table.customers().iter().map(|key| customers.numbers.get(key?));
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
        let owners = [Some(2), None, Some(0), Some(2)].map(|owner| owner.map(CustomerIx));
        let grouped = Grouped::new(3, owners.into_iter());
        let of = |customer| grouped.of(CustomerIx(customer));
        assert_eq!(of(0), [RowIx(2)]);
        assert_eq!(of(1), []);
        assert_eq!(of(2), [RowIx(0), RowIx(3)]);
        assert_eq!(of(3), []);
    }
}
