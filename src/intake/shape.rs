//! Whether a file of valid JSON is the table that it should be. One of which next to no row can be used
//! is none: an export of another shape, or of another file. Its rows count for nothing then, as those of
//! a file that cannot be read.

use serde_json::value::RawValue;

use super::file::DataFile;
use super::part::{Format, Written};
use super::row::Pairs;
use super::sources::SOURCES_FILE;
use crate::domain::{Code, Finding, Severity};
use crate::store::Table;
use crate::store::row::Row;

/// At least one row in so many has to be usable.
const ONE_IN: usize = 10;

/// What is wrong with a table of which these rows were read; `None` where enough of them are usable.
/// `text` gives what a file of the table that is not meant for it may be told by, for a hint at what it
/// is instead: all of it, or its first line.
pub fn refusal<R: Row>(
    file: DataFile,
    table: &Table<R>,
    text: impl FnOnce(&str) -> Option<(Written, String)>,
) -> Option<Finding> {
    // One that says that it has no id is a row of the table, though no one's.
    let usable = table.len + table.without_id;
    let rows = usable + table.unusable;
    if usable.saturating_mul(ONE_IN) >= rows {
        return None;
    }
    let how_many = match (usable, rows) {
        (0, 1) => "its only row cannot be used".to_owned(),
        (0, _) => format!("none of its {rows} rows can be used"),
        (usable, _) => format!("only {usable} of its {rows} rows can be used"),
    };
    let first = table.findings.iter().find(|finding| finding.severity == Severity::Error);
    let first = first.or(table.findings.first());
    // Where it is known what the file is instead, what does not fit of a row only distracts from it.
    let name = first.and_then(|first| first.file.as_deref());
    let name = name.unwrap_or_else(|| table.places.table(file));
    let hint = text(name).map(|(written, text)| hint::<R>(written, &text));
    let hint = hint.filter(|hint| !hint.is_empty());
    let misfit = || first.map_or_else(String::new, |first| format!("; {}", first.message));
    let why = hint.unwrap_or_else(misfit);
    let expected = match DataFile::holding(name) {
        Some(_) => Format::of(name).shape(file).to_owned(),
        None => format!("rows of {} as sources.toml maps them", file.stem()),
    };
    let message = format!("{how_many}{why}; expected {expected}");
    let mut finding = Finding::new(Code::BadFile, message).in_file(name).of_table(file);
    if let Some(first) = first {
        (finding.line, finding.column) = (first.line, first.column);
        finding.field.clone_from(&first.field);
    }
    Some(finding)
}

/// What a file of another shape probably is, and what to do about it; empty where nothing is known.
pub fn hint<R: Row>(written: Written, text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = written == Written::Lines;
    let what = match serde_json::from_str::<Pairs>(text) {
        Ok(pairs) => of_object::<R>(&pairs, lines),
        Err(_) if lines && text.starts_with('[') => Some(ARRAY.to_owned()),
        Err(_) => of_array(text),
    };
    what.map_or_else(String::new, |what| format!("; {what}"))
}

/// What is said of an array in a file of lines.
pub const ARRAY: &str = "the file holds an array, so its name has to end in .json";

/// How a file of another shape is read as it is.
fn mapped(key: &str, value: &str) -> String {
    format!("map it in {SOURCES_FILE} with {key} = {value:?}")
}

fn of_object<R: Row>(pairs: &Pairs<'_>, lines: bool) -> Option<String> {
    let members = || pairs.0.iter().map(|(key, value)| (key.as_slice(), value.get()));
    let opens = |value: &str, with: char| value.starts_with(with);
    let has_list = |name: &str| pairs.last(name).is_some_and(|value| opens(value, '['));
    if has_list("columns") && has_list("data") {
        return Some(format!("columns and rows are separate; {}", mapped("format", "split")));
    }
    let is_field = |key: &[u8]| R::NAMES.iter().any(|name| name.as_bytes() == key);
    if members().any(|(key, value)| is_field(key) && (opens(value, '{') || opens(value, '['))) {
        return Some(format!(
            "the keys are field names, so the file is written by column; {}",
            mapped("format", "columns")
        ));
    }
    if let Some(field) = members().find(|(key, _)| is_field(key)) {
        if lines {
            return None;
        }
        let field = String::from_utf8_lossy(field.0);
        return Some(format!("the key {field:?} is a field name; put the row in a list, [ … ]"));
    }
    let holds_rows = |(_, value): &(&[u8], &str)| {
        let list: Result<Vec<Pairs<'_>>, _> = serde_json::from_str(value);
        let object: Result<Pairs<'_>, _> = serde_json::from_str(value);
        list.is_ok_and(|rows| !rows.is_empty())
            || object.is_ok_and(|rows| {
                !rows.0.is_empty()
                    && rows.0.iter().all(|(_, row)| opens(row.get(), '{') || opens(row.get(), '['))
            })
    };
    if let Some((key, _)) = members().find(holds_rows) {
        let key = String::from_utf8_lossy(key);
        return Some(format!("the rows seem to be under {key:?}; {}", mapped("path", &key)));
    }
    let id = R::NAMES.iter().find(|name| R::blank().id().is_some_and(|(id, _)| id == **name))?;
    let own_id = |(key, value): (&[u8], &str)| {
        let row: Option<Pairs<'_>> = serde_json::from_str(value).ok();
        row.and_then(|row| row.last(id).map(|own| own.trim_matches('"').as_bytes() != key))
    };
    members().any(|member| own_id(member) == Some(true)).then(|| {
        format!(
            "the keys are not the {id} of the rows; write the rows as a list, [ … ], or {}",
            mapped("format", "index")
        )
    })
}

