//! Lines of a database, kept in a file that has no name, so that entries find theirs again as they do in
//! the file of a ledger.

use std::fmt;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::source::OpenFile;
use crate::domain::LineSource;

/// Lines in the order in which they were read. Nothing in it is ever changed.
pub(super) struct Scratch {
    file: File,
    end: Mutex<u64>,
    source: Arc<dyn LineSource>,
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").field("end", &self.end).finish_non_exhaustive()
    }
}

impl Scratch {
    /// An empty one; gone with the last entry that needs it.
    ///
    /// # Errors
    /// What the system reports.
    pub(super) fn new() -> io::Result<Self> {
        let file = tempfile::tempfile()?;
        let source = OpenFile::shared(&file)?;
        Ok(Self { file, end: Mutex::new(0), source })
    }

    /// Adds lines, and returns where they begin.
    ///
    /// # Errors
    /// What the system reports.
    pub(super) fn push(&self, lines: &[u8]) -> io::Result<u64> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let offset = *end;
        write_all_at(&self.file, lines, offset)?;
        *end += lines.len() as u64;
        Ok(offset)
    }

    pub(super) fn source(&self) -> &Arc<dyn LineSource> {
        &self.source
    }
}

#[cfg(unix)]
fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_all_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        bytes = bytes.get(written..).unwrap_or_default();
        offset += written as u64;
    }
    Ok(())
}
