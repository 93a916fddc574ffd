//! What the statement relies on, as statements that return no rows where it holds.

use super::dialect::{Dialect, TableName};
use super::source::{ID, columns};

/// Returns the statements for a view of one row a customer, each ended by a semicolon and a line break:
/// no customer twice, no id null or empty, every number a number.
pub fn checks(dialect: &Dialect, view: &TableName) -> String {
    let view = view.sql(dialect);
    let mut statements = vec![
        format!("SELECT {ID}, COUNT(*) AS times FROM {view} GROUP BY {ID} HAVING COUNT(*) > 1"),
        format!(
            "SELECT {ID} FROM {view} WHERE {ID} IS NULL OR CAST({ID} AS {}) = ''",
            dialect.text
        ),
    ];
    let greatest = f64::MAX;
    for column in columns() {
        let name = column.name;
        match column.range {
            Some(_) => {
                let value = format!("CAST({name} AS {})", dialect.double);
                let (least, most) = (dialect.number(-greatest), dialect.number(greatest));
                // Engines do not agree on what compares with NaN; all of them say no to one of these.
                statements.push(format!(
                    "SELECT {ID}, {name} FROM {view} WHERE {name} IS NOT NULL \
                     AND CASE WHEN {value} >= {least} AND {value} <= {most} THEN 0 ELSE 1 END = 1"
                ));
            }
            None if dialect.ignores_trailing_blanks => {
                statements.push(format!("SELECT {ID}, {name} FROM {view} WHERE {name} LIKE '% '"));
            }
            None => {}
        }
    }
    statements.into_iter().map(|statement| format!("{statement};\n")).collect()
}
