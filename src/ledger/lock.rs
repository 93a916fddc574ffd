//! Getting hold of a ledger's file: opened or created, locked for so long as it takes, and still the
//! one that its path names.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::LedgerError;
use super::disk::{Disk, Mode, directory_of};

/// How often a file is opened anew because another one took its place meanwhile.
const ATTEMPTS: usize = 1000;

/// How long a lock is left alone between two attempts to take it.
const PAUSE: Duration = Duration::from_millis(10);

/// What a ledger's file is being used for at the moment, for whoever wonders why it takes so long.
#[derive(Debug, Default)]
pub struct Activity(AtomicU64);

/// See [`Activity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Nothing.
    Nothing,
    /// Another process holds the lock; its id, where that is known.
    WaitingFor(Option<u32>),
    /// Reads about so many entries.
    Reading(u64),
}

impl Activity {
    const WAITING: u64 = 1 << 63;

    pub(super) fn set(&self, doing: Doing) {
        let state = match doing {
            Doing::Nothing => 0,
            Doing::WaitingFor(pid) => Self::WAITING | u64::from(pid.unwrap_or(0)),
            Doing::Reading(entries) => entries & !Self::WAITING,
        };
        self.0.store(state, Ordering::Relaxed);
    }

    /// What is being done now.
    pub fn now(&self) -> Doing {
        match self.0.load(Ordering::Relaxed) {
            0 => Doing::Nothing,
            state if state & Self::WAITING != 0 => Doing::WaitingFor(
                u32::try_from(state & !Self::WAITING).ok().filter(|pid| *pid != 0),
            ),
            entries => Doing::Reading(entries),
        }
    }
}

/// Who else may hold the lock at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    /// Other readers.
    Readers,
    Nobody,
}

/// Takes a lock, and waits for it for so long.
///
/// # Errors
/// [`LedgerError::Busy`] where someone else holds it all the time, [`LedgerError::Lock`] where it
/// cannot be taken at all.
fn take(
    file: &File,
    path: &Path,
    share: Share,
    deadline: Instant,
    activity: &Activity,
) -> Result<(), LedgerError> {
    let (started, mut waited) = (Instant::now(), false);
    loop {
        let taken = match share {
            Share::Readers => file.try_lock_shared(),
            Share::Nobody => file.try_lock(),
        };
        match taken {
            Ok(()) => {
                if waited {
                    let ms = started.elapsed().as_millis() as u64;
                    tracing::info!(ms, "waited for the lock of the ledger");
                }
                activity.set(Doing::Nothing);
                return Ok(());
            }
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => {
                return Err(LedgerError::Lock { path: path.to_owned(), error });
            }
            Err(TryLockError::WouldBlock) => {
                let holder = holder(file);
                if !std::mem::replace(&mut waited, true) {
                    tracing::info!(?holder, "another process holds the ledger");
                }
                activity.set(Doing::WaitingFor(holder));
                if Instant::now() >= deadline {
                    activity.set(Doing::Nothing);
                    return Err(LedgerError::Busy { path: path.to_owned(), holder });
                }
                thread::sleep(PAUSE);
            }
        }
    }
}

/// The process that holds the lock on a file, as far as the system tells.
#[cfg(target_os = "linux")]
fn holder(file: &File) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let inode = file.metadata().ok()?.ino().to_string();
    // `1: FLOCK  ADVISORY  WRITE 708 08:02:1835012 0 EOF`; a process that waits has `->` behind the
    // number.
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let held = locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        match fields.as_slice() {
            [_, "FLOCK", _, _, pid, place, ..] if place.rsplit(':').next() == Some(&inode) => {
                pid.parse().ok()
            }
            _ => None,
        }
    });
    held.filter(|pid| *pid != 0 && *pid != std::process::id())
}

#[cfg(not(target_os = "linux"))]
fn holder(_file: &File) -> Option<u32> {
    None
}

/// An open ledger that no one writes while this is held.
pub(super) struct Reading {
    pub(super) file: File,
    /// False where the file system cannot lock: what is read twice the same is good.
    pub(super) locked: bool,
}

impl Reading {
    /// Opens the ledger for reading and waits for its lock; `None` where there is none.
    ///
    /// # Errors
    /// [`LedgerError::Read`], [`LedgerError::NotAFile`] or [`LedgerError::Busy`].
    pub(super) fn open(
        path: &Path,
        wait: Duration,
        activity: &Activity,
    ) -> Result<Option<Self>, LedgerError> {
        let deadline = deadline(wait);
        let failed = |error| LedgerError::Read { path: path.to_owned(), error };
        for _ in 0..ATTEMPTS {
            match fs::metadata(path) {
                // Looked at before opening: opening a pipe would wait for someone to write into it.
                Ok(metadata) => refuse_if_no_file(path, &metadata)?,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    // A link that leads nowhere is a ledger that is out of reach, not an empty one.
                    let link = fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
                    let is = "a broken link";
                    return if link {
                        Err(LedgerError::NotAFile { path: path.to_owned(), is })
                    } else {
                        Ok(None)
                    };
                }
                Err(error) => return Err(failed(error)),
            }
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            match take(&file, path, Share::Readers, deadline, activity) {
                Ok(()) if is_still_at(&file, path) => return Ok(Some(Self { file, locked: true })),
                Ok(()) => {}
                Err(LedgerError::Lock { .. }) => return Ok(Some(Self { file, locked: false })),
                Err(error) => return Err(error),
            }
        }
        Err(LedgerError::Changed { path: path.to_owned() })
    }
}

