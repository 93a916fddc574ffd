//! A document as Markdown, readable as it stands.

use std::io::{self, Write};

use super::document::{Block, CardText, Cell, Document, Section, Table, Text, Tone};
use super::markdown_text::escaped;
use crate::domain::width::Width;

/// Columns up to which a table is aligned.
const WIDEST: usize = 200;

/// The sign of a tone, which stands before its word.
fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "🟢 ",
        Tone::Watch => "🟡 ",
        Tone::Bad => "🔴 ",
    }
}

/// Writes the document. Charts are left out: their numbers are in the tables.
///
/// # Errors
/// What the writer reports.
pub fn write(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}\n", plain(&document.title), plain(&document.subtitle))?;
    writeln!(out, "**{}**\n\n{}", cell(&document.verdict), plain(&document.committed))?;
    for warning in &document.warnings {
        writeln!(out, "\n> ⚠ {}", plain(warning))?;
    }
    writeln!(out)?;
    for tile in &document.tiles {
        let (label, figure, note) = (plain(&tile.label), cell(&tile.figure), plain(&tile.note));
        writeln!(out, "- {label}: **{figure}**, {note}")?;
    }
    document.sections.iter().try_for_each(|section| write_section(out, section))
}

fn write_section(out: &mut dyn Write, section: &Section) -> io::Result<()> {
    writeln!(out, "\n## {}", section.title)?;
    for block in &section.blocks {
        match block {
            Block::Paragraph(text) => writeln!(out, "\n{}", plain(text))?,
            Block::List(items) => {
                writeln!(out)?;
                items.iter().try_for_each(|item| writeln!(out, "- {}", plain(item)))?;
            }
            Block::Steps(items) => {
                writeln!(out)?;
                let mut numbered = items.iter().zip(1..);
                numbered.try_for_each(|(item, n)| writeln!(out, "{n}. {}", plain(item)))?;
            }
            Block::Table(table) => write_table(out, table)?,
            Block::Cards(cards) => cards.iter().try_for_each(|card| write_card(out, card))?,
            Block::Chart(_) => {}
        }
    }
    Ok(())
}

fn write_card(out: &mut dyn Write, card: &CardText) -> io::Result<()> {
    writeln!(out, "\n**{}**  \n{}\n", plain(&card.title), plain(&card.facts))?;
    for (label, text) in &card.rows {
        writeln!(out, "- {label}: {}", plain(text))?;
    }
    card.command
        .iter()
        .try_for_each(|command| writeln!(out, "- Effect: {}", code(command.as_str())))
}

/// A text as code, between more backticks than it has in a row.
fn code(text: &str) -> String {
    let mut fence = "`".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// Columns are aligned for those who read the text itself.
fn write_table(out: &mut dyn Write, table: &Table) -> io::Result<()> {
    let rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let mut widths: Vec<usize> = table.columns.iter().map(|c| c.title.width().max(3)).collect();
    for row in &rows {
        let wider = |(width, text): (&mut usize, &String)| {
            *width = (*width).max(text.width().min(WIDEST));
        };
        widths.iter_mut().zip(row).for_each(wider);
    }
    writeln!(out)?;
    let mut line = |texts: &mut dyn Iterator<Item = &str>| -> io::Result<()> {
        write!(out, "|")?;
        for ((text, column), width) in texts.zip(&table.columns).zip(&widths) {
            let free = width.saturating_sub(text.width());
            let (before, after) = if column.right { (free, 0) } else { (0, free) };
            write!(out, " {:before$}{text}{:after$} |", "", "")?;
        }
        writeln!(out)
    };
    line(&mut table.columns.iter().map(|column| column.title))?;
    let rules: Vec<String> = table
        .columns
        .iter()
        .zip(&widths)
        .map(|(column, width)| {
            let dashes = "-".repeat(width.saturating_sub(1));
            if column.right { format!("{dashes}:") } else { format!("{dashes}-") }
        })
        .collect();
    line(&mut rules.iter().map(String::as_str))?;
    rows.iter().try_for_each(|row| line(&mut row.iter().map(String::as_str)))?;
    if table.more > 0 {
        writeln!(out, "\nand {} more", crate::domain::money::count(table.more))?;
    }
    Ok(())
}

fn cell(cell: &Cell) -> String {
    format!("{}{}", sign(cell.tone), plain(&cell.text))
}

/// A text of the document as Markdown.
fn plain(text: &Text) -> String {
    escaped(text.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::document::Column;
    use super::*;

    #[test]
    fn a_table_is_aligned() {
        let table = Table {
            caption: Text::default(),
            columns: vec![Column::left("Name"), Column::right("n")],
            rows: vec![
                vec![Cell::toned("日本", Tone::Bad), "1,000".into()],
                vec!["b|c".into(), "2".into()],
            ],
            more: 3,
        };
        let mut out = Vec::new();
        write_table(&mut out, &table).unwrap();
        let want = "
| Name    |     n |
| ------- | ----: |
| 🔴 日本 | 1,000 |
| b\\|c    |     2 |

and 3 more
";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }
}
