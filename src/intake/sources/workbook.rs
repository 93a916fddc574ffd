//! Workbooks of Excel: rows of cells of one of their sheets.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _};
use std::path::Path;

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader as _, SheetType, SheetVisible};
use calamine::{Xlsx, XlsxCellReader, XlsxError};
use jiff::civil::{Date, DateTime, Time};
use memchr::memmem;
use unicode_normalization::UnicodeNormalization as _;
use zip::ZipArchive;
use zip::result::ZipError;

use super::cell::Cell;
use super::delimited::{self, FIRST_ROWS, NoHeader};
use super::mapping::TableMapping;
use super::missing;
use crate::domain::suggestion::{did_you_mean, suggestions};
use crate::domain::{Code, Finding, Place};
use crate::intake::caught::caught;

/// A workbook inflates to no more, as it is read at once; tests take less time with less.
const LARGEST: u64 = if cfg!(test) { 1 << 20 } else { 256 << 20 };
/// The parts of a workbook that are neither sheets nor texts inflate to no more.
const LARGEST_PART: u64 = 16 << 20;
/// A text of a cell has no more bytes; Excel's own have 32,767 characters.
const LARGEST_TEXT: u64 = if cfg!(test) { 1 << 17 } else { 16 << 20 };
/// The format of a cell takes so many bytes, without the names in it.
const FORMAT: u64 = 300;
/// A sheet has no more cells.
const MOST_CELLS: usize = if cfg!(test) { 1_000 } else { 5_000_000 };
/// A workbook has no more sheets: each is looked at for the header.
const MOST_SHEETS: usize = 1_000;
/// A text takes at least so many tags.
const TAGS_OF_TEXT: usize = 4;
/// Excel's own limits of a sheet.
const SHEET: (u32, u32) = (1 << 20, 1 << 14);
/// The day after the last one that Excel knows.
const LAST_DAY: f64 = 2_958_466.0;
/// How many bytes are read at once.
const CHUNK: usize = 1 << 16;

const CUT_OFF: &str = "the workbook is damaged or cut off; copy the file again";
const NO_PLACE: &str =
    "the cell behind it has no place in the sheet; save the workbook again in Excel";

/// A workbook, of which no sheet was read yet.
pub struct Workbook {
    xlsx: Xlsx<BufReader<File>>,
    /// Some of its cells are merged.
    merged: bool,
}

impl std::fmt::Debug for Workbook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workbook").field("merged", &self.merged).finish_non_exhaustive()
    }
}

/// Where the rows of a table are in a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name of the sheet.
    pub sheet: String,
    /// The row of the header, from 1.
    pub row: u32,
    /// For each mapped column its number in the sheet, from 0.
    columns: Vec<u32>,
}

impl Header {
    /// Returns where the cell of a mapped column is in a row.
    pub fn place(&self, row: u32, column: usize) -> Place {
        let column = self.columns.get(column).map_or(1, |column| column + 1);
        Place { line: row, column }
    }
}

/// Why a sheet cannot be read on, and at which cell.
pub struct Stopped(pub Place, pub String);

/// Cells of a mapped column that are merged with another one, which has the value.
pub struct Merged {
    /// The number of the mapped column.
    pub column: usize,
    /// The first of them.
    pub place: Place,
    /// How many there are.
    pub count: u64,
}

/// Returns whether a file is a workbook by its first bytes; of those that cannot be read, what to do.
/// `None` where it is anything else.
pub fn look(path: &Path) -> Option<Result<(), String>> {
    let mut file = File::open(path).ok()?;
    let mut start = [0; 4];
    file.read_exact(&mut start).ok()?;
    match start {
        [b'P', b'K', 3, 4] => Some(Ok(())),
        [0xD0, 0xCF, 0x11, 0xE0] => {
            let utf16: Vec<u8> =
                "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let found = contains(file.take(LARGEST), &utf16).unwrap_or_default();
            Some(Err(match found {
                true => {
                    "found a workbook with a password; remove the password in Excel, and save it"
                }
                false => "found an old workbook of Excel; save it as .xlsx or as CSV",
            }
            .to_owned()))
        }
        _ => None,
    }
}

