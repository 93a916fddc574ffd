//! A block of a long file: the rows that start in it.
//!
//! Where the first of them starts is a guess, so that several threads can each take a block. The rows
//! of a file begin alike (`{"customer_id"`), and that can only stand where an object opens; but it
//! may be an object within a row. So whoever puts blocks together looks whether each block starts
//! where the one before it ended, and has it read again from there if not.

use serde_json::value::RawValue;

use super::batch::Batch;
use super::exact;
use super::part::{Input, Written};
use super::scan::Scanner;
use super::source::Source;
use super::token::{Literal, blanks, newlines, plain_text};
use crate::domain::Place;
use crate::domain::place::Cursor;
use crate::store::row::Row;

/// Bytes of a block. Larger ones fall out of the processor's caches, smaller ones cost more calls.
pub const BLOCK: u64 = 1 << 19;
/// Bytes read beyond a block's end, for the row that begins before it.
const BEYOND: usize = 1 << 14;
/// So many bytes beyond its block are read at most for a start that is a guess.
const GUESS_BEYOND: usize = 1 << 20;
/// Bytes in which the first row has to begin.
const HEAD: usize = 1 << 16;

/// How a file begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Offset of the first character that counts.
    pub start: u64,
    /// Offset of the first row, or of the bracket that closes a file without rows.
    pub first: u64,
    /// Where `first` stands.
    pub place: Place,
    /// How the rows are written.
    pub written: Written,
    /// What the first row begins with, up to its first key.
    opening: Vec<u8>,
}

impl Head {
    /// Reads it; `None` where the file begins in another way.
    pub fn read(input: Input<'_>, source: &Source) -> Option<Self> {
        let mut buffer = vec![0; HEAD.min(usize::try_from(source.len).ok()?)];
        let filled = source.read(&mut buffer, 0).ok()?;
        let bytes = buffer.get(..filled)?;
        let start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let bytes = bytes.get(start..)?;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
        };
        let bytes = text.as_bytes();
        let bracket = blanks(bytes, 0);
        let written = input.format.written(input.table, bytes.get(bracket).copied())?;
        let (first, row) = match written {
            // A file that does not get to its first row has none, as far as can be told here.
            Written::Lines if bracket == bytes.len() && start + bracket < source.len as usize => {
                return None;
            }
            Written::Lines => (bracket, None),
            Written::Array => {
                let first = blanks(bytes, bracket + 1);
                (first, Some(first))
            }
            Written::Keyed => {
                let first = blanks(bytes, bracket + 1);
                (first, value_of_key(text, first).map(|(_, row)| row))
            }
        };
        let opening = row.and_then(|row| {
            bytes.get(row).filter(|byte| **byte == b'{')?;
            let (_, end) = plain_text(text, blanks(bytes, row + 1))?;
            bytes.get(row..end)
        });
        Some(Self {
            start: start as u64,
            first: (start + first) as u64,
            place: Cursor::new(text).at(first),
            written,
            opening: opening.unwrap_or_default().to_vec(),
        })
    }

    /// Where the first row in a text probably starts. Lines tell where they start: a text that begins
    /// within one, or with the line break before one, leaves no doubt.
    fn guess(&self, text: &str) -> Option<usize> {
        if self.written == Written::Lines {
            let end = memchr::memchr(b'\n', text.as_bytes())?;
            return Some(blanks(text.as_bytes(), end + 1));
        }
        if self.opening.is_empty() {
            return None;
        }
        let bytes = text.as_bytes();
        memchr::memmem::find_iter(bytes, &self.opening).find_map(|row| {
            let keyed = self.written == Written::Keyed;
            let start = if keyed { key_before(bytes, row)? } else { row };
            let before = bytes.get(..start)?.trim_ascii_end();
            (before.is_empty() || before.ends_with(b",")).then_some(start)
        })
    }
}

/// The key at an offset, and where its value starts.
fn value_of_key(text: &str, at: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let (key, end) = plain_text(text, at)?;
    let colon = blanks(bytes, end);
    (*bytes.get(colon)? == b':').then(|| (key, blanks(bytes, colon + 1)))
}

