//! A data directory at work: data, matching, ledger and statuses held together, and decisions taken
//! on them. Dashboard and command line both stand on this, so both show and decide the same.
//!
//! - [`snapshot`]: one consistent, immutable view.
//! - [`refresh`]: the workspace itself, which makes the next view from what changed on disk.
//! - [`decide`]: approve, reject and undo, on what is on disk now.
//! - [`nearest`]: the ids that somebody may have meant.

pub mod decide;
pub mod nearest;
pub mod refresh;
pub mod snapshot;

pub use decide::{DecideError, Decided, find_entry};
pub use refresh::{LEDGER_FILE, Workspace};
pub use snapshot::{LedgerProblem, Snapshot, Stated, Totals};
