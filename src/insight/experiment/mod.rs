//! What experiments show (`learning.md`, *Experiments and holdouts*).
//!
//! - [`changed`]: what may not change while one runs.
//! - [`count`]: who counts, and the result of each.
//! - [`result`]: counts of arms to intervals and a recommendation.
//! - [`holdout`]: what a holdout says about a playbook.
//! - [`ending`]: an experiment ended with one of its arms.

pub mod changed;
pub mod count;
pub mod ending;
pub mod holdout;
pub mod result;

pub use count::Evidence;
pub use ending::Ending;
pub use result::{ArmCount, ExperimentResult};
