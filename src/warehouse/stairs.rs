//! The steps of the staircase: as a table within the statement, or as a CSV file that becomes one.

use std::io::{self, Write};

use super::dialect::Dialect;
use crate::domain::{Error, ErrorKind};
use crate::matching::Staircase;
use crate::matching::staircase::Step;

/// The columns, in the order of the file.
pub const COLUMNS: [&str; 12] = [
    "no_stage",
    "stage",
    "other_segment",
    "segment",
    "risk_from",
    "risk_below",
    "playbook_id",
    "playbook_name",
    "recommended_action",
    "expected_cost",
    "expected_value",
    "asks",
];

/// What a row holds in a column.
enum Cell<'a> {
    Flag(bool),
    Text(Option<&'a str>),
    Number(Option<f64>),
}

fn cells(step: &Step) -> [Cell<'_>; 12] {
    let text = |text: &'_ Option<compact_str::CompactString>| text.is_none();
    // What is more than a number holds has no number, as in JSON.
    let number = |number: f64| Cell::Number(Some(number).filter(|number| number.is_finite()));
    [
        Cell::Flag(text(&step.stage)),
        Cell::Text(Some(step.stage.as_deref().unwrap_or_default())),
        Cell::Flag(text(&step.segment)),
        Cell::Text(Some(step.segment.as_deref().unwrap_or_default())),
        number(step.risk_from),
        Cell::Number(step.risk_below),
        Cell::Text(Some(&step.playbook_id)),
        Cell::Text(step.playbook_name.as_deref()),
        Cell::Text(Some(&step.recommended_action)),
        number(step.expected_cost),
        number(step.expected_value),
        Cell::Flag(step.asks),
    ]
}

/// Writes the steps as CSV: texts in quotes, nothing for null.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(out: &mut dyn Write, staircase: &Staircase) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))?;
    for step in &staircase.steps {
        let cells = cells(step).map(|cell| match cell {
            Cell::Flag(flag) => u8::from(flag).to_string(),
            Cell::Text(text) => {
                text.map_or_else(String::new, |text| format!("\"{}\"", text.replace('"', "\"\"")))
            }
            Cell::Number(number) => number.map_or_else(String::new, |number| format!("{number:?}")),
        });
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}

/// Every step as literals; numbers are texts, which [`read`] makes doubles of.
fn literals(dialect: &Dialect, staircase: &Staircase) -> Vec<Vec<String>> {
    let literal = |cell: Cell<'_>| match cell {
        Cell::Flag(flag) => u8::from(flag).to_string(),
        Cell::Text(text) => dialect.text_or_null(text),
        Cell::Number(number) => {
            dialect.text_or_null(number.map(|number| format!("{number:?}")).as_deref())
        }
    };
    let rows: Vec<Vec<String>> =
        staircase.steps.iter().map(|step| cells(step).map(literal).to_vec()).collect();
    if !rows.is_empty() {
        return rows;
    }
    // A table has a row: this one is nobody's, as a stage is given or not.
    let nobody = Step {
        stage: None,
        segment: None,
        risk_from: 0.0,
        risk_below: None,
        playbook_id: "".into(),
        playbook_name: None,
        recommended_action: "".into(),
        expected_cost: 0.0,
        expected_value: 0.0,
        asks: false,
    };
    let mut row = cells(&nobody).map(literal).to_vec();
    if let Some(no_stage) = row.first_mut() {
        *no_stage = "2".to_owned();
    }
    vec![row]
}

/// The steps as a query of one `SELECT` each.
pub fn union(dialect: &Dialect, staircase: &Staircase) -> String {
    let row = |(number, row): (usize, Vec<String>)| match number {
        // The first one names the columns.
        0 => {
            let named = row.iter().zip(COLUMNS).map(|(value, name)| format!("{value} AS {name}"));
            format!("  SELECT {}", named.collect::<Vec<_>>().join(", "))
        }
        _ => format!("  UNION ALL SELECT {}", row.join(", ")),
    };
    let rows = literals(dialect, staircase).into_iter().enumerate().map(row);
    rows.collect::<Vec<_>>().join("\n")
}

/// The steps as a query of one list of values.
pub fn values(dialect: &Dialect, staircase: &Staircase) -> String {
    let rows = literals(dialect, staircase).into_iter().map(|row| format!("({})", row.join(", ")));
    format!(
        "  SELECT * FROM (VALUES\n    {}\n  ) AS v ({})",
        rows.collect::<Vec<_>>().join(",\n    "),
        COLUMNS.join(", ")
    )
}

/// A query of the steps in a table, each column of its type, whatever type the table gives it. A table
/// that was loaded from CSV may have null for an empty text.
pub fn read(dialect: &Dialect, table: &str) -> String {
    let (text, double) = (dialect.text, dialect.double);
    let columns = COLUMNS.map(|name| match name {
        "no_stage" | "other_segment" | "asks" => name.to_owned(),
        "stage" | "segment" => format!("COALESCE(CAST({name} AS {text}), '') AS {name}"),
        "risk_from" | "risk_below" | "expected_cost" | "expected_value" => {
            format!("CAST({name} AS {double}) AS {name}")
        }
        _ => format!("CAST({name} AS {text}) AS {name}"),
    });
    format!("  SELECT {}\n  FROM {table}", columns.join(",\n    "))
}

/// Refuses texts that engines cannot hold or tell apart.
///
/// # Errors
/// Names the playbook and the text.
pub fn check(dialect: &Dialect, staircase: &Staircase) -> Result<(), Error> {
    let data = |message: String| Error::new(ErrorKind::Data, message);
    for step in &staircase.steps {
        for (name, cell) in COLUMNS.iter().zip(cells(step)) {
            let Cell::Text(Some(text)) = cell else { continue };
            if text.contains('\0') {
                let message = format!(
                    "the {name} {text:?} of playbook {:?} holds the character U+0000, which databases \
                     cannot hold",
                    step.playbook_id
                );
                return Err(data(message).hint("remove the character"));
            }
            let is_key = matches!(*name, "stage" | "segment");
            if is_key && dialect.ignores_trailing_blanks && text.ends_with(' ') {
                let message = format!(
                    "the {name} {text:?} of playbook {:?} ends with a blank, which {} ignores",
                    step.playbook_id, dialect.name
                );
                return Err(data(message).hint("remove the blank"));
            }
        }
    }
    Ok(())
}
