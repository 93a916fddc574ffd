//! What needs a decision: an item of `queue` and of the Queue screen.

use compact_str::CompactString;
use jiff::civil::Date;
use serde::Serialize;

use crate::approval::Proposal;
use crate::approval::proposals::ProposalTold;
use crate::domain::status::{Change, Uncounted, UncountedTold};
use crate::domain::{ApprovalReason, Basis, Chosen, Recommendation, Standing, Status, number};
use crate::insight::capacity::Workload;
use crate::matching::Matching;

/// An item of the queue; serialized, one of `queue --format json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct QueueItem {
    /// The recommendation; where nothing is recommended, what it says of the customer.
    #[serde(flatten, serialize_with = "null_without_playbook")]
    pub recommendation: Recommendation,
    /// Status of the recommendation.
    pub status: Status,
    /// Since which day; `None` where no date is known.
    pub since: Option<Date>,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
    /// Revenue at risk by the weeks until the renewal, in dollars a week.
    #[serde(serialize_with = "number::serialize")]
    pub urgency: f64,
    /// The customer's name.
    pub name: Option<CompactString>,
    /// The customer success manager in charge.
    pub owner: Option<CompactString>,
    /// The next renewal, as the file has it.
    pub renewal_date: Option<CompactString>,
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
    /// The open proposals, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<ProposalTold>,
    /// What there is for the owner to do, where that is more than the capacity allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_capacity: Option<OverCapacity>,
    /// Both in words: not in the JSON.
    #[serde(skip)]
    pub remarks: Vec<String>,
}

/// The plays of an owner who has more than there is time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OverCapacity {
    /// Those that need a decision or may run.
    pub plays: usize,
    /// How many the owner has time for.
    pub plays_per_week: usize,
}

impl From<&Workload> for OverCapacity {
    fn from(over: &Workload) -> Self {
        let plays_per_week = over.capacity.plays_per_week as usize;
        Self { plays: over.plays, plays_per_week }
    }
}

/// A customer with recommendation and status; serialized, an item of the customers that programs list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomerItem {
    /// The recommendation; where nothing is recommended, what it says of the customer.
    #[serde(flatten, serialize_with = "null_without_playbook")]
    pub recommendation: Recommendation,
    /// Status of the recommendation.
    pub status: Status,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
    /// The customer's name.
    pub name: Option<CompactString>,
    /// The customer success manager in charge.
    pub owner: Option<CompactString>,
    /// The next renewal, as the file has it.
    pub renewal_date: Option<CompactString>,
    /// Hash of the basis; none where nothing can be decided.
    pub basis: Option<String>,
}

impl CustomerItem {
    /// The item of a customer; `None` if there is no customer of that number.
    pub fn new(
        matching: &Matching,
        number: usize,
        status: Status,
        basis: Option<String>,
    ) -> Option<Self> {
        let view = matching.customer(number)?;
        let recommended = matching.recommendation(number);
        let told = || Some(matching.uncovered_basis(number)?.recommendation);
        Some(Self {
            recommendation: recommended.or_else(told)?,
            status,
            revenue_at_risk: matching.revenue_at_risk(number),
            name: view.name().map(Into::into),
            owner: view.owner().map(Into::into),
            renewal_date: view.renewal_date().map(Into::into),
            basis,
        })
    }
}

/// What an item is made from beside the recommendations.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Number of the customer.
    pub number: usize,
    /// Where it stands.
    pub standing: &'a Standing,
    /// What was proposed and is open.
    pub proposals: &'a [Proposal],
    /// What a decision would be about.
    pub basis: Basis,
    /// Hash of that.
    pub basis_hash: String,
    /// The owner's plays, where they are too many.
    pub over_capacity: Option<OverCapacity>,
    /// The day since which the customer waits.
    pub since: Option<Date>,
    /// The day that it is.
    pub today: Date,
}

/// The fields of a recommendation, those of the playbook `null` where there is none.
fn null_without_playbook<S: serde::Serializer>(
    told: &Recommendation,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Told<'a> {
        customer_id: &'a str,
        segment: &'a str,
        journey_stage: Option<&'a str>,
        playbook_id: Option<&'a str>,
        playbook_name: Option<&'a str>,
        recommended_action: Option<&'a str>,
        #[serde(serialize_with = "number::serialize")]
        confidence: f64,
        #[serde(serialize_with = "number::serialize_option")]
        expected_cost: Option<f64>,
        #[serde(serialize_with = "number::serialize_option")]
        expected_value: Option<f64>,
        requires_human_approval: Option<bool>,
        #[serde(serialize_with = "number::serialize")]
        risk_score: f64,
        #[serde(serialize_with = "number::serialize")]
        account_value: f64,
    }
    if !told.playbook_id.is_empty() {
        return told.serialize(serializer);
    }
    Told {
        customer_id: &told.customer_id,
        segment: &told.segment,
        journey_stage: told.journey_stage.as_deref(),
        playbook_id: None,
        playbook_name: None,
        recommended_action: None,
        confidence: told.confidence,
        expected_cost: None,
        expected_value: None,
        requires_human_approval: None,
        risk_score: told.risk_score,
        account_value: told.account_value,
    }
    .serialize(serializer)
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
    /// The item of a customer who needs a decision or is uncovered; `None` for any other.
    pub fn new(matching: &Matching, asked: Asked<'_>) -> Option<Self> {
        let Asked { number, standing, proposals, basis, basis_hash, over_capacity, since, today } =
            asked;
        let proposed = proposals.iter().map(Proposal::short_words);
        if !standing.status.waits() && !standing.status.is_uncovered() {
            return None;
        }
        let view = matching.customer(number)?;
        let stale = (standing.status == Status::Stale).then(|| {
            let decision = standing.decision.as_ref()?;
            Some(Stale { decision: decision.id.clone(), changed: standing.changed.clone() })
        });
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
            over_capacity,
            since,
            revenue_at_risk: matching.revenue_at_risk(number),
            urgency: matching.urgency(number, today)?,
            name: view.name().map(Into::into),
            owner: view.owner().map(Into::into),
            renewal_date: view.renewal_date().map(Into::into),
            approvals: match &chosen {
                Some(_) => Vec::new(),
                None => standing.approvals.clone(),
            },
            progress: standing.progress(),
            basis: basis_hash,
            stale: stale.flatten(),
            chosen,
            uncounted: standing.uncounted.iter().map(UncountedTold::from).collect(),
            proposals: proposals.iter().map(Proposal::told).collect(),
            remarks: proposed.chain(standing.uncounted.iter().map(Uncounted::words)).collect(),
        })
    }
}
