//! A document as one page of HTML that needs nothing else: no script, no font, no network.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::document::{Block, Cell, Document, Layout, Section, Table, Text, Tile, Tone};
use super::html_text::{class, escaped};
use super::style::STYLE;
use super::svg;

/// Writes the page.
///
/// # Errors
/// What the writer reports.
pub fn write(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let title = escaped(document.title.as_str());
    let subtitle = escaped(document.subtitle.as_str());
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}, {subtitle}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<div class=\"head\"><h1>{title}</h1>{}</div>\n\
         <p class=\"subtitle\">{subtitle}</p>\n",
        pill(&document.verdict)
    )?;
    for warning in &document.warnings {
        writeln!(out, "<p class=\"warning\">⚠ {}</p>", escaped(warning.as_str()))?;
    }
    writeln!(out, "<dl class=\"tiles\">")?;
    document.tiles.iter().try_for_each(|tile| write_tile(out, tile))?;
    writeln!(out, "</dl>\n</header>\n<main>")?;
    let sections = document.sections.iter().zip(1..);
    sections.into_iter().try_for_each(|(section, n)| write_section(out, section, n))?;
    writeln!(
        out,
        "</main>\n<footer>Made by nextplay from {subtitle}. Money is in dollars.</footer>\n\
         </body>\n</html>"
    )
}

fn write_tile(out: &mut dyn Write, tile: &Tile) -> io::Result<()> {
    writeln!(
        out,
        "<div class=\"tile\"><dt>{}</dt><dd class=\"figure {}\">{}</dd><dd class=\"note\">{}</dd>\
         </div>",
        escaped(tile.label.as_str()),
        class(tile.figure.tone),
        escaped(tile.figure.text.as_str()),
        escaped(tile.note.as_str())
    )
}

fn write_section(out: &mut dyn Write, section: &Section, number: usize) -> io::Result<()> {
    let half = if section.layout == Layout::Half { " class=\"half\"" } else { "" };
    writeln!(
        out,
        "<section{half} aria-labelledby=\"s{number}\">\n<h2 id=\"s{number}\">{}</h2>",
        escaped(section.title)
    )?;
    let charts: String = section
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Chart(chart) => svg::figure(chart),
            _ => None,
        })
        .collect();
    let beside = section.layout == Layout::ChartsBeside && !charts.is_empty();
    if beside {
        writeln!(out, "<div class=\"beside\">\n<div>\n{charts}</div>\n<div>")?;
    }
    let mut charts = Some(charts).filter(|charts| !charts.is_empty() && !beside);
    for block in &section.blocks {
        match block {
            Block::Paragraph(text) => writeln!(out, "<p>{}</p>", escaped(text.as_str()))?,
            Block::List(items) => writeln!(out, "<ul>\n{}</ul>", list(items))?,
            Block::Steps(items) => writeln!(out, "<ol class=\"steps\">\n{}</ol>", list(items))?,
            Block::Table(table) if section.layout == Layout::TableFolded => {
                writeln!(out, "<details>\n<summary>The same as a table</summary>")?;
                write_table(out, table)?;
                writeln!(out, "</details>")?;
            }
            Block::Table(table) => write_table(out, table)?,
            // All of them where the first one is.
            Block::Chart(_) => {
                if let Some(charts) = charts.take() {
                    writeln!(out, "<div class=\"charts\">\n{charts}</div>")?;
                }
            }
        }
    }
    writeln!(out, "{}</section>", if beside { "</div>\n</div>\n" } else { "" })
}

fn list(items: &[Text]) -> String {
    items.iter().map(|item| format!("<li><span>{}</span></li>\n", escaped(item.as_str()))).collect()
}

fn write_table(out: &mut dyn Write, table: &Table) -> io::Result<()> {
    let right = |right: bool| if right { " class=\"right\"" } else { "" };
    let mut text = format!(
        "<div class=\"scroll\"><table>\n<caption>{}</caption>\n<thead><tr>",
        escaped(table.caption.as_str())
    );
    // Writing to memory cannot fail.
    for column in &table.columns {
        let _ = write!(text, "<th scope=\"col\"{}>{}</th>", right(column.right), column.title);
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        text.push_str("<tr>");
        for (n, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let (right, content) = (right(column.right), pill_or_text(cell));
            let _ = match n {
                0 => write!(text, "<th scope=\"row\"{right}>{content}</th>"),
                _ => write!(text, "<td{right}>{content}</td>"),
            };
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table></div>\n");
    if table.more > 0 {
        let more = crate::domain::money::count(table.more);
        let _ = writeln!(text, "<p class=\"more\">and {more} more</p>");
    }
    out.write_all(text.as_bytes())
}

fn pill_or_text(cell: &Cell) -> String {
    match cell.tone {
        Tone::Plain => escaped(cell.text.as_str()),
        _ => pill(cell),
    }
}

fn pill(cell: &Cell) -> String {
    /// A longer one may break.
    const LONG: usize = 24;
    let long = if cell.text.as_str().chars().count() > LONG { " long" } else { "" };
    let (class, text) = (class(cell.tone), escaped(cell.text.as_str()));
    format!("<span class=\"pill {class}{long}\">{text}</span>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            escaped("<img src='x' onerror=\"a&b\">"),
            "&lt;img src=&#39;x&#39; onerror=&quot;a&amp;b&quot;&gt;"
        );
    }
}
