//! What things are called and how their numbers read, in the list as in the detail.

use std::borrow::Cow;

use ratatui::style::Style;

use super::experiments::arm_name;
use super::items::{Group, Item, Money, Series, Spot};
use crate::domain::Labels;
use crate::domain::money::{count, ratio, short_dollars};
use crate::domain::number::Num;
use crate::insight::portfolio::decided::{DAYS, Person};
use crate::insight::portfolio::leaderboard::ReviewReason;
use crate::insight::portfolio::{
    Direction, Kpi, KpiStatus, Leader, Level, Target, Trend, UnderReview,
};
use crate::insight::words::{self, percent};
use crate::tui::widget::theme::Theme;

/// The heading of a group.
pub fn title(group: Group) -> &'static str {
    match group {
        Group::Headline => "Headline",
        Group::Investment => "Investment",
        Group::Kpis => "KPIs",
        Group::Experiments => "Experiments",
        Group::Calibration => "Saved against expected",
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

/// What a group without lines says.
pub fn nothing(group: Group) -> Option<String> {
    let text = match group {
        Group::Headline | Group::Investment | Group::Experiments | Group::Calibration => {
            return None;
        }
        Group::Kpis => "no data",
        Group::Segments | Group::Stages | Group::Spots => "no customers",
        Group::Paths => "no forecast has a path",
        Group::Playbooks => "no recommendations",
        Group::Leaders => "no runs in the performance log",
        Group::Review => "no playbook is below its limits",
        Group::Trend => "no dated snapshot in portfolio_snapshots.json",
        Group::Decided => return Some(format!("no decisions in the last {DAYS} days")),
    };
    Some(text.to_owned())
}

/// The label of a line.
pub fn label<'a>(item: &Item<'a>, labels: &'a Labels) -> Cow<'a, str> {
    Cow::Borrowed(match item {
        Item::Heading(group) => title(*group),
        Item::Note(_, text) => return Cow::Owned(text.clone()),
        Item::HighRisk => "At high risk",
        Item::AtRisk => "Revenue at risk",
        Item::HighRiskRevenue => "… at high risk",
        Item::Plays => "Recommendations",
        Item::Waiting => "Need a decision",
        Item::Money(money) => match money {
            Money::Plays => "Plays",
            Money::Cost => "Expected cost",
            Money::Value => "Expected value",
            Money::Net => "Net benefit",
            Money::Roi => "Return",
        },
        Item::Kpi(kpi) => words::kpi_title(kpi),
        Item::Experiment(result) => &result.id,
        Item::Arm(result, arm) => return Cow::Owned(arm_name(result, arm)),
        Item::Saved(row) => row.title,
        Item::Segment(row) => &row.segment,
        Item::Stage(row) => return words::stage(labels, row.stage.as_deref()),
        Item::Spot(spot) => return Cow::Owned(spot_name(spot, labels)),
        Item::Path(row) => return Cow::Owned(words::path(labels, &row.path)),
        Item::Playbook(row) => &row.title,
        Item::Leader(_, row) => leader_name(row),
        Item::Review(row) => &row.title,
        Item::Series(Series::HighRisk) => "At high risk",
        Item::Series(Series::Revenue) => "Revenue at risk",
        Item::Direction => "Direction",
        Item::LastSnapshot => "Last snapshot",
        Item::Person(person) => &person.by,
        Item::Reason(reason, _) => {
            return Cow::Owned(format!("Reason: {}", labels.reason(reason)));
        }
    })
}

/// The texts that the filter's words are searched in.
pub fn texts<'a>(item: &Item<'a>, labels: &'a Labels) -> [String; 4] {
    let (id, segment) = match item {
        // An arm is found with its experiment.
        Item::Arm(result, _) => (result.id.as_str(), ""),
        Item::Saved(row) => (row.id.unwrap_or_default(), ""),
        Item::Playbook(row) => (row.playbook_id.as_str(), ""),
        Item::Leader(_, row) => (row.playbook_id.as_str(), words::segment(row.segment.as_deref())),
        Item::Review(row) => (row.playbook_id.as_str(), words::segment(row.segment.as_deref())),
        _ => ("", ""),
    };
    let label = label(item, labels).into_owned();
    [label, title(item.group()).to_owned(), id.to_owned(), segment.to_owned()]
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
        Some(KpiStatus::Inconclusive) => ("?", words, theme.warning()),
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
    format!("{} · {}", words::stage(labels, spot.stage), spot.segment)
}
