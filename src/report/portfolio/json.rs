//! The report as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use crate::domain::{Finding, json, number};
use crate::insight::learning::Calibration;
use crate::insight::portfolio::{
    Investment, Kpi, Leader, Path, Segment, Stage, Target, Trend, UnderReview, Verdict,
};

/// In the order of `strategy.md`.
#[derive(Serialize)]
struct Shape<'a> {
    generated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<FilterShape<'a>>,
    customers: usize,
    customers_at_high_risk: usize,
    #[serde(serialize_with = "number::serialize")]
    revenue_at_risk: f64,
    #[serde(serialize_with = "number::serialize")]
    revenue_at_risk_high: f64,
    recommendations: usize,
    awaiting_decision: usize,
    verdict: Verdict,
    targets: &'a [Target],
    investment: &'a Investment,
    committed: &'a Investment,
    segments: &'a [Segment],
    stages: &'a [Stage],
    paths: &'a [Path],
    leaderboard: &'a [Leader],
    under_review: &'a [UnderReview],
    kpis: &'a [Kpi],
    trend: &'a Trend,
    calibration: &'a Calibration,
    statements: &'a [String],
    findings: &'a [&'a Finding],
}

/// What a filtered report is about.
#[derive(Serialize)]
struct FilterShape<'a> {
    expression: &'a str,
    /// Customers that match.
    customers: usize,
    /// All customers.
    of: usize,
}

/// One object in one line.
///
/// # Errors
/// What the writer reports.
pub fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let portfolio = report.portfolio;
    let shape = Shape {
        generated_at: format!("{:.0}", report.now.at),
        filter: report.filter.map(|expression| FilterShape {
            expression,
            customers: portfolio.customers,
            of: report.matching.len(),
        }),
        customers: portfolio.customers,
        customers_at_high_risk: portfolio.customers_at_high_risk,
        revenue_at_risk: portfolio.revenue_at_risk,
        revenue_at_risk_high: portfolio.revenue_at_risk_high,
        recommendations: portfolio.recommendations,
        awaiting_decision: portfolio.awaiting.plays,
        verdict: portfolio.verdict,
        targets: &portfolio.targets,
        investment: &portfolio.investment,
        committed: &portfolio.committed.investment,
        segments: &portfolio.segments,
        stages: &portfolio.stages,
        paths: &portfolio.paths,
        leaderboard: &portfolio.leaderboard,
        under_review: &portfolio.under_review,
        kpis: &portfolio.kpis,
        trend: &portfolio.trend,
        calibration: report.calibration,
        statements: &portfolio.statements,
        findings: report.findings,
    };
    json::write(&mut *out, &shape)?;
    out.write_all(b"\n")
}
