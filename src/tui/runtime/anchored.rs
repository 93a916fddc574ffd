//! A backend that keeps columns where they are on terminals that draw a text wider or narrower than it
//! was measured. Behind every cluster that terminals disagree about, drawing starts anew at a known
//! column, and what a wrong guess may have drawn over is drawn again.

use std::collections::BTreeSet;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};

use crate::domain::width::{Doubt, Width};

/// Another backend, with what it shows.
pub struct Anchored<B> {
    inner: B,
    shown: Buffer,
}

impl<B: Backend> Anchored<B> {
    /// Draws on this area, whatever size the terminal says it has (some say none).
    pub fn new(inner: B, area: Rect) -> Self {
        Self { inner, shown: Buffer::empty(area) }
    }

    /// Draws on this area from now on; nothing is known of what it shows.
    pub fn set_area(&mut self, area: Rect) {
        self.shown = Buffer::empty(area);
    }

    /// Forgets what is shown.
    fn forget(&mut self) {
        self.shown.reset();
    }

    /// Draws cells of one row, from left to right.
    fn draw_row(&mut self, y: u16, columns: &BTreeSet<u16>) -> Result<(), B::Error> {
        let mut run: Vec<(u16, Cell)> = Vec::new();
        for x in columns {
            let Some(cell) = self.shown.cell((*x, y)).cloned() else { continue };
            let doubt = Doubt::about(cell.symbol());
            if doubt == Doubt::Any {
                // Where the cluster is drawn narrower, blanks are beside it.
                let mut blank = cell.clone();
                blank.set_symbol(" ");
                let width = cell.symbol().width() as u16;
                run.extend((*x..x.saturating_add(width)).map(|x| (x, blank.clone())));
                self.flush_run(y, &mut run)?;
            }
            run.push((*x, cell));
            if doubt != Doubt::None {
                self.flush_run(y, &mut run)?;
            }
        }
        self.flush_run(y, &mut run)
    }

    /// What is drawn by itself starts with a move of the cursor.
    fn flush_run(&mut self, y: u16, run: &mut Vec<(u16, Cell)>) -> Result<(), B::Error> {
        if run.is_empty() {
            return Ok(());
        }
        let drawn = self.inner.draw(run.iter().map(|(x, cell)| (*x, y, cell)));
        run.clear();
        drawn
    }
}

