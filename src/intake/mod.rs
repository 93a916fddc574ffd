//! A data directory to a checked [`Dataset`](crate::store::Dataset).
//!
//! - [`mod@file`]: which files there are, and what each may look like.
//! - `layout`: in which files a table is: one array, one file of lines, or a directory of parts.
//! - `part`: one of these files, and how its rows are written.
//! - [`sources`]: tables that `sources.toml` maps to files of another shape.
//! - `source`, `block`, `reading`: the files of a table in blocks, read by the threads of `stream` and put
//!   together in their order; [`progress`] tells how far that has come.
//! - `scan` and `token`: the fast path through a row, for rows that look alike; `exact` and `row`: the slow path,
//!   for all others, and what to say of a row that does not fit; `parse`: the slow path through a
//!   whole file, for files that a block makes no sense of; `shape`: whether its rows are those of the
//!   table at all. `place` tells lines and columns.
//! - `bad_dates`, `out_of_range`: what a table holds that fits and is probably not meant.
//! - `batch`: rows on their way to a table.
//! - [`caught`]: panics of libraries that read outside data.
//! - `count`: which rows count where an id comes twice.
//! - `join`: tables to a dataset, with the findings that need more than one file; `unknown_ids`: rows
//!   about no one; `signal_score` makes the risk score where only raw signals are there.
//! - [`load`]: reads what changed on disk; `input_file` keeps the last good content of each file.
//! - [`policy`]: the policy file's text to a policy; `policy_labels`: its `[labels]`; `policy_syntax`:
//!   what of it is no TOML; [`policy_file`]: the file, and the last good one.
//! - [`edit`]: a file as it was written, with some values replaced.
//! - `equality`, for tests and fuzzing: whether both ways through a file give the same.
//! - [`nearby`]: data directories near one that holds no data.
//! - [`watch`]: tells when something changed; [`progress`]: how far a load has come.

mod bad_dates;
mod batch;
mod block;
mod capped;
pub mod caught;
mod count;
pub mod edit;
#[cfg(any(test, feature = "fuzzing"))]
pub mod equality;
mod exact;
#[cfg(test)]
mod forms_tests;
mod input_file;
mod join;
pub(crate) mod layout;
pub mod load;
pub mod nearby;
mod out_of_range;
mod parse;
pub(crate) mod part;
pub mod policy;
#[cfg(test)]
mod policy_any;
pub mod policy_file;
mod policy_labels;
pub mod progress;
mod reading;
mod reported;
mod row;
mod scan;
mod shape;
mod signal_score;
mod source;
pub mod sources;
pub mod stamp;
mod stream;
mod token;
mod unknown_ids;
pub mod watch;

pub use crate::domain::file::{self, DataFile};
pub use batch::Keep;
pub use load::{DirectoryError, Listener, Loaded, Loader};
pub use policy_file::{PolicyFile, PolicyState};
pub use progress::Progress;
