//! The portfolio as a table: a line each, with the figures that it has.

use serde_json::Value;

use super::items::{Item, Money, Series, items};
use super::names::{label, numbers, title};
use super::{Shown, shown};
use crate::filter::write::path_text;
use crate::insight::portfolio::Investment;
use crate::tui::export::table::{Table, number, text};
use crate::tui::state::State;

/// The columns. A line leaves those empty that it has nothing for.
const HEADER: [&str; 19] = [
    "group",
    "line",
    "segment",
    "journey_stage",
    "path",
    "playbook_id",
    "figure",
    "all_recommendations",
    "target",
    "customers",
    "plays",
    "revenue_at_risk",
    "expected_value",
    "expected_cost",
    "roi_ratio",
    "success_rate",
    "outcomes",
    "runs",
    "entries",
];

/// Returns the lines that the filter leaves, in their order, without headings and remarks.
///
/// # Errors
/// Where the figures of this view are still being counted.
pub fn export(state: &State) -> Result<Table, String> {
    let shown = shown(state).filter(|shown| !shown.outdated).ok_or("Still counting; try again")?;
    let lines = items(shown).into_iter().filter(Item::is_line);
    Ok(Table::of_rows(HEADER.to_vec(), lines.map(|item| row(shown, &item)).collect()))
}

fn row(shown: Shown<'_>, item: &Item<'_>) -> Vec<Value> {
    let name = label(item, &shown.policy.labels);
    let mut cells = vec![("group", text(title(item.group()))), ("line", text(&*name))];
    cells.extend(figures(shown, item));
    let cell = |column: &&str| {
        let found = cells.iter().find(|(name, _)| name == column);
        found.map_or(Value::Null, |(_, value)| value.clone())
    };
    HEADER.iter().map(cell).collect()
}

/// The figures of a line, and the codes that it is about.
fn figures(shown: Shown<'_>, item: &Item<'_>) -> Vec<(&'static str, Value)> {
    let figures = shown.figures;
    let count = |n: usize| number(n as f64);
    let target = |place: usize| {
        let target = figures.targets.get(place).and_then(|target| target.target);
        ("target", number(target))
    };
    match item {
        Item::HighRisk => vec![("figure", count(figures.customers_at_high_risk)), target(0)],
        Item::AtRisk => vec![("figure", number(figures.revenue_at_risk)), target(1)],
        Item::HighRiskRevenue => vec![("figure", number(figures.revenue_at_risk_high))],
        Item::Plays => vec![("figure", count(figures.recommendations))],
        Item::Waiting => vec![("figure", count(figures.awaiting.plays))],
        Item::Money(money) => {
            let of = |plays: usize, sums: &Investment| match money {
                Money::Plays => count(plays),
                Money::Cost => number(sums.expected_cost),
                Money::Value => number(sums.expected_value),
                Money::Net => number(sums.net_benefit),
                Money::Roi => number(sums.roi_percent),
            };
            let committed = &figures.committed;
            vec![
                ("figure", of(committed.plays, &committed.investment)),
                ("all_recommendations", of(figures.recommendations, &figures.investment)),
            ]
        }
        Item::Kpi(kpi) => vec![("figure", number(kpi.actual)), ("target", number(kpi.target))],
        Item::Arm(_, arm) => vec![
            ("customers", number(arm.assigned as f64)),
            ("outcomes", number(arm.outcomes as f64)),
            ("success_rate", number(arm.rate)),
        ],
        Item::Saved(row) => vec![
            ("playbook_id", text(row.id)),
            ("outcomes", number(row.saved.outcomes as f64)),
            ("figure", number(row.saved.ratio)),
        ],
        Item::Segment(row) => vec![
            ("segment", text(&*row.segment)),
            ("customers", count(row.customers)),
            ("plays", count(row.recommendations)),
            ("revenue_at_risk", number(row.revenue_at_risk)),
        ],
        Item::Stage(row) => vec![
            ("journey_stage", text(row.stage.as_deref())),
            ("customers", count(row.customers)),
            ("revenue_at_risk", number(row.revenue_at_risk)),
        ],
        Item::Spot(spot) => vec![
            ("segment", text(spot.segment)),
            ("journey_stage", text(spot.stage)),
            ("customers", count(spot.count.customers)),
            ("revenue_at_risk", number(spot.count.revenue.value())),
        ],
        Item::Path(row) => vec![
            ("path", text(&*path_text(&row.path))),
            ("customers", count(row.customers)),
            ("revenue_at_risk", number(row.revenue_at_risk)),
        ],
        Item::Playbook(row) => vec![
            ("playbook_id", text(&*row.playbook_id)),
            ("plays", count(row.recommendations)),
            ("expected_value", number(row.expected_value)),
            ("expected_cost", number(row.expected_cost)),
        ],
        Item::Leader(_, row) => vec![
            ("playbook_id", text(&*row.playbook_id)),
            ("segment", text(row.segment.as_deref())),
            ("roi_ratio", number(row.roi_ratio)),
            ("success_rate", number(row.success_rate)),
            ("runs", number(row.runs)),
        ],
        Item::Review(row) => vec![
            ("playbook_id", text(&*row.playbook_id)),
            ("segment", text(row.segment.as_deref())),
            ("roi_ratio", number(row.roi)),
            ("success_rate", number(row.success_rate)),
        ],
        Item::Series(Series::HighRisk) => {
            vec![("figure", number(numbers(&figures.trend, Series::HighRisk).last().copied()))]
        }
        Item::Series(Series::Revenue) => {
            vec![("figure", number(numbers(&figures.trend, Series::Revenue).last().copied()))]
        }
        Item::Person(person) => vec![("entries", count(person.entries))],
        Item::Reason(_, times) => vec![("entries", count(*times))],
        Item::Experiment(_)
        | Item::Heading(_)
        | Item::Note(..)
        | Item::Direction
        | Item::LastSnapshot => Vec::new(),
    }
}
