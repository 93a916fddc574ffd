//! Aligned columns.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Look, Tone};
use crate::domain::width::{Doubt, Width, clusters, fit};

/// Spaces between two columns.
const GAP: usize = 2;
/// Columns up to which a name is whole as long as a column is spare.
const NAME: usize = 36;
/// Columns that a cell has at most: every row is as wide as the widest cell of each column.
pub const WIDEST: usize = 240;

/// A column's heading, and how it behaves where the terminal is too narrow for all of them.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    title: &'static str,
    right: bool,
    /// The fewest columns that it may be cut to; `None`: never cut.
    least: Option<usize>,
    /// Cut only where nothing else can be.
    last: bool,
    /// May be left out, the highest first; of those with 0 the rightmost first.
    spare: u8,
    /// Never left out.
    kept: bool,
    /// Shown whole before any column that is spare.
    whole: bool,
}

impl Column {
    /// Returns a column of text.
    pub const fn left(title: &'static str) -> Self {
        Self { title, right: false, least: None, last: false, spare: 0, kept: false, whole: false }
    }

    /// For numbers.
    pub const fn right(title: &'static str) -> Self {
        Self { right: true, ..Self::left(title) }
    }

    /// For long text that says enough by its beginning.
    pub const fn cut(self, least: usize) -> Self {
        Self { least: Some(least), ..self }
    }

    /// As [`Column::cut`], for text that is better left whole.
    pub const fn cut_last(self, least: usize) -> Self {
        Self { last: true, ..self.cut(least) }
    }

    /// For the name of what a row is about, which every width shows: [`Column::whole`], and cut last.
    pub const fn name(self, least: usize) -> Self {
        self.cut_last(least).kept().whole()
    }

    /// For names: shown whole before any column that is spare.
    pub const fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// For what can be looked up elsewhere. The highest `order` is left out first.
    pub const fn spare(self, order: u8) -> Self {
        Self { spare: order, ..self }
    }

    /// For what a row is about, which every width shows: the customer's name, and the id beside it.
    pub const fn kept(self) -> Self {
        Self { kept: true, ..self }
    }
}

/// One cell, escaped from the start.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// Returns a cell with a text, with control characters escaped.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self::within(text, WIDEST)
    }

    /// As [`Cell::new`], for the last column, whose texts may be longer: at most `width` columns.
    pub fn within(text: impl AsRef<str>, width: usize) -> Self {
        Self { text: fit(text.as_ref(), width), tone: Tone::Plain }
    }

    /// Sets the tone.
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

