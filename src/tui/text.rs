//! Text cut, padded and broken to a width in columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::domain::text::harmless;

/// Text from a data file, harmless and at most `width` columns wide; what is cut ends in `…`.
pub fn fit(text: &str, width: usize) -> String {
    let text = harmless(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide >= width {
            break;
        }
        used += wide;
        cut.push(c);
    }
    if width > 0 {
        cut.push('…');
    }
    cut
}

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

/// Breaks harmless text into lines of at most `width` columns, between words where that is possible.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let text = harmless(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let mut word = word.to_owned();
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        // A word longer than a line is broken where the line ends.
        while word.width() > width {
            let mut used = 0;
            // A character wider than a line stands alone in it.
            let at = word
                .char_indices()
                .find(|(_, c)| {
                    used += c.width().unwrap_or(0);
                    used > width
                })
                .map_or(word.len(), |(at, c)| if at == 0 { c.len_utf8() } else { at });
            let rest = word.split_off(at);
            lines.push(std::mem::replace(&mut word, rest));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
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
    use super::*;

    #[test]
    fn text_is_cut_by_columns_not_characters() {
        assert_eq!(fit("Acme", 4), "Acme");
        assert_eq!(fit("Acme Ltd", 5), "Acme…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(left("日本", 5), "日本 ");
        assert_eq!(right("x", 3), "  x");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit("a\u{1b}[2Jb", 9), "a␛[2Jb");
    }

    #[test]
    fn lines_break_between_words_and_never_lose_text() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("日本語", 1).concat(), "日本語");
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