/// Reads to the end, piece by piece: each piece begins with the end of the one before, so that what is
/// shorter than that is whole in one of them. Ends early where `piece` says so.
fn pieces(
    mut from: impl Read,
    mut piece: impl FnMut(&[u8], usize) -> Result<(), String>,
) -> Result<(), String> {
    const KEPT: usize = 64;
    let mut buffer = vec![0; KEPT + CHUNK];
    let mut kept = 0;
    loop {
        let room = buffer.get_mut(kept..).unwrap_or_default();
        let read = match from.read(room) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(CUT_OFF.to_owned()),
        };
        let end = kept + read;
        piece(buffer.get(..end).unwrap_or_default(), read)?;
        let from = end.saturating_sub(KEPT);
        buffer.copy_within(from..end, 0);
        kept = end - from;
    }
}

fn contains(from: impl Read, wanted: &[u8]) -> Result<bool, String> {
    let mut found = false;
    pieces(from, |piece, _| {
        found |= memmem::find(piece, wanted).is_some();
        Ok(())
    })?;
    Ok(found)
}

/// Inflates a workbook once without keeping it: what it would take is known before it is taken. Returns
/// whether cells are merged.
fn weigh(zip: &mut ZipArchive<BufReader<File>>) -> Result<bool, String> {
    let has =
        |wanted: &str| zip.file_names().flatten().any(|name| name.eq_ignore_ascii_case(wanted));
    if has("xl/workbook.bin") {
        return Err("found a binary workbook; save it as .xlsx or as CSV".to_owned());
    }
    if has("mimetype") {
        return Err("found an OpenDocument file; save it as .xlsx or as CSV".to_owned());
    }
    if !has("[Content_Types].xml") {
        return Err("found a compressed archive; unpack it".to_owned());
    }
    let mut inflated = 0;
    let mut merged = false;
    for number in 0..zip.len() {
        let part = zip.by_index(number).map_err(|error| trouble(&error))?;
        let name = part.name().map_err(|error| trouble(&error))?.to_lowercase();
        let mut weight = Weight::default();
        pieces(part, |piece, new| {
            inflated += new as u64;
            if inflated > LARGEST {
                return Err("the workbook inflates to more than 256 MB, expected less; save the \
                            sheet as CSV"
                    .to_owned());
            }
            merged = merged || memmem::find(piece, b"mergeCell").is_some();
            weight.add(&name, piece, new)
        })?;
    }
    Ok(merged)
}

/// What a part of a workbook has that takes memory once it is read.
#[derive(Default)]
struct Weight {
    bytes: u64,
    /// The tags of a part with texts.
    tags: usize,
    /// The formats of cells in a part with styles: each is kept with its names.
    formats: u64,
    /// Where the last tag begins, and the most bytes there are from one to the next.
    tag: u64,
    longest: u64,
}

