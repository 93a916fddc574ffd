//! A report as sections of text, tables and charts, whatever it is written as. All text in it is
//! escaped from the start.

use maud::Render;

use crate::domain::text::escape_controls;
use crate::domain::width::first_chars;

/// Characters of a text that a report shows.
const LONGEST: usize = 2_000;

/// A whole report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub title: Text,
    /// Of what and when.
    pub subtitle: Text,
    /// The answer in a word or two.
    pub verdict: Cell,
    pub warnings: Vec<Text>,
    /// The headline figures.
    pub tiles: Vec<Tile>,
    pub sections: Vec<Section>,
}

/// A headline figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tile {
    pub label: Text,
    pub figure: Cell,
    /// What to hold it against.
    pub note: Text,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Section {
    pub title: &'static str,
    pub blocks: Vec<Block>,
    pub layout: Layout,
}

/// How a section may stand on a wide page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    #[default]
    Whole,
    /// So short that it may stand beside another one.
    Half,
    /// Its charts beside the rest of it.
    ChartsBeside,
    /// Its chart says it all; the table is for those who want it.
    TableFolded,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Paragraph(Text),
    List(Vec<Text>),
    /// Things to do, the most pressing first.
    Steps(Vec<Text>),
    Table(Table),
    /// A picture of a table's numbers; left out where nothing can be drawn.
    Chart(Chart),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub caption: Text,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Rows that are not shown.
    pub more: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    pub title: &'static str,
    /// For numbers.
    pub right: bool,
}

impl Column {
    pub const fn left(title: &'static str) -> Self {
        Self { title, right: false }
    }

    pub const fn right(title: &'static str) -> Self {
        Self { title, right: true }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    pub text: Text,
    pub tone: Tone,
}

/// What a text says of itself; a sign stands beside it, so that color is never the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Watch,
    Bad,
}

impl Cell {
    pub fn toned(text: impl AsRef<str>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// A text without characters that act on a reader's screen, cut where it is longer than anybody reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Render for Text {
    fn render_to(&self, markup: &mut String) {
        self.0.render_to(markup);
    }
}

impl<T: AsRef<str>> From<T> for Text {
    fn from(text: T) -> Self {
        let (beginning, more) = first_chars(text.as_ref(), LONGEST);
        let more = if more { "…" } else { "" };
        Self(format!("{}{more}", escape_controls(beginning)))
    }
}

/// A picture. Amounts are drawn; what they are called stands beside them.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// `wide` where it stands alone.
    Bars {
        title: Text,
        bars: Vec<Bar>,
        wide: bool,
    },
    Heat {
        title: Text,
        columns: Vec<Text>,
        rows: Vec<(Text, Vec<Shade>)>,
    },
    Lines {
        title: Text,
        points: Vec<Point>,
        target: Option<(f64, Text)>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub label: Text,
    pub amount: f64,
    pub value_text: Text,
    pub tone: Tone,
}

/// A cell of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Shade {
    pub amount: f64,
    pub value_text: Text,
    /// Under it, smaller.
    pub note: Text,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Seconds.
    pub at: i64,
    pub amount: f64,
    pub value_text: Text,
    /// Its date.
    pub when: Text,
}
