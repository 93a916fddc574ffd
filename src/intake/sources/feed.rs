//! The text of a mapped file in blocks of whole rows, from the beginning to the end. Who parses them does
//! so on any thread, as a block does not depend on the one before it.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Mutex;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::decode::{Text, Trouble};
use super::delimited::{self, Header};
use super::find::ChosenFile;
use super::json_rows::{Located, Scan, Shape, columns_end, locate, wrong_behind};
use super::mapping::{FileFormat, TableMapping};
use super::missing::no_header;
use super::workbook::{self, Workbook};
use crate::domain::place::place_of;
use crate::domain::{Code, Finding, Place};

/// Bytes of a block.
pub const BLOCK: usize = 1 << 20;
/// No row is longer: one that seems to be is mostly a quote that does not end.
pub const LONGEST_ROW: usize = 16 << 20;

/// The rows of a document begin within so many bytes.
const LONGEST_BEGINNING: usize = 64 << 20;
/// A document with one object a column is no longer.
const LONGEST_COLUMNS: usize = 256 << 20;

/// How the rows of a file are written, and where they begin.
#[derive(Debug, PartialEq, Eq)]
pub enum Form {
    /// Cells with a delimiter between them.
    Delimited(Header),
    /// One JSON object a line.
    Lines,
    /// A JSON document with its rows one after the other.
    Document(Shape),
    /// A JSON document with one object a column, which is read at once.
    Columns,
    /// A sheet of a workbook, which is read at once.
    Workbook(workbook::Header),
}

/// What is known of a file once its beginning was looked at.
#[derive(Debug)]
pub struct Opened {
    /// The workbook, until its rows are read.
    pub workbook: Mutex<Option<Workbook>>,
    /// How its rows are written.
    pub form: Form,
    /// Where the first block begins.
    pub place: Place,
    /// What was guessed, in words: `CSV`, `UTF-8`, …
    pub guessed: Vec<String>,
}

/// A file whose blocks are taken one after the other.
pub struct Feed {
    text: Text,
    /// What was read beyond the last block.
    rest: Vec<u8>,
    ended: bool,
    told: u64,
    block: usize,
    /// How many brackets of a document have to close, that of its rows included.
    depth: usize,
    /// The last block ended with a comma, so that another row has to follow.
    after_comma: bool,
    /// Why there is no more text than was read when the file was opened.
    trouble: Option<String>,
}

/// The end of a block, and what else is known of it.
pub struct Taken {
    /// Why there is no block after it where there should be one: at the end of its text.
    pub trouble: Option<String>,
    /// How many bytes of the file were read for it.
    pub bytes: u64,
}

