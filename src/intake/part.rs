//! A file of a table of ours, and how its rows are written.

use std::path::PathBuf;

use compact_str::CompactString;

use super::file::{DataFile, LINES_ENDING};
use super::stamp::Seen;

/// How the name of a file says that its rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON array, or one object keyed by id.
    Json,
    /// One JSON object a line.
    Lines,
    /// Lines or an array, told by its first character: what engines name `.json` mostly holds lines.
    Either,
}

/// How the rows of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// As one array.
    Array,
    /// As one object, under their ids.
    Keyed,
    /// One a line.
    Lines,
}

impl Format {
    /// Returns the format of a file of a table by its name in the data directory.
    pub fn of(name: &str) -> Self {
        if name.ends_with(LINES_ENDING) {
            Self::Lines
        } else if name.contains('/') {
            Self::Either
        } else {
            Self::Json
        }
    }

    /// Returns how the rows of a file of the table are written, by its first character that is no blank;
    /// `None` where they are not.
    pub fn written(self, table: DataFile, first: Option<u8>) -> Option<Written> {
        match (self, first) {
            (Self::Json | Self::Either, Some(b'[')) => Some(Written::Array),
            (Self::Json, Some(b'{')) => table.keyed_by().map(|_| Written::Keyed),
            (Self::Json, _) => None,
            (Self::Lines | Self::Either, _) => Some(Written::Lines),
        }
    }

    /// Returns what a file of the table has to be, in words.
    pub const fn shape(self, table: DataFile) -> &'static str {
        match self {
            Self::Json => table.shape(),
            Self::Lines => "one JSON object a line",
            Self::Either => "one JSON object a line, or a JSON array of objects",
        }
    }
}

/// What is known of a file before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub table: DataFile,
    /// Its name in the data directory.
    pub name: &'a str,
    pub format: Format,
}

impl Input<'static> {
    /// Returns the file of a table that is one JSON file.
    #[cfg(test)]
    pub fn json(table: DataFile) -> Self {
        Self { table, name: table.name(), format: Format::Json }
    }
}

impl Input<'_> {
    /// Returns what the file has to be, in words.
    pub const fn shape(&self) -> &'static str {
        self.format.shape(self.table)
    }
}

/// A file that holds rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the data directory.
    pub name: CompactString,
    pub path: PathBuf,
    pub format: Format,
    /// What stood at the path.
    pub seen: Seen,
}

impl Part {
    /// Returns what is known of it before it is read.
    pub fn input(&self, table: DataFile) -> Input<'_> {
        Input { table, name: &self.name, format: self.format }
    }
}
