//! The first rows of files, taken without knowing their columns.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use rustc_hash::FxHashSet;
use serde_json::value::RawValue;

use super::super::cell::Cell;
use super::super::decode::{Text, Trouble};
use super::super::find::find;
use super::super::mapping::TextEncoding;
use super::super::workbook::{self, Stopped};
use super::known::{key, known};
use super::sample::{Sample, SampleCell, SampleColumn};
use super::write::quoted;
use crate::domain::file::REPORTED_OUTCOMES;
use crate::intake::DataFile;
use crate::intake::row::Pairs;
use crate::store::row::position_of;

/// So many rows are looked at.
const ROWS: usize = 1_000;
/// So much of a file is looked at.
const START: usize = 1 << 20;
/// So much of a JSON document is looked at that is one object: its rows may be anywhere in it.
const DOCUMENT: usize = 32 << 20;
/// Objects are looked at within so many others.
const DEEPEST: usize = 2;
/// The header is one of so many first rows.
const FIRST_ROWS: usize = 50;
/// So many entries of a directory are looked at.
const MOST_ENTRIES: usize = 1_000;
/// The endings of files that may hold rows.
const ENDINGS: [&str; 7] = [".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson", ".xlsx"];
/// So many files of one name are compared.
const MOST_LIKE: usize = 20;
/// How a compressed file ends.
const GZIP: &str = ".gz";

/// The files of a directory, as far as they may be guessed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Files of other programs, each as a sample.
    pub samples: Vec<Sample>,
    /// Files that hold tables in our own form.
    pub own: Vec<Sample>,
    /// The tables that are there in our own form.
    pub present: Vec<DataFile>,
    /// Files that cannot be read, with why.
    pub unreadable: Vec<(String, String)>,
}

/// Looks at these files of a directory; at all that may hold rows where none is named.
pub fn look(directory: &Path, named: &[String]) -> Found {
    let mut found = Found::default();
    let mut names = names(directory);
    for name in &names {
        let Some(table) = DataFile::holding(name) else { continue };
        // Parts are always our own form.
        let sample = match name.ends_with('/') {
            true => Ok(Sample::default()),
            false => sample(directory, name, name),
        };
        match sample {
            Ok(sample) if is_own(table, &sample) || sample.columns.is_empty() => {
                found.present.push(table);
                found.own.push(sample.with_ids());
            }
            Err(_) => found.present.push(table),
            Ok(_) => {}
        }
    }
    names.retain(|name| match DataFile::holding(name) {
        Some(table) => !found.present.contains(&table),
        None => true,
    });
    if !named.is_empty() {
        names = named.to_vec();
    }
    let mut done: Vec<String> = Vec::new();
    let all = names.clone();
    for name in names {
        let files = match named.is_empty() {
            true => files_like(directory, &name, &all),
            false => vec![FilesLike { pattern: newest_alone(directory, &name), name, note: None }],
        };
        for FilesLike { pattern, name, note } in files {
            if done.contains(&name) {
                continue;
            }
            match samples(directory, &name, &pattern) {
                Ok(samples) => found.samples.extend(samples.into_iter().map(|sample| {
                    let sample = sample.with_ids();
                    Sample { note: sample.note.or_else(|| note.clone()), ..sample }
                })),
                Err(why) => found.unreadable.push((name.clone(), why)),
            }
            done.push(name);
        }
    }
    found
}

/// Returns the names of the entries of a directory that may hold rows, in their order.
pub fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().take(MOST_ENTRIES).flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_dir = entry.path().is_dir();
            let name = if is_dir { format!("{name}/") } else { name };
            may_hold_rows(&name).then_some(name)
        })
        .collect();
    names.sort();
    names
}

fn may_hold_rows(name: &str) -> bool {
    if name.ends_with('/') {
        return DataFile::holding(name).is_some();
    }
    let lower = name.to_lowercase();
    let lower = lower.strip_suffix(GZIP).unwrap_or(&lower);
    let is_ours = name.starts_with("decisions.jsonl") || name == REPORTED_OUTCOMES;
    ENDINGS.iter().any(|ending| lower.ends_with(ending))
        && !name.starts_with(['.', '~'])
        && !is_ours
}

