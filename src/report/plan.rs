//! A plan, as `plan` prints it.

use std::io::{self, Write};

use serde::Serialize;

use super::recommendations::{self, stage};
use super::table::{Cell, Column};
use super::{Look, Tone, table};
use crate::domain::money::{counted, dollars};
use crate::domain::number::Num;
use crate::domain::text::escape_controls;
use crate::domain::{Recommendation, json, number};
use crate::insight::plan::{Plan, Planning};
use crate::matching::Matching;

/// The recommendations of a plan, in file order.
fn plays<'a>(plan: &'a Plan, matching: &'a Matching) -> impl Iterator<Item = Recommendation> + 'a {
    plan.plays.iter().filter_map(|planned| planned.recommendation(matching))
}

/// What a plan has of an owner with a capacity, as JSON.
#[derive(Serialize)]
struct Owner<'a> {
    owner: &'a str,
    plays_per_week: usize,
    plays: usize,
    binds: bool,
    left_out: Vec<&'a str>,
    #[serde(serialize_with = "number::serialize")]
    left_out_net_value: f64,
}

impl<'a> Owner<'a> {
    fn of(its: &'a Planning, matching: &'a Matching) -> Self {
        let id = |number: &usize| Some(matching.customer(*number)?.id());
        Self {
            owner: its.capacity.owner.name(),
            plays_per_week: its.capacity.plays_per_week as usize,
            plays: its.plays,
            binds: its.binds,
            left_out: its.left_out.iter().filter_map(id).collect(),
            left_out_net_value: its.left_out_net,
        }
    }
}

/// One object, with the 12 fields of each play.
///
/// # Errors
/// What the writer reports.
pub fn write_json(out: &mut dyn Write, plan: &Plan, matching: &Matching) -> io::Result<()> {
    let sums = [
        ("budget", plan.budget),
        ("spent", plan.spent),
        ("net_value", plan.net_value),
        ("bound", plan.bound),
        ("gap", plan.gap),
        ("next_1000", plan.next_1000),
    ];
    out.write_all(b"{")?;
    for (name, amount) in sums {
        write!(out, "\"{name}\":")?;
        json::write(&mut *out, &Num(amount))?;
        out.write_all(b",")?;
    }
    if !plan.capacities.is_empty() {
        out.write_all(b"\"capacity\":")?;
        let owners: Vec<Owner<'_>> =
            plan.capacities.iter().map(|its| Owner::of(its, matching)).collect();
        json::write(&mut *out, &owners)?;
        out.write_all(b",")?;
    }
    out.write_all(b"\"plays\":[")?;
    let mut between: &[u8] = b"\n";
    for play in plays(plan, matching) {
        out.write_all(between)?;
        json::write(&mut *out, &play)?;
        between = b",\n";
    }
    out.write_all(if plan.plays.is_empty() { b"]}\n" } else { b"\n]}\n" })
}

/// The 12 fields of each play.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(out: &mut dyn Write, plan: &Plan, matching: &Matching) -> io::Result<()> {
    recommendations::write_csv(out, plays(plan, matching))
}

const COLUMNS: [Column; 11] = [
    Column::left("id").cut(8).kept(),
    Column::left("customer").name(18),
    Column::left("segment").cut(10).spare(2),
    Column::left("stage").cut(10).spare(1),
    Column::right("risk"),
    Column::left("playbook").cut(20).whole(),
    Column::right("cost"),
    Column::right("value").spare(3),
    Column::right("net"),
    Column::left("approval"),
    Column::left("instead of").cut(10).spare(4),
];

/// For people: what it comes to, then the plays.
///
/// # Errors
/// What the writer reports.
pub fn write_text(
    out: &mut dyn Write,
    plan: &Plan,
    matching: &Matching,
    look: Look,
) -> io::Result<()> {
    let plays = format!("for {}", counted(plan.plays.len(), "play"));
    let is_best = if plan.gap > 0.0 { "" } else { "the highest possible for this budget" };
    let lines = [
        ("budget", dollars(plan.budget), ""),
        ("spent", dollars(plan.spent), plays.as_str()),
        ("net value", dollars(plan.net_value), is_best),
        ("upper bound", dollars(plan.bound), "no plan has a higher net value"),
        ("shortfall", dollars(plan.gap), "at most, compared with the best plan"),
        ("gain from $1,000 more", format!("+{}", dollars(plan.next_1000)), "net value"),
    ];
    // Where the plan is the best one there is nothing to say of a better one.
    let is_shown = |name: &str| plan.gap > 0.0 || !matches!(name, "upper bound" | "shortfall");
    let lines = lines.into_iter().filter(|(name, ..)| is_shown(name));
    let lines: Vec<(&str, String, &str)> = lines.collect();
    let names = lines.iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
    let width = lines.iter().map(|(_, amount, _)| amount.len()).max().unwrap_or_default();
    for (name, amount, words) in lines {
        let line = format!("{name:<names$}  {amount:>width$}  {words}");
        writeln!(out, "{}", line.trim_end())?;
    }
    for words in plan.capacities.iter().filter_map(Planning::words) {
        writeln!(out, "{}", escape_controls(&words))?;
    }
    if plan.plays.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let row = |(told, customer): (Recommendation, usize)| {
        let instead = matching.recommendation(customer);
        let name = matching.customer(customer).and_then(|view| view.name());
        let instead = instead.filter(|best| best.playbook_id != told.playbook_id);
        vec![
            Cell::new(&told.customer_id),
            Cell::new(name.unwrap_or_default()),
            Cell::new(&told.segment),
            stage(&told, &matching.policy().labels),
            Cell::new(format!("{:.2}", told.risk_score)),
            Cell::new(told.playbook_title()),
            Cell::new(dollars(told.expected_cost)),
            Cell::new(dollars(told.expected_value)),
            Cell::new(dollars(told.net_value())),
            match told.requires_human_approval {
                true => Cell::new("needed").tone(Tone::Attention),
                false => Cell::new("automatic").tone(Tone::Good),
            },
            Cell::new(instead.as_ref().map_or("", |best| best.playbook_title())),
        ]
    };
    let told = plan
        .plays
        .iter()
        .filter_map(|planned| Some((planned.recommendation(matching)?, planned.customer)));
    table::write(out, &COLUMNS, &told.map(row).collect::<Vec<_>>(), look)
}
