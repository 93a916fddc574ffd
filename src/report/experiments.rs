//! What experiments show, as `experiment` prints it.

use std::io::{self, Write};

use super::table::{Cell, Column};
use super::{Look, table};
use crate::domain::money::{count, percent, rate};
use crate::domain::number::round;
use crate::insight::experiment::ExperimentResult;
use crate::insight::experiment::result::ArmResult;

const COLUMNS: [Column; 6] = [
    Column::left("arm").name(12),
    Column::right("share"),
    Column::right("assigned"),
    Column::right("outcomes"),
    Column::right("rate"),
    Column::right("against control"),
];

/// For people: each experiment with its arms, and what to do.
///
/// # Errors
/// What the writer reports.
pub fn write_text(out: &mut dyn Write, results: &[ExperimentResult], look: Look) -> io::Result<()> {
    for (place, result) in results.iter().enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        let id = crate::domain::text::escape_controls(&result.id);
        writeln!(out, "{id}: {}", result.recommendation.text)?;
        if let Some(planned) = result.planned_outcomes {
            let so_far: u64 = result.arms.iter().map(|arm| arm.outcomes).sum();
            writeln!(out, "{} of {} planned outcomes", number(so_far), number(planned))?;
        }
        let rows: Vec<Vec<Cell>> = result.arms.iter().map(|arm| row(result, arm)).collect();
        table::write(out, &COLUMNS, &rows, look)?;
    }
    Ok(())
}

fn row(result: &ExperimentResult, arm: &ArmResult) -> Vec<Cell> {
    let difference = result.differences.iter().find(|one| one.arm == arm.arm);
    let points = |share: f64| format!("{:+}", round(share * 100.0, 1));
    let difference = difference.map(|one| match one.difference {
        Some(difference) => {
            format!("{} ({} to {}) points", points(difference), points(one.low), points(one.high))
        }
        None => "–".to_owned(),
    });
    vec![
        Cell::new(&arm.arm),
        Cell::new(percent(arm.share)),
        Cell::new(number(arm.assigned)),
        Cell::new(number(arm.outcomes)),
        Cell::new(arm.rate.map_or("–".to_owned(), |share| rate(share, Some((arm.low, arm.high))))),
        Cell::new(difference.unwrap_or_else(|| "control".to_owned())),
    ]
}

fn number(number: u64) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX))
}
