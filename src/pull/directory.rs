//! The directory that takes what is pulled. A mark in it says that this program may replace its files.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{PullError, shown};
use crate::domain::{Error, ErrorKind, json};
use crate::intake::{DataFile, layout};
use crate::workspace::output_file::{OutputFile, Staged};

/// The name of the mark.
pub const MARK: &str = ".nextplay-pull";

/// What the mark says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The files that were pulled.
    files: Vec<String>,
}

/// A directory that is, or may be, taken.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// `None` where there is none yet.
    mark: Option<Mark>,
    /// Keeps another pull off while files are written.
    lock: Option<File>,
}

impl Directory {
    /// Looks whether the directory may be taken: it is absent, has the mark, or somebody says so.
    /// Nothing is changed.
    ///
    /// # Errors
    /// Where it may not, or cannot be looked at.
    pub fn look(path: &Path, into_existing: bool) -> Result<Self, Error> {
        let io = |error: io::Error| {
            Error::new(ErrorKind::Io, format!("cannot use {}: {error}", shown(path)))
        };
        let mark = read_mark(path).map_err(io)?;
        if mark.is_none() && !into_existing && path.symlink_metadata().is_ok() {
            let message = format!("{} exists and was not made by `nextplay pull`", shown(path));
            return Err(Error::new(ErrorKind::Usage, message)
                .hint("name a directory that does not exist yet")
                .hint("or add --into-existing to use this one: its data files are replaced"));
        }
        if mark.is_none() && path.exists() && !path.is_dir() {
            let message = format!("{} is not a directory", shown(path));
            return Err(Error::new(ErrorKind::Usage, message));
        }
        Ok(Self { path: path.to_owned(), mark, lock: None })
    }

    /// Refuses where a table that is to be written is there in another form: there would be two of it.
    ///
    /// # Errors
    /// Where there is one.
    pub fn refuse_other_forms(&self, files: &[DataFile]) -> Result<(), Error> {
        let other = |file: &DataFile| layout::other_form(&self.path, *file);
        match files.iter().find_map(|file| Some((file, other(file)?))) {
            None => Ok(()),
            Some((file, other)) => {
                let message = format!(
                    "{} has \"{other}\", the same table as \"{file}\" which would be written",
                    shown(&self.path)
                );
                Err(Error::new(ErrorKind::Usage, message).hint(format!("move \"{other}\" away")))
            }
        }
    }

    /// Makes the directory where it is absent, takes it for this pull alone, and marks it. What a pull
    /// that was killed left behind is removed.
    ///
    /// # Errors
    /// Where it cannot be written, or another pull writes into it.
    pub fn take(&mut self) -> Result<(), PullError> {
        if self.mark.is_none() {
            fs::create_dir_all(&self.path).map_err(|error| {
                let message = format!("cannot make {}: {error}", shown(&self.path));
                Error::new(ErrorKind::Io, message)
            })?;
        }
        // Where a directory cannot be locked, nothing keeps two pulls apart.
        self.lock = File::open(&self.path).ok();
        if let Some(Err(TryLockError::WouldBlock)) = self.lock.as_ref().map(File::try_lock) {
            let message = format!("another `nextplay pull` writes into {}", shown(&self.path));
            return Err(Error::new(ErrorKind::Busy, message)
                .hint("wait until it has ended")
                .into());
        }
        // Another pull may have made it meanwhile.
        self.mark = self.mark.take().or_else(|| read_mark(&self.path).unwrap_or_default());
        if self.mark.is_none() {
            self.set_mark(Mark::default())?;
        }
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let begun = |file: DataFile| name.starts_with(&format!(".{file}."));
            if name.ends_with(".part") && DataFile::ALL.into_iter().any(begun) {
                // Left for later where it cannot be removed: it is in no one's way.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    fn set_mark(&mut self, mark: Mark) -> Result<(), PullError> {
        if self.mark.as_ref() != Some(&mark) {
            let text = json::line(&mark) + "\n";
            let file = OutputFile::new(&self.path.join(MARK), &[])?;
            file.write(|out| out.write_all(text.as_bytes()))?;
            self.mark = Some(mark);
        }
        Ok(())
    }

    /// Notes that these files are pulled, before they are put in their places.
    ///
    /// # Errors
    /// Where the mark cannot be written.
    pub fn holds(&mut self, files: &[DataFile]) -> Result<(), PullError> {
        let mut mark = self.mark.clone().unwrap_or_default();
        for file in files.iter().map(|file| file.name().to_owned()) {
            if !mark.files.contains(&file) {
                mark.files.push(file);
            }
        }
        self.set_mark(mark)
    }

    /// Removes files of an earlier pull that are not among these, and returns them.
    ///
    /// # Errors
    /// Where one cannot be removed.
    pub fn keep_only(&mut self, files: &[DataFile]) -> Result<Vec<DataFile>, PullError> {
        let mut mark = self.mark.clone().unwrap_or_default();
        let is_gone = |file: &DataFile| {
            !files.contains(file) && mark.files.iter().any(|name| name == file.name())
        };
        let gone: Vec<DataFile> = DataFile::ALL.into_iter().filter(is_gone).collect();
        for file in &gone {
            match fs::remove_file(self.path.join(file.name())) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let message = format!("cannot remove \"{file}\", whose table is gone: {error}");
                    return Err(Error::new(ErrorKind::Io, message).into());
                }
                _ => {}
            }
        }
        mark.files.retain(|name| files.iter().any(|file| file.name() == name));
        self.set_mark(mark)?;
        Ok(gone)
    }

    /// Writes a file beside the one that is there; `None` where that one has the same bytes.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn stage(
        &self,
        file: DataFile,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Option<Staged>, PullError> {
        let path = self.path.join(file.name());
        let mut is_same = false;
        let staged = OutputFile::new(&path, &[])?.stage(|out| {
            let mut differing = Differing::new(&path, out);
            write(&mut differing)?;
            is_same = differing.ends_the_same()?;
            match is_same {
                true => Err(io::Error::other("nothing new")),
                false => Ok(()),
            }
        });
        match staged {
            Err(_) if is_same => Ok(None),
            staged => Ok(Some(staged?)),
        }
    }

    /// Returns the error of a file that cannot be written.
    pub fn unwritten(&self, file: DataFile, error: &io::Error) -> Error {
        let path = self.path.join(file.name());
        Error::new(ErrorKind::Io, format!("cannot write \"{}\": {error}", path.display()))
    }
}

