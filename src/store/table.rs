//! The rows of one file that fit their type, field by field.

use std::marker::PhantomData;
use std::sync::Arc;

use compact_str::CompactString;

use super::column::{Column, Flags, Numbers, Texts};
use super::interned::CustomerIds;
use super::ix::{CustomerKey, RowIx};
use super::lookup::Lookup;
use super::places::Places;
use super::row::Row;
use crate::domain::file::{DataFile, data_files};
use crate::domain::finding::Finding;
use crate::domain::{Location, Place};

/// A row that did not fit its type: what is known about it, so that whatever it may have changed is
/// not decided without a person.
#[derive(Debug, Clone, PartialEq)]
pub struct SkippedRow {
    /// The number of the row's file among those of its table.
    pub part: u32,
    /// Where the row stands in that file.
    pub place: Place,
    /// Empty where the row's customer could not be read.
    pub customer_id: CompactString,
    /// Empty where the row's playbook could not be read.
    pub playbook_id: CompactString,
    /// The name that it gives.
    pub name: Option<CompactString>,
    /// The field that does not fit.
    pub field: Option<CompactString>,
    /// What stood there, in words.
    pub found: String,
    /// What belongs there, in words.
    pub expected: String,
}

/// The rows of one file that fit their type, in file order, each with its place.
#[derive(Debug, Clone)]
pub struct Table<R> {
    /// One for each of the type's fields, in their order.
    pub columns: Vec<Column>,
    /// How many rows.
    pub len: usize,
    /// How many more rows there are that say that they have no id, and are passed over.
    pub without_id: usize,
    /// How many more rows there are that do not fit.
    pub unusable: usize,
    /// Where each row starts.
    pub places: Places,
    /// The rows that were skipped.
    pub skipped: Vec<SkippedRow>,
    /// What this file alone tells: bad rows, rows without an id.
    pub findings: Vec<Finding>,
    /// False where there is no such file.
    pub present: bool,
    /// The row type.
    pub row: PhantomData<fn() -> R>,
}

impl<R> PartialEq for Table<R> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len
            && self.without_id == other.without_id
            && self.unusable == other.unusable
            && self.present == other.present
            && self.places == other.places
            && self.skipped == other.skipped
            && self.findings == other.findings
            && self.columns == other.columns
    }
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self {
            columns: R::FIELDS.iter().map(|field| field.slot.column()).collect(),
            len: 0,
            without_id: 0,
            unusable: 0,
            places: Places::default(),
            skipped: Vec::new(),
            findings: Vec::new(),
            present: false,
            row: PhantomData,
        }
    }
}

static NO_TEXTS: Texts = Texts::none();
static NO_NUMBERS: Numbers = Numbers::NONE;
static NO_FLAGS: Flags = Flags::NONE;

impl<R: Row> Table<R> {
    /// Points a finding at a row: at its file, and the place in it.
    pub fn at_row(&self, finding: Finding, row: usize) -> Finding {
        match self.places.locate(row) {
            Some(location) => finding.located(location),
            None => finding,
        }
    }

    /// Returns where a skipped row of the table stands.
    pub fn locate_skipped(&self, row: &SkippedRow) -> Option<Location> {
        self.places.location(row.part, row.place)
    }

    /// A row made whole again; `None` from [`Table::len`] on.
    pub fn row(&self, number: usize, ids: &CustomerIds) -> Option<R> {
        if number >= self.len {
            return None;
        }
        let mut row = R::default();
        for (field, column) in R::FIELDS.iter().zip(&self.columns) {
            field.slot.put(column, number, &mut row, |key| ids.id(key));
        }
        Some(row)
    }

    /// These rows alone, in this order, with all that is told of the file.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            columns: self.columns.iter().map(|column| column.select(rows)).collect(),
            len: rows.len(),
            places: self.places.select(rows),
            ..self.clone()
        }
    }

    /// All rows made whole again: for files that are short.
    pub fn rows(&self, ids: &CustomerIds) -> Vec<R> {
        (0..self.len).filter_map(|number| self.row(number, ids)).collect()
    }

    /// The texts of a field, told by [`position`](super::row::position); none where it has no texts.
    pub fn texts(&self, field: usize) -> &Texts {
        match self.columns.get(field) {
            Some(Column::Texts(texts)) => texts,
            _ => &NO_TEXTS,
        }
    }

    /// The numbers of a field; none where it has no numbers.
    pub fn numbers(&self, field: usize) -> &Numbers {
        match self.columns.get(field) {
            Some(Column::Numbers(numbers)) => numbers,
            _ => &NO_NUMBERS,
        }
    }

    /// The flags of a field; none where it has no flags.
    pub fn flags(&self, field: usize) -> &Flags {
        match self.columns.get(field) {
            Some(Column::Flags(flags)) => flags,
            _ => &NO_FLAGS,
        }
    }

    /// The key of each row's customer; empty where the rows are not about customers.
    pub fn customers(&self) -> &Lookup<RowIx, CustomerKey> {
        let keys = |column: &'_ Column| matches!(column, Column::Customers(_));
        match self.columns.iter().find(|column| keys(column)) {
            Some(Column::Customers(keys)) => keys,
            _ => &Lookup::Same(0),
        }
    }
}

macro_rules! tables {
    ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
        /// The content of every file, each shared with the loads before it that saw the same file.
        #[derive(Debug, Clone, Default)]
        pub struct Tables {
            $(#[doc = concat!("Rows of [`", stringify!($row), "`].")]
            pub $field: Arc<Table<$row>>,)*
        }

        impl Tables {
            /// Returns what each file alone reported when it was read, in reading order.
            pub fn findings(&self) -> impl Iterator<Item = &Finding> {
                [$(&self.$field.findings),*].into_iter().flatten()
            }

            /// Returns whether the content of a table was ever read.
            pub fn is_present(&self, file: DataFile) -> bool {
                match file {
                    $(DataFile::$file => self.$field.present,)*
                }
            }

            /// Returns what a table is called, by the form in which it was read: `customers.json`,
            /// `customers.jsonl` or `customers/`.
            pub fn name_of(&self, file: DataFile) -> &str {
                match file {
                    $(DataFile::$file => self.$field.places.table(file),)*
                }
            }

            /// Returns the skipped rows of all files, in reading order.
            pub fn skipped(&self) -> impl Iterator<Item = &SkippedRow> {
                [$(&self.$field.skipped),*].into_iter().flatten()
            }
        }
    };
}
data_files!(tables);
