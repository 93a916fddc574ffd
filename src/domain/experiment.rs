//! Experiments as the policy has them: who takes part, and what is compared (`learning.md`, *Experiments and
//! holdouts*), and how outcomes are learned from.

use compact_str::CompactString;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::number;

/// The arm whose customers get no play.
pub const HOLDOUT: &str = "holdout";
/// The arm whose customers get what is recommended anyway.
pub const RANKING: &str = "ranking";
/// Shares and exposure are counted in so many parts of the whole.
pub const PARTS: u64 = 10_000;

/// What an experiment compares its arms by.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Endpoint {
    /// The first outcome of an intervention with a result.
    #[default]
    Success,
    /// The customer is still one after so many days.
    Retained,
}

impl Endpoint {
    /// Returns its name in the policy file.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// An `[[experiment]]`; serialized, as hand-offs and enrollments record it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Experiment {
    /// A name of its own, and part of who gets which arm. No `:` in it.
    pub id: Option<CompactString>,
    /// The stage of its customers.
    pub stage: Option<CompactString>,
    /// The segments of its customers; all where `None`.
    pub segments: Option<Vec<CompactString>>,
    /// Ids of playbooks, the control first; or [`HOLDOUT`] and [`RANKING`].
    pub arms: Vec<String>,
    /// The share of each arm, 0 to 1; 1 together.
    #[serde(serialize_with = "number::serialize_all")]
    pub share: Vec<f64>,
    /// The part of eligible customers that takes part, 0 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub exposure: f64,
    /// What the arms are compared by.
    pub outcome: Endpoint,
    /// Days after which a customer is retained.
    #[serde(serialize_with = "number::serialize_option")]
    pub horizon_days: Option<f64>,
    /// The first day.
    pub starts: Option<Date>,
    /// The planned rate of the control, 0 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub baseline: f64,
    /// The smallest difference that matters, above 0.
    #[serde(serialize_with = "number::serialize")]
    pub detect: f64,
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            id: None,
            stage: None,
            segments: None,
            arms: Vec::new(),
            share: Vec::new(),
            exposure: 1.0,
            outcome: Endpoint::Success,
            horizon_days: None,
            starts: None,
            baseline: 0.5,
            detect: 0.1,
        }
    }
}

impl Experiment {
    /// Returns the id; empty of one that is not checked.
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// True where an arm gets no play.
    pub fn has_holdout(&self) -> bool {
        self.arms.iter().any(|arm| arm == HOLDOUT)
    }

    /// The playbooks that are its arms.
    pub fn playbooks(&self) -> impl Iterator<Item = &str> {
        self.arms.iter().map(String::as_str).filter(|arm| *arm != HOLDOUT && *arm != RANKING)
    }

    /// True where a customer of that stage and segment can take part.
    pub fn is_for(&self, stage: Option<&str>, segment: &str) -> bool {
        let segments = self.segments.as_ref();
        self.stage.as_deref() == stage
            && segments.is_none_or(|all| all.iter().any(|one| one == segment || one == "All"))
    }

    /// Returns everything that does not go together: the key, and what is wrong, what was expected and what to do.
    pub fn objections(&self, earlier: &[Self]) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        let mut object = |key, message: String| all.push((key, message));
        match self.id.as_deref() {
            None => {
                object("experiment.id", missing("id", "a name of its own", "id = \"sup-2027-q1\""));
            }
            Some(id) if id.contains(':') => object(
                "experiment.id",
                format!("experiment.id is {id:?}, expected a name without \":\"; rename it"),
            ),
            Some(id) if earlier.iter().any(|other| other.id() == id) => object(
                "experiment.id",
                format!("experiment.id is {id:?} twice, expected a name of its own; rename one"),
            ),
            Some(_) => {}
        }
        if self.stage.is_none() {
            object("experiment.stage", missing("stage", "a stage", "stage = \"support\""));
        }
        if self.starts.is_none() {
            object("experiment.starts", missing("starts", "a date", "starts = 2027-01-05"));
        }
        self.arms_object(&mut object);
        if self.outcome == Endpoint::Retained && self.horizon_days.is_none() {
            let expected = "the days after which a customer counts as retained";
            object(
                "experiment.horizon_days",
                missing("horizon_days", expected, "horizon_days = 90"),
            );
        }
        if self.baseline + self.detect > 1.0 || self.detect <= 0.0 {
            let message = "experiment.detect is out of range, expected a difference above 0 that \
                           ends at 1 or below when added to baseline; change one of them";
            object("experiment.detect", message.to_owned());
        }
        all
    }

    fn arms_object(&self, object: &mut impl FnMut(&'static str, String)) {
        let has_own = self.arms.iter().any(|arm| arm == HOLDOUT || arm == RANKING);
        let twice = self
            .arms
            .iter()
            .enumerate()
            .any(|(at, arm)| self.arms.iter().take(at).any(|one| one == arm));
        if self.arms.len() < 2 || twice {
            let expected = "two or more playbooks, each once, the control first";
            let example = "arms = [\"PB_SUP_001\", \"PB_SUP_002\"]";
            return object("experiment.arms", missing("arms", expected, example));
        }
        if has_own && self.arms != [HOLDOUT, RANKING] {
            let message = format!(
                "experiment.arms mixes playbooks and {HOLDOUT:?} or {RANKING:?}, expected playbooks, \
                 or [{HOLDOUT:?}, {RANKING:?}]; write one of them"
            );
            return object("experiment.arms", message);
        }
        if has_own && self.outcome != Endpoint::Retained {
            let message = "experiment.outcome is \"success\", expected \"retained\": a holdout has no \
                           plays that succeed; write outcome = \"retained\" and horizon_days";
            object("experiment.outcome", message.to_owned());
        }
        let total: u64 = self.share.iter().map(|share| parts(*share)).sum();
        if self.share.len() != self.arms.len() || total != PARTS {
            let message = format!(
                "experiment.share has {} shares that add up to {}, expected one for each of {} \
                 arms, 1 together; fix them",
                self.share.len(),
                total as f64 / PARTS as f64,
                self.arms.len()
            );
            object("experiment.share", message);
        }
    }
}

fn missing(key: &str, expected: &str, example: &str) -> String {
    format!("experiment has no {key}, expected {expected}; add {example}")
}

/// Returns a share in parts of [`PARTS`].
pub fn parts(share: f64) -> u64 {
    (share * PARTS as f64).round() as u64
}

/// How outcomes are learned from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// The runs that the rate of a playbook counts for in each of its segments, and that of all in each playbook.
    pub prior_runs: f64,
    /// A play counts from this age on, in days.
    pub maturity_days: f64,
}

impl Default for Learning {
    fn default() -> Self {
        Self { prior_runs: 20.0, maturity_days: 0.0 }
    }
}
