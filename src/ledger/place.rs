//! Where a ledger is.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::Error;

/// Where a ledger is. Shown, it never has a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerPlace {
    /// A file.
    File(PathBuf),
}

impl LedgerPlace {
    /// Reads what a person names: a database by a URL or libpq's words, else the path of a file.
    ///
    /// # Errors
    /// Where it names a database that cannot be understood, or this build has no ledger in a database.
    pub fn parse(text: &OsStr) -> Result<Self, Error> {
        Ok(Self::File(text.into()))
    }

    /// The file; `None` where the ledger is in a database.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
        }
    }
}

impl<P: Into<PathBuf>> From<P> for LedgerPlace {
    fn from(path: P) -> Self {
        Self::File(path.into())
    }
}

impl fmt::Display for LedgerPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
        }
    }
}
