//! What was learned from outcomes, as `learn` prints and writes it.

use std::io::{self, Write};

use serde::Serialize;

use super::fields::Fields;
use super::table::{Cell, Column};
use super::{Look, csv, table};
use crate::domain::money::{count, counted, dollars, percent, rate, ratio};
use crate::domain::{PerformanceRow, json, number};
use crate::insight::learning::{Learned, LearnedRow, Skipped};
use crate::store::Dataset;

/// One object.
///
/// # Errors
/// What the writer reports.
pub fn write_json(out: &mut dyn Write, learned: &Learned) -> io::Result<()> {
    json::write(&mut *out, learned)?;
    out.write_all(b"\n")
}

/// The fields of each row.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(out: &mut dyn Write, learned: &Learned) -> io::Result<()> {
    let header = Fields::of(&LearnedRow::default());
    let rows = learned
        .rows
        .iter()
        .map(|row| Fields::of(row).0.into_iter().map(|(_, value)| value).collect());
    csv::write(out, header.names(), rows)
}

const COLUMNS: [Column; 10] = [
    Column::left("id").cut(8).kept(),
    Column::left("playbook").name(18),
    Column::left("segment").cut(10).kept(),
    Column::right("runs"),
    Column::right("outcomes").spare(3),
    Column::right("gross rate").spare(2),
    Column::right("learned"),
    Column::right("value").spare(1),
    Column::right("cost").spare(1),
    Column::right("ROI"),
];

/// For people: the rows, and what they are from.
///
/// # Errors
/// What the writer reports.
pub fn write_text(
    out: &mut dyn Write,
    learned: &Learned,
    dataset: &Dataset,
    look: Look,
) -> io::Result<()> {
    let row = |row: &LearnedRow| {
        let name = dataset.playbook_by_id(&row.playbook_id).map(|playbook| playbook.title());
        let money = |amount: Option<f64>| amount.map_or("–".to_owned(), dollars);
        let raw = row.raw_rate.map(|raw| rate(raw, row.low.zip(row.high)));
        vec![
            Cell::new(&row.playbook_id),
            Cell::new(name.unwrap_or_default()),
            Cell::new(&row.segment),
            Cell::new(runs(row.runs)),
            Cell::new(count(row.outcomes)),
            Cell::new(raw.unwrap_or_default()),
            Cell::new(row.success_rate.map(percent).unwrap_or_default()),
            Cell::new(money(row.avg_value)),
            Cell::new(money(row.avg_cost)),
            Cell::new(row.roi_ratio.map_or("–".to_owned(), ratio)),
        ]
    };
    if !learned.rows.is_empty() {
        let rows: Vec<Vec<Cell>> = learned.rows.iter().map(row).collect();
        table::write(out, &COLUMNS, &rows, look)?;
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(learned))?;
    let skipped = skipped(&learned.skipped);
    if !skipped.is_empty() {
        writeln!(out, "Not counted: {}", skipped.join(", "))?;
    }
    if !learned.rows.is_empty() && learned.prior_runs > 0.0 {
        let prior = runs(learned.prior_runs);
        writeln!(
            out,
            "A learned rate is adjusted toward the rate of more plays, which counts for {prior} runs"
        )?;
    }
    Ok(())
}

/// Runs, which may have a fraction.
fn runs(runs: f64) -> String {
    crate::insight::words::number(runs)
}

/// `Learned from 63 outcomes`.
fn summary(learned: &Learned) -> String {
    match learned.counted {
        0 => "Nothing to learn from: no outcome counts".to_owned(),
        outcomes => format!("Learned from {}", counted(outcomes, "outcome")),
    }
}

