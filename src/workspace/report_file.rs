//! A file of lines that several processes append to: locked, repaired where a writer was killed, and
//! durable before a line counts as written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind as IoErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::domain::{Error, ErrorKind};
use crate::ledger::{Directory, Mode, create_new, is_still_at};

/// How long a lock is left alone between two attempts to take it.
const PAUSE: Duration = Duration::from_millis(10);

/// The file, open and locked. Dropping it gives the lock back.
pub(super) struct ReportFile {
    path: PathBuf,
    file: File,
    /// The whole lines in it.
    text: String,
}

impl ReportFile {
    /// Opens the file, creates it if there is none, waits for its lock, and cuts off what a writer that
    /// was killed left of a line.
    ///
    /// # Errors
    /// Where it cannot be opened, read or repaired, or another process holds it for longer than `wait`.
    pub(super) fn open(path: &Path, wait: Duration) -> Result<Self, Error> {
        let failed = |error: &io::Error| failed(path, "opened", error);
        let deadline = Instant::now().checked_add(wait);
        loop {
            let file = match OpenOptions::new().read(true).write(true).open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == IoErrorKind::NotFound => {
                    match create_new(path, Mode::Shared) {
                        Ok(file) => file,
                        Err(error)
                            if error.kind() == IoErrorKind::AlreadyExists && path.exists() =>
                        {
                            continue;
                        }
                        Err(error) => return Err(failed(&error)),
                    }
                }
                Err(error) => return Err(failed(&error)),
            };
            if !file.metadata().map_err(|error| failed(&error))?.is_file() {
                return Err(failed(&io::Error::other("not a regular file")));
            }
            lock(&file, path, deadline)?;
            // Someone may have put another file in its place while we waited.
            if is_still_at(&file, path) {
                let mut opened = Self { path: path.to_owned(), file, text: String::new() };
                opened.repair()?;
                return Ok(opened);
            }
        }
    }

    /// The lines in it.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Reads the whole lines, and removes a line that was never acknowledged.
    fn repair(&mut self) -> Result<(), Error> {
        let failed = |error: &io::Error| failed(&self.path, "read", error);
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
        let tail = bytes.get(whole..).unwrap_or_default();
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(tail).is_ok();
        if is_json {
            // Only its line break is missing, as some editors leave it.
            self.file.write_all(b"\n").map_err(|error| failed(&error))?;
            bytes.push(b'\n');
        } else if !tail.is_empty() {
            self.file.set_len(whole as u64).map_err(|error| failed(&error))?;
            bytes.truncate(whole);
            tracing::warn!(path = %self.path.display(), "an unfinished last line was cut off");
        }
        self.text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(())
    }

    /// Appends a line; it is on disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written; nothing of it stays.
    pub(super) fn append(&mut self, line: &str) -> Result<(), Error> {
        let end = self.file.seek(SeekFrom::End(0));
        let written = end.and_then(|end| {
            let directory = Directory::open(&self.path)?;
            let written = self
                .file
                .write_all(format!("{line}\n").as_bytes())
                .and_then(|()| self.file.sync_all())
                .and_then(|()| directory.sync());
            written.inspect_err(|_| {
                let _ = self.file.set_len(end).and_then(|()| self.file.sync_all());
            })
        });
        written.map_err(|error| failed(&self.path, "written", &error))
    }
}

impl Drop for ReportFile {
    fn drop(&mut self) {
        // A file that was created for a report which then was refused.
        if self.file.metadata().is_ok_and(|metadata| metadata.len() == 0) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

fn lock(file: &File, path: &Path, deadline: Option<Instant>) -> Result<(), Error> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) if error.kind() == IoErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(failed(path, "locked", &error)),
            Err(TryLockError::WouldBlock) if deadline.is_some_and(|at| Instant::now() >= at) => {
                let message = format!("another process holds {}", path.display());
                return Err(Error::new(ErrorKind::Refused, message).hint("try again later"));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
    }
}

fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be {what}: {error}", path.display()))
}
