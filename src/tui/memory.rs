//! What the dashboard remembers between runs, for each data directory: kept in the user's state
//! directory, never in the data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::tui::what_if::memory::Scenarios;

/// The record's kind in the state directory.
pub const RECORD: &str = "dashboard";

/// What is remembered. Every part may be absent, so that a record of an earlier version is read too.
///
/// `update` changes [`State::memory`](crate::tui::state::State::memory); what differs from what was
/// written last is then written by [`Effect::Remember`](crate::tui::event::Effect::Remember).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The scenarios of What-if.
    pub what_if: Scenarios,
    /// The sections of a customer's detail that are open, by name; all others are folded.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unfolded: BTreeSet<String>,
}
