//! Text as it is searched: without case, accents and the form in which it is written, so that `lodz`
//! finds Łódź.

use std::borrow::Cow;
use std::ops::Range;

use deunicode::deunicode_char;
use unicode_normalization::char::decompose_compatible;

use super::text::is_invisible;

/// The text as it is searched. Letter by letter: the beginning of a text folds to the beginning of what
/// the text folds to. Borrowed where nothing changes.
pub fn searched(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold(c, |c| folded.push(c));
    }
    Cow::Owned(folded)
}

/// Gives what a character is searched as: nothing for an accent, more than one letter for some.
pub fn fold(c: char, mut give: impl FnMut(char)) {
    match c {
        _ if c.is_ascii() => give(c.to_ascii_lowercase()),
        // Letters of the Latin script with their accents, also those that are no accents (ł, ø, ß).
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => match deunicode_char(c) {
            Some(plain) => plain.chars().for_each(|c| give(c.to_ascii_lowercase())),
            None => give(c),
        },
        _ => decompose_compatible(c, |c| match c {
            // Accents; a letter with a sound mark is another letter.
            '\u{300}'..='\u{36f}' => {}
            c if is_invisible(c) => {}
            c if c.is_ascii() => give(c.to_ascii_lowercase()),
            c => c.to_lowercase().for_each(&mut give),
        }),
    }
}

/// How the letters of a word are found in a text, the best way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// They begin a word of the text.
    Begins,
    /// They stand together within a word.
    Within,
    /// Other letters stand between them.
    Gaps,
}

/// Letters to be found in a text in their order, with anything between them.
#[derive(Debug, Clone)]
pub struct Letters {
    /// As they are searched.
    letters: Vec<char>,
}

impl Letters {
    /// Returns the letters of a word to search for.
    pub fn new(word: &str) -> Self {
        Self { letters: searched(word).chars().collect() }
    }

    /// Returns true where a text contains them.
    pub fn are_in(&self, text: &str) -> bool {
        if text.is_ascii() {
            let mut letters = text.bytes().map(|byte| char::from(byte.to_ascii_lowercase()));
            return self.letters.iter().all(|wanted| letters.any(|c| c == *wanted));
        }
        let mut rest = self.letters.iter();
        let mut next = rest.next();
        for c in text.chars() {
            fold(c, |c| {
                if next == Some(&c) {
                    next = rest.next();
                }
            });
            if next.is_none() {
                return true;
            }
        }
        next.is_none()
    }

    /// Returns how a text contains them, at best; `None` where it does not.
    pub fn fit(&self, text: &str) -> Option<Fit> {
        if !self.are_in(text) {
            return None;
        }
        if text.is_ascii() {
            let folded = |byte: &u8| char::from(byte.to_ascii_lowercase());
            return Some(self.together(text.as_bytes(), folded).1);
        }
        let mut folded = Vec::with_capacity(text.len());
        text.chars().for_each(|c| fold(c, |c| folded.push(c)));
        Some(self.together(&folded, |c| *c).1)
    }

    /// Returns how a text contains them, at best, and the bytes of the text that are these letters.
    pub fn find(&self, text: &str) -> Option<(Fit, Vec<Range<usize>>)> {
        let mut folded: Vec<(char, Range<usize>)> = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let (before, end) = (folded.len(), at + c.len_utf8());
            fold(c, |folded_c| folded.push((folded_c, at..end)));
            // An accent is a part of the letter before it.
            if folded.len() == before
                && let Some((_, letter)) = folded.last_mut()
            {
                letter.end = end;
            }
        }
        if !self.are_in(text) {
            return None;
        }
        let (from, fit) = self.together(&folded, |(c, _)| *c);
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut letters = self.letters.iter().peekable();
        for (c, range) in folded.into_iter().skip(from) {
            if letters.next_if(|letter| **letter == c).is_none() {
                continue;
            }
            match ranges.last_mut() {
                Some(last) if last.end >= range.start => last.end = range.end,
                _ => ranges.push(range),
            }
        }
        Some((fit, ranges))
    }

    /// The best place where the letters stand together, and how they do; the beginning where they
    /// have gaps.
    fn together<T>(&self, text: &[T], folded: impl Fn(&T) -> char) -> (usize, Fit) {
        let Some(first) = self.letters.first() else { return (0, Fit::Begins) };
        let mut within = None;
        let mut in_word = false;
        for (at, item) in text.iter().enumerate() {
            let c = folded(item);
            let is_here = || {
                let here = text.iter().skip(at).map(&folded).take(self.letters.len());
                here.eq(self.letters.iter().copied())
            };
            if c == *first && (!in_word || within.is_none()) && is_here() {
                if !in_word {
                    return (at, Fit::Begins);
                }
                within = Some(at);
            }
            in_word = c.is_alphanumeric();
        }
        within.map_or((0, Fit::Gaps), |at| (at, Fit::Within))
    }
}

