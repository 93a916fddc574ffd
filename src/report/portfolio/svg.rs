//! Charts as drawings within the page. Their texts are those of the document; colors come from the
//! page's style, so that they follow its light and dark.

use maud::{Markup, html};

use super::document::{Bar, Chart, Point, Shade, Text};
use super::html::class;
use crate::domain::width::fit;

/// Width of a drawing beside another one, in units that are pixels on a full page.
const WIDTH: f64 = 480.0;
/// Width of one beside a table.
const NARROW: f64 = 400.0;
/// Width of one that stands alone.
const WIDE: f64 = 980.0;
const BAR: f64 = 26.0;
const GAP: f64 = 6.0;

/// Returns the chart with its title; `None` where there is nothing to draw.
pub fn figure(chart: &Chart) -> Option<Markup> {
    let (title, drawing) = match chart {
        Chart::Bars { title, bars, wide } => (title, bars_drawing(bars, *wide)?),
        Chart::Heat { title, columns, rows } => (title, heat_drawing(columns, rows)?),
        Chart::Lines { title, points, target } => (title, lines_drawing(points, target.as_ref())?),
    };
    let Drawing { width, height, content, alternative } = drawing;
    let wide = (width > WIDTH).then_some("wide");
    Some(html! {
        figure class=[wide] {
            figcaption { (title) } "\n"
            svg viewBox=(format_args!("0 0 {width} {height}")) role="img"
                aria-label={ (title) ": " (alternative) } { "\n" (content) }
        }
    })
}

struct Drawing {
    width: f64,
    height: f64,
    content: Markup,
    /// The same as text, for who cannot see it.
    alternative: String,
}

/// A share of the largest amount, 0 to 1.
fn share(amount: f64, largest: f64) -> f64 {
    let share = if largest > 0.0 { amount / largest } else { 0.0 };
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 }
}

fn largest(amounts: impl Iterator<Item = f64>) -> f64 {
    amounts.filter(|amount| amount.is_finite()).fold(0.0, f64::max)
}

/// Returns a coordinate with one decimal.
fn at(x: f64) -> String {
    format!("{x:.1}")
}

fn bars_drawing(bars: &[Bar], wide: bool) -> Option<Drawing> {
    const TOLD: f64 = 66.0;
    let (width, label, letters) = if wide { (WIDE, 240.0, 32) } else { (NARROW, 105.0, 14) };
    let most = largest(bars.iter().map(|bar| bar.amount));
    if bars.is_empty() {
        return None;
    }
    let room = width - label - TOLD;
    let content = html! {
        @for (n, bar) in bars.iter().enumerate() {
            @let top = n as f64 * (BAR + GAP);
            @let middle = top + BAR / 2.0 + 4.5;
            @let long = (share(bar.amount, most) * room).max(2.0);
            g {
                title { (bar.label) ": " (bar.value_text) }
                text x="0" y=(at(middle)) { (fit(bar.label.as_str(), letters)) }
                rect class="track" x=(label) y=(at(top)) width=(at(room)) height=(BAR) rx="4" {}
                rect class=(class(bar.tone)) x=(label) y=(at(top)) width=(at(long)) height=(BAR) rx="4" {}
                text x=(width) y=(at(middle)) text-anchor="end" { (bar.value_text) }
            } "\n"
        }
    };
    let alternative =
        bars.iter().map(|bar| format!("{} {}", bar.label.as_str(), bar.value_text.as_str()));
    let alternative = alternative.collect::<Vec<_>>().join(", ");
    let height = bars.len() as f64 * (BAR + GAP) - GAP;
    Some(Drawing { width, height, content, alternative })
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
    let is_filled = |shade: &Shade| !shade.value_text.is_empty();
    let content = html! {
        @for (n, column) in columns.iter().enumerate() {
            text class="soft" x=(at(left(n) + width / 2.0)) y="15" text-anchor="middle" {
                (fit(column.as_str(), (width / 8.0) as usize))
            } "\n"
        }
        @for (row, (stage, shades)) in rows.iter().enumerate() {
            @let top = HEAD + row as f64 * CELL;
            text x="0" y=(at(top + CELL / 2.0 + 4.0)) { (fit(stage.as_str(), 17)) } "\n"
            @for (n, shade) in shades.iter().take(columns.len()).enumerate() {
                @let (x, y) = (at(left(n) + 2.0), at(top + 2.0));
                @let (wide, high) = (at(width - 4.0), at(CELL - 4.0));
                @let middle = at(left(n) + width / 2.0);
                @let opacity = format!("{:.3}", share(shade.amount, most) * DARKEST);
                rect class="track" x=(x) y=(y) width=(wide) height=(high) rx="5" {}
                rect class="heat" x=(x) y=(y) width=(wide) height=(high) rx="5" fill-opacity=(opacity) {}
                @if is_filled(shade) {
                    text x=(middle) y=(at(top + 20.0)) text-anchor="middle" font-weight="600" {
                        (shade.value_text)
                    }
                    text x=(middle) y=(at(top + 35.0)) text-anchor="middle" font-size="11" {
                        (shade.note)
                    }
                } "\n"
            }
        }
    };
    let filled = rows.iter().flat_map(|(stage, shades)| {
        let shades = shades.iter().zip(columns).filter(|(shade, _)| is_filled(shade));
        shades.map(|(shade, column)| {
            format!("{} {} {}", stage.as_str(), column.as_str(), shade.value_text.as_str())
        })
    });
    let alternative = filled.collect::<Vec<_>>().join(", ");
    let height = HEAD + rows.len() as f64 * CELL;
    Some(Drawing { width: WIDE, height, content, alternative })
}

