//! Texts that differ only in their form: case, white space, normal form, invisible characters, letters
//! that look alike. They compare as different; this says what differs.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_security::confusable_detection::skeleton;

use super::text::is_invisible;

/// A way in which two texts can differ without looking different, from the plainest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Composed (NFC) or decomposed (NFD).
    Normal,
    /// White space at the ends, of another kind, or repeated.
    Space,
    Invisible,
    /// Full-width and other compatibility characters.
    Width,
    Case,
    /// Letters of another script that look alike.
    LookAlike,
}

const FORMS: [Form; 6] =
    [Form::Normal, Form::Space, Form::Invisible, Form::Width, Form::Case, Form::LookAlike];

impl Form {
    /// The text without what differs in this form.
    fn unified(self, text: &str) -> String {
        match self {
            Self::Normal => text.nfc().collect(),
            Self::Space => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::Invisible => text.chars().filter(|c| !is_invisible(*c)).collect(),
            Self::Width => text.nfkc().collect(),
            // Upper case first: ß and ss, ς and σ are one.
            Self::Case => {
                text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
            }
            Self::LookAlike => skeleton(text).collect(),
        }
    }

    /// What of this form `known` has that `given` has not, as a phrase.
    fn phrase(self, given: &str, known: &str) -> String {
        match self {
            Self::Normal if is_nfc(known) => "differs in Unicode form: NFC".to_owned(),
            Self::Normal => "differs in Unicode form: not NFC".to_owned(),
            Self::Space => space_phrase(given, known),
            Self::Invisible => match code_points(known, given, is_invisible) {
                Some(codes) => format!("with invisible {codes}"),
                None => {
                    let codes = code_points(given, known, is_invisible).unwrap_or_default();
                    format!("without invisible {codes}")
                }
            },
            Self::Width => "differs in full-width or compatibility characters".to_owned(),
            Self::Case => "differs in upper and lower case".to_owned(),
            Self::LookAlike => match code_points(known, given, |c| !c.is_ascii()) {
                Some(codes) => format!("with look-alike {codes}"),
                None => "differs in look-alike letters".to_owned(),
            },
        }
    }
}

fn space_phrase(given: &str, known: &str) -> String {
    let trailing = |text: &str| text.len() - text.trim_end().len();
    let leading = |text: &str| text.len() - text.trim_start().len();
    let side = |name: &str, given: usize, known: usize| {
        (given != known).then(|| match known {
            0 => format!("no {name} space"),
            _ => format!("{name} space"),
        })
    };
    let odd = |c: char| c.is_whitespace() && c != ' ';
    let kind = || {
        let with = code_points(known, given, odd).map(|codes| format!("with {codes} as space"));
        with.or_else(|| Some(format!("without {} as space", code_points(given, known, odd)?)))
    };
    side("trailing", trailing(given), trailing(known))
        .or_else(|| side("leading", leading(given), leading(known)))
        .or_else(kind)
        .unwrap_or_else(|| "differs in the number of spaces".to_owned())
}

/// The first characters of one text, at most three, that another one does not have: `U+200B, U+FEFF`.
fn code_points(of: &str, not_in: &str, which: impl Fn(char) -> bool) -> Option<String> {
    let mut codes: Vec<String> = Vec::new();
    for c in of.chars().filter(|c| which(*c)) {
        let code = format!("U+{:04X}", u32::from(c));
        if codes.len() < 3 && !codes.contains(&code) && !not_in.contains(c) {
            codes.push(code);
        }
    }
    (!codes.is_empty()).then(|| codes.join(", "))
}

/// The text without the forms that a reader cannot be asked to tell apart: case, white space at the
/// ends or of another kind, normal form, full width, invisible characters. Two ids or codes that
/// differ only in these fold to one. Borrowed where nothing changes.
pub fn folded(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    let all = [Form::Invisible, Form::Width, Form::Case, Form::Width, Form::Space];
    Cow::Owned(all.iter().fold(text.to_owned(), |text, form| form.unified(&text)))
}

