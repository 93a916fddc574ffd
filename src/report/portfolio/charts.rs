//! The figures as charts.

use super::Report;
use super::document::{Bar, Chart, Point, Shade, Tone};
use super::words;
use crate::domain::PortfolioSnapshot;
use crate::domain::money::{counted, dollars, ratio, short_dollars};
use crate::insight::export::point_in_time;
use crate::insight::words::{number, segment, stage};

/// The most bars of a chart.
const MOST: usize = 12;
/// The most rows and columns of a heat map that is still readable.
const ROWS: usize = 12;
const COLUMNS: usize = 6;

/// Returns the chart of revenue at risk by segment.
pub fn segments(report: &Report<'_>) -> Chart {
    let bar = |row: &crate::insight::portfolio::Segment| Bar {
        label: row.segment.as_str().into(),
        amount: row.revenue_at_risk,
        value_text: short_dollars(row.revenue_at_risk).into(),
        tone: words::level_tone(row.level),
    };
    let bars = report.portfolio.segments.iter().take(MOST).map(bar).collect();
    Chart::Bars { title: "Revenue at risk by segment".into(), bars, wide: false }
}

/// Returns the chart of revenue at risk by stage.
pub fn stages(report: &Report<'_>) -> Chart {
    let labels = &report.matching.policy().labels;
    let bar = |row: &crate::insight::portfolio::Stage| Bar {
        label: stage(labels, row.stage.as_deref()).into(),
        amount: row.revenue_at_risk,
        value_text: short_dollars(row.revenue_at_risk).into(),
        tone: Tone::Plain,
    };
    let bars = report.portfolio.stages.iter().take(MOST).map(bar).collect();
    Chart::Bars { title: "Revenue at risk by stage".into(), bars, wide: false }
}

/// Playbooks by measured ROI; those under review stand out.
pub fn roi(report: &Report<'_>) -> Chart {
    let portfolio = report.portfolio;
    let leaders = portfolio.leaderboard.iter().filter_map(|row| Some((row, row.roi_ratio?)));
    let bars = leaders.take(MOST).map(|(row, roi)| {
        let reviewed = portfolio.under_review.iter().any(|review| {
            (&review.playbook_id, &review.segment) == (&row.playbook_id, &row.segment)
        });
        Bar {
            label: format!("{} · {}", row.playbook_id, segment(row.segment.as_deref())).into(),
            amount: roi,
            value_text: ratio(roi).into(),
            tone: if reviewed { Tone::Watch } else { Tone::Plain },
        }
    });
    Chart::Bars { title: "ROI (value ÷ cost)".into(), bars: bars.collect(), wide: true }
}

/// Returns the chart of revenue at risk by stage and segment.
pub fn heat(report: &Report<'_>) -> Chart {
    let grid = &report.portfolio.grid;
    let labels = &report.matching.policy().labels;
    let rows = grid.rows().take(ROWS).map(|(name, cells)| {
        let shades = cells.iter().take(COLUMNS).map(|cell| {
            let somebody = cell.customers > 0;
            Shade {
                amount: cell.revenue.value(),
                value_text: if somebody {
                    short_dollars(cell.revenue.value())
                } else {
                    String::new()
                }
                .into(),
                note: if somebody { counted(cell.customers, "customer") } else { String::new() }
                    .into(),
            }
        });
        (stage(labels, name).into(), shades.collect())
    });
    Chart::Heat {
        title: "Revenue at risk by stage and segment".into(),
        columns: grid.segments.iter().take(COLUMNS).map(Into::into).collect(),
        rows: rows.collect(),
    }
}

/// Returns the chart of customers at high risk over time.
pub fn high_risk_over_time(report: &Report<'_>) -> Chart {
    let most = report.matching.policy().targets.customers_at_high_risk_max;
    Chart::Lines {
        title: "Customers at high risk".into(),
        points: points(report, |row| row.customers_at_high_risk, number),
        target: most.map(|most| (most, format!("target {}", number(most)).into())),
    }
}

/// Returns the chart of revenue at risk over time.
pub fn revenue_over_time(report: &Report<'_>) -> Chart {
    let most = report.matching.policy().targets.revenue_at_risk_max;
    Chart::Lines {
        title: "Revenue at risk".into(),
        points: points(report, |row| row.revenue_at_risk, dollars),
        target: most.map(|most| (most, format!("target {}", short_dollars(most)).into())),
    }
}

fn points(
    report: &Report<'_>,
    figure: impl Fn(&PortfolioSnapshot) -> Option<f64>,
    value_text: impl Fn(f64) -> String,
) -> Vec<Point> {
    let point = |row: &PortfolioSnapshot| {
        let when = row.generated_at.as_deref()?;
        let amount = figure(row)?;
        Some(Point {
            at: point_in_time(when)?.as_second(),
            amount,
            value_text: value_text(amount).into(),
            // The day, without the time.
            when: when.chars().take("2026-01-01".len()).collect::<String>().into(),
        })
    };
    report.portfolio.trend.snapshots.iter().filter_map(point).collect()
}