/// True where a file has the columns of our own form.
fn is_own(table: DataFile, sample: &Sample) -> bool {
    let names: Vec<&str> = sample.columns.iter().map(|column| column.header.as_str()).collect();
    let fields = super::fields(table);
    let has = |field: &str| position_of(&names, field).is_some();
    let id = super::id_field(table);
    let named = fields.iter().filter(|(field, _)| has(field)).count();
    // Under its id a row need not have it.
    named > 0 && (id.is_none_or(has) || table.keyed_by().is_some() && named > 1)
}

/// A file, and the pattern for it and later ones of its name.
struct FilesLike {
    pattern: String,
    name: String,
    note: Option<String>,
}

/// The newest of the files that are named like one. Where those have different columns, as reports of Salesforce
/// have, each kind is a file of its own.
fn files_like(directory: &Path, name: &str, names: &[String]) -> Vec<FilesLike> {
    let pattern = pattern(name);
    let one = |pattern: &str, name: &str, note| {
        vec![FilesLike { pattern: pattern.to_owned(), name: name.to_owned(), note }]
    };
    let Ok(newest) = find(directory, &pattern) else { return one(name, name, None) };
    let newest = newest.name.as_str();
    let others = names.iter().rev().filter(|other| self::pattern(other) == pattern);
    let others = others.map(String::as_str).filter(|other| *other != newest).take(MOST_LIKE);
    let mut kinds: Vec<(&str, FxHashSet<String>)> = Vec::new();
    for name in std::iter::once(newest).chain(others) {
        let columns = headers(directory, name);
        let is_like = |(_, kind): &(&str, FxHashSet<String>)| {
            kind.intersection(&columns).count() * 2 >= kind.len().min(columns.len())
        };
        if !kinds.iter().any(is_like) {
            kinds.push((name, columns));
        }
    }
    if kinds.len() < 2 {
        return one(&pattern, newest, None);
    }
    let note = format!(
        "CHECK: \"{pattern}\" is the name of files with other columns, too, so this one is named as it is; \
         change the name when the next one comes."
    );
    kinds.iter().flat_map(|(name, _)| one(name, name, Some(note.clone()))).collect()
}

/// The names of the columns of a file.
fn headers(directory: &Path, name: &str) -> FxHashSet<String> {
    let samples = samples(directory, name, name).unwrap_or_default();
    samples.into_iter().flat_map(|sample| sample.columns).map(|column| column.header).collect()
}

/// The pattern for a file and later ones of its name where it is the newest: another one than was named is not
/// meant.
fn newest_alone(directory: &Path, name: &str) -> String {
    let (within, own) =
        name.rsplit_once('/').map_or(("", name), |(_, own)| name.split_at(name.len() - own.len()));
    let pattern = format!("{within}{}", pattern(own));
    match find(directory, &pattern) {
        Ok(file) if file.name == name => pattern,
        _ => name.to_owned(),
    }
}

/// A name with `*` in the place of a date, or of the number of a copy.
fn pattern(name: &str) -> String {
    let (stem, ending) = name.split_at(name.find('.').unwrap_or(name.len()));
    let is_part = |c: char| c.is_ascii_digit() || "-_ T():".contains(c);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, c) in stem.char_indices() {
        match runs.last_mut() {
            Some((_, end)) if *end == at && is_part(c) => *end += 1,
            _ if is_part(c) => runs.push((at, at + 1)),
            _ => {}
        }
    }
    let is_varying = |run: &str| {
        let copy = run.trim().strip_prefix('(').and_then(|run| run.strip_suffix(')'));
        digits(run) >= 6 || copy.is_some_and(|copy| copy.bytes().all(|b| b.is_ascii_digit()))
    };
    let run =
        runs.into_iter().find(|(from, to)| is_varying(stem.get(*from..*to).unwrap_or_default()));
    match run {
        Some((from, to)) => {
            let (before, after) = (stem.get(..from), stem.get(to..));
            format!("{}*{}{ending}", before.unwrap_or_default(), after.unwrap_or_default())
        }
        None => name.to_owned(),
    }
}

