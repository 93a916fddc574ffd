//! Rows in JSON of any shape: one a line, in an array, under their ids, or in lists beside their
//! columns; where they begin, where they end, and what stands in them.

use std::io::Read;

use compact_str::{CompactString, ToCompactString as _};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::cell::Cell;
use super::mapping::{FileFormat, TableMapping};
use super::missing::missing_columns;
use crate::domain::place::offset_of;
use crate::domain::text::short;
use crate::intake::row::{Pairs, offset_in};
use crate::intake::token::blanks;

/// So many objects without a mapped column are looked through for a list of rows.
const FEW_OBJECTS: usize = 20;

/// How rows are written in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Objects in an array.
    Array,
    /// Objects under their keys.
    Keyed,
    /// Lists in an array: of each element the mapped column that it is, if it is one.
    Lists(Vec<Option<usize>>),
    /// One object a column.
    Columns,
}

/// Where the rows of a document begin.
#[derive(Debug, PartialEq, Eq)]
pub enum Located {
    /// There, within so many brackets, its own included.
    Found {
        /// How they are written.
        shape: Shape,
        /// The first row, or the bracket that ends them.
        start: usize,
        /// How many brackets have to close behind them, their own included.
        depth: usize,
    },
    /// More of the text has to be known.
    More,
    /// Not at all, for this reason.
    Bad(usize, String),
}

/// Brackets and texts, as far as it takes to know where a value ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scan {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    /// Returns the scan of a text that begins within so many brackets.
    pub fn within(depth: usize) -> Self {
        Self { depth, ..Self::default() }
    }

    /// Goes through bytes; stops behind one where `stop` says so of the byte and the depth after it.
    fn find(
        &mut self,
        bytes: &[u8],
        mut stop: impl FnMut(usize, u8, usize) -> bool,
    ) -> Option<usize> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.in_text {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let rest = bytes.get(at..).unwrap_or_default();
                let end = memchr::memchr2(b'"', b'\\', rest)?;
                at += end + 1;
                match rest.get(end) {
                    Some(b'"') => self.in_text = false,
                    _ => self.escaped = true,
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
            if stop(at, *byte, self.depth) {
                return Some(at);
            }
        }
        None
    }

    /// Returns the end of the last row of those that are whole, behind its comma, and where the bracket is
    /// that ends all rows.
    pub fn rows(&mut self, bytes: &[u8]) -> (Option<usize>, Option<usize>) {
        let own = self.depth;
        let mut last = None;
        let end = self.find(bytes, |at, byte, depth| {
            if byte == b',' && depth == own {
                last = Some(at);
            }
            depth < own
        });
        (last, end.map(|end| end - 1))
    }
}

/// What is wrong with the text behind rows that are within so many objects; `None` where it ends them.
pub fn wrong_behind(depth: usize, behind: impl Read) -> Option<String> {
    let before = format!("{}[]", "{\"\":".repeat(depth));
    let error = serde_json::from_reader::<_, IgnoredAny>(before.as_bytes().chain(behind)).err()?;
    if error.is_eof() {
        return Some("unexpected end of file; expected the bracket that ends it".to_owned());
    }
    let said = error.to_string();
    if error.is_io() {
        return Some(said);
    }
    if said.starts_with("trailing characters") {
        return Some("found text behind the end of the JSON; expected none".to_owned());
    }
    let said = said.split(" at line ").next().unwrap_or_default();
    Some(format!("found what is no JSON behind the rows ({said}); fix the file and save it"))
}

/// The end of the value that starts at a place.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    match rest.first()? {
        b'{' | b'[' => Scan::default().find(rest, |_, _, depth| depth == 0).map(|end| at + end),
        b'"' => {
            let mut scan = Scan { in_text: true, ..Scan::default() };
            let inner = rest.get(1..)?;
            // The first byte behind the text ends the search, and belongs to what follows.
            scan.find(inner, |_, _, _| true).map(|end| at + end)
        }
        _ => {
            let end = rest.iter().position(|byte| b",]} \t\r\n".contains(byte))?;
            Some(at + end)
        }
    }
}

/// A member of the object whose next key stands at a place: the key, and where its value starts and ends.
struct Member {
    key: String,
    value: usize,
    end: Option<usize>,
}

fn member(text: &str, at: usize) -> Option<Result<Member, usize>> {
    let bytes = text.as_bytes();
    if bytes.get(at)? != &b'"' {
        return Some(Err(at));
    }
    let end = value_end(bytes, at)?;
    let key = serde_json::from_str(text.get(at..end)?).unwrap_or_default();
    let colon = blanks(bytes, end);
    if bytes.get(colon)? != &b':' {
        return Some(Err(colon));
    }
    let value = blanks(bytes, colon + 1);
    bytes.get(value)?;
    Some(Ok(Member { key, value, end: value_end(bytes, value) }))
}

