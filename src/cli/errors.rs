//! What the library reports, as an error that a person reads.

use std::io;

use super::output;
use crate::domain::{Error, ErrorKind, Finding};
use crate::insight::scenario::SettingError;
use crate::intake::DirectoryError;

impl From<DirectoryError> for Error {
    fn from(error: DirectoryError) -> Self {
        Self::new(ErrorKind::Usage, error.to_string())
    }
}

impl From<SettingError> for Error {
    fn from(error: SettingError) -> Self {
        let usage = |message: String| Self::new(ErrorKind::Usage, message);
        match error {
            SettingError::Key(error) => error,
            SettingError::NoValue(text) => usage(format!("{text:?} is not a setting"))
                .hint("expected KEY=VALUE, such as matching.confidence_threshold=0.7"),
            error @ SettingError::Value { .. } => usage(error.to_string()),
        }
    }
}

/// Returns the error of a file that cannot be used as it is.
pub fn unusable(finding: &Finding) -> Error {
    Error::new(ErrorKind::Data, finding.to_string())
}

/// Prints all but the last of the findings that keep data from being used, and returns the last one
/// as the error to end with.
pub fn last_of<'a>(problems: impl IntoIterator<Item = &'a Finding>) -> Error {
    let mut problems = problems.into_iter().peekable();
    while let Some(problem) = problems.next() {
        if problems.peek().is_none() {
            return unusable(problem);
        }
        output::finding(problem);
    }
    Error::new(ErrorKind::Data, "the data cannot be read")
}

/// Returns the error of a text that cannot be the hash of a ledger's last entry.
pub fn no_head(text: &str) -> Error {
    usage(format!("{text:?} is not a head")).hint("a head has 64 hexadecimal digits")
}

/// Returns an error of bad usage.
pub fn usage(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, message)
}

/// Returns an error of something that a rule does not allow.
pub fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Refused, message)
}

/// Returns the error of a result that cannot be written.
pub fn unwritten(error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write the output: {error}"))
}
