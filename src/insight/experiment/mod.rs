//! What experiments show (`learning.md`, *Experiments and holdouts*).
//!
//! - [`count`]: who counts, and what came of each.
//! - [`result`]: counts of arms to intervals and a recommendation.

pub mod count;
pub mod result;

pub use count::Evidence;
pub use result::{ArmCount, ExperimentResult};