/// Finds where the rows of a document begin.
pub fn locate(mapping: &TableMapping, format: FileFormat, text: &str) -> Located {
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, 0);
    let mut depth = 0;
    for key in &mapping.path {
        match bytes.get(at) {
            None => return Located::More,
            Some(b'{') => {}
            Some(_) => {
                return Located::Bad(at, format!("no object with the key {key:?}; fix path"));
            }
        }
        depth += 1;
        let mut keys = Vec::new();
        let mut next = blanks(bytes, at + 1);
        at = loop {
            if bytes.get(next) == Some(&b'}') {
                let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
                let known = keys.join(", ");
                return Located::Bad(
                    at,
                    format!("no key {key:?}, expected one of {known}; fix path"),
                );
            }
            let member = match member(text, next) {
                None => return Located::More,
                Some(Err(at)) => return Located::Bad(at, no_json(text, at)),
                Some(Ok(member)) => member,
            };
            if member.key == *key {
                break member.value;
            }
            keys.push(short(&member.key));
            match behind(text, &member) {
                None => return Located::More,
                Some(Err(at)) => return Located::Bad(at, no_json(text, at)),
                Some(Ok(at)) => next = at,
            }
        };
    }
    match bytes.get(at) {
        None => Located::More,
        Some(b'[') => {
            let start = blanks(bytes, at + 1);
            Located::Found { shape: Shape::Array, start, depth: depth + 1 }
        }
        Some(b'{') => of_object(mapping, format, text, (at, depth + 1)),
        Some(b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
            let end = value_end(bytes, at).unwrap_or(bytes.len());
            let found = Cell::of_json(text.get(at..end).unwrap_or_default()).describe();
            let fix = if mapping.path.is_empty() { "" } else { "; fix path" };
            let why = format!("found {found}, expected an array of objects, or an object{fix}");
            Located::Bad(at, why)
        }
        Some(_) => Located::Bad(at, no_json(text, at)),
    }
}

/// Where the member starts that follows another one, or the bracket; where there is no JSON.
fn behind(text: &str, member: &Member) -> Option<Result<usize, usize>> {
    let end = member.end?;
    let value = text.get(member.value..end).unwrap_or_default();
    match serde_json::from_str::<IgnoredAny>(value) {
        Ok(_) => after_comma(text.as_bytes(), end),
        Err(error) => {
            // The place of a word such as NaN is where it starts.
            let at =
                if value.starts_with(['{', '[', '"']) { error_offset(value, &error) } else { 0 };
            Some(Err(member.value + at))
        }
    }
}

/// Where the next member starts, behind the comma that follows a value, or the bracket.
fn after_comma(bytes: &[u8], end: usize) -> Option<Result<usize, usize>> {
    let comma = blanks(bytes, end);
    match bytes.get(comma)? {
        b',' => Some(Ok(blanks(bytes, comma + 1))),
        b'}' => Some(Ok(comma)),
        _ => Some(Err(comma)),
    }
}

