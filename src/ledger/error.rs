//! What can go wrong with a ledger, in words that say which file and what to do.
//!
//! Each message is complete in itself, the operating system's words included, and so has no source
//! behind it: a banner that shows one line and a command that prints the whole chain of causes say
//! the same.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compact_str::CompactString;
use thiserror::Error;

use super::Break;
use crate::domain::Entry;
use crate::domain::text::escape_controls;

/// Why a ledger cannot be read or written. After any of these, nothing was recorded, unless
/// [`LedgerError::Write`] says so.
#[derive(Debug, Error)]
pub enum LedgerError {
    #[error("cannot read the ledger {}: {}", shown(path), why(error))]
    Read { path: PathBuf, error: io::Error },
    /// The file or its directory cannot be written ("everything works but deciding, and says why").
    #[error("nothing can be decided: cannot write the ledger {}: {}", shown(path), why(error))]
    Open { path: PathBuf, error: io::Error },
    #[error(
        "nothing can be decided: the ledger's directory {} does not exist. Create it, then decide \
         again",
        shown(directory)
    )]
    NoDirectory { directory: PathBuf },
    /// A directory, a device, a pipe, or a link that leads nowhere.
    #[error("the ledger {} is {is}, not a file. Name a file as the ledger", shown(path))]
    NotAFile { path: PathBuf, is: &'static str },
    #[error("nothing was recorded: cannot lock the ledger {}: {}", shown(path), why(error))]
    Lock { path: PathBuf, error: io::Error },
    /// Another process held the lock for as long as it was waited for.
    #[error(
        "another process holds the ledger {}{}; nothing was recorded",
        shown(path),
        holder.map(|pid| format!(" (pid {pid})")).unwrap_or_default()
    )]
    Busy { path: PathBuf, holder: Option<u32> },
    /// Something that does not take the lock works on the file.
    #[error(
        "nothing was recorded: the ledger {} was changed or replaced meanwhile by another program. \
         Decide again",
        shown(path)
    )]
    Changed { path: PathBuf },
    /// The unfinished last line could not be saved, so it was left where it is.
    #[error(
        "nothing was recorded: the ledger's unfinished last line cannot be moved to {}: {}",
        shown(path),
        why(error)
    )]
    SetAside { path: PathBuf, error: io::Error },
    /// Writing or fsync failed. The file was cut back to its length before, so that no half entry
    /// stays; `left` holds the error where even that failed.
    #[error("{}", write_failed(path, error, left.as_ref(), torn.as_deref()))]
    Write {
        path: PathBuf,
        error: io::Error,
        left: Option<io::Error>,
        /// Where the unfinished last line went that stood there before.
        torn: Option<PathBuf>,
    },
    /// The draft is one that no reader could read back: a mistake of this program.
    #[error("nothing was recorded: this decision cannot be written down: {reason}")]
    Draft { reason: String },
}

/// Why [`Ledger::append`](super::Ledger::append) recorded nothing; `E` is the caller's own refusal.
#[derive(Debug, Error)]
pub enum AppendError<E> {
    /// The chain is broken ("dashboard and commands show a banner and decide nothing").
    #[error("{0}")]
    Broken(Break),
    /// Somebody else has decided on this customer since ("refused with who, what and when").
    #[error("{}", conflict(.0))]
    Conflict(Arc<Entry>),
    /// The ledger knows nothing of this customer, not even the entry that the reviewer knew: the
    /// file was moved aside or cut off meanwhile.
    #[error(
        "nothing was recorded: the ledger no longer holds the decision on {} that you saw. Look \
         again, then decide",
        escape_controls(customer_id)
    )]
    Gone { customer_id: CompactString, after: CompactString },
    #[error("{0}")]
    Refused(E),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A path as a person may see it.
fn shown(path: &Path) -> String {
    escape_controls(&path.display().to_string()).into_owned()
}

/// An error of the operating system with what to do about it, where that is known.
fn why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => {
            "permission denied. Ask for the rights to this file and its directory, or name another \
             ledger"
                .to_owned()
        }
        ErrorKind::ReadOnlyFilesystem => {
            "the file system is read-only. Name a ledger on another one".to_owned()
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk is full. Make room, then decide again".to_owned()
        }
        ErrorKind::FileTooLarge => {
            "the file would become larger than the system allows. Raise the limit, or name another \
             ledger"
                .to_owned()
        }
        ErrorKind::NotADirectory => "a part of this path is not a directory".to_owned(),
        ErrorKind::Unsupported => {
            format!("{error}. Name a ledger on a file system that can lock files")
        }
        _ => error.to_string(),
    }
}

fn write_failed(
    path: &Path,
    error: &io::Error,
    left: Option<&io::Error>,
    torn: Option<&Path>,
) -> String {
    let mut text = match left {
        None => format!("nothing was recorded: cannot write to the ledger {}", shown(path)),
        Some(left) => format!(
            "it is not certain whether the decision was recorded, look at the log before you \
             decide again: cannot write to the ledger {}, nor take back what was written ({left})",
            shown(path)
        ),
    };
    text.push_str(": ");
    text.push_str(&why(error));
    if let Some(torn) = torn {
        text.push_str(&format!(" (an unfinished last line was moved to {})", shown(torn)));
    }
    text
}

fn conflict(entry: &Entry) -> String {
    format!(
        "nothing was recorded: {} was {} by {} at {:.0}, which you had not seen. Look again, then \
         decide",
        escape_controls(&entry.customer_id),
        entry.kind.done(),
        escape_controls(&entry.by),
        entry.at
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> PathBuf {
        PathBuf::from("/data/de\u{1b}cisions.jsonl")
    }

    #[test]
    fn messages_name_the_file_and_what_to_do() {
        let open = |kind: ErrorKind| LedgerError::Open { path: path(), error: kind.into() };
        let read_only = open(ErrorKind::ReadOnlyFilesystem).to_string();
        assert_eq!(
            read_only,
            "nothing can be decided: cannot write the ledger /data/de␛cisions.jsonl: the file \
             system is read-only. Name a ledger on another one"
        );
        let denied = open(ErrorKind::PermissionDenied).to_string();
        assert!(denied.contains("permission denied. Ask for the rights"), "{denied}");
    }

    #[test]
    fn a_failed_write_says_whether_it_was_taken_back() {
        let failed = |left, torn| {
            let error = ErrorKind::StorageFull.into();
            LedgerError::Write { path: path(), error, left, torn }.to_string()
        };
        assert_eq!(
            failed(None, Some(PathBuf::from("x.torn"))),
            "nothing was recorded: cannot write to the ledger /data/de␛cisions.jsonl: the disk is \
             full. Make room, then decide again (an unfinished last line was moved to x.torn)"
        );
        let uncertain = failed(Some(io::Error::other("device gone")), None);
        assert!(uncertain.starts_with("it is not certain"), "{uncertain}");
        assert!(uncertain.contains("(device gone)"), "{uncertain}");
    }
}
