//! The words that the report and the dashboard share for the figures of the portfolio, so that both say
//! the same.

use std::borrow::Cow;

use super::portfolio::{CommittedPlays, Direction, Kpi, KpiStatus, Level, Portfolio, Target};
use crate::domain::Labels;
use crate::domain::money::{count, counted, dollars, rate, runs};
pub use crate::domain::money::{percent, whole_percent};
use crate::domain::number::{EXACT_WHOLE, Num, round};

/// Shown where there is no figure.
pub const NONE: &str = "–";

/// Returns a number with thousands separators and at most one decimal: `3,459.8`.
pub fn number(x: f64) -> String {
    let rounded = round(x, 1);
    if rounded.is_infinite() || rounded.abs() >= EXACT_WHOLE {
        return Num(rounded).to_string();
    }
    let size = rounded.abs();
    let mut text = if rounded < 0.0 { "-".to_owned() } else { String::new() };
    text.push_str(&count(size.trunc() as usize));
    if size.fract() != 0.0 {
        // `.5` of `0.5`.
        let fraction = format!("{:.1}", size.fract());
        text.push_str(fraction.trim_start_matches('0'));
    }
    text
}

/// Returns a change as a share of what was before: `-9.4%`, `+3%`, `0%`. `None` where nothing is
/// known about it.
pub fn change(share: Option<f64>) -> Option<String> {
    Some(match share? {
        share if !share.is_finite() => "up from 0".to_owned(),
        share if round(share * 100.0, 1) > 0.0 => format!("+{}", percent(share)),
        share => percent(share),
    })
}

/// Returns the label of a stage.
pub fn stage<'a>(labels: &'a Labels, stage: Option<&'a str>) -> Cow<'a, str> {
    match stage {
        None => Cow::Borrowed("No stage"),
        Some("") => Cow::Borrowed("(empty)"),
        Some(stage) => labels.stage(stage),
    }
}

/// Returns the labels of the stages of a path: `Engagement → Churn risk`.
pub fn path<T: AsRef<str>>(labels: &Labels, path: &[T]) -> String {
    path.iter().map(|stage| labels.stage(stage.as_ref())).collect::<Vec<_>>().join(" → ")
}

/// Returns the name of a segment.
pub fn segment(segment: Option<&str>) -> &str {
    segment.unwrap_or("No segment")
}

/// Returns the title of a target.
pub fn target_title(target: &Target) -> &'static str {
    if is_money(target) { "Revenue at risk" } else { "Customers at high risk" }
}

/// Returns an amount of a target: dollars, or a number of customers.
pub fn target_amount(target: &Target, amount: f64) -> String {
    if is_money(target) { dollars(amount) } else { number(amount) }
}

/// True where a target is about money.
pub fn is_money(target: &Target) -> bool {
    target.name == "revenue_at_risk"
}

/// Returns whether a target is met.
pub fn target_status(target: &Target) -> &'static str {
    match target.met {
        Some(true) => "on target",
        Some(false) => "above target",
        None => "no target set",
    }
}

/// How the portfolio does as a whole, from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// A target is missed.
    AboveTarget,
    /// A KPI is off its target, or a segment is critical.
    Watch,
    /// Nothing is off, and there are targets.
    OnTarget,
    /// Nothing is off, and there are no targets.
    NoTargets,
}

/// Returns the portfolio in one line, with what is off and nothing else where anything is: `Revenue at
/// risk above target, 1 KPI off target, Enterprise critical`. Names of segments in it are not yet
/// escaped.
pub fn headline(portfolio: &Portfolio) -> (Health, String) {
    let mut parts = Vec::new();
    let missed = portfolio.targets.iter().filter(|target| target.met == Some(false));
    let missed: Vec<&str> = missed.map(target_title).collect();
    match missed.as_slice() {
        [] => {}
        [first, rest @ ..] => {
            let rest = rest.iter().map(|title| format!(" and {}", title.to_lowercase()));
            parts.push(format!("{first}{} above target", rest.collect::<String>()));
        }
    }
    let kpis = portfolio.kpis.iter().filter(|kpi| kpi.status == Some(KpiStatus::AtRisk)).count();
    if kpis > 0 {
        parts.push(format!("{} off target", counted(kpis, "KPI")));
    }
    let critical = portfolio.segments.iter().filter(|row| row.level == Level::Critical);
    let critical: Vec<&str> = critical.map(|row| row.segment.as_str()).collect();
    match critical.as_slice() {
        [] => {}
        [one] => parts.push(format!("{one} critical")),
        [one, other] => parts.push(format!("{one} and {other} critical")),
        [one, other, more @ ..] => {
            parts.push(format!("{one}, {other} and {} more critical", count(more.len())));
        }
    }
    let none = portfolio.targets.iter().all(|target| target.met.is_none());
    let (health, words) = match (missed.is_empty(), parts.is_empty()) {
        (false, _) => (Health::AboveTarget, parts.join(", ")),
        (true, false) => (Health::Watch, parts.join(", ")),
        (true, true) if none => (Health::NoTargets, "No targets set".to_owned()),
        (true, true) => (Health::OnTarget, "On target".to_owned()),
    };
    (health, words)
}

