//! What outcomes say about playbooks (`learning.md`).
//!
//! - [`plays`]: what ran, from the data and from the ledger; [`mod@join`]: which outcome belongs to which of it.
//! - [`counted`]: the outcomes that count, and why the others do not.
//! - [`pool`]: rates, values and costs, each drawn towards what is known of more plays.
//! - [`learned`]: the rows of a performance file.
//! - [`calibration`]: what was saved against what was expected, and churn against its forecasts.
//! - [`words`]: the same as people read it.

pub mod calibration;
pub mod counted;
pub mod join;
pub mod learned;
pub mod plays;
pub mod pool;
#[cfg(test)]
mod tests;
pub mod words;

pub use calibration::Calibration;
pub use counted::{Counted, Skipped};
pub use join::Joined;
pub use learned::{Learned, LearnedRow};
pub use plays::{Play, Plays};
