//! Getting hold of a ledger's file: opened or created, locked, and still the one that its path names.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::LedgerError;

/// How often a file is opened anew because another one took its place meanwhile.
const ATTEMPTS: usize = 1000;

/// An open ledger that nobody else writes. Dropping it gives the lock back.
pub(super) struct Locked<'a> {
    pub(super) path: &'a Path,
    pub(super) file: File,
    /// True where this writer created the file.
    created: bool,
}

impl<'a> Locked<'a> {
    /// Opens the ledger, creates it if there is none, and waits for its lock.
    pub(super) fn open(path: &'a Path) -> Result<Self, LedgerError> {
        for _ in 0..ATTEMPTS {
            let Some((file, created)) = open_or_create(path)? else { continue };
            loop {
                match file.lock() {
                    Ok(()) => break,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(LedgerError::Lock { path: path.to_owned(), error }),
                }
            }
            // While we waited, the file may have been moved aside: then the lock is on a file that
            // is no longer the ledger, and does not keep others from writing the one that is.
            if is_still_at(&file, path) {
                return Ok(Self { path, file, created });
            }
        }
        Err(LedgerError::Changed { path: path.to_owned() })
    }

    /// Removes the file if this writer created it for a decision that then was not made. Others who
    /// wait for its lock will see that it is gone and open the path anew. Where it cannot be
    /// removed, an empty ledger stays, which is harmless.
    pub(super) fn remove_if_unused(&self) {
        let empty = self.file.metadata().is_ok_and(|metadata| metadata.len() == 0);
        if self.created && empty && is_still_at(&self.file, self.path) {
            let _ = fs::remove_file(self.path);
        }
    }
}

