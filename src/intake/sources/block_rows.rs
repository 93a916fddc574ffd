//! The rows of one block of a mapped file, whatever its format, into a batch.

use super::cell::Cell;
use super::delimited::{Cells, Header, Next, Records, UNCLOSED};
use super::json_rows::{self, Rows, Shape};
use super::mapping::TableMapping;
use super::plain_rows::PlainRows;
use super::row_taker::{Alone, RowTaker, Unlisted};
use super::workbook::{self, Stopped, Workbook};
use crate::domain::Place;
use crate::domain::place::{Cursor, place_of};
use crate::intake::batch::Batch;
use crate::intake::row::{describe, offset_in};
use crate::store::row::Row;

/// What a block tells beside its rows. Places are told from its beginning.
#[derive(Default)]
pub struct Rest {
    /// Where the next block begins.
    pub end: Place,
    /// Texts that the mapping does not list.
    pub unlisted: Unlisted,
    /// Why the rest of the file is of no use, and where.
    pub trouble: Option<(Place, String)>,
    /// What is known of the columns of a file without a header.
    pub columns: Option<ColumnsSeen>,
    /// Lines with a text alone, behind which no row came.
    pub alone: Vec<Alone>,
    /// Findings that are not kept.
    pub more: usize,
    /// A line came that is none of these.
    pub has_others: bool,
}

/// Which columns the rows of a file without a header have.
#[derive(Debug, Default)]
pub struct ColumnsSeen {
    /// Which of the mapped ones there are.
    pub seen: Vec<bool>,
    /// Others that there are.
    pub others: Vec<String>,
    /// The id may stand before the row in place of a column.
    pub keyed: bool,
}

impl ColumnsSeen {
    /// Adds what later rows have.
    pub fn append(&mut self, later: Self) {
        self.keyed |= later.keyed;
        self.seen.resize(self.seen.len().max(later.seen.len()), false);
        self.seen.iter_mut().zip(later.seen).for_each(|(seen, later)| *seen |= later);
        if self.others.is_empty() {
            self.others = later.others;
        }
    }
}

/// Takes in the rows of a block of cells with a delimiter between them.
pub fn delimited_rows<R: Row>(
    taker: &RowTaker<'_>,
    header: &Header,
    text: &str,
    batch: &mut Batch<R>,
    rest: &mut Rest,
) {
    let plain = PlainRows::new(taker, header, text, batch);
    rows_of_cells(taker, header, (text, plain), batch, rest);
}

