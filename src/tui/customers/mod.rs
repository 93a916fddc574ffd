//! Queue and Customers: the list of customers, its filter and order, the selection, and the detail.

pub mod columns;
pub mod columns_view;
pub mod detail;
pub mod fitted;
pub mod list;
pub mod list_view;
pub mod marks;
pub mod order;
pub mod rows;
pub mod scope;
pub mod selecting;
pub mod selection;
pub mod sort_view;
pub mod summary;
pub(crate) mod update;
