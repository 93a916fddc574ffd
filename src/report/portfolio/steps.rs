//! What to do next, from the figures: the most pressing first.

use super::Report;
use crate::domain::money::{counted, dollars, short_dollars};
use crate::domain::{Finding, Severity};
use crate::insight::portfolio::{Kpi, KpiStatus, Level, Target};
use crate::insight::words::{
    kpi_amount, kpi_target, kpi_title, target_amount, target_title, whole_percent,
};

/// The most playbooks that are named.
const NAMED: usize = 3;

/// Returns what to do next, the most urgent first.
pub fn steps(report: &Report<'_>) -> Vec<String> {
    let mut steps = Vec::new();
    steps.extend(decide(report));
    steps.extend(missed_targets(report));
    steps.extend(gaps(report.findings));
    steps.extend(review(report));
    steps.extend(late_kpis(report));
    steps.extend(critical(report));
    let errors = report.findings.iter().filter(|f| f.severity == Severity::Error).count();
    if errors > 0 {
        steps.push(format!(
            "Fix {} in the data; the figures leave out rows that cannot be read",
            counted(errors, "error")
        ));
    }
    steps
}

fn decide(report: &Report<'_>) -> Vec<String> {
    let awaiting = &report.portfolio.awaiting;
    let mut steps = Vec::new();
    if awaiting.plays > 0 {
        let today = report.now.today();
        let oldest = report.waits.iter().filter_map(|wait| wait.days(today)).max();
        let oldest = oldest.filter(|days| *days > 0);
        let since = oldest.map(|days| format!("; the oldest has waited {}", counted(days, "day")));
        steps.push(format!(
            "Decide on {} with {} revenue at risk{}",
            counted(awaiting.plays, "recommendation"),
            short_dollars(awaiting.revenue_at_risk),
            since.unwrap_or_default()
        ));
    }
    if awaiting.stale > 0 {
        steps.push(format!(
            "Review {}: data changed since the decision",
            counted(awaiting.stale, "stale decision")
        ));
    }
    if awaiting.expired > 0 {
        let (what, is) = (counted(awaiting.expired, "approval"), plural(awaiting.expired));
        steps.push(format!("Renew {what} that {is} older than the policy allows"));
    }
    if awaiting.held > 0 {
        let what = counted(awaiting.held, "held recommendation");
        steps.push(format!("Review {what}: source data has an error"));
    }
    steps
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

fn missed_targets(report: &Report<'_>) -> Vec<String> {
    let missed = report.portfolio.targets.iter().filter(|target| target.met == Some(false));
    let step = |target: &Target| {
        let amount = |amount| target_amount(target, amount);
        let (actual, limit) = (amount(target.actual), amount(target.target?));
        let title = target_title(target).to_lowercase();
        Some(format!("Reduce {title} from {actual} to {limit} or less"))
    };
    missed.filter_map(step).collect()
}

/// Customers at high risk without an eligible playbook, from the findings.
fn gaps(findings: &[&Finding]) -> Option<String> {
    let gaps = || findings.iter().filter(|finding| finding.code.name() == "coverage_gap");
    let places = gaps().count();
    let customers = gaps().filter_map(|finding| finding.customers).sum();
    let value: f64 = gaps().filter_map(|finding| finding.account_value).sum();
    (places > 0).then(|| {
        format!(
            "Close {}: {} at high risk without an eligible playbook, {} account value",
            counted(places, "coverage gap"),
            counted(customers, "customer"),
            short_dollars(value)
        )
    })
}

fn review(report: &Report<'_>) -> Option<String> {
    let all = &report.portfolio.under_review;
    let (first, more) = all.split_at_checked(NAMED).unwrap_or((all, &[]));
    let named = first.iter().map(|row| match row.segment.as_deref() {
        Some(segment) => format!("{} ({segment})", row.title),
        None => row.title.to_string(),
    });
    let named: Vec<String> = named.collect();
    let more = (!more.is_empty()).then(|| format!(" and {} more", more.len()));
    (!all.is_empty()).then(|| {
        format!(
            "Review playbooks below the policy's minimum: {}{}",
            named.join(", "),
            more.unwrap_or_default()
        )
    })
}

fn late_kpis(report: &Report<'_>) -> Vec<String> {
    let late = report.portfolio.kpis.iter().filter(|kpi| kpi.status == Some(KpiStatus::AtRisk));
    let step = |kpi: &Kpi| {
        let (title, actual) = (kpi_title(kpi).to_lowercase(), kpi_amount(kpi, kpi.actual?));
        Some(format!("Improve {title} from {actual} to {}", kpi_target(kpi)))
    };
    late.filter_map(step).collect()
}

fn critical(report: &Report<'_>) -> Option<String> {
    let portfolio = report.portfolio;
    let worst = portfolio.segments.first().filter(|row| row.level == Level::Critical)?;
    let share = worst.revenue_at_risk / portfolio.revenue_at_risk;
    Some(format!(
        "Start with {}: {} revenue at risk, {} of the portfolio",
        worst.segment,
        dollars(worst.revenue_at_risk),
        whole_percent(share)
    ))
}
