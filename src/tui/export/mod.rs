//! What is on the screen written to a file: a list as CSV, the report as HTML.
//!
//! - [`table`]: the rows of a list, made where they are written.
//! - [`job`]: what a worker writes, and its result.
//! - [`update`]: asking for a path, and saying what was written.

pub mod job;
pub mod table;
pub(crate) mod update;