/// Where the rows of an object begin, whatever its members are.
fn of_object(
    mapping: &TableMapping,
    format: FileFormat,
    text: &str,
    (at, depth): (usize, usize),
) -> Located {
    let bytes = text.as_bytes();
    let start = blanks(bytes, at + 1);
    if bytes.get(start).is_none() {
        return Located::More;
    }
    let keyed = Located::Found { shape: Shape::Keyed, start, depth };
    let columns = Located::Found { shape: Shape::Columns, start: at, depth: depth - 1 };
    match format {
        FileFormat::Index => return keyed,
        FileFormat::Columns => return columns,
        _ => {}
    }
    let mut next = start;
    let mut names: Option<Vec<String>> = None;
    // The key of a list that may hold the rows, and whether it does as far as can be told.
    let mut list: Option<ListOfObjects> = None;
    let mut objects = 0;
    loop {
        if bytes.get(next) == Some(&b'}') {
            break;
        }
        let member = match member(text, next) {
            None => return Located::More,
            Some(Err(at)) => return Located::Bad(at, no_json(text, at)),
            Some(Ok(member)) => member,
        };
        let opens = bytes.get(member.value).copied();
        match (member.key.as_str(), opens, &names) {
            ("data", Some(b'['), Some(names)) => {
                let own =
                    |name: &String| mapping.names.iter().position(|known| known == name.trim());
                let wanted: Vec<Option<usize>> = names.iter().map(own).collect();
                let twice = (0..mapping.names.len())
                    .find(|column| wanted.iter().filter(|own| **own == Some(*column)).count() > 1);
                if let Some(name) = twice.and_then(|column| mapping.names.get(column)) {
                    let why = format!(
                        "the columns have {name:?} twice, expected it once; rename one of them"
                    );
                    return Located::Bad(at, why);
                }
                let has = |column: &usize| wanted.contains(&Some(*column));
                let missing: Vec<usize> =
                    (0..mapping.names.len()).filter(|column| !has(column)).collect();
                if !missing.is_empty() {
                    let why = missing_columns(mapping, &missing, names);
                    return Located::Bad(at, why);
                }
                let start = blanks(bytes, member.value + 1);
                return Located::Found { shape: Shape::Lists(wanted), start, depth: depth + 1 };
            }
            ("columns", Some(b'['), None) => {
                let Some(end) = member.end else { return Located::More };
                let list = text.get(member.value..end).unwrap_or_default();
                names = serde_json::from_str(list).ok();
            }
            _ if format == FileFormat::Split => {}
            (key, Some(b'{' | b'['), _) if mapping.names.iter().any(|name| name == key) => {
                return columns;
            }
            (key, Some(b'{'), _) if names.is_none() => {
                objects += 1;
                if is_row(mapping, text, member.value) || objects > FEW_OBJECTS {
                    return keyed;
                }
                let inner = list_within(mapping, text, member.value);
                let inner = inner.map(|(holds_rows, inner)| (holds_rows, format!("{key}.{inner}")));
                list = likelier(list, inner);
            }
            (key, Some(b'['), _) => {
                let first = blanks(bytes, member.value + 1);
                if bytes.get(first) == Some(&b'{') {
                    list = likelier(list, Some((is_row(mapping, text, first), key.to_owned())));
                }
            }
            _ => {}
        }
        // Rows that are long need not be known to say that they are none here.
        match behind(text, &member) {
            None if list.is_some() => break,
            None => return Located::More,
            Some(Err(at)) => return Located::Bad(at, no_json(text, at)),
            Some(Ok(at)) => next = at,
        }
    }
    let path = mapping.path.join(".");
    let dot = if path.is_empty() { "" } else { "." };
    match (format, list) {
        (FileFormat::Split, _) => {
            let why = "no \"columns\" with \"data\" behind them, expected what pandas writes with orient=\"split\"";
            Located::Bad(at, why.to_owned())
        }
        (_, Some((_, key))) => Located::Bad(
            at,
            format!("the rows seem to be under {key:?}, expected them here; set path = \"{path}{dot}{key}\""),
        ),
        (_, None) if start == next || objects > 0 => keyed,
        (_, None) => Located::Bad(
            at,
            "no rows in the object, expected an array of objects, or objects under their ids; set path or format"
                .to_owned(),
        ),
    }
}

/// A list of objects: whether they are rows, as far as the first has a mapped column, and its key.
type ListOfObjects = (bool, String);

/// The list that more likely holds the rows; the earlier one where that cannot be told.
fn likelier(first: Option<ListOfObjects>, second: Option<ListOfObjects>) -> Option<ListOfObjects> {
    match (&first, &second) {
        (Some((false, _)), Some((true, _))) | (None, _) => second,
        _ => first,
    }
}

/// True where an object is a row, as far as it has a mapped column.
fn is_row(mapping: &TableMapping, text: &str, at: usize) -> bool {
    members(text, at).any(|member| mapping.names.iter().any(|name| *name == member.key))
}

/// The list of objects in an object that most likely holds the rows.
fn list_within(mapping: &TableMapping, text: &str, at: usize) -> Option<ListOfObjects> {
    let bytes = text.as_bytes();
    members(text, at).fold(None, |list, member| {
        let first = blanks(bytes, member.value + 1);
        let is_list = bytes.get(member.value) == Some(&b'[') && bytes.get(first) == Some(&b'{');
        match is_list {
            true => likelier(list, Some((is_row(mapping, text, first), member.key))),
            false => list,
        }
    })
}

/// The members of the object that starts at a place, as far as the text goes and makes sense.
fn members(text: &str, at: usize) -> impl Iterator<Item = Member> + '_ {
    let bytes = text.as_bytes();
    let mut next = Some(blanks(bytes, at + 1));
    std::iter::from_fn(move || {
        let Some(Ok(member)) = member(text, next?) else { return None };
        let behind = member.end.and_then(|end| after_comma(bytes, end));
        next = behind.and_then(Result::ok);
        Some(member)
    })
}

