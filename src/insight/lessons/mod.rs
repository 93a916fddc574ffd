//! What people's rejections and overrides say about playbooks (`learning.md`, *Learning from people*).
//!
//! - [`judged`]: the decisions that count.
//! - [`lesson`]: how often a playbook was rejected or overridden in a segment, by reason.
//! - [`proposal`]: the setting that follows.
//! - [`words`]: the same as people read it.

pub mod judged;
pub mod lesson;
pub mod proposal;
#[cfg(test)]
mod tests;
pub mod words;

pub use judged::{Judged, judged};
pub use lesson::{Lesson, lessons};
pub use proposal::{Proposal, ProposalKind};