/// Returns what the mark of a directory says; `None` where there is none.
fn read_mark(directory: &Path) -> io::Result<Option<Mark>> {
    match fs::read(directory.join(MARK)) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes).unwrap_or_default())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes nothing as long as it is what a file holds already.
struct Differing<'a> {
    path: &'a Path,
    out: &'a mut dyn Write,
    /// The file, up to here the same; `None` from the first difference on.
    before: Option<BufReader<File>>,
    same: u64,
    buffer: Vec<u8>,
}

impl<'a> Differing<'a> {
    fn new(path: &'a Path, out: &'a mut dyn Write) -> Self {
        let before = File::open(path).ok().map(|file| BufReader::with_capacity(1 << 16, file));
        Self { path, out, before, same: 0, buffer: Vec::new() }
    }

    /// Writes what was the same so far.
    fn differs(&mut self) -> io::Result<()> {
        if self.before.take().is_some() {
            let copied = io::copy(&mut File::open(self.path)?.take(self.same), self.out)?;
            if copied < self.same {
                return Err(io::Error::other("the file changed meanwhile"));
            }
        }
        Ok(())
    }

    /// True where the file holds just what was written.
    fn ends_the_same(mut self) -> io::Result<bool> {
        let Some(before) = &mut self.before else { return Ok(false) };
        if before.read(&mut [0])? == 0 {
            return Ok(true);
        }
        self.differs()?;
        Ok(false)
    }
}

impl Write for Differing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(before) = &mut self.before {
            self.buffer.resize(bytes.len(), 0);
            if before.read_exact(&mut self.buffer).is_ok() && self.buffer == bytes {
                self.same += bytes.len() as u64;
                return Ok(bytes.len());
            }
            self.differs()?;
        }
        self.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let write = |pieces: &[&str]| {
            let mut out = Vec::new();
            let mut differing = Differing::new(&path, &mut out);
            pieces.iter().for_each(|piece| differing.write_all(piece.as_bytes()).unwrap());
            let is_same = differing.ends_the_same().unwrap();
            (is_same, String::from_utf8(out).unwrap())
        };
        assert_eq!(write(&["ab", "c"]), (false, "abc".to_owned()), "no file yet");
        fs::write(&path, "abcdef").unwrap();
        assert_eq!(write(&["ab", "cdef"]), (true, String::new()));
        assert_eq!(write(&["ab", "cd"]), (false, "abcd".to_owned()), "shorter");
        assert_eq!(write(&["ab", "cdef", "g"]), (false, "abcdefg".to_owned()), "longer");
        assert_eq!(write(&["ab", "xx", "ef"]), (false, "abxxef".to_owned()));
        assert_eq!(write(&["", "abcdef"]), (true, String::new()));
    }

    #[test]
    fn a_directory_is_taken_only_where_it_may_be() {
        let dir = tempfile::tempdir().unwrap();
        let error = Directory::look(dir.path(), false).unwrap_err();
        assert!(error.hints[1].contains("--into-existing"), "{error:?}");
        let new = dir.path().join("a/b");
        let mut directory = Directory::look(&new, false).unwrap();
        assert!(!new.exists(), "looking changes nothing");
        directory.take().unwrap();
        directory.holds(&[DataFile::Customers, DataFile::Signals]).unwrap();
        fs::write(new.join("signals.json"), "[]").unwrap();
        fs::write(new.join("outcomes.json"), "[]").unwrap();
        fs::write(new.join(".customers.json.x7.part"), "[").unwrap();
        let mut again = Directory::look(&new, false).unwrap();
        let Err(PullError::Failed(error)) = again.take() else { panic!("two at once") };
        assert_eq!(error.kind, ErrorKind::Busy);
        assert!(new.join(".customers.json.x7.part").exists(), "the other one's");
        drop(directory);
        again.take().unwrap();
        assert!(!new.join(".customers.json.x7.part").exists());
        assert_eq!(again.keep_only(&[DataFile::Customers]).unwrap(), [DataFile::Signals]);
        assert!(!new.join("signals.json").exists());
        assert!(new.join("outcomes.json").exists(), "another hand's file");
        Directory::look(dir.path(), true).unwrap();
        fs::write(new.join("customers.jsonl"), "").unwrap();
        let refused = again.refuse_other_forms(&[DataFile::Customers]).unwrap_err();
        assert!(refused.message.contains("\"customers.jsonl\""), "{refused:?}");
    }
}
