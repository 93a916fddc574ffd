//! The text of `sources.toml` to [`Sources`], with a place for everything that is wrong with it.

use std::sync::Arc;

use compact_str::{CompactString, ToCompactString as _};
use jiff::civil::date;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::find;
use super::keys::{COLUMN_KEYS, COLUMNS, FILE, SourceKey, TABLE_KEYS};
use super::mapping::{
    ColumnRule, DateForm, Fixed, NumberForm, Origin, Scale, Sources, TableMapping, fields, id_field,
};
use crate::domain::file::DataFile;
use crate::domain::json;
use crate::domain::number::{EXACT_WHOLE, Num};
use crate::domain::place::{Cursor, place_of};
use crate::domain::suggestion::alike;
use crate::domain::text::short;
use crate::domain::{Code, Finding};
use crate::store::row::Kind;
use crate::store::slot;
use crate::toml_text::{Problem, Syntax, Value, describe, not_a_table};

/// Name of the sources file in the data directory.
pub const SOURCES_FILE: &str = "sources.toml";

/// Reads the text of a sources file.
///
/// # Errors
/// Everything that is wrong with it, each finding with file, line and column.
pub fn parse(text: &str) -> Result<Sources, Vec<Finding>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let syntax = Syntax::new(text, document.get_ref(), &errors);
    let mut reader = Reader { text, problems: Vec::new() };
    let sources = reader.document(document.get_ref(), syntax.is_torn());
    // What no longer is as it was written says nothing about what was meant.
    reader.problems.retain(|problem| !syntax.is_in_doubt(problem.offset));
    let mut problems = reader.problems;
    problems.extend(syntax.problems);
    if problems.is_empty() {
        return Ok(sources);
    }
    problems.sort_by_key(|problem| problem.offset);
    problems.dedup_by_key(|problem| problem.offset);
    let mut cursor = Cursor::new(text);
    let finding = |problem: Problem| {
        let finding = Finding::new(Code::BadFile, problem.message).in_file(SOURCES_FILE);
        let finding = finding.at(cursor.at(problem.offset));
        match &problem.field {
            Some(field) => finding.field(field),
            None => finding,
        }
    };
    Err(problems.into_iter().map(finding).collect())
}

type Name<'i> = Spanned<DeString<'i>>;

struct Reader<'i> {
    text: &'i str,
    problems: Vec<Problem>,
}

