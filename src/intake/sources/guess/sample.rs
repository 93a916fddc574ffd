//! The first rows of a file whose columns are not known yet.

use jiff::civil::DateTime;

use super::super::cell::Cell;

/// The first rows of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// The name of the file in the data directory.
    pub name: String,
    /// The name, with `*` where later exports have another one.
    pub pattern: String,
    /// Keys that the sources file needs to read it, with their values as TOML.
    pub keys: Vec<(&'static str, String)>,
    /// What to look at.
    pub note: Option<String>,
    /// Its columns.
    pub columns: Vec<SampleColumn>,
    /// How many rows were looked at.
    pub rows: usize,
    /// There are no others.
    pub is_whole: bool,
}

/// A column, and its cells in the first rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleColumn {
    /// Its name.
    pub header: String,
    /// Its cells.
    pub cells: Vec<SampleCell>,
}

/// A cell that is kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum SampleCell {
    /// Nothing.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A number, as it is written.
    Number(String),
    /// True or false.
    Flag(bool),
    /// A date.
    Date(DateTime),
    /// Another piece of JSON.
    Other(String),
    /// No value where there should be one: what is there, in words.
    Broken(String),
}

impl SampleCell {
    /// Returns a cell to keep.
    pub fn of(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Empty => Self::Empty,
            Cell::Text(text) => Self::Text(text.clone().into_owned()),
            Cell::Number(number) => Self::Number(number.clone().into_owned()),
            Cell::Flag(flag) => Self::Flag(*flag),
            Cell::Date(date) => Self::Date(*date),
            Cell::Other(json) => Self::Other((*json).to_owned()),
            Cell::Broken(what) => Self::Broken(what.clone()),
        }
    }

    /// Returns the cell as it is read.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::Text(text.into()),
            Self::Number(number) => Cell::Number(number.into()),
            Self::Flag(flag) => Cell::Flag(*flag),
            Self::Date(date) => Cell::Date(*date),
            Self::Other(json) => Cell::Other(json),
            Self::Broken(what) => Cell::Broken(what.clone()),
        }
    }

    /// Returns the text of the cell; of a list or an object its JSON.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Other(text) | Self::Broken(text) => {
                text.clone()
            }
            Self::Flag(flag) => flag.to_string(),
            Self::Date(date) => date.date().to_string(),
        }
    }
}

impl SampleColumn {
    /// Returns the cells that hold something.
    pub fn filled(&self) -> impl Iterator<Item = &SampleCell> {
        let is_filled =
            |cell: &&SampleCell| !matches!(cell, SampleCell::Empty | SampleCell::Broken(_));
        self.cells.iter().filter(is_filled)
    }

    /// Returns its texts, each once, in the order in which they come.
    pub fn distinct(&self) -> Vec<String> {
        let mut seen = rustc_hash::FxHashSet::default();
        self.filled().map(SampleCell::text).filter(|text| seen.insert(text.clone())).collect()
    }
}