/// What is said of a place where JSON makes no sense.
fn no_json(text: &str, at: usize) -> String {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(c) => format!(
            "found {c:?}, which is no JSON there; expected an array of objects, or an object"
        ),
        None => "unexpected end of file; expected an array of objects, or an object".to_owned(),
    }
}

/// A row of a text, as JSON.
pub struct Row<'t> {
    /// Where it starts.
    pub start: usize,
    /// The key that it stands under.
    pub key: Option<String>,
    /// The row itself.
    pub json: &'t str,
}

/// The rows of a block, one after the other.
pub struct Rows<'t> {
    text: &'t str,
    keyed: bool,
    lines: bool,
    at: usize,
}

impl<'t> Rows<'t> {
    /// Returns the rows of a text; each on a line of its own, or with commas between them.
    pub fn new(text: &'t str, keyed: bool, lines: bool) -> Self {
        Self { text, keyed, lines, at: 0 }
    }

    /// Returns the next row; where and why there is none.
    pub fn next(&mut self) -> Option<Result<Row<'t>, (usize, String)>> {
        let bytes = self.text.as_bytes();
        self.at = blanks(bytes, self.at);
        if self.at >= bytes.len() {
            return None;
        }
        let row = self.row();
        if row.is_err() {
            self.at = bytes.len();
        }
        Some(row)
    }

    fn row(&mut self) -> Result<Row<'t>, (usize, String)> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start;
        let mut key = None;
        if self.keyed {
            match member(self.text, start) {
                Some(Ok(member)) => {
                    key = Some(member.key);
                    at = member.value;
                }
                Some(Err(at)) => return Err((at, no_json(self.text, at))),
                None => return Err((bytes.len(), no_json(self.text, bytes.len()))),
            }
        }
        let mut rest = self.text.get(at..).unwrap_or_default();
        if self.lines {
            rest = rest.split('\n').next().unwrap_or_default();
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let raw = match values.next() {
            Some(Ok(raw)) => raw.get(),
            Some(Err(error)) => return Err((at + error_offset(rest, &error), syntax(&error))),
            None => return Err((at, no_json(self.text, at))),
        };
        let end = at + offset_in(rest, raw) + raw.len();
        let next = blanks(bytes, end);
        let between = bytes.get(end..next).unwrap_or_default();
        self.at = match bytes.get(next) {
            None => next,
            Some(b',') if !self.lines => next + 1,
            Some(_) if self.lines && between.contains(&b'\n') => next,
            Some(_) => return Err((next, no_json(self.text, next))),
        };
        Ok(Row { start, key, json: raw })
    }
}

fn error_offset(text: &str, error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    let mut at = offset_of(text, error.line(), error.column());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn syntax(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    format!("found what is no JSON ({said}); expected an object; fix the file and save it")
}

/// The mapped cells of a row that is an object.
pub struct Found<'t> {
    /// The cells, in the order of [`TableMapping::names`], each with where it starts in the row.
    pub cells: Vec<(Cell<'t>, usize)>,
    /// A mapped column that is there twice with different values.
    pub twice: Option<usize>,
    /// Which mapped columns are there.
    pub seen: Vec<bool>,
}

/// Returns the mapped cells of a row; `None` where it is no object. A name with a dot may lead into an object
/// within the row.
pub fn of_row<'t>(
    names: &[CompactString],
    json: &'t str,
    keys: &mut Vec<String>,
) -> Option<Found<'t>> {
    let pairs: Pairs<'t> = serde_json::from_str(json).ok()?;
    let mut found = Found {
        cells: vec![(Cell::Empty, 0); names.len()],
        twice: None,
        seen: vec![false; names.len()],
    };
    take_members(&mut found, names, json, ("", pairs), keys);
    Some(found)
}

