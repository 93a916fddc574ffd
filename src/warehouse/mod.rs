//! The strategy as one SQL statement, for engines that hold more customers than one machine should.
//!
//! Nothing is calculated there: the [`Staircase`](crate::matching::Staircase) holds what matching
//! calculates, and the statement joins and compares. So every engine gives the same bits.
//!
//! - [`dialect`]: the engines, one row each; texts, numbers and names as each of them reads them.
//! - [`source`]: where the statement finds customers.
//! - [`statement`]: the statement; [`stairs`]: the steps within it, or as a file for a table.
//! - [`checks`]: what the customers have to keep to, as statements that return no rows.

pub mod checks;
pub mod dialect;
pub mod source;
pub mod stairs;
pub mod statement;

pub use dialect::{DIALECTS, Dialect, TableName};
pub use source::Source;
pub use statement::{Rows, Stairs, statement};