impl Drop for Reading {
    /// Gives the lock back: entries keep the file open, to read their lines again.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// When a wait of that length from now on is over.
fn deadline(wait: Duration) -> Instant {
    let now = Instant::now();
    // Waits are bounded when they are given; a longer one than can be told is as good as a day.
    now.checked_add(wait).unwrap_or(now + Duration::from_secs(86_400))
}

/// An open ledger that no one else writes. Dropping it gives the lock back.
pub(super) struct Locked<'a> {
    pub(super) path: &'a Path,
    pub(super) file: File,
    pub(super) disk: &'a dyn Disk,
    /// True where this writer created the file.
    created: bool,
}

impl<'a> Locked<'a> {
    /// Opens the ledger, creates it if there is none, and waits for its lock.
    ///
    /// # Errors
    /// Where it cannot be opened or locked, or another process holds it for longer than `wait`.
    pub(super) fn open(
        path: &'a Path,
        disk: &'a dyn Disk,
        wait: Duration,
        activity: &Activity,
    ) -> Result<Self, LedgerError> {
        let deadline = deadline(wait);
        for _ in 0..ATTEMPTS {
            let Some((file, created)) = open_or_create(path, disk)? else { continue };
            take(&file, path, Share::Nobody, deadline, activity)?;
            // While we waited, the file may have been moved aside: then the lock is on a file that
            // is no longer the ledger, and does not keep others from writing the one that is.
            if is_still_at(&file, path) {
                return Ok(Self { path, file, disk, created });
            }
        }
        Err(LedgerError::Changed { path: path.to_owned() })
    }

    /// Removes the file if this writer created it for a decision that then was not made. Others who
    /// need its lock will see that it is gone and open the path anew. Where it cannot be
    /// removed, an empty ledger stays.
    pub(super) fn remove_if_unused(&self) {
        let empty = self.file.metadata().is_ok_and(|metadata| metadata.len() == 0);
        if self.created && empty && is_still_at(&self.file, self.path) {
            let _ = fs::remove_file(self.path);
        }
    }
}

impl Drop for Locked<'_> {
    /// Gives the lock back: entries keep the file open, to read their lines again.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Opens the ledger for writing, and says whether it had to be created. `None` where another writer
/// created or removed it at the same moment: try again.
fn open_or_create(path: &Path, disk: &dyn Disk) -> Result<Option<(File, bool)>, LedgerError> {
    let failed = |error| LedgerError::Open { path: path.to_owned(), error };
    match fs::metadata(path) {
        Ok(metadata) => refuse_if_no_file(path, &metadata)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return create(path, disk),
        Err(error) => return Err(failed(error)),
    }
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => Ok(Some((file, false))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn create(path: &Path, disk: &dyn Disk) -> Result<Option<(File, bool)>, LedgerError> {
    match disk.create(path, Mode::Shared) {
        Ok(file) => Ok(Some((file, true))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
            if is_link && !path.exists() {
                let is = "a broken link";
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

/// True where the path still names this open file. Where the system cannot tell, it is taken to.
#[cfg(unix)]
pub fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
pub fn is_still_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::path::PathBuf;

    use super::*;
    use crate::ledger::Ledger;
    use crate::ledger::disk::SystemDisk;
    use crate::ledger::samples::{decide, draft, files, place};

    #[cfg(unix)]
    #[test]
    fn a_ledger_moved_aside_while_a_writer_waits_is_not_written_to() {
        let (directory, ledger) = place();
        decide(&ledger, "dana", "C1");
        let aside = directory.path().join("old.jsonl");
        std::thread::scope(|scope| {
            let (here, wait) = std::sync::mpsc::channel();
            let holder = Locked::open(
                ledger.path().unwrap(),
                &SystemDisk,
                Duration::ZERO,
                &Activity::default(),
            )
            .unwrap();
            let ledger = &ledger;
            scope.spawn(move || {
                here.send(()).unwrap();
                // Waits for the lock on the file that is about to be moved, or, if this thread is
                // slow, finds it gone at once: either way the decision belongs into a new file.
                assert_eq!(decide(ledger, "sam", "C1").entry.seq, 1);
            });
            wait.recv().unwrap();
            fs::rename(ledger.path().unwrap(), &aside).unwrap();
            drop(holder);
        });
        assert_eq!(Ledger::new(&aside).read().unwrap().len(), 1);
        assert_eq!(ledger.read().unwrap().len(), 1);
    }

    #[test]
    fn a_missing_directory_reads_as_empty_and_is_not_created() {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(directory.path().join("none/decisions.jsonl"));
        assert!(ledger.read().unwrap().is_empty());
        let error = ledger.append(|_| Ok::<_, Infallible>(draft("dana", "C1"))).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/none, does not exist; create it"), "{text}");
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
            (link, "is a broken link, not a file"),
            (file.join("x"), "a part of the path is not a directory"),
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
        fs::set_permissions(ledger.path().unwrap(), fs::Permissions::from_mode(0o444)).unwrap();
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
