//! The rows of a list, for a file: exact numbers, and codes as they stand in the data.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::domain::number::Num;
use crate::report::csv;

/// Rows made at a time, on every core: of very many customers all at once would take much memory.
const CHUNK: usize = 4 * 1024;

/// Makes a row by its place.
type RowAt = dyn Fn(usize) -> Vec<Value> + Send + Sync;

/// A list as a table.
#[derive(Clone)]
pub struct Table {
    header: Vec<&'static str>,
    len: usize,
    row: Arc<RowAt>,
}

impl Table {
    /// Returns a table with a header and so many rows, which are made only when they are written.
    pub fn new(
        header: Vec<&'static str>,
        len: usize,
        row: impl Fn(usize) -> Vec<Value> + Send + Sync + 'static,
    ) -> Self {
        Self { header, len, row: Arc::new(row) }
    }

    /// Returns a table of rows that are there already.
    pub fn of_rows(header: Vec<&'static str>, rows: Vec<Vec<Value>>) -> Self {
        Self::new(header, rows.len(), move |place| rows.get(place).cloned().unwrap_or_default())
    }

    /// Returns how many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns true where there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes it as CSV, with the header first.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let chunks = (0..self.len).step_by(CHUNK);
        let rows = chunks.flat_map(|first| -> Vec<Vec<Value>> {
            let places = first..(first + CHUNK).min(self.len);
            places.into_par_iter().map(|place| (self.row)(place)).collect()
        });
        csv::write(out, self.header.iter().copied(), rows)
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("header", &self.header).field("len", &self.len).finish()
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.row, &other.row)
    }
}

/// A number as JSON has it: exact, whole ones without a point. Nothing for none.
pub fn number(number: impl Into<Option<f64>>) -> Value {
    number.into().map_or(Value::Null, |number| json(Num(number)))
}

/// A text; nothing for none.
pub fn text<'a>(text: impl Into<Option<&'a str>>) -> Value {
    text.into().map_or(Value::Null, Value::from)
}

/// Any value as JSON has it.
pub fn json(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_texts_are_in_quotes() {
        let rows = vec![
            vec![text("C1"), number(0.1 + 0.2), number(90_000.0)],
            vec![text("a,\"b\""), number(None), text(None)],
        ];
        let mut out = Vec::new();
        Table::of_rows(vec!["id", "x", "y"], rows).write_csv(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "id,x,y\n\"C1\",0.30000000000000004,90000\n\"a,\"\"b\"\"\",,\n");
    }

    #[test]
    fn rows_stay_in_their_order_however_many_there_are() {
        let len = 2 * CHUNK + 7;
        let table = Table::new(vec!["n"], len, |place| vec![number(place as f64)]);
        let mut out = Vec::new();
        table.write_csv(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().skip(1).eq((0..len).map(|n| n.to_string())));
    }
}
