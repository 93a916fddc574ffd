//! Rows of cells with a delimiter between them: where rows end, what stands in their cells, and which
//! row is the header.

use memchr::{memchr, memchr_iter, memchr2, memrchr};
use unicode_normalization::UnicodeNormalization as _;
use wide::u8x16;

use super::cell::Cell;

/// Delimiters that are guessed, the most frequent ones first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// The header is one of so many first rows.
pub const FIRST_ROWS: usize = 50;

/// A row with more cells is no header: with millions of them it would take a gigabyte to know that.
const MOST_COLUMNS: usize = 1_000_000;

/// What is said of a quote that does not end.
pub const UNCLOSED: &str = "found a quote that does not end; expected one more in the same cell";
const TOO_WIDE: &str = "found more than a million columns, expected fewer; look for line breaks that are \
    missing, or set delimiter";

/// How the rows of a file are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What is between cells.
    pub delimiter: u8,
    /// For each cell the number of the mapped column that it is, if it is one.
    wanted: Vec<Option<usize>>,
    /// How many mapped columns there are.
    columns: usize,
    /// The line of the header, from 1.
    pub line: u32,
    /// Where the first row after it starts, in bytes.
    pub end: usize,
    /// The line of that.
    pub end_line: u32,
}

impl Header {
    /// How many cells a row has.
    pub fn cells(&self) -> usize {
        self.wanted.len()
    }

    /// Returns for each cell the number of the mapped column that it is, if it is one.
    pub fn wanted(&self) -> &[Option<usize>] {
        &self.wanted
    }
}

/// Why no row is the header.
#[derive(Debug, PartialEq, Eq)]
pub struct NoHeader {
    /// The line of the row that is most like one, from 1.
    pub line: u32,
    /// The mapped columns that it lacks, by their numbers.
    pub missing: Vec<usize>,
    /// A mapped column that it has twice.
    pub twice: Option<usize>,
    /// Its cells.
    pub found: Vec<String>,
    /// Where something else is wrong, and what, if there is nothing like a header.
    pub wrong: Option<(usize, &'static str)>,
}

impl NoHeader {
    /// True where another row is less like a header.
    pub fn is_nearer_than(&self, other: &Self) -> bool {
        let far = |no: &Self| (no.missing.len(), usize::MAX - no.found.len());
        far(self) < far(other)
    }
}

/// Where the text of a cell is.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    /// The first byte of the cell, quotes included.
    start: usize,
    from: usize,
    to: usize,
    /// A quote in it is written twice.
    doubled: bool,
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Where it starts.
    pub start: usize,
    /// Where it ends, with the line break.
    pub end: usize,
    /// The line where it starts, counted from 0.
    pub line: u32,
    /// How many cells it has.
    pub cells: usize,
    /// Where something stands behind the quote that ends a cell.
    pub stray: Option<usize>,
}

/// What comes next in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A row.
    Record(Record),
    /// A quote that does not end, at this place.
    Unclosed(usize),
    /// Nothing.
    End,
}

/// The rows of a text, one after the other.
pub struct Records<'t> {
    text: &'t str,
    delimiter: u8,
    at: usize,
    /// How many lines were passed.
    pub line: u32,
}

impl<'t> Records<'t> {
    /// Returns the rows of a text that starts with one.
    pub fn new(text: &'t str, delimiter: u8) -> Self {
        Self { text, delimiter, at: 0, line: 0 }
    }

    /// Returns where the next row starts, or empty lines before it.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Passes over a row in a line of its own, to the offset behind it.
    pub fn pass(&mut self, end: usize) {
        self.at = end;
        self.line += 1;
    }