/// The key of a name in one of the tables of keys.
fn key_of(keys: &'static [SourceKey], name: &str) -> Option<&'static SourceKey> {
    keys.iter().find(|key| key.name == name)
}

impl Reader<'_> {
    fn problem(&mut self, offset: usize, field: &str, message: String) {
        self.problems.push(Problem { offset, field: Some(field.to_owned()), message });
    }

    /// A value that does not belong where it is.
    fn unfit(&mut self, field: &str, value: &Value<'_>, expected: &str) {
        let found = describe(self.text, value);
        self.problem(value.span().start, field, format!("{field} is {found}, expected {expected}"));
    }

    /// A name that is none of those that are known.
    fn unknown<'k>(
        &mut self,
        what: &str,
        full: &str,
        name: &Name<'_>,
        known: impl Iterator<Item = &'k str>,
    ) {
        let own = name.get_ref().to_lowercase();
        let scores = known.map(|known| (strsim::jaro_winkler(&own, known), known.to_owned()));
        let nearest = alike(scores.collect());
        let meant = match nearest.split_last() {
            Some((last, [])) => format!("did you mean {last}?"),
            Some((last, before)) => format!("did you mean {} or {last}?", before.join(", ")),
            None => "remove it".to_owned(),
        };
        self.problem(name.span().start, full, format!("unknown {what} {}; {meant}", short(full)));
    }

    fn document(&mut self, document: &DeTable<'_>, torn: bool) -> Sources {
        let mut tables = Vec::new();
        for (name, value) in document {
            let own = name.get_ref().as_ref();
            let Some(table) = DataFile::ALL.into_iter().find(|file| file.stem() == own) else {
                self.unknown("table", own, name, DataFile::ALL.iter().map(|file| file.stem()));
                continue;
            };
            match value.get_ref() {
                DeValue::Table(keys) => {
                    let mapping = self.table(table, name, keys, torn);
                    tables.push((name.span().start, Arc::new(mapping)));
                }
                _ => self.problems.push(not_a_table(self.text, own, value)),
            }
        }
        tables.sort_by_key(|(offset, _)| *offset);
        Sources { tables: tables.into_iter().map(|(_, mapping)| mapping).collect() }
    }

    fn table(
        &mut self,
        table: DataFile,
        name: &Name<'_>,
        keys: &DeTable<'_>,
        torn: bool,
    ) -> TableMapping {
        let mut mapping = TableMapping {
            table,
            pattern: String::new(),
            place: place_of(self.text, name.span().start),
            format: None,
            delimiter: None,
            encoding: None,
            path: Vec::new(),
            sheet: None,
            names: Vec::new(),
            columns: Vec::new(),
        };
        let stem = table.stem();
        for (name, value) in keys {
            let own = name.get_ref().as_ref();
            let full = format!("{stem}.{own}");
            let Some(key) = key_of(TABLE_KEYS, own) else {
                // A field that is not under `columns` is a frequent slip.
                if fields(table).iter().any(|(field, _)| *field == own) {
                    let message =
                        format!("{full} stands in [{stem}]; write it under [{stem}.{COLUMNS}]");
                    self.problem(name.span().start, &full, message);
                } else {
                    self.unknown("key", &full, name, TABLE_KEYS.iter().map(|key| key.name));
                }
                continue;
            };
            if own == COLUMNS {
                self.columns(&mut mapping, value);
                continue;
            }
            if own == FILE {
                mapping.place = place_of(self.text, value.span().start);
            }
            let fits = value.get_ref().as_str().is_some_and(|text| set(&mut mapping, own, text));
            if !fits {
                let refused = value.get_ref().as_str().filter(|_| own == FILE).map(find::check);
                let expected = refused.and_then(Result::err).unwrap_or(key.expected);
                self.unfit(&full, value, expected);
            }
        }
        if torn {
            return mapping;
        }
        if keys.iter().all(|(name, _)| name.get_ref() != FILE) {
            let message =
                format!("[{stem}] has no {FILE}, expected the name of a file; add {FILE} = \"…\"");
            self.problem(name.span().start, &format!("{stem}.{FILE}"), message);
        }
        if let Some(id) = id_field(table)
            && keys.get(COLUMNS).is_none_or(|columns| {
                columns.get_ref().as_table().is_some_and(|table| table.get(id).is_none())
            })
        {
            let message = format!(
                "[{stem}] does not say which column {id} is; add {id} = \"…\" under [{stem}.{COLUMNS}]"
            );
            self.problem(name.span().start, &format!("{stem}.{COLUMNS}.{id}"), message);
        }
        if !mapping.path.is_empty() && mapping.format.is_some_and(|format| !format.is_document()) {
            let message = format!("{stem}.path is for JSON alone; remove it, or the format");
            self.problem(name.span().start, &format!("{stem}.path"), message);
        }
        mapping
    }

    fn columns(&mut self, mapping: &mut TableMapping, value: &Value<'_>) {
        let stem = mapping.table.stem();
        let DeValue::Table(columns) = value.get_ref() else {
            let found = describe(self.text, value);
            let message = format!(
                "{stem}.{COLUMNS} is {found}, expected a table; write [{stem}.{COLUMNS}] and the fields below"
            );
            return self.problem(value.span().start, &format!("{stem}.{COLUMNS}"), message);
        };
        let fields = fields(mapping.table);
        // In the order of the file, as people read what is said of several.
        let mut columns: Vec<_> = columns.iter().collect();
        columns.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in columns {
            let own = name.get_ref().as_ref();
            let full = format!("{stem}.{COLUMNS}.{own}");
            let found = fields.iter().enumerate().find(|(_, (field, _))| *field == own);
            let Some((number, (field, kind))) = found else {
                self.unknown("field", &full, name, fields.iter().map(|(field, _)| *field));
                continue;
            };
            let mut rule = ColumnRule {
                field,
                number_of_field: number,
                kind: *kind,
                from: Origin::Constant(Fixed::Nothing),
                values: None,
                number: NumberForm::Plain,
                scale: None,
                date: None,
                split: None,
                truths: None,
            };
            match value.get_ref() {
                DeValue::String(column) if !column.trim().is_empty() => {
                    rule.from = Origin::Column(column_number(mapping, column));
                }
                DeValue::Table(keys) => self.rule(mapping, &mut rule, &full, name, keys),
                _ => {
                    let expected = "the name of a column, or a table such as { column = \"…\" }";
                    self.unfit(&full, value, expected);
                }
            }
            mapping.columns.push(rule);
        }
        mapping.columns.sort_by_key(|rule| rule.number_of_field);
    }

    fn rule(
        &mut self,
        mapping: &mut TableMapping,
        rule: &mut ColumnRule,
        full: &str,
        name: &Name<'_>,
        keys: &DeTable<'_>,
    ) {
        let has = |key: &str| keys.get(key).is_some();
        let before = self.problems.len();
        let (mut from, mut to) = (None, None);
        for (name, value) in keys {
            let own = name.get_ref().as_ref();
            let key = format!("{full}.{own}");
            let Some(row) = key_of(COLUMN_KEYS, own) else {
                self.unknown("key", &key, name, COLUMN_KEYS.iter().map(|key| key.name));
                continue;
            };
            if let Some(needs) = not_for(own, rule.kind) {
                let message = format!(
                    "{key} is for {needs}, and {} is {}; remove it",
                    rule.field,
                    rule.kind.words()
                );
                self.problem(name.span().start, &key, message);
                continue;
            }
            let text = value.get_ref().as_str();
            let fits = match own {
                "column" => text.filter(|text| !text.trim().is_empty()).map(|text| {
                    rule.from = Origin::Column(column_number(mapping, text));
                }),
                "value" => fixed(rule.kind, value).map(|value| rule.from = Origin::Constant(value)),
                "values" => self.values(rule, &key, value),
                "otherwise" => fixed(rule.kind, value).map(|value| {
                    rule.values.get_or_insert_default().otherwise = Some(value);
                }),
                "number" => text.and_then(|text| text.parse().ok()).map(|form| rule.number = form),
                "from" => pair(value).filter(|(a, b)| a != b).map(|pair| from = Some(pair)),
                "to" => pair(value).map(|pair| to = Some(pair)),
                "date" => text.and_then(date_form).map(|form| rule.date = Some(form)),
                "split" => {
                    text.filter(|text| !text.is_empty()).map(|text| rule.split = Some(text.into()))
                }
                _ => texts(value).map(|texts| rule.truths = Some(texts)),
            };
            if fits.is_none() && !(own == "values" && value.get_ref().is_table()) {
                let of_kind = format!("a value of the field: {}", rule.kind.words());
                let of_kind = matches!(own, "value" | "otherwise").then_some(of_kind.as_str());
                self.unfit(&key, value, of_kind.unwrap_or(row.expected));
            }
        }
        rule.scale = from.zip(to).map(|(from, to)| Scale { from, to });
        let missing = match (has("column"), has("value")) {
            (false, false) => Some("has no column; add column = \"…\""),
            (true, true) => Some("has a column and a value; remove one of them"),
            (false, true) if keys.len() > 1 => {
                Some("has a value and says how to read a column; remove one of them")
            }
            _ if has("from") != has("to") => Some("has only one of from and to; add the other one"),
            (false, true) if id_field(mapping.table) == Some(rule.field) => {
                Some("has one value for every row; name the column that holds the id")
            }
            _ if has("otherwise") && !has("values") => {
                Some("has otherwise and no values; add values = { … }")
            }
            _ if has("values") && READS.iter().any(|key| has(key)) => Some(
                "has values and says how to read other texts, which values leaves out; remove one of them",
            ),
            _ => None,
        };
        if let Some(missing) = missing.filter(|_| self.problems.len() == before) {
            self.problem(name.span().start, full, format!("{full} {missing}"));
        }
    }

    /// What the texts of a column stand for; `None` where the value is no table of them.
    fn values(&mut self, rule: &mut ColumnRule, full: &str, value: &Value<'_>) -> Option<()> {
        let DeValue::Table(table) = value.get_ref() else { return None };
        let mut listed = FxHashMap::default();
        for (name, value) in table {
            let own = name.get_ref().trim();
            match fixed(rule.kind, value) {
                Some(value) => {
                    if listed.insert(own.to_compact_string(), value).is_some() {
                        let key = format!("{full}.{}", short(own));
                        let message =
                            format!("{key} is set twice but for blanks; remove one of them");
                        self.problem(name.span().start, &key, message);
                    }
                }
                None => {
                    let expected = format!("a value of the field: {}", rule.kind.words());
                    self.unfit(&format!("{full}.{}", short(own)), value, &expected);
                }
            }
        }
        rule.values.get_or_insert_default().listed = listed;
        Some(())
    }
}

