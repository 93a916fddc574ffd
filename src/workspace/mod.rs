//! A data directory at work: data, matching, ledger and statuses held together, and decisions taken
//! on them. Dashboard and command line both stand on this, so both show and decide the same.
//!
//! - [`snapshot`]: one consistent, immutable view.
//! - [`refresh`]: the workspace itself, which makes the next view from what changed on disk.
//! - [`statuses`]: where every customer stands.
//! - [`decide`]: decisions and their undoing, on what is on disk now.
//! - [`waiting`]: since when they wait.
//! - [`ledger_view`]: the ledger as it is followed.
//! - [`hand_off`]: what may run now, and the record that it was handed over.
//! - [`figures`]: figures about all customers, made when somebody asks (`asked`).
//! - [`saving`]: a scenario put into the files that it is about; [`save`]: written to disk.
//! - [`output_file`]: results to a file, whole or not at all.

mod asked;
pub mod bulk;
pub mod decide;
pub mod figures;
pub mod hand_off;
pub mod ledger_view;
pub mod output_file;
pub mod refresh;
pub mod save;
pub mod saving;
pub mod snapshot;
pub mod statuses;
pub mod waiting;

pub use crate::ledger::LEDGER_FILE;
pub use decide::{Ask, DecideError, Decided, Made, find_entry};
pub use figures::Figure;
pub use hand_off::HandedOff;
pub use ledger_view::Needed;
pub use refresh::{Options, Workspace};
pub use save::{Save, SaveError, Target};
pub use snapshot::{LedgerProblem, Snapshot, Stated, Totals};
