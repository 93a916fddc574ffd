//! Types of rows: which fields of a file are read, of which type, and where each is kept.

use compact_str::CompactString;

use super::column::{Column, Flags, Numbers, Texts};
use super::ix::{CustomerKey, RowIx};
use super::lookup::Lookup;
use crate::domain::range::Range;

/// A type of row: its fields, and which of them says whom it is about.
pub trait Row: Default + Clone + Send + Sync + 'static {
    /// Every field that is read.
    const FIELDS: &'static [Field<Self>];
    /// The names of [`Row::FIELDS`], for finding one when compiling.
    const NAMES: &'static [&'static str];
    /// Files of these rows may be as long as there are customers: they are read in a stream.
    const STREAMED: bool = false;
    /// The fields that bear on matching, where that is not all of them; the others are only shown.
    const MATCHED: Option<&'static [&'static str]> = None;
    /// Those of [`Row::MATCHED`] that figures are made of, and no recommendation.
    const FIGURES: &'static [&'static str] = &[];

    /// The dates that something is decided by.
    const DATES: &'static [&'static str] = &[];
    /// The number that a file of these rows is there for.
    const MEASURES: Option<&'static str> = None;
    /// The numbers that can only be within a range.
    const RANGES: &'static [(&'static str, Range)] = &[];

    /// The row before any field is read.
    fn blank() -> Self {
        Self::default()
    }
    /// The field without which the row is about no one, and its value. `None` where rows need no id.
    fn id(&mut self) -> Option<(&'static str, &mut CompactString)>;
    /// The customer it is about, empty if none.
    fn customer_id(&self) -> &str {
        ""
    }
    /// The playbook it is about, empty if none.
    fn playbook_id(&self) -> &str {
        ""
    }
    /// The name it gives, if any.
    fn name(&self) -> Option<&CompactString> {
        None
    }
    /// What is wrong with a row of which every field has its type.
    fn objection(&self) -> Option<Objection> {
        None
    }
}

/// Something that a field's type does not rule out, but the rules do.
pub struct Objection {
    /// The field.
    pub field: &'static str,
    /// What belongs there.
    pub expected: &'static str,
}

/// A field: its name in the file, and its type with the place where it is kept.
pub struct Field<R> {
    /// The name in the file.
    pub name: &'static str,
    /// The type, and where the value is kept.
    pub slot: Slot<R>,
}

/// The types of fields. Each may be `null` or missing.
pub enum Slot<R> {
    /// The customer's id: read like any id, kept as the customer's key.
    Customer(fn(&mut R) -> &mut CompactString),
    /// A text, or a whole number, read as its decimal text; 0 and `""` are no id.
    Id(fn(&mut R) -> &mut CompactString),
    /// A text.
    Text(fn(&mut R) -> &mut Option<CompactString>),
    /// A date, kept as it is written, be it a text or not: one that cannot be read takes nothing of
    /// its row away.
    Date(fn(&mut R) -> &mut Option<CompactString>),
    /// A number.
    Number(fn(&mut R) -> &mut Option<f64>),
    /// True or false.
    Flag(fn(&mut R) -> &mut Option<bool>),
    /// Kept as the text of a JSON array: few distinct ones come again and again.
    Texts(fn(&mut R) -> &mut Option<Vec<CompactString>>),
    /// Kept as the text of a JSON array.
    Numbers(fn(&mut R) -> &mut Option<Vec<f64>>),
}

/// The type of a field, without the place where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Id,
    /// A text.
    Text,
    /// A date.
    Date,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
    /// A list of numbers.
    Numbers,
}

impl Kind {
    /// Returns the type in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Id => "an id",
            Self::Text => "a text",
            Self::Date => "a date",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Texts => "a list of texts",
            Self::Numbers => "a list of numbers",
        }
    }
}

impl<R> Slot<R> {
    /// Returns the type of the field.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Customer(_) | Self::Id(_) => Kind::Id,
            Self::Text(_) => Kind::Text,
            Self::Date(_) => Kind::Date,
            Self::Number(_) => Kind::Number,
            Self::Flag(_) => Kind::Flag,
            Self::Texts(_) => Kind::Texts,
            Self::Numbers(_) => Kind::Numbers,
        }
    }

    /// A column for the field, without rows.
    pub fn column(&self) -> Column {
        match self {
            Self::Customer(_) => Column::Customers(Lookup::default()),
            Self::Id(_) | Self::Text(_) | Self::Date(_) | Self::Texts(_) | Self::Numbers(_) => {
                Column::Texts(Texts::default())
            }
            Self::Number(_) => Column::Numbers(Numbers::default()),
            Self::Flag(_) => Column::Flags(Flags::default()),
        }
    }

    /// Puts a value that is kept into a row again. `id` gives the id of a customer's key.
    pub fn put<'a>(
        &self,
        column: &Column,
        number: usize,
        row: &mut R,
        id: impl Fn(CustomerKey) -> Option<&'a str>,
    ) {
        // What cannot be read back was never kept: lists are written by this program.
        fn list<T: serde::de::DeserializeOwned>(texts: &Texts, number: usize) -> Option<Vec<T>> {
            serde_json::from_str(texts.get(number)?).ok()
        }
        match (self, column) {
            (Self::Customer(slot), Column::Customers(keys)) => {
                let known = keys.get(RowIx::at(number)).and_then(id);
                *slot(row) = known.unwrap_or_default().into();
            }
            (Self::Id(slot), Column::Texts(texts)) => {
                *slot(row) = texts.get(number).unwrap_or_default().into();
            }
            (Self::Text(slot) | Self::Date(slot), Column::Texts(texts)) => {
                *slot(row) = texts.get(number).map(Into::into);
            }
            (Self::Number(slot), Column::Numbers(numbers)) => *slot(row) = numbers.get(number),
            (Self::Flag(slot), Column::Flags(flags)) => *slot(row) = flags.get(number),
            (Self::Texts(slot), Column::Texts(texts)) => *slot(row) = list(texts, number),
            (Self::Numbers(slot), Column::Texts(texts)) => *slot(row) = list(texts, number),
            _ => {}
        }
    }
}

/// The place of a field among the names of a row type, if it is there.
pub fn position_of(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

/// The place of a field among the names of a row type; for constants, so that a name that is not
/// there does not compile.
///
/// # Panics
///
/// Panics if the name is not among them, which fails the build where the result is a constant.
#[expect(clippy::panic, clippy::indexing_slicing, reason = "runs while compiling")]
pub const fn position(names: &[&str], name: &str) -> usize {
    let mut at = 0;
    while at < names.len() {
        if same(names[at].as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    panic!("no field of that name")
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling")]
const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
