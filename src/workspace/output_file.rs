//! Results into a file (`-o FILE`): the file is there whole or not at all, and what it held before
//! stays until the new one takes its place.

use std::fmt;
use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, PersistError};

use crate::domain::io_error::reason_and_hint;
use crate::domain::{Error, ErrorKind};
use crate::ledger::{Directory, directory_of, is_ledger};

/// A file that a result may be written to.
#[derive(Debug, Clone)]
pub struct OutputFile {
    /// As it was typed, for messages.
    named: PathBuf,
    /// Where the result goes: the end of a link, not the link.
    path: PathBuf,
    /// Of the file that is there now.
    permissions: Option<Permissions>,
}

/// Why a result is not in its file.
#[derive(Debug)]
pub enum OutputError {
    /// A file that nextplay reads here: it is not overwritten.
    Own(PathBuf),
    /// A ledger, or a part of one: it is never replaced.
    Ledger(PathBuf),
    /// A directory, a device or a broken link.
    NotAFile {
        /// As it was typed.
        named: PathBuf,
        /// What it is.
        is: &'static str,
    },
    /// No file is named.
    Unnamed,
    /// It cannot be written; nothing has changed.
    Write {
        /// As it was typed.
        named: PathBuf,
        /// What the system reported.
        error: io::Error,
    },
    /// The result is there, but a power cut may bring the one before it back.
    NotDurable {
        /// As it was typed.
        named: PathBuf,
        /// What the system reported.
        error: io::Error,
    },
}

impl OutputError {
    /// Returns it as a person reads it.
    pub fn error(&self) -> Error {
        let io = |message: String| Error::new(ErrorKind::Io, message);
        let another = "use another file";
        match self {
            Self::Own(path) => {
                io(format!("{} is a file that nextplay reads here", path.display())).hint(another)
            }
            Self::Ledger(path) => {
                io(format!("{} is a ledger, which is never replaced", path.display())).hint(another)
            }
            Self::NotAFile { named, is } => io(format!("{} is {is}, not a file", named.display()))
                .hint("name a file, or leave out -o to print the result"),
            Self::Unnamed => io("-o is empty".to_owned())
                .hint("name a file, or leave out -o to print the result"),
            Self::Write { named, error } if error.kind() == io::ErrorKind::NotFound => {
                let directory = directory_of(named).display();
                io(format!(
                    "cannot write {}: the directory {directory} does not exist",
                    named.display()
                ))
                .hint("create it, or use another file")
            }
            Self::Write { named, error } => {
                let (why, hint) = reason_and_hint(error);
                let error = io(format!("cannot write {}: {why}", named.display()));
                match hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                }
            }
            Self::NotDurable { named, error } => io(format!(
                "{} is written, but may not survive a power cut: {error}",
                named.display()
            )),
        }
    }
}

impl From<OutputError> for Error {
    fn from(error: OutputError) -> Self {
        error.error()
    }
}

impl fmt::Display for OutputError {
    /// The message and the hints in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error().one_line())
    }
}

impl std::error::Error for OutputError {}

