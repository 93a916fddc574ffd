//! What `sources.toml` says: which file holds the rows of a table, and which of its columns each field
//! comes from.

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::domain::Place;
use crate::domain::file::{DataFile, data_files};
use crate::intake::token::Found;
use crate::store::row::{Kind, Row};

/// Everything that a sources file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources {
    /// The tables that are read from a file of the user's, in the order of the sources file.
    pub tables: Vec<Arc<TableMapping>>,
}

impl Sources {
    /// Returns the mapping of a table; `None` where its own JSON files are read.
    pub fn of(&self, table: DataFile) -> Option<&Arc<TableMapping>> {
        self.tables.iter().find(|mapping| mapping.table == table)
    }
}

/// Where the rows of one table are, and how they are read.
#[derive(Debug, Clone, PartialEq)]
pub struct TableMapping {
    /// The table.
    pub table: DataFile,
    /// The name of the file in the data directory; `*` and `?` stand for other characters.
    pub pattern: String,
    /// Where the sources file says so.
    pub place: Place,
    /// How the file is written; guessed where `None`.
    pub format: Option<FileFormat>,
    /// What is between the cells of a row; guessed where `None`.
    pub delimiter: Option<u8>,
    /// How its text is encoded; guessed where `None`.
    pub encoding: Option<TextEncoding>,
    /// The keys that lead to the rows of a JSON file, from the outermost on.
    pub path: Vec<String>,
    /// The sheet of a workbook; the first one with the mapped columns where `None`.
    pub sheet: Option<String>,
    /// The columns of the file that are read, each once.
    pub names: Vec<CompactString>,
    /// What each field is made of; a field that is not listed has no value.
    pub columns: Vec<ColumnRule>,
}

impl TableMapping {
    /// Returns the name of the column that the id of a row comes from, if it comes from one.
    pub fn id_column(&self) -> Option<&str> {
        let id = id_field(self.table)?;
        let rule = self.columns.iter().find(|rule| rule.field == id)?;
        match rule.from {
            Origin::Column(column) => self.names.get(column).map(CompactString::as_str),
            Origin::Constant(_) => None,
        }
    }
}

/// How a file is written.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantNames,
)]
#[strum(serialize_all = "snake_case")]
pub enum FileFormat {
    /// Rows of cells with commas, semicolons or the like between them.
    Csv,
    /// Rows of cells with tabs between them.
    Tsv,
    /// One JSON object a line.
    Jsonl,
    /// An array of objects, or one object with the rows under their ids.
    Json,
    /// One object with a list of columns and a list of rows: pandas' `orient="split"`.
    Split,
    /// One object with the rows under their index: pandas' `orient="index"`.
    Index,
    /// One object with the cells of each column under its name: pandas' `orient="columns"`.
    Columns,
    /// A workbook of Excel.
    Xlsx,
}

impl FileFormat {
    /// Returns the name that the sources file has.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// True for rows of cells with something between them.
    pub fn is_delimited(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv)
    }

    /// True for one JSON document, in which a path may lead to the rows.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Split | Self::Index | Self::Columns)
    }
}

/// How a text is encoded.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum TextEncoding {
    /// UTF-8, with a mark or without one.
    #[strum(serialize = "utf-8")]
    Utf8,
    /// UTF-16; the bytes of a character are in the order that the mark tells, else the lower first.
    #[strum(serialize = "utf-16")]
    Utf16,
    /// One byte a character, as Windows in western Europe and America saves it.
    #[strum(serialize = "windows-1252")]
    Windows1252,
}

impl TextEncoding {
    /// Returns the name that the sources file has.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a field of a table is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRule {
    /// The name of the field.
    pub field: &'static str,
    /// Its number among the fields of its table.
    pub number_of_field: usize,
    /// Its type.
    pub kind: Kind,
    /// Where its value comes from.
    pub from: Origin,
    /// What certain texts stand for.
    pub values: Option<Values>,
    /// How numbers are written.
    pub number: NumberForm,
    /// The scale of the column, and the one of the field.
    pub scale: Option<Scale>,
    /// How dates are written; guessed where `None`.
    pub date: Option<DateForm>,
    /// What is between the elements of a list.
    pub split: Option<CompactString>,
    /// The texts that mean true; all others mean false.
    pub truths: Option<Vec<CompactString>>,
}

/// Where the value of a field comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// A column, by its number in [`TableMapping::names`].
    Column(usize),
    /// The same value in every row.
    Constant(Fixed),
}

/// A value that is written in the sources file.
#[derive(Debug, Clone, PartialEq)]
pub enum Fixed {
    /// None.
    Nothing,
    /// A text; a list as JSON.
    Text(CompactString),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

impl Fixed {
    /// Returns the value as rows take it.
    pub fn found(&self) -> Found<'_> {
        match self {
            Self::Nothing => Found::Nothing,
            Self::Text(text) => Found::Text(text),
            Self::Number(number) => Found::Number(*number),
            Self::Flag(flag) => Found::Flag(*flag),
        }
    }
}

/// What certain texts of a column stand for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    /// What each listed text stands for.
    pub listed: FxHashMap<CompactString, Fixed>,
    /// What every other text stands for; it is told and left out where `None`.
    pub otherwise: Option<Fixed>,
}

/// How numbers are written.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantNames,
)]
#[strum(serialize_all = "snake_case")]
pub enum NumberForm {
    /// As programs write them: `-1234.5`.
    #[default]
    Plain,
    /// As people in America write them: `$1,234.50`, `(1,234)`.
    Us,
    /// As people in Europe write them: `1.234,50 €`.
    Eu,
    /// In percent: `45%` is 0.45.
    Percent,
}

/// A scale of numbers, and the one that it is turned into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The ends of the column's scale.
    pub from: (f64, f64),
    /// What they are in the field.
    pub to: (f64, f64),
}

/// How dates are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateForm {
    /// `2025-01-31`, or a timestamp that begins so.
    Iso,
    /// Seconds since 1970, in UTC.
    EpochSeconds,
    /// Milliseconds since 1970, in UTC.
    EpochMilliseconds,
    /// By a pattern such as `%m/%d/%Y`.
    Pattern(CompactString),
}

/// The fields of a table that a mapping may name, each with its type.
pub fn fields(table: DataFile) -> Vec<(&'static str, Kind)> {
    fn of<R: Row>() -> Vec<(&'static str, Kind)> {
        R::FIELDS.iter().map(|field| (field.name, field.slot.kind())).collect()
    }
    macro_rules! of_table {
        ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
            match table {
                $(DataFile::$file => of::<$row>(),)*
            }
        };
    }
    data_files!(of_table)
}

/// The field without which a row of a table is about no one; `None` where rows need no id.
pub fn id_field(table: DataFile) -> Option<&'static str> {
    fn of<R: Row>() -> Option<&'static str> {
        R::blank().id().map(|(name, _)| name)
    }
    macro_rules! of_table {
        ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
            match table {
                $(DataFile::$file => of::<$row>(),)*
            }
        };
    }
    data_files!(of_table)
}
