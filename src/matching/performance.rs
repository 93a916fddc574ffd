//! Which performance row serves a playbook in a segment (`matching.md`, rule 4).

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::domain::{PerformanceRow, number};

/// The segment that stands for all of them.
pub const ALL: &str = "All";

/// Whose numbers a performance row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The segment's own.
    Segment,
    /// Those of all segments together.
    All,
}

/// The row that counts for a pair, by its number: of several the one with the highest ROI, the first on
/// a tie.
pub fn counting_row(rows: &[PerformanceRow], playbook_id: &str, segment: &str) -> Option<usize> {
    let mut of_pair = rows.iter().enumerate().filter(|(_, row)| {
        row.playbook_id == playbook_id && row.segment.as_deref() == Some(segment)
    });
    let better = |best: (usize, f64), (number, row): (usize, &PerformanceRow)| {
        let roi = roi(row);
        if roi > best.1 { (number, roi) } else { best }
    };
    let (number, first) = of_pair.next()?;
    Some(of_pair.fold((number, roi(first)), better).0)
}

fn roi(row: &PerformanceRow) -> f64 {
    number::or(row.roi_ratio, 0.0)
}

/// Performance rows by playbook and segment.
#[derive(Debug, Default)]
pub struct PerformanceIndex<'a> {
    by_playbook: FxHashMap<&'a str, FxHashMap<&'a str, &'a PerformanceRow>>,
}

impl<'a> PerformanceIndex<'a> {
    /// Of several rows for one pair the highest ROI counts, the first on a tie.
    pub fn new(rows: &'a [PerformanceRow]) -> Self {
        Self::of(rows.iter())
    }

    /// For one playbook alone.
    pub fn of_playbook(rows: &'a [PerformanceRow], playbook_id: &str) -> Self {
        Self::of(rows.iter().filter(|row| row.playbook_id == playbook_id))
    }

    fn of(rows: impl Iterator<Item = &'a PerformanceRow>) -> Self {
        let mut by_playbook: FxHashMap<&str, FxHashMap<&str, &PerformanceRow>> =
            FxHashMap::default();
        for row in rows {
            let Some(segment) = row.segment.as_ref().map(CompactString::as_str) else { continue };
            by_playbook
                .entry(&row.playbook_id)
                .or_default()
                .entry(segment)
                .and_modify(|best| {
                    if roi(row) > roi(best) {
                        *best = row;
                    }
                })
                .or_insert(row);
        }
        Self { by_playbook }
    }

    /// The row of the segment itself; [`ALL`] for that of all segments.
    pub fn exact_row(&self, playbook_id: &str, segment: &str) -> Option<&'a PerformanceRow> {
        self.by_playbook.get(playbook_id)?.get(segment).copied()
    }

    /// The rows of a playbook that count, one for each of its segments and for all, in any order.
    pub fn segments(&self, playbook_id: &str) -> impl Iterator<Item = &'a PerformanceRow> {
        self.by_playbook.get(playbook_id).into_iter().flat_map(|rows| rows.values().copied())
    }

    /// The row of the segment, else that of all segments.
    pub fn row(&self, playbook_id: &str, segment: &str) -> Option<(&'a PerformanceRow, Scope)> {
        let rows = self.by_playbook.get(playbook_id)?;
        let own = rows.get(segment).map(|row| (*row, Scope::Segment));
        own.or_else(|| rows.get(ALL).map(|row| (*row, Scope::All)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(segment: Option<&str>, roi: Option<f64>, runs: f64) -> PerformanceRow {
        PerformanceRow {
            playbook_id: "P".into(),
            segment: segment.map(Into::into),
            roi_ratio: roi,
            runs: Some(runs),
            ..PerformanceRow::default()
        }
    }

    fn runs(rows: &[PerformanceRow], segment: &str) -> Option<(f64, Scope)> {
        let (row, scope) = PerformanceIndex::new(rows).row("P", segment)?;
        Some((row.runs.unwrap(), scope))
    }

    #[test]
    fn own_segment_then_all_then_none() {
        let rows = [row(Some("All"), None, 1.0), row(Some("SMB"), None, 2.0)];
        assert_eq!(runs(&rows, "SMB"), Some((2.0, Scope::Segment)));
        assert_eq!(runs(&rows, "Enterprise"), Some((1.0, Scope::All)));
        assert_eq!(runs(&rows[1..], "Enterprise"), None);
    }

    #[test]
    fn the_highest_roi_counts_and_the_first_on_a_tie() {
        let rows = [
            row(Some("SMB"), Some(3.0), 1.0),
            row(Some("SMB"), Some(5.0), 2.0),
            row(Some("SMB"), Some(5.0), 3.0),
        ];
        assert_eq!(runs(&rows, "SMB"), Some((2.0, Scope::Segment)));
        assert_eq!(counting_row(&rows, "P", "SMB"), Some(1));
        let rows = [row(Some("SMB"), Some(-1.0), 1.0), row(Some("SMB"), None, 2.0)];
        assert_eq!(runs(&rows, "SMB"), Some((2.0, Scope::Segment)), "no ROI counts as 0");
        assert_eq!(counting_row(&rows, "P", "SMB"), Some(1));
        assert_eq!(counting_row(&rows, "P", "All"), None);
    }

    #[test]
    fn a_row_whose_segment_is_null_serves_nobody() {
        assert_eq!(runs(&[row(None, Some(9.0), 1.0)], "None"), None);
    }
}