impl OutputFile {
    /// Looks whether a result may be written to a file; `own` are those that this program reads, and
    /// directories in which it reads every file.
    ///
    /// # Errors
    /// Where it is one of those, by whatever name, or any ledger or part of one, or no file.
    pub fn new(named: &Path, own: &[PathBuf]) -> Result<Self, OutputError> {
        let failed = |error| OutputError::Write { named: named.to_owned(), error };
        if named.as_os_str().is_empty() {
            return Err(OutputError::Unnamed);
        }
        let is = |is| OutputError::NotAFile { named: named.to_owned(), is };
        let is_link = fs::symlink_metadata(named).is_ok_and(|metadata| metadata.is_symlink());
        let (path, permissions) = match fs::metadata(named) {
            Ok(metadata) if metadata.is_dir() => return Err(is("a directory")),
            Ok(metadata) if !metadata.is_file() => return Err(is("a device or a pipe")),
            Ok(metadata) => {
                (fs::canonicalize(named).map_err(failed)?, Some(metadata.permissions()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_link => {
                return Err(is("a broken link"));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // A name that ends in a slash or in dots is that of a directory.
                let name = named.file_name().ok_or_else(|| is("a directory"))?;
                (fs::canonicalize(directory_of(named)).map_err(failed)?.join(name), None)
            }
            Err(error) => return Err(failed(error)),
        };
        // What is put into a directory of parts is a part.
        let is_in = |own: &Path| own.is_dir() && path.parent().is_some_and(|to| is_same(to, own));
        if own.iter().any(|own| is_same(&path, own) || is_in(own)) {
            return Err(OutputError::Own(named.to_owned()));
        }
        if permissions.is_some() && [named, &path].into_iter().any(is_ledger) {
            return Err(OutputError::Ledger(named.to_owned()));
        }
        Ok(Self { named: named.to_owned(), path, permissions })
    }

    /// Writes a result beside the file and makes it durable; [`Staged::put`] then lets it take the
    /// file's place.
    ///
    /// # Errors
    /// Where it cannot be written; nothing of it stays.
    pub fn stage(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Staged, OutputError> {
        let staged = || {
            // Opened first: what cannot be made durable shall not show only when the file is there.
            let directory = Directory::open(&self.path)?;
            let mut file = self.temporary()?;
            {
                let mut out = BufWriter::with_capacity(1 << 16, file.as_file_mut());
                write(&mut out)?;
                out.flush()?;
            }
            file.as_file().sync_all()?;
            Ok(Staged { file, directory, target: self.clone() })
        };
        staged().map_err(|error| OutputError::Write { named: self.named.clone(), error })
    }

    /// A new file in the same directory, as only there it can take the other one's place at once. It
    /// has its final mode before its first byte.
    fn temporary(&self) -> io::Result<NamedTempFile> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let prefix = format!(".{name}.");
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The umask takes from these what it takes from every new file. In place of another file,
            // no one else opens it before it has that one's mode.
            let bits = if self.permissions.is_some() { 0o600 } else { 0o666 };
            builder.permissions(Permissions::from_mode(bits));
        }
        let file = builder.tempfile_in(directory_of(&self.path))?;
        if let Some(permissions) = &self.permissions {
            file.as_file().set_permissions(permissions.clone())?;
        }
        Ok(file)
    }

    /// Writes a result into the file.
    ///
    /// # Errors
    /// Where that is not possible; the file is then as it was.
    pub fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        self.stage(write)?.put().map_err(|not_put| not_put.error)
    }
}

/// A whole, durable result that is not yet in its place. Dropped, it is gone.
#[derive(Debug)]
pub struct Staged {
    file: NamedTempFile,
    directory: Directory,
    target: OutputFile,
}

/// A result that could not take its place.
#[derive(Debug)]
pub struct NotPut {
    /// Why.
    pub error: OutputError,
    /// The result, where it is not in the file.
    file: Option<NamedTempFile>,
}

impl Staged {
    /// Lets the result take the file's place.
    ///
    /// # Errors
    /// Where that is not possible: the file is as it was, and the result still there beside it; or
    /// the directory cannot be made durable.
    pub fn put(self) -> Result<(), NotPut> {
        let OutputFile { named, path, .. } = self.target;
        if let Err(PersistError { error, file }) = self.file.persist(path) {
            return Err(NotPut { error: OutputError::Write { named, error }, file: Some(file) });
        }
        let not_durable =
            |error| NotPut { error: OutputError::NotDurable { named, error }, file: None };
        self.directory.sync().map_err(not_durable)
    }

