//! A document as one page of HTML that needs nothing else: no script, no font, no network.

use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::document::{Block, CardText, Cell, Document, Layout, Section, Table, Text, Tile, Tone};
use super::style::STYLE;
use super::svg;
use crate::domain::money::count;

/// Characters of a pill from which on it may break.
const LONG_PILL: usize = 25;

/// Writes the page.
///
/// # Errors
/// What the writer reports.
pub fn write(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    let page = html! {
        (DOCTYPE) "\n"
        html lang="en" { "\n"
            head { "\n"
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { (document.title) ", " (document.subtitle) }
                style { (PreEscaped(STYLE)) }
            } "\n"
            body { "\n"
                (header(document))
                main {
                    @for (section, number) in document.sections.iter().zip(1..) {
                        (section_markup(section, number)) "\n"
                    }
                }
                footer { "Made by nextplay from " (document.subtitle) ". Money is in dollars." } "\n"
            } "\n"
        } "\n"
    };
    out.write_all(page.into_string().as_bytes())
}

fn header(document: &Document) -> Markup {
    html! {
        header {
            div class="head" { h1 { (document.title) } (pill(&document.verdict)) } "\n"
            p class="subtitle" { (document.subtitle) } "\n"
            p class="committed" { (document.committed) } "\n"
            @for warning in &document.warnings {
                p class="warning" { "⚠ " (warning) } "\n"
            }
            dl class="tiles" {
                @for tile in &document.tiles { (tile_markup(tile)) "\n" }
            }
        } "\n"
    }
}

fn tile_markup(tile: &Tile) -> Markup {
    html! {
        div class="tile" {
            dt { (tile.label) }
            dd class={ "figure " (class(tile.figure.tone)) } { (tile.figure.text) }
            dd class="note" { (tile.note) }
        }
    }
}

fn section_markup(section: &Section, number: usize) -> Markup {
    let half = (section.layout == Layout::Half).then_some("half");
    let charts = section.blocks.iter().filter_map(|block| match block {
        Block::Chart(chart) => svg::figure(chart),
        _ => None,
    });
    let charts: Vec<Markup> = charts.collect();
    let charts = html! { @for chart in &charts { (chart) "\n" } };
    let beside = section.layout == Layout::ChartsBeside && !charts.0.is_empty();
    html! {
        section class=[half] aria-labelledby={ "s" (number) } {
            h2 id={ "s" (number) } { (section.title) } "\n"
            @if beside {
                div class="beside" {
                    div { (charts) }
                    div { (blocks(section, html! {})) }
                }
            } @else {
                (blocks(section, charts))
            }
        }
    }
}

/// The blocks of a section, all charts where the first one is.
fn blocks(section: &Section, charts: Markup) -> Markup {
    let first = section.blocks.iter().position(|block| matches!(block, Block::Chart(_)));
    html! {
        @for (number, block) in section.blocks.iter().enumerate() {
            @match block {
                Block::Paragraph(text) => p { (text) },
                Block::List(items) => ul { (list(items)) },
                Block::Steps(items) => ol class="steps" { (list(items)) },
                Block::Table(table) if section.layout == Layout::TableFolded => details {
                    summary { "The same as a table" }
                    (table_markup(table, section))
                },
                Block::Table(table) => (table_markup(table, section)),
                Block::Cards(cards) => @for card in cards { (card_markup(card)) "\n" },
                Block::Chart(_) => @if Some(number) == first && !charts.0.is_empty() {
                    div class="charts" { (charts) }
                },
            }
            "\n"
        }
    }
}

fn list(items: &[Text]) -> Markup {
    html! { @for item in items { li { span { (item) } } "\n" } }
}

fn card_markup(card: &CardText) -> Markup {
    html! {
        article class="card" {
            h3 { (card.title) }
            p class="note" { (card.facts) }
            dl { @for (label, text) in &card.rows {
                dt { (label) } dd class=[(*label == "Caution").then_some("watch")] { (text) }
            }
            @if let Some(command) = &card.command { dt { "Effect" } dd { code { (command) } } } }
        }
    }
}

fn table_markup(table: &Table, section: &Section) -> Markup {
    let right = |right: bool| right.then_some("right");
    // Where it only repeats the title, it is for those who hear the page.
    let is_title = table.caption == Text::from(section.title);
    html! {
        div class="scroll" {
            table {
                caption class=[is_title.then_some("heard")] { (table.caption) }
                thead {
                    tr {
                        @for column in &table.columns {
                            th scope="col" class=[right(column.right)] { (column.title) }
                        }
                    }
                } "\n"
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (n, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                                @if n == 0 {
                                    th scope="row" class=[right(column.right)] { (pill_or_text(cell)) }
                                } @else {
                                    td class=[right(column.right)] { (pill_or_text(cell)) }
                                }
                            }
                        } "\n"
                    }
                }
            }
        }
        @if table.more > 0 {
            p class="more" { "and " (count(table.more)) " more" }
        }
    }
}

fn pill_or_text(cell: &Cell) -> Markup {
    match cell.tone {
        Tone::Plain => html! { (cell.text) },
        _ => pill(cell),
    }
}

fn pill(cell: &Cell) -> Markup {
    let is_long = cell.text.as_str().chars().count() >= LONG_PILL;
    html! {
        span class={ "pill " (class(cell.tone)) @if is_long { " long" } } { (cell.text) }
    }
}

/// Returns the class that a tone has in the page's style.
pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Watch => "watch",
        Tone::Bad => "bad",
    }
}