/// Takes the first rows of a file; of a workbook those of each sheet.
///
/// # Errors
/// Why it cannot be read, in words.
fn samples(directory: &Path, name: &str, pattern: &str) -> Result<Vec<Sample>, String> {
    let file = find(directory, name)?;
    let Some(found) = workbook::look(&file.path) else {
        return sample(directory, name, pattern).map(|sample| vec![sample]);
    };
    found?;
    let mut workbook = workbook::open(&file.path)?;
    let sheets = workbook.sheets();
    let mut samples = Vec::new();
    for sheet in &sheets {
        let rows = workbook.rows(sheet).and_then(first_rows).map_err(|Stopped(_, why)| why)?;
        let Some(sample) = of_sheet(&rows) else { continue };
        let (name, keys) = match sheets.len() {
            1 => (name.to_owned(), Vec::new()),
            _ => (format!("{name}, sheet \"{sheet}\""), vec![("sheet", quoted(sheet))]),
        };
        let is_whole = sample.rows < ROWS;
        samples.push(Sample { name, pattern: pattern.to_owned(), keys, is_whole, ..sample });
    }
    match samples.is_empty() {
        true => Err("no header was found in its first rows".to_owned()),
        false => Ok(samples),
    }
}

/// Takes the first rows of a file that is no workbook.
///
/// # Errors
/// Why it cannot be read, in words.
fn sample(directory: &Path, name: &str, pattern: &str) -> Result<Sample, String> {
    let file = find(directory, name)?;
    let start = |encoding: Option<TextEncoding>| -> Result<_, Trouble> {
        let mut text = Text::open(&file.path, encoding)?;
        let mut bytes = Vec::new();
        let mut is_whole = text.fill(&mut bytes, START)?;
        let is_document = bytes.trim_ascii_start().first() == Some(&b'{') && !is_lines(&bytes);
        if is_document && !is_whole {
            is_whole = text.fill(&mut bytes, DOCUMENT)?;
        }
        Ok((bytes, is_whole))
    };
    let (bytes, is_whole) = start(None).map_err(|Trouble(why)| why)?;
    let mut encoding = None;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        // A character may be cut in two at the end.
        Err(error) if !is_whole && error.utf8_error().error_len().is_none() => {
            let end = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(end);
            String::from_utf8(bytes).unwrap_or_default()
        }
        Err(error) if error.as_bytes().iter().any(|byte| *byte < 9) => {
            return Err("it is no text".to_owned());
        }
        // What is no UTF-8 is mostly what Windows and reports of Salesforce write.
        Err(_) => {
            encoding = Some(TextEncoding::Windows1252);
            let (bytes, _) = start(encoding).map_err(|Trouble(why)| why)?;
            String::from_utf8(bytes).map_err(|_| "it is no text".to_owned())?
        }
    };
    let first = text.trim_start().bytes().next();
    let is_lines = first == Some(b'{') && is_lines(text.as_bytes());
    let mut sample = match first {
        None => Err("it is empty".to_owned()),
        Some(b'[') => Ok(of_objects(text.split_once('[').map_or("", |(_, rows)| rows))),
        Some(b'{') if is_lines => Ok(of_objects(&text)),
        Some(b'{') if is_whole => of_document(&text),
        Some(b'{') => {
            Err("it is one JSON object of more than 32 MB; write its table into sources.toml"
                .to_owned())
        }
        Some(_) => of_delimited(&text, is_whole),
    }?;
    sample.name = name.to_owned();
    sample.pattern = pattern.to_owned();
    sample.is_whole = is_whole && sample.rows < ROWS;
    if let Some(encoding) = encoding {
        sample.keys.push(("encoding", quoted(encoding.name())));
        sample.note = Some(
            "CHECK: it is not UTF-8, so it is read as windows-1252; look at names with accents"
                .to_owned(),
        );
    }
    Ok(sample)
}

/// True for one object a line.
fn is_lines(bytes: &[u8]) -> bool {
    let mut lines = bytes.trim_ascii().split(|byte| *byte == b'\n');
    let first = lines.next().and_then(|line| std::str::from_utf8(line).ok()).unwrap_or_default();
    let Some(members) = members(first.trim()) else { return false };
    match lines.next() {
        Some(line) => line.trim_ascii_start().starts_with(b"{"),
        // One row alone has values, a document has rows.
        None => {
            let values = members.iter().filter(|(_, json)| !json.starts_with(['{', '[']));
            values.count() * 2 > members.len() && !members.iter().any(|(_, json)| is_list(json))
        }
    }
}

/// True for a list of objects.
fn is_list(json: &str) -> bool {
    json.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'))
}