/// Takes in the mapped members of an object whose members have names that begin with `within`.
fn take_members<'t>(
    found: &mut Found<'t>,
    names: &[CompactString],
    row: &'t str,
    (within, pairs): (&str, Pairs<'t>),
    keys: &mut Vec<String>,
) {
    /// So many keys are kept for a hint.
    const KEPT: usize = 200;
    for (key, raw) in &pairs.0 {
        let value = raw.get();
        let own = |name: &CompactString| {
            name.as_bytes().strip_prefix(within.as_bytes()).is_some_and(|own| own == key.as_slice())
        };
        let Some(column) = names.iter().position(own) else {
            let leads_in = |name: &CompactString| {
                let own = name.as_bytes().strip_prefix(within.as_bytes());
                let inner = own.and_then(|own| own.strip_prefix(key.as_slice()));
                inner.is_some_and(|inner| inner.starts_with(b"."))
            };
            let name = || format!("{within}{}", String::from_utf8_lossy(key));
            if value.starts_with('{')
                && names.iter().any(leads_in)
                && let Ok(inner) = serde_json::from_str::<Pairs<'t>>(value)
            {
                take_members(found, names, row, (&format!("{}.", name()), inner), keys);
            } else if keys.len() < KEPT {
                let name = name();
                if keys.iter().all(|known| *known != name) {
                    keys.push(name);
                }
            }
            continue;
        };
        let (Some(cell), Some(seen)) = (found.cells.get_mut(column), found.seen.get_mut(column))
        else {
            continue;
        };
        let new = Cell::of_json(value);
        if *seen && cell.0 != new {
            found.twice.get_or_insert(column);
        }
        *seen = true;
        *cell = (new, offset_in(row, value));
    }
}

/// Returns the mapped cells of a row that is a list; its length where that is another one.
///
/// # Errors
/// How many elements it has; `None` where it is no list.
pub fn of_list<'t>(
    wanted: &[Option<usize>],
    columns: usize,
    json: &'t str,
) -> Result<Vec<(Cell<'t>, usize)>, Option<usize>> {
    let list: Vec<&'t RawValue> = serde_json::from_str(json).map_err(|_| None)?;
    if list.len() != wanted.len() {
        return Err(Some(list.len()));
    }
    let mut cells = vec![(Cell::Empty, 0); columns];
    for (column, raw) in wanted.iter().zip(list) {
        if let Some(cell) = column.and_then(|column| cells.get_mut(column)) {
            *cell = (Cell::of_json(raw.get()), offset_in(json, raw.get()));
        }
    }
    Ok(cells)
}

/// The cells of a document with one object a column.
pub struct ByColumn<'t> {
    /// The key of each row.
    pub keys: Vec<CompactString>,
    /// Of each mapped column that is there the cell of every row, as JSON.
    pub cells: Vec<Option<Vec<&'t str>>>,
    /// Columns that are not mapped.
    pub others: Vec<String>,
}

/// Returns the cells of a document with one object a column.
///
/// # Errors
/// Where and why it is none.
pub fn by_column<'t>(
    names: &[CompactString],
    text: &'t str,
) -> Result<ByColumn<'t>, (usize, String)> {
    let mut by_column =
        ByColumn { keys: Vec::new(), cells: vec![None; names.len()], others: Vec::new() };
    let mut first = true;
    let mut columns = Rows::new(within(text).unwrap_or_default(), true, false);
    let in_text = |part: &str, (at, why): (usize, String)| (offset_in(text, part) + at, why);
    while let Some(column) = columns.next() {
        let column = column.map_err(|wrong| in_text(columns.text, wrong))?;
        let key = column.key.unwrap_or_default();
        let Some(number) = names.iter().position(|name| *name == key) else {
            by_column.others.push(key);
            continue;
        };
        let at = offset_in(text, column.json);
        let Some(inner) = within(column.json) else {
            return Err((at, format!("{key:?} is no column, expected an object or a list")));
        };
        let mut rows = Rows::new(inner, column.json.starts_with('{'), false);
        let mut cells = Vec::new();
        while let Some(row) = rows.next() {
            let row = row.map_err(|wrong| in_text(inner, wrong))?;
            let key_of_row = match row.key {
                Some(key) => CompactString::from(key),
                None => cells.len().to_compact_string(),
            };
            if first {
                by_column.keys.push(key_of_row);
            } else if by_column.keys.get(cells.len()) != Some(&key_of_row) {
                cells.clear();
                break;
            }
            cells.push(row.json);
        }
        if cells.len() != by_column.keys.len() {
            let why = format!("{key:?} has other rows, expected those of the first column");
            return Err((at, why));
        }
        first = false;
        if let Some(kept) = by_column.cells.get_mut(number)
            && kept.replace(cells).is_some()
        {
            return Err((at, format!("the column {key:?} is there twice, expected it once")));
        }
    }
    Ok(by_column)
}

/// Where a document with one object a column ends in a text.
pub fn columns_end(text: &[u8]) -> Option<usize> {
    value_end(text, 0)
}

/// What is between the brackets of a list or an object.
fn within(json: &str) -> Option<&str> {
    let end = value_end(json.as_bytes(), 0)?;
    json.get(..end)?.strip_prefix(['{', '['])?.strip_suffix(['}', ']'])
}
