//! What stands and who may decide: pure functions of a recommendation, the policy, the decisions
//! made and the clock (`decisions.md`).
//!
//! - [`mod@standing`]: recommendation × decisions to a status.
//! - [`drift`]: what moved between a decision and now, and whether that is too much.
//! - [`rules`]: whether a decision may be made at all, and why not.

pub mod drift;
pub mod rules;
#[cfg(test)]
mod samples;
pub mod standing;

pub use rules::{Refusal, Request};
pub use standing::{standing, standing_decision};