/// The rows of objects, one a line or with commas between them.
fn of_objects(text: &str) -> Sample {
    let mut table = Table::default();
    let mut rest = text;
    while table.rows < ROWS {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let Some(Ok(row)) = values.next() else { break };
        if !table.add_object(row.get()) {
            break;
        }
        rest = rest.get(values.byte_offset()..).unwrap_or_default();
    }
    table.sample()
}

/// The rows of a document that is one object.
fn of_document(text: &str) -> Result<Sample, String> {
    let mut path: Vec<String> = Vec::new();
    let mut json = text.trim();
    // Rows are deeper than this in no export.
    for _ in 0..4 {
        let Some(members) = members(json) else { break };
        let find =
            |wanted: &str| members.iter().find(|(key, _)| key == wanted).map(|(_, json)| *json);
        let mut keys: Vec<(&'static str, String)> = Vec::new();
        if !path.is_empty() {
            keys.push(("path", quoted(&path.join("."))));
        }
        if let (Some(columns), Some(data)) = (find("columns"), find("data"))
            && let Ok(headers) = serde_json::from_str::<Vec<String>>(columns)
        {
            let rows: Vec<Vec<&RawValue>> = serde_json::from_str(data).unwrap_or_default();
            let mut table = Table::default();
            for row in rows.iter().take(ROWS) {
                table.add(headers.iter().map(String::as_str).zip(row.iter().map(|raw| raw.get())));
            }
            keys.push(("format", quoted("split")));
            return Ok(Sample { keys, ..table.sample() });
        }
        if let Some((key, list)) = members.iter().find(|(_, json)| is_list(json)) {
            path.push(key.clone());
            let sample = of_objects(list.get(1..).unwrap_or_default());
            return Ok(Sample { keys: vec![("path", quoted(&path.join(".")))], ..sample });
        }
        let wraps = |(_, json): &&(String, &str)| {
            self::members(json).is_some_and(|inner| inner.iter().any(|(_, json)| is_list(json)))
        };
        // Rows under their ids are alike; one object with a list in it wraps rows.
        if let Some((key, inner)) = members.iter().find(wraps)
            && members.iter().filter(wraps).count() * 2 <= members.len()
        {
            path.push(key.clone());
            json = inner;
            continue;
        }
        let objects = members.iter().filter(|(_, json)| json.starts_with('{')).count();
        if objects == members.len() && objects > 1 {
            let is_known = |(name, _): &&(String, &str)| is_known_column(name);
            let mut table = Table::default();
            if members.iter().filter(is_known).count() * 2 >= members.len() {
                table.add_columns(&members);
                keys.push(("format", quoted("columns")));
            } else {
                let rows = members.iter().take(ROWS);
                let mut ids = Vec::new();
                for (key, json) in rows {
                    ids.extend(table.add_object(json).then(|| key.clone()));
                }
                return Ok(Sample { keys, ids, ..table.sample() });
            }
            return Ok(Sample { keys, ..table.sample() });
        }
        // The rows may be in the object that is longest.
        let Some((key, longest)) = members
            .iter()
            .filter(|(_, json)| json.starts_with('{'))
            .max_by_key(|(_, json)| json.len())
        else {
            break;
        };
        path.push(key.clone());
        json = longest;
    }
    Err("no rows were found in it: it is a JSON object without a list of objects".to_owned())
}

fn members(json: &str) -> Option<Vec<(String, &str)>> {
    let pairs: Pairs<'_> = serde_json::from_str(json).ok()?;
    let text = |key: &[u8]| String::from_utf8_lossy(key).into_owned();
    Some(pairs.0.iter().map(|(key, raw)| (text(key), raw.get())).collect())
}

/// True for a name that a column may have.
fn is_known_column(name: &str) -> bool {
    let wanted = key(name);
    let is_field =
        || DataFile::ALL.into_iter().flat_map(super::fields).any(|(field, _)| key(field) == wanted);
    let exports = &known().export;
    let mut columns = exports.iter().flat_map(|export| {
        let fields = export.tables.values().flat_map(|fields| fields.values());
        export.id.iter().chain(&export.signs).chain(fields.flat_map(|column| column.names()))
    });
    columns.any(|column| key(column) == wanted) || is_field()
}

/// Rows that come one after the other, whose columns are known when the last one came.
#[derive(Default)]
struct Table {
    columns: Vec<SampleColumn>,
    rows: usize,
}

impl Table {
    /// Adds a row that is an object; false where it is none.
    fn add_object(&mut self, json: &str) -> bool {
        let Some(members) = members(json) else { return false };
        self.put_members("", &members);
        self.end_row();
        true
    }

    /// Puts in the members of an object; those of an object within it have its name and a dot before theirs.
    fn put_members(&mut self, within: &str, members: &[(String, &str)]) {
        for (key, json) in members {
            let header = format!("{within}{key}");
            match json.starts_with('{').then(|| self::members(json)).flatten() {
                Some(inner) if within.matches('.').count() < DEEPEST => {
                    self.put_members(&format!("{header}."), &inner);
                }
                _ => self.put(&header, SampleCell::of(&Cell::of_json(json))),
            }
        }
    }

    fn add<'r>(&mut self, cells: impl Iterator<Item = (&'r str, &'r str)>) {
        for (header, json) in cells {
            self.put(header, SampleCell::of(&Cell::of_json(json)));
        }
        self.end_row();
    }

    fn put(&mut self, header: &str, cell: SampleCell) {
        let header = header.trim();
        let at = self.columns.iter().position(|column| column.header == header);
        let at = at.unwrap_or_else(|| {
            let cells = vec![SampleCell::Empty; self.rows];
            self.columns.push(SampleColumn { header: header.to_owned(), cells });
            self.columns.len() - 1
        });
        if let Some(column) = self.columns.get_mut(at)
            && column.cells.len() == self.rows
        {
            column.cells.push(cell);
        }
    }

    fn end_row(&mut self) {
        self.rows += 1;
        let rows = self.rows;
        self.columns.iter_mut().for_each(|column| column.cells.resize(rows, SampleCell::Empty));
    }

    /// Adds the cells of each column.
    fn add_columns(&mut self, columns: &[(String, &str)]) {
        let first = columns.first().and_then(|(_, json)| members(json)).unwrap_or_default();
        let cells: Vec<Vec<(String, &str)>> =
            columns.iter().map(|(_, json)| members(json).unwrap_or_default()).collect();
        for (at, (index, _)) in first.iter().take(ROWS).enumerate() {
            let row = columns.iter().zip(&cells).filter_map(|((header, _), cells)| {
                // The same order is usual.
                let same = cells.get(at).filter(|(key, _)| key == index);
                let (_, json) = same.or_else(|| cells.iter().find(|(key, _)| key == index))?;
                Some((header.as_str(), *json))
            });
            let row: Vec<(&str, &str)> = row.collect();
            self.add(row.into_iter());
        }
    }

    fn sample(self) -> Sample {
        Sample { columns: self.columns, rows: self.rows, ..Sample::default() }
    }
}

