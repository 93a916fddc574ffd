//! Decisions on disk: an append-only file of JSON lines, each sealed with a SHA-256 that covers the
//! line before.
//!
//! - `draft`: a decision that is about to be made; `entry`: one entry as one line of JSON, and back;
//!   `seal`: the hash at the end of a line.
//! - `chain`: the entries linked one to the other, and where they stop being trustworthy.
//! - `read`: a file to a chain, on all cores; going on from what is known.
//! - `handle`: the ledger for the rest of the program: read, verify, append; `place`: where it is.
//! - `file`: a ledger in a file.
//! - `postgres`: a ledger in a database.
//! - `lock`: getting hold of the file, together with other readers or alone.
//! - `write`: the unfinished last line, and what has to be on the disk before a decision may be
//!   called made.
//! - `memory`: whether it is the ledger that was seen before.
//! - `checkpoint`: where in a long ledger the entries of one customer are.
//! - `copy`: a ledger copied to another place.
//! - `recover`: a way on from a broken ledger that loses nothing.
//! - `recognize`: whether a file is a ledger, or a part of one.
//! - `disk`: what is done to files, in one place.
//! - `signatures`: which signatures were checked before.
//! - `source`: lines read again from where they are stored.
//! - `error`: what can go wrong with the file, in words that say what to do.
//!
//! Readers hold a shared lock while they read, so nothing is seen before it is durable. Writing goes
//! through [`Ledger::append_each`] alone, which decides nothing itself: the caller's closure sees the
//! history under the lock and answers with [`Draft`]s or refusals. Nothing here looks at the clock; the
//! time of an entry comes with its draft.

mod chain;
mod checkpoint;
mod copy;
mod disk;
mod draft;
mod entry;
mod error;
mod file;
mod handle;
mod lock;
mod memory;
mod place;
#[cfg(feature = "team")]
pub mod postgres;
mod read;
mod recognize;
mod recover;
mod seal;
mod signatures;
mod source;
mod write;

pub use chain::{Break, History, NO_HEAD, Unfinished};
pub use checkpoint::Key;
pub use copy::Copied;
pub use disk::{Directory, Disk, Mode, SystemDisk, create_new, directory_of};
pub use draft::{Draft, EntryIds};
pub use entry::{basis_hash, basis_text, signed_bytes};
pub use error::{AppendError, DraftError, LedgerError};
pub use handle::{Appended, Ledger, Recorded, Settled, Verification, WAIT};
pub use lock::{Activity, Doing, is_still_at};
pub use memory::{Continuity, LedgerMemory, NeedsWholeLedger, NewLedger, Recalled};
pub use place::LedgerPlace;
#[cfg(feature = "team")]
pub use postgres::LedgerWatch;
pub use recognize::{LEDGER_FILE, is_ledger};
pub use recover::{Cut, RecoveredLedger, Recovery, Sign};
pub(crate) use signatures::CheckedSignatures;
pub use write::Drafts;

#[cfg(test)]
pub(crate) mod samples;
