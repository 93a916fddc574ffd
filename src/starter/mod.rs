//! What a data directory begins with.
//!
//! - [`playbooks`]: eight playbooks over the stages and segments of the data.
//! - [`policy`]: a policy file in which every setting is a comment.

pub mod playbooks;
pub mod policy;
