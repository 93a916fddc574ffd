//! What things are called and how their numbers read, in the list as in the detail.

use ratatui::style::Style;

use super::items::{Group, Series, Spot};
use crate::domain::Labels;
use crate::domain::money::{count, ratio, short_dollars};
use crate::domain::number::Num;
use crate::insight::portfolio::decided::Person;
use crate::insight::portfolio::leaderboard::ReviewReason;
use crate::insight::portfolio::{
    Direction, Kpi, KpiStatus, Leader, Level, Path, Target, Trend, UnderReview,
};
use crate::insight::words::{self, percent};
use crate::tui::widget::theme::Theme;

/// The heading of a group.
pub fn title(group: Group) -> &'static str {
    match group {
        Group::Headline => "Headline",
        Group::Investment => "Investment",
        Group::Kpis => "KPIs",
        Group::Segments => "Segments",
        Group::Stages => "Stages",
        Group::Spots => "Hot spots",
        Group::Paths => "Predicted paths",
        Group::Playbooks => "Recommendations by playbook",
        Group::Leaders => "Play performance",
        Group::Review => "Under review",
        Group::Trend => "Trend",
        Group::Decided => "Decisions in the last 7 days",
    }
}

/// The name of a target.
pub fn target_name(target: &Target) -> &'static str {
    match target.name {
        "customers_at_high_risk" => "At high risk",
        _ => "Revenue at risk",
    }
}

/// A target's bound as it is read.
pub fn bound(target: &Target, bound: f64) -> String {
    match target.name {
        "customers_at_high_risk" => Num(bound).to_string(),
        _ => short_dollars(bound),
    }
}

pub fn kpi_status(kpi: &Kpi, theme: Theme) -> (&'static str, &'static str, Style) {
    let words = words::kpi_status(kpi.status);
    match kpi.status {
        Some(KpiStatus::OnTrack) => ("✓", words, theme.good()),
        Some(KpiStatus::AtRisk) => ("✗", words, theme.bad()),
        None => ("·", words, theme.quiet()),
    }
}

/// Sign and look of a level.
pub fn level(level: Level, theme: Theme) -> (&'static str, Style) {
    match level {
        Level::Critical => ("!", theme.bad()),
        Level::Elevated => ("▴", theme.warning()),
        Level::Monitor => ("·", theme.quiet()),
    }
}

/// Sign, words and look of the direction of the trend.
pub fn direction(trend: &Trend, theme: Theme) -> (&'static str, &'static str, Style) {
    let words = words::direction(trend.direction);
    match trend.direction {
        Some(Direction::Improving) => ("↘", words, theme.good()),
        Some(Direction::Stable) => ("→", words, Style::new()),
        Some(Direction::Declining) => ("↗", words, theme.bad()),
        None => ("·", words, theme.quiet()),
    }
}

/// The label of a stage; "no stage" where there is none.
pub fn stage_name(stage: Option<&str>, labels: &Labels) -> String {
    match stage {
        None => "No stage".to_owned(),
        Some("") => "(empty)".to_owned(),
        Some(stage) => labels.stage(stage).into_owned(),
    }
}

/// The labels of the stages of a path.
pub fn path_name(path: &Path, labels: &Labels) -> String {
    path.path.iter().map(|stage| stage_name(Some(stage), labels)).collect::<Vec<_>>().join(" → ")
}

/// The name of a playbook, else its id.
pub fn leader_name(leader: &Leader) -> &str {
    leader.playbook_name.as_deref().unwrap_or(&leader.playbook_id)
}

/// What someone decided, by kind.
pub fn kinds(person: &Person) -> String {
    let all = [
        (person.approved, "approved"),
        (person.rejected, "rejected"),
        (person.deferred, "deferred"),
        (person.overridden, "overridden"),
        (person.undone, "undone"),
        (person.handed_off, "handed off"),
    ];
    let named = all.iter().filter(|(times, _)| *times > 0);
    named.map(|(times, kind)| format!("{} {kind}", count(*times))).collect::<Vec<_>>().join(", ")
}

/// Why a row is under review, with the numbers that fall short.
pub fn reasons(row: &UnderReview) -> String {
    let reason = |reason: &ReviewReason| match reason {
        ReviewReason::SuccessRate => {
            format!("success rate {}", row.success_rate.map(percent).unwrap_or_default())
        }
        ReviewReason::RoiRatio => format!("ROI {}", row.roi.map(ratio).unwrap_or_default()),
    };
    row.reasons.iter().map(reason).collect::<Vec<_>>().join(", ")
}

/// The figure of each snapshot that has it.
pub fn numbers(trend: &Trend, series: Series) -> Vec<f64> {
    let figure = |row: &crate::domain::PortfolioSnapshot| match series {
        Series::HighRisk => row.customers_at_high_risk,
        Series::Revenue => row.revenue_at_risk,
    };
    trend.snapshots.iter().filter_map(figure).collect()
}

/// A number of a series as it is read.
pub fn series_number(series: Series, number: f64) -> String {
    match series {
        Series::HighRisk => Num(number).to_string(),
        Series::Revenue => short_dollars(number),
    }
}

/// How much a series has changed.
pub fn series_change(trend: &Trend, series: Series) -> String {
    let change = words::change(match series {
        Series::HighRisk => trend.high_risk_change,
        Series::Revenue => trend.revenue_change,
    });
    change.unwrap_or_default()
}

/// Stage and segment of a hot spot.
pub fn spot_name(spot: &Spot<'_>, labels: &Labels) -> String {
    format!("{} · {}", stage_name(spot.stage, labels), spot.segment)
}
