//! Segments, stages, and the grid of both.

use std::cmp::Ordering;
use std::collections::hash_map::Entry;

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::tally::{Count, Tally};
use super::targets::Level;
use crate::domain::number;
use crate::domain::policy::Targets;

/// The customers of a segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Segment {
    /// The segment's name.
    pub segment: CompactString,
    /// Number of customers in the segment.
    pub customers: usize,
    /// Number of those with a recommendation.
    pub recommendations: usize,
    /// Recommendations that need a person's approval, decided or not.
    pub need_approval: usize,
    /// Dollars a year, of all customers in the segment.
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
    /// How the revenue at risk stands against the policy.
    pub level: Level,
}

/// The customers of a stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stage {
    /// `None` for customers without one.
    pub stage: Option<CompactString>,
    /// Number of customers in the stage.
    pub customers: usize,
    /// Dollars a year, of all customers in the stage.
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
}

/// The most rows and columns of a grid: more are no picture.
pub const SIDE: usize = 64;

/// Customers by stage and segment, for a heat map: of the first [`SIDE`] stages and segments.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grid {
    /// Of each row.
    pub stages: Vec<Option<CompactString>>,
    /// Of each column.
    pub segments: Vec<CompactString>,
    /// Row after row; empty where no one is.
    pub cells: Vec<Count>,
}

impl Grid {
    /// Returns the counts by the first [`SIDE`] stages and segments, in the order given.
    pub fn new(tally: &Tally, stages: &[Stage], segments: &[Segment]) -> Self {
        let stages: Vec<_> = stages.iter().take(SIDE).map(|row| row.stage.clone()).collect();
        let segments: Vec<_> = segments.iter().take(SIDE).map(|row| row.segment.clone()).collect();
        let rows: FxHashMap<_, _> = stages.iter().zip(0..).map(|(s, n)| (s.as_ref(), n)).collect();
        let columns: FxHashMap<_, usize> = segments.iter().zip(0..).collect();
        let mut cells = vec![Count::default(); stages.len() * segments.len()];
        for cell in &tally.cells {
            let place = rows.get(&cell.stage.as_ref()).zip(columns.get(&cell.segment));
            let at = place.map(|(row, column): (&usize, _)| row * segments.len() + column);
            if let Some(slot) = at.and_then(|at| cells.get_mut(at)) {
                slot.join(&cell.count);
            }
        }
        Self { stages, segments, cells }
    }

    /// The cell of a row and a column.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Count> {
        let inside = column < self.segments.len();
        self.cells.get(row * self.segments.len() + column).filter(|_| inside)
    }

    /// Each row's stage with its cells.
    pub fn rows(&self) -> impl Iterator<Item = (Option<&str>, &[Count])> {
        let cells = self.cells.chunks(self.segments.len().max(1));
        self.stages.iter().map(|stage| stage.as_deref()).zip(cells)
    }

    /// Every cell with someone in it, row after row.
    pub fn filled(&self) -> impl Iterator<Item = (Option<&str>, &str, &Count)> {
        self.rows().flat_map(|(stage, cells)| {
            let columns = self.segments.iter().zip(cells).filter(|(_, count)| count.customers > 0);
            columns.map(move |(segment, count)| (stage, segment.as_str(), count))
        })
    }
}

/// By revenue at risk, the highest first, then by name.
pub fn segments(tally: &Tally, targets: &Targets) -> Vec<Segment> {
    let groups = grouped(tally.cells.iter().map(|cell| (&cell.segment, &cell.count)));
    let row = |(segment, count): (&CompactString, Count)| Segment {
        segment: segment.clone(),
        customers: count.customers,
        recommendations: count.recommendations,
        need_approval: count.need_approval,
        revenue_at_risk: count.revenue.value(),
        level: Level::of(count.revenue.value(), targets),
    };
    groups.into_iter().map(row).collect()
}

/// In the same order; customers without a stage are a row without a name.
pub fn stages(tally: &Tally) -> Vec<Stage> {
    let groups = grouped(tally.cells.iter().map(|cell| (&cell.stage, &cell.count)));
    let row = |(stage, count): (&Option<CompactString>, Count)| Stage {
        stage: stage.clone(),
        customers: count.customers,
        revenue_at_risk: count.revenue.value(),
    };
    groups.into_iter().map(row).collect()
}

/// Counts of the same name joined, by revenue at risk, the highest first, then by name.
fn grouped<'a, K: std::hash::Hash + Eq + Ord>(
    counts: impl Iterator<Item = (&'a K, &'a Count)>,
) -> Vec<(&'a K, Count)> {
    let mut places: FxHashMap<&K, usize> = FxHashMap::default();
    let mut groups: Vec<(&K, Count)> = Vec::new();
    for (name, count) in counts {
        match places.entry(name) {
            Entry::Vacant(place) => {
                place.insert(groups.len());
                groups.push((name, *count));
            }
            Entry::Occupied(place) => {
                if let Some((_, group)) = groups.get_mut(*place.get()) {
                    group.join(count);
                }
            }
        }
    }
    groups.sort_by(|a, b| {
        falling(a.1.revenue.value(), b.1.revenue.value()).then_with(|| a.0.cmp(b.0))
    });
    groups
}

/// The higher number first.
pub(super) fn falling(a: f64, b: f64) -> Ordering {
    b.total_cmp(&a)
}
