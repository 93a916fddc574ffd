//! Lines and columns of a text file.

use compact_str::CompactString;

/// A place in a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters; a byte order mark does not count.
    pub column: u32,
}

impl Place {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place as the name of a cell: `D7` for the fourth cell of the seventh line.
    pub fn cell(self) -> String {
        let mut letters = Vec::new();
        let mut rest = self.column;
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b'A' + (rest % 26) as u8));
            rest /= 26;
        }
        letters.iter().rev().collect::<String>() + &self.line.to_string()
    }

    /// A place that is told from `self` on, told from the beginning.
    pub fn plus(self, further: Self) -> Self {
        if further.line <= 1 {
            let column = self.column.saturating_add(further.column.saturating_sub(1));
            Self { line: self.line, column }
        } else {
            let line = self.line.saturating_add(further.line - 1);
            Self { line, column: further.column }
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file's name in the data directory: `customers.json`, `customers/part-1.json`.
    pub file: CompactString,
    /// The name of the sheet, of a workbook.
    pub sheet: Option<CompactString>,
    /// The place in it.
    pub place: Place,
}

/// Walks forward through a text and tells line and column of each offset it is asked for. Every
/// byte is looked at once, however many offsets are asked, also where a file is one long line.
pub struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    place: Place,
}

impl<'a> Cursor<'a> {
    /// Returns a cursor at the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self::starting_at(text, Place::START)
    }

    /// For a text that itself starts at a place.
    pub fn starting_at(text: &'a str, place: Place) -> Self {
        Self { text, offset: 0, place }
    }

    /// The place of an offset. Offsets have to be asked in ascending order; an earlier one answers
    /// with the place reached.
    pub fn at(&mut self, offset: usize) -> Place {
        let passed = self.text.as_bytes().get(self.offset..offset).unwrap_or_default();
        for byte in passed {
            if *byte == b'\n' {
                self.place.line = self.place.line.saturating_add(1);
                self.place.column = 1;
            } else if byte & 0xC0 != 0x80 {
                // Not a continuation byte: a character starts here.
                self.place.column = self.place.column.saturating_add(1);
            }
        }
        self.offset = self.offset.max(offset);
        self.place
    }
}

/// The place of one offset.
pub fn place_of(text: &str, offset: usize) -> Place {
    Cursor::new(text).at(offset.min(text.len()))
}

/// The byte offset that serde_json means by a line and a column (both in bytes, the column from 1
/// at the character in question, 0 where the line has just begun).
pub fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_newlines() {
        let text = "aü\r\nb日c";
        let at = |offset| {
            let Place { line, column } = place_of(text, offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 3));
        assert_eq!(at(5), (2, 1));
        assert_eq!(at(9), (2, 3));
        assert_eq!(at(99), (2, 4));
    }

    #[test]
    fn cells_have_names() {
        let cell = |line, column| Place { line, column }.cell();
        assert_eq!(
            [cell(7, 4), cell(1, 26), cell(2, 27), cell(9, 703)],
            ["D7", "Z1", "AA2", "AAA9"]
        );
    }

    #[test]
    fn a_cursor_answers_in_passing() {
        let text = "ab\ncd\nef";
        let mut cursor = Cursor::new(text);
        assert_eq!(cursor.at(1), Place { line: 1, column: 2 });
        assert_eq!(cursor.at(7), Place { line: 3, column: 2 });
        assert_eq!(cursor.at(8), Place { line: 3, column: 3 });
    }

    #[test]
    fn offsets_of_lines_and_columns() {
        assert_eq!(offset_of("ab\ncd", 2, 2), 4);
        assert_eq!(offset_of("ab\ncd", 1, 1), 0);
        assert_eq!(offset_of("ab", 1, 9), 2);
    }
}
