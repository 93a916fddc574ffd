//! Bash splits words at `=`, and asks for the part behind it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;

use clap_complete::engine::complete;
use clap_complete::env::{Bash as Plain, EnvCompleter};

/// As `clap_complete` does it, but for options that are joined with their value.
pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        Plain.name()
    }

    fn is(&self, name: &str) -> bool {
        Plain.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        Plain.write_registration(var, name, bin, completer, out)
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        words: Vec<OsString>,
        directory: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let number = |name| env::var(name).ok().and_then(|text| text.parse::<usize>().ok());
        let index = number("_CLAP_COMPLETE_INDEX").unwrap_or_default();
        let (words, index) = without_signs(words, index);
        let separator = env::var("_CLAP_IFS").unwrap_or_else(|_| "\n".to_owned());
        let candidates = complete(command, words, index, directory)?;
        let words: Vec<String> = candidates.iter().filter_map(|c| quoted(c.get_value())).collect();
        write!(out, "{}", words.join(&separator))
    }
}

/// Returns a word as it is typed, as bash puts it into the line as it is: of a directory named `$(…)`,
/// Enter would run the command. `None` where it cannot be typed.
fn quoted(word: &OsStr) -> Option<String> {
    let text = word.to_str().filter(|text| !text.contains(char::is_control))?;
    let is_plain = |c: char| c.is_alphanumeric() || !c.is_ascii() || "_-./+@=:,%".contains(c);
    let escaped = |c| (!is_plain(c)).then_some('\\').into_iter().chain([c]);
    Some(text.chars().flat_map(escaped).collect())
}

/// Returns the words without the `=` between an option and its value, and the place of the word that
/// is typed.
fn without_signs(words: Vec<OsString>, index: usize) -> (Vec<OsString>, usize) {
    let mut kept: Vec<OsString> = Vec::with_capacity(words.len());
    let mut at = index;
    for (place, word) in words.into_iter().enumerate() {
        let is_option = |word: &OsString| word.as_encoded_bytes().starts_with(b"--");
        if word == "=" && place < index && kept.last().is_some_and(is_option) {
            at = at.saturating_sub(1);
        } else {
            kept.push(word);
        }
    }
    (kept, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_and_its_value_are_two_words_however_they_are_joined() {
        let passed_on = |words: &[&str], index| {
            let words = words.iter().map(OsString::from).collect();
            let (words, index) = without_signs(words, index);
            (words.join(" ".as_ref()).into_string().unwrap(), index)
        };
        let words = ["nextplay", "--data", "=", "sales", "explain", "C0"];
        assert_eq!(passed_on(&words, 5), ("nextplay --data sales explain C0".to_owned(), 4));
        assert_eq!(passed_on(&words[..4], 3), ("nextplay --data sales".to_owned(), 2));
        assert_eq!(passed_on(&["nextplay", "a", "=", "b"], 3), ("nextplay a = b".to_owned(), 3));
    }
}