fn of_array(text: &str) -> Option<String> {
    let rows: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    let list = rows.first().is_some_and(|row| row.get().starts_with('['));
    list.then(|| "the rows are lists without field names; write them as objects".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Customer, Forecast, FusedSignals, JourneyState, Playbook, Signal};
    use crate::intake::batch::Keep;
    use crate::intake::parse;
    use crate::intake::part::Input;

    fn refused<R: Row>(file: DataFile, text: &str) -> Option<String> {
        match parse::rows::<R>(Input::json(file), text.as_bytes(), Keep::All) {
            Ok(batch) => {
                let told = |_: &str| Some((Written::Array, text.to_owned()));
                let finding = refusal(file, &batch.table, told)?;
                assert_eq!(finding.code, Code::BadFile);
                Some(finding.message)
            }
            Err(problem) => Some(problem.message),
        }
    }

    /// A table in every shape in which an export may have it, each with what is said of it.
    fn shapes(id: &str, field: &str, value: &str) -> Vec<(String, &'static str)> {
        let row = format!(r#"{{"{id}":"X1","{field}":{value}}}"#);
        let columns = format!(r#"{{"{id}":{{"0":"X1","1":"X2"}},"{field}":{{"0":{value}}}}}"#);
        let by_id = format!(r#"{{"{field}":{{"X1":{value},"X2":{value}}}}}"#);
        vec![
            (columns, "written by column"),
            (by_id, "written by column"),
            (format!(r#"{{"{id}":["X1","X2"],"{field}":[{value},{value}]}}"#), "by column"),
            (format!(r#"{{"{id}":{{}},"{field}":{{}}}}"#), "written by column"),
            (
                format!(r#"{{"columns":["{id}","{field}"],"index":[0],"data":[["X1",{value}]]}}"#),
                "columns and rows are separate",
            ),
            (format!(r#"{{"0":{row},"1":{row}}}"#), "write the rows as a list"),
            (format!(r#"{{"records":[{row}]}}"#), "under \"records\""),
            (format!(r#"{{"meta":{{"version":1}},"data":[{row},{row}]}}"#), "under \"data\""),
            (format!(r#"{{"data":{{"X1":{row}}}}}"#), "under \"data\""),
            (format!(r#"{{"X1":{value},"X2":{value}}}"#), "none of its 2 rows"),
            (row.clone(), "put the row in a list"),
            (format!(r#"[["X1",{value}],["X2",{value}]]"#), "rows are lists"),
            (r#"[{"x":1},{"x":2}]"#.to_owned(), "none of its 2 rows"),
            (r#"[null]"#.to_owned(), "its only row cannot be used"),
        ]
    }

    fn every_shape<R: Row>(file: DataFile, id: &str, field: &str, value: &str) {
        for (text, said) in shapes(id, field, value) {
            let told = refused::<R>(file, &text).unwrap_or_default();
            let array = file.keyed_by().is_none() && text.starts_with('{');
            assert!(told.contains(said) || array && !told.is_empty(), "{text}: {told:?}");
            assert!(told.contains(&format!("expected {}", file.shape())), "{told}");
        }
        let row = format!(r#"{{"{id}":"X1","{field}":{value}}}"#);
        assert_eq!(refused::<R>(file, &format!("[{row}]")), None);
        assert_eq!(refused::<R>(file, "[]"), None);
        if file.keyed_by().is_some() {
            assert_eq!(refused::<R>(file, &format!(r#"{{"X1":{row}}}"#)), None);
            assert_eq!(refused::<R>(file, &format!(r#"{{"X1":{{"{field}":{value}}}}}"#)), None);
            assert_eq!(refused::<R>(file, r#"{"X1":{}}"#), None, "an id and nothing else");
            assert_eq!(refused::<R>(file, "{}"), None);
        }
        let without_id = format!(r#"[{{"{id}":null,"{field}":{value}}},{{"{id}":""}}]"#);
        assert_eq!(refused::<R>(file, &without_id), None, "rows that are passed over");
    }

    #[test]
    fn a_file_of_another_shape_is_refused_with_a_hint_whatever_table_it_is() {
        every_shape::<Customer>(DataFile::Customers, "customer_id", "segment", "\"SMB\"");
        every_shape::<Playbook>(DataFile::Playbooks, "playbook_id", "risk_threshold", "0.5");
        every_shape::<JourneyState>(DataFile::States, "customer_id", "journey_stage", "\"s\"");
        every_shape::<FusedSignals>(DataFile::Fused, "customer_id", "fused_risk_score", "0.5");
        every_shape::<Forecast>(DataFile::Forecasts, "customer_id", "churn_probability", "0.5");
        every_shape::<Signal>(DataFile::Signals, "customer_id", "signal_strength", "0.5");
    }

    #[test]
    fn one_usable_row_in_ten_is_enough() {
        let file = |good: usize, bad: usize| {
            let good = (0..good).map(|n| format!(r#"{{"customer_id":"G{n}"}}"#));
            let bad = (0..bad).map(|n| format!(r#"{{"customer_id":"B{n}","segment":1}}"#));
            format!("[{}]", good.chain(bad).collect::<Vec<_>>().join(",\n"))
        };
        assert_eq!(refused::<Customer>(DataFile::Customers, &file(1, 9)), None);
        let told = refused::<Customer>(DataFile::Customers, &file(1, 10)).unwrap();
        assert!(told.starts_with("only 1 of its 11 rows can be used; row of B0 skipped"), "{told}");
        let told = refused::<Customer>(DataFile::Customers, &file(0, 1)).unwrap();
        assert!(told.contains("segment is the number 1, expected text"), "{told}");
    }
}