/// The rows of a text with a delimiter between cells.
fn of_delimited(text: &str, is_whole: bool) -> Result<Sample, String> {
    let read = |delimiter: char| {
        let mut rows = rows(text, delimiter);
        if !is_whole {
            // It may be cut.
            rows.pop();
        }
        rows
    };
    // The one with which most rows have as many cells as the header.
    let mut best: Option<(usize, usize, Vec<Vec<String>>)> = None;
    for delimiter in [',', ';', '\t', '|'] {
        let rows = read(delimiter);
        let Some(at) = header_of(&rows) else { continue };
        let cells = rows.get(at).map_or(0, Vec::len);
        let like = rows.iter().skip(at).filter(|row| row.len() == cells).count();
        let score = like * cells;
        if cells > 1 && best.as_ref().is_none_or(|(before, ..)| *before < score) {
            best = Some((score, at, rows));
        }
    }
    let Some((_, at, rows)) = best else {
        return Err("no header was found in its first rows".to_owned());
    };
    let header = rows.get(at).cloned().unwrap_or_default();
    let mut columns: Vec<SampleColumn> = header
        .iter()
        .map(|header| SampleColumn { header: header.trim().to_owned(), cells: Vec::new() })
        .collect();
    // A name that comes twice means neither.
    let names: Vec<String> = columns.iter().map(|column| column.header.clone()).collect();
    let mut count = 0;
    for row in rows.iter().skip(at + 1).filter(|row| row.len() == header.len()).take(ROWS) {
        count += 1;
        for (column, cell) in columns.iter_mut().zip(row) {
            column.cells.push(SampleCell::of(&Cell::of_text(cell)));
        }
    }
    let mut times: HashMap<&str, usize> = HashMap::new();
    names.iter().for_each(|name| *times.entry(name).or_default() += 1);
    columns.retain(|column| {
        times.get(column.header.as_str()) == Some(&1) && !column.header.is_empty()
    });
    Ok(Sample { columns, rows: count, ..Sample::default() })
}

