//! A scenario written to disk: a policy or playbooks file with what it sets, whole or not at all. The
//! files that are at work here are never written over unless that is asked for by name.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::output_file::{OutputError, OutputFile};
use super::refresh::Workspace;
use super::scenario_files;
use compact_str::CompactString;

use crate::domain::{Error, ErrorKind};
use crate::insight::scenario::Scenario;
use crate::intake::DataFile;
use crate::intake::edit::EditError;
use crate::intake::layout::Layout;
use crate::intake::policy::POLICY_FILE;
use crate::intake::sources::SOURCES_FILE;

/// Which file a scenario is put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Target {
    /// The policy file.
    Policy,
    /// The file of playbooks.
    Playbooks,
}

impl Target {
    /// What the file holds, in a word.
    pub fn what(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Playbooks => "playbooks",
        }
    }

    /// The name and the path of the file in a data directory.
    pub(super) fn file(self, directory: &Path) -> Result<(CompactString, PathBuf), SaveError> {
        let name = match self {
            Self::Policy => POLICY_FILE,
            Self::Playbooks => {
                let layout = Layout::of(directory, DataFile::Playbooks);
                if let Some(file) = layout.mapped_file() {
                    return Err(SaveError::Mapped(file.name.clone()));
                }
                match layout.files() {
                    [] => DataFile::Playbooks.name(),
                    [only] => return Ok((only.name.clone(), only.path.clone())),
                    parts => return Err(SaveError::Parts(parts.len())),
                }
            }
        };
        Ok((name.into(), directory.join(name)))
    }
}

/// What is to be written, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Save {
    /// The file.
    pub target: Target,
    /// The scenario.
    pub scenario: Scenario,
    /// Where to write it.
    pub path: PathBuf,
    /// Also where a file is there already, be it the one that is at work here.
    pub over: bool,
}

/// Why nothing was written. Text from files in it is not escaped.
#[derive(Debug)]
pub enum SaveError {
    /// The file exists, and no one has said yet that it may be overwritten.
    Exists {
        /// The file.
        path: PathBuf,
        /// True where it is in use here.
        live: bool,
    },
    /// The playbooks are in so many files, not in one.
    Parts(usize),
    /// The playbooks are read from this file by way of the sources file.
    Mapped(CompactString),
    /// The file has all of it already.
    Nothing(CompactString),
    /// The file cannot be read.
    Unreadable {
        /// Its name.
        file: CompactString,
        /// What the system reported.
        error: io::Error,
    },
    /// The file cannot be changed.
    Edit(EditError),
    /// A directory, a device or a broken link.
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        is: &'static str,
    },
    /// The result cannot be written.
    Output(OutputError),
}

impl From<EditError> for SaveError {
    fn from(error: EditError) -> Self {
        Self::Edit(error)
    }
}

impl SaveError {
    /// Returns it as a person reads it.
    pub fn error(&self) -> Error {
        let usage = |message: String| Error::new(ErrorKind::Usage, message);
        match self {
            Self::Exists { path, .. } => usage(format!("{} already exists", path.display())),
            Self::Parts(count) => {
                usage(format!("the playbooks are in {count} parts, so there is no file to change"))
                    .hint("keep them in one part, or in one file")
            }
            Self::Mapped(file) => {
                let message = format!(
                    "the playbooks are read from {file} through {SOURCES_FILE}, so there is no JSON file to change"
                );
                usage(message).hint(format!("change {file} where it comes from"))
            }
            Self::Nothing(file) => usage(format!("{file} already has all of these settings")),
            Self::Unreadable { file, error } => {
                Error::new(ErrorKind::Io, format!("cannot read {file}: {error}"))
            }
            Self::Edit(error) => Error::new(ErrorKind::Data, error.to_string()),
            Self::NotAFile { path, is } => {
                usage(format!("{} is {is}, not a file", path.display())).hint("name a file")
            }
            Self::Output(error) => error.error(),
        }
    }
}

impl From<SaveError> for Error {
    fn from(error: SaveError) -> Self {
        error.error()
    }
}

impl fmt::Display for SaveError {
    /// The message and the hints in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error().one_line())
    }
}

impl std::error::Error for SaveError {}

impl Workspace {
    /// Writes what the file in the data directory would be with what a scenario sets.
    ///
    /// # Errors
    /// Where it sets nothing in that file, or it cannot be written there.
    pub fn save(&self, save: &Save) -> Result<PathBuf, SaveError> {
        let (file, live) = save.target.file(self.directory())?;
        let text = match fs::read_to_string(&live) {
            Ok(text) => text,
            // Without a policy file every key is as it is by default.
            Err(error)
                if error.kind() == io::ErrorKind::NotFound && save.target == Target::Policy =>
            {
                String::new()
            }
            Err(error) => return Err(SaveError::Unreadable { file, error }),
        };
        let changed = match save.target {
            Target::Policy => scenario_files::policy(&save.scenario, &text)?,
            Target::Playbooks => scenario_files::playbooks(&save.scenario, &file, &text)?,
        };
        let changed = changed.ok_or(SaveError::Nothing(file))?;
        // The customers and the ledger are never overwritten.
        let is_target = |own: &PathBuf| *own == live || save.path == live && live.starts_with(own);
        let others: Vec<PathBuf> =
            self.own_files().into_iter().filter(|own| !is_target(own)).collect();
        let is_live = matches!(
            OutputFile::new(&save.path, std::slice::from_ref(&live)),
            Err(OutputError::Own(_))
        );
        if is_live && !save.over {
            return Err(SaveError::Exists { path: save.path.clone(), live: true });
        }
        write_to(&save.path, &others, save.over, |out| out.write_all(changed.as_bytes()))
    }
}

/// Writes a result to a path, whole or not at all, and returns the full path. A file that is there is
/// overwritten only where `over` says so; those of `own`, and any ledger, never.
///
/// # Errors
/// Where it cannot be written there; the file is then as it was.
pub fn write_to(
    path: &Path,
    own: &[PathBuf],
    over: bool,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<PathBuf, SaveError> {
    let output = OutputFile::new(path, own).map_err(|error| not(path, error))?;
    if !over && path.exists() {
        return Err(SaveError::Exists { path: path.to_owned(), live: false });
    }
    output.write(write).map_err(SaveError::Output)?;
    // Whoever reads it wants to find the file.
    Ok(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// Without the words that are about a command's option.
fn not(path: &Path, error: OutputError) -> SaveError {
    match error {
        OutputError::NotAFile { is, .. } => SaveError::NotAFile { path: path.to_owned(), is },
        error => SaveError::Output(error),
    }
}
