//! The recommendation of every customer (`matching.md`, rule 8).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::performance::PerformanceIndex;
use super::ranking::{Ranked, RankedList};
use super::risk::Risk;
use crate::domain::{
    ApprovalReason, Basis, CustomerView, Dataset, Playbook, Policy, Recommendation,
};

/// A dataset matched under a policy. Immutable; what is asked of one customer is answered from the
/// ranking of its stage and segment.
#[derive(Debug)]
pub struct Matching {
    dataset: Arc<Dataset>,
    policy: Arc<Policy>,
    /// One for each (stage, segment) that customers have.
    lists: Vec<RankedList>,
    /// The list of each customer.
    list_of: Vec<u32>,
    risks: Vec<Risk>,
}

impl Matching {
    /// Matches every customer.
    pub fn new(dataset: Arc<Dataset>, policy: Arc<Policy>) -> Self {
        let performance = PerformanceIndex::new(&dataset.tables.performance.rows);
        let mut lists = Vec::new();
        let mut numbers: FxHashMap<(Option<&str>, &str), u32> = FxHashMap::default();
        let mut list_of = Vec::with_capacity(dataset.len());
        let mut risks = Vec::with_capacity(dataset.len());
        for view in dataset.customers() {
            let (stage, segment) = (view.stage(), view.customer.segment());
            let list = *numbers.entry((stage, segment)).or_insert_with(|| {
                let list = RankedList::new(&dataset, &performance, policy.ranking, stage, segment);
                lists.push(list);
                (lists.len() - 1) as u32
            });
            list_of.push(list);
            risks.push(Risk::of(&dataset, &view));
        }
        Self { dataset, policy, lists, list_of, risks }
    }

    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// How many customers were matched.
    pub fn len(&self) -> usize {
        self.risks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.risks.is_empty()
    }

    pub fn customer(&self, number: usize) -> Option<CustomerView<'_>> {
        self.dataset.customer(number)
    }

    pub fn risk(&self, number: usize) -> Option<Risk> {
        self.risks.get(number).copied()
    }

    /// The playbooks open to the customer's stage and segment.
    pub fn list(&self, number: usize) -> Option<&RankedList> {
        self.lists.get(*self.list_of.get(number)? as usize)
    }

    /// The best candidate, whatever the confidence.
    pub fn best_candidate(&self, number: usize) -> Option<&Ranked> {
        self.list(number)?.winner(self.risk(number)?.score)
    }

    /// The recommended playbook: the best candidate, if the confidence passes the brake.
    pub fn winner(&self, number: usize) -> Option<&Ranked> {
        self.risk(number)?.passes_brake(&self.policy).then(|| self.best_candidate(number))?
    }

    /// The playbook of a place in a ranking.
    pub fn playbook(&self, ranked: &Ranked) -> Option<&Playbook> {
        self.dataset.playbook(ranked.playbook)
    }

    /// Who asks for a person's approval of a playbook; nobody where this is empty.
    pub fn approval_reasons(&self, playbook: &Playbook) -> Vec<ApprovalReason> {
        if playbook.needs_approval() { vec![ApprovalReason::Playbook] } else { Vec::new() }
    }

    /// The 12 fields of rule 8. `None` where nothing is recommended.
    pub fn recommendation(&self, number: usize) -> Option<Recommendation> {
        let ranked = self.winner(number)?;
        let playbook = self.playbook(ranked)?;
        let view = self.customer(number)?;
        let risk = self.risk(number)?;
        Some(Recommendation {
            customer_id: view.customer.id.clone(),
            segment: view.customer.segment().into(),
            journey_stage: view.stage().map(Into::into),
            playbook_id: playbook.id.clone(),
            playbook_name: playbook.name.clone(),
            recommended_action: playbook.action().into(),
            confidence: risk.reported_confidence(&self.policy),
            expected_cost: ranked.economics.cost,
            expected_value: ranked.economics.value,
            requires_human_approval: !self.approval_reasons(playbook).is_empty(),
            risk_score: risk.score,
            account_value: view.customer.account_value(),
        })
    }

    /// All recommendations, in customer file order.
    pub fn recommendations(&self) -> impl Iterator<Item = Recommendation> {
        (0..self.len()).filter_map(|number| self.recommendation(number))
    }

    /// What a reviewer sees of a recommendation, and a decision is about (`decisions.md`).
    pub fn basis(&self, number: usize) -> Option<Basis> {
        let recommendation = self.recommendation(number)?;
        let ranked = self.winner(number)?;
        let economics = &ranked.economics;
        Some(Basis {
            recommendation,
            risk_source: self.risk(number)?.source,
            value_source: economics.value_source,
            cost_source: economics.cost_source,
            roi_source: economics.roi_source,
            roi_ratio: economics.roi,
            evidence: economics.evidence,
            approval_reasons: self.approval_reasons(self.playbook(ranked)?),
            policy: self.policy.as_ref().into(),
        })
    }

    /// True where a row behind the recommendation was set aside: one of the customer's, or of the
    /// recommended playbook's performance (`decisions.md`, status `held`).
    pub fn is_doubtful(&self, number: usize) -> bool {
        let doubtful = || {
            let view = self.customer(number)?;
            let playbook = self.playbook(self.winner(number)?)?;
            Some(
                self.dataset.doubtful_customers.contains(&view.customer.id)
                    || self.dataset.doubtful_playbooks.contains(&playbook.id),
            )
        };
        doubtful().unwrap_or(false)
    }
}