    /// Lets the result take its place where nothing is yet; false where something came there meanwhile,
    /// which stays as it is.
    ///
    /// # Errors
    /// As [`Staged::put`].
    pub fn put_new(self) -> Result<bool, OutputError> {
        let OutputFile { named, path, .. } = self.target;
        match self.file.persist_noclobber(path) {
            Ok(_) => match self.directory.sync() {
                Ok(()) => Ok(true),
                Err(error) => Err(OutputError::NotDurable { named, error }),
            },
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(failed) => Err(OutputError::Write { named, error: failed.error }),
        }
    }
}

impl NotPut {
    /// Leaves the result where it is, for someone to fetch it, and says where; `None` where it is in
    /// its file or cannot be kept.
    pub fn keep(self) -> (OutputError, Option<PathBuf>) {
        let kept = self.file.and_then(|file| file.keep().ok());
        (self.error, kept.map(|(_, path)| path))
    }
}

/// True where two paths mean one file, or would if it were there.
fn is_same(path: &Path, own: &Path) -> bool {
    if let (Ok(a), Ok(b)) = (file_id::get_file_id(path), file_id::get_file_id(own)) {
        return a == b;
    }
    let at = |path: &Path| {
        let directory = fs::canonicalize(directory_of(path)).ok()?;
        Some(directory.join(path.file_name()?))
    };
    at(path).is_some_and(|path| at(own) == Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ledger;
    use crate::ledger::samples::decide;

    fn files(directory: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = fs::read_dir(directory).unwrap().map(name).collect();
        names.sort();
        names
    }

    fn at(path: &Path) -> OutputFile {
        OutputFile::new(path, &[]).unwrap()
    }

    #[test]
    fn the_old_file_stays_until_the_new_one_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plays.json");
        at(&path).write(|out| out.write_all(b"old")).unwrap();
        let staged = at(&path).stage(|out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        staged.put().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        let failed = at(&path).write(|out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        let text = failed.unwrap_err().to_string();
        assert!(
            text.ends_with("plays.json: the disk is full; free some space, then try again"),
            "{text}"
        );
        drop(at(&path).stage(|out| out.write_all(b"never")).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(files(directory.path()), ["plays.json"]);
    }

    #[test]
    fn a_new_file_takes_the_place_of_none() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sources.toml");
        let staged = at(&path).stage(|out| out.write_all(b"guess")).unwrap();
        fs::write(&path, "mine").unwrap();
        assert!(!staged.put_new().unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        fs::remove_file(&path).unwrap();
        let staged = at(&path).stage(|out| out.write_all(b"guess")).unwrap();
        assert!(staged.put_new().unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "guess");
        assert_eq!(files(directory.path()), ["sources.toml"]);
    }

    #[test]
    fn a_result_that_cannot_take_its_place_can_be_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plays.json");
        let staged = at(&path).stage(|out| out.write_all(b"new")).unwrap();
        fs::create_dir(&path).unwrap();
        let (error, kept) = staged.put().unwrap_err().keep();
        assert!(matches!(error, OutputError::Write { .. }), "{error}");
        assert_eq!(fs::read_to_string(kept.unwrap()).unwrap(), "new");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_the_file_before_or_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let path = directory.path().join("new.json");
        at(&path).write(|_| Ok(())).unwrap();
        let ordinary = directory.path().join("ordinary");
        fs::write(&ordinary, "").unwrap();
        assert_eq!(mode(&path), mode(&ordinary));
        for kept in [0o640, 0o600, 0o664] {
            fs::set_permissions(&path, Permissions::from_mode(kept)).unwrap();
            at(&path).write(|_| Ok(())).unwrap();
            assert_eq!(mode(&path), kept);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_takes_the_place_of_a_private_file_is_private_before_its_first_byte() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plays.json");
        fs::write(&path, "secret").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let staged = at(&path).stage(|out| {
            let modes = fs::read_dir(directory.path())
                .unwrap()
                .map(|entry| entry.unwrap().metadata().unwrap().permissions().mode() & 0o7777);
            assert_eq!(modes.collect::<Vec<_>>(), [0o640, 0o640]);
            out.write_all(b"new")
        });
        staged.unwrap().put().unwrap();
    }

    #[test]
    fn no_ledger_is_replaced_wherever_it_is_and_whatever_it_is_called() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let ledger = Ledger::new(path("plays.json"));
        decide(&ledger, "dana", "C1");
        decide(&ledger, "dana", "C2");
        let whole = fs::read_to_string(ledger.path().unwrap()).unwrap();
        let second = whole.lines().last().unwrap();
        for (name, text) in [
            ("crlf", whole.replace('\n', "\r\n")),
            ("mark", format!("\u{feff}\n{whole}")),
            ("first_line_damaged", format!("garbage\n{second}\n")),
            ("unfinished", second.get(..30).unwrap().to_owned()),
            ("decisions.jsonl", String::new()),
            ("other.jsonl.torn-20260203T140211.123Z", "{".to_owned()),
            ("other.jsonl.cut-20260203T140211.123Z", "x\n".to_owned()),
        ] {
            fs::write(path(name), text).unwrap();
        }
        let mut names: Vec<String> = files(directory.path());
        #[cfg(unix)]
        {
            fs::hard_link(path("crlf"), path("hard")).unwrap();
            std::os::unix::fs::symlink("crlf", path("link")).unwrap();
            names.extend(["hard", "link"].map(str::to_owned));
        }
        for name in names {
            let before = fs::read(path(&name)).unwrap();
            let refused = OutputFile::new(&path(&name), &[]);
            assert!(matches!(refused, Err(OutputError::Ledger(_))), "{name}");
            assert_eq!(fs::read(path(&name)).unwrap(), before, "{name}");
        }
        for (name, text) in
            [("a.json", r#"[{"seq":1}]"#), ("b.jsonl", r#"{"customer_id":"C1"}"#), ("c.md", "")]
        {
            fs::write(path(name), text).unwrap();
            assert!(OutputFile::new(&path(name), &[]).is_ok(), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_its_end_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let [end, link] = ["end.json", "link.json"].map(|name| directory.path().join(name));
        std::os::unix::fs::symlink("end.json", &link).unwrap();
        let nowhere = OutputFile::new(&link, &[]).unwrap_err();
        assert!(nowhere.to_string().contains("a broken link"), "{nowhere}");
        fs::write(&end, "old").unwrap();
        at(&link).write(|out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&end).unwrap(), "new");
    }

    #[test]
    fn own_files_are_known_by_every_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("sub")).unwrap();
        fs::write(path("customers.json"), "[]").unwrap();
        let own = ["customers.json", "outcomes.json", "none/decisions.jsonl"].map(path);
        let mut names = vec!["customers.json", "outcomes.json", "sub/../outcomes.json"];
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("customers.json", path("link")).unwrap();
            fs::hard_link(path("customers.json"), path("hard")).unwrap();
            std::os::unix::fs::symlink(".", path("here")).unwrap();
            names.extend(["link", "hard", "here/outcomes.json"]);
        }
        for name in names {
            let refused = OutputFile::new(&path(name), &own);
            assert!(matches!(refused, Err(OutputError::Own(_))), "{name}");
        }
        assert!(OutputFile::new(&path("sub/customers.json"), &own).is_ok());
        for (name, want) in [
            ("sub", "a directory, not a file"),
            ("none/plays.json", "/none does not exist; create it"),
            ("customers.json/plays.json", "a part of the path is not a directory"),
        ] {
            let refused = OutputFile::new(&path(name), &own).unwrap_err().to_string();
            assert!(refused.contains(want), "{refused}");
        }
        let device = OutputFile::new(Path::new("/dev/null"), &[]).unwrap_err().to_string();
        assert!(device.contains("a device or a pipe"), "{device}");
        assert!(OutputFile::new(Path::new(""), &[]).is_err());
    }
}
