//! Charts as drawings within the page. Their texts are those of the document; colors come from the
//! page's style, so that they follow its light and dark.

use std::fmt::Write as _;

use super::document::{Bar, Chart, Point, Shade, Text};
use super::html_text::{class, escaped};
use crate::domain::width::fit;

/// Width of a drawing beside another one, in units that are pixels on a full page.
const WIDTH: f64 = 480.0;
/// Width of one beside a table.
const NARROW: f64 = 400.0;
/// Width of one that stands alone.
const WIDE: f64 = 980.0;
const BAR: f64 = 26.0;
const GAP: f64 = 6.0;

/// The chart with its title; `None` where there is nothing to draw.
pub fn figure(chart: &Chart) -> Option<String> {
    let (title, drawing) = match chart {
        Chart::Bars { title, bars, wide } => (title, bars_drawing(bars, *wide)?),
        Chart::Heat { title, columns, rows } => (title, heat_drawing(columns, rows)?),
        Chart::Lines { title, points, target } => (title, lines_drawing(points, target.as_ref())?),
    };
    let title = escaped(title.as_str());
    let Drawing { width, height, content, value_text } = drawing;
    let value_text = escaped(&value_text);
    let wide = if width > WIDTH { " class=\"wide\"" } else { "" };
    Some(format!(
        "<figure{wide}><figcaption>{title}</figcaption>\n<svg viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{title}: {value_text}\">\n{content}</svg></figure>\n"
    ))
}

struct Drawing {
    width: f64,
    height: f64,
    content: String,
    /// The same in words.
    value_text: String,
}

/// A share of the largest amount, 0 to 1.
fn share(amount: f64, largest: f64) -> f64 {
    let share = if largest > 0.0 { amount / largest } else { 0.0 };
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 }
}

fn largest(amounts: impl Iterator<Item = f64>) -> f64 {
    amounts.filter(|amount| amount.is_finite()).fold(0.0, f64::max)
}

// Writing to memory cannot fail, so what it returns is let go in the functions below.

fn bars_drawing(bars: &[Bar], wide: bool) -> Option<Drawing> {
    const TOLD: f64 = 66.0;
    let (width, label, letters) = if wide { (WIDE, 240.0, 32) } else { (NARROW, 105.0, 14) };
    let most = largest(bars.iter().map(|bar| bar.amount));
    if bars.is_empty() {
        return None;
    }
    let room = width - label - TOLD;
    let mut content = String::new();
    for (n, bar) in bars.iter().enumerate() {
        let top = n as f64 * (BAR + GAP);
        let middle = top + BAR / 2.0 + 4.5;
        let long = (share(bar.amount, most) * room).max(2.0);
        let _ = writeln!(
            content,
            "<g><title>{}: {}</title><text x=\"0\" y=\"{middle:.1}\">{}</text>\
             <rect class=\"track\" x=\"{label}\" y=\"{top:.1}\" width=\"{room:.1}\" \
             height=\"{BAR}\" rx=\"4\"></rect><rect class=\"{}\" x=\"{label}\" y=\"{top:.1}\" \
             width=\"{long:.1}\" height=\"{BAR}\" rx=\"4\"></rect>\
             <text x=\"{width}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text></g>",
            escaped(bar.label.as_str()),
            escaped(bar.value_text.as_str()),
            escaped(&fit(bar.label.as_str(), letters)),
            class(bar.tone),
            escaped(bar.value_text.as_str()),
        );
    }
    let value_text: Vec<String> = bars
        .iter()
        .map(|bar| format!("{} {}", bar.label.as_str(), bar.value_text.as_str()))
        .collect();
    let height = bars.len() as f64 * (BAR + GAP) - GAP;
    Some(Drawing { width, height, content, value_text: value_text.join(", ") })
}

fn heat_drawing(columns: &[Text], rows: &[(Text, Vec<Shade>)]) -> Option<Drawing> {
    const LABEL: f64 = 130.0;
    const HEAD: f64 = 24.0;
    const CELL: f64 = 44.0;
    /// Text has to stay readable on the darkest shade.
    const DARKEST: f64 = 0.62;
    if columns.is_empty() || rows.is_empty() {
        return None;
    }
    let most = largest(rows.iter().flat_map(|(_, shades)| shades).map(|shade| shade.amount));
    let width = (WIDE - LABEL) / columns.len() as f64;
    let left = |n: usize| LABEL + n as f64 * width;
    let mut content = String::new();
    for (n, column) in columns.iter().enumerate() {
        let middle = left(n) + width / 2.0;
        let text = escaped(&fit(column.as_str(), (width / 8.0) as usize));
        let _ = writeln!(
            content,
            "<text class=\"soft\" x=\"{middle:.1}\" y=\"15\" text-anchor=\"middle\">{text}</text>"
        );
    }
    let mut value_text = Vec::new();
    for (row, (stage, shades)) in rows.iter().enumerate() {
        let top = HEAD + row as f64 * CELL;
        let _ = writeln!(
            content,
            "<text x=\"0\" y=\"{:.1}\">{}</text>",
            top + CELL / 2.0 + 4.0,
            escaped(&fit(stage.as_str(), 17))
        );
        for (n, (shade, column)) in shades.iter().zip(columns).enumerate() {
            let (x, middle) = (left(n), left(n) + width / 2.0);
            let opacity = share(shade.amount, most) * DARKEST;
            let (title, note) = (escaped(shade.value_text.as_str()), escaped(shade.note.as_str()));
            let _ = writeln!(
                content,
                "<rect class=\"track\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
                 rx=\"5\"></rect><rect class=\"heat\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" \
                 height=\"{:.1}\" rx=\"5\" fill-opacity=\"{opacity:.3}\"></rect>",
                x + 2.0,
                top + 2.0,
                width - 4.0,
                CELL - 4.0,
                x + 2.0,
                top + 2.0,
                width - 4.0,
                CELL - 4.0,
            );
            if shade.value_text.is_empty() {
                continue;
            }
            let _ = writeln!(
                content,
                "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-weight=\"600\">\
                 {title}</text><text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" \
                 font-size=\"11\">{note}</text>",
                top + 20.0,
                top + 35.0
            );
            value_text.push(format!(
                "{} {} {}",
                stage.as_str(),
                column.as_str(),
                shade.value_text.as_str()
            ));
        }
    }
    let height = HEAD + rows.len() as f64 * CELL;
    Some(Drawing { width: WIDE, height, content, value_text: value_text.join(", ") })
}