/// The same with the rows that the fast path leaves, or without it.
fn rows_of_cells<'t, R: Row>(
    taker: &RowTaker<'_>,
    header: &Header,
    (text, plain): (&'t str, Option<PlainRows<'t>>),
    batch: &mut Batch<R>,
    rest: &mut Rest,
) {
    let mut records = Records::new(text, header.delimiter);
    let mut cells = Cells::new(text, header);
    let has_nul = memchr::memchr(0, text.as_bytes()).is_some();
    let mut plain = plain.filter(|_| !has_nul);
    loop {
        if let Some(plain) = &mut plain
            && rest.alone.is_empty()
        {
            let place = Place { line: records.line + 1, column: 1 };
            if let Some(end) = plain.take(records.at(), batch, place) {
                records.pass(end);
                rest.has_others = true;
                continue;
            }
        }
        let record = match cells.next(&mut records, header) {
            Next::Record(record) => record,
            Next::Unclosed(at) => {
                rest.trouble = Some((place_of(text, at), UNCLOSED.to_owned()));
                break;
            }
            Next::End => break,
        };
        let place = Place { line: record.line + 1, column: 1 };
        let within = text.get(record.start..record.end).unwrap_or_default();
        if record.stray.is_none()
            && header.cells() > 2
            && (record.cells == 1
                || record.cells == header.cells() && ends_empty(within, header.delimiter))
            && let Some(text) = alone_in(within, header.delimiter).filter(|text| is_sentence(text))
        {
            let unfit = (record.cells == 1).then(|| {
                let expected =
                    format!("{} as in the header on line {}", header.cells(), header.line);
                ("1 cell".to_owned(), expected)
            });
            // Of a row with too few cells those that are missing are those of the row before.
            let is_here = |column: usize| cells.start(column) >= record.start;
            let all = cells.all().into_iter().enumerate();
            let cells = all
                .map(|(column, cell)| if is_here(column) { owned(&cell) } else { Cell::Empty })
                .collect();
            rest.alone.push(Alone { place, text, cells, unfit });
            continue;
        }
        if record.cells == 1 && within.trim().is_empty() {
            continue;
        }
        rest.has_others = true;
        if !rest.alone.is_empty() {
            taker.take_alone(batch, &mut rest.unlisted, rest.alone.drain(..));
        }
        if record.cells != header.cells() || record.stray.is_some() {
            let mut row = cells.all();
            // Of a row with too few cells those that are missing are those of the row before.
            row.iter_mut()
                .enumerate()
                .filter(|(column, _)| cells.start(*column) < record.start)
                .for_each(|(_, cell)| *cell = Cell::Empty);
            let (found, expected) = match record.stray {
                Some(_) => (
                    "text behind the quote that ends a cell".to_owned(),
                    "a delimiter there; write a quote in a cell twice".to_owned(),
                ),
                None => (
                    format!("{} cell{}", record.cells, if record.cells == 1 { "" } else { "s" }),
                    format!("{} as in the header on line {}", header.cells(), header.line),
                ),
            };
            let place = match record.stray {
                Some(at) => Cursor::starting_at(within, place).at(at - record.start),
                None => place,
            };
            taker.skip(batch, &row, place, (&found, &expected));
            continue;
        }
        if has_nul && within.contains('\0') {
            taker.skip(batch, &cells.all(), place, ("a row with a NUL character", "text"));
            continue;
        }
        let cell = |column: usize| cells.get(column);
        taker.take_each(batch, &mut rest.unlisted, cell, place, |column| {
            let offset = cells.start(column).saturating_sub(record.start);
            Cursor::starting_at(within, place).at(offset)
        });
    }
    rest.end = Place { line: records.line + 1, column: 1 };
}

/// True of a row whose last cell is empty: a quick look before a closer one.
fn ends_empty(row: &str, delimiter: u8) -> bool {
    match row.trim_end_matches(['\r', '\n', ' ']).as_bytes() {
        [.., last] if *last == delimiter => true,
        [.., before, b'"', b'"'] => *before == delimiter,
        _ => false,
    }
}

/// False of what is an id as well, of which nothing else is known.
fn is_sentence(text: &str) -> bool {
    text.trim().contains(char::is_whitespace)
}

/// The text of a row that has one in its first cell and nothing else.
fn alone_in(row: &str, delimiter: u8) -> Option<String> {
    let is_filled = |c: char| c != char::from(delimiter) && c != '"' && !c.is_whitespace();
    // The byte after the last one that is filled.
    let end = row.rfind(is_filled)? + 1;
    let end = (end..=row.len()).find(|end| row.is_char_boundary(*end))?;
    let filled = row.get(..end)?;
    match filled.trim_start().strip_prefix('"') {
        None => (!filled.as_bytes().contains(&delimiter)).then(|| filled.trim().to_owned()),
        Some(text) => {
            let mut rest = text;
            while let Some((_, behind)) = rest.split_once('"') {
                // A quote in a text is written twice; another one ends it, and something is behind it.
                rest = behind.strip_prefix('"')?;
            }
            Some(text.replace("\"\"", "\""))
        }
    }
}

fn owned(cell: &Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Text(text) => Cell::of_owned(text.clone().into_owned()),
        _ => Cell::Empty,
    }
}

/// Takes in the rows of a sheet.
pub fn sheet_rows<R: Row>(
    taker: &RowTaker<'_>,
    (workbook, header): (&mut Workbook, &workbook::Header),
    batch: &mut Batch<R>,
    rest: &mut Rest,
) -> Result<(), Stopped> {
    for merged in workbook.merged(header)? {
        batch.table.findings.push(taker.merged(&merged));
    }
    workbook.read(header, |row, cells| {
        let place = Place { line: row, column: 1 };
        let mut filled = cells.iter().filter(|cell| **cell != Cell::Empty);
        if cells.len() > 2
            && let (Some(Cell::Text(text)), None) = (filled.next(), filled.next())
            && is_sentence(text)
        {
            let text = text.clone().into_owned();
            let cells = cells.iter().map(owned).collect();
            rest.alone.push(Alone { place, text, cells, unfit: None });
            return;
        }
        rest.has_others = true;
        taker.take_alone(batch, &mut rest.unlisted, rest.alone.drain(..));
        taker.take(batch, &mut rest.unlisted, cells, place, |column| header.place(row, column));
    })
}

