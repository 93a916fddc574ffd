//! The first rows of the files as they would be read.

use super::super::date_text;
use super::super::mapping::{ColumnRule, Fixed, Origin, TableMapping};
use super::super::sources_file::parse;
use super::super::value::{self, Value};
use super::Guess;
use super::sample::{Sample, SampleCell};
use super::write::text;
use crate::domain::number::Num;
use crate::intake::DataFile;
use crate::store::row::Kind;

/// The first rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The table.
    pub table: DataFile,
    /// Its fields that have a column.
    pub fields: Vec<&'static str>,
    /// The first rows: a text for each field.
    pub rows: Vec<Vec<String>>,
}

/// Returns the first rows of each table that was guessed.
pub fn previews(guess: &Guess, samples: &[Sample], rows: usize) -> Vec<Preview> {
    let Ok(sources) = parse(&text(guess)) else { return Vec::new() };
    let preview = |mapping: &TableMapping| {
        let table = guess.tables.iter().find(|table| table.table == mapping.table)?;
        let sample = samples.iter().find(|sample| sample.name == table.file)?;
        let row =
            |row| mapping.columns.iter().map(|rule| shown(mapping, rule, sample, row)).collect();
        Some(Preview {
            table: mapping.table,
            fields: mapping.columns.iter().map(|rule| rule.field).collect(),
            rows: (0..sample.rows.min(rows)).map(row).collect(),
        })
    };
    sources.tables.iter().filter_map(|mapping| preview(mapping)).collect()
}

/// What a field is in a row.
fn shown(mapping: &TableMapping, rule: &ColumnRule, sample: &Sample, row: usize) -> String {
    let of_value = |value: &Value<'_>| match value {
        Value::Nothing => String::new(),
        Value::Text(text) if rule.kind == Kind::Date => match &rule.date {
            Some(form) => date_text::date(form, text).unwrap_or_else(|| format!("? {text}")),
            None => text.to_string(),
        },
        Value::Text(text) => text.to_string(),
        // Three digits are enough to see what a scale does.
        Value::Number(number) => Num((number * 1e3).round() / 1e3).to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Unlisted(text) => format!("? {text}"),
    };
    let column = match &rule.from {
        Origin::Constant(
            fixed @ (Fixed::Nothing | Fixed::Text(_) | Fixed::Number(_) | Fixed::Flag(_)),
        ) => {
            return of_value(&Value::of(fixed));
        }
        Origin::Column(column) => mapping.names.get(*column),
    };
    let column = sample
        .columns
        .iter()
        .find(|known| Some(known.header.as_str()) == column.map(|name| name.as_str()));
    let cell = column.and_then(|column| column.cells.get(row)).unwrap_or(&SampleCell::Empty);
    match value::read(rule, cell.cell()) {
        Ok(value) => of_value(&value),
        Err(_) => format!("? {}", cell.text()),
    }
}