/// Opens a file, and finds out how it is written as far as the mapping does not say so.
///
/// # Errors
/// A `bad_file` finding where it cannot be read in that way.
pub fn open(
    mapping: &TableMapping,
    file: &ChosenFile,
    block: usize,
) -> Result<(Opened, Option<Feed>), Box<Finding>> {
    let bad = |message: String| Finding::new(Code::BadFile, message);
    let format = mapping.format;
    match workbook::look(&file.path) {
        Some(Ok(())) => return open_workbook(mapping, file).map(|opened| (opened, None)),
        Some(Err(why)) => return Err(Box::new(bad(why))),
        None => {}
    }
    let mut text = Text::open(&file.path, mapping.encoding).map_err(|Trouble(why)| bad(why))?;
    let mut start = Vec::new();
    let trouble = text.fill(&mut start, block.max(1 << 16));
    let mut ended = *trouble.as_ref().unwrap_or(&false);
    if start.contains(&b'\r') && !start.contains(&b'\n') {
        text.end_lines_with_returns();
        start.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
    let readable = valid(&start);
    if let Some(message) = no_text(&start, readable) {
        return Err(Box::new(bad(message).at(place_of(readable, readable.len()))));
    }
    if format == Some(FileFormat::Xlsx) {
        let why = "found no workbook of Excel, expected one; fix format in sources.toml";
        return Err(Box::new(bad(why.to_owned())));
    }
    let format = format.unwrap_or_else(|| guess(mapping, &file.name, readable));
    let mut guesses = guessed(mapping.format.is_none(), format.name());
    guesses.extend(text.compressed.then(|| "gzip".to_owned()));
    guesses.extend(guessed(mapping.encoding.is_none(), text.encoding.name()));
    let mut depth = 0;
    let (form, place, begins) = if format.is_delimited() {
        let likely = if format == FileFormat::Tsv { b'\t' } else { b',' };
        let header = loop {
            let readable = valid(&start);
            let found = delimited::header(readable, &mapping.names, mapping.delimiter, likely);
            // A header that ends where the text does may go on, and rows above it may be long.
            let is_whole = found.as_ref().is_ok_and(|header| header.end < readable.len());
            if is_whole || ended || trouble.is_err() || start.len() >= LONGEST_ROW {
                break found;
            }
            let wanted = start.len().saturating_mul(4).min(LONGEST_ROW);
            ended = text.fill(&mut start, wanted).map_err(|Trouble(why)| bad(why))?;
        };
        let header = header.map_err(|no| match (no.wrong, &trouble) {
            (Some((at, why)), Ok(_)) => bad(why.to_owned()).at(place_of(valid(&start), at)),
            (_, trouble) => {
                let why = trouble.as_ref().err().map(|Trouble(why)| why.as_str());
                no_header(mapping, &no, why)
            }
        })?;
        // Not where bytes that are no text end it, which the first block tells.
        if !ended && trouble.is_ok() && header.end.saturating_add(4) > start.len() {
            let why = "a header of more than 16 MB, expected a shorter one".to_owned();
            return Err(Box::new(bad(why).at(Place { line: header.line, column: 1 })));
        }
        if mapping.delimiter.is_none() {
            guesses.push(format!("delimiter {:?}", char::from(header.delimiter)));
        }
        guesses.push(format!("header in line {}", header.line));
        let place = Place { line: header.end_line, column: 1 };
        let begins = header.end;
        (Form::Delimited(header), place, begins)
    } else if format == FileFormat::Jsonl {
        (Form::Lines, Place::START, 0)
    } else {
        let located = loop {
            let located = locate(mapping, format, valid(&start));
            if located != Located::More || ended || start.len() >= LONGEST_BEGINNING {
                break located;
            }
            let wanted = start.len().saturating_mul(4).min(LONGEST_BEGINNING);
            ended = text.fill(&mut start, wanted).map_err(|Trouble(why)| bad(why))?;
        };
        let readable = valid(&start);
        match located {
            Located::Found { shape: Shape::Columns, start, depth: enclosing } => {
                depth = enclosing;
                (Form::Columns, place_of(readable, start), start)
            }
            Located::Found { shape, start, depth: enclosing } => {
                depth = enclosing;
                (Form::Document(shape), place_of(readable, start), start)
            }
            Located::Bad(at, why) => return Err(Box::new(bad(why).at(place_of(readable, at)))),
            Located::More => {
                let why = match (&trouble, ended) {
                    (Err(Trouble(why)), _) => why.clone(),
                    (_, true) => "unexpected end of file; expected rows in JSON".to_owned(),
                    (_, false) => {
                        "no rows in the first 64 MB; expected them earlier, or a path that \
                                   leads to them"
                            .to_owned()
                    }
                };
                return Err(Box::new(bad(why).at(place_of(readable, readable.len()))));
            }
        }
    };
    let rest = start.split_off(begins.min(start.len()));
    let trouble = trouble.err().map(|Trouble(why)| why);
    let ended = ended || trouble.is_some();
    let feed = Feed { text, rest, ended, told: 0, block, depth, after_comma: false, trouble };
    Ok((Opened { workbook: Mutex::default(), form, place, guessed: guesses }, Some(feed)))
}

fn open_workbook(mapping: &TableMapping, file: &ChosenFile) -> Result<Opened, Box<Finding>> {
    let opened = workbook::open(&file.path);
    let mut workbook = opened.map_err(|why| Box::new(Finding::new(Code::BadFile, why)))?;
    let header = workbook.find(mapping)?;
    let mut guesses = guessed(mapping.format.is_none(), FileFormat::Xlsx.name());
    if mapping.sheet.is_none() {
        guesses.push(format!("sheet {:?}", header.sheet));
    }
    guesses.push(format!("header in row {}", header.row));
    let workbook = Mutex::new(Some(workbook));
    Ok(Opened { workbook, form: Form::Workbook(header), place: Place::START, guessed: guesses })
}

/// The beginning of a text up to where it is not UTF-8.
fn valid(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(good).unwrap_or_default()
        }
    }
}

