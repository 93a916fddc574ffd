//! Sentences in lines that fit.

use crate::domain::width::Width;

/// Width of text that no one set: what a manager's terminal has at least.
pub const PAGE: usize = 80;

/// Splits at spaces into lines of at most `width` columns; a word that is longer has a line of its
/// own. Always at least one line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// The text behind a label, later lines under the first: `label` is as wide as the indent.
pub fn hanging(label: &str, text: &str, width: usize) -> String {
    let indent = label.width();
    let lines = wrap(text, width.saturating_sub(indent));
    format!("{label}{}", lines.join(&format!("\n{}", " ".repeat(indent))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_long_words_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("日本 日本", 5), ["日本", "日本"]);
        assert_eq!(wrap("abcdefghij kl", 5), ["abcdefghij", "kl"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(hanging("x: ", "one two", 6), "x: one\n   two");
    }
}
