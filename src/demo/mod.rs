//! The demo: a throw-away copy of the built-in sample data, and a script that plays on it.
//!
//! - [`sample`]: the sample data in the program, with its dates moved so that it is current today.
//! - [`script`]: what happens, step by step: one table, and pure functions of the seed and the step.
//! - [`player`]: a step carried out in the copy: files written, a decision recorded.
//! - [`place`]: the directory of the copy, which leaves nothing behind.

pub mod place;
pub mod player;
pub mod sample;
pub mod script;

pub use place::Place;
pub use player::Player;
