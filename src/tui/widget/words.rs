//! Words that a list of few lines is narrowed to, and the same words marked in what is shown.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::letters::{fold, searched};

/// Words to be found in texts, without regard to case and accents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Words(Vec<Vec<char>>);

impl Words {
    /// Returns the words of a text, which blanks separate.
    pub fn new(text: &str) -> Self {
        Self::of(text.split_whitespace())
    }

    /// Returns these words.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words = words.into_iter().map(|word| searched(word).chars().collect::<Vec<char>>());
        Self(words.filter(|word| !word.is_empty()).collect())
    }

    /// True where everything matches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true where each word is in one of the texts.
    pub fn are_in(&self, texts: &[impl AsRef<str>]) -> bool {
        let texts: Vec<Vec<char>> =
            texts.iter().map(|text| searched(text.as_ref()).chars().collect()).collect();
        let is_in = |word: &Vec<char>| {
            texts.iter().any(|text| text.windows(word.len()).any(|part| part == word))
        };
        self.0.iter().all(is_in)
    }

    /// Returns a line in which every place with one of the words has a style.
    pub fn mark(&self, line: Line<'static>, style: Style) -> Line<'static> {
        if self.is_empty() {
            return line;
        }
        let spans = line.spans.into_iter().flat_map(|span| self.marked(span, style));
        Line { spans: spans.collect(), ..Line::default() }
    }

    fn marked(&self, span: Span<'static>, style: Style) -> Vec<Span<'static>> {
        let ranges = self.places(&span.content);
        if ranges.is_empty() {
            return vec![span];
        }
        let mut parts = Vec::with_capacity(2 * ranges.len() + 1);
        let mut done = 0;
        let mut push = |range: Range<usize>, style: Style| {
            let text = span.content.get(range).unwrap_or_default();
            if !text.is_empty() {
                parts.push(Span::styled(text.to_owned(), style));
            }
        };
        for range in ranges {
            push(done..range.start, span.style);
            push(range.clone(), span.style.patch(style));
            done = range.end;
        }
        push(done..span.content.len(), span.style);
        parts
    }

    /// The bytes of a text that are one of the words, in order and apart from each other.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut folded: Vec<(char, Range<usize>)> = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            fold(c, |folded_c| folded.push((folded_c, at..at + c.len_utf8())));
        }
        let of_word = |word: &Vec<char>| -> Vec<Range<usize>> {
            let is_here =
                |part: &&[(char, Range<usize>)]| part.iter().map(|(c, _)| c).eq(word.iter());
            let found = folded.windows(word.len()).filter(is_here);
            found.filter_map(|part| Some(part.first()?.1.start..part.last()?.1.end)).collect()
        };
        let mut all: Vec<Range<usize>> = self.0.iter().flat_map(of_word).collect();
        all.sort_by_key(|range| (range.start, range.end));
        let mut apart: Vec<Range<usize>> = Vec::new();
        for range in all {
            match apart.last_mut() {
                Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_to_be_in_one_of_the_texts() {
        let are_in = |words: &str| Words::new(words).are_in(&["Łódź Rescue", "support"]);
        for words in ["", "lodz", "RES sup", "  port "] {
            assert!(are_in(words), "{words}");
        }
        for words in ["rsc", "lodz renewal", "rescuesupport"] {
            assert!(!are_in(words), "{words}");
        }
    }

    #[test]
    fn words_are_marked_wherever_they_are_shown() {
        let style = Style::new().bold();
        let line = Line::from(vec![Span::raw("Łódź Rescue "), Span::raw("rescued")]);
        let marked = Words::new("odz resc").mark(line.clone(), style);
        let texts: Vec<&str> =
            marked.spans.iter().filter(|s| s.style == style).map(|s| &*s.content).collect();
        assert_eq!(texts, ["ódź", "Resc", "resc"]);
        assert_eq!(marked.to_string(), line.to_string());
        let overlapping = Words::of(["aab", "aba"]).mark(Line::from("xaabax"), style);
        assert_eq!(overlapping.spans[1].content, "aaba");
    }
}
