//! Queue and Customers: the list of customers, its filter and order, the selection, and the detail.

pub mod card_view;
pub mod columns;
pub mod columns_view;
pub(crate) mod configured;
pub mod detail;
pub(crate) mod export;
mod file_order;
pub mod fitted;
pub mod list;
pub mod list_view;
pub mod marks;
pub mod order;
pub mod rows;
pub mod section_lines;
pub mod sections;
pub mod selecting;
pub mod selection;
pub mod summary;
pub(crate) mod update;
