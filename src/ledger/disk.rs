//! What the ledger does to files, in one place: so that tests can let each of it fail.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// The operations on files behind an acknowledged decision. The provided methods are those of the
/// system.
pub trait Disk: Debug + Send + Sync {
    /// Appends at the file's position.
    ///
    /// # Errors
    /// What the system reports; a part may be written.
    fn write(&self, mut file: &File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    /// Makes a file's content durable.
    ///
    /// # Errors
    /// What the system reports.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Cuts a file off.
    ///
    /// # Errors
    /// What the system reports.
    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }

    /// Makes the names in a directory durable.
    ///
    /// # Errors
    /// What the system reports.
    fn sync_directory(&self, directory: &Directory) -> io::Result<()> {
        directory.sync()
    }

    /// Creates a file that is not there yet.
    ///
    /// # Errors
    /// What the system reports.
    fn create(&self, path: &Path, mode: Mode) -> io::Result<File> {
        create_new(path, mode)
    }

    /// Lets a file take another one's place.
    ///
    /// # Errors
    /// What the system reports.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}

/// The system's own files.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {}

/// Who may read and write a new file.
#[derive(Debug, Clone)]
pub enum Mode {
    /// What is usual for a shared file in this directory: everyone reads it, the owner writes it, and
    /// where new files belong to the directory's group, the group, too. The umask takes from that.
    Shared,
    /// As another file.
    As(fs::Permissions),
    /// Only the owner.
    Private,
}

/// Creates a file that has its final mode before its first byte.
///
/// # Errors
/// What the system reports; [`io::ErrorKind::AlreadyExists`] where there is one.
#[cfg(unix)]
pub fn create_new(path: &Path, mode: Mode) -> io::Result<File> {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    const SETGID: u32 = 0o2000;
    let in_group =
        || fs::metadata(directory_of(path)).is_ok_and(|directory| directory.mode() & SETGID != 0);
    let bits = match &mode {
        Mode::Shared if in_group() => 0o664,
        Mode::Shared => 0o644,
        Mode::As(_) | Mode::Private => 0o600,
    };
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(bits).open(path)?;
    if let Mode::As(permissions) = mode
        && let Err(error) = file.set_permissions(permissions)
    {
        // Of a file of someone else's only they may set the mode; private is safe.
        if error.kind() != io::ErrorKind::PermissionDenied {
            return Err(error);
        }
    }
    Ok(file)
}

/// Creates a file, with the access rights of its directory.
///
/// # Errors
/// What the system reports; [`io::ErrorKind::AlreadyExists`] where there is one.
#[cfg(not(unix))]
pub fn create_new(path: &Path, _mode: Mode) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// The directory of a file, `.` where the path is a bare name.
pub fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The directory of a ledger, or of any other file that has to last: without its fsync, a new file's
/// name may be gone after a power cut, and with it decisions that were acknowledged. It is made
/// durable with every entry, not only the first: whoever created the file may have been killed before.
#[derive(Debug)]
pub struct Directory {
    #[cfg(unix)]
    file: File,
}

impl Directory {
    /// Opens the directory of a file.
    ///
    /// # Errors
    /// What the system reports.
    #[cfg(unix)]
    pub fn open(file: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(directory_of(file))? })
    }

    /// Makes the names in it durable.
    ///
    /// # Errors
    /// What the system reports.
    #[cfg(unix)]
    pub fn sync(&self) -> io::Result<()> {
        match self.file.sync_all() {
            // Some network file systems know no fsync of directories.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                ) =>
            {
                Ok(())
            }
            synced => synced,
        }
    }

    /// Does nothing: the system makes names durable by itself.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub fn open(_file: &Path) -> io::Result<Self> {
        Ok(Self {})
    }

    /// Does nothing: the system makes names durable by itself.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
