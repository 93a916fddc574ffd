//! Outcomes to the rows of a performance file.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::counted::{Counted, Skipped, counted};
use super::join::Joined;
use super::plays::Plays;
use super::pool::{Known, Pooled};
use crate::domain::policy::Policy;
use crate::domain::time::date_of;
use crate::domain::{PerformanceRow, number};
use crate::matching::performance::{ALL, PerformanceIndex};
use crate::statistics::wilson;
use crate::store::Dataset;

/// What was learned. Serialized it is the output of `learn --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    /// The policy's `learning.prior_runs`.
    #[serde(serialize_with = "number::serialize")]
    pub prior_runs: f64,
    /// The policy's `learning.maturity_days`.
    #[serde(serialize_with = "number::serialize")]
    pub maturity_days: f64,
    /// How many outcomes count.
    pub counted: usize,
    /// How many do not.
    pub skipped: Skipped,
    /// Playbooks in the order of their file, the row for all segments first.
    pub rows: Vec<LearnedRow>,
}

/// A playbook in a segment, or in all of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LearnedRow {
    /// The playbook's id.
    pub playbook_id: String,
    /// The segment, or `All`.
    pub segment: String,
    /// Runs, those of the base included.
    #[serde(serialize_with = "number::serialize")]
    pub runs: f64,
    /// Outcomes that count.
    pub outcomes: usize,
    /// Runs that succeeded, those of the base included.
    #[serde(serialize_with = "number::serialize")]
    pub successes: f64,
    /// Successes ÷ runs; `None` without runs.
    #[serde(serialize_with = "number::serialize_option")]
    pub raw_rate: Option<f64>,
    /// The 95% Wilson interval of the raw rate.
    #[serde(serialize_with = "number::serialize_option")]
    pub low: Option<f64>,
    /// See `low`.
    #[serde(serialize_with = "number::serialize_option")]
    pub high: Option<f64>,
    /// The rate drawn towards those of more runs, 0 to 1.
    #[serde(serialize_with = "number::serialize_option")]
    pub success_rate: Option<f64>,
    /// Likewise, in dollars a run; `None` where no value is known at all.
    #[serde(serialize_with = "number::serialize_option")]
    pub avg_value: Option<f64>,
    /// Likewise, in dollars a run; `None` where no cost is known at all.
    #[serde(serialize_with = "number::serialize_option")]
    pub avg_cost: Option<f64>,
    /// Average value ÷ average cost; 0 where that is 0.
    #[serde(serialize_with = "number::serialize_option")]
    pub roi_ratio: Option<f64>,
    /// The last day on which what counts was measured, or the base's.
    #[serde(skip)]
    pub last_updated: Option<Date>,
}

/// What is known of a playbook.
#[derive(Default)]
struct OfPlaybook<'a> {
    /// By segment.
    segments: BTreeMap<&'a str, Part>,
    /// Of no segment.
    rest: Part,
}

/// A part of a playbook's runs.
#[derive(Clone, Copy, Default)]
struct Part {
    known: Known,
    /// Outcomes that count.
    outcomes: usize,
    /// When the last of them was measured, or the base updated.
    updated: Option<Date>,
}

impl Part {
    fn join(&mut self, other: &Self) {
        self.known.join(&other.known);
        self.outcomes += other.outcomes;
        self.updated = self.updated.max(other.updated);
    }
}

impl<'a> OfPlaybook<'a> {
    fn segment(&mut self, segment: Option<&'a str>) -> &mut Part {
        match segment {
            Some(segment) => self.segments.entry(segment).or_default(),
            None => &mut self.rest,
        }
    }

    fn all(&self) -> Part {
        let mut all = self.rest;
        self.segments.values().for_each(|part| all.join(part));
        all
    }
}

impl Learned {
    /// Learns from the outcomes of a dataset, on top of the rows of another performance file.
    pub fn new<'a>(
        dataset: &'a Dataset,
        plays: &Plays<'a>,
        base: &'a [PerformanceRow],
        policy: &Policy,
        today: Date,
    ) -> Self {
        let rules = policy.learning;
        let joined = Joined::new(dataset, plays);
        let (counts, mut skipped) = counted(dataset, plays, &joined, rules.maturity_days, today);
        let rows = PerformanceIndex::new(base);
        let mut playbooks: FxHashMap<&str, OfPlaybook<'_>> = FxHashMap::default();
        for (id, of_playbook) in based(base, &rows) {
            playbooks.insert(id, of_playbook);
        }
        let mut counting = 0;
        for outcome in &counts {
            if is_in_base(outcome, &rows) {
                skipped.in_base += 1;
                continue;
            }
            counting += 1;
            let of = playbooks.entry(outcome.playbook).or_default().segment(outcome.segment);
            of.outcomes += 1;
            of.updated = of.updated.max(outcome.measured);
            of.known.rate.add(f64::from(u8::from(outcome.success)), 1.0);
            if let Some(value) = outcome.value {
                of.known.value.add(value, 1.0);
            }
            if let Some(cost) = outcome.cost {
                of.known.cost.add(cost, 1.0);
            }
        }
        Self {
            prior_runs: rules.prior_runs,
            maturity_days: rules.maturity_days,
            counted: counting,
            skipped,
            rows: pooled(dataset, &playbooks, rules.prior_runs),
        }
    }

    /// Returns the row of a playbook in a segment itself; in `All` for all of them.
    pub fn exact_row(&self, playbook_id: &str, segment: &str) -> Option<&LearnedRow> {
        self.rows.iter().find(|row| row.playbook_id == playbook_id && row.segment == segment)
    }
}

