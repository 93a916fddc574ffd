//! What-if: settings tried out, and what they would change.

pub(crate) mod availability;
pub mod command;
pub mod detail;
pub mod list_view;
pub mod named;
pub mod prompt;
pub mod prompt_view;
pub mod request;
pub mod row_kind;
pub mod setting_row;
pub mod state;
pub mod stepping;
pub mod update;
