//! A decision that is about to be made.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::{ContextV7, Uuid};

use crate::domain::{DecisionKind, Recovered};

/// A decision that is about to be made: an entry without what the ledger itself adds (number,
/// hashes). The members are those of [`Entry`](crate::domain::Entry).
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// From [`EntryIds`], where the id has to be known before the entry is written.
    pub id: Option<CompactString>,
    /// Who decides.
    pub by: CompactString,
    /// What is decided.
    pub kind: DecisionKind,
    /// Empty in a `recover`.
    pub customer_id: CompactString,
    /// Empty in a `recover`.
    pub playbook_id: CompactString,
    /// One of the policy's reasons.
    pub reason: Option<CompactString>,
    /// Free text.
    pub note: Option<String>,
    /// The local date until which a `defer` holds.
    pub until: Option<Date>,
    /// When that date begins where the reviewer is.
    pub until_at: Option<Timestamp>,
    /// The entry that an `undo` undoes.
    pub undoes: Option<CompactString>,
    /// The last entry that the reviewer knew for this customer, of any kind. Where the ledger knows
    /// a later one, the decision is refused.
    pub after: Option<CompactString>,
    /// The id that decisions made together have in common.
    pub batch: Option<CompactString>,
    /// The proposal that the decision follows.
    pub proposal: Option<CompactString>,
    /// Of a `recover` what it cut off.
    pub recovered: Option<Recovered>,
    /// The basis as it will be stored, byte for byte: [`basis_text`](super::basis_text), possibly with further members;
    /// `null` in a `recover`.
    pub basis: String,
    /// When it is decided; the ledger keeps whole milliseconds, rounded down.
    pub at: Timestamp,
    /// The signature of whoever decides, in base64; covers what the entry says, not what the ledger adds.
    pub sig: Option<String>,
}

impl Draft {
    /// Returns a draft about a customer's playbook, without id, reason, note, date, and with no entry
    /// known before it.
    pub fn new(
        kind: DecisionKind,
        by: impl Into<CompactString>,
        (customer_id, playbook_id): (CompactString, CompactString),
        basis: String,
        at: Timestamp,
    ) -> Self {
        Self {
            id: None,
            by: by.into(),
            kind,
            customer_id,
            playbook_id,
            reason: None,
            note: None,
            until: None,
            until_at: None,
            undoes: None,
            after: None,
            batch: None,
            proposal: None,
            recovered: None,
            basis,
            at,
            sig: None,
        }
    }
}

/// Makes ids of entries. Those of one maker sort as they were made, within a millisecond too.
#[derive(Default)]
pub struct EntryIds(ContextV7);

impl EntryIds {
    /// A version 7 UUID with the time of the decision.
    pub fn next(&self, at: Timestamp) -> CompactString {
        // A clock before 1970 is wrong anyway; the id stays unique by its random part.
        let since_1970 = at.duration_since(Timestamp::UNIX_EPOCH);
        let seconds = u64::try_from(since_1970.as_secs()).unwrap_or(0);
        let nanoseconds = u32::try_from(since_1970.subsec_nanos()).unwrap_or(0);
        let time = uuid::Timestamp::from_unix(&self.0, seconds, nanoseconds);
        compact_str::format_compact!("{}", Uuid::new_v7(time))
    }
}
