//! The map of stages and segments: how much revenue is at risk in each, as a shaded cell with the
//! amount and the customers in it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Labels;
use crate::domain::money::{count, short_dollars};
use crate::domain::width::Width;
use crate::insight::portfolio::Grid;
use crate::insight::portfolio::tally::Count;
use crate::insight::words::stage as stage_name;
use crate::tui::widget::charts::{SHADES, greatest, shade, share};
use crate::tui::widget::text::{fit, left, right};
use crate::tui::widget::theme::Theme;

/// The most rows: the others are counted.
const MOST: usize = 12;
/// An amount in short.
const AMOUNT: usize = 6;

/// What of the map is selected; `None` is any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marked<'a> {
    pub stage: Option<Option<&'a str>>,
    pub segment: Option<&'a str>,
}

impl Marked<'_> {
    fn is(&self, stage: Option<&str>, segment: &str) -> bool {
        let any = self.stage.is_none() && self.segment.is_none();
        !any && self.stage.is_none_or(|marked| marked == stage)
            && self.segment.is_none_or(|marked| marked == segment)
    }
}

/// The map in lines of at most `width` columns, a blank on the left counted.
pub fn lines(
    grid: &Grid,
    marked: Marked<'_>,
    labels: &Labels,
    width: usize,
    theme: Theme,
) -> Vec<Line<'static>> {
    let name = |stage: &Option<_>| Span::raw(stage_name(labels, stage.as_deref())).width();
    let longest = grid.stages.iter().take(MOST).map(name).max().unwrap_or(0);
    let label = longest.clamp(6, 12);
    let customers = grid.cells.iter().map(|cell| count(cell.customers).len()).max().unwrap_or(1);
    // A sign, at least two columns of shade, amount and customers.
    let least = 1 + 2 + AMOUNT + 1 + customers;
    let room = width.saturating_sub(label + 1);
    let shown = (room / least).clamp(1, grid.segments.len().max(1));
    let shades = 2 + (room / shown).saturating_sub(least).min(6);
    let wide = least - 2 + shades;
    let scale = greatest(grid.cells.iter().map(|cell| cell.revenue.value()));

    let names = grid.segments.iter().take(shown);
    let names: String = names.map(|name| format!(" {}", left(name, wide - 1))).collect();
    let head = format!(" {}{names}", left("", label));
    let mut lines = vec![Line::from(Span::styled(head, theme.quiet()))];
    for (stage, cells) in grid.rows().take(MOST) {
        let mut spans = vec![Span::raw(format!(" {}", left(&stage_name(labels, stage), label)))];
        for (segment, cell) in grid.segments.iter().zip(cells).take(shown) {
            let sign = if marked.is(stage, segment) { "▸" } else { " " };
            spans.push(Span::raw(sign));
            if cell.customers == 0 {
                spans.push(Span::styled(left("·", wide - 1), theme.quiet()));
                continue;
            }
            let part = share(cell.revenue.value(), scale);
            spans.push(Span::styled(shaded(part, shades), theme.risk(part.sqrt())));
            let style = if sign == "▸" { theme.strong() } else { Style::new() };
            spans.push(Span::styled(amount_and_customers(cell, customers), style));
        }
        lines.push(Line::from(spans));
    }
    let (stages, segments) = (grid.stages.len(), grid.segments.len());
    let more =
        [(stages.saturating_sub(MOST), "stages"), (segments.saturating_sub(shown), "segments")];
    let more = more.iter().filter(|(left_off, _)| *left_off > 0);
    let more: Vec<String> = more.map(|(n, name)| format!("{} more {name}", count(*n))).collect();
    let mut legend = String::new();
    for (shade, up_to) in SHADES {
        legend.push_str(&format!(" {shade} to {}", short_dollars(up_to * scale)));
    }
    if !more.is_empty() {
        legend.push_str(&format!("; {}", more.join(", ")));
    }
    // What has no room is left out whole.
    let explained = format!("{legend}; customers beside it");
    let legend = if explained.width() <= width { explained } else { legend };
    lines.push(Line::from(Span::styled(fit(&legend, width), theme.quiet())));
    lines
}

fn shaded(share: f64, wide: usize) -> String {
    std::iter::repeat_n(shade(share), wide).collect()
}

/// The amount, and how many customers.
fn amount_and_customers(cell: &Count, customers: usize) -> String {
    let amount = short_dollars(cell.revenue.value());
    format!("{} {}", right(&amount, AMOUNT), right(&count(cell.customers), customers))
}
