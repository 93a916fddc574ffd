//! Where a recommendation stands and who may decide: pure functions of a recommendation, the policy,
//! the decisions made and the clock.
//!
//! - [`authority`]: which entries count.
//! - [`entries`]: which entries are in force.
//! - [`mod@standing`]: recommendation × decisions to a status.
//! - [`drift`]: what changed between a decision and now, and whether that is too much.
//! - [`join`]: which intervention an outcome is about.
//! - [`limits`]: who may decide about what.
//! - [`signatures`]: whether an entry is by whom it says.
//! - [`run`]: what already runs or ran for a customer.
//! - [`words`]: a status as a person reads it.
//! - [`request`]: a decision that is asked for; [`rules`] and [`mod@undo`]: whether it may be made;
//!   [`proposals`]: what was proposed and is open, and whether something may be proposed;
//!   [`mod@already`]: whether it was made before; [`refusal`]: why not.

pub mod already;
pub mod authority;
pub mod drift;
pub mod entries;
pub mod join;
pub mod limits;
mod past;
pub mod proposals;
pub mod refusal;
pub mod request;
pub mod rules;
#[cfg(test)]
mod rules_tests;
pub mod run;
#[cfg(test)]
pub(crate) mod samples;
pub mod signatures;
pub mod standing;
pub mod undo;
pub mod words;

pub use already::already;
pub use authority::Authority;
pub use entries::{HandOffs, InForce, last_hand_off};
pub use past::past_plays;
pub use proposals::{Proposal, open_proposals};
pub use refusal::Refusal;
pub use request::Request;
pub use standing::{Subject, standing};
pub use undo::may_undo;
