//! The first rows of a file whose columns are not known yet.

use jiff::civil::DateTime;

use super::super::cell::Cell;
use super::known::key;

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
    /// The keys that the rows stand under, where there are any.
    pub ids: Vec<String>,
}

impl Sample {
    /// Returns the sample with the keys of its rows as a column, where the rows have no id of their own: so they
    /// are read.
    pub fn with_ids(mut self) -> Self {
        const ID: &str = "customer_id";
        let is_id = |column: &SampleColumn| key(&column.header).ends_with("id");
        if !self.ids.is_empty() && !self.columns.iter().any(is_id) {
            let cells = self.ids.drain(..).map(SampleCell::Text).collect();
            self.columns.insert(0, SampleColumn { header: ID.to_owned(), cells });
            self.note.get_or_insert_with(|| {
                format!("Its rows stand under their ids, which are read as {ID:?}: no row has it.")
            });
        }
        self
    }
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