impl<B: Backend> Backend for Anchored<B> {
    type Error = B::Error;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Self::Error>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut rows: Vec<(u16, BTreeSet<u16>)> = Vec::new();
        for (x, y, cell) in content {
            if let Some(shown) = self.shown.cell_mut((x, y)) {
                shown.clone_from(cell);
            }
            // What was behind a wide cluster is gone, and is not told of again.
            for covered in (x..).take(cell.symbol().width()).skip(1) {
                if let Some(shown) = self.shown.cell_mut((covered, y)) {
                    shown.clone_from(cell);
                    shown.set_symbol(" ");
                }
            }
            match rows.last_mut() {
                Some((row, columns)) if *row == y => {
                    columns.insert(x);
                }
                _ => rows.push((y, BTreeSet::from([x]))),
            }
        }
        for (y, mut columns) in rows {
            // From left to right: what is drawn again may be doubtful itself.
            let mut next = columns.first().copied();
            while let Some(x) = next {
                let cell = self.shown.cell((x, y)).map(Cell::symbol).unwrap_or_default();
                if Doubt::about(cell) != Doubt::None {
                    let width = cell.width() as u16;
                    let widest = 2 * u16::try_from(cell.chars().count()).unwrap_or(u16::MAX / 2);
                    let mut over = x.saturating_add(width);
                    let end = x.saturating_add(widest).min(self.shown.area.right());
                    while over < end {
                        columns.insert(over);
                        let covered = self.shown.cell((over, y)).map_or(1, |c| c.symbol().width());
                        over = over.saturating_add(covered.max(1) as u16);
                    }
                }
                next = columns.range(x.saturating_add(1)..).next().copied();
            }
            self.draw_row(y, &columns)?;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Self::Error> {
        self.forget();
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Self::Error> {
        self.forget();
        self.inner.clear_region(region)
    }

    fn size(&self) -> Result<Size, Self::Error> {
        self.inner.size()
    }

    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;
    use ratatui::Terminal;
    use unicode_width::UnicodeWidthChar;

    use super::*;
    use crate::domain::width::clusters;

    const WIDE: u16 = 40;

    /// A terminal with widths of its own: a row of columns, each with what was drawn there last, and
    /// when.
    struct Odd {
        row: Vec<(String, usize)>,
        drawn: usize,
        width_of: fn(&str) -> usize,
    }

    impl Odd {
        fn new(width_of: fn(&str) -> usize) -> Self {
            Self { row: vec![(" ".to_owned(), 0); WIDE.into()], drawn: 0, width_of }
        }

        /// What is drawn over in part is gone.
        fn print(&mut self, at: usize, symbol: &str) {
            self.drawn += 1;
            let drawn = self.drawn;
            for column in at..at + (self.width_of)(symbol) {
                // The cursor stays in the last column.
                let column = column.min(usize::from(WIDE) - 1);
                let (_, when) = self.row[column];
                let partly = |(_, other): &&mut (String, usize)| when > 0 && *other == when;
                self.row.iter_mut().filter(partly).for_each(|half| *half = (" ".to_owned(), 0));
                self.row[column] = (symbol.to_owned(), drawn);
            }
        }
    }

    impl Backend for Odd {
        type Error = Infallible;

        fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
        where
            I: Iterator<Item = (u16, u16, &'a Cell)>,
        {
            let mut last = None;
            let mut at = 0;
            for (x, y, cell) in content {
                // As crossterm's backend does.
                if last != Some((x.wrapping_sub(1), y)) {
                    at = usize::from(x);
                }
                last = Some((x, y));
                self.print(at, cell.symbol());
                at += (self.width_of)(cell.symbol());
            }
            Ok(())
        }

        fn hide_cursor(&mut self) -> Result<(), Infallible> {
            Ok(())
        }

        fn show_cursor(&mut self) -> Result<(), Infallible> {
            Ok(())
        }

        fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
            Ok(Position::ORIGIN)
        }

        fn set_cursor_position<P: Into<Position>>(&mut self, _: P) -> Result<(), Infallible> {
            Ok(())
        }

        fn clear(&mut self) -> Result<(), Infallible> {
            Ok(())
        }

        fn clear_region(&mut self, _: ClearType) -> Result<(), Infallible> {
            Ok(())
        }

        fn size(&self) -> Result<Size, Infallible> {
            Ok(Size::new(WIDE, 1))
        }

        fn window_size(&mut self) -> Result<WindowSize, Infallible> {
            Ok(WindowSize { columns_rows: self.size()?, pixels: Size::ZERO })
        }

        fn flush(&mut self) -> Result<(), Infallible> {
            Ok(())
        }
    }

    /// As our own, by characters, with everything odd wide, and with nothing joined or dropped.
    const WIDTHS: [fn(&str) -> usize; 4] = [
        |cluster| cluster.width(),
        |cluster| cluster.chars().map(|c| c.width().unwrap_or(0)).sum(),
        |cluster| if Doubt::about(cluster) == Doubt::None { cluster.width() } else { 2 },
        |cluster| {
            let doubt = Doubt::about(cluster);
            if doubt == Doubt::None { cluster.width() } else { 2 * cluster.chars().count() }
        },
    ];

    proptest! {
        /// Whatever was on the screen and whatever widths the terminal has: everything certain is
        /// where it belongs.
        #[test]
        fn a_wrong_guess_stays_in_its_place(
            frames in proptest::collection::vec(
                proptest::collection::vec(
                    prop_oneof![
                        4 => Just("a"), 1 => Just("│"), 1 => Just("日"), 1 => Just("ل"), 1 => Just("ا"),
                        1 => Just("☎\u{fe0f}"), 1 => Just("👩\u{200d}💻"), 1 => Just("é"),
                    ],
                    0..20,
                ),
                1..4,
            ),
            widths in 0..WIDTHS.len(),
        ) {
            let width_of = WIDTHS[widths];
            let mut terminal = Terminal::new(Anchored::new(Odd::new(width_of), Rect::new(0, 0, WIDE, 1))).unwrap();
            for pieces in &frames {
                let text = format!("{}│", pieces.concat());
                terminal.draw(|frame| {
                    frame.buffer_mut().set_string(0, 0, &text, ratatui::style::Style::new());
                }).unwrap();
                let row: Vec<&str> =
                    terminal.backend().inner.row.iter().map(|(symbol, _)| symbol.as_str()).collect();
                let mut x = 0;
                for (cluster, width) in clusters(&text) {
                    if Doubt::about(cluster) == Doubt::None {
                        prop_assert_eq!(row[x], cluster, "{:?} in {:?}", text, row);
                    }
                    x += width;
                }
                prop_assert!(row[x..].iter().all(|column| *column == " "), "{text:?}: {row:?}");
            }
        }
    }
}
