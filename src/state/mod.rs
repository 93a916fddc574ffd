//! What the program remembers between runs, in the user's state directory: one small record for each
//! kind of thing and data path.
//!
//! Records are locked while they change, take the old one's place at once, carry a version, and belong
//! to the user alone. What is remembered is never trusted over the data: a record that is damaged or of
//! another version is a first look, with a note.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use etcetera::BaseStrategy as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::text::escape_controls;
use crate::domain::{Digest, Error};

/// Version of what is written. A record of another one is not read.
const VERSION: u32 = 1;

/// A record has at most this many bytes.
const LARGEST: u64 = 16 << 20;

/// How long another process may keep a record for itself before it is left as it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// The user's state directory of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDirectory {
    root: Arc<Path>,
    frozen: bool,
}

/// Why something is not remembered. Nothing else depends on it: shown to a person, it is a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateError {
    /// The directory cannot be written.
    Unwritable {
        /// The directory.
        path: String,
        /// What the system reported.
        reason: String,
    },
    /// A record cannot be used.
    Damaged {
        /// The record.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl From<StateError> for Error {
    fn from(error: StateError) -> Self {
        let message = match error {
            StateError::Unwritable { path, reason } => {
                format!("cannot write to the state directory {}: {reason}", escape_controls(&path))
            }
            StateError::Damaged { path, reason } => {
                format!("{} is damaged and is ignored: {reason}", escape_controls(&path))
            }
        };
        Self::new(crate::domain::ErrorKind::Io, message)
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Error::from(self.clone()).message)
    }
}

impl std::error::Error for StateError {}

impl StateDirectory {
    /// `$XDG_STATE_HOME/nextplay`, or what stands for it where the variable is not set; `None` where
    /// the user has no home.
    pub fn of_user() -> Option<Self> {
        let base = etcetera::choose_base_strategy().ok()?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Some(Self::at(&state.join("nextplay")))
    }

    /// A state directory at this path. Nothing is created yet.
    pub fn at(root: &Path) -> Self {
        Self { root: root.into(), frozen: false }
    }

    /// The same, in which nothing is changed from now on: what is asked twice is answered alike.
    #[must_use]
    pub fn frozen(self) -> Self {
        Self { frozen: true, ..self }
    }

    /// Returns the path of the directory.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Opens a file of the directory to append to it. Only the user can read it.
    ///
    /// # Errors
    /// Where the directory or the file cannot be made or opened.
    pub fn open_private(&self, name: &str) -> io::Result<File> {
        create_private(&self.root)?;
        open_private(&self.root.join(name))
    }

    /// The record of a kind about a path, by whatever name the path is called.
    pub fn record(&self, kind: &str, about: &Path) -> Record {
        self.record_at(kind, canonical(about))
    }

    /// The record of a kind about a name in a directory, wherever a link of that name leads.
    pub fn record_of_name(&self, kind: &str, about: &Path) -> Record {
        self.record_at(kind, in_its_directory(about))
    }

    /// The record of a kind about something that is no file, by its one name.
    pub fn record_called(&self, kind: &str, name: &str) -> Record {
        self.record_at(kind, PathBuf::from(name))
    }

    fn record_at(&self, kind: &str, canonical: PathBuf) -> Record {
        let name = Digest::from(<[u8; 32]>::from(Sha256::digest(
            canonical.as_os_str().as_encoded_bytes(),
        )));
        let name: String = name.to_string().chars().take(24).collect();
        Record { path: self.root.join(kind).join(name), about: canonical, frozen: self.frozen }
    }
}

/// The one path of a file that may not be there: its directory's canonical path and its name.
fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| in_its_directory(path))
}

/// The canonical path of the file's directory, with its name.
fn in_its_directory(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = fs::canonicalize(parent.unwrap_or(Path::new(".")));
    match (directory, path.file_name()) {
        (Ok(directory), Some(name)) => directory.join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

/// Something that is remembered about a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Without the ending: `.json` is the record, `.lock` keeps others off, others may lie beside.
    path: PathBuf,
    about: PathBuf,
    frozen: bool,
}

/// A record as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    version: u32,
    /// What it is about, for people who look.
    path: String,
    data: T,
}

impl Record {
    /// A file beside the record with this ending.
    pub fn beside(&self, ending: &str) -> PathBuf {
        self.path.with_extension(ending)
    }