/// Opens the ledger for writing, and says whether it had to be created. `None` where another writer
/// created or removed it at the same moment: try again.
fn open_or_create(path: &Path) -> Result<Option<(File, bool)>, LedgerError> {
    let failed = |error| LedgerError::Open { path: path.to_owned(), error };
    match fs::metadata(path) {
        Ok(metadata) => refuse_if_no_file(path, &metadata)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return create(path),
        Err(error) => return Err(failed(error)),
    }
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => Ok(Some((file, false))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn create(path: &Path) -> Result<Option<(File, bool)>, LedgerError> {
    match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
        Ok(file) => Ok(Some((file, true))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
            if is_link && !path.exists() {
                let is = "a link that leads nowhere";
                return Err(LedgerError::NotAFile { path: path.to_owned(), is });
            }
            Ok(None)
        }
        Err(error) if error.kind() == ErrorKind::NotFound && !directory_of(path).exists() => {
            Err(LedgerError::NoDirectory { directory: directory_of(path).to_owned() })
        }
        Err(error) => Err(LedgerError::Open { path: path.to_owned(), error }),
    }
}

/// Looks whether a ledger could be written at a path: its file, or where there is none, its
/// directory.
#[cfg(unix)]
pub(super) fn may_write(path: &Path) -> Result<(), LedgerError> {
    use rustix::fs::{Access, access};
    let failed =
        |error: rustix::io::Errno| LedgerError::Open { path: path.to_owned(), error: error.into() };
    match access(path, Access::WRITE_OK) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::NOENT) => {
            let directory = directory_of(path);
            if !directory.exists() {
                return Err(LedgerError::NoDirectory { directory: directory.to_owned() });
            }
            access(directory, Access::WRITE_OK | Access::EXEC_OK).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Where the system is not asked, it shows when a decision is made.
#[cfg(not(unix))]
pub(super) fn may_write(_path: &Path) -> Result<(), LedgerError> {
    Ok(())
}

/// A device or a pipe would take decisions and forget them.
pub(super) fn refuse_if_no_file(path: &Path, metadata: &fs::Metadata) -> Result<(), LedgerError> {
    let is = if metadata.is_file() {
        return Ok(());
    } else if metadata.is_dir() {
        "a directory"
    } else {
        "a device or a pipe"
    };
    Err(LedgerError::NotAFile { path: path.to_owned(), is })
}

/// The directory of a file, `.` where the path is a bare name.
pub(crate) fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// True where the path still names this open file. Where the system cannot tell, it is taken to.
#[cfg(unix)]
pub(super) fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
pub(super) fn is_still_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

/// The directory of a ledger, or of any other file that has to last: without its fsync, a new file's name may be gone after a power cut,
/// and with it decisions that were acknowledged. It is made durable with every entry, not only the
/// first: whoever created the file may have been killed before.
#[derive(Debug)]
pub(crate) struct Directory {
    #[cfg(unix)]
    file: File,
}

impl Directory {
    #[cfg(unix)]
    pub(crate) fn open(file: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(directory_of(file))? })
    }

    #[cfg(unix)]
    pub(crate) fn sync(&self) -> io::Result<()> {
        match self.file.sync_all() {
            // Some network file systems know no fsync of directories.
            Err(error)
                if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) =>
            {
                Ok(())
            }
            synced => synced,
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn open(_file: &Path) -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::path::PathBuf;

    use super::*;
    use crate::ledger::Ledger;
    use crate::ledger::samples::{decide, draft, files, place};

    #[cfg(unix)]
    #[test]
    fn a_ledger_moved_aside_while_a_writer_waits_is_not_written_to() {
        let (directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let aside = directory.path().join("old.jsonl");
        std::thread::scope(|scope| {
            let (here, wait) = std::sync::mpsc::channel();
            let holder = Locked::open(ledger.path()).unwrap();
            let ledger = &ledger;
            scope.spawn(move || {
                here.send(()).unwrap();
                // Waits for the lock on the file that is about to be moved, or, if this thread is
                // slow, finds it gone at once: either way the decision belongs into a new file.
                assert_eq!(decide(ledger, "sam", "C1").entry.seq, 1);
            });
            wait.recv().unwrap();
            fs::rename(ledger.path(), &aside).unwrap();
            drop(holder);
        });
        assert_eq!(Ledger::new(&aside).read().unwrap().entries.len(), 1);
        assert_eq!(ledger.read().unwrap().entries.len(), 1);
    }

    #[test]
    fn a_missing_directory_reads_as_empty_and_is_not_created() {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(directory.path().join("none/decisions.jsonl"));
        assert!(ledger.read().unwrap().entries.is_empty());
        let error = ledger.append(|_| Ok::<_, Infallible>(draft("dana", "C1"))).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/none does not exist. Create it"), "{text}");
        assert!(files(&directory).is_empty());
    }

    #[test]
    fn only_a_file_is_a_ledger() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        let link = directory.path().join("link");
        #[cfg(unix)]
        std::os::unix::fs::symlink(directory.path().join("nowhere"), &link).unwrap();
        for (path, want) in [
            (directory.path().to_owned(), "is a directory, not a file"),
            (PathBuf::from("/dev/null"), "is a device or a pipe, not a file"),
            (link, "is a link that leads nowhere, not a file"),
            (file.join("x"), "a part of this path is not a directory"),
        ] {
            let ledger = Ledger::new(&path);
            let error = ledger.read().unwrap_err();
            assert!(error.to_string().contains(want), "{error}");
            let error = ledger.append(|_| Ok::<_, Infallible>(draft("dana", "C1"))).unwrap_err();
            assert!(error.to_string().contains(want), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_or_directory_that_cannot_be_written_says_so() {
        use std::os::unix::fs::PermissionsExt;
        let (directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let new = Ledger::new(directory.path().join("new.jsonl"));
        fs::set_permissions(ledger.path(), fs::Permissions::from_mode(0o444)).unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).unwrap();
        for ledger in [&ledger, &new] {
            let made = ledger.append(|_| Ok::<_, Infallible>(draft("dana", "C2")));
            // Permissions do not bind root: then there is nothing to be refused.
            if let Err(error) = made {
                let text = error.to_string();
                assert!(text.starts_with("nothing can be decided: cannot write the ledger"));
                assert!(text.contains("permission denied"), "{text}");
            }
        }
        assert!(ledger.read().is_ok());
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
}
