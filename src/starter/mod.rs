//! What a data directory begins with.
//!
//! - [`init`]: what is missing in a directory, and writes it.
//! - [`playbooks`]: eight playbooks over the stages and segments of the data.
//! - [`policy`]: a policy file in which every setting is a comment.

pub mod init;
pub mod playbooks;
pub mod policy;
