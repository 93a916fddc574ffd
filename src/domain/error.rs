//! An error as a person reads it: what happened, and what to do.

use std::fmt;

/// What kind of failure an error reports. The command line's exit status follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something given by the user does not make sense: an argument, a setting, a file name.
    Usage,
    /// A rule does not allow what was asked for.
    Refused,
    /// Something else is being done to the same file at the moment.
    Busy,
    /// Data, a policy or a ledger cannot be used as it is.
    Data,
    /// The operating system reported a failure.
    Io,
    /// The program broke one of its own rules.
    Internal,
}

/// A failure: its kind, a message that says what happened, and hints that say what to do.
///
/// The message is one sentence without a full stop and names what was found, with values in quotes.
/// Whoever shows it puts `error:` before the message and `hint:` before each hint, on lines of their
/// own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// What happened.
    pub message: String,
    /// What to do about it, in the order in which to try it.
    pub hints: Vec<String>,
}

impl Error {
    /// Returns an error without hints.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    /// Returns the error of a crash of the program itself.
    pub fn crashed() -> Self {
        Self::new(ErrorKind::Internal, "nextplay crashed; recorded decisions are safe")
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Puts what it happened to, and a colon, before the message.
    #[must_use]
    pub fn context(mut self, what: impl fmt::Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }
}

impl Error {
    /// Returns the message and the hints in one line, for places that have only one.
    pub fn one_line(&self) -> String {
        let hints = self.hints.iter().map(String::as_str);
        std::iter::once(self.message.as_str()).chain(hints).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Error {
    /// The message alone; hints are shown on lines of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