/// Takes in a row of JSON that starts at a place.
fn json_row<R: Row>(
    (taker, mapping): (&RowTaker<'_>, &TableMapping),
    (key, json, place): (Option<&str>, &str, Place),
    batch: &mut Batch<R>,
    rest: &mut Rest,
) {
    let columns = rest.columns.get_or_insert_default();
    columns.keyed |= key.is_some();
    columns.seen.resize(mapping.names.len(), false);
    let Some(found) = json_rows::of_row(&mapping.names, json, &mut columns.others) else {
        let id = key.map_or(Cell::Empty, Cell::of_text);
        let cells: Vec<Cell<'_>> = match taker.id_column {
            Some(column) => (0..=column).map(|_| id.clone()).collect(),
            None => Vec::new(),
        };
        return taker.skip(batch, &cells, place, (&describe(json), "an object"));
    };
    columns.seen.iter_mut().zip(&found.seen).for_each(|(seen, here)| *seen |= here);
    let at = |column: usize| {
        let offset = found.cells.get(column).map_or(0, |(_, offset)| *offset);
        Cursor::starting_at(json, place).at(offset)
    };
    let mut cells: Vec<Cell<'_>> = found.cells.iter().map(|(cell, _)| cell.clone()).collect();
    if let (Some(key), Some(column)) = (key, taker.id_column)
        && let Some(id) = cells.get_mut(column)
        && found.seen.get(column) != Some(&true)
    {
        *id = Cell::of_text(key);
    }
    if let Some(column) = found.twice {
        let name = mapping.names.get(column).map_or("", |name| name.as_str());
        let found = format!("{name:?} is given twice with different values");
        return taker.skip(batch, &cells, at(column), (&found, "one value"));
    }
    taker.take(batch, &mut rest.unlisted, &cells, place, at);
}

/// Takes in the rows of a block of lines.
pub fn json_lines<R: Row>(
    taker: &RowTaker<'_>,
    mapping: &TableMapping,
    text: &str,
    batch: &mut Batch<R>,
    rest: &mut Rest,
) {
    let mut cursor = Cursor::new(text);
    let mut rows = Rows::new(text, false, true);
    while let Some(row) = rows.next() {
        match row {
            Ok(row) => {
                let place = cursor.at(row.start);
                json_row((taker, mapping), (None, row.json, place), batch, rest);
            }
            Err((at, why)) => rest.trouble = Some((place_of(text, at), why)),
        }
    }
    rest.end = cursor.at(text.len());
}

/// Takes in the rows of a block of a document.
pub fn json_rows<R: Row>(
    taker: &RowTaker<'_>,
    mapping: &TableMapping,
    shape: &Shape,
    text: &str,
    batch: &mut Batch<R>,
    rest: &mut Rest,
) {
    let mut cursor = Cursor::new(text);
    let mut rows = Rows::new(text, *shape == Shape::Keyed, false);
    while let Some(row) = rows.next() {
        let row = match row {
            Ok(row) => row,
            Err((at, why)) => {
                rest.trouble = Some((place_of(text, at), why));
                continue;
            }
        };
        let place = cursor.at(offset_in(text, row.json));
        let Shape::Lists(wanted) = shape else {
            json_row((taker, mapping), (row.key.as_deref(), row.json, place), batch, rest);
            continue;
        };
        match json_rows::of_list(wanted, mapping.names.len(), row.json) {
            Ok(found) => {
                let cells: Vec<Cell<'_>> = found.iter().map(|(cell, _)| cell.clone()).collect();
                taker.take(batch, &mut rest.unlisted, &cells, place, |column| {
                    let offset = found.get(column).map_or(0, |(_, offset)| *offset);
                    Cursor::starting_at(row.json, place).at(offset)
                });
            }
            Err(length) => {
                let found = length.map_or_else(|| describe(row.json), |n| format!("{n} elements"));
                let expected = format!("a list of {}, one for each column", wanted.len());
                taker.skip(batch, &[], place, (&found, &expected));
            }
        }
    }
    rest.end = cursor.at(text.len());
}

