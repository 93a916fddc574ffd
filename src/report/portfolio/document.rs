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
    /// The title.
    pub title: Text,
    /// Of what and when.
    pub subtitle: Text,
    /// The answer in a word or two.
    pub verdict: Cell,
    /// What is committed, in one sentence.
    pub committed: Text,
    /// Warnings about the whole report.
    pub warnings: Vec<Text>,
    /// The headline figures.
    pub tiles: Vec<Tile>,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// A headline figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tile {
    /// The label.
    pub label: Text,
    /// The figure.
    pub figure: Cell,
    /// What to hold it against.
    pub note: Text,
}

/// A section: a heading and blocks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Section {
    /// The title.
    pub title: &'static str,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// The layout.
    pub layout: Layout,
}

/// How a section may stand on a wide page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// As wide as the page.
    #[default]
    Whole,
    /// So short that it may stand beside another one.
    Half,
    /// Its charts beside the rest of it.
    ChartsBeside,
    /// Its chart says it all; the table is for those who want it.
    TableFolded,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Text),
    /// A list.
    List(Vec<Text>),
    /// Things to do, the most pressing first.
    Steps(Vec<Text>),
    /// A table.
    Table(Table),
    /// What to do about customers, and why.
    Cards(Vec<CardText>),
    /// A picture of a table's numbers; left out where nothing can be drawn.
    Chart(Chart),
}

/// What to do about a customer, and why.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CardText {
    /// Who the customer is.
    pub title: Text,
    /// What is at stake.
    pub facts: Text,
    /// Each part with its label.
    pub rows: Vec<(&'static str, Text)>,
    /// A command to copy, that shows the effect.
    pub command: Option<Text>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The caption.
    pub caption: Text,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Rows that are not shown.
    pub more: usize,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// The title.
    pub title: &'static str,
    /// For numbers.
    pub right: bool,
}

impl Column {
    /// Returns a column of text.
    pub const fn left(title: &'static str) -> Self {
        Self { title, right: false }
    }

    /// Returns a column of numbers.
    pub const fn right(title: &'static str) -> Self {
        Self { title, right: true }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// The text.
    pub text: Text,
    /// The tone.
    pub tone: Tone,
}

/// What a text says of itself; a sign stands beside it, so that color is never the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing to point out.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Needs attention.
    Watch,
    /// Needs action.
    Bad,
}

impl Cell {
    /// Returns a cell with a tone.
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
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where there is no text.
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
        /// The title.
        title: Text,
        /// The bars.
        bars: Vec<Bar>,
        /// True where it stands alone.
        wide: bool,
    },
    /// A grid of shades.
    Heat {
        /// The title.
        title: Text,
        /// The columns.
        columns: Vec<Text>,
        /// The rows.
        rows: Vec<(Text, Vec<Shade>)>,
    },
    /// A line over time.
    Lines {
        /// The title.
        title: Text,
        /// The points, in order of time.
        points: Vec<Point>,
        /// The target and its text.
        target: Option<(f64, Text)>,
    },
}

/// A bar of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// The label.
    pub label: Text,
    /// The amount, which is drawn.
    pub amount: f64,
    /// The amount as text.
    pub value_text: Text,
    /// The tone.
    pub tone: Tone,
}

/// A cell of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Shade {
    /// The amount, which is drawn.
    pub amount: f64,
    /// The amount as text.
    pub value_text: Text,
    /// Under it, smaller.
    pub note: Text,
}

/// A point of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Seconds.
    pub at: i64,
    /// The amount, which is drawn.
    pub amount: f64,
    /// The amount as text.
    pub value_text: Text,
    /// Its date.
    pub when: Text,
}