fn guessed(is_guess: bool, what: &str) -> Vec<String> {
    if is_guess { vec![what.to_owned()] } else { Vec::new() }
}

impl Feed {
    /// Puts the next block into a buffer, in place of what is in it; `None` where there is none.
    pub fn next(&mut self, form: &Form, buffer: &mut Vec<u8>) -> Option<Taken> {
        buffer.clear();
        buffer.append(&mut self.rest);
        if self.ended && buffer.is_empty() && self.trouble.is_none() {
            return None;
        }
        let mut wanted = self.block.max(1);
        let mut trouble = self.trouble.take();
        loop {
            if !self.ended {
                match self.text.fill(buffer, wanted) {
                    Ok(ended) => self.ended = ended,
                    Err(Trouble(why)) => {
                        self.ended = true;
                        trouble = Some(why);
                    }
                }
            }
            let end = match form {
                Form::Document(shape) => {
                    let (last, closed) = Scan::within(self.depth).rows(buffer);
                    if let Some(closed) = closed {
                        let wrong = self.close(shape, buffer, closed);
                        trouble = trouble.or(wrong);
                        break;
                    }
                    if self.ended {
                        let why = "unexpected end of file; expected the bracket that ends the rows";
                        trouble.get_or_insert_with(|| why.to_owned());
                    }
                    last
                }
                _ if self.ended => None,
                Form::Delimited(header) => delimited::last_end(buffer, header.delimiter),
                Form::Lines => memchr::memrchr(b'\n', buffer).map(|newline| newline + 1),
                Form::Columns | Form::Workbook(_) => None,
            };
            if self.ended {
                if let (Form::Columns, Some(end)) = (form, columns_end(buffer)) {
                    let behind = buffer.get(end..).unwrap_or_default();
                    trouble = trouble.or_else(|| wrong_behind(self.depth, behind));
                }
                break;
            }
            if let Some(end) = end {
                self.rest = buffer.split_off(end.min(buffer.len()));
                self.after_comma = true;
                break;
            }
            let longest = if *form == Form::Columns { LONGEST_COLUMNS } else { LONGEST_ROW };
            if buffer.len() >= longest {
                self.ended = true;
                buffer.clear();
                let why = match form {
                    Form::Columns => {
                        "more than 256 MB by column, expected less; write one row after the other"
                    }
                    Form::Delimited(_) => {
                        "a row of more than 16 MB, expected shorter ones; look for a quote that does \
                         not end"
                    }
                    _ => "a row of more than 16 MB, expected shorter ones",
                };
                trouble = Some(why.to_owned());
                break;
            }
            wanted = buffer.len().max(self.block).saturating_mul(2).min(longest);
        }
        let read = self.text.bytes_read();
        let bytes = read - self.told;
        self.told = read;
        Some(Taken { trouble, bytes })
    }
}

