//! People, told apart by their names.

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use super::text::{is_blank, is_invisible};

/// The most characters that a name may have.
pub const LONGEST_NAME: usize = 64;

/// A person who decides. The name is kept as it was written; two spellings of one name are the same
/// person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Person {
    name: CompactString,
    /// The name without what does not make it another person's.
    key: CompactString,
}

/// Why a text is no name of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is no name.
    #[error("is empty")]
    Empty,
    /// It has this many characters.
    #[error("is {0} characters long; use at most {LONGEST_NAME}")]
    TooLong(usize),
    /// It has this control character.
    #[error("contains the control character U+{:04X}", u32::from(*.0))]
    Control(char),
}

impl Person {
    /// The person of a name as it stands in a file, whatever it is.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), key: key(name) }
    }

    /// The person whom someone names: 1 to [`LONGEST_NAME`] characters, not counting blanks around
    /// them and characters that no one sees, which are left out.
    ///
    /// # Errors
    /// Where nothing is left, too much is, or a control character is in it.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let trimmed = text.trim_matches(|c| is_blank(c) || (is_invisible(c) && !c.is_control()));
        if let Some(control) = trimmed.chars().find(|c| c.is_control()) {
            return Err(NameError::Control(control));
        }
        let name: CompactString = trimmed.chars().filter(|c| !is_invisible(*c)).collect();
        let person = Self { key: key(&name), name };
        match person.name.chars().count() {
            _ if person.is_nobody() => Err(NameError::Empty),
            length if length > LONGEST_NAME => Err(NameError::TooLong(length)),
            _ => Ok(person),
        }
    }

    /// As it was written.
    pub fn name(&self) -> &CompactString {
        &self.name
    }

    /// The same for all spellings of one person's name.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// True where there is no name to see.
    pub fn is_nobody(&self) -> bool {
        self.key.is_empty()
    }

    /// True where both names are one person's: compared after NFKC, full case folding, collapsed
    /// white space and removal of characters that no one sees.
    pub fn is(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// True where the names look the same (UTS 39), or they are one
    /// person's.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.is(other) || self.looks().iter().any(|look| other.looks().contains(look))
    }

    /// What the name looks like: as it is written, where some letters are alike only as capitals,
    /// and in small letters.
    pub fn looks(&self) -> [CompactString; 2] {
        let look = |text: &str| key(&skeleton(text).collect::<CompactString>());
        [look(&spaced(&self.name)), look(&self.key)]
    }
}

impl From<&str> for Person {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl std::fmt::Display for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// Without characters that no one sees, white space collapsed.
fn spaced(text: &str) -> CompactString {
    let seen = text.chars().filter(|c| is_blank(*c) || !is_invisible(*c));
    let mut spaced = CompactString::default();
    for c in seen {
        match is_blank(c) {
            true if spaced.is_empty() || spaced.ends_with(' ') => {}
            true => spaced.push(' '),
            false => spaced.push(c),
        }
    }
    if spaced.ends_with(' ') {
        spaced.pop();
    }
    spaced
}

fn key(name: &str) -> CompactString {
    let spaced = spaced(name);
    if spaced.is_ascii() {
        return spaced.to_ascii_lowercase();
    }
    // What folding brings forth may compose anew, and what normalizing does may have a case.
    let folded = caseless::default_case_fold_str(&spaced.nfd().collect::<String>());
    let again = caseless::default_case_fold_str(&folded.nfkc().collect::<String>());
    self::spaced(&again.nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        Person::new(a).is(&Person::new(b))
    }

    fn alike(a: &str, b: &str) -> bool {
        Person::new(a).looks_like(&Person::new(b))
    }

    #[test]
    fn spellings_of_one_name_are_one_person() {
        for (a, b) in [
            ("dana", "DANA"),
            ("Zoë", "Zoe\u{308}"),
            ("dana kim", "dana\u{a0}kim"),
            ("dana kim", "  dana \t kim\u{2800}"),
            ("dana", "\u{ff44}\u{ff41}\u{ff4e}\u{ff41}"),
            ("straße", "STRASSE"),
            ("dana", "da\u{200b}na\u{e0100}\u{fe0f}"),
            ("dana", "\u{3164}dana\u{115f}"),
            ("ﬁona", "FIONA"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
            ("ᾳ", "αι"),
            ("Ⓓana", "dana"),
        ] {
            assert!(same(a, b) && same(b, a), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn other_people_are_not_the_same() {
        for (a, b) in [("dana", "dan"), ("dana", "d ana"), ("Zoë", "Zoe"), ("ana", "anna")] {
            assert!(!same(a, b) && !alike(a, b), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn names_of_other_scripts_look_alike_and_are_not_the_same() {
        for (a, b) in [
            ("dana", "d\u{430}na"),
            ("BOB", "\u{412}\u{41e}\u{412}"),
            ("Sasha", "\u{405}asha"),
            ("omar", "\u{3bf}mar"),
        ] {
            assert!(!same(a, b), "{a:?} and {b:?}");
            assert!(alike(a, b) && alike(b, a), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn a_name_has_1_to_64_characters_none_of_them_controls() {
        let parse = |text: &str| Person::parse(text).map(|person| person.name.to_string());
        assert_eq!(parse(" Dana\u{a0}"), Ok("Dana".to_owned()));
        assert_eq!(parse("da\u{200b}na\u{2800}"), Ok("dana".to_owned()));
        assert_eq!(parse(&"é".repeat(64)), Ok("é".repeat(64)));
        assert_eq!(parse(&format!(" {}\u{200b}", "x".repeat(64))), Ok("x".repeat(64)));
        assert_eq!(parse(&"x".repeat(65)), Err(NameError::TooLong(65)));
        for nobody in ["", "  ", "\u{200b}\u{feff}", "\u{2800}", "\u{3164}"] {
            assert_eq!(parse(nobody), Err(NameError::Empty), "{nobody:?}");
        }
        for control in ['\u{0}', '\u{7}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}'] {
            let text = format!("da{control}na");
            assert_eq!(parse(&text), Err(NameError::Control(control)));
        }
        assert_eq!(
            Person::parse("a\u{1b}").unwrap_err().to_string(),
            "contains the control character U+001B"
        );
    }
}
