//! What tells that a file on disk is another one than before.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use file_id::FileId;

/// Which files a load looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reread {
    /// Those whose length, time or inode is another one than before.
    Changed,
    /// All of them.
    All,
}

/// Length, times and identity of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    identity: Identity,
}

/// Which file it is, and on Unix its time of change (seconds and nanoseconds): unlike the time of
/// modification, that one cannot be set back.
type Identity = (Option<FileId>, i64, i64);

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    Absent,
    /// A file, as it was when it was seen.
    File(Stamp),
    /// Something else than a file: a directory, a pipe, a device. Reading it may never end.
    Other,
    /// It cannot even be asked for.
    Unknown,
}

/// File systems tell time in steps; a file changed twice within one looks unchanged.
const CLOCK_STEP: Duration = Duration::from_millis(50);

impl Seen {
    /// Asks the file system, following links.
    pub fn at(path: &Path) -> Self {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Self::File(Stamp::of(path, &metadata)),
            Ok(_) => Self::Other,
            // A link that leads nowhere is no missing file: someone meant a file to be there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match std::fs::symlink_metadata(path) {
                    Ok(metadata) if metadata.is_symlink() => Self::Unknown,
                    _ => Self::Absent,
                }
            }
            Err(_) => Self::Unknown,
        }
    }

    /// Bytes in the file; 0 where there is none.
    pub fn length(&self) -> u64 {
        match self {
            Self::File(stamp) => stamp.length,
            Self::Absent | Self::Other | Self::Unknown => 0,
        }
    }

    /// True where a file was changed so shortly before `now` that another change may hide behind
    /// the same stamp: it has to be read again next time.
    pub fn may_hide_a_change(&self, now: SystemTime) -> bool {
        match self {
            Self::Absent | Self::Other => false,
            Self::Unknown => true,
            Self::File(stamp) => stamp
                .modified
                .is_none_or(|at| now.duration_since(at).is_ok_and(|age| age < CLOCK_STEP)),
        }
    }
}

impl Stamp {
    fn of(path: &Path, metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let (seconds, nanoseconds) = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let (seconds, nanoseconds) = (0, 0);
        let identity = (file_id::get_file_id(path).ok(), seconds, nanoseconds);
        Self { length: metadata.len(), modified: metadata.modified().ok(), identity }
    }
}