    /// Goes on to the next row, and tells each of its cells. Empty lines are passed over.
    #[inline]
    fn next(&mut self, mut cell: impl FnMut(usize, Span)) -> Next {
        let bytes = self.text.as_bytes();
        let delimiter = self.delimiter;
        loop {
            match bytes.get(self.at) {
                None => return Next::End,
                Some(b'\n') => self.at += 1,
                Some(b'\r') if bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                Some(b'\r') if self.at + 1 == bytes.len() => self.at += 1,
                Some(_) => break,
            }
            self.line += 1;
        }
        let mut record =
            Record { start: self.at, end: self.at, line: self.line, cells: 0, stray: None };
        let mut at = self.at;
        loop {
            let mut span = Span { start: at, from: at, to: at, doubled: false };
            let mut end;
            if bytes.get(at) == Some(&b'"') {
                let Some((close, doubled)) = closing_quote(bytes, at + 1) else {
                    return Next::Unclosed(at);
                };
                (span.from, span.to, span.doubled) = (at + 1, close, doubled);
                self.line += newlines(bytes.get(at..close).unwrap_or_default());
                end = end_of_cell(bytes, delimiter, close + 1);
                let behind = bytes.get(close + 1..end).unwrap_or_default();
                if !behind.trim_ascii().is_empty() {
                    record.stray.get_or_insert(close + 1);
                }
            } else {
                end = end_of_cell(bytes, delimiter, at);
                span.to = end;
            }
            cell(record.cells, span);
            record.cells += 1;
            match bytes.get(end) {
                Some(byte) if *byte == delimiter => at = end + 1,
                Some(_) => {
                    end += 1;
                    self.line += 1;
                    self.at = end;
                    record.end = end;
                    return Next::Record(record);
                }
                None => {
                    self.at = bytes.len();
                    record.end = self.at;
                    return Next::Record(record);
                }
            }
        }
    }
}

/// The cells of a row that are mapped.
pub struct Cells<'t> {
    text: &'t str,
    spans: Vec<Span>,
}

impl<'t> Cells<'t> {
    /// Returns cells for rows of a text.
    pub fn new(text: &'t str, header: &Header) -> Self {
        Self { text, spans: vec![Span::default(); header.columns] }
    }

    /// Goes on to the next row.
    #[inline]
    pub fn next(&mut self, records: &mut Records<'t>, header: &Header) -> Next {
        let spans = &mut self.spans;
        records.next(|number, span| {
            if let Some(Some(column)) = header.wanted.get(number)
                && let Some(place) = spans.get_mut(*column)
            {
                *place = span;
            }
        })
    }

    /// Returns a mapped column's cell of the row.
    #[inline]
    pub fn get(&self, column: usize) -> Cell<'t> {
        let Some(span) = self.spans.get(column) else { return Cell::Empty };
        let text = self.text.get(span.from..span.to).unwrap_or_default();
        match span.doubled {
            true => Cell::of_owned(text.replace("\"\"", "\"")),
            false => Cell::of_text(text),
        }
    }

    /// Returns the cells of all mapped columns.
    pub fn all(&self) -> Vec<Cell<'t>> {
        (0..self.spans.len()).map(|column| self.get(column)).collect()
    }

    /// Returns where a mapped column's cell of the row starts.
    pub fn start(&self, column: usize) -> usize {
        self.spans.get(column).map_or(0, |span| span.start)
    }
}

fn newlines(bytes: &[u8]) -> u32 {
    memchr_iter(b'\n', bytes).count() as u32
}

/// Where the quote is that ends a text which starts there, and whether there are doubled ones before it.
fn closing_quote(bytes: &[u8], from: usize) -> Option<(usize, bool)> {
    let (mut at, mut doubled) = (from, false);
    loop {
        let quote = at + memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some((quote, doubled));
        }
        doubled = true;
        at = quote + 2;
    }
}

/// Where a cell ends: at the next delimiter or line break, or with the text.
#[inline]
pub fn end_of_cell(bytes: &[u8], delimiter: u8, from: usize) -> usize {
    // Cells are short: a call for each costs more than to look at the next bytes.
    let rest = bytes.get(from..).unwrap_or_default();
    let Some(chunk) = rest.first_chunk() else {
        let ends = |byte: &u8| *byte == delimiter || *byte == b'\n';
        return rest.iter().position(ends).map_or(bytes.len(), |end| from + end);
    };
    let chunk = u8x16::new(*chunk);
    let ends = chunk.simd_eq(u8x16::splat(delimiter)) | chunk.simd_eq(u8x16::splat(b'\n'));
    match ends.to_bitmask() {
        0 => {
            let beyond = from + 16;
            let rest = bytes.get(beyond..).unwrap_or_default();
            memchr2(delimiter, b'\n', rest).map_or(bytes.len(), |end| beyond + end)
        }
        ends => from + ends.trailing_zeros() as usize,
    }
}