/// A row of a sheet: the columns of its cells, and what stands in them.
type SheetRow = Vec<(u32, SampleCell)>;

fn first_rows(mut rows: workbook::Rows<'_>) -> Result<Vec<SheetRow>, Stopped> {
    let (mut row, mut first) = (Vec::new(), Vec::new());
    while first.len() < ROWS + FIRST_ROWS && rows.next(&mut row)?.is_some() {
        let cells = row.iter().filter(|(_, cell)| *cell != Cell::Empty);
        let cells: SheetRow = cells.map(|(at, cell)| (*at, SampleCell::of(cell))).collect();
        if !cells.is_empty() {
            first.push(cells);
        }
    }
    Ok(first)
}

/// The rows of a sheet; `None` where none may be a header: nearly as many names as most rows have cells.
fn of_sheet(rows: &[SheetRow]) -> Option<Sample> {
    let mut lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let usual = *lengths.get(lengths.len() / 2)?;
    let is_name = |(_, cell): &&(u32, SampleCell)| matches!(cell, SampleCell::Text(_));
    let may_be = |row: &SheetRow| {
        let names = row.iter().filter(is_name).count();
        names > 1 && names * 10 >= usual.max(row.len()) * 8
    };
    let at = rows.iter().take(FIRST_ROWS).position(may_be)?;
    let header = rows.get(at)?;
    let names: Vec<(u32, String)> =
        header.iter().map(|(at, cell)| (*at, cell.text().trim().to_owned())).collect();
    // A name that comes twice means neither.
    let is_single =
        |(_, name): &&(u32, String)| names.iter().filter(|(_, other)| other == name).count() == 1;
    let names: Vec<&(u32, String)> = names.iter().filter(is_single).collect();
    let mut table = Table::default();
    for (_, name) in &names {
        table.columns.push(SampleColumn { header: name.clone(), cells: Vec::new() });
    }
    for row in rows.iter().skip(at + 1).take(ROWS) {
        let cells = row.iter().filter_map(|(at, cell)| {
            Some((&names.iter().find(|(column, _)| column == at)?.1, cell))
        });
        cells.for_each(|(name, cell)| table.put(name, cell.clone()));
        table.end_row();
    }
    Some(table.sample())
}

/// The first row that may be a header: as many cells as most rows have, and a name in nearly each.
fn header_of(rows: &[Vec<String>]) -> Option<usize> {
    let mut lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let usual = *lengths.get(lengths.len() / 2)?;
    let is_name = |cell: &&String| {
        let cell = cell.trim();
        !cell.is_empty() && cell.parse::<f64>().is_err()
    };
    let may_be = |row: &Vec<String>| {
        row.len() == usual && row.iter().filter(is_name).count() * 10 >= row.len() * 8
    };
    rows.iter().take(FIRST_ROWS).position(may_be)
}

