//! A text field over the What-if screen: a value, a name, or where to write a file; and the question
//! whether to overwrite a file.

use std::time::Instant;

use tui_input::Input;

use super::row_kind::RowKind;
use crate::workspace::{Save, Target};

/// What the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The value of a line.
    Value(RowKind),
    /// The name of the scenario.
    Name,
    /// The path of a file to write.
    Path(Target),
}

/// A text field that has the keys.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What the text is for.
    pub purpose: Purpose,
    /// What to type.
    pub title: String,
    /// What is expected, in words.
    pub expected: String,
    /// What is typed.
    pub input: Input,
    /// Why the text was not applied.
    pub refusal: Option<String>,
}

impl Prompt {
    /// A text field with a text in it.
    pub fn new(purpose: Purpose, title: String, expected: String, text: String) -> Self {
        Self { purpose, title, expected, input: Input::new(text), refusal: None }
    }
}

/// A file that would be overwritten.
#[derive(Debug, Clone)]
pub struct Overwrite {
    /// What would be written, and where.
    pub save: Save,
    /// True where the file is in use here.
    pub live: bool,
    /// Since when the question has been on the screen; earlier keys confirm nothing.
    pub shown: Option<Instant>,
}