fn lines_drawing(points: &[Point], target: Option<&(f64, Text)>) -> Option<Drawing> {
    const HEIGHT: f64 = 170.0;
    const TOP: f64 = 26.0;
    const BOTTOM: f64 = 118.0;
    const LEFT: f64 = 14.0;
    const RIGHT: f64 = WIDTH - 14.0;
    let (first, last) = points.first().zip(points.last()).filter(|_| points.len() > 1)?;
    let amounts = || points.iter().map(|point| point.amount);
    if !amounts().all(f64::is_finite) {
        return None;
    }
    let (low, high) = amounts().fold((f64::MAX, f64::MIN), |(l, h), a| (l.min(a), h.max(a)));
    // A target far away would make the line flat; then only the text tells of it.
    let near = target.filter(|(at, _)| {
        let reach = (high - low).max(high.abs() * 0.1);
        (low - 3.0 * reach..=high + 3.0 * reach).contains(at)
    });
    let (low, high) = near.map_or((low, high), |(at, _)| (low.min(*at), high.max(*at)));
    let span = if high > low { high - low } else { 1.0 };
    let y = |amount: f64| BOTTOM - (amount - low) / span * (BOTTOM - TOP);
    let time = (last.at - first.at) as f64;
    let x = |n: usize, point: &Point| {
        let part = if time > 0.0 {
            (point.at - first.at) as f64 / time
        } else {
            n as f64 / (points.len() - 1) as f64
        };
        LEFT + part * (RIGHT - LEFT)
    };
    let places: Vec<(f64, f64)> =
        points.iter().enumerate().map(|(n, point)| (x(n, point), y(point.amount))).collect();
    let line: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let line = line.join(" ");
    let mut content = format!(
        "<line class=\"rule\" x1=\"0\" y1=\"{0}\" x2=\"{WIDTH}\" y2=\"{0}\"></line>\n\
         <polygon class=\"area\" points=\"{LEFT},{0} {line} {RIGHT},{0}\"></polygon>\n\
         <polyline class=\"trend\" points=\"{line}\"></polyline>\n",
        BOTTOM + 30.0
    );
    if let Some((at, text)) = near {
        let at = y(*at);
        let _ = writeln!(
            content,
            "<line class=\"target\" x1=\"0\" y1=\"{at:.1}\" x2=\"{WIDTH}\" y2=\"{at:.1}\"></line>\
             <text class=\"soft\" x=\"{WIDTH}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            at - 6.0,
            escaped(text.as_str())
        );
    }
    for (n, (point, (x, y))) in points.iter().zip(&places).enumerate() {
        let _ = writeln!(
            content,
            "<circle class=\"plain\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"><title>{}: {}</title>\
             </circle>",
            escaped(point.when.as_str()),
            escaped(point.value_text.as_str())
        );
        let (anchor, neighbour) = match n {
            0 => ("start", places.get(1)),
            n if n + 1 == points.len() => ("end", n.checked_sub(1).and_then(|n| places.get(n))),
            _ => continue,
        };
        // Where the line falls away steeply the text stands above it.
        let above = neighbour.is_some_and(|(_, other)| other - y > 22.0);
        let below = if n == 0 { 25.0 } else { 21.0 };
        let at = if n == 0 { 0.0 } else { WIDTH };
        let _ = writeln!(
            content,
            "<text x=\"{at}\" y=\"{:.1}\" text-anchor=\"{anchor}\" font-weight=\"600\" class=\"halo\">{}</text>\
             <text class=\"soft\" x=\"{at}\" y=\"{HEIGHT}\" text-anchor=\"{anchor}\">{}</text>",
            if above { y - 9.0 } else { y + below },
            escaped(point.value_text.as_str()),
            escaped(point.when.as_str())
        );
    }
    let value_text: Vec<String> = points
        .iter()
        .map(|point| format!("{} {}", point.when.as_str(), point.value_text.as_str()))
        .collect();
    Some(Drawing { width: WIDTH, height: HEIGHT + 4.0, content, value_text: value_text.join(", ") })
}