/// What the rows of another performance file say: a row adds its runs; the one for all segments those that are
/// in none of the others.
fn based<'a>(
    base: &'a [PerformanceRow],
    rows: &PerformanceIndex<'a>,
) -> FxHashMap<&'a str, OfPlaybook<'a>> {
    let mut playbooks: FxHashMap<&str, OfPlaybook<'_>> = FxHashMap::default();
    let add = |part: &mut Part, row: &PerformanceRow, runs: f64| {
        let known = &mut part.known;
        part.updated = row.last_updated.as_deref().and_then(date_of);
        if let Some(rate) = row.success_rate {
            known.rate.add(rate, runs);
        }
        if let Some(value) = row.avg_value {
            known.value.add(value, runs);
        }
        if let Some(cost) = row.avg_cost {
            known.cost.add(cost, runs);
        }
    };
    let runs = |row: &PerformanceRow| number::or(row.runs, 0.0).max(0.0);
    for row in base {
        let Some(segment) = row.segment.as_deref().filter(|segment| *segment != ALL) else {
            continue;
        };
        let counts = rows.exact_row(&row.playbook_id, segment);
        if counts.is_some_and(|counts| std::ptr::eq(counts, row)) {
            let of_playbook = playbooks.entry(&row.playbook_id).or_default();
            add(of_playbook.segment(Some(segment)), row, runs(row));
        }
    }
    for row in base.iter().filter(|row| row.segment.as_deref() == Some(ALL)) {
        let counts = rows.exact_row(&row.playbook_id, ALL);
        if counts.is_some_and(|counts| std::ptr::eq(counts, row)) {
            let of_playbook = playbooks.entry(&row.playbook_id).or_default();
            let in_segments: f64 = rows
                .segments(&row.playbook_id)
                .filter(|row| row.segment.as_deref() != Some(ALL))
                .map(runs)
                .sum();
            add(&mut of_playbook.rest, row, (runs(row) - in_segments).max(0.0));
        }
    }
    playbooks
}

/// True where an outcome was measured by the day that the base's row was last updated.
fn is_in_base(outcome: &Counted<'_>, rows: &PerformanceIndex<'_>) -> bool {
    let row = rows.row(outcome.playbook, outcome.segment.unwrap_or(ALL));
    let updated = row.and_then(|(row, _)| date_of(row.last_updated.as_deref()?));
    outcome.measured.zip(updated).is_some_and(|(measured, updated)| measured <= updated)
}

fn pooled(
    dataset: &Dataset,
    playbooks: &FxHashMap<&str, OfPlaybook<'_>>,
    prior_runs: f64,
) -> Vec<LearnedRow> {
    // What the file does not name comes last.
    let place =
        |id: &str| dataset.playbook_number(id).map_or(usize::MAX, |number| number.0 as usize);
    let mut ids: Vec<&str> = playbooks.keys().copied().collect();
    ids.sort_unstable_by_key(|id| (place(id), *id));
    let of_playbooks = || ids.iter().filter_map(|id| Some((*id, playbooks.get(id)?)));
    let mut everything = Known::default();
    of_playbooks().for_each(|(_, of)| everything.join(&of.all().known));
    let everything = Pooled::alone(&everything);
    let mut rows = Vec::new();
    for (id, of_playbook) in of_playbooks() {
        let all = of_playbook.all();
        let of_all = Pooled::new(&all.known, everything, prior_runs);
        if all.known.rate.count() <= 0.0 {
            continue;
        }
        rows.push(LearnedRow::new(id, ALL, &all, of_all));
        for (segment, part) in &of_playbook.segments {
            if part.known.rate.count() > 0.0 {
                let pooled = Pooled::new(&part.known, of_all, prior_runs);
                rows.push(LearnedRow::new(id, segment, part, pooled));
            }
        }
    }
    rows
}

impl LearnedRow {
    fn new(id: &str, segment: &str, part: &Part, pooled: Pooled) -> Self {
        let Part { known, outcomes, updated } = part;
        let (runs, successes) = (known.rate.count(), known.rate.sum());
        let raw_rate = (runs > 0.0).then(|| successes / runs);
        let (low, high) = raw_rate.and_then(|rate| wilson(rate, runs)).unzip();
        let roi = |(value, cost): (f64, f64)| if cost == 0.0 { 0.0 } else { value / cost };
        Self {
            playbook_id: id.to_owned(),
            segment: segment.to_owned(),
            runs,
            outcomes: *outcomes,
            successes,
            raw_rate,
            low,
            high,
            success_rate: pooled.rate,
            avg_value: pooled.value,
            avg_cost: pooled.cost,
            roi_ratio: pooled.value.zip(pooled.cost).map(roi),
            last_updated: *updated,
        }
    }
}
