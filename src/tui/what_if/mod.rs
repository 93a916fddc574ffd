//! The What-if screen: settings that are tried out, and what they would change.
//!
//! - [`state`]: the changes, and the scenarios with a name; [`request`], [`plan`]: what the worker
//!   computes.
//! - [`named`], [`memory`]: scenarios with a name, and how they outlive the program.
//! - [`row_kind`], [`setting_row`]: the lines, and what each sets; [`stepping`], [`search`]: a round step
//!   further, and the next value at which a customer changes.
//! - [`list_view`], [`detail`], `figures`, `plan_view`, [`command`]: what is drawn.
//! - [`update`], `availability`, [`refused`]: what the keys do, and why one is not available.

pub(crate) mod availability;
pub mod command;
pub mod detail;
mod figures;
pub mod list_view;
pub mod memory;
pub mod named;
pub mod plan;
mod plan_view;
pub mod refused;
pub mod request;
pub mod row_kind;
pub mod search;
pub mod setting_row;
pub mod state;
pub mod stepping;
pub mod update;