/// The number of a column of the file, which is read from now on.
fn column_number(mapping: &mut TableMapping, name: &str) -> usize {
    let name = name.trim();
    match mapping.names.iter().position(|known| known == name) {
        Some(number) => number,
        None => {
            mapping.names.push(name.into());
            mapping.names.len() - 1
        }
    }
}

/// Sets a key of a table that takes a text; false where the text is none that it takes.
fn set(mapping: &mut TableMapping, key: &str, text: &str) -> bool {
    match key {
        FILE => {
            mapping.pattern = text.to_owned();
            find::check(text).is_ok()
        }
        "format" => text.parse().map(|format| mapping.format = Some(format)).is_ok(),
        "encoding" => text.parse().map(|encoding| mapping.encoding = Some(encoding)).is_ok(),
        "delimiter" => match text.as_bytes() {
            [byte]
                if byte.is_ascii()
                    && !byte.is_ascii_alphanumeric()
                    && !b"\"\r\n.".contains(byte) =>
            {
                mapping.delimiter = Some(*byte);
                true
            }
            _ => false,
        },
        "path" => {
            mapping.path = text.split('.').map(str::to_owned).collect();
            mapping.path.iter().all(|key| !key.is_empty())
        }
        _ => {
            mapping.sheet = Some(text.to_owned());
            !text.is_empty()
        }
    }
}

