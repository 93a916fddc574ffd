//! What can go wrong with a ledger: what happened, and what to do about it. The texts are made here.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compact_str::CompactString;

use super::Break;
use crate::domain::io_error::reason_and_hint;
use crate::domain::text::escape_controls;
use crate::domain::{Entry, Error, ErrorKind};

/// Why a ledger cannot be read or written. After any of these nothing was recorded, unless
/// [`LedgerError::Write`] says so.
#[derive(Debug)]
pub enum LedgerError {
    /// The file cannot be read.
    Read {
        /// The ledger.
        path: PathBuf,
        /// What the system reported.
        error: io::Error,
    },
    /// The file or its directory cannot be written: everything works but deciding.
    Open {
        /// The ledger.
        path: PathBuf,
        /// What the system reported.
        error: io::Error,
    },
    /// The directory of the ledger does not exist.
    NoDirectory {
        /// The directory.
        directory: PathBuf,
    },
    /// A directory, a device, a pipe, or a broken link.
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        is: &'static str,
    },
    /// The file cannot be locked.
    Lock {
        /// The ledger.
        path: PathBuf,
        /// What the system reported.
        error: io::Error,
    },
    /// Another process held the lock for as long as this one waited.
    Busy {
        /// The ledger.
        path: PathBuf,
        /// The process, where that is known.
        holder: Option<u32>,
    },
    /// A program that does not take the lock changed the file.
    Changed {
        /// The ledger.
        path: PathBuf,
    },
    /// The unfinished last line could not be saved, so it was left where it is.
    SetAside {
        /// Where it was to go.
        path: PathBuf,
        /// What the system reported.
        error: io::Error,
    },
    /// Writing or fsync failed. The file was cut back to its length before, so that no half entry
    /// stays; `left` holds the error where even that failed.
    Write {
        /// The ledger.
        path: PathBuf,
        /// What the system reported.
        error: io::Error,
        /// Why the file could not be cut back.
        left: Option<io::Error>,
        /// Where the unfinished last line went that was there before.
        torn: Option<PathBuf>,
    },
    /// The server of the ledger is not reached, or says no.
    Server(Error),
    /// Whether the server has recorded the decision is not known: it does not answer.
    NotConfirmed {
        /// The id of the entry that may or may not be there.
        id: CompactString,
    },
    /// The server's clock is further from the time of the signature than an entry that counts may be.
    OutOfTime,
    /// The draft is one that no reader could read back: a mistake of this program.
    Draft(DraftError),
    /// The entry has to be signed and cannot be.
    Unsigned(Error),
}

/// Why a draft cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftError {
    /// Its basis is not JSON.
    NotJson(String),
    /// A field of its basis is missing or wrong.
    BadBasis(String),
    /// Its basis has characters that act on a terminal.
    ControlCharacters,
    /// Its line is longer than a reader accepts, in bytes.
    TooLong(usize),
    /// Its line could not be read back.
    Unreadable(String),
}

impl fmt::Display for DraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(error) => write!(f, "its basis is not JSON: {error}"),
            Self::BadBasis(error) => {
                write!(f, "a field of its basis is missing or wrong: {error}")
            }
            Self::ControlCharacters => {
                write!(f, "its basis has characters that act on a terminal")
            }
            Self::TooLong(bytes) => write!(f, "it has {bytes} bytes"),
            Self::Unreadable(error) => write!(f, "its line cannot be read back: {error}"),
        }
    }
}

impl std::error::Error for DraftError {}

/// Why [`Ledger::append`](super::Ledger::append) recorded nothing; `E` is the caller's own refusal.
#[derive(Debug)]
pub enum AppendError<E> {
    /// The chain is broken.
    Broken(Break),
    /// Someone else has decided on this customer since.
    Conflict(Arc<Entry>),
    /// The ledger knows nothing of this customer, not even the entry that the reviewer knew: the
    /// file was moved aside or cut off meanwhile.
    Gone {
        /// The customer.
        customer_id: CompactString,
        /// The entry that the reviewer knew.
        after: CompactString,
    },
    /// What the caller refused.
    Refused(E),
    /// The file cannot be read or written.
    Ledger(LedgerError),
}

impl<E> From<LedgerError> for AppendError<E> {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl<E> AppendError<E> {
    /// Returns it as a person reads it; the caller's own refusal where it is one.
    pub(super) fn own_error(&self) -> Result<Error, &E> {
        let refused = |message: String| {
            Error::new(ErrorKind::Refused, message).hint("review it again, then decide")
        };
        Ok(match self {
            Self::Broken(broken) => broken.clone().into(),
            Self::Conflict(entry) => refused(format!(
                "nothing was recorded: {} was {} by {} at {:.0}, after you last saw it",
                escape_controls(&entry.customer_id),
                entry.kind.done(),
                escape_controls(&entry.by),
                entry.at
            )),
            Self::Gone { customer_id, .. } => refused(format!(
                "nothing was recorded: the ledger no longer has the decision on {} that you saw",
                escape_controls(customer_id)
            )),
            Self::Refused(error) => return Err(error),
            Self::Ledger(error) => error.error(),
        })
    }
}

impl<E: Into<Error> + Clone> From<AppendError<E>> for Error {
    fn from(error: AppendError<E>) -> Self {
        error.own_error().unwrap_or_else(|refusal| refusal.clone().into())
    }
}

impl<E: fmt::Display> fmt::Display for AppendError<E> {
    /// The message and the hints in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.own_error() {
            Ok(error) => f.write_str(&error.one_line()),
            Err(refusal) => refusal.fmt(f),
        }
    }
}

impl<E: fmt::Display + fmt::Debug> std::error::Error for AppendError<E> {}