impl Feed {
    /// Ends a document's rows at their bracket, and reads what is behind it. Returns what is wrong with
    /// that.
    fn close(&mut self, shape: &Shape, buffer: &mut Vec<u8>, closed: usize) -> Option<String> {
        let bracket = buffer.get(closed).copied().unwrap_or_default();
        let tail = buffer.split_off(closed.saturating_add(1).min(buffer.len()));
        buffer.truncate(closed);
        let more =
            Behind { text: (!self.ended).then_some(&mut self.text), piece: Vec::new(), at: 0 };
        let wrong = wrong_behind(self.depth.saturating_sub(1), tail.as_slice().chain(more));
        self.ended = true;
        let rows = buffer.trim_ascii();
        let expected = if *shape == Shape::Keyed { b'}' } else { b']' };
        if bracket != expected || rows.ends_with(b",") || rows.is_empty() && self.after_comma {
            let bracket = char::from(bracket);
            return Some(format!("found {bracket:?}, which is no JSON there; expected a row"));
        }
        wrong
    }
}

/// The text behind what was read of it.
struct Behind<'t> {
    /// `None` once there is no more.
    text: Option<&'t mut Text>,
    piece: Vec<u8>,
    at: usize,
}

impl Read for Behind<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.piece.len()
            && let Some(text) = &mut self.text
        {
            self.piece.clear();
            self.at = 0;
            if text.fill(&mut self.piece, 1 << 16).map_err(|Trouble(why)| io::Error::other(why))? {
                self.text = None;
            }
        }
        let count = self.piece.get(self.at..).unwrap_or_default().read(into)?;
        self.at += count;
        Ok(count)
    }
}

/// How a file is written, by its name and how it begins.
fn guess(mapping: &TableMapping, name: &str, start: &str) -> FileFormat {
    let name = name.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let start = start.trim_start();
    match ending {
        "csv" => return FileFormat::Csv,
        "tsv" | "tab" => return FileFormat::Tsv,
        "jsonl" | "ndjson" => return FileFormat::Jsonl,
        _ => {}
    }
    match start.as_bytes().first() {
        Some(b'[') => FileFormat::Json,
        Some(b'{') => {
            let (first, rest) = start.split_once('\n').unwrap_or((start, ""));
            let is_whole = serde_json::from_str::<IgnoredAny>(first).is_ok();
            let goes_on = rest.trim_start().starts_with('{');
            // Under the name of a column a row has a value, and what is written by column an object.
            let row: Result<BTreeMap<String, &RawValue>, _> = serde_json::from_str(first);
            let is_row = || {
                let row = row.ok()?;
                Some(!row.get(mapping.id_column()?)?.get().starts_with(['{', '[']))
            };
            match is_whole && (goes_on || rest.trim().is_empty() && is_row() == Some(true)) {
                true => FileFormat::Jsonl,
                false => FileFormat::Json,
            }
        }
        _ if ending == "json" => FileFormat::Json,
        _ => FileFormat::Csv,
    }
}

/// What a file is that holds no text, in words; `None` where it may hold some.
fn no_text(start: &[u8], readable: &str) -> Option<String> {
    let what = match start {
        [b'P', b'A', b'R', b'1', ..] => "a Parquet file; save it as CSV or JSON",
        [b'P', b'K', 3, 4, ..] => "a compressed archive; unpack it",
        [0x1F, 0x8B, ..] => "a file that was compressed twice; unpack it once",
        _ if readable.trim().is_empty() && start.iter().all(u8::is_ascii_whitespace) => {
            return Some("the file is empty; expected a header and rows".to_owned());
        }
        _ => {
            // Every second byte of UTF-16 is mostly 0.
            let beginning = start.get(..start.len().min(1 << 10)).unwrap_or_default();
            let zeros = beginning.iter().filter(|byte| **byte == 0).count();
            if zeros * 4 < beginning.len() {
                return None;
            }
            "no text in UTF-8; if it is UTF-16 without a mark, set encoding = \"utf-16\""
        }
    };
    Some(format!("found {what}"))
}