/// Takes in the rows of a document with one object a column: the cells of a row have the same key in each.
pub fn json_columns<R: Row>(
    taker: &RowTaker<'_>,
    mapping: &TableMapping,
    text: &str,
    batch: &mut Batch<R>,
    rest: &mut Rest,
) {
    let columns = match json_rows::by_column(&mapping.names, text) {
        Ok(columns) => columns,
        Err((at, why)) => {
            rest.trouble = Some((place_of(text, at), why));
            return;
        }
    };
    let mut seen = ColumnsSeen { keyed: true, ..ColumnsSeen::default() };
    seen.seen = columns.cells.iter().map(Option::is_some).collect();
    seen.others = columns.others;
    let mut cursors: Vec<Cursor<'_>> = mapping.names.iter().map(|_| Cursor::new(text)).collect();
    for (row, key) in columns.keys.iter().enumerate() {
        let raw = |column: usize| columns.cells.get(column)?.as_ref()?.get(row).copied();
        let mut cells: Vec<Cell<'_>> = (0..mapping.names.len())
            .map(|column| raw(column).map_or(Cell::Empty, Cell::of_json))
            .collect();
        if let Some(column) = taker.id_column
            && raw(column).is_none()
            && let Some(id) = cells.get_mut(column)
        {
            *id = Cell::of_text(key);
        }
        let places: Vec<Place> = cursors
            .iter_mut()
            .enumerate()
            .map(|(column, cursor)| {
                raw(column).map_or(Place::START, |raw| cursor.at(offset_in(text, raw)))
            })
            .collect();
        let at = |column: usize| places.get(column).copied().unwrap_or(Place::START);
        let place = at(taker.id_column.unwrap_or(0));
        taker.take(batch, &mut rest.unlisted, &cells, place, at);
    }
    rest.columns = Some(seen);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::delimited::header;
    use super::super::sources_file::parse;
    use super::*;
    use crate::domain::Forecast;
    use crate::intake::batch::{CustomerKeys, Keep};
    use crate::intake::file::DataFile;
    use crate::store::interned::CustomerIds;
    use crate::store::{CustomerKey, Table};

    const HEADER: &str = "id,ignored,path,churn,at,risk,kind";

    /// What a block of rows becomes: the table, its ids, and the rest in words.
    fn read(text: &str, keep: Keep, fast: bool) -> (Table<Forecast>, Vec<String>, String) {
        let sources = parse(
            "[journey_forecasts]\nfile = \"f.csv\"\n[journey_forecasts.columns]\ncustomer_id = \"id\"\n\
             predicted_path = { column = \"path\", split = \";\" }\nchurn_probability = \"churn\"\n\
             recovery_probability = { column = \"kind\", values = { a = 1, b = 0.5 } }\n\
             generated_at = \"at\"\nrevenue_at_risk = { column = \"risk\", number = \"us\" }\n",
        )
        .unwrap();
        let mapping = &sources.tables[0];
        let header = header(&format!("{HEADER}\n"), &mapping.names, None, b',').unwrap();
        let taker = RowTaker::new::<Forecast>(mapping, "f.csv");
        let (known, mut rest) = (CustomerIds::default(), Rest::default());
        let mut batch = Batch::<Forecast>::new(keep);
        let plain = fast.then(|| PlainRows::new(&taker, &header, text, &batch).unwrap());
        rows_of_cells(&taker, &header, (text, plain), &mut batch, &mut rest);
        let mut keys = CustomerKeys::after(&known);
        let ids = batch.ids(&known, DataFile::Forecasts);
        let mut whole = Batch::new(keep);
        whole.append(&mut batch, Place::START, ids, &mut keys);
        let Rest { end, unlisted, trouble, alone, more, has_others, .. } = rest;
        let rest = format!("{end:?} {unlisted:?} {trouble:?} {alone:?} {more} {has_others}");
        let ids = keys.into_new().unwrap_or_default();
        let ids = (0..ids.len() as u32).map(|key| ids.id(CustomerKey(key)).unwrap().to_owned());
        (whole.finish().unwrap(), ids.collect(), rest)
    }

    const CELLS: &[&str] = &[
        "",
        "",
        "C1",
        "C22",
        "Ümit",
        " C1",
        "id",
        "Total",
        "grand total",
        "a",
        "b",
        "c",
        "7",
        "0.25",
        "-3",
        "1e3",
        "007",
        ".5",
        "45%",
        "$1,5",
        "\"$1,500\"",
        "1500",
        "9007199254740993",
        "x;y",
        "x;;y",
        "2025-01-31",
        "\"2025-01-31\"",
        "\"a,b\"",
        "\"a\"\"b\"",
        "\"a\nb\"",
        "\"\"",
        "\"x\" ",
        "\"x\"z",
        "a\"b",
        "two words",
        "\u{a0}",
        "\r",
        "1.23457E+14",
        "\u{0}",
    ];

    fn row() -> impl Strategy<Value = String> {
        let usual = (
            "C[1-9][0-9]?",
            "[a-z]{0,20}",
            "(x;y)?",
            "0\\.[0-9]{1,3}",
            "2025-0[1-9]-11",
            "[1-9]{1,9}",
        )
            .prop_map(|(id, a, b, c, d, e)| format!("{id},{a},{b},{c},{d},{e},a"));
        let odd = prop::collection::vec(prop::sample::select(CELLS), 6..=8)
            .prop_map(|cells| cells.join(","));
        let one_odd =
            (usual.clone(), 0..7_usize, prop::sample::select(CELLS)).prop_map(|(row, at, odd)| {
                let mut cells: Vec<&str> = row.split(',').collect();
                cells[at] = odd;
                cells.join(",")
            });
        prop_oneof![3 => usual, 3 => one_odd, 1 => odd, 1 => Just(String::new())]
    }

    proptest! {
        #[test]
        fn the_fast_path_takes_rows_as_the_slow_one_does(
            rows in prop::collection::vec((row(), prop::sample::select(&["\n", "\r\n"][..])), 0..12),
            ends in any::<bool>(),
        ) {
            let mut text: String = rows.iter().flat_map(|(row, end)| [row.as_str(), end]).collect();
            if !ends {
                text.truncate(text.trim_end().len());
            }
            for keep in [Keep::All, Keep::Matched] {
                prop_assert_eq!(read(&text, keep, true), read(&text, keep, false));
            }
        }
    }

    #[test]
    fn usual_rows_are_taken_by_the_fast_path() {
        let sources = parse(
            "[customers]\nfile = \"c.csv\"\n[customers.columns]\ncustomer_id = \"id\"\n\
             name = \"id\"\naccount_value = \"value\"\nsegment = \"segment\"\n",
        )
        .unwrap();
        let mapping = &sources.tables[0];
        let header = header("id,value,segment,x\n", &mapping.names, None, b',').unwrap();
        let taker = RowTaker::new::<crate::domain::Customer>(mapping, "c.csv");
        for (row, is_usual) in [
            ("C1,5,SMB,", true),
            ("C1,5,SMB,\r", true),
            ("C1,,,x", true),
            ("\"C1\",\"5\",\"SMB\",\"x, y\"", true),
            ("C1,5,\"SMB\"\r", false),
            ("C1,5,SMB", false),
            ("C1,5,SMB,x,y", false),
            ("C1,five,SMB,x", false),
            ("C1,5,\"S\"\"B\",x", false),
            ("C1,5,\"S\nB\",x", false),
            (",5,SMB,x", false),
            ("id,value,segment,x", false),
            ("Total,5,SMB,x", false),
            ("as of today,,,", false),
        ] {
            let text = format!("{row}\n");
            let mut batch = Batch::<crate::domain::Customer>::new(Keep::All);
            let mut plain = PlainRows::new(&taker, &header, &text, &batch).unwrap();
            let end = plain.take(0, &mut batch, Place::START);
            assert_eq!(end, is_usual.then_some(text.len()), "{row:?}");
        }
    }
}
