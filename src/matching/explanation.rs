//! One customer explained: every playbook with its gates, every number with its source.

use compact_str::CompactString;
use serde::Serialize;

use super::economics::Economics;
use super::engine::Matching;
use super::evidence::EvidenceTold;
use super::flips::{Flip, flip};
use super::gates;
use super::ranking::Ranked;
use super::risk::Risk;
use super::stability::Stability;
use super::wins_if::{WinsIf, wins_if};
use crate::domain::decision::InExperiment;
use crate::domain::{
    CostSource, FailedGate, Gate, Recommendation, RiskSource, RoiSource, ValueSource, number,
};

/// Everything that led to a customer's recommendation, or to none. Serialized it is the output of
/// `explain --format json` but for status and basis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The customer's id.
    pub customer_id: CompactString,
    /// The customer's segment.
    pub segment: CompactString,
    /// The stage of the customer journey.
    pub journey_stage: Option<CompactString>,
    /// Dollars a year.
    #[serde(serialize_with = "number::serialize")]
    pub account_value: f64,
    /// The risk and where it comes from.
    pub risk: RiskTold,
    /// The confidence and whether it is enough.
    pub confidence: ConfidenceTold,
    /// The recommendation; `None` where there is none.
    pub recommendation: Option<Recommendation>,
    /// The experiment that the customer is in, whose arm says what is recommended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experiment: Option<InExperiment>,
    /// How firmly the recommendation stands; `None` where there is none.
    pub stability: Option<Stability>,
    /// The probability that the first candidate really is the best, 0 to 1; `None` where it cannot be told.
    #[serde(serialize_with = "number::serialize_option")]
    pub p_best: Option<f64>,
    /// The playbooks that passed every gate, best first.
    pub candidates: Vec<Candidate>,
    /// All other playbooks of the file, in file order, those whose row was skipped last.
    pub excluded: Vec<Excluded>,
}

/// A risk with its source.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskTold {
    /// Usually 0 to 1, unrounded.
    #[serde(serialize_with = "number::serialize")]
    pub score: f64,
    /// Where it comes from.
    pub source: RiskSource,
}

/// A confidence against its minimum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ConfidenceTold {
    /// With two decimals, as reported.
    #[serde(serialize_with = "number::serialize")]
    pub value: f64,
    /// The minimum confidence.
    #[serde(serialize_with = "number::serialize")]
    pub threshold: f64,
    /// Told from the unrounded value.
    pub passes: bool,
}

/// An amount in dollars with its source.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Amount<S> {
    /// Dollars a run.
    #[serde(serialize_with = "number::serialize")]
    pub amount: f64,
    /// Where it comes from.
    pub source: S,
}

/// An ROI with its source.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RoiTold {
    /// Value ÷ cost.
    #[serde(serialize_with = "number::serialize")]
    pub ratio: f64,
    /// Where it comes from.
    pub source: RoiSource,
}

/// A playbook that passed every gate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// From 1.
    pub rank: usize,
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The playbook's name.
    pub playbook_name: Option<CompactString>,
    /// The expected value.
    pub value: Amount<ValueSource>,
    /// The expected cost.
    pub cost: Amount<CostSource>,
    /// The ROI.
    pub roi: RoiTold,
    /// Dollars a run.
    #[serde(serialize_with = "number::serialize")]
    pub net_value: f64,
    /// True where a person has to approve it.
    pub requires_human_approval: bool,
    /// The runs behind the numbers.
    pub evidence: EvidenceTold,
    /// What would make it the winner, each by itself; `None` of the first, which is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wins_if: Option<Vec<WinsIf>>,
    /// What the value was taken from where no one measured it, in dollars a run.
    #[serde(skip)]
    pub expected_range: Vec<f64>,
    /// The action, a code.
    #[serde(skip)]
    pub action: CompactString,
    /// The risk from which it qualifies.
    #[serde(skip)]
    pub threshold: f64,
}

/// A playbook that did not pass, with each gate at which it failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Excluded {
    /// Empty, and `null` in JSON, where the row was skipped and its id could not be read.
    #[serde(serialize_with = "null_if_empty")]
    pub playbook_id: CompactString,
    /// The playbook's name.
    pub playbook_name: Option<CompactString>,
    /// The gates that it did not pass.
    pub failed: Vec<FailedGate>,
    /// All that would have to change for it to be a candidate; `None` where nothing is enough.
    pub flip: Option<Vec<Flip>>,
}

fn null_if_empty<S: serde::Serializer>(
    id: &CompactString,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Some(id).filter(|id| !id.is_empty()).serialize(serializer)
}

