//! The dashboard: three pure steps and one impure.
//!
//! - [`event`]: what happens, and what is to be done about it elsewhere.
//! - [`action`] and [`actions`]: what a key can ask for, and the one table of keys.
//! - [`update`]: `update(&mut State, Event) -> Vec<Effect>`.
//! - [`state`], with [`list`], [`query`] and [`dialog`]: everything that the screen is drawn from.
//! - [`content`], [`layout`] and [`view`], with [`theme`] and [`text`]: what is told, where it goes,
//!   and `render(&State, &mut Buffer)`.
//! - [`app`]: the loop, which alone owns state and terminal; `worker`: loading, matching and
//!   deciding on a thread of their own; `terminal`: the terminal as it was, whatever happens.

pub mod action;
pub mod actions;
pub mod app;
pub mod content;
pub mod dialog;
pub mod event;
pub mod layout;
pub mod list;
pub mod query;
pub mod state;
mod terminal;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
mod worker;

pub use app::{Options, run};
