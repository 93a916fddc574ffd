//! Activity: what was decided and what reloads changed.

pub mod detail;
pub(crate) mod export;
pub mod filter;
pub mod journal;
pub mod list;
pub mod list_view;
pub mod update;