/// The first rows of a text, cell by cell. Empty lines are passed over.
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Vec::new(), String::new());
    let (mut quoted, mut at_start) = (false, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if at_start => quoted = true,
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                row.push(std::mem::take(&mut cell));
                if row.iter().any(|cell| !cell.is_empty()) {
                    rows.push(std::mem::take(&mut row));
                }
                row.clear();
                if rows.len() > ROWS + FIRST_ROWS {
                    return rows;
                }
                at_start = true;
                continue;
            }
            c if c == delimiter && !quoted => {
                row.push(std::mem::take(&mut cell));
                at_start = true;
                continue;
            }
            c => cell.push(c),
        }
        at_start = false;
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of a file, each with its first cells.
    fn told(name: &str, text: &[u8]) -> String {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(name), text).unwrap();
        let found = look(dir.path(), &[]);
        let Some(sample) = found.samples.first() else {
            return found
                .unreadable
                .first()
                .map_or_else(|| "none".to_owned(), |(_, why)| why.clone());
        };
        let columns: Vec<String> = sample
            .columns
            .iter()
            .map(|column| {
                let cells: Vec<String> = column.cells.iter().map(SampleCell::text).collect();
                format!("{}: {}", column.header, cells.join("/"))
            })
            .collect();
        let keys: Vec<String> =
            sample.keys.iter().map(|(key, value)| format!("{key}={value} ")).collect();
        format!("{}{}", keys.concat(), columns.join(", "))
    }

    #[test]
    fn rows_are_found_in_every_format() {
        let is = "ID: 1/2, Name: a/b";
        for (name, text) in [
            ("a.csv", "ID,Name\n1,a\n2,b\n"),
            ("a.csv", "Exported by Dana\n\nID;Name\r\n1;\"a\"\r\n2;b"),
            ("a.csv", "\u{feff}ID\tName\n1\ta\n2\tb\n"),
            ("a.json", r#"[{"ID":1,"Name":"a"},{"ID":2,"Name":"b"}]"#),
            ("a.jsonl", "{\"ID\":1,\"Name\":\"a\"}\n{\"ID\":2,\"Name\":\"b\"}\n"),
            ("a.json", r#"{"x":{"ID":1,"Name":"a"},"y":{"ID":2,"Name":"b"}}"#),
        ] {
            assert_eq!(told(name, text.as_bytes()), is, "{text}");
        }
        for (text, keys) in [
            (
                r#"{"columns":["ID","Name"],"index":[0,1],"data":[[1,"a"],[2,"b"]]}"#,
                "format=\"split\" ",
            ),
            (r#"{"ID":{"0":1,"1":2},"Name":{"0":"a","1":"b"}}"#, "format=\"columns\" "),
            (
                r#"{"total":2,"records":[{"ID":1,"Name":"a"},{"ID":2,"Name":"b"}]}"#,
                "path=\"records\" ",
            ),
            (
                r#"{"meta":{"a":1},"data":{"n":2,"items":[{"ID":1,"Name":"a"},{"ID":2,"Name":"b"}]}}"#,
                "path=\"data.items\" ",
            ),
        ] {
            assert_eq!(told("a.json", text.as_bytes()), format!("{keys}{is}"), "{text}");
        }
        assert_eq!(told("a.csv", b""), "it is empty");
        assert_eq!(told("a.csv", b"ID,Name\n1,\xe9\n"), "encoding=\"windows-1252\" ID: 1, Name: é");
        assert_eq!(told("a.csv", b"ID,Name\n1,\xff\x00\n"), "it is no text");
        assert!(told("a.json", b"{\"a\":[1]}").starts_with("no rows were found"));
        assert_eq!(told("a.csv", b"a,b\n\"x\"\"y\nz\",\n"), "a: x\"y\nz, b: ");
        assert_eq!(told("a.csv", b"a,b,a\n1,2,3\n"), "b: 2", "a name that comes twice");
    }

    #[test]
    fn later_exports_of_a_name_are_one_file() {
        for (name, is) in [
            ("hubspot-crm-exports-companies-2025-01-31.csv", "hubspot-crm-exports-companies*.csv"),
            ("report1706700000000.csv", "report*.csv"),
            ("accounts (2).csv", "accounts*.csv"),
            ("accounts.csv.gz", "accounts.csv.gz"),
            ("q3 2025.csv", "q3 2025.csv"),
            ("20250131_accounts.csv", "*accounts.csv"),
        ] {
            assert_eq!(pattern(name), is);
        }
        let dir = tempfile::tempdir().unwrap();
        for name in
            ["c-2025-01-31.csv", "c-2025-02-28.csv", "decisions.jsonl", ".x.csv", "notes.txt"]
        {
            fs::write(dir.path().join(name), "ID,Name\n1,a\n").unwrap();
        }
        let found = look(dir.path(), &[]);
        let names: Vec<&str> = found.samples.iter().map(|sample| sample.name.as_str()).collect();
        assert_eq!(names, ["c-2025-02-28.csv"]);
    }

    #[test]
    fn our_own_files_are_left_to_themselves() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("customers.json", r#"[{"customer_id":"C1"}]"#);
        write("journey_forecasts.json", r#"[{"Account":"C1","Health":3}]"#);
        write("signals.jsonl", "{");
        fs::create_dir(dir.path().join("outcomes")).unwrap();
        let found = look(dir.path(), &[]);
        use DataFile::{Customers, Outcomes, Signals};
        assert_eq!(found.present, [Customers, Outcomes, Signals]);
        let names: Vec<&str> = found.samples.iter().map(|sample| sample.name.as_str()).collect();
        assert_eq!(names, ["journey_forecasts.json"]);
    }
}
