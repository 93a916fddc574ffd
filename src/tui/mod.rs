//! The dashboard: three pure steps and one impure.
//!
//! - [`event`]: what happens, and what is to be done about it elsewhere.
//! - [`input`]: the terminal's bytes as keys and pastes; `typing`: which of them act, and what is text.
//! - [`action`] and [`actions`]: what a key can ask for; `bindings`: the one table of keys, with
//!   `blocked`: why one cannot act now.
//! - [`update`]: `update(&mut State, Event) -> Vec<Effect>`; `deciding`: its part about decisions.
//! - [`state`], with [`list`], [`query`], [`picked`], [`marks`], [`loading`], [`dialog`], [`form`] and [`bulk`]:
//!   everything that the screen is drawn from; `arrival`: what comes in from the worker.
//! - [`board`]: the screens of lines; `on_board`: what keys do to them.
//! - [`what_if`]: settings tried out, and what they would change; `on_what_if`: what keys and answers do
//!   to it.
//! - [`activity`], with [`journal`] and [`seek`]: the list of what was decided and what changed;
//!   `on_activity`: what keys and views do to it.
//! - [`mod@arrange`], with `order` and `sieve`: the rows of a list; [`prepare`]: a view with all that it
//!   takes to show it at once.
//! - [`content`], [`layout`] and [`view`], with [`theme`] and [`text`]: what is told, where it goes,
//!   and `render(&State, &mut Buffer)`.
//! - [`app`]: the loop, which alone owns state and terminal; `worker`: loading, matching and
//!   deciding on a thread of their own; `arranger`: filtering and sorting on another; `terminal`: the
//!   terminal as it was, whatever happens; `signals`: what ends, stops and resizes the dashboard.

pub mod action;
pub mod actions;
pub mod activity;
mod anchored;
pub mod app;
pub mod arrange;
mod arranger;
mod arrival;
mod binding;
mod bindings;
mod blocked;
pub mod board;
pub mod bulk;
pub mod content;
mod deciding;
pub mod dialog;
pub mod event;
pub mod form;
pub mod input;
pub mod journal;
mod last_words;
pub mod layout;
pub mod list;
pub mod loading;
pub mod marks;
mod on_activity;
mod on_board;
mod on_what_if;
mod order;
pub mod picked;
mod picking;
mod plain;
pub mod prepare;
pub mod query;
pub mod seek;
mod sieve;
mod signals;
pub mod state;
mod terminal;
pub mod text;
pub mod theme;
mod typing;
pub mod update;
pub mod view;
pub mod what_if;
mod worker;

pub use app::{Options, run};
