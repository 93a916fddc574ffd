//! Small charts of characters: pure functions from numbers to text. All of them can be read without
//! color, and each stands beside its numbers.

use super::text::{bar, fit, left, right};
use crate::domain::width::Width;

/// The shades of a map, each with the share of the greatest up to which it reaches. Their square roots
/// are a quarter apart: where one place has most of it all, the others still differ.
pub const SHADES: [(char, f64); 4] =
    [('░', 1.0 / 16.0), ('▒', 4.0 / 16.0), ('▓', 9.0 / 16.0), ('█', 1.0)];

/// How dark a cell is by its share of the greatest: nothing is blank, and whatever is more than
/// nothing is seen.
pub fn shade(share: f64) -> char {
    let shade = SHADES.iter().find(|(_, up_to)| share > 0.0 && share <= *up_to);
    shade.map_or(' ', |(shade, _)| *shade)
}

/// A number as a share of the greatest one, from 0 to 1; 0 where that is no comparison.
pub fn share(number: f64, greatest: f64) -> f64 {
    let share = number / greatest;
    if share.is_finite() && greatest > 0.0 { share.clamp(0.0, 1.0) } else { 0.0 }
}

/// The greatest of some numbers that can be drawn; 0 where there is none.
pub fn greatest(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().filter(|number| number.is_finite()).fold(0.0, f64::max)
}

/// A row of a bar chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What the bar is about.
    pub label: String,
    /// The number that the bar shows.
    pub number: f64,
    /// The number as it is read.
    pub amount: String,
    /// What else there is to say, where there is room.
    pub words: String,
    /// True for the row that is selected.
    pub selected: bool,
}

/// A row of a bar chart as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnBar {
    /// What the bar is about, in its column.
    pub label: String,
    /// The amount and the bar.
    pub bar: String,
    /// What else there is to say.
    pub words: String,
    /// True for the row that is selected.
    pub selected: bool,
}

/// Bars on one scale under each other, in `width` columns.
pub fn bars(rows: &[Bar], width: usize) -> Vec<DrawnBar> {
    let longest = |text: &dyn Fn(&Bar) -> usize| rows.iter().map(text).max().unwrap_or(0);
    let amount = longest(&|row| row.amount.width());
    let words = longest(&|row| row.words.width()).min(width / 2);
    let label = longest(&|row| row.label.width()).clamp(6, (width * 2 / 5).max(6));
    let taken = 2 + label + 1 + amount + 1 + 2 + words;
    let room = width.saturating_sub(taken).clamp(4, 40);
    let scale = greatest(rows.iter().map(|row| row.number));
    let draw = |row: &Bar| DrawnBar {
        label: format!("{} {}", if row.selected { "▸" } else { " " }, left(&row.label, label)),
        bar: format!("{} {} ", right(&row.amount, amount), bar(share(row.number, scale), room)),
        words: fit(&row.words, width.saturating_sub(taken - words + room).max(words)),
        selected: row.selected,
    };
    rows.iter().map(draw).collect()
}

/// A number against the bound it is held against: a bar with a mark at the bound.
pub fn gauge(number: f64, bound: f64, width: usize) -> String {
    // The greater of them is not quite at the end, so that the mark and what is beyond are seen.
    let scale = greatest([number, bound]) / 0.9;
    let at = |x: f64| (share(x, scale) * width as f64).round() as usize;
    let (filled, mark) = (at(number), at(bound).min(width.saturating_sub(1)));
    let cell = |column| match column {
        column if column == mark => '┃',
        column if column < filled => '█',
        _ => '░',
    };
    (0..width).map(cell).collect()
}

/// An interval on an axis from 0 to 1, with marks on it: `  ├──●──┤  `. Of marks in one place the last is drawn.
pub fn interval((low, high): (f64, f64), marks: &[(f64, char)], width: usize) -> String {
    let at = |x: f64| (share(x, 1.0) * width.saturating_sub(1) as f64).round() as usize;
    let (low, high) = (at(low), at(high));
    let mark = |column| marks.iter().rev().find(|(x, _)| at(*x) == column).map(|(_, mark)| *mark);
    let line = |column| match column {
        column if column == low => '├',
        column if column == high => '┤',
        column if low < column && column < high => '─',
        _ => ' ',
    };
    (0..width).map(|column| mark(column).unwrap_or_else(|| line(column))).collect()
}

/// Numbers over time in one line of at most `width` columns: the lowest is the lowest block, whatever
/// its distance from nothing. Where there are too many, the latest.
pub fn spark(numbers: &[f64], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let shown = numbers.get(numbers.len().saturating_sub(width)..).unwrap_or_default();
    let (low, high) = range(shown);
    let block = |number: &f64| {
        // Without any difference all are in the middle.
        let share = if high > low { share(number - low, high - low) } else { 0.4 };
        BLOCKS.get((share * 7.0).round() as usize).copied().unwrap_or(' ')
    };
    shown.iter().map(block).collect()
}

/// The lowest and the highest of the numbers that can be drawn.
fn range(numbers: &[f64]) -> (f64, f64) {
    let finite = || numbers.iter().copied().filter(|number| number.is_finite());
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
        (low.min(number), high.max(number))
    });
    if low <= high { (low, high) } else { (0.0, 0.0) }
}

