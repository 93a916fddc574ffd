//! Recommendations, as `match` prints them.

use std::io::{self, Write};

use serde_json::Value;

use super::fields::Fields;
use super::table::{Cell, Column};
use super::{Look, Tone, csv, table};
use crate::domain::decision::InExperiment;
use crate::domain::money::{dollars, ratio};
use crate::domain::{Labels, Recommendation};
use crate::insight::words;
use crate::matching::Matching;

const COLUMNS: [Column; 13] = [
    Column::left("id").cut(8).kept(),
    Column::left("customer").name(18),
    Column::left("segment").cut(10).spare(2),
    Column::left("stage").cut(10).spare(3),
    Column::right("risk"),
    Column::right("confidence").spare(5),
    Column::left("playbook").cut(20).whole(),
    Column::left("action").cut(14).spare(6),
    Column::right("ROI"),
    Column::right("cost").spare(1),
    Column::right("value").spare(4),
    Column::right("account").spare(7),
    Column::left("approval"),
];

/// An aligned table of the recommendations of these customers; those without one are passed over.
///
/// # Errors
/// What the writer reports.
pub fn write_table(
    out: &mut dyn Write,
    matching: &Matching,
    numbers: impl IntoIterator<Item = usize>,
    look: Look,
) -> io::Result<()> {
    let has_experiments = !matching.policy().experiments.is_empty();
    let row = |number| {
        let mut row = row(matching, number)?;
        if has_experiments {
            let of = matching.in_experiment(number);
            let of = of.map(|of| format!("{}: {}", of.id, of.arm));
            row.push(Cell::new(of.unwrap_or_default()));
        }
        Some(row)
    };
    let rows: Vec<Vec<Cell>> = numbers.into_iter().filter_map(row).collect();
    let mut columns = COLUMNS.to_vec();
    columns.extend(has_experiments.then(|| Column::left("experiment").cut(24)));
    table::write(out, &columns, &rows, look)
}

fn row(matching: &Matching, number: usize) -> Option<Vec<Cell>> {
    let told = matching.recommendation(number)?;
    let roi = matching.winner(number)?.economics.roi;
    let approval = if told.requires_human_approval {
        Cell::new("needed").tone(Tone::Attention)
    } else {
        Cell::new("automatic").tone(Tone::Good)
    };
    let labels = &matching.policy().labels;
    Some(vec![
        Cell::new(&told.customer_id),
        Cell::new(matching.customer(number)?.name().unwrap_or_default()),
        Cell::new(&told.segment),
        stage(&told, labels),
        Cell::new(format!("{:.2}", told.risk_score)),
        Cell::new(format!("{:.2}", told.confidence)),
        Cell::new(told.playbook_title()),
        Cell::new(labels.action(&told.recommended_action)),
        Cell::new(ratio(roi)),
        Cell::new(dollars(told.expected_cost)),
        Cell::new(dollars(told.expected_value)),
        Cell::new(dollars(told.account_value)),
        approval,
    ])
}

/// Returns the label of a recommendation's stage.
pub(super) fn stage(told: &Recommendation, labels: &Labels) -> Cell {
    Cell::new(words::stage(labels, told.journey_stage.as_deref()))
}

/// CSV with the 12 fields of these customers' recommendations as columns, and `experiment` and `arm` where the
/// policy has experiments; those without a recommendation are passed over.
///
/// # Errors
/// What the writer reports.
pub fn write_matched_csv(
    out: &mut dyn Write,
    matching: &Matching,
    numbers: impl IntoIterator<Item = usize>,
) -> io::Result<()> {
    let numbers = numbers.into_iter();
    if matching.policy().experiments.is_empty() {
        return write_csv(out, numbers.filter_map(|number| matching.recommendation(number)));
    }
    let header = Fields::of(&Recommendation::default());
    let rows = numbers.filter_map(|number| {
        let fields = Fields::of(&matching.recommendation(number)?);
        let cells = fields.0.into_iter().map(|(_, value)| value);
        Some(cells.chain(experiment_cells(matching.in_experiment(number))).collect())
    });
    csv::write(out, header.names().chain(EXPERIMENT_COLUMNS), rows)
}

/// The columns of a customer's experiment in CSV.
pub(super) const EXPERIMENT_COLUMNS: [&str; 2] = ["experiment", "arm"];

/// Their cells; empty of a customer who is in none.
pub(super) fn experiment_cells(of: Option<InExperiment>) -> [Value; 2] {
    let [id, arm] = of.map(|of| [of.id, of.arm]).unwrap_or_default();
    [id, arm].map(|text| if text.is_empty() { Value::Null } else { text.as_str().into() })
}

/// CSV with the 12 fields as columns.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(
    out: &mut dyn Write,
    recommendations: impl IntoIterator<Item = Recommendation>,
) -> io::Result<()> {
    let header = Fields::of(&Recommendation::default());
    let rows = recommendations
        .into_iter()
        .map(|told| Fields::of(&told).0.into_iter().map(|(_, value)| value).collect());
    csv::write(out, header.names(), rows)
}