/// A playbook's name, or its id where it has none.
pub fn title<'a>(id: &'a CompactString, name: &'a Option<CompactString>) -> &'a str {
    name.as_deref().filter(|name| !name.is_empty()).unwrap_or(id)
}

impl Candidate {
    /// Returns the playbook's name, or its id where it has none.
    pub fn title(&self) -> &str {
        title(&self.playbook_id, &self.playbook_name)
    }
}

impl Excluded {
    /// Returns the playbook's name, or its id where it has none.
    pub fn title(&self) -> &str {
        match title(&self.playbook_id, &self.playbook_name) {
            "" => "a playbook without a readable id",
            title => title,
        }
    }

    /// How far it is from being a candidate, for telling the nearest first: those of another stage,
    /// or that no change makes a candidate, are further than all others, then the number of failed
    /// gates counts.
    fn distance(&self) -> (bool, usize) {
        let elsewhere = self.failed.iter().any(|failed| failed.gate == Gate::Stage);
        (elsewhere || self.flip.is_none(), self.failed.len())
    }
}

impl Explanation {
    /// The excluded playbooks, those that came nearest first: people ask about these.
    pub fn nearest_excluded(&self) -> Vec<&Excluded> {
        let mut nearest: Vec<&Excluded> = self.excluded.iter().collect();
        nearest.sort_by_key(|excluded| excluded.distance());
        nearest
    }
}

impl Matching {
    /// Explains a customer; `None` if there is no customer of that number.
    pub fn explain(&self, number: usize) -> Option<Explanation> {
        let view = self.customer(number)?;
        let Risk { score, source } = self.risk(number)?;
        let risk = Risk { score, source };
        let stage = view.stage();
        let segment = view.segment();
        let ranked: Vec<&Ranked> = self.candidates(number).collect();
        let best = ranked.first();
        let recommendation = self.recommendation(number);
        let firm = recommendation.as_ref().map(|_| Stability::of(self.policy().ranking, &ranked));
        let (stability, p_best) = (firm.map(|firm| firm.0), firm.and_then(|firm| firm.1));
        let candidates = ranked.iter().enumerate();
        let candidates = candidates
            .filter_map(|(place, ranked)| {
                let winner = best.filter(|_| place > 0).copied();
                self.candidate(place + 1, ranked, winner, view.known_account_value())
            })
            .collect();
        let subject = self.subject(number)?;
        let failing = self.dataset().numbered_playbooks().filter_map(|(number, playbook)| {
            let failed = gates::failed(number, playbook, subject);
            (!failed.is_empty()).then(|| Excluded {
                playbook_id: playbook.id.clone(),
                playbook_name: playbook.name.clone(),
                flip: flip(&failed),
                failed,
            })
        });
        let skipped = self.dataset().skipped_playbooks().map(|row| Excluded {
            playbook_id: row.playbook_id.clone(),
            playbook_name: row.name.clone(),
            failed: vec![gates::failed_row(row)],
            flip: None,
        });
        Some(Explanation {
            customer_id: view.id().into(),
            segment: segment.into(),
            journey_stage: stage.map(Into::into),
            account_value: view.account_value(),
            risk: RiskTold { score, source },
            confidence: ConfidenceTold {
                value: risk.reported_confidence(self.policy()),
                threshold: self.policy().confidence_threshold,
                passes: risk.passes_confidence(self.policy()),
            },
            recommendation,
            experiment: self.in_experiment(number),
            stability,
            p_best,
            candidates,
            excluded: failing.chain(skipped).collect(),
        })
    }

    /// A playbook that passed every gate, with what would make it win where another does.
    fn candidate(
        &self,
        rank: usize,
        ranked: &Ranked,
        winner: Option<&Ranked>,
        account_value: Option<f64>,
    ) -> Option<Candidate> {
        let playbook = self.playbook(ranked)?;
        let Economics { value, value_source, cost, cost_source, roi, roi_source, evidence, .. } =
            ranked.economics;
        let approval_reasons = self.approval_reasons(ranked, account_value);
        Some(Candidate {
            rank,
            playbook_id: playbook.id.clone(),
            playbook_name: playbook.name.clone(),
            value: Amount { amount: value, source: value_source },
            cost: Amount { amount: cost, source: cost_source },
            roi: RoiTold { ratio: roi, source: roi_source },
            net_value: ranked.economics.net_value(),
            requires_human_approval: !approval_reasons.is_empty(),
            evidence: evidence.into(),
            wins_if: winner.map(|winner| wins_if(self.policy().ranking, ranked, winner, playbook)),
            expected_range: playbook.expected_value_range.clone().unwrap_or_default(),
            action: playbook.action().into(),
            threshold: ranked.threshold,
        })
    }
}
