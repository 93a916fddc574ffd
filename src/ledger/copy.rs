//! A ledger copied to another place, line for line: from a file into a database, and back. Either all that
//! is missing is copied or nothing.

use std::fs;
use std::io::{self, Write as _};

use super::disk::Directory;
use super::file::FileStore;
use super::seal::{Seal, sha256};
use super::{History, LedgerError};
use crate::domain::{Digest, Entry, Error, ErrorKind};

/// Bytes that are written at once.
const BLOCK: usize = 1 << 20;

/// What a copy has, and what of it is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How many entries the copy has.
    pub entries: u64,
    /// How many of them were not there before.
    pub added: u64,
    /// Hash of the last.
    pub head: Digest,
}

/// Returns how many entries a ledger has that is to become a copy of another one.
///
/// # Errors
/// Where it cannot: one of them is broken or cut off, or it has other entries.
pub(super) fn shared_entries(from: &History, to: &History) -> Result<u64, Error> {
    for (history, which) in [(from, "the ledger to copy"), (to, "the ledger to copy to")] {
        if let Some(broken) = &history.broken {
            return Err(Error::from(broken.clone()).context(format!("nothing was copied: {which}")));
        }
    }
    if to.unfinished.is_some_and(|tail| !tail.whole) {
        let message = "nothing was copied: the last line of the ledger to copy to is unfinished";
        return Err(refused(message).hint("copy to a new file"));
    }
    if to.seq() > from.seq() || from.hash_of(to.seq()) != Some(to.head()) {
        let message = "nothing was copied: the ledger to copy to has other entries";
        return Err(refused(message).hint(
            "copy to an empty ledger, or to one that has only the first entries of the ledger to copy",
        ));
    }
    Ok(to.seq())
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Refused, message)
}

/// Returns the entries behind the first ones.
pub(super) fn entries_after(from: &History, entries: u64) -> impl Iterator<Item = &Entry> {
    let known = usize::try_from(entries).unwrap_or(usize::MAX);
    from.entries().skip(known).map(|entry| &**entry)
}

/// Returns the line of an entry as it was read, without its newline; checked again, as others may write to
/// its file.
///
/// # Errors
/// Where it is no longer there.
pub(super) fn line_of(entry: &Entry) -> io::Result<Vec<u8>> {
    let line = entry
        .basis
        .line()
        .filter(|line| Seal::last(line).is_some_and(|seal| sha256(seal.covered) == entry.hash));
    line.ok_or_else(|| io::Error::other(format!("entry {} changed meanwhile", entry.seq)))
}

impl FileStore {
    /// See [`Ledger::copy_from`](super::Ledger::copy_from).
    pub(super) fn copy_from(&self, from: &History, known: &History) -> Result<Copied, Error> {
        shared_entries(from, known)?;
        let mut copied = Copied { entries: from.seq(), added: 0, head: from.head() };
        if known.seq() == from.seq() && (known.seq() > 0 || self.path.exists()) {
            return Ok(copied);
        }
        let locked = self.lock()?;
        let outcome = (|| {
            let failed = |error| LedgerError::Read { path: self.path.clone(), error };
            let len = locked.file.metadata().map_err(failed)?.len();
            let now = History::of_file(&locked.file, Some(known), len).map_err(failed)?;
            copied.added = from.seq() - shared_entries(from, &now)?;
            // The end of a link, not the link.
            let path = fs::canonicalize(&self.path).map_err(failed)?;
            let failed = |error| LedgerError::Write {
                path: self.path.clone(),
                error,
                left: None,
                torn: None,
            };
            let directory = Directory::open(&path).map_err(failed)?;
            let mut entries = entries_after(from, 0);
            let replaced = locked.replace(&path, &directory, || {
                let mut block = Vec::with_capacity(BLOCK);
                for entry in entries.by_ref() {
                    block.write_all(&line_of(entry)?)?;
                    block.push(b'\n');
                    if block.len() >= BLOCK {
                        break;
                    }
                }
                Ok(block)
            });
            replaced.map_err(failed)?;
            Ok(copied)
        })();
        locked.remove_if_unused();
        outcome
    }
}