/// Where the last row ends of those that are whole in a text which starts with one; `None` where not even
/// the first is.
pub fn last_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut last = None;
    let mut from = 0;
    let mut quotes = memchr_iter(b'"', bytes);
    let after = |last: Option<usize>, from: usize, to: usize| {
        let newline = memrchr(b'\n', bytes.get(from..to).unwrap_or_default());
        newline.map(|newline| from + newline + 1).or(last)
    };
    while let Some(quote) = quotes.next() {
        let before = quote.checked_sub(1).and_then(|before| bytes.get(before));
        // Elsewhere a quote is a character like others.
        if quote < from || before.is_some_and(|byte| *byte != delimiter && *byte != b'\n') {
            continue;
        }
        last = after(last, from, quote);
        let Some((close, _)) = closing_quote(bytes, quote + 1) else { return last };
        from = close + 1;
        while quotes.next().is_some_and(|passed| passed < close) {}
    }
    after(last, from, bytes.len())
}

/// Finds the header among the first rows: the first one that has all mapped columns. Where the delimiter
/// is not known, it is the one with which there is such a row.
///
/// # Errors
/// What is missing in the row that is most like it.
pub fn header(
    text: &str,
    names: &[impl AsRef<str>],
    delimiter: Option<u8>,
    likely: u8,
) -> Result<Header, NoHeader> {
    let names: Vec<String> =
        names.iter().map(|name| name.as_ref().trim().nfc().collect()).collect();
    let candidates = match delimiter {
        Some(delimiter) => vec![delimiter],
        None => {
            let others = DELIMITERS.into_iter().filter(|other| *other != likely);
            std::iter::once(likely).chain(others).collect()
        }
    };
    let mut found: Option<Header> = None;
    let mut nearest: Option<NoHeader> = None;
    let mut wrong = None;
    for (number, delimiter) in candidates.into_iter().enumerate() {
        let mut records = Records::new(text, delimiter);
        for _ in 0..FIRST_ROWS {
            let mut spans = Vec::new();
            let cell = |number, span| {
                if number < MOST_COLUMNS {
                    spans.push(span);
                }
            };
            let record = match records.next(cell) {
                Next::Record(record) if record.cells > MOST_COLUMNS => {
                    wrong.get_or_insert((record.start, TOO_WIDE));
                    continue;
                }
                Next::Record(record) => record,
                Next::Unclosed(at) if number == 0 => {
                    wrong.get_or_insert((at, UNCLOSED));
                    break;
                }
                Next::Unclosed(_) | Next::End => break,
            };
            let cells: Vec<String> = spans.iter().map(|span| cell_text(text, span)).collect();
            let (wanted, twice) = columns(&cells, &names);
            let has = |column: &usize| wanted.contains(&Some(*column));
            let missing: Vec<usize> = (0..names.len()).filter(|column| !has(column)).collect();
            if missing.is_empty() && twice.is_none() {
                let header = Header {
                    delimiter,
                    wanted,
                    columns: names.len(),
                    line: record.line + 1,
                    end: record.end,
                    end_line: records.line + 1,
                };
                // With one column any delimiter finds it: the one that finds most beside it is meant.
                if found.as_ref().is_none_or(|before| before.cells() < header.cells()) {
                    found = Some(header);
                }
                break;
            }
            let no = NoHeader { line: record.line + 1, missing, twice, found: cells, wrong: None };
            if nearest.as_ref().is_none_or(|before| no.is_nearer_than(before)) {
                nearest = Some(no);
            }
        }
    }
    if let Some(header) = found {
        return Ok(header);
    }
    let none = NoHeader {
        line: 1,
        missing: (0..names.len()).collect(),
        twice: None,
        found: Vec::new(),
        wrong: None,
    };
    let nearest = nearest.unwrap_or(none);
    let wrong = wrong.filter(|_| nearest.missing.len() == names.len());
    Err(NoHeader { wrong, ..nearest })
}

/// For each cell of a header the number of the mapped column that it is, and a column that is there twice.
pub fn columns(cells: &[String], names: &[String]) -> (Vec<Option<usize>>, Option<usize>) {
    let mut twice = None;
    let mut taken = vec![false; names.len()];
    let wanted = cells.iter().map(|cell| {
        let column = names.iter().position(|name| name == cell)?;
        match taken.get_mut(column) {
            Some(taken) if !*taken => *taken = true,
            _ => twice = Some(column),
        }
        Some(column)
    });
    (wanted.collect(), twice)
}

