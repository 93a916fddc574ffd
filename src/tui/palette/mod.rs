//! The palette: everything that can be done or gone to, found by typing.
//!
//! - [`state`]: what is typed and listed; [`entries`]: what can be listed; [`query`]: how it is ranked.
//! - [`names`]: customers and playbooks, which a worker finds.
//! - [`recent`]: what was used last.
//! - [`update`], [`view`]: what the keys do, and what is drawn.

pub mod entries;
pub mod names;
pub mod query;
pub mod recent;
pub mod state;
pub mod update;
pub mod view;
