//! The line that is being typed, as far as it says what a value may be.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::cli::preferences::Preferences;
use crate::domain::Policy;
use crate::intake::policy::POLICY_FILE;
use crate::intake::policy_file;

/// The words of the line.
pub struct Line(Vec<OsString>);

impl Line {
    /// Returns the line that the shell asks about: what stands behind the first `--`.
    pub fn typed() -> Self {
        Self(env::args_os().skip_while(|word| word != "--").skip(1).collect())
    }

    /// True where the line has a word.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|typed| typed == word)
    }

    /// Returns the data directory: that of `--data`, of the variable or of the settings, else the
    /// current one.
    pub fn directory(&self) -> PathBuf {
        let variable = || env::var_os("NEXTPLAY_DATA").filter(|path| !path.is_empty());
        match self.option("--data").map(|word| unquoted(&word)).or_else(variable) {
            Some(directory) => directory.into(),
            None => Preferences::of_user().data(".".into()).0,
        }
    }

    /// Returns the policy of the data directory; the usual one where it cannot be read.
    pub fn policy(&self) -> Policy {
        policy_file::read(&self.directory().join(POLICY_FILE)).unwrap_or_default()
    }

    /// Returns the value of an option as it was typed, the last one where there are several.
    fn option(&self, name: &str) -> Option<OsString> {
        let mut words = self.0.iter().peekable();
        let mut value = None;
        while let Some(word) = words.next() {
            if word == name {
                // Bash takes the sign for a word.
                words.next_if(|next| *next == "=");
                value = words.peek().map(|next| (*next).clone()).or(value);
            } else if let Some(joined) = word.to_str().and_then(|word| word.strip_prefix(name))
                && let Some(joined) = joined.strip_prefix('=')
            {
                value = Some(joined.into());
            }
        }
        value.filter(|value| !value.is_empty())
    }
}

/// Returns a word as the shell would hand it on: without quotes, and with the home directory for `~`.
fn unquoted(word: &OsStr) -> OsString {
    let Some(text) = word.to_str() else { return word.to_owned() };
    let plain = match shell_words::split(text) {
        Ok(words) if words.len() == 1 => words.concat(),
        _ => text.to_owned(),
    };
    match (plain.strip_prefix("~/"), etcetera::home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest).into(),
        _ => plain.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_directory_of_the_line_is_found_however_it_is_written() {
        let directory = |words: &[&str]| {
            let line = Line(words.iter().map(OsString::from).collect());
            line.option("--data").map(|word| unquoted(&word).into_string().unwrap())
        };
        let is = |path: &str| Some(path.to_owned());
        assert_eq!(directory(&["nextplay", "--data", "east", "explain"]), is("east"));
        assert_eq!(directory(&["nextplay", "explain", "--data=east"]), is("east"));
        assert_eq!(directory(&["nextplay", "--data", "=", "east", ""]), is("east"));
        assert_eq!(directory(&["nextplay", "--data", "'sales east'"]), is("sales east"));
        assert_eq!(directory(&["nextplay", "--data", r"sales\ east"]), is("sales east"));
        assert_eq!(directory(&["nextplay", "--database", "x"]), None);
        let home = etcetera::home_dir().unwrap().join("east").into_os_string().into_string();
        assert_eq!(directory(&["nextplay", "--data", "~/east"]), home.ok());
    }
}