/// The keys that say how the text of a cell is read, which `values` does by itself.
const READS: [&str; 6] = ["number", "from", "to", "date", "split", "true"];

/// What a key of a field is for, where that is not its type.
fn not_for(key: &str, kind: Kind) -> Option<&'static str> {
    let (fits, needs) = match key {
        "number" | "from" | "to" => (matches!(kind, Kind::Number | Kind::Numbers), "numbers"),
        "date" => (kind == Kind::Date, "dates"),
        "split" => (matches!(kind, Kind::Texts | Kind::Numbers), "lists"),
        "true" => (kind == Kind::Flag, "what is true or false"),
        _ => (true, ""),
    };
    (!fits).then_some(needs)
}

fn number(value: &Value<'_>) -> Option<f64> {
    let digits = match value.get_ref() {
        DeValue::Integer(_) => crate::toml_text::whole(value)?.to_string(),
        DeValue::Float(float) => float.as_str().replace('_', ""),
        _ => return None,
    };
    // What JSON takes as a number, and takes exactly.
    let number = slot::exact(digits.strip_prefix('+').unwrap_or(&digits))?;
    (number.fract() != 0.0 || number.abs() <= EXACT_WHOLE).then_some(number)
}

fn pair(value: &Value<'_>) -> Option<(f64, f64)> {
    match &value.get_ref().as_array()?[..] {
        [first, second] => Some((number(first)?, number(second)?)),
        _ => None,
    }
}

