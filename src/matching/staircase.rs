//! The strategy alone, without a customer: for each stage and segment the playbook that is recommended
//! from one risk up to the next.
//!
//! All that is calculated is calculated here, with the same functions that match customers; to find a
//! customer's recommendation is then to compare its stage, segment and risk.

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::economics::BELOW_EVERY_LIMIT;
use super::lists::Openness;
use super::performance::PerformanceIndex;
use super::ranking::{Ranked, RankedList};
use super::risk::{MinimumConfidence, reported_confidence};
use crate::domain::number::lowest;
use crate::domain::{OutOfRange, Playbook, Policy};
use crate::store::Dataset;

/// What is recommended to a customer of a stage and segment within a range of risk.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The stage; `None` for customers without one.
    pub stage: Option<CompactString>,
    /// The segment; `None` for every segment that no step of the stage names.
    pub segment: Option<CompactString>,
    /// The lowest risk.
    pub risk_from: f64,
    /// The risk at which the step ends; `None` where it has no end.
    pub risk_below: Option<f64>,
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The playbook's name.
    pub playbook_name: Option<CompactString>,
    /// A code.
    pub recommended_action: CompactString,
    /// Dollars a run; infinite where that is more than a number holds.
    pub expected_cost: f64,
    /// Dollars a run; infinite where that is more than a number holds.
    pub expected_value: f64,
    /// True where a person has to approve whatever the account is worth.
    pub asks: bool,
}

/// A strategy: playbooks, what they have brought, and policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Staircase {
    /// By stage in the order of the playbooks, then by segment, those not named last, then from the
    /// highest risk down. Steps of one stage and segment do not overlap.
    pub steps: Vec<Step>,
    /// The confidence that is reported from a risk on, rising; the first for every lower risk that a
    /// step has. Empty where there are no steps.
    pub confidences: Vec<(f64, f64)>,
    /// The lowest account value, in dollars a year, at which the policy requires an approval; one that
    /// is missing requires it as well then. `None` where no limit of the policy depends on it.
    pub asks_from_account_value: Option<f64>,
    /// What happens to rows of customers with a number out of range.
    pub out_of_range: OutOfRange,
}

impl Staircase {
    /// Returns the strategy of the playbooks and performance rows of a dataset under a policy.
    pub fn new(dataset: &Dataset, policy: &Policy) -> Self {
        let openness = Openness::new(dataset, Playbook::is_active);
        let performance = PerformanceIndex::new(&dataset.performance);
        let minimum = MinimumConfidence::of(policy).lowest();
        let steps_of = |stage: Option<&str>, segment: &str, named: bool| -> Vec<Step> {
            let open = openness.of(stage, segment);
            let list = RankedList::new(dataset, &performance, policy.ranking, &open, segment);
            let name = |text: &str| CompactString::from(text);
            let key = (stage.map(name), named.then(|| name(segment)));
            steps(dataset, policy, &list, minimum, key)
        };
        let mut all = Vec::new();
        let mut seen = FxHashSet::default();
        for (_, playbook) in dataset.numbered_playbooks().filter(|(_, p)| p.is_active()) {
            let stage = playbook.journey_stage.as_deref();
            if !seen.insert(stage) {
                continue;
            }
            let named = openness.named(stage);
            let others = steps_of(stage, &unnamed(named), false);
            let own = named.iter().map(|segment| steps_of(stage, segment, true));
            // A segment that ranks like those not named is one of them.
            all.extend(own.filter(|own| !alike(own, &others)).flatten());
            all.extend(others);
        }
        let least = all.iter().map(|step| step.risk_from).reduce(f64::min);
        let limit = policy.approval.required_at_account_value;
        Self {
            confidences: least.map_or_else(Vec::new, |least| confidences(least, policy)),
            asks_from_account_value: limit
                .map(|_| lowest(|value| policy.approval.asks_for_account(Some(value))) + 0.0),
            out_of_range: policy.data.out_of_range,
            steps: all,
        }
    }
}

/// A text that is none of these.
fn unnamed(named: &[&str]) -> String {
    "x".repeat(named.iter().map(|segment| segment.len()).max().unwrap_or(0) + 1)
}

/// True where steps differ in nothing but their segment.
fn alike(a: &[Step], b: &[Step]) -> bool {
    let same = |(a, b): (&Step, &Step)| Step { segment: b.segment.clone(), ..a.clone() } == *b;
    a.len() == b.len() && a.iter().zip(b).all(same)
}

/// The steps of a stage and segment, from the highest risk down.
fn steps(
    dataset: &Dataset,
    policy: &Policy,
    list: &RankedList,
    minimum: f64,
    (stage, segment): (Option<CompactString>, Option<CompactString>),
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut below = None;
    for Ranked { playbook, threshold, economics } in list.winners() {
        // Zero has one sign from here on.
        let from = threshold.max(minimum) + 0.0;
        let Some(playbook) = dataset.playbook(*playbook) else { continue };
        if from < below.unwrap_or(f64::INFINITY) {
            let reasons = economics.approval_reasons(playbook, &policy.approval, BELOW_EVERY_LIMIT);
            steps.push(Step {
                stage: stage.clone(),
                segment: segment.clone(),
                risk_from: from,
                risk_below: below,
                playbook_id: playbook.id.clone(),
                playbook_name: playbook.name.clone(),
                recommended_action: playbook.action().into(),
                expected_cost: economics.cost + 0.0,
                expected_value: economics.value + 0.0,
                asks: !reasons.is_empty(),
            });
        }
        below = Some(*threshold + 0.0);
    }
    steps
}

/// The lowest risk that is reported with each confidence, from a risk on.
fn confidences(least: f64, policy: &Policy) -> Vec<(f64, f64)> {
    let first = reported_confidence(least, policy);
    let later = (0..=100).map(|hundredths| f64::from(hundredths) / 100.0);
    // It rises with the risk, from the least one, and is 1 at a risk of 1.
    let reaches = |risk: f64, confidence: f64| {
        risk > least && (risk >= 1.0 || reported_confidence(risk, policy) >= confidence)
    };
    let bound = |confidence: f64| (lowest(|risk| reaches(risk, confidence)) + 0.0, confidence);
    let later = later.filter(|confidence| *confidence > first).map(bound);
    std::iter::once((least, first)).chain(later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_confidence_of_a_risk_is_the_one_that_is_reported() {
        for margin in [0.0, 0.05, 0.2, 1.0 / 3.0, 1.0] {
            let policy = Policy { confidence_margin: margin, ..Policy::default() };
            let least = MinimumConfidence::of(&policy).lowest();
            let bounds = confidences(least, &policy);
            let edges = bounds.iter().flat_map(|(bound, _)| [bound.next_down(), *bound]);
            let risks = (0..=1500).map(|step| f64::from(step) / 1000.0);
            for risk in edges.chain(risks).chain([1e300]).filter(|risk| *risk >= least) {
                let (_, confidence) = bounds.iter().rfind(|(bound, _)| risk >= *bound).unwrap();
                assert_eq!(*confidence, reported_confidence(risk, &policy), "{risk:?}, {margin}");
            }
        }
    }

    #[test]
    fn no_named_segment_is_the_text_for_the_others() {
        for named in [&[][..], &["x"], &["", "xx", "SMB"]] {
            assert!(!named.contains(&unnamed(named).as_str()));
        }
    }
}
