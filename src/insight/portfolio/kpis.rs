//! How the plays that ran did: success rate, override rate, average days to outcome.

use serde::Serialize;

use crate::domain::history::Outcome;
use crate::domain::policy::Targets;
use crate::domain::{Sum, number};
use crate::matching::performance::{ALL, PerformanceIndex};
use crate::statistics::wilson;
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
    /// Of a rate, its 95% interval, 0 to 1.
    #[serde(serialize_with = "number::serialize_option")]
    pub low: Option<f64>,
    /// See `low`.
    #[serde(serialize_with = "number::serialize_option")]
    pub high: Option<f64>,
    /// How many runs, or outcomes, it is from.
    #[serde(serialize_with = "number::serialize")]
    pub count: f64,
    /// The target.
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
    /// The target is met.
    OnTrack,
    /// The target is missed.
    AtRisk,
    /// The target is within the interval of the rate: there are too few runs to tell.
    Inconclusive,
}

impl Kpi {
    fn new(name: &'static str, figure: Option<Figure>, target: f64, at_least: bool) -> Self {
        let figure = figure.unwrap_or_default();
        let interval = figure.interval;
        let status = figure.actual.map(|actual| {
            let met = if at_least { actual >= target } else { actual <= target };
            match interval.is_some_and(|(low, high)| low < target && target < high) {
                true => KpiStatus::Inconclusive,
                false if met => KpiStatus::OnTrack,
                false => KpiStatus::AtRisk,
            }
        });
        let (low, high) = interval.unzip();
        let Figure { actual, count, .. } = figure;
        Self { name, actual, low, high, count, target, status, at_least }
    }

    /// Returns the interval of a rate.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }
}

/// A figure and how much it is from.
#[derive(Default)]
struct Figure {
    actual: Option<f64>,
    interval: Option<(f64, f64)>,
    count: f64,
}

impl Figure {
    fn rate(rate: f64, count: f64) -> Self {
        Self { actual: Some(rate), interval: wilson(rate, count), count }
    }
}

/// Returns the figures of play performance against their targets.
pub fn kpis(dataset: &Dataset, targets: &Targets) -> Vec<Kpi> {
    vec![
        Kpi::new("success_rate", success_rate(dataset), targets.success_rate_min, true),
        Kpi::new("override_rate", override_rate(dataset), targets.override_rate_max, false),
        Kpi::new("resolution_days", resolution_days(dataset), targets.resolution_days_max, false),
    ]
}

/// Of all performance rows that count and have both numbers. The row of a playbook for all segments counts only
/// with what is in none of the others (`learning.md`, *No double counting*).
fn success_rate(dataset: &Dataset) -> Option<Figure> {
    let rows = PerformanceIndex::new(&dataset.performance);
    let mut ids: Vec<&str> = dataset.performance.iter().map(|row| &*row.playbook_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let (mut runs, mut successes) = (Sum::default(), Sum::default());
    for id in ids {
        let of = reported_rate(&rows, id);
        runs.add(of.0);
        successes.add(of.1);
    }
    let runs = runs.value();
    (runs > 0.0).then(|| Figure::rate(successes.value() / runs, runs))
}

/// The runs of a playbook and its successes, as its performance rows report them, each run once; 0 of 0
/// where they report nothing.
pub fn reported_rate(rows: &PerformanceIndex<'_>, id: &str) -> (f64, f64) {
    let (mut of_all, mut of_segments) = ((0.0, 0.0), (Sum::default(), Sum::default()));
    for row in rows.segments(id) {
        let Some((of_row, rate)) = row.runs.zip(row.success_rate) else { continue };
        if row.segment.as_deref() == Some(ALL) {
            of_all = (of_row, of_row * rate);
        } else {
            of_segments.0.add(of_row);
            of_segments.1.add(of_row * rate);
        }
    }
    let in_segments = (of_segments.0.value(), of_segments.1.value());
    let rest = (of_all.0 - in_segments.0).max(0.0);
    (in_segments.0 + rest, in_segments.1 + (of_all.1 - in_segments.1).clamp(0.0, rest))
}

/// The share of all outcomes in which a person overrode; one that does not say was not overridden.
fn override_rate(dataset: &Dataset) -> Option<Figure> {
    let outcomes = &dataset.tables.outcomes;
    let flags = outcomes.flags(HUMAN_OVERRIDE);
    let overridden = (0..outcomes.len).filter(|row| flags.get(*row) == Some(true)).count();
    let count = outcomes.len as f64;
    (outcomes.len > 0).then(|| Figure::rate(overridden as f64 / count, count))
}

/// The mean over the outcomes that tell.
fn resolution_days(dataset: &Dataset) -> Option<Figure> {
    let outcomes = &dataset.tables.outcomes;
    let days = outcomes.numbers(RESOLUTION_DAYS);
    let told = || (0..outcomes.len).filter_map(|row| days.get(row));
    let count = told().count();
    (count > 0).then(|| {
        let count = count as f64;
        Figure { actual: Some(told().collect::<Sum>().value() / count), interval: None, count }
    })
}