fn texts(value: &Value<'_>) -> Option<Vec<CompactString>> {
    let text = |value: &Value<'_>| value.get_ref().as_str().map(|text| text.trim().into());
    value.get_ref().as_array()?.iter().map(text).collect()
}

/// A value of a field as it is written in the sources file. A text without characters stands for none.
fn fixed(kind: Kind, value: &Value<'_>) -> Option<Fixed> {
    let value_of = value.get_ref();
    if value_of.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Some(Fixed::Nothing);
    }
    match kind {
        Kind::Id | Kind::Text => match value_of {
            DeValue::String(text) => Some(Fixed::Text(text.as_ref().into())),
            DeValue::Integer(_) => {
                Some(Fixed::Text(crate::toml_text::whole(value)?.to_compact_string()))
            }
            _ => None,
        },
        Kind::Date => match value_of {
            DeValue::String(text) => {
                crate::domain::time::date_of(text).map(|_| Fixed::Text(text.as_ref().into()))
            }
            DeValue::Datetime(date) if date.date.is_some() => {
                Some(Fixed::Text(date.to_compact_string()))
            }
            _ => None,
        },
        Kind::Number => number(value).map(Fixed::Number),
        Kind::Flag => value_of.as_bool().map(Fixed::Flag),
        Kind::Texts => texts(value).map(|texts| Fixed::Text(json::line(&texts).into())),
        Kind::Numbers => {
            let numbers: Option<Vec<Num>> =
                value_of.as_array()?.iter().map(|one| number(one).map(Num)).collect();
            numbers.map(|numbers| Fixed::Text(json::line(&numbers).into()))
        }
    }
}

