//! Saved views of the lists: a screen with its filter, order and scope, by a name.
//!
//! - [`saved`]: from a list to a view and back; [`check`]: what of a view cannot be used.
//! - [`update`], [`menu`]: the menu of views, and saving and deleting them.

pub mod check;
pub mod menu;
pub mod saved;
pub(crate) mod update;