/// Returns true where two texts are the same but for upper and lower case.
pub fn same_but_case(one: &str, other: &str) -> bool {
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => Form::Case.unified(one) == Form::Case.unified(other),
    }
}

/// What differs between two texts that differ only in their form, said of `known`: `trailing space`,
/// `differs in Unicode form: NFC`. `None` where they are the same, or differ in more than that.
pub fn difference(given: &str, known: &str) -> Option<String> {
    let same_without = |forms: &[Form]| {
        // Taking away invisible characters and case may compose or separate anew.
        let unified = |text: &str| {
            forms.iter().chain(forms).fold(text.to_owned(), |text, form| form.unified(&text))
        };
        unified(given) == unified(known)
    };
    if given == known || !same_without(&FORMS) {
        return None;
    }
    // The fewest and plainest: what is not needed is taken away, from the last on.
    let mut forms = FORMS.to_vec();
    for form in FORMS.iter().rev() {
        let fewer: Vec<Form> = forms.iter().copied().filter(|other| other != form).collect();
        if same_without(&fewer) {
            forms = fewer;
        }
    }
    let phrases: Vec<String> = forms.iter().map(|form| form.phrase(given, known)).collect();
    Some(phrases.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("A1", "A1 ", "trailing space")]
    #[case("A1\u{a0}", "A1", "no trailing space")]
    #[case("A1", "\tA1", "leading space")]
    #[case("A 1", "A\u{a0}1", "with U+00A0 as space")]
    #[case("A\u{2003}1", "A 1", "without U+2003 as space")]
    #[case("A 1", "A  1", "differs in the number of spaces")]
    #[case("Zoe\u{308}", "Zo\u{eb}", "differs in Unicode form: NFC")]
    #[case("Zo\u{eb}", "Zoe\u{308}", "differs in Unicode form: not NFC")]
    #[case("A1", "A\u{200b}1", "with invisible U+200B")]
    #[case("\u{feff}A1", "A1", "without invisible U+FEFF")]
    #[case("c001", "C001", "differs in upper and lower case")]
    #[case("STRASSE", "straße", "differs in upper and lower case")]
    #[case("C1", "Ｃ1", "differs in full-width or compatibility characters")]
    #[case("C1", "\u{421}1", "with look-alike U+0421")]
    #[case("c1", "C1 ", "trailing space, differs in upper and lower case")]
    fn what_differs_is_named(#[case] given: &str, #[case] known: &str, #[case] expected: &str) {
        assert_eq!(difference(given, known).as_deref(), Some(expected));
    }

    #[rstest]
    #[case("A1", "A1")]
    #[case("A1", "A2")]
    #[case("A1", "")]
    #[case("Zoe", "Zoë")]
    fn what_is_the_same_or_really_different_is_not(#[case] given: &str, #[case] known: &str) {
        assert_eq!(difference(given, known), None);
    }

    #[test]
    fn plain_ids_fold_without_an_allocation() {
        assert!(matches!(folded("c-001"), Cow::Borrowed(_)));
        for other in ["C001 ", "c001", "\u{200b}C001", "Ｃ００１", " c001\u{a0}"] {
            assert_eq!(folded(other), "c001", "{other:?}");
        }
        assert_ne!(folded("C001"), folded("C0O1"), "look-alike letters are no form of an id");
    }

    proptest! {
        #[test]
        fn texts_that_fold_to_one_have_a_difference_with_a_name(
            text in "[aA1ëßŁ\u{308}e \u{a0}\u{200b}Ｃ]{0,6}",
            other in "[aA1ëßŁ\u{308}e \u{a0}\u{200b}Ｃ]{0,6}",
        ) {
            if text != other && folded(&text) == folded(&other) {
                prop_assert!(difference(&text, &other).is_some_and(|phrase| !phrase.is_empty()));
            }
            let twice = folded(&folded(&text)).into_owned();
            prop_assert_eq!(folded(&text), twice, "folding twice changes nothing");
        }
    }
}
