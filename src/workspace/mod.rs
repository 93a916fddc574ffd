//! A data directory in use: data, matching, ledger and statuses held together, and decisions made on
//! them. Dashboard and command line both build on this, so both show and decide the same.
//!
//! - [`snapshot`]: one consistent, immutable view.
//! - [`refresh`]: the workspace itself, which builds the next view from what changed on disk.
//! - [`statuses`]: the status of every customer.
//! - [`decide`]: decisions and undos, made on what is on disk now.
//! - [`naming`]: customers and playbooks as people name them; [`recorded`]: decisions in words.
//! - [`undo`]: who may undo what; [`bulk`]: what a decision about several customers would do.
//! - `sign`: entries signed by their maker.
//! - [`scope`]: whose work a list shows.
//! - [`cards`]: what to do about a customer and why.
//! - [`proposals`]: what was proposed and is open.
//! - [`ledger_view`]: the ledger as it changes.
//! - [`follow`]: waiting for a change on disk, or for something to do.
//! - [`hand_off`]: plays cleared to run, and the record that they were handed off.
//! - [`claim`]: the hand-off of named plays to an agent.
//! - [`outcomes`]: outcomes that agents report, in a file of their own (`report_file`).
//! - [`figures`]: figures about all customers, computed when they are first needed.
//! - `committed`: what runs, and what was chosen instead of a recommendation, for the figures.
//! - [`scenario_files`]: a scenario put into the texts of its files; [`save`]: written to disk.
//! - [`ending`]: an experiment ended by a change of policy and playbooks.
//! - `past`: what was done for customers before, for contact limits.
//! - [`output_file`]: results to a file, whole or not at all.

pub mod bulk;
pub mod cards;
pub mod claim;
mod committed;
pub mod decide;
pub mod ending;
pub mod figures;
pub mod follow;
pub mod hand_off;
mod learned;
pub mod ledger_view;
mod lessons;
pub mod naming;
pub mod outcomes;
pub mod output_file;
mod past;
pub mod proposals;
pub mod recorded;
pub mod refresh;
mod report_file;
#[cfg(test)]
mod samples;
pub mod save;
pub mod scenario_files;
pub mod scope;
mod sign;
pub mod snapshot;
pub mod statuses;
pub mod undo;

pub use crate::ledger::LEDGER_FILE;
pub use claim::{Claimed, ClaimedPlay, ClearedPlay, PlayClaim};
pub use decide::{DecideError, Decided, DecisionRequest, RecordedDecision, find_batch, find_entry};
pub use ending::{DiffLine, EndingPlan};
pub use figures::{Figure, Figures};
pub use hand_off::HandedOff;
pub use ledger_view::Needed;
pub use outcomes::{OutcomeReport, ReportedOutcome};
pub use refresh::{Options, Workspace};
pub use save::{Save, SaveError, Target};
pub use scope::Scope;
pub use snapshot::{HashedBasis, LedgerProblem, Snapshot, Totals};
