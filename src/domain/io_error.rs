//! Errors of the operating system as a person reads them.

use std::io::{self, ErrorKind};

/// Returns what an error of the operating system says, and what to do about it where that is known.
pub fn reason_and_hint(error: &io::Error) -> (String, Option<&'static str>) {
    let (reason, hint) = match error.kind() {
        ErrorKind::PermissionDenied => (
            "permission denied",
            "ask for write access to the file and its directory, or use another file",
        ),
        ErrorKind::ReadOnlyFilesystem => {
            ("the file system is read-only", "use a file on another file system")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("the disk is full", "free some space, then try again")
        }
        ErrorKind::FileTooLarge => (
            "the file would exceed the size limit of the system",
            "raise the limit (`ulimit -f`), or use another file",
        ),
        ErrorKind::NotADirectory => return ("a part of the path is not a directory".into(), None),
        ErrorKind::Unsupported => {
            return (error.to_string(), Some("use a file system that can lock files"));
        }
        _ => return (error.to_string(), None),
    };
    (reason.to_owned(), Some(hint))
}