/// How dates are written; `None` where a date cannot be told by the text.
fn date_form(text: &str) -> Option<DateForm> {
    match text {
        "iso" => return Some(DateForm::Iso),
        "epoch_s" => return Some(DateForm::EpochSeconds),
        "epoch_ms" => return Some(DateForm::EpochMilliseconds),
        _ => {}
    }
    // A pattern is good where a date that is written by it can be read again.
    let sample = date(2025, 1, 31).at(13, 45, 30, 0).to_zoned(TimeZone::UTC).ok()?;
    let written = strtime::format(text, &sample).ok()?;
    let read = strtime::parse(text, &written).ok()?.to_date().ok()?;
    (read == sample.date()).then(|| DateForm::Pattern(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that is told of a text, each with its place.
    fn told(text: &str) -> Vec<String> {
        let line = |finding: &Finding| {
            assert_eq!(finding.code, Code::BadFile);
            finding.to_string()
        };
        parse(text).err().unwrap_or_default().iter().map(line).collect()
    }

    /// What is told of a rule of `field`.
    fn told_of(table: &str, id: &str, rule: &str) -> Vec<String> {
        told(&format!("[{table}]\nfile = \"a.csv\"\n[{table}.columns]\n{id} = \"ID\"\n{rule}\n"))
    }

    #[test]
    fn the_example_is_read() {
        let text = r#"
            [customers]
            file = "hubspot-companies*.csv"
            [customers.columns]
            customer_id   = "Record ID"
            segment       = { column = "Tier", values = { "Tier 1" = "Enterprise" }, otherwise = "SMB" }
            account_value = { column = "Annual Revenue", number = "us" }
            renewal_date  = { column = "Renewal Date", date = "%m/%d/%Y" }
            [journey_state_log]
            file = "hubspot-companies*.csv"
            columns = { customer_id = "Record ID", journey_stage = { column = "Lifecycle Stage", values = {} } }
            [journey_forecasts]
            file = "health.csv"
            delimiter = "\t"
            encoding = "windows-1252"
            path = "data.rows"
            [journey_forecasts.columns]
            customer_id = "ID"
            churn_probability = { column = "Health Score", from = [0, 100], to = [1, 0] }"#;
        let sources = parse(text).unwrap();
        assert_eq!(sources.tables.len(), 3);
        let customers = sources.of(DataFile::Customers).unwrap();
        assert_eq!(customers.names, ["Record ID", "Tier", "Annual Revenue", "Renewal Date"]);
        assert_eq!(customers.place.line, 3);
        let forecasts = sources.of(DataFile::Forecasts).unwrap();
        assert_eq!(
            (forecasts.delimiter, &forecasts.path[..]),
            (Some(b'\t'), &["data".to_owned(), "rows".to_owned()][..])
        );
        let scale = Scale { from: (0.0, 100.0), to: (1.0, 0.0) };
        assert_eq!(forecasts.columns[1].scale, Some(scale));
        assert_eq!(sources.of(DataFile::Fused), None);
        assert_eq!(parse(""), Ok(Sources::default()));
    }

    #[test]
    fn everything_wrong_is_told_with_its_place() {
        let text = "\u{feff}[custommers]\nfile = \"x\"\n[customers]\nfil = \"a.csv\"\n\
            owner = \"Owner\"\nformat = \"excel\"\ndelimiter = \"ab\"\n[customers.columns]\n\
            nam = \"Name\"\n[signals]\nfile = \"../a.csv\"\ncolumns = \"x\"\n";
        assert_eq!(
            told(text),
            [
                "sources.toml:1:2: unknown table custommers; did you mean customers?",
                "sources.toml:3:2: [customers] has no file, expected the name of a file; add file = \"…\"",
                "sources.toml:4:1: unknown key customers.fil; did you mean file?",
                "sources.toml:5:1: customers.owner stands in [customers]; write it under [customers.columns]",
                "sources.toml:6:10: customers.format is the text \"excel\", expected csv, tsv, jsonl, json, \
                 split, index, columns or xlsx",
                "sources.toml:7:13: customers.delimiter is the text \"ab\", expected one character such as \
                 \",\", \";\", \"|\" or \"\\t\"",
                "sources.toml:9:1: unknown field customers.columns.nam; did you mean name?",
                "sources.toml:11:8: signals.file is the text \"../a.csv\", expected a file within the data \
                 directory: no \"..\", no absolute path, \"/\" between directories",
                "sources.toml:12:11: signals.columns is the text \"x\", expected a table; write \
                 [signals.columns] and the fields below",
            ]
        );
    }

    #[test]
    fn an_id_has_to_be_mapped() {
        let without = "[journey_playbooks]\nfile = \"plays.csv\"\n[journey_playbooks.columns]\nname = \"Play\"";
        assert_eq!(
            told(without),
            [
                "sources.toml:1:2: [journey_playbooks] does not say which column playbook_id is; add \
              playbook_id = \"…\" under [journey_playbooks.columns]"
            ]
        );
        let constant =
            "[customers]\nfile = \"a.csv\"\ncolumns = { customer_id = { value = \"C1\" } }";
        assert_eq!(
            told(constant),
            [
                "sources.toml:3:13: customers.columns.customer_id has one value for every row; name the \
              column that holds the id"
            ]
        );
        let snapshots =
            "[portfolio_snapshots]\nfile = \"x.csv\"\ncolumns = { generated_at = \"Day\" }";
        assert_eq!(told(snapshots), [""; 0], "rows that need no id");
    }

    #[test]
    fn rules_have_to_fit_their_field() {
        for (rule, said) in [
            ("segment = 5", "segment is the number 5, expected the name of a column, or a table"),
            ("segment = {}", "has no column; add column"),
            ("segment = { column = \"A\", value = \"B\" }", "has a column and a value"),
            (
                "segment = { column = \"A\", number = \"us\" }",
                "is for numbers, and segment is a text",
            ),
            ("segment = { column = \"A\", otherwise = \"B\" }", "has otherwise and no values"),
            (
                "segment = { column = \"A\", values = { x = 0.5 } }",
                "is the number 0.5, expected a value of the field: a text",
            ),
            (
                "segment = { colum = \"A\" }",
                "unknown key customers.columns.segment.colum; did you mean column?",
            ),
            (
                "account_value = { column = \"A\", number = \"german\" }",
                "expected plain, us, eu or percent",
            ),
            ("account_value = { column = \"A\", from = [0, 100] }", "has only one of from and to"),
            (
                "account_value = { column = \"A\", from = [1, 1], to = [0, 1] }",
                "expected two different numbers",
            ),
            ("account_value = { value = \"5\" }", "expected a value of the field: a number"),
            (
                "account_value = { value = 9007199254740993 }",
                "expected a value of the field: a number",
            ),
            (
                "account_value = { column = \"A\", values = { a = 1 }, number = \"us\" }",
                "has values and says how to read other texts",
            ),
            (
                "segment = { column = \"A\", values = { a = \"B\", \" a\" = \"C\" } }",
                "is set twice but for blanks",
            ),
            (
                "renewal_date = { column = \"A\", date = \"MM/DD/YYYY\" }",
                "expected iso, epoch_s, epoch_ms or a pattern",
            ),
            (
                "renewal_date = { column = \"A\", date = \"%m/%Y\" }",
                "expected iso, epoch_s, epoch_ms or a pattern",
            ),
            (
                "renewal_date = { column = \"A\", date = \"%Q\" }",
                "expected iso, epoch_s, epoch_ms or a pattern",
            ),
            ("name = { column = \"A\", split = \";\" }", "is for lists, and name is a text"),
        ] {
            let told = told_of("customers", "customer_id", rule);
            assert_eq!(told.len(), 1, "{rule}: {told:#?}");
            assert!(told[0].contains(said), "{said:?} is missing in {:?}", told[0]);
            assert!(told[0].starts_with("sources.toml:5:"), "{}", told[0]);
        }
    }

    #[test]
    fn every_key_of_the_tables_takes_its_example() {
        for key in TABLE_KEYS.iter().filter(|key| ![FILE, COLUMNS, "path"].contains(&key.name)) {
            let text = format!(
                "[customers]\nfile = \"a*.csv\"\n{} = {}\ncolumns = {{ customer_id = \"ID\" }}",
                key.name, key.example
            );
            assert_eq!(told(&text), [""; 0], "{}", key.name);
        }
        for key in COLUMN_KEYS {
            let field = match key.name {
                "number" | "from" | "to" => "avg_cost_estimate",
                "split" => "eligible_segments",
                "true" => "approval_required",
                "date" => continue,
                _ => "status",
            };
            let beside = match key.name {
                "column" | "value" => "",
                "otherwise" => "column = \"A\", values = {}, ",
                "from" => "column = \"A\", to = [0, 1], ",
                "to" => "column = \"A\", from = [0, 1], ",
                _ => "column = \"A\", ",
            };
            let rule = format!("{field} = {{ {beside}{} = {} }}", key.name, key.example);
            assert_eq!(told_of("journey_playbooks", "playbook_id", &rule), [""; 0], "{rule}");
        }
    }

    #[test]
    fn what_is_no_toml_is_told() {
        let told = told("[customers]\nfile = companies.csv\n");
        assert!(told[0].starts_with("sources.toml:2:8: found"), "{told:?}");
    }
}
