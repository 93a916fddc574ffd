//! Where a ledger is.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
#[cfg(feature = "team")]
use std::sync::Arc;

use crate::domain::Error;
#[cfg(not(feature = "team"))]
use crate::domain::ErrorKind;
use crate::postgres;
#[cfg(feature = "team")]
use crate::postgres::ServerUrl;

/// Where a ledger is. Shown, it never has a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerPlace {
    /// A file.
    File(PathBuf),
    /// A database on a PostgreSQL server.
    #[cfg(feature = "team")]
    Server(Arc<ServerUrl>),
}

impl LedgerPlace {
    /// Reads what a person names: a database by a URL or libpq's words, else the path of a file.
    ///
    /// # Errors
    /// Where it names a database that cannot be understood, or this build has no ledger in a database.
    pub fn parse(text: &OsStr) -> Result<Self, Error> {
        match text.to_str() {
            Some(server) if postgres::is_server(server) => Self::server(server),
            _ => Ok(Self::File(text.into())),
        }
    }

    #[cfg(feature = "team")]
    fn server(text: &str) -> Result<Self, Error> {
        ServerUrl::parse(text).map(|url| Self::Server(Arc::new(url)))
    }

    #[cfg(not(feature = "team"))]
    fn server(_text: &str) -> Result<Self, Error> {
        let message = "this build of nextplay has no team ledger: it cannot use a database";
        Err(Error::new(ErrorKind::Usage, message)
            .hint("name a file, or use a build with the feature `team`"))
    }

    /// The file; `None` where the ledger is in a database.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            #[cfg(feature = "team")]
            Self::Server(_) => None,
        }
    }

    /// The role that decides in it, whoever sits before the screen; `None` where it is a file, in which
    /// anyone who may write decides under the name that they give.
    pub fn role(&self) -> Option<&str> {
        match self {
            Self::File(_) => None,
            #[cfg(feature = "team")]
            Self::Server(url) => Some(url.user()),
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
            #[cfg(feature = "team")]
            Self::Server(url) => url.fmt(f),
        }
    }
}
