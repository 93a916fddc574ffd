//! Which tables of a database become files, and what their columns hold.

use postgres::Transaction;
use postgres::types::Type;

use crate::intake::DataFile;

/// A table or a view that becomes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub file: DataFile,
    /// The columns that are copied, in their order.
    pub columns: Vec<Column>,
    /// The statement that copies its rows out.
    pub copy: String,
}

/// A column that is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name as the key of a JSON object, with quotes and the colon.
    pub key: String,
    pub kind: Kind,
}

/// What the server sends of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, which has to be quoted.
    Text,
    /// A number as JSON writes it, or one of those that JSON has not.
    Number,
    /// `t` or `f`.
    Flag,
    /// JSON.
    Json,
}

impl Kind {
    fn of(type_oid: u32) -> Self {
        match Type::from_oid(type_oid) {
            Some(
                Type::INT2 | Type::INT4 | Type::INT8 | Type::FLOAT4 | Type::FLOAT8 | Type::NUMERIC,
            ) => Self::Number,
            Some(Type::BOOL) => Self::Flag,
            Some(
                Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UUID | Type::DATE,
            ) => Self::Text,
            // Also times, arrays, rows, ranges and types of the database's own: the server knows how.
            _ => Self::Json,
        }
    }
}

/// The column that tells the order of the rows. It is not copied.
const ORDER: &str = "row_no";

/// What can be read from: tables, views, materialized views, foreign and partitioned tables.
const COLUMNS: &str = "select a.attname::text, a.atttypid from pg_catalog.pg_class c \
    join pg_catalog.pg_attribute a on a.attrelid = c.oid \
    where c.oid = pg_catalog.to_regclass($1) and c.relkind in ('r', 'v', 'm', 'f', 'p') \
    and a.attnum > 0 and not a.attisdropped order by a.attnum";

/// Finds the tables that are named like files.
///
/// # Errors
/// What the server reports.
pub fn find(
    transaction: &mut Transaction<'_>,
    schema: Option<&str>,
) -> Result<Vec<Table>, postgres::Error> {
    let columns = transaction.prepare(COLUMNS)?;
    let mut found = Vec::new();
    for file in DataFile::ALL {
        let name = match schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(file.stem())),
            None => quoted(file.stem()),
        };
        let rows = transaction.query(&columns, &[&name])?;
        let all: Vec<(String, u32)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        if !all.is_empty() {
            found.push(table(file, &name, &all));
        }
    }
    Ok(found)
}

fn table(file: DataFile, name: &str, all: &[(String, u32)]) -> Table {
    let copied: Vec<(&String, Kind)> = all
        .iter()
        .filter(|(column, _)| column != ORDER)
        .map(|(column, oid)| (column, Kind::of(*oid)))
        .collect();
    let expression = |(column, kind): &(&String, Kind)| match kind {
        Kind::Json => format!("pg_catalog.to_json({})", quoted(column)),
        Kind::Text | Kind::Number | Kind::Flag => quoted(column),
    };
    let expressions: Vec<String> = copied.iter().map(expression).collect();
    let order = match copied.len() == all.len() {
        true => String::new(),
        false => format!(" order by {}", quoted(ORDER)),
    };
    let copy = format!("copy (select {} from {name}{order}) to stdout", expressions.join(", "));
    let column = |(column, kind): (&String, Kind)| Column {
        key: format!("{}:", crate::domain::json::line(column)),
        kind,
    };
    Table { file, columns: copied.into_iter().map(column).collect(), copy }
}

/// A name in a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_ordered_by_row_no_which_is_not_copied() {
        let text = Type::TEXT.oid();
        let columns = [
            ("row_no".to_owned(), Type::INT8.oid()),
            ("customer_id".to_owned(), text),
            ("odd \"name\"".to_owned(), Type::TIMESTAMPTZ.oid()),
        ];
        let ordered = table(DataFile::Customers, "\"s\".\"customers\"", &columns);
        assert_eq!(
            ordered.copy,
            "copy (select \"customer_id\", pg_catalog.to_json(\"odd \"\"name\"\"\") \
             from \"s\".\"customers\" order by \"row_no\") to stdout"
        );
        assert_eq!(ordered.columns[1].key, "\"odd \\\"name\\\"\":");
        let plain = table(DataFile::Customers, "\"customers\"", &columns[1..2]);
        assert_eq!(plain.copy, "copy (select \"customer_id\" from \"customers\") to stdout");
    }
}
