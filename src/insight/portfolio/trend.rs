//! The portfolio over time, from `portfolio_snapshots.json`.

use compact_str::CompactString;
use serde::{Serialize, Serializer};

use crate::domain::{PortfolioSnapshot, number};
use crate::insight::export::point_in_time;
use crate::store::Dataset;

/// From this share on a figure has risen or fallen.
const MOVES: f64 = 0.05;

/// The oldest snapshot against the latest.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Trend {
    /// `None` with fewer than two snapshots, or where they have no figure in common.
    pub direction: Option<Direction>,
    /// Of customers at high risk, as a share of the oldest: −0.29 is 29% fewer.
    #[serde(serialize_with = "number::serialize_option")]
    pub high_risk_change: Option<f64>,
    /// Of revenue at risk, as a share of the oldest.
    #[serde(serialize_with = "number::serialize_option")]
    pub revenue_change: Option<f64>,
    /// By date, the oldest first, rows without a date left out.
    #[serde(serialize_with = "snapshots")]
    pub snapshots: Vec<PortfolioSnapshot>,
}

/// Where the figures of risk have gone since the oldest snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// One fell by 5% or more, and none rose by as much.
    Improving,
    /// None moved by 5% or more, or one fell and the other rose.
    Stable,
    /// One rose by 5% or more, and none fell by as much.
    Declining,
}

impl Direction {
    /// As in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Stable => "stable",
            Self::Declining => "declining",
        }
    }

    /// `None` where nothing is known.
    fn of(changes: [Option<f64>; 2]) -> Option<Self> {
        let known = || changes.iter().flatten();
        known().next()?;
        let fell = known().any(|change| *change <= -MOVES);
        let rose = known().any(|change| *change >= MOVES);
        Some(match (fell, rose) {
            (true, false) => Self::Improving,
            (false, true) => Self::Declining,
            _ => Self::Stable,
        })
    }
}

impl Trend {
    /// Returns the trend over the snapshots in the data.
    pub fn new(dataset: &Dataset) -> Self {
        Self::of(dataset.tables.snapshots.rows(&dataset.ids))
    }

    fn of(rows: Vec<PortfolioSnapshot>) -> Self {
        let dated =
            |row: PortfolioSnapshot| Some((point_in_time(row.generated_at.as_deref()?)?, row));
        let mut dated: Vec<_> = rows.into_iter().filter_map(dated).collect();
        // Stable: of several at one time the first and the last in the file count.
        dated.sort_by_key(|(at, _)| *at);
        let snapshots: Vec<PortfolioSnapshot> = dated.into_iter().map(|(_, row)| row).collect();
        let [first, .., last] = snapshots.as_slice() else {
            return Self { snapshots, ..Self::default() };
        };
        let high_risk_change = change(first.customers_at_high_risk, last.customers_at_high_risk);
        let revenue_change = change(first.revenue_at_risk, last.revenue_at_risk);
        Self {
            direction: Direction::of([high_risk_change, revenue_change]),
            high_risk_change,
            revenue_change,
            snapshots,
        }
    }

    /// The last snapshot.
    pub fn latest(&self) -> Option<&PortfolioSnapshot> {
        self.snapshots.last()
    }
}

/// As a share of what was; infinite, which JSON shows as `null`, where that was nothing.
fn change(was: Option<f64>, is: Option<f64>) -> Option<f64> {
    let (was, is) = was.zip(is)?;
    Some(if was == is { 0.0 } else { (is - was) / was.abs() })
}

/// With the names that they have in the file.
fn snapshots<S: Serializer>(rows: &[PortfolioSnapshot], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        snapshot_id: &'a str,
        #[serde(serialize_with = "number::serialize_option")]
        total_customers: Option<f64>,
        #[serde(serialize_with = "number::serialize_option")]
        customers_at_high_risk: Option<f64>,
        #[serde(serialize_with = "number::serialize_option")]
        revenue_at_risk: Option<f64>,
        top_leaking_stage: Option<&'a CompactString>,
        generated_at: Option<&'a CompactString>,
    }
    serializer.collect_seq(rows.iter().map(|row| Row {
        snapshot_id: &row.snapshot_id,
        total_customers: row.total_customers,
        customers_at_high_risk: row.customers_at_high_risk,
        revenue_at_risk: row.revenue_at_risk,
        top_leaking_stage: row.top_leaking_stage.as_ref(),
        generated_at: row.generated_at.as_ref(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: &str, high_risk: f64, revenue: Option<f64>) -> PortfolioSnapshot {
        PortfolioSnapshot {
            customers_at_high_risk: Some(high_risk),
            revenue_at_risk: revenue,
            generated_at: Some(at.into()),
            ..PortfolioSnapshot::default()
        }
    }

    fn of(was: (f64, f64), is: (f64, f64)) -> Trend {
        // The latest stands first in the file.
        Trend::of(vec![
            row("2026-02-01", is.0, Some(is.1)),
            row("2026-01-01", was.0, Some(was.1)),
            row("2026-01-15T10:00:00Z", 1e6, Some(1e9)),
            row("some day", 0.0, None),
        ])
    }

    #[test]
    fn the_oldest_is_held_against_the_latest() {
        let trend = of((100.0, 1_000.0), (71.0, 1_040.0));
        assert_eq!(trend.direction, Some(Direction::Improving));
        assert_eq!((trend.high_risk_change, trend.revenue_change), (Some(-0.29), Some(0.04)));
        assert_eq!(trend.snapshots.len(), 3, "the one without a date is left out");
        assert_eq!(trend.latest().unwrap().customers_at_high_risk, Some(71.0));
    }

    #[test]
    fn five_percent_is_a_move_and_less_is_not() {
        let direction = |was, is| of(was, is).direction.unwrap();
        let was = (100.0, 1_000.0);
        assert_eq!(direction(was, (95.0, 1_000.0)), Direction::Improving);
        assert_eq!(direction(was, (96.0, 951.0)), Direction::Stable);
        assert_eq!(direction(was, (105.0, 1_000.0)), Direction::Declining);
        assert_eq!(direction(was, (104.0, 1_049.0)), Direction::Stable);
        assert_eq!(direction(was, (90.0, 1_050.0)), Direction::Stable, "one fell, one rose");
    }

    #[test]
    fn without_two_snapshots_there_is_no_trend() {
        assert_eq!(Trend::of(Vec::new()), Trend::default());
        let one = Trend::of(vec![row("2026-01-01", 3.0, None)]);
        assert_eq!((one.direction, one.snapshots.len()), (None, 1));
        let unlike =
            PortfolioSnapshot { customers_at_high_risk: None, ..row("2026-01-02", 0.0, None) };
        assert_eq!(Trend::of(vec![row("2026-01-01", 3.0, None), unlike]).direction, None);
    }

    #[test]
    fn anything_is_a_rise_from_nothing() {
        let trend = Trend::of(vec![row("2026-01-01", 0.0, None), row("2026-01-02", 3.0, None)]);
        assert_eq!(trend.direction, Some(Direction::Declining));
        let json = serde_json::to_value(&trend).unwrap();
        assert!(json["high_risk_change"].is_null() && json["revenue_change"].is_null());
        assert_eq!(change(Some(0.0), Some(0.0)), Some(0.0));
    }
}