    /// What is remembered; `None` where nothing is.
    ///
    /// # Errors
    /// [`StateError::Damaged`] where it cannot be read.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, StateError> {
        let path = self.beside("json");
        let damaged = |reason: String| StateError::Damaged { path: shown(&path), reason };
        let read = || {
            let metadata = fs::metadata(&path)?;
            match metadata.is_file() && metadata.len() <= LARGEST {
                true => fs::read(&path),
                false => Err(io::Error::other("it is not a file of at most 16 MB")),
            }
        };
        let text = match read() {
            Ok(text) => text,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(damaged(error.to_string())),
        };
        let stored: Stored<T> =
            serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if stored.version != VERSION {
            return Err(damaged(format!("it is of version {}, not {VERSION}", stored.version)));
        }
        Ok(Some(stored.data))
    }

    /// Changes what is remembered, alone, and returns it. `change` is given what is there (nothing,
    /// where that is damaged) and answers with what is to be there, or with `None` to leave it.
    ///
    /// # Errors
    /// [`StateError::Unwritable`]; nothing has changed then.
    pub fn update<T: Serialize + DeserializeOwned>(
        &self,
        change: impl FnOnce(Option<T>) -> Option<T>,
    ) -> Result<(), StateError> {
        if self.frozen {
            return Ok(());
        }
        let written = self.locked(|| {
            let before = self.read().unwrap_or_default();
            let Some(data) = change(before) else { return Ok(()) };
            let stored = Stored { version: VERSION, path: shown(&self.about), data };
            let text = serde_json::to_vec(&stored).map_err(io::Error::from)?;
            self.replace("json", |file| file.write_all(&text))
        });
        written.map_err(|error| {
            let directory = self.path.parent().unwrap_or(&self.path);
            StateError::Unwritable { path: shown(directory), reason: error.to_string() }
        })
    }

    /// Does something while no other process changes the record.
    ///
    /// # Errors
    /// What `work` reports, or where the directory cannot be made or is kept by another process, or
    /// nothing is to be changed.
    pub fn locked<T>(&self, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if self.frozen {
            return Err(ErrorKind::ReadOnlyFilesystem.into());
        }
        let directory = self.path.parent().unwrap_or(&self.path);
        create_private(directory)?;
        let lock = File::options().create(true).append(true).open(self.beside("lock"))?;
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = lock.try_lock() {
            match error {
                fs::TryLockError::WouldBlock if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                error => return Err(error.into()),
            }
        }
        work()
    }

    /// Lets a new file take the place of the one with this ending. Only the user can read it.
    ///
    /// # Errors
    /// What the system or `write` reports; the file is then as it was.
    pub fn replace(
        &self,
        ending: &str,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        let directory = self.path.parent().unwrap_or(&self.path);
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        write(file.as_file_mut())?;
        file.persist(self.beside(ending)).map_err(|error| error.error)?;
        Ok(())
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(unix)]
fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(unix)]
fn open_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = File::options().create(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

#[cfg(not(unix))]
fn open_private(path: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(path)
}

#[cfg(not(unix))]
fn create_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, Record) {
        let home = tempfile::tempdir().unwrap();
        let record = StateDirectory::at(&home.path().join("state")).record("heads", home.path());
        (home, record)
    }

    #[test]
    fn what_was_remembered_is_read_back() {
        let (_home, record) = place();
        assert_eq!(record.read::<Vec<u32>>().unwrap(), None);
        record.update(|before: Option<Vec<u32>>| before.is_none().then(|| vec![1])).unwrap();
        record.update(|before: Option<Vec<u32>>| before.map(|b| [b, vec![2]].concat())).unwrap();
        record.update(|_: Option<Vec<u32>>| None).unwrap();
        assert_eq!(record.read::<Vec<u32>>().unwrap(), Some(vec![1, 2]));
    }

    #[test]
    fn nothing_changes_while_the_state_is_frozen() {
        let home = tempfile::tempdir().unwrap();
        let state = StateDirectory::at(&home.path().join("state"));
        let frozen = state.clone().frozen().record("heads", home.path());
        frozen.update(|_| Some(7_u32)).unwrap();
        assert!(frozen.locked(|| Ok(())).is_err() && !home.path().join("state").exists());
        state.record("heads", home.path()).update(|_| Some(8_u32)).unwrap();
        frozen.update(|_| Some(9_u32)).unwrap();
        assert_eq!(frozen.read::<u32>().unwrap(), Some(8));
    }

    #[test]
    fn what_is_damaged_is_a_first_look() {
        let (_home, record) = place();
        record.update(|_| Some(7_u32)).unwrap();
        for bad in ["", "{", "[]", r#"{"version":2,"path":"","data":7}"#] {
            fs::write(record.beside("json"), bad).unwrap();
            assert!(matches!(record.read::<u32>(), Err(StateError::Damaged { .. })), "{bad}");
        }
        record.update(|before: Option<u32>| before.is_none().then_some(8)).unwrap();
        assert_eq!(record.read::<u32>().unwrap(), Some(8));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_or_a_huge_file_is_not_read() {
        let (_home, record) = place();
        record.update(|_| Some(7_u32)).unwrap();
        let path = record.beside("json");
        File::options().write(true).open(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(matches!(record.read::<u32>(), Err(StateError::Damaged { .. })));
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(matches!(record.read::<u32>(), Err(StateError::Damaged { .. })));
    }

    #[test]
    fn where_nothing_can_be_written_that_is_said() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let record =
            StateDirectory::at(&home.path().join("file/state")).record("heads", home.path());
        assert_eq!(record.read::<u32>().unwrap(), None);
        let error = record.update(|_| Some(1_u32)).unwrap_err();
        assert!(matches!(error, StateError::Unwritable { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_home, record) = place();
        record.update(|_| Some(7_u32)).unwrap();
        let mode = fs::metadata(record.beside("json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_has_one_record_by_whatever_name() {
        let home = tempfile::tempdir().unwrap();
        let state = StateDirectory::at(home.path());
        std::os::unix::fs::symlink(".", home.path().join("here")).unwrap();
        let record = |name: &str| state.record("heads", &home.path().join(name));
        assert_eq!(record("decisions.jsonl"), record("here/decisions.jsonl"));
        assert_ne!(record("decisions.jsonl"), record("other.jsonl"));
    }
}
