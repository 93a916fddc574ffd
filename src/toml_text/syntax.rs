//! What is not TOML in a file: each error once, without what only follows from it.

use crate::domain::text::short;
use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::Problem;
use crate::domain::money::count;
use crate::domain::place::{Place, place_of};

/// What is wrong with the text as TOML.
pub struct Syntax {
    /// Each error once, in the order of the text.
    pub problems: Vec<Problem>,
    /// Where what was read may be another thing than what was written.
    doubtful: Vec<Range<usize>>,
}

impl Syntax {
    /// `errors` is what the parser said of the text, `document` what it made of it.
    pub fn new(text: &str, document: &DeTable<'_>, errors: &[Error]) -> Self {
        let mut values = Vec::new();
        spans(document, &mut values);
        let mut errors: Vec<(Range<usize>, &str)> = errors
            .iter()
            .map(|error| (error.span().unwrap_or_default(), error.message()))
            .collect();
        errors.sort_by_key(|(span, _)| span.start);
        let mut syntax = Self { problems: Vec::new(), doubtful: Vec::new() };
        for (number, (span, said)) in errors.iter().enumerate() {
            if syntax.problems.last().is_some_and(|told| told.offset == span.start) {
                continue;
            }
            if syntax.problems.len() >= MOST {
                // To go on would take longer and longer, and no one fixes so many one by one.
                let more = count(errors.len() - number);
                let message = format!("{more} more TOML errors follow; fix those above first");
                syntax.problems.push(Problem { offset: span.start, field: None, message });
                syntax.doubtful.push(span.start..text.len());
                break;
            }
            if *said == DUPLICATE {
                syntax.problems.push(duplicate(text, document, span));
            } else if !syntax.is_in_doubt(span.start) {
                // One error makes more of them on its line, in a value all the way to its end, and
                // in a header in all that stands under it.
                let line = line_around(text, span.start);
                let end = if is_header(text, &line) { under(text, line.end) } else { line.end };
                syntax.doubtful.push(line.start..end);
                let around = values.iter().filter(|value| reaches(value, span.start));
                syntax.doubtful.extend(around.cloned());
                let found = found(text, span);
                syntax.problems.push(Problem {
                    offset: span.start,
                    field: None,
                    message: format!("{found}: {said}; fix the line"),
                });
            }
        }
        syntax
    }

    /// True where something may be missing that was written.
    pub fn is_torn(&self) -> bool {
        !self.doubtful.is_empty()
    }

    /// True where what was read may be another thing than what was written.
    pub fn is_in_doubt(&self, offset: usize) -> bool {
        self.doubtful.iter().any(|range| reaches(range, offset))
    }
}

/// How many errors are reported one by one.
const MOST: usize = 50;

/// What the parser says of a key or table that comes twice.
const DUPLICATE: &str = "duplicate key";

fn reaches(range: &Range<usize>, offset: usize) -> bool {
    range.start <= offset && offset <= range.end
}

/// Where the values of a document are, tables aside.
fn spans(table: &DeTable<'_>, into: &mut Vec<Range<usize>>) {
    for value in table.values() {
        match value.get_ref() {
            DeValue::Table(table) => spans(table, into),
            DeValue::Array(list) if list.iter().any(|element| element.get_ref().is_table()) => {
                let tables = list.iter().filter_map(|element| element.get_ref().as_table());
                tables.for_each(|table| spans(table, into));
            }
            _ => into.push(value.span()),
        }
    }
}

/// The line of an offset, without its end.
fn line_around(text: &str, offset: usize) -> Range<usize> {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let after = text.get(offset..).unwrap_or_default();
    start..offset + after.find('\n').unwrap_or(after.len())
}

fn is_header(text: &str, line: &Range<usize>) -> bool {
    text.get(line.clone()).is_some_and(|line| line.trim_start().starts_with('['))
}

/// Where the lines under a header end that itself ends there.
fn under(text: &str, header_end: usize) -> usize {
    let rest = text.get(header_end..).unwrap_or_default();
    let lines = rest.split_inclusive('\n').take_while(|line| !line.trim_start().starts_with('['));
    let under: usize = lines.map(str::len).sum();
    // Where the next header begins is in no doubt.
    (header_end + under).saturating_sub(usize::from(under < rest.len()))
}

fn found(text: &str, span: &Range<usize>) -> String {
    let marked = text.get(span.clone()).filter(|marked| !marked.is_empty());
    let rest = text.get(span.start..).unwrap_or_default();
    match (marked, rest.chars().next()) {
        (Some(marked), _) => format!("found {:?}", short(marked)),
        (None, Some('\n' | '\r')) => "found the end of the line".to_owned(),
        (None, Some(c)) => format!("found {c:?}"),
        (None, None) => "found the end of the file".to_owned(),
    }
}

/// A key or table that was given before.
fn duplicate(text: &str, document: &DeTable<'_>, span: &Range<usize>) -> Problem {
    let field = full_name(text, span);
    let place = key_offset(document, &field)
        .filter(|offset| *offset < span.start)
        .map(|offset| format!(", first on line {}", place_of(text, offset).line));
    let message =
        format!("{} is set twice{}; remove one of them", short(&field), place.unwrap_or_default());
    Problem { offset: span.start, field: Some(field), message }
}

/// The full name of the key at a span: with the header that it stands under.
fn full_name(text: &str, span: &Range<usize>) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let own = text.get(span.clone()).unwrap_or_default();
    let line = line_around(text, span.start);
    let on_line = text.get(line.start..span.start).unwrap_or_default().trim_start();
    if on_line.contains(['=', '{']) {
        // In a table within a line: what it is called stands before.
        return own.to_owned();
    }
    let dotted = |name: &str| name.replace([' ', '\t', '"', '\''], "");
    if on_line.starts_with('[') {
        return dotted(&format!("{}{own}", on_line.trim_start_matches('[')));
    }
    let header = before.lines().rev().skip(1).find_map(|line| {
        let inner = line.trim_start().strip_prefix('[')?;
        Some(dotted(inner.trim_start_matches('[').split(']').next()?) + ".")
    });
    dotted(&format!("{}{on_line}{own}", header.unwrap_or_default()))
}

/// Returns the place of the key of a full name, such as `matching.objective`, or of the table that it
/// would stand in; `None` where neither is there.
pub fn place_of_key(text: &str, name: &str) -> Option<Place> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, _) = DeTable::parse_recoverable(text);
    let offset = |name| key_offset(document.get_ref(), name);
    let table = || offset(name.rsplit_once('.')?.0);
    offset(name).or_else(table).map(|offset| place_of(text, offset))
}

/// Where the key of a full name is in a document.
fn key_offset(document: &DeTable<'_>, name: &str) -> Option<usize> {
    let (first, rest) = match name.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    let (key, value) = document.iter().find(|(key, _)| key.get_ref() == first)?;
    match rest {
        None => Some(key.span().start),
        // Of a list of tables no one knows which one is meant.
        Some(rest) => key_offset(value.get_ref().as_table()?, rest),
    }
}
