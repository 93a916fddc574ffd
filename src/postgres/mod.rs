//! Connections to a PostgreSQL server: how it is named, and how it is reached.
//!
//! - `words`: a URL or libpq's words, taken apart.
//! - [`ServerUrl`]: the server and database that are meant, with what the environment adds. Shown without
//!   its password.
//! - `passfile`: the password that stands in a password file.
//! - `tls`: whose certificate is trusted.
//! - `connect`: a connection, within a time limit.
//! - `error`: what a server reports, safe on a terminal and without passwords.
//!
//! Without the feature `team` the name of a server is recognized, and that is all.

#[cfg(feature = "team")]
mod connect;
#[cfg(feature = "team")]
mod error;
#[cfg(feature = "team")]
mod passfile;
#[cfg(feature = "team")]
mod tls;
#[cfg(feature = "team")]
mod url;
#[cfg_attr(
    all(not(feature = "team"), not(test)),
    expect(dead_code, reason = "only recognized, not taken apart")
)]
mod words;

#[cfg(feature = "team")]
pub use connect::{CONNECT_LIMIT, PATIENT_LIMIT, within};
#[cfg(feature = "team")]
pub use error::{ServerError, Trouble};
#[cfg(feature = "team")]
pub use url::{ServerUrl, SslMode};
pub use words::is_server;

/// Returns text that names a server as people may see it: without a password.
#[cfg(feature = "team")]
pub fn shown(text: &str) -> String {
    match ServerUrl::parse(text) {
        Ok(url) => url.to_string(),
        Err(_) => "a database that cannot be understood".to_owned(),
    }
}

/// Returns text that names a server as people may see it: without a password.
#[cfg(not(feature = "team"))]
pub fn shown(_text: &str) -> String {
    "a database".to_owned()
}
