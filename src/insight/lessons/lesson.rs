//! How often a playbook was rejected or overridden in a segment, by reason.

use std::collections::BTreeMap;

use serde::Serialize;

use super::judged::Judged;
use super::proposal::Proposal;
use crate::domain::{DecisionKind, Policy, number};
use crate::statistics::wilson;
use crate::store::Dataset;

/// What people say about a playbook in a segment. Serialized it is an element of `lessons --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lesson {
    /// The recommended playbook's id.
    pub playbook_id: String,
    /// The customers' segment.
    pub segment: String,
    /// The code of the reason.
    pub reason: String,
    /// All decisions about the playbook in the segment.
    pub decisions: usize,
    /// Rejections and overrides with that reason.
    pub against: usize,
    /// Against ÷ decisions.
    #[serde(serialize_with = "number::serialize")]
    pub share: f64,
    /// The share's 95% Wilson interval.
    #[serde(serialize_with = "number::serialize")]
    pub low: f64,
    /// See `low`.
    #[serde(serialize_with = "number::serialize")]
    pub high: f64,
    /// What follows; `None` where there are too few, or nothing follows from the reason.
    pub proposal: Option<Proposal>,
    /// Overrides among those against.
    #[serde(skip)]
    pub overridden: usize,
}

/// Returns the lessons of some decisions: playbooks in the order of their file, then by segment and reason.
pub fn lessons(dataset: &Dataset, policy: &Policy, judged: &[Judged]) -> Vec<Lesson> {
    // A playbook that the file does not name comes last.
    let place =
        |id: &str| dataset.playbook_number(id).map_or(usize::MAX, |number| number.0 as usize);
    let mut groups: BTreeMap<(usize, &str, &str), Vec<&Judged>> = BTreeMap::new();
    for one in judged {
        let key = (place(&one.playbook), one.playbook.as_str(), one.segment.as_str());
        groups.entry(key).or_default().push(one);
    }
    let mut lessons = Vec::new();
    for ((_, playbook, segment), all) in groups {
        let mut by_reason: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
        for one in all.iter().filter(|one| one.is_against()) {
            if let Some(reason) = one.reason.as_deref() {
                by_reason.entry(reason).or_default().push(one);
            }
        }
        for (reason, against) in by_reason {
            let (n, x) = (all.len() as f64, against.len() as f64);
            let Some((low, high)) = wilson(x / n, n) else { continue };
            let overridden = against.iter().filter(|one| one.kind == DecisionKind::Override);
            let mut lesson = Lesson {
                playbook_id: playbook.to_owned(),
                segment: segment.to_owned(),
                reason: reason.to_owned(),
                decisions: all.len(),
                against: against.len(),
                share: x / n,
                low,
                high,
                proposal: None,
                overridden: overridden.count(),
            };
            lesson.proposal = Proposal::new(&lesson, dataset, policy, &all, &against);
            lessons.push(lesson);
        }
    }
    lessons
}