/// The width of each column, from the rows that it was made for.
#[derive(Debug, Clone)]
pub struct Layout<'a> {
    columns: &'a [Column],
    /// `None` where a column is left out.
    widths: Vec<Option<usize>>,
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
        let widths = widths.into_iter().map(Some).collect();
        let mut layout = Self { columns, widths, look };
        if let Some(room) = look.width {
            layout.leave_out(room);
            layout.cut_down(room, false);
            layout.cut_down(room, true);
        }
        layout
    }

    /// Leaves out columns until the others fit when they are cut to their least: one rule for all
    /// tables. What is spare goes while that brings a name closer to its whole length.
    fn leave_out(&mut self, room: usize) {
        self.leave_out_until(room, true);
        self.leave_out_until(room, false);
    }

    fn leave_out_until(&mut self, room: usize, whole_names: bool) {
        loop {
            let least = self.columns.iter().zip(&self.widths).filter_map(|(column, width)| {
                let name = (whole_names && column.whole).then_some(NAME);
                width.map(|width| name.or(column.least).map_or(width, |least| least.min(width)))
            });
            if with_gaps(least) <= room {
                return;
            }
            let shown = self.columns.iter().zip(&mut self.widths);
            let shown = shown.filter(|(column, width)| {
                width.is_some() && !column.kept && (!whole_names || column.spare > 0)
            });
            // Of several with the same the last one: the rightmost.
            match shown.max_by_key(|(column, _)| column.spare) {
                Some((_, width)) => *width = None,
                None => return,
            }
        }
    }

    /// Takes from the widest column that may be cut until the row fits or nothing can give way.
    fn cut_down(&mut self, room: usize, last: bool) {
        while with_gaps(self.widths.iter().copied().flatten()) > room {
            let widest = self
                .columns
                .iter()
                .zip(&mut self.widths)
                .filter(|(column, _)| last || !column.last)
                .filter_map(|(column, width)| Some((column.least?, width.as_mut()?)))
                .filter(|(least, width)| **width > *least)
                .max_by_key(|(_, width)| **width);
            match widest {
                Some((_, width)) => *width -= 1,
                None => return,
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
        let (mut at, mut doubtful) = (0, false);
        for ((cell, column), width) in cells.iter().zip(self.columns).zip(&self.widths) {
            let Some(width) = width else { continue };
            // Without a terminal nothing has to fit.
            let text = if column.least.is_some() && self.look.width.is_some() {
                Cow::Owned(fit(&cell.text, *width))
            } else {
                Cow::Borrowed(cell.text.as_str())
            };
            let free = width.saturating_sub(text.width());
            let before = if column.right { free } else { 0 };
            if !text.is_empty() {
                let start = at + before;
                match doubtful && self.look.width.is_some() {
                    // Where the terminal has drawn something wider or narrower than it was measured,
                    // the next cell is in its column all the same.
                    true => write!(out, "\u{1b}[{}G", start + 1)?,
                    false => write!(out, "{:1$}", "", owed + before)?,
                }
                doubtful = clusters(&text).any(|(cluster, _)| Doubt::about(cluster) == Doubt::Any);
                out.write_all(self.look.paint(cell.tone, &text).as_bytes())?;
                owed = 0;
            } else {
                owed += before;
            }
            owed += free - before + GAP;
            at += (*width).max(text.width()) + GAP;
        }
        out.write_all(b"\n")
    }
}

/// Width of a row with columns of these widths.
fn with_gaps(widths: impl Iterator<Item = usize>) -> usize {
    widths.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
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
        [Column::left("id").kept(), Column::left("name").cut(4).kept(), Column::right("value")];

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let rows = [row(["C1", "日本", "$5"]), row(["C10", "Łódź", "$1,000"]), row(["C2", "", ""])];
        assert_eq!(
            text(&COLUMNS, &rows, Look::default()),
            "id   name   value\nC1   日本      $5\nC10  Łódź  $1,000\nC2\n"
        );
    }

    #[test]
    fn behind_a_doubtful_width_the_next_cell_begins_in_its_column() {
        let rows = [row(["C1", "\u{644}\u{627}", "$5"]), row(["C1", "日本", "$5"])];
        let terminal = Look { width: Some(40), color: false };
        let shown = text(&COLUMNS, &rows, terminal);
        assert!(shown.contains("C1  \u{644}\u{627}\u{1b}[14G$5\nC1  日本     $5\n"), "{shown:?}");
        assert!(!text(&COLUMNS, &rows, Look::default()).contains('\u{1b}'));
    }

    #[test]
    fn one_very_long_text_does_not_widen_all_rows() {
        let long = "x".repeat(1 << 20);
        let rows = [row([long.as_str(), "y", ""]), row(["C1", long.as_str(), ""])];
        assert!(text(&COLUMNS, &rows, Look::default()).len() < 4 * 3 * WIDEST);
    }

    #[test]
    fn long_text_gives_way_on_a_narrow_terminal_only() {
        let rows = [row(["C1", "a long name", "$5"])];
        let narrow = Look { width: Some(17), color: false };
        assert_eq!(text(&COLUMNS, &rows, narrow), "id  name    value\nC1  a lon…     $5\n");
        assert!(text(&COLUMNS, &rows, Look::default()).contains("a long name"));
        let tiny = Look { width: Some(3), color: false };
        assert_eq!(text(&COLUMNS, &rows, tiny), "id  name\nC1  a l…\n", "never under its least");
    }

    #[test]
    fn spare_columns_are_left_out_before_others_become_too_short() {
        let name = Column::left("name").cut(4).spare(1);
        let columns = [COLUMNS[0], name, COLUMNS[2].spare(2)];
        let rows = [row(["C1", "a long name", "$5"])];
        let at = |width| text(&columns, &rows, Look { width: Some(width), color: false });
        assert_eq!(at(15), "id  name  value\nC1  a l…     $5\n");
        assert_eq!(at(14), "id  name\nC1  a long na…\n");
        assert_eq!(at(5), "id\nC1\n");
    }

    #[test]
    fn the_name_is_left_out_last_and_others_from_the_right() {
        let columns = [
            Column::left("id").cut(4).kept(),
            Column::left("customer").cut(6).kept(),
            Column::left("stage").spare(1),
            Column::right("cost"),
            Column::right("value"),
        ];
        let rows = [["C1", "Acme Incorporated", "Support", "$5", "$7"].map(Cell::new).to_vec()];
        let titles = |width| {
            let table = text(&columns, &rows, Look { width: Some(width), color: false });
            table.lines().next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(titles(80), "id customer stage cost value");
        assert_eq!(titles(27), "id customer cost value", "what is spare goes first");
        assert_eq!(titles(20), "id customer cost", "then the rightmost");
        assert_eq!(titles(15), "id customer");
        assert!(titles(1).starts_with("id custo"), "never left out");
    }

    #[test]
    fn a_name_is_cut_after_spare_columns_are_gone_and_after_other_texts() {
        let columns = [
            Column::left("id").cut(4).kept(),
            Column::left("customer").name(6),
            Column::left("playbook").cut(4),
            Column::left("stage").spare(1),
        ];
        let rows = [["C1", "Acme Incorporated", "Usage Drop", "Support"].map(Cell::new).to_vec()];
        let at = |width| {
            let table = text(&columns, &rows, Look { width: Some(width), color: false });
            table.lines().nth(1).unwrap().to_owned()
        };
        assert_eq!(at(44), "C1  Acme Incorporated  Usage Drop  Support");
        assert_eq!(at(36), "C1  Acme Incorporated  Us…  Support".replace("Us…", "Usa…"));
        assert_eq!(at(34), "C1  Acme Incorporated  Usage Drop");
        assert_eq!(at(28), "C1  Acme Incorporated  Usa…");
        assert_eq!(at(24), "C1  Acme Incor…  Usa…".to_owned());
    }

    #[test]
    fn some_columns_are_cut_only_when_no_other_can_be() {
        let columns = [COLUMNS[1], Column::left("id").cut_last(3)];
        let rows = [vec![Cell::new("a long name"), Cell::new("0123456789abcdef")]];
        let at = |width| text(&columns, &rows, Look { width: Some(width), color: false });
        assert!(at(22).ends_with("a l…  0123456789abcdef\n"), "{}", at(22));
        assert!(at(16).ends_with("a l…  012345678…\n"), "{}", at(16));
    }

    #[test]
    fn color_changes_no_column_and_control_characters_never_pass() {
        let rows = [vec![Cell::new("C\u{1b}[1m").tone(Tone::Bad), Cell::new("x"), Cell::new("1")]];
        let plain = text(&COLUMNS, &rows, Look::default());
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
        let colored = text(&COLUMNS, &rows, Look { color: true, width: None });
        assert!(colored.contains("\u{1b}[31mC␛[1m\u{1b}[0m"), "{colored:?}");
    }
}
