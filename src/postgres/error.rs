//! What a database server reports: safe on a terminal, and without passwords.

use std::error::Error as _;
use std::fmt;

use super::url::ServerUrl;
use crate::domain::text::escape_controls;
use crate::domain::{Error, ErrorKind};

/// What an error says about the request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The server was not reached, or the connection was lost, or it asks to try again: the outcome of a
    /// request is not known.
    Lost,
    /// The server, or this side of the connection, says no. Nothing was done.
    Refused,
}

/// An error of a database server or of the connection to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerError {
    /// What it says about the request.
    pub trouble: Trouble,
    /// The code of the server's error (SQLSTATE), where the server answered.
    pub code: Option<String>,
    /// In words, safe on a terminal.
    pub message: String,
    /// What the server says can be done, safe on a terminal.
    hints: Vec<String>,
    /// The server and the database, as they are shown.
    place: String,
}

/// Codes after which the same request may succeed on a new connection: the server shuts down or starts,
/// has no connection left, or rolled back because of another request.
const TRY_AGAIN: &[&str] = &["40001", "40P01", "53300", "57P01", "57P02", "57P03", "57P05"];

impl ServerError {
    /// Returns an error that this side of the connection found.
    pub fn refused(url: &ServerUrl, message: impl Into<String>) -> Self {
        Self::new(url, Trouble::Refused, message)
    }

    /// Returns the error of a connection that was lost.
    pub fn lost(url: &ServerUrl, message: impl Into<String>) -> Self {
        Self::new(url, Trouble::Lost, message)
    }

    fn new(url: &ServerUrl, trouble: Trouble, message: impl Into<String>) -> Self {
        let message = escape_controls(&url.without_password(&message.into())).into_owned();
        let place =
            format!("the database \"{}\" at {}", escape_controls(url.database()), url.host());
        Self { trouble, code: None, message, hints: Vec::new(), place }
    }

    /// Returns what the client library reports.
    pub fn of(url: &ServerUrl, error: &postgres::Error) -> Self {
        let Some(told) = error.as_db_error() else {
            let mut words = error.to_string();
            let mut source = error.source();
            while let Some(inner) = source {
                words = format!("{words}: {inner}");
                source = inner.source();
            }
            // What is wrong with a parameter or a certificate is so the next time, too.
            let stays = ["error performing TLS handshake", "invalid ", "authentication error"];
            let refused = stays.iter().any(|stays| words.starts_with(stays));
            let trouble = if refused { Trouble::Refused } else { Trouble::Lost };
            let words = words.replace("error connecting to server: ", "");
            return if words.ends_with("UnknownIssuer") {
                Self::new(url, trouble, NOT_TRUSTED).hint(CERTIFICATE)
            } else if words.contains("password missing") {
                Self::new(url, trouble, "the server asks for a password").hint(PASSWORD)
            } else {
                Self::new(
                    url,
                    trouble,
                    words
                        .replace(BAD_CERTIFICATE, "the server's certificate is refused: ")
                        .replace("error performing TLS handshake: ", ""),
                )
            };
        };
        let code = told.code().code();
        let again = TRY_AGAIN.contains(&code) || code.starts_with("08");
        let trouble = if again { Trouble::Lost } else { Trouble::Refused };
        let mut words = told.message().to_owned();
        if let Some(detail) = told.detail() {
            words = format!("{words} ({detail})");
        }
        let mut error = Self::new(url, trouble, words);
        error.code = Some(code.to_owned());
        let hint =
            told.hint().map(|hint| escape_controls(&url.without_password(hint)).into_owned());
        error.hints.extend(hint);
        match code {
            "28P01" => error.hint(PASSWORD),
            _ => error,
        }
    }

    #[must_use]
    fn hint(mut self, hint: &str) -> Self {
        self.hints.push(hint.to_owned());
        self
    }

    /// Returns true where the server answered with one of these codes.
    pub fn is_code(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// Returns it as a person reads it: `cannot reach the database "cs" at db.example: …`.
    pub fn error(&self) -> Error {
        let (place, message) = (&self.place, &self.message);
        let text = match self.trouble {
            Trouble::Lost => format!("cannot reach {place}: {message}"),
            Trouble::Refused => format!("cannot use {place}: {message}"),
        };
        let error = Error::new(ErrorKind::Io, text);
        self.hints.iter().cloned().fold(error, Error::hint)
    }
}

const PASSWORD: &str =
    "put the password into a password file (PGPASSFILE, ~/.pgpass) or into PGPASSWORD";

const BAD_CERTIFICATE: &str = "error performing TLS handshake: invalid peer certificate: ";
const NOT_TRUSTED: &str = "the server's certificate is not signed by anyone who is trusted here";
const CERTIFICATE: &str = "name the certificate of its signer as sslrootcert";

impl From<ServerError> for Error {
    fn from(error: ServerError) -> Self {
        error.error()
    }
}

impl fmt::Display for ServerError {
    /// The message and the hints in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error().one_line())
    }
}

impl std::error::Error for ServerError {}