impl Weight {
    /// Adds a piece of a part, of which so many bytes at its end are new.
    fn add(&mut self, part: &str, piece: &[u8], new: usize) -> Result<(), String> {
        let kept = piece.len() - new;
        let fresh = piece.get(kept..).unwrap_or_default();
        let begin = self.bytes;
        self.bytes += new as u64;
        let are_styles = part.ends_with("styles.xml");
        let is_small = are_styles || part.ends_with(".rels") || part.ends_with("workbook.xml");
        if is_small && self.bytes > LARGEST_PART {
            return Err(format!(
                "{part:?} in the workbook inflates to more than 16 MB, expected less; save the \
                 sheet as CSV"
            ));
        }
        if part.ends_with("sharedstrings.xml") {
            self.tags += memchr::memchr_iter(b'<', fresh).count();
            if self.tags > TAGS_OF_TEXT * MOST_CELLS || !says_few_texts(piece) {
                return Err(too_many("texts"));
            }
        }
        let mut begins = |at: usize| {
            let at = begin + at as u64;
            self.longest = self.longest.max(at - self.tag);
            self.tag = at;
        };
        if are_styles {
            memchr::memchr_iter(b'<', fresh).for_each(begins);
            let is_format = |at: &usize| {
                let before = at.checked_sub(1).and_then(|before| piece.get(before));
                at + 2 > kept && matches!(before, Some(b'<' | b':'))
            };
            self.formats += memmem::find_iter(piece, b"xf").filter(is_format).count() as u64;
        } else {
            // What is between them is no more than a piece.
            memchr::memchr(b'<', fresh).into_iter().for_each(&mut begins);
            memchr::memrchr(b'<', fresh).into_iter().for_each(begins);
        }
        let longest = self.longest.max(self.bytes - self.tag);
        if longest > LARGEST_TEXT {
            return Err("the workbook has a text of more than 16 MB, expected shorter ones; save \
                        the sheet as CSV"
                .to_owned());
        }
        if self.formats * (FORMAT + longest) > LARGEST / 2 {
            return Err(
                "the workbook has too many formats of cells to be read; save the sheet as CSV"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// False where a part that holds texts says that it has more than a sheet may have: room is made for so many.
fn says_few_texts(piece: &[u8]) -> bool {
    if piece.contains(&0) {
        return false;
    }
    memmem::find_iter(piece, b"uniqueCount").all(|at| {
        let behind = piece.get(at + "uniqueCount".len()..).unwrap_or_default().iter();
        let mut digits = behind
            .skip_while(|byte| matches!(byte, b'=' | b'"' | b'\'') || byte.is_ascii_whitespace())
            .take_while(|byte| byte.is_ascii_digit())
            .peekable();
        let digit =
            |sum: usize, byte: &u8| sum.saturating_mul(10).saturating_add(usize::from(byte - b'0'));
        // It may be cut off, and is whole in the next piece.
        digits.peek().is_none() || digits.fold(0, digit) <= MOST_CELLS
    })
}

fn too_many(what: &str) -> String {
    format!("more than five million {what}, expected fewer; save the sheet as CSV")
}

fn trouble(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            "the workbook is compressed or encrypted in a way that is not read; save it again in Excel"
                .to_owned()
        }
        _ => CUT_OFF.to_owned(),
    }
}

fn damaged(error: &XlsxError) -> String {
    match error {
        XlsxError::Zip(error) => trouble(error),
        XlsxError::Io(_) | XlsxError::XmlEof(_) => CUT_OFF.to_owned(),
        XlsxError::CellError(error) => {
            format!("found the error {error:?} behind it, which is not known; fix the formula")
        }
        XlsxError::NotAWorksheet(_) => "it is no sheet of cells; name another one".to_owned(),
        error => format!("the workbook makes no sense ({error}); save it again in Excel"),
    }
}

/// Reads with the libraries for workbooks, which may panic where one makes no sense.
fn guarded<T>(read: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, String> {
    let read = caught(read).unwrap_or(Err(XlsxError::Unexpected("its parts do not fit together")));
    read.map_err(|error| damaged(&error))
}

/// Opens a workbook.
///
/// # Errors
/// Why it cannot be read, in words.
pub fn open(path: &Path) -> Result<Workbook, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    // Before its list of parts is read.
    if file.metadata().map_err(unreadable)?.len() > LARGEST {
        return Err(
            "the workbook has more than 256 MB, expected less; save the sheet as CSV".into()
        );
    }
    let mut zip = guarded(|| Ok(ZipArchive::new(BufReader::new(file))?))?;
    let merged = guarded(|| Ok(weigh(&mut zip)))??;
    let mut file = zip.into_inner();
    file.rewind().map_err(unreadable)?;
    let xlsx = guarded(|| Xlsx::new(file))?;
    if xlsx.sheets_metadata().len() > MOST_SHEETS {
        return Err(
            "more than 1,000 sheets, expected fewer; save the one with the rows as CSV".into()
        );
    }
    Ok(Workbook { xlsx, merged })
}

impl Workbook {
    /// Returns the names of its sheets, those that can be seen first.
    pub fn sheets(&self) -> Vec<String> {
        let sheets = self.xlsx.sheets_metadata().iter();
        let mut sheets: Vec<_> = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
        sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
        sheets.into_iter().map(|sheet| sheet.name.clone()).collect()
    }

    /// Returns the rows of a sheet.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub fn rows(&mut self, sheet: &str) -> Result<Rows<'_>, Stopped> {
        let cells = guarded(|| self.xlsx.worksheet_cells_reader(sheet));
        let cells = cells.map_err(|why| Stopped(Place::START, why))?;
        Ok(Rows { cells, next: None, count: 0, last: (0, 0), ended: false })
    }

    /// Finds the sheet and the row with all mapped columns.
    ///
    /// # Errors
    /// A `bad_file` finding where there is none.
    pub fn find(&mut self, mapping: &TableMapping) -> Result<Header, Box<Finding>> {
        let bad = |message: String| Finding::new(Code::BadFile, message);
        let names: Vec<String> =
            mapping.names.iter().map(|name| name.trim().nfc().collect()).collect();
        let mut sheets = self.sheets();
        if let Some(wanted) = &mapping.sheet {
            if !sheets.contains(wanted) {
                let nearest = suggestions(wanted, sheets.iter().map(String::as_str));
                let hint =
                    did_you_mean(&nearest).map_or_else(String::new, |hint| format!(" ({hint})"));
                return Err(Box::new(bad(format!(
                    "no sheet {wanted:?}{hint}; fix the name in sources.toml"
                ))));
            }
            sheets.retain(|sheet| sheet == wanted);
        }
        let mut nearest: Option<(String, NoHeader)> = None;
        let mut cells = 0;
        for sheet in sheets {
            let stopped = |Stopped(place, why)| Box::new(bad(why).at(place).in_sheet(Some(&sheet)));
            let mut rows = self.rows(&sheet).map_err(stopped)?;
            let mut row = Vec::new();
            for _ in 0..FIRST_ROWS {
                let Some(number) = rows.next(&mut row).map_err(stopped)? else { break };
                let found = texts(&row);
                let (wanted, twice) = delimited::columns(&found, &names);
                let at = |column| wanted.iter().position(|wanted| *wanted == Some(column));
                let columns: Vec<u32> =
                    (0..names.len()).filter_map(at).map(|at| at as u32).collect();
                if columns.len() == names.len() && twice.is_none() {
                    return Ok(Header { sheet, row: number, columns });
                }
                let missing = (0..names.len()).filter(|column| at(*column).is_none()).collect();
                let no = NoHeader { line: number, missing, twice, found, wrong: None };
                if nearest.as_ref().is_none_or(|(_, before)| no.is_nearer_than(before)) {
                    nearest = Some((sheet.clone(), no));
                }
            }
            cells += rows.count;
            if cells > MOST_CELLS {
                return Err(stopped(Stopped(Place::START, too_many("cells above a header"))));
            }
        }
        Err(Box::new(match nearest {
            Some((sheet, no)) => missing::no_header(mapping, &no, None).in_sheet(Some(&sheet)),
            None => bad("the workbook has no cells; expected a header and rows".to_owned()),
        }))
    }

    /// Tells the rows below a header: the number of each, and the cells of its mapped columns. Those without
    /// any are passed over.
    ///
    /// # Errors
    /// Why they cannot be read to the end.
    pub fn read(
        &mut self,
        header: &Header,
        mut each: impl FnMut(u32, &[Cell<'_>]),
    ) -> Result<(), Stopped> {
        let width = header.columns.iter().max().map_or(0, |last| *last as usize + 1);
        let mut wanted = vec![None; width];
        for (column, at) in header.columns.iter().enumerate() {
            if let Some(wanted) = wanted.get_mut(*at as usize) {
                *wanted = Some(column);
            }
        }
        let mut rows = self.rows(&header.sheet)?;
        let mut row = Vec::new();
        let mut cells = Vec::new();
        while let Some(number) = rows.next(&mut row)? {
            cells.clear();
            cells.resize(header.columns.len(), Cell::Empty);
            for (at, cell) in row.drain(..) {
                if let Some(Some(column)) = wanted.get(at as usize)
                    && let Some(place) = cells.get_mut(*column)
                {
                    *place = cell;
                }
            }
            if number > header.row && cells.iter().any(|cell| *cell != Cell::Empty) {
                each(number, &cells);
            }
        }
        Ok(())
    }

    /// Returns the mapped columns that have merged cells below the header, where all cells but the first are
    /// empty.
    ///
    /// # Errors
    /// Why that cannot be read.
    pub fn merged(&mut self, header: &Header) -> Result<Vec<Merged>, Stopped> {
        if !self.merged {
            return Ok(Vec::new());
        }
        let merged = guarded(|| self.xlsx.merge_cells_by_sheet_name(&header.sheet));
        let merged = merged.map_err(|why| Stopped(Place::START, why))?;
        let of_column = |(column, at): (usize, &u32)| {
            let mut found: Option<Merged> = None;
            for Dimensions { start, end } in &merged {
                // From 0, as the number of the header is from 1 it is that of the row below.
                let mut first = start.0.max(header.row);
                if *at == start.1 && first == start.0 {
                    first += 1;
                }
                if !(start.1..=end.1).contains(at) || first > end.0 {
                    continue;
                }
                let place = header.place(first + 1, column);
                let count = u64::from(end.0 - first) + 1;
                let found = found.get_or_insert(Merged { column, place, count: 0 });
                found.count += count;
                found.place = found.place.min(place);
            }
            found
        };
        Ok(header.columns.iter().enumerate().filter_map(of_column).collect())
    }
}

/// The cells of a row as texts, with empty ones where there is none.
pub fn texts(row: &[(u32, Cell<'_>)]) -> Vec<String> {
    let mut texts =
        vec![String::new(); row.iter().map(|(at, _)| *at as usize + 1).max().unwrap_or(0)];
    for (at, cell) in row {
        if let (Some(place), Cell::Text(text) | Cell::Number(text)) =
            (texts.get_mut(*at as usize), cell)
        {
            *place = text.nfc().collect();
        }
    }
    texts
}

/// The row and the column of a cell, both from 0, and what stands there.
type Placed<'w> = ((u32, u32), Cell<'w>);

/// The rows of a sheet that have cells, one after the other.
pub struct Rows<'w> {
    cells: XlsxCellReader<'w, BufReader<File>>,
    /// The first cell of the next row.
    next: Option<Placed<'w>>,
    count: usize,
    last: (u32, u32),
    ended: bool,
}

impl<'w> Rows<'w> {
    /// Puts the cells of the next row into a buffer, each with the number of its column from 0. Returns the
    /// number of the row, from 1.
    ///
    /// # Errors
    /// Why there is no more where there should be.
    pub fn next(&mut self, row: &mut Vec<(u32, Cell<'w>)>) -> Result<Option<u32>, Stopped> {
        row.clear();
        let first = match self.next.take() {
            Some(first) => Some(first),
            None => self.cell()?,
        };
        let Some(((number, column), cell)) = first else { return Ok(None) };
        row.push((column, cell));
        while let Some(((of, column), cell)) = self.cell()? {
            if of != number {
                self.next = Some(((of, column), cell));
                break;
            }
            if row.len() >= SHEET.1 as usize {
                return Err(Stopped(
                    Place { line: number + 1, column: column + 1 },
                    NO_PLACE.into(),
                ));
            }
            row.push((column, cell));
        }
        Ok(Some(number + 1))
    }

    fn cell(&mut self) -> Result<Option<Placed<'w>>, Stopped> {
        if self.ended {
            return Ok(None);
        }
        let at = |(row, column): (u32, u32)| Place { line: row + 1, column: column + 1 };
        let read = guarded(|| self.cells.next_cell_with_formula_metadata());
        let read = read.map_err(|why| Stopped(at(self.last), why))?;
        self.ended = read.is_none();
        let Some(read) = read else { return Ok(None) };
        let is_within = read.pos.0 < SHEET.0 && read.pos.1 < SHEET.1;
        if !is_within || read.pos.0 < self.last.0 {
            return Err(Stopped(at(self.last), NO_PLACE.to_owned()));
        }
        self.last = read.pos;
        self.count += 1;
        if self.count > MOST_CELLS {
            return Err(Stopped(at(read.pos), too_many("cells")));
        }
        let cell = match (read.value, read.formula) {
            (DataRef::Empty, Some(_)) => Cell::Broken("a formula without a value".to_owned()),
            (value, _) => cell(value),
        };
        Ok(Some((read.pos, cell)))
    }
}

fn cell(value: DataRef<'_>) -> Cell<'_> {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::of_owned(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Int(number) => Cell::Number(number.to_string().into()),
        DataRef::Float(number) => of_number(number),
        DataRef::Bool(flag) => Cell::Flag(flag),
        DataRef::DateTime(date) => match of_date(&date) {
            Some(date) => Cell::Date(date),
            None => of_number(date.as_f64()),
        },
        DataRef::DateTimeIso(text) => match text.parse() {
            Ok(date) => Cell::Date(date),
            Err(_) => Cell::of_owned(text),
        },
        DataRef::Error(error) => Cell::Broken(format!("the error {error}")),
    }
}

fn of_number<'w>(number: f64) -> Cell<'w> {
    match number.is_finite() {
        true => Cell::Number(number.to_string().into()),
        false => Cell::of_owned(number.to_string()),
    }
}

/// The date of a cell, in the calendar of its workbook; `None` for a length of time or a time of day.
fn of_date(date: &ExcelDateTime) -> Option<DateTime> {
    if date.is_duration() || !(1.0..LAST_DAY).contains(&date.as_f64()) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).ok();
    let day = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
    let time =
        Time::new(small(hour)?, small(minute)?, small(second)?, i32::from(milli) * 1_000_000);
    Some(day.to_datetime(time.ok()?))
}
