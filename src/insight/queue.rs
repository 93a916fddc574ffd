//! What waits for a decision: an item of `queue` and of the Queue screen.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::Serialize;

use crate::domain::status::Change;
use crate::domain::{ApprovalReason, Recommendation, Standing, Status, number};
use crate::matching::Matching;

/// An item of the queue; serialized, one of `queue --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueueItem {
    #[serde(flatten)]
    pub recommendation: Recommendation,
    pub status: Status,
    /// When this program first saw it waiting.
    pub since: Option<Timestamp>,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
    pub approval_reasons: Vec<ApprovalReason>,
    /// Who has approved so far.
    pub approvals: Vec<CompactString>,
    /// `1 of 2, dana` while more have to approve, in words: not in the JSON.
    #[serde(skip)]
    pub progress: Option<String>,
    /// Hash of the basis.
    pub basis: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<Stale>,
}

/// Why a decision no longer holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stale {
    /// Id of the ledger entry.
    pub decision: CompactString,
    pub changed: Vec<Change>,
}

impl QueueItem {
    /// The item of a customer whose standing waits; `None` for any other.
    pub fn new(
        matching: &Matching,
        number: usize,
        standing: &Standing,
        basis_hash: String,
    ) -> Option<Self> {
        if !standing.status.waits() {
            return None;
        }
        let stale = (standing.status == Status::Stale).then(|| {
            let decision = standing.decision.as_ref()?;
            Some(Stale { decision: decision.id.clone(), changed: standing.changed.clone() })
        });
        let ranked = matching.winner(number)?;
        let recommendation = matching.recommendation(number)?;
        Some(Self {
            approval_reasons: matching.approval_reasons(ranked, recommendation.account_value),
            recommendation,
            status: standing.status,
            since: standing.since,
            revenue_at_risk: matching.revenue_at_risk(number),
            approvals: standing.approvals.clone(),
            progress: standing.progress(),
            basis: basis_hash,
            stale: stale.flatten(),
        })
    }
}
