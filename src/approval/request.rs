//! A decision that someone asks for.

use compact_str::CompactString;
use jiff::civil::Date;

use crate::domain::DecisionKind;

/// A decision about what is recommended for a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is decided.
    pub kind: DecisionKind,
    /// The customer.
    pub customer_id: CompactString,
    /// The reviewer.
    pub by: CompactString,
    /// Of an override the playbook that is chosen. Of any other decision the playbook that the reviewer
    /// means; the recommended one where `None`.
    pub playbook_id: Option<CompactString>,
    /// One of the policy's reasons.
    pub reason: Option<CompactString>,
    /// Free text.
    pub note: Option<String>,
    /// The local date until which a deferral holds.
    pub until: Option<Date>,
    /// Hash of the basis that the reviewer saw; what is saved on disk where `None`.
    pub basis_hash: Option<String>,
    /// The proposal that the decision follows: the entry's id or number, or the beginning of its id.
    pub proposal: Option<CompactString>,
    /// The last entry for the customer that the reviewer saw; `None` where nothing was shown.
    pub seen: Option<Option<CompactString>>,
}

impl Request {
    /// Returns a decision with no playbook, reason, note or date.
    pub fn new(
        kind: DecisionKind,
        customer_id: impl Into<CompactString>,
        by: impl Into<CompactString>,
    ) -> Self {
        Self {
            kind,
            customer_id: customer_id.into(),
            by: by.into(),
            playbook_id: None,
            reason: None,
            note: None,
            until: None,
            basis_hash: None,
            proposal: None,
            seen: None,
        }
    }
}