fn cell_text(text: &str, span: &Span) -> String {
    let cell = text.get(span.from..span.to).unwrap_or_default();
    let cell = if span.doubled { cell.replace("\"\"", "\"") } else { cell.to_owned() };
    cell.trim().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of every row of a text with that header.
    fn rows(text: &str, names: &[&str]) -> Vec<Vec<String>> {
        let header = header(text, names, None, b',').unwrap();
        let rest = &text[header.end..];
        let mut records = Records::new(rest, header.delimiter);
        let mut cells = Cells::new(rest, &header);
        let mut rows = Vec::new();
        while let Next::Record(record) = cells.next(&mut records, &header) {
            assert_eq!((record.cells, record.stray), (header.cells(), None), "{text:?}");
            let text = |column| match cells.get(column) {
                Cell::Text(text) => text.into_owned(),
                _ => String::new(),
            };
            rows.push((0..names.len()).map(text).collect());
        }
        rows
    }

    #[test]
    fn cells_are_found_whatever_is_between_them() {
        let want = [["1", "a, \"b\"\nc"], ["2", ""], ["3", "x"]];
        for text in [
            "id,name\n1,\"a, \"\"b\"\"\nc\"\n2,\n3,x\n",
            "id,name\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n2,\"\"\r\n3, x ",
            "Exported by Dana\n\nid;name\n1;\"a, \"\"b\"\"\nc\"\n2;\n3;x",
            "id\tname\n1\t\"a, \"\"b\"\"\nc\"\n2\t\n3\tx",
            "name|more|id\n\"a, \"\"b\"\"\nc\"||1\n||2\nx|y|3\n",
        ] {
            assert_eq!(rows(text, &["id", "name"]), want, "{text:?}");
        }
    }

    #[test]
    fn a_quote_within_a_cell_is_a_character() {
        assert_eq!(
            rows("id,size\n1,5\" pipe\n2,\"x\"\n", &["id", "size"]),
            [["1", "5\" pipe"], ["2", "x"]]
        );
    }

    #[test]
    fn rows_end_where_no_quote_is_open() {
        for text in [
            "a,b\n1,2\n",
            "a,\"b\nc\"\n1,2\n3,4",
            "a,\"b\"\"\nc\"\n\"1\n\n\",5\" x\n\"\"\"\",4\n5",
            "\"a\"\n\"b\"\n\"c",
            "a\n\"\"\"\n\"\nb\n\"\"\n",
            "\n\n\"x\n",
        ] {
            // What `Records` says, one row after the other.
            for cut in 0..=text.len() {
                let part = &text[..cut];
                let mut records = Records::new(part, b',');
                let mut end = None;
                while let Next::Record(record) = records.next(|_, _| {}) {
                    // A quote at the end may be the first of two.
                    if part[..record.end].ends_with('\n') {
                        end = Some(record.end);
                    }
                }
                let got = last_end(part.as_bytes(), b',');
                let blank = |from: usize, to: usize| part[from..to].trim().is_empty();
                match (got, end) {
                    (Some(got), Some(end)) => {
                        assert!(got == end || blank(end.min(got), end.max(got)), "{part:?}");
                    }
                    (None, None) => {}
                    (Some(got), None) => assert!(blank(0, got), "{part:?}"),
                    (None, Some(end)) => panic!("{part:?}: {end}"),
                }
            }
        }
    }

    #[test]
    fn places_are_physical_lines() {
        let text = "\"a\nb\",1\n\n\"c\",2\n";
        let mut records = Records::new(text, b',');
        let lines = std::iter::from_fn(|| match records.next(|_, _| {}) {
            Next::Record(record) => Some(record.line),
            _ => None,
        });
        assert_eq!(lines.collect::<Vec<_>>(), [0, 3]);
        assert_eq!(Records::new("x,\"y\nz", b',').next(|_, _| {}), Next::Unclosed(2));
    }

    #[test]
    fn a_header_that_lacks_a_column_says_what_it_has() {
        let told = header("Report\nID,Name\n1,x\n", &["ID", "Owner"], None, b',').unwrap_err();
        assert_eq!((told.line, &told.missing[..]), (2, &[1][..]));
        assert_eq!(told.found, ["ID", "Name"]);
        let twice = header("ID,Name,Name\n", &["ID", "Name"], None, b',').unwrap_err();
        assert_eq!((twice.twice, &twice.missing[..]), (Some(1), &[][..]));
        assert_eq!(header("", &["ID"], None, b',').unwrap_err().found, [""; 0]);
        let quoted = "Name,\"ID\n1,x\n";
        assert_eq!(header(quoted, &["ID"], None, b',').unwrap_err().wrong, Some((5, UNCLOSED)));
        let later = "ID,Name\n1,\"x\n";
        assert_eq!(header(later, &["ID", "Owner"], None, b',').unwrap_err().wrong, None);
        assert_eq!(header("x,ID\n", &["ID"], None, b';').unwrap().delimiter, b',');
    }
}
