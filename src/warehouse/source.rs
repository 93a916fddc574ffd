//! Where the statement finds customers: the logs as the files have them, or a view of one row a
//! customer.

use super::dialect::{Dialect, TableName};
use crate::domain::OutOfRange;
use crate::domain::range::Range;

/// Where customers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The four tables of [`LOGS`], each with `row_no`, the place of a row; of several rows of a
    /// customer the one with the greatest counts.
    Logs,
    /// A view with the [`ID`] and all of [`COLUMNS`], one row a customer.
    View(TableName),
}

/// The column that says whom a row is about.
pub const ID: &str = "customer_id";

/// A column that is read.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds; a text where `None`.
    pub range: Option<Range>,
}

const fn text(name: &'static str) -> Column {
    Column { name, range: None }
}

const fn number(name: &'static str, range: Range) -> Column {
    Column { name, range: Some(range) }
}

/// The tables of [`Source::Logs`]: the name of each, what it is called in the statement, its columns.
pub const LOGS: [(&str, &str, &[Column]); 4] = [
    ("customers", "c", &[text("segment"), number("account_value", Range::Amount)]),
    ("journey_state_log", "s", &[text("journey_stage")]),
    ("fused_signals", "f", &[number("fused_risk_score", Range::Share)]),
    ("journey_forecasts", "p", &[number("churn_probability", Range::Share)]),
];

/// All columns but the id.
pub fn columns() -> impl Iterator<Item = &'static Column> {
    LOGS.iter().flat_map(|(_, _, columns)| *columns)
}

impl Column {
    /// The column of a table, of its type. Zero has one sign from there on: some engines tell one from
    /// the other.
    fn read(&self, table: &str, dialect: &Dialect) -> String {
        let Self { name, range } = self;
        match range {
            None => format!("CAST({table}.{name} AS {})", dialect.text),
            Some(_) => format!("CAST({table}.{name} AS {}) + {}", dialect.double, dialect.zero),
        }
    }

    /// What holds where a number is in its range.
    fn in_range(&self, table: &str) -> Option<String> {
        let name = self.name;
        match self.range? {
            Range::Share => Some(format!("{table}.{name} >= 0 AND {table}.{name} <= 1")),
            Range::Amount | Range::Count => Some(format!("{table}.{name} >= 0")),
        }
    }
}

impl Source {
    /// True where it is, or has, a table of that name.
    pub fn is(&self, name: &str) -> bool {
        match self {
            Self::Logs => LOGS.iter().any(|(table, ..)| *table == name),
            Self::View(view) => view.is(name),
        }
    }

    /// A query of one row a customer: the id and all columns.
    pub fn query(&self, dialect: &Dialect, out_of_range: OutOfRange) -> String {
        let skips = out_of_range == OutOfRange::Skip;
        match self {
            Self::View(view) => {
                let id = format!("CAST(v.{ID} AS {}) AS {ID}", dialect.text);
                let mut read = vec![id];
                let mut of_customer = Vec::new();
                for (table, _, columns) in &LOGS {
                    for column in *columns {
                        let mut value = column.read("v", dialect);
                        match column.in_range("v").filter(|_| skips) {
                            // A row that is skipped is one that is not there: the customer, or the risk.
                            Some(fits) if *table == "customers" => {
                                of_customer.push(format!("(v.{} IS NULL OR {fits})", column.name));
                            }
                            Some(fits) => value = format!("CASE WHEN {fits} THEN {value} END"),
                            None => {}
                        }
                        read.push(format!("{value} AS {}", column.name));
                    }
                }
                let from = view.sql(dialect);
                let filter = match of_customer.is_empty() {
                    true => String::new(),
                    false => format!("\n  WHERE {}", of_customer.join(" AND ")),
                };
                format!("  SELECT {}\n  FROM {from} v{filter}", read.join(",\n    "))
            }
            Self::Logs => {
                let own = |(_, alias, of): &(&str, &str, &'static [Column])| {
                    own_names(alias, &of.iter().map(|column| column.name).collect::<Vec<_>>())
                };
                let read: Vec<String> = LOGS.iter().map(own).collect();
                let mut query = format!(
                    "  SELECT {},\n    {}\n  FROM ",
                    own_names("c", &[ID]),
                    read.join(", ")
                );
                for (number, (table, alias, columns)) in LOGS.iter().enumerate() {
                    let last = last_rows(dialect, table, alias, columns, skips);
                    query.push_str(&match number {
                        0 => last,
                        _ => format!("\n  LEFT JOIN {last} ON {alias}.{ID} = c.{ID}"),
                    });
                }
                query
            }
        }
    }
}

/// Columns of a table under their own names: where two tables have one, some engines name it `k.segment`
/// otherwise.
pub fn own_names(table: &str, names: &[&str]) -> String {
    let column = |name: &&str| format!("{table}.{name} AS {name}");
    names.iter().map(column).collect::<Vec<_>>().join(", ")
}

/// The last row of each customer in a table.
fn last_rows(
    dialect: &Dialect,
    table: &str,
    alias: &str,
    columns: &[Column],
    skips: bool,
) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let read: Vec<String> =
        columns.iter().map(|c| format!("{} AS {}", c.read("r", dialect), c.name)).collect();
    let fits = |c: &Column| Some(format!("r.{} IS NULL OR {}", c.name, c.in_range("r")?));
    let fits = columns.iter().filter_map(fits).find(|_| skips);
    let filter = fits.map_or_else(String::new, |fits| format!("\n      WHERE {fits}"));
    format!(
        "(\n    SELECT {ID}, {} FROM (\n      SELECT CAST(r.{ID} AS {}) AS {ID},\n        {},\n        \
         ROW_NUMBER() OVER (PARTITION BY r.{ID} ORDER BY r.row_no DESC) AS nth\n      \
         FROM {table} r{filter}\n    ) {alias}0 WHERE nth = 1\n  ) {alias}",
        names.join(", "),
        dialect.text,
        read.join(", "),
    )
}
