//! The reviewer's last decision here, which `u` offers to undo.

use std::sync::Arc;

use compact_str::CompactString;

use crate::domain::{DecisionKind, Entry};
use crate::workspace::RecordedDecision;

/// One decision, or several that were made together.
#[derive(Debug, Clone, PartialEq)]
pub enum LastDecision {
    /// The id of its entry.
    One(CompactString),
    /// Several decisions.
    Batch {
        /// The id that their entries have in common.
        id: CompactString,
        /// The customers.
        customers: Arc<[CompactString]>,
        /// True until the reviewer goes on to something else: `u` is about these then, whatever is
        /// selected.
        just_made: bool,
    },
}

impl LastDecision {
    /// Returns what was recorded, to be undone; `None` of nothing and of undos.
    pub(super) fn of(made: &[&RecordedDecision]) -> Option<Self> {
        let last = &made.last()?.entry;
        if last.kind == DecisionKind::Undo {
            return None;
        }
        Some(match last.batch.as_deref().filter(|_| made.len() > 1) {
            None => Self::One(last.id.clone()),
            Some(id) => {
                let mut customers: Vec<CompactString> =
                    made.iter().map(|made| made.entry.customer_id.clone()).collect();
                customers.sort_unstable();
                Self::Batch { id: id.into(), customers: customers.into(), just_made: true }
            }
        })
    }

    /// True of several decisions that were made just now.
    pub fn is_fresh_batch(&self) -> bool {
        matches!(self, Self::Batch { just_made: true, .. })
    }

    /// Notes that the reviewer went on to something else.
    pub fn is_left_behind(&mut self) {
        if let Self::Batch { just_made, .. } = self {
            *just_made = false;
        }
    }
}

/// What `u` would undo.
pub(crate) enum Undoable {
    /// An entry.
    Entry(Arc<Entry>),
    /// What was decided last, together.
    Batch,
}
