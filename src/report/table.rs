//! Aligned columns.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Look, Tone};
use crate::domain::text::harmless;

/// Spaces between two columns.
const GAP: usize = 2;

/// A column's heading and behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    title: &'static str,
    right: bool,
    /// The fewest columns that it may be cut to where the terminal is narrow; `None`: never cut.
    least: Option<usize>,
}

impl Column {
    pub const fn left(title: &'static str) -> Self {
        Self { title, right: false, least: None }
    }

    /// For numbers.
    pub const fn right(title: &'static str) -> Self {
        Self { title, right: true, least: None }
    }

    /// For long text that says enough by its beginning.
    pub const fn cut(self, least: usize) -> Self {
        Self { least: Some(least), ..self }
    }
}

/// One cell, harmless from the start.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: harmless(text.as_ref()).into_owned(), tone: Tone::Plain }
    }

    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

/// The width of each column, from the rows that it was made for.
#[derive(Debug, Clone)]
pub struct Layout<'a> {
    columns: &'a [Column],
    widths: Vec<usize>,
    look: Look,
}

impl<'a> Layout<'a> {
    /// Wide enough for every row; columns that may be cut give way where the terminal is narrower.
    pub fn new(columns: &'a [Column], rows: &[Vec<Cell>], look: Look) -> Self {
        let mut widths: Vec<usize> = columns.iter().map(|column| column.title.width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.text.width());
            }
        }
        let mut layout = Self { columns, widths, look };
        if let Some(room) = look.width {
            layout.fit(room);
        }
        layout
    }

    /// Takes from the widest column that may be cut until the row fits or nothing can give way.
    fn fit(&mut self, room: usize) {
        let gaps = GAP * self.widths.len().saturating_sub(1);
        while self.widths.iter().sum::<usize>() + gaps > room {
            let widest = self
                .widths
                .iter_mut()
                .zip(self.columns)
                .filter(|(width, column)| column.least.is_some_and(|least| **width > least))
                .max_by_key(|(width, _)| **width);
            match widest {
                Some((width, _)) => *width -= 1,
                None => break,
            }
        }
    }

    /// The line of titles.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn header(&self, out: &mut dyn Write) -> io::Result<()> {
        let title = |column: &Column| Cell { text: column.title.to_owned(), tone: Tone::Heading };
        let cells: Vec<Cell> = self.columns.iter().map(title).collect();
        self.row(out, &cells)
    }

    /// One row, without spaces at its end.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn row(&self, out: &mut dyn Write, cells: &[Cell]) -> io::Result<()> {
        let mut owed = 0;
        for ((cell, column), width) in cells.iter().zip(self.columns).zip(&self.widths) {
            let text = if column.least.is_some() {
                cut(&cell.text, *width)
            } else {
                Cow::Borrowed(cell.text.as_str())
            };
            let free = width.saturating_sub(text.width());
            let before = if column.right { free } else { 0 };
            if !text.is_empty() {
                write!(out, "{:1$}", "", owed + before)?;
                out.write_all(self.look.paint(cell.tone, &text).as_bytes())?;
                owed = 0;
            } else {
                owed += before;
            }
            owed += free - before + GAP;
        }
        out.write_all(b"\n")
    }
}

/// Writes titles and rows.
///
/// # Errors
/// What the writer reports.
pub fn write(
    out: &mut dyn Write,
    columns: &[Column],
    rows: &[Vec<Cell>],
    look: Look,
) -> io::Result<()> {
    let layout = Layout::new(columns, rows, look);
    layout.header(out)?;
    rows.iter().try_for_each(|row| layout.row(out, row))
}

/// The text's beginning in so many columns, with `…` where something is missing.
fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut used = 1;
    let mut kept = String::new();
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(columns: &[Column], rows: &[Vec<Cell>], look: Look) -> String {
        let mut out = Vec::new();
        write(&mut out, columns, rows, look).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn row(cells: [&str; 3]) -> Vec<Cell> {
        cells.map(Cell::new).to_vec()
    }

    const COLUMNS: [Column; 3] =
        [Column::left("id"), Column::left("name").cut(4), Column::right("value")];

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let rows = [row(["C1", "日本", "$5"]), row(["C10", "Łódź", "$1,000"]), row(["C2", "", ""])];
        assert_eq!(
            text(&COLUMNS, &rows, Look::default()),
            "id   name   value\nC1   日本      $5\nC10  Łódź  $1,000\nC2\n"
        );
    }

    #[test]
    fn long_text_gives_way_on_a_narrow_terminal_only() {
        let rows = [row(["C1", "a long name", "$5"])];
        let narrow = Look { width: Some(17), colour: false };
        assert_eq!(text(&COLUMNS, &rows, narrow), "id  name    value\nC1  a lon…     $5\n");
        assert!(text(&COLUMNS, &rows, Look::default()).contains("a long name"));
        let tiny = Look { width: Some(3), colour: false };
        assert!(text(&COLUMNS, &rows, tiny).contains("a l…"), "never under its least");
    }

    #[test]
    fn colour_changes_no_column_and_control_characters_never_pass() {
        let rows = [vec![Cell::new("C\u{1b}[1m").tone(Tone::Bad), Cell::new("x"), Cell::new("1")]];
        let plain = text(&COLUMNS, &rows, Look::default());
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
        let coloured = text(&COLUMNS, &rows, Look { colour: true, width: None });
        assert!(coloured.contains("\u{1b}[31mC␛[1m\u{1b}[0m"), "{coloured:?}");
    }
}