/// A line from one number to the next, in braille dots: `height` rows of `width` columns. The rows
/// reach from the lowest number to the highest.
pub fn line(numbers: &[f64], width: usize, height: usize) -> Vec<String> {
    let (dots_across, dots_down) = (width * 2, height * 4);
    let mut canvas = vec![0_u8; width * height];
    let numbers: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
    let (low, high) = range(&numbers);
    let last_row = dots_down.saturating_sub(1) as f64;
    let row_of = |number: f64| {
        let share = if high > low { share(number - low, high - low) } else { 0.5 };
        ((1.0 - share) * last_row).round() as usize
    };
    let mut before = None;
    for x in 0..dots_across {
        let Some(number) = at(&numbers, x as f64 / (dots_across.max(2) - 1) as f64) else { break };
        let y = row_of(number);
        // A steep line has no gaps.
        let from = before.unwrap_or(y);
        for y in from.min(y)..=from.max(y) {
            if let Some(cell) = canvas.get_mut(y / 4 * width + x / 2) {
                *cell |= dot(x % 2, y % 4);
            }
        }
        before = Some(y);
    }
    let text = |row: &[u8]| row.iter().map(|dots| braille(*dots)).collect();
    canvas.chunks(width.max(1)).map(text).collect()
}

/// The number at a share of the way from the first to the last one.
fn at(numbers: &[f64], share: f64) -> Option<f64> {
    let place = share * numbers.len().saturating_sub(1) as f64;
    let number = numbers.get(place.floor() as usize)?;
    let next = numbers.get(place.ceil() as usize).unwrap_or(number);
    Some(number + (next - number) * place.fract())
}

/// The bit of a dot in the cell of a braille character.
fn dot(across: usize, down: usize) -> u8 {
    match (across, down) {
        (0, 3) => 0x40,
        (_, 3) => 0x80,
        (0, down) => 1 << down,
        (_, down) => 8 << down,
    }
}

fn braille(dots: u8) -> char {
    match dots {
        0 => ' ',
        dots => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_darker_the_more_is_in_it() {
        let shades: String =
            [0.0, 0.001, 0.1, 0.25, 0.3, 0.6, 1.0].into_iter().map(shade).collect();
        assert_eq!(shades, " ░▒▒▓██");
        assert_eq!(shade(f64::NAN), ' ');
    }

    #[test]
    fn what_cannot_be_compared_has_no_share() {
        assert_eq!(share(1.0, 4.0), 0.25);
        for (number, greatest) in [(1.0, 0.0), (0.0, 0.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0)] {
            assert_eq!(share(number, greatest), 0.0, "{number} of {greatest}");
        }
        assert_eq!(share(-3.0, 4.0), 0.0);
        assert_eq!(greatest([f64::INFINITY, 2.0, -1.0, f64::NAN]), 2.0);
    }

    #[test]
    fn bars_share_one_scale_and_line_up() {
        let row = |label: &str, number: f64, amount: &str| Bar {
            label: label.into(),
            number,
            amount: amount.into(),
            words: String::new(),
            selected: number == 2.0,
        };
        let drawn = bars(&[row("a", 4.0, "$4"), row("a long one", 2.0, "$2.50")], 40);
        let text: Vec<String> = drawn.iter().map(|d| format!("{}|{}", d.label, d.bar)).collect();
        assert_eq!(
            text,
            ["  a         |   $4 ███████████████████ ", "▸ a long one|$2.50 █████████▌          "]
        );
        assert!(bars(&[], 40).is_empty());
        let tight = bars(&[row("a", 4.0, "$4")], 3);
        assert_eq!(tight.len(), 1);
    }

    #[test]
    fn a_gauge_marks_the_bound() {
        assert_eq!(gauge(45.0, 90.0, 10), "█████░░░░┃");
        assert_eq!(gauge(90.0, 45.0, 10), "█████┃███░");
        assert_eq!(gauge(0.0, 0.0, 4), "┃░░░");
        assert_eq!(gauge(f64::NAN, 1.0, 4), "░░░┃");
        assert_eq!(gauge(1.0, 1.0, 0), "");
    }

    #[test]
    fn an_interval_stands_on_its_axis_with_its_marks() {
        assert_eq!(interval((0.2, 0.8), &[(0.5, '●')], 11), "  ├──●──┤  ");
        assert_eq!(interval((0.0, 1.0), &[(0.5, '○'), (0.5, '●'), (1.0, '○')], 5), "├─●─○");
        assert_eq!(interval((0.5, 0.5), &[], 3), " ├ ");
        assert_eq!(interval((f64::NAN, 2.0), &[], 3), "├─┤");
        assert_eq!(interval((0.0, 1.0), &[(0.5, '●')], 0), "");
    }

    #[test]
    fn sparks_go_from_the_lowest_to_the_highest() {
        assert_eq!(spark(&[32.0, 31.0, 30.0, 29.0], 8), "█▆▃▁");
        assert_eq!(spark(&[1.0, 2.0, 3.0], 2), "▁█");
        assert_eq!(spark(&[5.0, 5.0], 8), "▄▄");
        assert_eq!(spark(&[], 8), "");
    }

    #[test]
    fn a_line_has_no_gaps_and_ends_where_the_numbers_do() {
        assert_eq!(line(&[0.0, 1.0], 4, 2), ["  ⣠⠞", "⣠⠞⠁ "]);
        assert_eq!(line(&[1.0, 1.0], 2, 1), ["⠤⠤"]);
        assert_eq!(line(&[3.0], 2, 1), ["⠤⠤"]);
        assert_eq!(line(&[], 2, 1), ["  "]);
        assert!(line(&[1.0, 2.0], 0, 2).is_empty());
    }
}
