//! What experiments show (`learning.md`, *Experiments and holdouts*).
//!
//! - [`changed`]: what may not change while one runs.
//! - [`count`]: who counts, and the result of each.
//! - [`result`]: counts of arms to intervals and a recommendation.

pub mod changed;
pub mod count;
pub mod result;

pub use count::Evidence;
pub use result::{ArmCount, ExperimentResult};
