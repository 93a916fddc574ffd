//! The figures as tables.

use super::Report;
use super::document::{Cell, Column, Table, Text, Tone};
use super::words::{self, or_none};
use crate::domain::Severity;
use crate::domain::money::{count, dollars, rate};
use crate::insight::portfolio::Investment;
use crate::insight::portfolio::leaderboard::ReviewReason;
use crate::insight::words::{
    NONE, kpi_actual, kpi_count, kpi_target, kpi_title, number, path, percent, segment, stage,
    target_amount, target_title, whole_percent,
};
use crate::report::findings::Counts;

/// The most rows of a table; how many more there are is value_text.
pub const MOST: usize = 25;

/// Returns a table of at most [`MOST`] rows.
pub(super) fn table(
    caption: impl Into<Text>,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Table {
    let mut rows = rows.into_iter();
    let shown = rows.by_ref().take(MOST).collect();
    Table { caption: caption.into(), columns: columns.to_vec(), rows: shown, more: rows.count() }
}

const LEFT: fn(&'static str) -> Column = Column::left;
const RIGHT: fn(&'static str) -> Column = Column::right;

/// Returns the table of headline figures and targets.
pub fn targets(report: &Report<'_>) -> Table {
    let rows = report.portfolio.targets.iter().map(|target| {
        let actual = target_amount(target, target.actual);
        let limit = or_none(target.target, |limit| target_amount(target, limit) + " or less");
        vec![target_title(target).into(), actual.into(), limit.into(), words::target_status(target)]
    });
    let columns = [LEFT("Figure"), RIGHT("Current"), RIGHT("Target"), LEFT("Status")];
    table("Headline figures and their targets", &columns, rows)
}

/// Returns the table of the portfolio over time.
pub fn snapshots(report: &Report<'_>) -> Table {
    let all = &report.portfolio.trend.snapshots;
    // The latest ones, where there are many.
    let labels = &report.matching.policy().labels;
    let hidden = all.len().saturating_sub(MOST);
    let rows = all.iter().skip(hidden).map(|row| {
        vec![
            row.generated_at.as_deref().unwrap_or(NONE).into(),
            or_none(row.total_customers, number).into(),
            or_none(row.customers_at_high_risk, number).into(),
            or_none(row.revenue_at_risk, dollars).into(),
            or_none(row.top_leaking_stage.as_deref(), |it| labels.stage(it).into_owned()).into(),
        ]
    });
    let columns = [
        LEFT("Snapshot"),
        RIGHT("Customers"),
        RIGHT("At high risk"),
        RIGHT("Revenue at risk"),
        LEFT("Top leaking stage"),
    ];
    Table { more: hidden, ..table("The portfolio over time", &columns, rows) }
}

/// Returns the table of segments.
pub fn segments(report: &Report<'_>) -> Table {
    let rows = report.portfolio.segments.iter().map(|row| {
        vec![
            row.segment.as_str().into(),
            count(row.customers).into(),
            count(row.recommendations).into(),
            count(row.need_approval).into(),
            dollars(row.revenue_at_risk).into(),
            words::level(row.level),
        ]
    });
    let columns = [
        LEFT("Segment"),
        RIGHT("Customers"),
        RIGHT("Plays"),
        RIGHT("Need approval"),
        RIGHT("Revenue at risk"),
        LEFT("Level"),
    ];
    table("Customers and revenue at risk by segment", &columns, rows)
}

/// Returns the table of stages.
pub fn stages(report: &Report<'_>) -> Table {
    let total = report.portfolio.revenue_at_risk;
    let rows = report.portfolio.stages.iter().map(|row| {
        vec![
            stage(&report.matching.policy().labels, row.stage.as_deref()).into(),
            count(row.customers).into(),
            dollars(row.revenue_at_risk).into(),
            or_none((total != 0.0).then(|| row.revenue_at_risk / total), whole_percent).into(),
        ]
    });
    let columns = [LEFT("Stage"), RIGHT("Customers"), RIGHT("Revenue at risk"), RIGHT("Share")];
    table("Customers and revenue at risk by stage", &columns, rows)
}

/// Returns the table of stages by segment.
pub fn grid(report: &Report<'_>) -> Table {
    let labels = &report.matching.policy().labels;
    let rows = report.portfolio.grid.filled().map(|(name, segment, cell)| {
        vec![
            stage(labels, name).into(),
            segment.into(),
            count(cell.customers).into(),
            count(cell.high_risk).into(),
            count(cell.recommendations).into(),
            dollars(cell.revenue.value()).into(),
        ]
    });
    let columns = [
        LEFT("Stage"),
        LEFT("Segment"),
        RIGHT("Customers"),
        RIGHT("At high risk"),
        RIGHT("Plays"),
        RIGHT("Revenue at risk"),
    ];
    table("Customers and revenue at risk by stage and segment", &columns, rows)
}

/// Returns the table of predicted paths.
pub fn paths(report: &Report<'_>) -> Table {
    let rows = report.portfolio.paths.iter().map(|row| {
        vec![
            path(&report.matching.policy().labels, &row.path).into(),
            count(row.customers).into(),
            dollars(row.revenue_at_risk).into(),
        ]
    });
    let columns = [LEFT("Path"), RIGHT("Customers"), RIGHT("Revenue at risk")];
    table("Predicted paths", &columns, rows)
}

/// Returns the table of recommendations by playbook.
pub fn playbooks(report: &Report<'_>) -> Table {
    let rows = report.portfolio.playbooks.iter().map(|row| {
        vec![
            row.title.as_str().into(),
            row.playbook_id.as_str().into(),
            count(row.recommendations).into(),
            dollars(row.expected_cost).into(),
            dollars(row.expected_value).into(),
        ]
    });
    let columns = [
        LEFT("Playbook"),
        LEFT("ID"),
        RIGHT("Plays"),
        RIGHT("Expected cost"),
        RIGHT("Expected value"),
    ];
    table("Recommendations by playbook", &columns, rows)
}

/// Returns the table of measured performance.
pub fn leaderboard(report: &Report<'_>) -> Table {
    let rows = report.portfolio.leaderboard.iter().map(|row| {
        vec![
            row.playbook_name.as_deref().unwrap_or(NONE).into(),
            row.playbook_id.as_str().into(),
            segment(row.segment.as_deref()).into(),
            or_none(row.runs, number).into(),
            or_none(row.success_rate, |share| rate(share, row.interval())).into(),
            or_none(row.avg_cost, dollars).into(),
            or_none(row.avg_value, dollars).into(),
            words::roi(row.roi_ratio).into(),
        ]
    });
    let columns = [
        LEFT("Playbook"),
        LEFT("ID"),
        LEFT("Segment"),
        RIGHT("Runs"),
        RIGHT("Gross success rate"),
        RIGHT("Cost"),
        RIGHT("Gross value"),
        RIGHT("ROI"),
    ];
    table("Measured performance, the highest ROI first", &columns, rows)
}

/// Returns the table of playbooks below the policy's minimum.
pub fn under_review(report: &Report<'_>) -> Table {
    let targets = &report.matching.policy().targets;
    let reason = |reason: &ReviewReason, row: &crate::insight::portfolio::UnderReview| match reason
    {
        ReviewReason::SuccessRate => format!(
            "success rate {}, below {}",
            or_none(row.success_rate, percent),
            percent(targets.review_below_success_rate)
        ),
        ReviewReason::RoiRatio => format!(
            "ROI {}, below {}",
            words::roi(row.roi),
            words::roi(Some(targets.review_below_roi))
        ),
    };
    let rows = report.portfolio.under_review.iter().map(|row| {
        let reasons: Vec<String> = row.reasons.iter().map(|one| reason(one, row)).collect();
        vec![
            row.title.as_str().into(),
            row.playbook_id.as_str().into(),
            segment(row.segment.as_deref()).into(),
            Cell::toned(reasons.join("; "), Tone::Watch),
        ]
    });
    table(
        "Playbooks below the policy's minimum",
        &[LEFT("Playbook"), LEFT("ID"), LEFT("Segment"), LEFT("Reason")],
        rows,
    )
}

/// Returns the table of play performance.
pub fn kpis(report: &Report<'_>) -> Table {
    let rows = report.portfolio.kpis.iter().map(|kpi| {
        let actual = kpi_actual(kpi).unwrap_or_else(|| NONE.to_owned());
        let target = kpi_target(kpi);
        let from = kpi_count(kpi);
        vec![
            kpi_title(kpi).into(),
            actual.into(),
            from.into(),
            target.into(),
            words::kpi_status(kpi),
        ]
    });
    let columns =
        [LEFT("Figure"), RIGHT("Current"), RIGHT("From"), RIGHT("Target"), LEFT("Status")];
    table("Play performance", &columns, rows)
}

/// Returns the table of cost and value of what is committed, and of all recommendations.
pub fn investment(report: &Report<'_>) -> Table {
    let portfolio = report.portfolio;
    let committed = (portfolio.committed.plays, &portfolio.committed.investment);
    let all = (portfolio.recommendations, &portfolio.investment);
    let row = |name: &str, figure: &dyn Fn((usize, &Investment)) -> String| {
        vec![Cell::from(name), figure(committed).into(), figure(all).into()]
    };
    let rows = [
        row("Plays", &|(plays, _)| count(plays)),
        row("Expected cost", &|(_, of)| dollars(of.expected_cost)),
        row("Expected value", &|(_, of)| dollars(of.expected_value)),
        row("Net benefit", &|(_, of)| dollars(of.net_benefit)),
        row("Return", &|(_, of)| or_none(of.roi_percent, |percent| whole_percent(percent / 100.0))),
    ];
    let columns = [LEFT("Figure"), RIGHT("Committed"), RIGHT("All recommendations")];
    table("Committed plays are cleared to run or running", &columns, rows)
}

/// Returns the table of plays that need a decision.
pub fn waits(report: &Report<'_>) -> Table {
    let row = |wait: &crate::insight::portfolio::Wait| {
        let matching = report.matching;
        let view = matching.customer(wait.number)?;
        let ranked = matching.winner(wait.number)?;
        let playbook = matching.playbook(ranked)?;
        let status = report.statuses.get(wait.number).copied().unwrap_or_default();
        Some(vec![
            view.name().map_or_else(
                || view.id().into(),
                |name| Cell::from(format!("{} {name}", view.id())),
            ),
            view.segment().into(),
            stage(&matching.policy().labels, view.stage()).into(),
            playbook.title().into(),
            dollars(ranked.economics.cost).into(),
            dollars(matching.revenue_at_risk(wait.number)).into(),
            Cell::toned(status.name(), words::status_tone(status)),
            words::age(wait, report.now).into(),
        ])
    };
    let columns = [
        LEFT("Customer"),
        LEFT("Segment"),
        LEFT("Stage"),
        LEFT("Recommendation"),
        RIGHT("Cost"),
        RIGHT("Revenue at risk"),
        LEFT("Status"),
        LEFT("Age"),
    ];
    table("Needs a decision, by revenue at risk", &columns, report.waits.iter().filter_map(row))
}

/// Returns the table of decisions by person.
pub fn people(report: &Report<'_>) -> Table {
    let rows = report.portfolio.decided.people.iter().map(|person| {
        let kinds = [
            person.approved,
            person.rejected,
            person.deferred,
            person.overridden,
            person.undone,
            person.handed_off,
        ];
        let mut row = vec![Cell::from(person.by.as_str())];
        row.extend(kinds.map(|n| Cell::from(count(n))));
        row
    });
    let columns = [
        LEFT("Who"),
        RIGHT("Approved"),
        RIGHT("Rejected"),
        RIGHT("Deferred"),
        RIGHT("Overridden"),
        RIGHT("Undone"),
        RIGHT("Handed off"),
    ];
    table("Decisions in the last 7 days, by person", &columns, rows)
}

/// Returns the table of reasons given.
pub fn reasons(report: &Report<'_>) -> Table {
    let rows = report.portfolio.decided.reasons.iter();
    let labels = &report.matching.policy().labels;
    let rows = rows.map(|(reason, times)| vec![labels.reason(reason).into(), count(*times).into()]);
    table("Reasons given", &[LEFT("Reason"), RIGHT("Decisions")], rows)
}

/// Returns the table of findings.
pub fn findings(report: &Report<'_>) -> Table {
    let rows = report.findings.iter().map(|finding| {
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Watch,
            Severity::Note => Tone::Plain,
        };
        vec![Cell::toned(finding.severity.name(), tone), finding.to_string().into()]
    });
    let counts = Counts::of(report.findings.iter().copied());
    let caption = counts.words().unwrap_or_default();
    table(caption, &[LEFT("Severity"), LEFT("Finding")], rows)
}
