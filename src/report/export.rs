//! What may run now, as `export` prints it: rows made and put into text by all cores, a stretch of
//! customers at a time.

use std::io::{self, Write};

use compact_str::CompactString;
use rayon::prelude::*;
use serde_json::Value;

use super::csv;
use super::fields::Fields;
use super::recommendations::{EXPERIMENT_COLUMNS, experiment_cells};
use crate::domain::json;
use crate::insight::ExportRow;

/// Customers whose rows are made by one thread at a time.
const PART: usize = 1 << 11;
/// Parts that are made before any of them is written.
const PARTS: usize = 16;

/// The field whose list CSV shows in one cell.
const SIGNALS: &str = "triggered_by_signals";

/// An array of the rows of customers `0..len`, byte for byte as
/// [`json::array`](super::json::array) writes it; those without a row are passed over.
///
/// # Errors
/// What the writer reports.
pub fn write_json(
    out: &mut dyn Write,
    len: usize,
    row: impl Fn(usize) -> Option<ExportRow> + Sync,
) -> io::Result<()> {
    let text = |part: Part| -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        for row in part.filter_map(&row) {
            if !text.is_empty() {
                text.extend_from_slice(b",\n");
            }
            json::write(&mut text, &row)?;
        }
        Ok(text)
    };
    let mut empty = true;
    for stretch in stretches(len) {
        let texts: Vec<io::Result<Vec<u8>>> = stretch.into_par_iter().map(text).collect();
        for text in texts {
            let text = text?;
            if text.is_empty() {
                continue;
            }
            out.write_all(if empty { b"[\n" } else { b",\n" })?;
            out.write_all(&text)?;
            empty = false;
        }
    }
    out.write_all(if empty { b"[]\n" } else { b"\n]\n" })
}

/// CSV with the fields of the JSON as columns, the signals joined by `;`. `handed_off`: with the id
/// of the hand-off in the last column; `has_experiments`: with the experiment and the arm of each customer.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(
    out: &mut dyn Write,
    len: usize,
    row: impl Fn(usize) -> Option<ExportRow> + Sync,
    (handed_off, has_experiments): (bool, bool),
) -> io::Result<()> {
    let intervention_id = handed_off.then(CompactString::default);
    let header = Fields::of(&ExportRow { intervention_id, ..ExportRow::default() });
    let mut header: Vec<&str> = header.names().collect();
    if has_experiments {
        let last = header.len() - usize::from(handed_off);
        header.splice(last..last, EXPERIMENT_COLUMNS);
    }
    let cells = |part: Part| -> Vec<Vec<Value>> {
        part.filter_map(&row).map(|row| cells(row, has_experiments)).collect()
    };
    let rows = stretches(len).flat_map(|stretch| {
        let parts: Vec<Vec<Vec<Value>>> = stretch.into_par_iter().map(cells).collect();
        parts.into_iter().flatten()
    });
    csv::write(out, header, rows)
}

fn cells(mut row: ExportRow, has_experiments: bool) -> Vec<Value> {
    let handed_off = row.intervention_id.is_some();
    let experiment = row.experiment.take();
    let signals = row.triggered_by_signals.join(";");
    let fields = Fields::of(&row).0.into_iter();
    let cell = |(name, value): (String, Value)| match name.as_str() {
        SIGNALS => signals.as_str().into(),
        _ => value,
    };
    let mut cells: Vec<Value> = fields.map(cell).collect();
    if has_experiments {
        let last = cells.len() - usize::from(handed_off);
        cells.splice(last..last, experiment_cells(experiment));
    }
    cells
}

/// Numbers of customers.
type Part = std::ops::Range<usize>;

/// The parts, as many at a time as are kept in memory.
fn stretches(len: usize) -> impl Iterator<Item = Vec<Part>> {
    (0..len).step_by(PART * PARTS).map(move |first| {
        let end = (first + PART * PARTS).min(len);
        (first..end).step_by(PART).map(|from| from..(from + PART).min(end)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;

    /// Every third customer has none.
    fn row(number: usize) -> Option<ExportRow> {
        (!number.is_multiple_of(3)).then(|| ExportRow {
            customer_id: compact_str::format_compact!("C{number}\u{1b}"),
            triggered_by_signals: vec!["S1".into(), "=S2".into()],
            expected_cost: number as f64 / 2.0,
            ..ExportRow::default()
        })
    }

    #[test]
    fn the_bytes_are_those_of_row_after_row() {
        for len in [0, 1, 2, PART, PART + 2, PART * PARTS + 5, 2 * PART * PARTS] {
            let (mut fast, mut plain) = (Vec::new(), Vec::new());
            write_json(&mut fast, len, row).unwrap();
            report::json::array(&mut plain, (0..len).filter_map(row)).unwrap();
            assert!(fast == plain, "{len}");
        }
    }

    #[test]
    fn a_hand_off_has_its_id_in_the_last_column() {
        let id = |number| ExportRow { intervention_id: Some("e7".into()), ..row(number).unwrap() };
        let mut out = Vec::new();
        write_csv(&mut out, 2, |number| (number == 1).then(|| id(number)), (true, false)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().next().unwrap().ends_with(",status,decision,intervention_id"));
        assert!(text.lines().nth(1).unwrap().ends_with(",\"none\",,\"e7\""), "{text}");
    }

    #[test]
    fn csv_has_the_signals_in_one_cell() {
        let mut out = Vec::new();
        write_csv(&mut out, 2, row, (false, false)).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "customer_id,journey_stage,playbook_id,recommended_action,confidence,expected_cost,\
             expected_value,requires_human_approval,triggered_by_signals,generated_at,status,\
             decision\n\"C1␛\",,\"\",\"\",0,0.5,0,false,\"S1;'=S2\",,\"none\",\n"
        );
        let mut out = Vec::new();
        write_csv(&mut out, 2 * PART * PARTS, row, (false, false)).unwrap();
        let lines = out.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(lines, 1 + (0..2 * PART * PARTS).filter_map(row).count());
    }
}
