//! What stands and who may decide: pure functions of a recommendation, the policy, the decisions
//! made and the clock (`decisions.md`).
//!
//! - [`authority`]: which entries still count.
//! - [`entries`]: which entries are in force.
//! - [`mod@standing`]: recommendation × decisions to a status.
//! - [`drift`]: what moved between a decision and now, and whether that is too much.
//! - [`limits`]: who may decide about what.
//! - [`run`]: what already runs or ran for a customer.
//! - [`words`]: a status as a person reads it.
//! - [`rules`]: whether a decision may be made at all, and why not ([`refusal`]).

pub mod authority;
pub mod drift;
pub mod entries;
pub mod limits;
pub mod refusal;
pub mod rules;
pub mod run;
#[cfg(test)]
pub(crate) mod samples;
pub mod standing;
pub mod words;

pub use authority::Authority;
pub use entries::{HandOffs, InForce, last_hand_off};
pub use refusal::Refusal;
pub use rules::Request;
pub use standing::{Subject, standing};