/// Where the key of a value starts.
fn key_before(bytes: &[u8], value: usize) -> Option<usize> {
    let before = bytes.get(..value)?.trim_ascii_end().strip_suffix(b":")?;
    let key = before.trim_ascii_end().strip_suffix(b"\"")?;
    memchr::memrchr(b'"', key)
}

/// Where to begin in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the first row that can be found.
    Guess,
    /// A row starts at that offset of the file, which may lie before the block.
    At(u64),
}

/// Where the rows of a block stand.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// Offset of the first row.
    pub start: u64,
    /// Offset of the next row after the block's, or of the file's end.
    pub end: u64,
    /// Where the next row stands, told from the first one.
    pub end_place: Place,
    /// The file's rows end here.
    pub closed: bool,
}

/// Why a block has no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// No row was found to start in it, or none that can be told from a part of one.
    Rows,
    /// The text is not what it should be; only the whole file tells what is wrong.
    Sense,
}

/// Reads the rows that start within `from..to`, offsets in the file, in place of those in `batch`.
///
/// # Errors
/// Where there are none.
pub fn read<R: Row>(
    input: Input<'_>,
    source: &Source,
    head: &Head,
    start: Start,
    (from, to): (u64, u64),
    batch: &mut Batch<R>,
    buffer: &mut Vec<u8>,
) -> Result<Block, Without> {
    let (base, start) = match start {
        Start::Guess if from <= head.first => (head.first, Start::At(head.first)),
        // Whether a line starts with the block is seen by what stands before it.
        Start::Guess if head.written == Written::Lines => (from - 1, start),
        Start::Guess => (from, start),
        Start::At(offset) => (offset, start),
    };
    // Shorter blocks, as in tests, have shorter rows in mind.
    let mut beyond = BEYOND.min(usize::try_from(to - from).unwrap_or(BEYOND)).max(1);
    loop {
        let length = usize::try_from(to.saturating_sub(base)).map_err(|_| Without::Sense)? + beyond;
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        let room = buffer.get_mut(..length).ok_or(Without::Sense)?;
        let filled = source.read(room, base).map_err(|_| Without::Sense)?;
        let at_end = filled < length || base + filled as u64 >= source.len;
        let bytes = buffer.get(..filled).ok_or(Without::Sense)?;
        // A guess may begin in the middle of a character.
        let continued = |byte: &u8| *byte & 0xC0 == 0x80;
        let skipped = match start {
            Start::Guess => bytes.iter().take(3).take_while(|byte| continued(byte)).count(),
            Start::At(_) => 0,
        };
        let bytes = bytes.get(skipped..).ok_or(Without::Sense)?;
        let text = match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() && !at_end => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(good).map_err(|_| Without::Sense)?
            }
            Err(_) => return Err(Without::Sense),
        };
        let base = base + skipped as u64;
        let first = match start {
            Start::Guess => head.guess(text).ok_or(Without::Rows)?,
            Start::At(_) => 0,
        };
        let limit = to.saturating_sub(base) as usize;
        if start == Start::Guess && first >= limit {
            return Err(Without::Rows);
        }
        batch.clear();
        let mut rows = Rows::new(input, head.written, text, first, at_end, batch);
        match rows.read(limit, base + first as u64 == head.first) {
            Ok(()) => {
                return Ok(Block {
                    start: base + first as u64,
                    end: base + rows.at as u64,
                    end_place: rows.place,
                    closed: rows.closed,
                });
            }
            // A long way beyond its block a guess was most probably a wrong one: were every block of a
            // file read to the file's end, the time would grow with the square of its length.
            Err(Trouble::Short) if !at_end && start == Start::Guess && beyond >= GUESS_BEYOND => {
                return Err(Without::Rows);
            }
            Err(Trouble::Short) if !at_end => beyond = beyond.saturating_mul(4),
            Err(_) => return Err(Without::Sense),
        }
    }
}

