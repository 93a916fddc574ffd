//! Text as it is searched: without case, accents and the form in which it is written, so that `lodz`
//! finds Łódź.

use std::borrow::Cow;

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
        let mut rest = self.letters.iter();
        let mut next = rest.next();
        if text.is_ascii() {
            for byte in text.bytes() {
                if next.is_some_and(|c| *c == char::from(byte.to_ascii_lowercase())) {
                    next = rest.next();
                }
            }
            return next.is_none();
        }
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

    proptest! {
        #[test]
        fn what_is_typed_on_finds_no_more(word in "[a-cŁé日]{0,3}", more in "[a-cŁé日]{0,3}", text in "\\PC{0,12}") {
            let longer = format!("{word}{more}");
            prop_assert!(searched(&longer).starts_with(&*searched(&word)));
            prop_assert!(!Letters::new(&longer).are_in(&text) || Letters::new(&word).are_in(&text));
            prop_assert!(Letters::new(&text).are_in(&text));
        }
    }
}
