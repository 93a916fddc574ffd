//! A text field over the What-if screen: a value, a name, or where to write a file; and the question
//! whether a file that is there may be written over.

use std::time::Instant;

use tui_input::Input;

use super::row_kind::Place;
use crate::workspace::{Save, Target};

/// What the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The value of a line.
    Value(Place),
    /// A name for the variant.
    Name,
    /// The path of a file to write.
    Path(Target),
}

/// A text field that has the keys.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub purpose: Purpose,
    /// What is asked for.
    pub title: String,
    /// What belongs there, in words.
    pub expected: String,
    pub input: Input,
    /// Why it was not taken as it stands.
    pub refusal: Option<String>,
}

impl Prompt {
    pub fn new(purpose: Purpose, title: String, expected: String, text: String) -> Self {
        Self { purpose, title, expected, input: Input::new(text), refusal: None }
    }
}

/// A file that would be written over, if that is confirmed.
#[derive(Debug, Clone)]
pub struct WriteOver {
    pub save: Save,
    /// It is at work here.
    pub live: bool,
    /// Since when it has been on the screen. Keys that came before confirm nothing.
    pub shown: Option<Instant>,
}