/// Why the rows of a text end before they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// The text ends within a row.
    Short,
    /// The text makes no sense.
    Nonsense,
}

/// Reads the rows of a text one after the other.
struct Rows<'t, 'b, R> {
    input: Input<'t>,
    written: Written,
    text: &'t str,
    /// The text ends where the file does.
    at_end: bool,
    scanner: Scanner<'t, R>,
    batch: &'b mut Batch<R>,
    /// What mostly stands between two rows.
    between: Option<Between>,
    /// Where the next row starts.
    at: usize,
    place: Place,
    closed: bool,
}

/// What stands between two rows of which each begins in a line of its own.
struct Between {
    literal: Literal,
    newlines: u32,
    /// The column in which the second one begins.
    column: u32,
}

impl Between {
    /// `None` where both are in one line.
    fn of(text: &str) -> Option<Self> {
        let line = memchr::memrchr(b'\n', text.as_bytes())? + 1;
        Some(Self {
            literal: Literal::new(text.as_bytes()),
            newlines: newlines(text.as_bytes()),
            column: 1 + text.get(line..)?.chars().count() as u32,
        })
    }
}

impl<'t, 'b, R: Row> Rows<'t, 'b, R> {
    fn new(
        input: Input<'t>,
        written: Written,
        text: &'t str,
        at: usize,
        at_end: bool,
        batch: &'b mut Batch<R>,
    ) -> Self {
        Self {
            input,
            written,
            text,
            at_end,
            // Of a row under a key it counts whether it has any field at all.
            scanner: Scanner::new(text, |field| written == Written::Keyed || batch.keeps(field)),
            batch,
            between: None,
            at,
            place: Place::START,
            closed: false,
        }
    }

    /// Reads rows until one starts at `limit` or after it. `first` tells that nothing stands before
    /// them but the file's opening bracket.
    fn read(&mut self, limit: usize, first: bool) -> Result<(), Trouble> {
        let bytes = self.text.as_bytes();
        let closing = match self.written {
            Written::Lines => return self.read_lines(limit),
            Written::Keyed => b'}',
            Written::Array => b']',
        };
        if first && bytes.get(self.at) == Some(&closing) {
            return self.close();
        }
        while self.at < limit {
            let row = self.at;
            let (end, in_row) = self.row()?;
            if self.goes_on_as_before(end, in_row) {
                continue;
            }
            let comma = blanks(bytes, end);
            match bytes.get(comma) {
                Some(b',') => {}
                Some(byte) if *byte == closing => {
                    self.go_to(comma, in_row + newlines(bytes.get(end..comma).unwrap_or_default()));
                    return self.close();
                }
                Some(_) => return Err(Trouble::Nonsense),
                None => return Err(Trouble::Short),
            }
            let next = blanks(bytes, comma + 1);
            if next >= bytes.len() {
                return Err(Trouble::Short);
            }
            debug_assert!(next > row);
            self.between = self.text.get(end..next).and_then(Between::of);
            self.go_to(next, in_row + newlines(bytes.get(end..next).unwrap_or_default()));
        }
        Ok(())
    }

    /// Reads lines until one starts at `limit` or after it, or the file ends.
    fn read_lines(&mut self, limit: usize) -> Result<(), Trouble> {
        let bytes = self.text.as_bytes();
        while self.at < limit && self.at < bytes.len() {
            let (end, in_row) = self.row()?;
            if in_row == 0 && self.goes_on_as_before(end, 0) {
                continue;
            }
            let next = blanks(bytes, end);
            if next >= bytes.len() && !self.at_end {
                return Err(Trouble::Short);
            }
            let between = newlines(bytes.get(end..next).unwrap_or_default());
            if in_row > 0 || between == 0 && next < bytes.len() {
                return Err(Trouble::Nonsense);
            }
            self.between = self.text.get(end..next).and_then(Between::of);
            self.go_to(next, between);
        }
        self.closed = self.at_end && self.at >= bytes.len();
        Ok(())
    }

