//! What the selected line of a screen is about: what `y` copies, and which file `E` opens.

use compact_str::CompactString;

use crate::domain::Location;
use crate::tui::state::State;

/// What a line is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A customer, by id.
    Customer(CompactString),
    /// A playbook, by id.
    Playbook(CompactString),
    /// A playbook whose row was skipped: its id, which may be empty, and where the row stands.
    SkippedPlaybook(CompactString, Option<Location>),
    /// An entry of the ledger, by id.
    Entry(CompactString),
    /// A key of the policy.
    PolicyKey(&'static str),
}

impl Subject {
    /// The subject of the selected line.
    pub fn of(state: &State) -> Option<Self> {
        (state.screen.row().list.subject)(state)
    }

    /// Its id; empty where it has none.
    pub fn id(&self) -> &str {
        match self {
            Self::Customer(id)
            | Self::Playbook(id)
            | Self::SkippedPlaybook(id, _)
            | Self::Entry(id) => id,
            Self::PolicyKey(key) => key,
        }
    }
}