impl LedgerError {
    /// Returns true where another process keeps the ledger for itself: it may be tried again.
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Busy { .. } => true,
            Self::Server(error) => error.kind == ErrorKind::Busy,
            _ => false,
        }
    }

    /// Returns it as a person reads it.
    pub fn error(&self) -> Error {
        let (kind, message, hint) = match self {
            Self::Read { path, error } => {
                let (why, hint) = reason_and_hint(error);
                (ErrorKind::Io, format!("cannot read the ledger {}: {why}", shown(path)), hint)
            }
            Self::Open { path, error } => {
                let (why, hint) = reason_and_hint(error);
                let path = shown(path);
                let hint = hint.or(Some("no decision can be recorded until then"));
                (ErrorKind::Io, format!("cannot write the ledger {path}: {why}"), hint)
            }
            Self::NoDirectory { directory } => (
                ErrorKind::Io,
                format!("the directory of the ledger, {}, does not exist", shown(directory)),
                Some("create it, then decide again"),
            ),
            Self::NotAFile { path, is } => (
                ErrorKind::Io,
                format!("the ledger {} is {is}, not a file", shown(path)),
                Some("name a file as the ledger"),
            ),
            Self::Lock { path, error } => {
                let (why, hint) = reason_and_hint(error);
                let path = shown(path);
                let message = format!("nothing was recorded: cannot lock the ledger {path}: {why}");
                (ErrorKind::Io, message, hint)
            }
            Self::Busy { path, holder } => {
                let holder = holder.map(|pid| format!(" (pid {pid})")).unwrap_or_default();
                let path = shown(path);
                let message = format!(
                    "nothing was recorded: another process holds the ledger {path}{holder}"
                );
                (ErrorKind::Busy, message, None)
            }
            Self::Changed { path } => (
                ErrorKind::Io,
                format!("nothing was recorded: another program changed the ledger {}", shown(path)),
                Some("decide again"),
            ),
            Self::SetAside { path, error } => {
                let (why, hint) = reason_and_hint(error);
                let message = format!(
                    "nothing was recorded: the ledger's unfinished last line cannot be moved to {}: \
                     {why}",
                    shown(path)
                );
                (ErrorKind::Io, message, hint)
            }
            Self::Write { path, error, left, torn } => {
                let (why, hint) = reason_and_hint(error);
                let path = shown(path);
                let mut message = match left {
                    None => {
                        format!("nothing was recorded: cannot write to the ledger {path}: {why}")
                    }
                    Some(left) => format!(
                        "the decision may or may not be recorded: cannot write to the ledger \
                         {path}: {why}, nor undo what was written: {left}"
                    ),
                };
                if let Some(torn) = torn {
                    let torn = shown(torn);
                    message += &format!(" (an unfinished last line was moved to {torn})");
                }
                let error = Error::new(ErrorKind::Io, message);
                let error = match hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                };
                return match left {
                    None => error,
                    Some(_) => error.hint("review `nextplay log` before you decide again"),
                };
            }
            Self::Unsigned(error) => return error.clone().context("nothing was changed"),
            Self::Server(error) => return error.clone(),
            Self::NotConfirmed { id } => (
                ErrorKind::Refused,
                format!("Not confirmed. Check the ledger for entry {}", escape_controls(id)),
                None,
            ),
            Self::OutOfTime => {
                let message = "nothing was recorded: by the clock of the ledger's server, the decision \
                               was not signed within the last 5 minutes";
                let error = Error::new(ErrorKind::Refused, message);
                return error.hint("decide again").hint(
                    "if that happens each time, set the clock of this machine, or the server's",
                );
            }
            Self::Draft(error) => (
                ErrorKind::Internal,
                format!("nothing was recorded: this decision cannot be written down: {error}"),
                None,
            ),
        };
        let error = Error::new(kind, message);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

impl From<LedgerError> for Error {
    fn from(error: LedgerError) -> Self {
        error.error()
    }
}

impl fmt::Display for LedgerError {
    /// The message and the hints in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error().one_line())
    }
}

impl std::error::Error for LedgerError {}

/// A path as a person may see it.
fn shown(path: &Path) -> String {
    escape_controls(&path.display().to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind as IoErrorKind;

    use super::*;

    fn path() -> PathBuf {
        PathBuf::from("/data/de\u{1b}cisions.jsonl")
    }

    #[test]
    fn messages_name_the_file_and_hints_what_to_do() {
        let open = |kind: IoErrorKind| LedgerError::Open { path: path(), error: kind.into() };
        let read_only = open(IoErrorKind::ReadOnlyFilesystem).error();
        assert_eq!(
            read_only.message,
            "cannot write the ledger /data/de␛cisions.jsonl: the file system is read-only"
        );
        assert_eq!(read_only.hints, ["use a file on another file system"]);
        let denied = open(IoErrorKind::PermissionDenied).error();
        assert!(denied.message.ends_with("permission denied"), "{denied}");
        assert_eq!(denied.hints.len(), 1);
    }

    #[test]
    fn a_failed_write_says_whether_it_was_undone() {
        let failed = |left, torn| {
            let error = IoErrorKind::StorageFull.into();
            LedgerError::Write { path: path(), error, left, torn }.error()
        };
        let undone = failed(None, Some(PathBuf::from("x.torn")));
        assert_eq!(
            undone.message,
            "nothing was recorded: cannot write to the ledger /data/de␛cisions.jsonl: the disk is \
             full (an unfinished last line was moved to x.torn)"
        );
        assert_eq!(undone.hints, ["free some space, then try again"]);
        let uncertain = failed(Some(io::Error::other("device gone")), None);
        assert!(uncertain.message.starts_with("the decision may or may not be recorded"));
        assert!(uncertain.message.contains("undo what was written: device gone"));
        assert!(uncertain.hints.last().unwrap().contains("nextplay log"));
    }
}
