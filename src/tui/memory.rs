//! What the dashboard remembers between runs, for each data directory: kept in the user's state
//! directory, never in the data.

use std::collections::BTreeSet;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::tui::palette::recent::Recent;
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
    /// Of the lists of customers.
    pub lists: ListsMemory,
    /// The sections of a customer's detail that are open, by name; all others are folded.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unfolded: BTreeSet<String>,
    /// What was used last in the palette.
    pub palette: Recent,
}

impl Memory {
    /// Applies to this record what changed from `before` to `after`, and leaves the rest as it is: another
    /// dashboard may have written it. Named scenarios and sections are merged one by one.
    pub fn merge(&mut self, before: &Self, after: &Self) {
        let Self { what_if, lists, unfolded, palette } = self;
        palette.merge(&before.palette, &after.palette);
        what_if.merge(&before.what_if, &after.what_if);
        lists.merge(&before.lists, &after.lists);
        unfolded.retain(|name| after.unfolded.contains(name) || !before.unfolded.contains(name));
        unfolded.extend(after.unfolded.difference(&before.unfolded).cloned());
    }
}

/// Sets a part to what it is `after`, where that differs from what it was `before`.
pub(crate) fn merge_part<T: Clone + PartialEq>(part: &mut T, before: &T, after: &T) {
    if before != after {
        part.clone_from(after);
    }
}

/// What is remembered of the lists of customers. Empty parts are as at first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListsMemory {
    /// Whose work they hold.
    pub scope: Option<CompactString>,
    /// The columns of the Queue.
    pub queue: Vec<ColumnMemory>,
    /// The columns of the Customers screen.
    pub customers: Vec<ColumnMemory>,
}

impl ListsMemory {
    fn merge(&mut self, before: &Self, after: &Self) {
        let Self { scope, queue, customers } = self;
        merge_part(scope, &before.scope, &after.scope);
        merge_part(queue, &before.queue, &after.queue);
        merge_part(customers, &before.customers, &after.customers);
    }
}

/// A column, in its order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnMemory {
    /// Its name.
    pub column: CompactString,
    /// True where it is shown.
    pub on: bool,
}
