//! The dashboard, one folder a feature: three pure steps and one impure.
//!
//! - [`event`]: what happens, and the effects that follow; [`update`]:
//!   `update(&mut State, Event) -> Vec<Effect>`; [`state`]: everything that the screen is drawn from;
//!   `incoming`: what the threads deliver; [`jump`]: to what is behind a line, and back; [`memory`]: what
//!   of it outlives the program.
//! - [`keys`]: the table of keys; dispatch, footer and help come from it.
//! - [`mouse`]: what clicks, drags and the wheel do.
//! - [`customers`], [`decide`], [`activity`], [`what_if`], [`portfolio`], [`playbooks`], [`palette`],
//!   [`views`], [`export`]: the features.
//! - [`first_start`]: what is shown where there is no data.
//! - [`screen`]: header, footer, banner, pages, layout, and `render(&State, &mut Buffer)`.
//! - [`widget`]: text, colors, charts. Knows no feature.
//! - [`app`]: the loop, which alone owns state and terminal; [`runtime`]: the threads and the terminal.

mod act;
pub mod activity;
pub mod app;
pub mod checks;
mod copy;
pub mod customers;
pub mod decide;
pub mod event;
pub mod export;
pub mod first_start;
mod incoming;
pub mod jump;
pub mod keys;
pub mod memory;
pub mod mouse;
pub mod palette;
pub mod playbooks;
pub mod portfolio;
pub mod runtime;
pub mod screen;
pub mod settings;
pub mod state;
pub mod subject;
pub mod update;
pub mod views;
pub mod what_if;
pub mod widget;

pub use app::{Left, Options, run};
pub use event::Opening;
pub use runtime::demo_worker::Demo;