    /// Takes in the row at `at`, and gives the offset behind it and the number of newlines in it.
    fn row(&mut self) -> Result<(usize, u32), Trouble> {
        let keyed = self.written == Written::Keyed;
        let (key, at) = match keyed.then(|| value_of_key(self.text, self.at)) {
            None => (None, self.at),
            Some(Some((key, at))) => (Some(key), at),
            // Keys that are out of the ordinary are left to the slow path of the whole file.
            Some(None) if self.at_end => return Err(Trouble::Nonsense),
            Some(None) => return Err(Trouble::Short),
        };
        let key_newlines = match keyed {
            true => newlines(self.text.as_bytes().get(self.at..at).unwrap_or_default()),
            false => 0,
        };
        if let Some(object) = self.scanner.object(at, key) {
            let place = if keyed { self.place_in_row(at) } else { self.place };
            self.scanner.push(self.batch, place);
            return Ok((object.end, key_newlines + object.newlines));
        }
        let mut rest = self.text.get(at..).ok_or(Trouble::Nonsense)?;
        if self.written == Written::Lines {
            // Whatever the line holds, it does not go on in the next one.
            match memchr::memchr(b'\n', rest.as_bytes()) {
                Some(end) => rest = rest.get(..end).ok_or(Trouble::Nonsense)?,
                None if self.at_end => {}
                None => return Err(Trouble::Short),
            }
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let raw = match values.next() {
            Some(Ok(raw)) => raw.get(),
            Some(Err(error)) if error.is_eof() => return Err(Trouble::Short),
            None => return Err(Trouble::Short),
            Some(Err(_)) => return Err(Trouble::Nonsense),
        };
        let end = at + values.byte_offset();
        if end >= self.text.len() && !self.at_end {
            // What looks like the end of a number may go on.
            return Err(Trouble::Short);
        }
        let place = if keyed { self.place_in_row(at) } else { self.place };
        exact::row(self.batch, self.input, place, key, raw);
        Ok((end, key_newlines + newlines(raw.as_bytes())))
    }

    /// The place of an offset in the row that starts at `at`.
    fn place_in_row(&self, offset: usize) -> Place {
        let before = self.text.get(self.at..offset).unwrap_or_default();
        Cursor::starting_at(before, self.place).at(before.len())
    }

    /// Goes on to the next row, where the same stands before it as between the two before. `end` is
    /// where the last one ends, with so many newlines in it.
    #[inline]
    fn goes_on_as_before(&mut self, end: usize, in_row: u32) -> bool {
        let Some(between) = &self.between else { return false };
        let bytes = self.text.as_bytes();
        let next = between.literal.after(bytes, end);
        let begins = |next: &usize| bytes.get(*next).is_some_and(|b| !b.is_ascii_whitespace());
        let Some(next) = next.filter(begins) else { return false };
        let line = self.place.line.saturating_add(in_row).saturating_add(between.newlines);
        self.place = Place { line, column: between.column };
        self.at = next;
        true
    }

    /// Goes on to an offset, with so many newlines on the way.
    fn go_to(&mut self, offset: usize, newlines: u32) {
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        let count = |text: &str| text.chars().count() as u32;
        self.place = match newlines {
            0 => Place { column: self.place.column.saturating_add(count(passed)), ..self.place },
            _ => {
                // Mostly the row stands at the beginning of its line.
                let last = if passed.ends_with('\n') {
                    passed.len()
                } else {
                    memchr::memrchr(b'\n', passed.as_bytes()).map_or(0, |at| at + 1)
                };
                let column = 1 + count(passed.get(last..).unwrap_or_default());
                Place { line: self.place.line.saturating_add(newlines), column }
            }
        };
        self.at = offset;
    }

    /// Takes note that the bracket at `at` closes the file.
    fn close(&mut self) -> Result<(), Trouble> {
        let end = blanks(self.text.as_bytes(), self.at + 1);
        if end < self.text.len() {
            return Err(Trouble::Nonsense);
        }
        if !self.at_end {
            return Err(Trouble::Short);
        }
        self.closed = true;
        self.at = end;
        Ok(())
    }
}
