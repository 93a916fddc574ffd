//! What was read, as the JSON files of a data directory: one array a table, one row a line.

use std::io::{self, Write};

use crate::domain::file::{DataFile, data_files};
use crate::domain::json;
use crate::store::Dataset;
use crate::store::interned::CustomerIds;
use crate::store::row::Row;
use crate::store::table::Table;

/// Returns how many rows [`write`] writes of a table.
pub fn rows(dataset: &Dataset, table: DataFile) -> usize {
    macro_rules! len {
        ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
            match table {
                // Only those that count: a later row that does not fit takes its playbook away.
                DataFile::Playbooks => dataset.playbooks.len(),
                $(#[allow(unreachable_patterns)] DataFile::$file => dataset.tables.$field.len,)*
            }
        };
    }
    data_files!(len)
}

/// Writes the rows of a table that could be read. Matching them gives what matching the files gave that
/// they were read from.
///
/// # Errors
/// What the writer reports.
pub fn write(out: &mut dyn Write, dataset: &Dataset, table: DataFile) -> io::Result<()> {
    macro_rules! write_rows {
        ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
            match table {
                DataFile::Playbooks => array(out, dataset.playbooks.iter().cloned()),
                $(#[allow(unreachable_patterns)] DataFile::$file => {
                    array(out, each(&dataset.tables.$field, &dataset.ids))
                })*
            }
        };
    }
    data_files!(write_rows)
}

fn each<'a, R: Row>(table: &'a Table<R>, ids: &'a CustomerIds) -> impl Iterator<Item = R> + 'a {
    (0..table.len).filter_map(move |number| table.row(number, ids))
}

fn array<R: Row>(out: &mut dyn Write, rows: impl Iterator<Item = R>) -> io::Result<()> {
    // A field that is missing is read as it is in this row.
    let blank = R::blank();
    let missing: Vec<String> = R::FIELDS.iter().map(|field| field.slot.json(&blank)).collect();
    let mut between = "\n";
    out.write_all(b"[")?;
    for row in rows {
        write!(out, "{between}{{")?;
        let mut comma = "";
        for (field, missing) in R::FIELDS.iter().zip(&missing) {
            let value = field.slot.json(&row);
            if value != *missing {
                write!(out, "{comma}{}: {value}", json::line(field.name))?;
                comma = ", ";
            }
        }
        out.write_all(b"}")?;
        between = ",\n";
    }
    out.write_all(b"\n]\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PerformanceRow, Playbook};

    fn written<R: Row>(rows: Vec<R>) -> String {
        let mut out = Vec::new();
        array(&mut out, rows.into_iter()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_has_its_values_and_no_segment_is_not_all_segments() {
        let row = PerformanceRow {
            playbook_id: "P\u{1b}1".into(),
            segment: None,
            avg_value: Some(0.1 + 0.2),
            runs: Some(3.0),
            ..PerformanceRow::default()
        };
        let all = PerformanceRow { playbook_id: "P2".into(), ..PerformanceRow::blank() };
        assert_eq!(
            written(vec![row, all]),
            "[\n{\"playbook_id\": \"P\\u001b1\", \"segment\": null, \"runs\": 3, \
             \"avg_value\": 0.30000000000000004},\n{\"playbook_id\": \"P2\"}\n]\n"
        );
        assert_eq!(written::<Playbook>(Vec::new()), "[\n]\n");
    }
}
