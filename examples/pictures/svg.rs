//! A screen as an SVG picture. The same screen gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

use super::palette::{self, Ink};
use super::shape::{CELL, Shape, merges, shape};

/// How a cell looks.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    ink: Ink,
    page: Ink,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (ink, page) = (Ink::of(cell.fg, Ink::Text), Ink::of(cell.bg, Ink::Page));
        let reversed = cell.modifier.contains(Modifier::REVERSED);
        let (ink, page) = if reversed { (page, ink) } else { (ink, page) };
        let drawn = Modifier::BOLD | Modifier::DIM | Modifier::ITALIC | Modifier::UNDERLINED;
        Self { ink, page, modifier: cell.modifier.intersection(drawn) }
    }

    /// Returns the classes of what is drawn in a cell.
    fn classes(self) -> String {
        let mut classes = self.ink.class();
        for (modifier, class) in MODIFIERS {
            if self.modifier.contains(modifier) {
                classes.push(' ');
                classes.push_str(class);
            }
        }
        classes
    }
}

const MODIFIERS: [(Modifier, &str); 4] = [
    (Modifier::BOLD, "b"),
    (Modifier::DIM, "d"),
    (Modifier::ITALIC, "i"),
    (Modifier::UNDERLINED, "u"),
];

const FONT: &str =
    "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/// Writes a screen as a picture with a title for those who cannot see it.
pub fn svg(buffer: &Buffer, look: &palette::Look, title: &str) -> String {
    let mut picture = Picture::default();
    for row in 0..buffer.area.height {
        let mut cells: Vec<(u16, &Cell)> = Vec::new();
        let mut column = 0;
        while column < buffer.area.width {
            let cell = &buffer[(column, row)];
            cells.push((column, cell));
            column += width(cell);
        }
        picture.row(row, &cells);
    }
    picture.finish(buffer.area.width, buffer.area.height, look, title)
}

fn width(cell: &Cell) -> u16 {
    cell.symbol().width().max(1) as u16
}

#[derive(Default)]
struct Picture {
    inks: BTreeMap<String, Ink>,
    pages: String,
    /// Data of stroked and of filled paths, by their classes.
    lines: BTreeMap<String, String>,
    areas: BTreeMap<String, String>,
    texts: String,
}

impl Picture {
    /// Draws a row of cells, each with its column; wide characters have one cell.
    fn row(&mut self, row: u16, cells: &[(u16, &Cell)]) {
        let y = row * CELL.1;
        let look = |(_, cell): &(u16, &Cell)| Look::of(cell);
        for run in cells.chunk_by(|a, b| look(a).page == look(b).page) {
            let page = look(&run[0]).page;
            if page != Ink::Page {
                let (x, width) =
                    (run[0].0 * CELL.0, run.iter().map(|cell| width(cell.1)).sum::<u16>());
                self.inks.insert(page.class(), page);
                let _ = writeln!(
                    self.pages,
                    r#"<rect class="f {}" x="{x}" y="{y}" width="{}" height="{}"/>"#,
                    page.class(),
                    width * CELL.0,
                    CELL.1
                );
            }
        }
        for run in cells.chunk_by(|a, b| look(a) == look(b)) {
            self.run(look(&run[0]), y, run);
        }
    }

    /// Draws neighbors that look the same: shapes into their paths, words between them as text.
    fn run(&mut self, look: Look, y: u16, cells: &[(u16, &Cell)]) {
        self.inks.insert(look.ink.class(), look.ink);
        let (mut words, mut at) = (0..0, 0);
        while let Some((column, cell)) = cells.get(at) {
            let symbol = cell.symbol();
            let equal = cells[at..].iter().take_while(|other| other.1.symbol() == symbol).count();
            let count = if merges(symbol) || symbol == " " { equal } else { 1 };
            let drawn = shape(symbol, count as u16, column * CELL.0, y);
            let blank = symbol == " " && (count > 1 || words.is_empty());
            // What a font may lack begins anew, so that a wider stand-in moves nothing else.
            let same_font =
                at > words.start && cells[at - 1].1.symbol().is_ascii() == symbol.is_ascii();
            if drawn.is_some() || blank || !same_font {
                self.text(look, y, &cells[words]);
                words = at..at;
            }
            words.end = at + count;
            if drawn.is_some() || blank {
                words.start = words.end;
            }
            match drawn {
                Some(Shape::Line(data)) => {
                    self.lines.entry(format!("l {}", look.classes())).or_default().push_str(&data);
                }
                Some(Shape::Area(data, opacity)) => {
                    let class = format!("f o{opacity} {}", look.classes());
                    self.areas.entry(class).or_default().push_str(&data);
                }
                None => {}
            }
            at += count;
        }
        self.text(look, y, &cells[words]);
    }

    /// Writes words at the place of their first cell, as wide as their cells together.
    fn text(&mut self, look: Look, y: u16, cells: &[(u16, &Cell)]) {
        let is_word = |cell: &(u16, &Cell)| cell.1.symbol() != " ";
        let Some(start) = cells.iter().position(is_word) else { return };
        let end = cells.iter().rposition(is_word).map_or(start, |last| last + 1);
        let cells = &cells[start..end];
        let words: String = cells.iter().map(|cell| cell.1.symbol()).collect();
        let width: u16 = cells.iter().map(|cell| width(cell.1)).sum();
        let _ = writeln!(
            self.texts,
            r#"<text class="{}" x="{}" y="{}" textLength="{}">{}</text>"#,
            look.classes(),
            cells[0].0 * CELL.0,
            y + 15,
            width * CELL.0,
            escape(&words)
        );
    }

    fn finish(self, columns: u16, rows: u16, look: &palette::Look, title: &str) -> String {
        let (width, height) = (columns * CELL.0, rows * CELL.1);
        let title = escape(title);
        let mut out = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -10 {} {}" role="img" aria-label="{title}">
<title>{title}</title>
<style>
text{{font-family:{FONT};font-size:15px;white-space:pre;fill:currentColor}}
.f{{fill:currentColor}}.l{{fill:none;stroke:currentColor;stroke-width:1.2}}
.b{{font-weight:700}}.d{{opacity:.7}}.i{{font-style:italic}}.u{{text-decoration:underline}}
.o25{{fill-opacity:.25}}.o50{{fill-opacity:.5}}.o75{{fill-opacity:.75}}
"#,
            width + 24,
            height + 20
        );
        for (class, ink) in &self.inks {
            let _ = writeln!(out, ".{class}{{color:{}}}", ink.css(look));
        }
        let _ = writeln!(
            out,
            r#"</style>
<rect x="-12" y="-10" width="{}" height="{}" rx="8" fill="{}"/>"#,
            width + 24,
            height + 20,
            Ink::Page.css(look)
        );
        out.push_str(&self.pages);
        for (class, data) in self.areas.iter().chain(&self.lines) {
            let _ = writeln!(out, r#"<path class="{class}" d="{data}"/>"#);
        }
        out.push_str(&self.texts);
        out.push_str("</svg>\n");
        out
    }
}

/// Returns a text as XML writes it.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
