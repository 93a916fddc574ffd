//! How data is kept in memory: columns, interned texts, the places of rows, and the [`Dataset`] that
//! joins them by customer. No I/O and no rules.

pub mod column;
pub mod dataset;
pub mod digits;
pub mod fields;
pub mod interned;
pub mod ix;
pub mod joined;
pub mod lookup;
pub mod numbered;
pub mod places;
pub mod row;
pub mod slot;
pub mod table;

pub use dataset::{CustomerView, Dataset};
pub use ix::{CustomerIx, CustomerKey, PairIx, PlayIx, PlaybookIx, RowIx};
pub use table::{SkippedRow, Table, Tables};