/// Why outcomes do not count, each with how many.
pub fn skipped(skipped: &Skipped) -> Vec<String> {
    let Skipped { not_joined, superseded, no_result, overridden, too_young, in_base } = *skipped;
    let reasons = [
        (not_joined, "without an intervention"),
        (superseded, "replaced by a later outcome"),
        (no_result, "without a result"),
        (overridden, "overridden by a person"),
        (too_young, "of plays that are too recent"),
        (in_base, "in the base already"),
    ];
    let reasons = reasons.into_iter().filter(|(number, _)| *number > 0);
    reasons.map(|(number, words)| format!("{} {words}", count(number))).collect()
}

/// A row of a performance file.
#[derive(Serialize)]
struct FileRow<'a> {
    playbook_id: &'a str,
    segment: &'a str,
    #[serde(serialize_with = "number::serialize")]
    runs: f64,
    #[serde(serialize_with = "number::serialize_option")]
    success_rate: Option<f64>,
    #[serde(serialize_with = "number::serialize_option")]
    avg_cost: Option<f64>,
    #[serde(serialize_with = "number::serialize_option")]
    avg_value: Option<f64>,
    #[serde(serialize_with = "number::serialize_option")]
    roi_ratio: Option<f64>,
    last_updated: Option<String>,
}

/// A performance file, a row a line.
///
/// # Errors
/// What the writer reports.
pub fn write_file(out: &mut dyn Write, learned: &Learned) -> io::Result<()> {
    let mut between = "[\n";
    for row in &learned.rows {
        out.write_all(between.as_bytes())?;
        let row = FileRow {
            playbook_id: &row.playbook_id,
            segment: &row.segment,
            runs: row.runs,
            success_rate: row.success_rate,
            avg_cost: row.avg_cost,
            avg_value: row.avg_value,
            roi_ratio: row.roi_ratio,
            last_updated: row.last_updated.map(|day| day.to_string()),
        };
        json::write(&mut *out, &row)?;
        between = ",\n";
    }
    out.write_all(if learned.rows.is_empty() { b"[]\n" } else { b"\n]\n" })
}

/// What would be different in a performance file: a line for each row that is new, gone or has other numbers.
pub fn differences(before: &[PerformanceRow], learned: &Learned) -> Vec<String> {
    let is_of = |row: &PerformanceRow, learned: &LearnedRow| {
        row.playbook_id == learned.playbook_id && row.segment.as_deref() == Some(&learned.segment)
    };
    let name = |id: &str, segment: Option<&str>| format!("{id} {}", segment.unwrap_or("null"));
    let mut lines = Vec::new();
    for row in &learned.rows {
        let named = name(&row.playbook_id, Some(&row.segment));
        let told = |row: &LearnedRow| {
            let rate = row.success_rate.map_or("–".to_owned(), percent);
            format!(
                "{} runs, {rate}, ROI {}",
                runs(row.runs),
                row.roi_ratio.map_or("–".to_owned(), ratio)
            )
        };
        match before.iter().find(|before| is_of(before, row)) {
            None => lines.push(format!("{named}: new, {}", told(row))),
            Some(before) => {
                let changed = [
                    change("runs", before.runs, Some(row.runs), &runs),
                    change("success rate", before.success_rate, row.success_rate, &percent),
                    change("value", before.avg_value, row.avg_value, &dollars),
                    change("cost", before.avg_cost, row.avg_cost, &dollars),
                    change("ROI", before.roi_ratio, row.roi_ratio, &ratio),
                ];
                let changed: Vec<String> = changed.into_iter().flatten().collect();
                if !changed.is_empty() {
                    lines.push(format!("{named}: {}", changed.join(", ")));
                }
            }
        }
    }
    let gone = before.iter().filter(|row| !learned.rows.iter().any(|one| is_of(row, one)));
    lines.extend(
        gone.map(|row| format!("{}: removed", name(&row.playbook_id, row.segment.as_deref()))),
    );
    lines
}

fn change(
    name: &str,
    before: Option<f64>,
    after: Option<f64>,
    words: &dyn Fn(f64) -> String,
) -> Option<String> {
    let told = |number: Option<f64>| number.map_or("none".to_owned(), words);
    (before != after).then(|| format!("{name} {} → {}", told(before), told(after)))
}
