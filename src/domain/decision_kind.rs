//! The kinds of decisions.

use serde::{Deserialize, Serialize};

/// What a ledger entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    Approve,
    Reject,
    Defer,
    Override,
    Undo,
    HandOff,
    /// A broken ledger was put in order: what could not be trusted was cut off.
    Recover,
}

impl DecisionKind {
    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Defer => "defer",
            Self::Override => "override",
            Self::Undo => "undo",
            Self::HandOff => "hand_off",
            Self::Recover => "recover",
        }
    }

    /// True where it lets a play run, once enough people have decided so.
    pub fn lets_run(self) -> bool {
        matches!(self, Self::Approve | Self::Override)
    }

    /// What has been done, as in "already approved by sam".
    pub fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Reject => "rejected",
            Self::Defer => "deferred",
            Self::Override => "overridden",
            Self::Undo => "undone",
            Self::HandOff => "handed off",
            Self::Recover => "recovered",
        }
    }
}
