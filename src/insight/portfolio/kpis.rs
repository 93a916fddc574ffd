//! How the plays that ran did: success rate, override rate, average days to outcome.

use serde::Serialize;

use crate::domain::history::Outcome;
use crate::domain::policy::Targets;
use crate::domain::{Sum, number};
use crate::store::Dataset;
use crate::store::row::{Row as _, position};

const HUMAN_OVERRIDE: usize = position(Outcome::NAMES, "human_override");
const RESOLUTION_DAYS: usize = position(Outcome::NAMES, "resolution_time_days");

/// A figure against its target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kpi {
    /// `success_rate`, `override_rate` (both 0 to 1) or `resolution_days`.
    pub name: &'static str,
    /// `None` where nothing is known.
    #[serde(serialize_with = "number::serialize_option")]
    pub actual: Option<f64>,
    /// The least or the most that meets the target, in the unit of `actual`.
    #[serde(serialize_with = "number::serialize")]
    pub target: f64,
    /// `None` where nothing is known.
    pub status: Option<KpiStatus>,
    /// True where more is better.
    #[serde(skip)]
    pub at_least: bool,
}

/// Whether a figure meets its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KpiStatus {
    /// At the target or better.
    OnTrack,
    /// Worse than the target.
    AtRisk,
}

impl Kpi {
    fn new(name: &'static str, actual: Option<f64>, target: f64, at_least: bool) -> Self {
        let status = actual.map(|actual| {
            let met = if at_least { actual >= target } else { actual <= target };
            if met { KpiStatus::OnTrack } else { KpiStatus::AtRisk }
        });
        Self { name, actual, target, status, at_least }
    }
}

/// Returns all three figures, in the order of `strategy.md`.
pub fn kpis(dataset: &Dataset, targets: &Targets) -> Vec<Kpi> {
    vec![
        Kpi::new("success_rate", success_rate(dataset), targets.success_rate_min, true),
        Kpi::new("override_rate", override_rate(dataset), targets.override_rate_max, false),
        Kpi::new("resolution_days", resolution_days(dataset), targets.resolution_days_max, false),
    ]
}

/// Of all performance rows with both numbers, weighted by runs.
fn success_rate(dataset: &Dataset) -> Option<f64> {
    let (mut runs, mut successes) = (Sum::default(), Sum::default());
    for row in dataset.performance.iter() {
        if let Some((of_row, rate)) = row.runs.zip(row.success_rate) {
            runs.add(of_row);
            successes.add(of_row * rate);
        }
    }
    let runs = runs.value();
    (runs > 0.0).then(|| successes.value() / runs)
}

/// The share of all outcomes in which a person overrode; one that does not say was not overridden.
fn override_rate(dataset: &Dataset) -> Option<f64> {
    let outcomes = &dataset.tables.outcomes;
    let flags = outcomes.flags(HUMAN_OVERRIDE);
    let overridden = (0..outcomes.len).filter(|row| flags.get(*row) == Some(true)).count();
    (outcomes.len > 0).then(|| overridden as f64 / outcomes.len as f64)
}

/// The mean over the outcomes that tell.
fn resolution_days(dataset: &Dataset) -> Option<f64> {
    let outcomes = &dataset.tables.outcomes;
    let days = outcomes.numbers(RESOLUTION_DAYS);
    let told = || (0..outcomes.len).filter_map(|row| days.get(row));
    let count = told().count();
    (count > 0).then(|| told().collect::<Sum>().value() / count as f64)
}
