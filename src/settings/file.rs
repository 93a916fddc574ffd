//! The settings file on disk.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::reader::{Base, Reading, read};
use super::{Problem, SETTINGS_FILE, Settings};

/// A settings file has at most this many bytes: more is another file by mistake.
const LARGEST: u64 = 256 << 10;
/// As many symbolic links are followed to find what to watch; the system follows no more either.
const MOST_LINKS: usize = 40;

/// The settings file of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    path: PathBuf,
    home: Option<PathBuf>,
}

impl SettingsFile {
    /// `$XDG_CONFIG_HOME/nextplay/config.toml`, or what stands for it where the variable is not set;
    /// `None` where the user has no home.
    pub fn of_user() -> Option<Self> {
        let base = etcetera::choose_base_strategy().ok()?;
        let home = Some(base.home_dir().to_owned());
        Some(Self { path: base.config_dir().join("nextplay").join(SETTINGS_FILE), home })
    }

    /// The settings file of a directory.
    pub fn at(directory: &Path) -> Self {
        Self { path: directory.join(SETTINGS_FILE), home: None }
    }

    /// Returns its path, whether or not it is there.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what it says now: the defaults where it is not there. `check` says what in the settings
    /// cannot be used.
    pub fn read(&self, check: &dyn Fn(&Settings) -> Vec<Problem>) -> Reading {
        let base = Base {
            directory: self.path.parent().map(PathBuf::from).unwrap_or_default(),
            home: self.home.clone(),
        };
        match self.text() {
            Ok(None) => Reading::default(),
            Ok(Some(text)) => read(&text, &base, check),
            Err(why) => Reading::unreadable(why),
        }
    }

    /// Returns its text; `None` where there is no file.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    fn text(&self) -> Result<Option<String>, String> {
        let failed = |error: std::io::Error| format!("cannot read it: {error}");
        let metadata = match self.path.metadata() {
            Ok(metadata) => metadata,
            Err(error) => {
                return match (error.kind(), fs::read_link(&self.path)) {
                    (ErrorKind::NotFound, Ok(target)) => Err(format!(
                        "it is a link to \"{}\", which does not exist; remove the link, or put a \
                         file there",
                        target.display()
                    )),
                    (ErrorKind::NotFound | ErrorKind::NotADirectory, _) => Ok(None),
                    _ => Err(failed(error)),
                };
            }
        };
        if !metadata.is_file() {
            return Err("it is not a file; remove it, or put a settings file there".to_owned());
        }
        let mut bytes = Vec::new();
        let file = File::open(&self.path).map_err(failed)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > LARGEST {
            return Err("it is larger than 256 KB; put a settings file there".to_owned());
        }
        String::from_utf8(bytes).map(Some).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..valid).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("line {line} is not UTF-8 text; save it as UTF-8")
        })
    }

    /// Returns the directories in which a change may be one of the file: its own, and those of what
    /// it is a link to.
    pub fn directories(&self) -> Vec<PathBuf> {
        let mut directories = Vec::new();
        let mut path = self.path.clone();
        for _ in 0..MOST_LINKS {
            let directory = path.parent().map(PathBuf::from).unwrap_or_default();
            let target = fs::read_link(&path).ok().map(|target| directory.join(target));
            directories.push(directory);
            match target {
                Some(target) => path = target,
                None => break,
            }
        }
        directories
    }
}
