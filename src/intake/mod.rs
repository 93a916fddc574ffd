//! A data directory to a checked [`Dataset`](crate::domain::Dataset).
//!
//! - [`mod@file`]: which files there are, and what each may look like.
//! - `row`: how a row of JSON becomes a value, and what to say of one that does not fit.
//! - `rows`: the fields of each row type, one table each.
//! - `parse`: a file's text to a table; `place` tells lines and columns.
//! - `join`: tables to a dataset, with the findings that need more than one file; `fuse` makes
//!   the risk score where only raw signals are there.
//! - [`load`]: reads what changed on disk and keeps the last good content of each file.
//! - [`watch`]: tells when something changed; [`progress`]: how far a load has come.

pub mod file;
mod fuse;
mod join;
pub mod load;
mod parse;
mod place;
pub mod progress;
mod row;
mod rows;
pub mod stamp;
pub mod watch;

pub use file::DataFile;
pub use load::{DirectoryError, Loaded, Loader};
pub use parse::table;
