//! What is said of columns that a file does not have, whatever its format.

use super::delimited::NoHeader;
use super::mapping::{ColumnRule, Origin, TableMapping};
use crate::domain::suggestion::{close_suggestions, did_you_mean};
use crate::domain::{Code, Finding, Place};

/// What is said of a file without a header.
pub fn no_header(mapping: &TableMapping, no: &NoHeader, trouble: Option<&str>) -> Finding {
    let place = Place { line: no.line, column: 1 };
    let name = |column: usize| mapping.names.get(column).map_or("", |name| name.as_str());
    if let Some(why) = trouble {
        return Finding::new(Code::BadFile, why).at(place);
    }
    let message = match (no.twice, no.missing.as_slice()) {
        (Some(column), []) => {
            let name = name(column);
            format!("the header has {name:?} twice, expected it once; rename one of them")
        }
        (_, missing) => missing_columns(mapping, missing, &no.found),
    };
    let message = match (mapping.delimiter, no.found.as_slice()) {
        (Some(_), [only]) if only.contains([',', ';', '\t', '|']) => {
            format!("{message}; the header is one cell, so another delimiter may be right")
        }
        _ => message,
    };
    Finding::new(Code::BadFile, message).at(place)
}

/// What is said of columns that a file does not have, with those that it has.
pub fn missing_columns(mapping: &TableMapping, missing: &[usize], found: &[String]) -> String {
    /// So many headers are compared at most.
    const COMPARED: usize = 10_000;
    /// So many columns are told one by one.
    const TOLD: usize = 3;
    let name = |column: usize| mapping.names.get(column).map_or("", |name| name.as_str());
    let told = missing.iter().take(TOLD).map(|column| {
        let of_column =
            |rule: &&ColumnRule| matches!(&rule.from, Origin::Column(from) if from == column);
        let fields: Vec<&str> =
            mapping.columns.iter().filter(of_column).map(|rule| rule.field).collect();
        let headers = found.iter().take(COMPARED).map(String::as_str);
        let nearest = close_suggestions(name(*column), headers.filter(|header| !header.is_empty()));
        let hint = did_you_mean(&nearest).map_or_else(String::new, |hint| format!(" ({hint})"));
        format!("no column {:?} for {}{hint}", name(*column), fields.join(" and "))
    });
    let mut message = told.collect::<Vec<_>>().join("; ");
    if missing.len() > TOLD {
        message.push_str(&format!("; {} more are missing", missing.len() - TOLD));
    }
    format!("{message}; fix the name in sources.toml")
}