/// Height of a chart of lines, without its margin.
const HEIGHT: f64 = 170.0;

fn lines_drawing(points: &[Point], target: Option<&(f64, Text)>) -> Option<Drawing> {
    const TOP: f64 = 26.0;
    const BOTTOM: f64 = 148.0;
    const LEFT: f64 = 14.0;
    const RIGHT: f64 = WIDTH - 14.0;
    let (first, last) = points.first().zip(points.last()).filter(|_| points.len() > 1)?;
    let amounts = || points.iter().map(|point| point.amount);
    if !amounts().all(f64::is_finite) {
        return None;
    }
    // From zero, so that a height is an amount.
    let (low, high) = amounts().fold((0.0_f64, 0.0_f64), |(l, h), a| (l.min(a), h.max(a)));
    // A target far away would make the line flat; then only the text tells of it.
    let near = target.filter(|(at, _)| (low..=3.0 * high).contains(at));
    let high = near.map_or(high, |(at, _)| high.max(*at));
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
    let below = y(0.0);
    let near = near.map(|(target, text)| (y(*target), text));
    let content = html! {
        line class="rule" x1="0" y1=(at(below)) x2=(WIDTH) y2=(at(below)) {}
        text class="soft" x=(WIDTH / 2.0) y=(HEIGHT) text-anchor="middle" { "axis starts at 0" } "\n"
        polygon class="area" points=(format_args!("{LEFT},{below} {line} {RIGHT},{below}")) {} "\n"
        polyline class="trend" points=(line) {} "\n"
        @if let Some((y, text)) = near {
            line class="target" x1="0" y1=(at(y)) x2=(WIDTH) y2=(at(y)) {}
            text class="soft" x=(WIDTH) y=(at(y - 6.0)) text-anchor="end" { (text) } "\n"
        }
        @for (n, (point, place)) in points.iter().zip(&places).enumerate() {
            circle class="plain" cx=(at(place.0)) cy=(at(place.1)) r="3.5" {
                title { (point.when) ": " (point.value_text) }
            } "\n"
            @if n == 0 {
                (end_label(point, place.1, places.get(1), "start", 0.0, 25.0))
            } @else if n + 1 == points.len() {
                (end_label(point, place.1, places.get(n - 1), "end", WIDTH, 21.0))
            }
        }
    };
    let alternative =
        points.iter().map(|point| format!("{} {}", point.when.as_str(), point.value_text.as_str()));
    let alternative = alternative.collect::<Vec<_>>().join(", ");
    Some(Drawing { width: WIDTH, height: HEIGHT + 4.0, content, alternative })
}

/// The amount and the date of the first or the last point, whose height is `y`; `below` is how far under
/// the point the amount stands.
fn end_label(
    point: &Point,
    y: f64,
    neighbor: Option<&(f64, f64)>,
    anchor: &str,
    x: f64,
    below: f64,
) -> Markup {
    // Where the line falls away steeply the text stands above it.
    let above = neighbor.is_some_and(|(_, other)| other - y > 22.0);
    let amount_at = if above { y - 9.0 } else { y + below };
    html! {
        text x=(x) y=(at(amount_at)) text-anchor=(anchor) font-weight="600" class="halo" {
            (point.value_text)
        }
        text class="soft" x=(x) y=(HEIGHT) text-anchor=(anchor) { (point.when) } "\n"
    }
}
