//! Queue and Customers: the list of customers, its filter and order, the selection, and the detail.

pub mod card_view;
pub mod columns;
pub mod detail;
pub mod list;
pub mod list_view;
pub mod marks;
pub mod order;
pub mod rows;
pub mod section_lines;
pub mod sections;
pub mod selecting;
pub mod selection;
pub(crate) mod update;
