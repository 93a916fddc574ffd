//! What needs a decision: an item of `queue` and of the Queue screen.

use compact_str::CompactString;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::status::{Change, Uncounted, UncountedTold};
use crate::domain::{ApprovalReason, Chosen, Recommendation, Standing, Status, number};
use crate::matching::Matching;

/// An item of the queue; serialized, one of `queue --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueueItem {
    /// The recommendation.
    #[serde(flatten)]
    pub recommendation: Recommendation,
    /// Status of the recommendation.
    pub status: Status,
    /// The day since which it needs a decision; `None` where no date is known.
    pub since: Option<Date>,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
    /// Why it needs approval.
    pub approval_reasons: Vec<ApprovalReason>,
    /// Who asks for an approval, in words: not in the JSON.
    #[serde(skip)]
    pub asks: Vec<&'static str>,
    /// Who has approved the recommended playbook so far.
    pub approvals: Vec<CompactString>,
    /// `1 of 2, dana` while more have to approve, in words: not in the JSON.
    #[serde(skip)]
    pub progress: Option<String>,
    /// Hash of the basis.
    pub basis: String,
    /// What changed, for a stale decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<Stale>,
    /// The playbook chosen instead, that needs more approvers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<PendingChoice>,
    /// Approvals and choices that do not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uncounted: Vec<UncountedTold>,
    /// The same in words: not in the JSON.
    #[serde(skip)]
    pub remarks: Vec<String>,
}

/// A playbook chosen instead of the recommended one, by fewer people than have to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PendingChoice {
    /// As it is now.
    #[serde(flatten)]
    pub chosen: Chosen,
    /// Who has chosen it so far.
    pub approvals: Vec<CompactString>,
    /// How many different people have to.
    pub needed: usize,
}

/// Why a decision no longer holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stale {
    /// Id of the ledger entry.
    pub decision: CompactString,
    /// What changed since the decision.
    pub changed: Vec<Change>,
}

impl QueueItem {
    /// The item of a customer whose standing waits; `None` for any other.
    pub fn new(
        matching: &Matching,
        number: usize,
        standing: &Standing,
        since: Option<Date>,
        basis_hash: String,
    ) -> Option<Self> {
        if !standing.status.waits() {
            return None;
        }
        let stale = (standing.status == Status::Stale).then(|| {
            let decision = standing.decision.as_ref()?;
            Some(Stale { decision: decision.id.clone(), changed: standing.changed.clone() })
        });
        let basis = matching.basis(number)?;
        // One that is gone is stale, and not pending.
        let chosen = standing.pending_choice().and_then(|decision| {
            Some(PendingChoice {
                chosen: matching.choose(number, &decision.playbook_id)?,
                approvals: standing.approvals.clone(),
                needed: standing.needed,
            })
        });
        Some(Self {
            asks: basis.asks(),
            approval_reasons: basis.approval_reasons,
            recommendation: basis.recommendation,
            status: standing.status,
            since,
            revenue_at_risk: matching.revenue_at_risk(number),
            approvals: match &chosen {
                Some(_) => Vec::new(),
                None => standing.approvals.clone(),
            },
            progress: standing.progress(),
            basis: basis_hash,
            stale: stale.flatten(),
            chosen,
            uncounted: standing.uncounted.iter().map(UncountedTold::from).collect(),
            remarks: standing.uncounted.iter().map(Uncounted::words).collect(),
        })
    }
}
