//! Decisions on disk: an append-only file of JSON lines, each sealed with a SHA-256 that covers the
//! line before (`decisions.md`, *The ledger*).
//!
//! - `entry`: one entry as one line, and back; what its hashes cover.
//! - `chain`: the lines of a file checked one after the other; where they stop being trustworthy.
//! - `file`: the handle for the rest of the program: read, verify, append.
//! - `lock`: getting hold of the file, alone.
//! - `write`: the unfinished last line, and what has to be on the disk before a decision may be
//!   called made.
//! - `error`: what can go wrong with the file, in words that say what to do.
//!
//! Reading takes no lock and never writes. Writing goes through [`Ledger::append_each`] alone, which
//! decides nothing itself: the caller's closure sees the history under the lock and answers with
//! [`Draft`]s or refusals. Nothing here looks at the clock; the time of an entry comes with its
//! draft.

mod chain;
mod entry;
mod error;
mod file;
mod lock;
mod write;

pub use chain::{Break, History, NO_HEAD, Unfinished};
pub use entry::{Draft, EntryIds, basis_hash, basis_text};
pub use error::{AppendError, LedgerError};
pub use file::{Appended, Each, Ledger, Verification, verify};
pub(crate) use lock::{Directory, directory_of};

#[cfg(test)]
mod samples;
