//! Text cut, padded and broken to a width in columns.

use std::borrow::Cow;

use crate::domain::text::escape_controls;
use crate::domain::width::{self, Width, first_chars};

pub use crate::domain::width::fit;

/// So many characters of a text are shown in full; of a longer one its beginning.
const LONGEST: usize = 4_000;

/// As [`fit`], filled up with blanks on the right.
pub fn left(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let blanks = width.saturating_sub(text.width());
    format!("{text}{:blanks$}", "")
}

/// As [`fit`], filled up with blanks on the left.
pub fn right(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let blanks = width.saturating_sub(text.width());
    format!("{:blanks$}{text}", "")
}

/// Returns text from a data file, escaped, and cut where it is longer than any screen.
pub fn shown(text: &str) -> Cow<'_, str> {
    match first_chars(text, LONGEST) {
        (all, false) => escape_controls(all),
        (beginning, true) => Cow::Owned(format!("{}…", escape_controls(beginning))),
    }
}

/// Breaks text from a data file into lines of at most `width` columns, between words where that is
/// possible.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    width::wrap(&shown(text), width)
}

/// A bar of `width` columns, filled to a share from 0 to 1 in eighths of a column.
pub fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let (full, part) = (eighths / 8, eighths % 8);
    let mut bar = "█".repeat(full);
    bar.push_str(EIGHTHS.get(part).copied().unwrap_or_default());
    let blanks = width.saturating_sub(bar.width());
    format!("{bar}{:blanks$}", "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn text_is_filled_up_to_its_column() {
        assert_eq!(left("日本", 5), "日本 ");
        assert_eq!(right("x", 3), "  x");
    }

    #[test]
    fn a_text_of_any_length_has_few_lines() {
        let long = "x".repeat(1 << 20);
        assert_eq!(wrap(&long, 40).len(), LONGEST / 40 + 1);
    }

    proptest! {
        /// The buffer of the screen draws as many columns as were counted.
        #[test]
        fn widths_are_those_of_the_screen(text in "[\\PC]{0,12}|[\u{600}-\u{6ff}\u{200d}\u{fe0f}☎👩💻🇩🇪ﾞ]{0,8}") {
            let text = escape_controls(&text);
            let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 1));
            let (end, _) = buffer.set_stringn(0, 0, &text, 60, Style::new());
            prop_assert_eq!(usize::from(end), text.width());
        }
    }

    #[test]
    fn bars_fill_in_eighths() {
        assert_eq!(bar(0.0, 4), "    ");
        assert_eq!(bar(1.0, 4), "████");
        assert_eq!(bar(0.5, 4), "██  ");
        assert_eq!(bar(0.97, 4), "███▉");
        assert_eq!(bar(7.0, 2), "██");
    }
}
