//! What is wrong with the settings file, as a person reads it.

use std::fmt;

use super::SETTINGS_FILE;
use crate::domain::Place;

/// Something in the settings file that cannot be used, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it stands; `None` where it is about the whole file.
    pub place: Option<Place>,
    /// What was found, and what was expected.
    pub message: String,
    /// The line it stands in, as written; empty where it is about the whole file.
    pub line: String,
}

impl Mistake {
    /// Returns a mistake about the whole file.
    pub fn of_file(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into(), line: String::new() }
    }
}

impl fmt::Display for Mistake {
    /// `config.toml:3:1: unknown key "theem"; did you mean theme?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SETTINGS_FILE)?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}