/// Returns what is committed: `Committed: $164.40 net benefit from 4 plays`.
pub fn committed(committed: &CommittedPlays) -> String {
    match committed.plays {
        0 => "Nothing committed".to_owned(),
        plays => format!(
            "Committed: {} net benefit from {}",
            dollars(committed.investment.net_benefit),
            counted(plays, "play")
        ),
    }
}

/// Returns the title of a figure of play performance.
pub fn kpi_title(kpi: &Kpi) -> &'static str {
    match kpi.name {
        "success_rate" => "Gross success rate",
        "override_rate" => "Override rate",
        _ => "Average days to outcome",
    }
}

/// Returns an amount of such a figure: a percentage, or days.
pub fn kpi_amount(kpi: &Kpi, amount: f64) -> String {
    if kpi.name == "resolution_days" { number(amount) } else { percent(amount) }
}

/// Returns the figure itself: a rate with its interval, and how many runs or outcomes it is from.
pub fn kpi_actual(kpi: &Kpi) -> Option<String> {
    let actual = kpi.actual?;
    Some(match kpi.interval() {
        Some(interval) => rate(actual, Some(interval)),
        None => kpi_amount(kpi, actual),
    })
}

/// Returns what such a figure is from: `1,203 runs`.
pub fn kpi_count(kpi: &Kpi) -> String {
    match kpi.name {
        "success_rate" => runs(kpi.count),
        _ => counted(kpi.count as usize, "outcome"),
    }
}

/// Returns the target of such a figure: `70% or more`.
pub fn kpi_target(kpi: &Kpi) -> String {
    let bound = if kpi.at_least { "or more" } else { "or less" };
    format!("{} {bound}", kpi_amount(kpi, kpi.target))
}

/// Returns whether such a figure meets its target.
pub fn kpi_status(status: Option<KpiStatus>) -> &'static str {
    match status {
        Some(KpiStatus::OnTrack) => "on track",
        Some(KpiStatus::AtRisk) => "at risk",
        Some(KpiStatus::Inconclusive) => "inconclusive",
        None => "no data",
    }
}

/// Returns the direction of the trend.
pub fn direction(direction: Option<Direction>) -> &'static str {
    direction.map_or("no trend", Direction::name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_changes() {
        assert_eq!(percent(0.645), "64.5%");
        assert_eq!(percent(0.64), "64%");
        assert_eq!(percent(25.0), "2,500%");
        assert_eq!(percent(f64::INFINITY), "∞%");
        assert_eq!(number(-3459.83), "-3,459.8");
        assert_eq!([number(0.04), number(-0.95), number(41.0)], ["0", "-0.9", "41"]);
        let changed = |share| change(Some(share)).unwrap();
        assert_eq!(changed(-0.09375), "-9.4%");
        assert_eq!(changed(0.03), "+3%");
        assert_eq!((changed(0.0001), changed(-0.0001)), ("0%".to_owned(), "0%".to_owned()));
        assert_eq!(changed(f64::INFINITY), "up from 0");
        assert_eq!(change(None), None);
    }

    #[test]
    fn stages_are_shown_by_their_labels() {
        let labels = Labels::default();
        assert_eq!(stage(&labels, Some("churn_risk")), "Churn risk");
        assert_eq!(stage(&labels, None), "No stage");
        assert_eq!(path(&labels, &["engagement", "churn_risk"]), "Engagement → Churn risk");
    }
}