/// Returns ranges of a text in order, those that touch or overlap as one.
pub fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    ranges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("lodz", "Łódź Logistics")]
    #[case("ŁÓDŹ", "lodz")]
    #[case("rio", "Ri\u{301}o")]
    #[case("r\u{ed}o", "Ri\u{301}o")]
    #[case("Ri\u{301}o", "R\u{ed}o")]
    #[case("strasse", "Straße")]
    #[case("istanbul", "İstanbul")]
    #[case("c1", "Ｃ１")]
    #[case("brl", "Borealis")]
    #[case("\u{438}\u{438}", "Йй")]
    #[case("東京", "東京都")]
    #[case("ｶﾞ", "ガ")]
    #[case("ab", "a\u{200b}b")]
    #[case("", "x")]
    fn letters_are_found_without_case_and_accents(#[case] word: &str, #[case] text: &str) {
        assert!(Letters::new(word).are_in(text));
    }

    #[rstest]
    #[case("lrb", "Borealis")]
    #[case("aa", "a")]
    #[case("都東", "東京都")]
    fn other_letters_are_not(#[case] word: &str, #[case] text: &str) {
        assert!(!Letters::new(word).are_in(text));
    }

    #[rstest]
    #[case("ac", "Acme Tools", Some(Fit::Begins), "[Ac]me Tools")]
    #[case("tool", "Acme Tools", Some(Fit::Begins), "Acme [Tool]s")]
    #[case("ool", "Acme Tools", Some(Fit::Within), "Acme T[ool]s")]
    #[case("to", "Photo-Tools", Some(Fit::Begins), "Photo-[To]ols")]
    #[case("at", "Acme Tools", Some(Fit::Gaps), "[A]cme [T]ools")]
    #[case("lodz", "Łódź Logistics", Some(Fit::Begins), "[Łódź] Logistics")]
    #[case("rio", "Taller Ri\u{301}o", Some(Fit::Begins), "Taller [Ri\u{301}o]")]
    #[case("ss", "Straße", Some(Fit::Within), "Stra[ß]e")]
    #[case("物流", "さくら物流", Some(Fit::Within), "さくら[物流]")]
    #[case("x", "Acme", None, "")]
    fn letters_fit_best_at_the_beginning_of_a_word(
        #[case] word: &str,
        #[case] text: &str,
        #[case] fit: Option<Fit>,
        #[case] marked: &str,
    ) {
        let letters = Letters::new(word);
        assert_eq!(letters.fit(text), fit);
        let Some((found, ranges)) = letters.find(text) else { return assert_eq!(fit, None) };
        assert_eq!(Some(found), fit);
        let mut shown = text.to_owned();
        for range in ranges.into_iter().rev() {
            shown.insert(range.end, ']');
            shown.insert(range.start, '[');
        }
        assert_eq!(shown, marked);
    }

    proptest! {
        #[test]
        fn what_is_typed_on_finds_no_more(word in "[a-cŁé日]{0,3}", more in "[a-cŁé日]{0,3}", text in "\\PC{0,12}") {
            let longer = format!("{word}{more}");
            prop_assert!(searched(&longer).starts_with(&*searched(&word)));
            prop_assert!(!Letters::new(&longer).are_in(&text) || Letters::new(&word).are_in(&text));
            prop_assert!(Letters::new(&text).are_in(&text));
            let letters = Letters::new(&word);
            prop_assert_eq!(letters.fit(&text).is_some(), letters.are_in(&text));
            prop_assert_eq!(letters.fit(&text), letters.find(&text).map(|(fit, _)| fit));
        }
    }
}
