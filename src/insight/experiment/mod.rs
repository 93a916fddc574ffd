//! What experiments show (`learning.md`, *Experiments and holdouts*).
//!
//! - [`result`]: counts of arms to intervals and a recommendation.

pub mod result;

pub use result::{ArmCount, ExperimentResult};
