//! What the library reports, as an error that a person reads.

use std::io;
use std::path::Path;

use super::output;
use crate::domain::{Error, ErrorKind, Finding};
use crate::intake::{DataFile, DirectoryError, nearby};
use crate::starter::init::exports;

impl From<DirectoryError> for Error {
    fn from(error: DirectoryError) -> Self {
        // Where nothing is, data may be beside it.
        let message = error.to_string();
        with_data_hints(Self::new(ErrorKind::Usage, message), Path::new("."))
    }
}

/// Adds where to find data: the demo, another directory, and data that is near a directory without.
pub fn with_data_hints(error: Error, directory: &Path) -> Error {
    let required = DataFile::ALL.into_iter().filter(|file| file.required()).map(DataFile::name);
    let files = required.collect::<Vec<_>>().join(" and ");
    let error = nearby::data_directories(directory).iter().fold(error, |error, found| {
        let found = found.strip_prefix(".").unwrap_or(found).to_string_lossy();
        error.hint(format!("\"{found}\" has data: --data {}", shell_words::quote(&found)))
    });
    let error = match !exports(directory).is_empty() {
        true => {
            let data = directory.to_string_lossy();
            error.hint(format!(
                "set it up with the files in it: nextplay init {}",
                shell_words::quote(&data)
            ))
        }
        false => error,
    };
    error
        .hint(format!("name the directory with {files}: --data DIR, or NEXTPLAY_DATA"))
        .hint("run `nextplay demo` to see nextplay with sample data")
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
