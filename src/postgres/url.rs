//! The server and database that are meant.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::passfile::{self, Wanted};
use super::words::{self, Given, wrong};
use crate::domain::Error;

const DEFAULT_PORT: u16 = 5432;

/// Where a socket of the server is looked for when no host is named.
const SOCKETS: &str = "/var/run/postgresql";

/// What the environment adds where a parameter is missing.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGPASSFILE", "passfile"),
    ("PGOPTIONS", "options"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
];

/// Whether a connection is encrypted, and whose certificate is trusted, as libpq means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum SslMode {
    /// Not encrypted.
    Disable,
    /// As [`SslMode::Prefer`].
    Allow,
    /// Encrypted where the server can.
    Prefer,
    /// Encrypted; the certificate is checked only where one is named to check it with.
    Require,
    /// Encrypted, with a certificate that is trusted, whatever host it names.
    VerifyCa,
    /// Encrypted, with a certificate that is trusted and names the host.
    VerifyFull,
}

/// A database on a PostgreSQL server and how it is reached. Shown, it never has a password.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    /// At least one. A host that begins with `/` is the directory of a socket.
    pub(super) hosts: Vec<(String, u16)>,
    pub(super) addresses: Vec<std::net::IpAddr>,
    pub(super) user: String,
    pub(super) database: String,
    password: Option<String>,
    passfile: Option<PathBuf>,
    pub(super) ssl_mode: SslMode,
    /// A file, or `system`.
    pub(super) root_certificate: Option<String>,
    pub(super) client_certificate: Option<(PathBuf, PathBuf)>,
    pub(super) channel_binding: Option<String>,
    pub(super) session_attributes: Option<String>,
    pub(super) options: Option<String>,
    pub(super) connect_timeout: Duration,
    pub(super) keepalives: bool,
    home: Option<PathBuf>,
}

impl ServerUrl {
    /// Reads a URL (`postgres://ROLE@HOST/DATABASE`) or libpq's words (`host=HOST dbname=DATABASE`).
    /// What is missing comes from libpq's environment variables, then from libpq's defaults.
    ///
    /// # Errors
    /// What cannot be understood. No error shows a password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_with(text, &|name| std::env::var(name).ok())
    }

    fn parse_with(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let mut given = Given::new();
        for (name, parameter) in ENVIRONMENT {
            if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
                given.push(((*parameter).to_owned(), value));
            }
        }
        given.extend(words::parse(text)?.into_iter().filter(|(_, value)| !value.is_empty()));
        let get = |wanted: &str| {
            let found = given.iter().rev().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        let user = get("user").or_else(|| whoami::username().ok());
        let user = user.ok_or_else(|| wrong("no role is given for the database"))?;
        let number = |name: &'static str, usual: u64| match get(name) {
            None => Ok(usual),
            Some(text) => {
                text.parse().map_err(|_| wrong(format!("the parameter \"{name}\" is not a number")))
            }
        };
        let ssl_mode = match get("sslmode") {
            None if get("sslrootcert").as_deref() == Some("system") => SslMode::VerifyFull,
            None => SslMode::Prefer,
            Some(text) => text.parse().map_err(|_| {
                wrong(format!("unknown sslmode {text:?}"))
                    .hint("sslmode is disable, prefer, require, verify-ca or verify-full")
            })?,
        };
        let client_certificate = match (get("sslcert"), get("sslkey")) {
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            (None, None) => None,
            _ => return Err(wrong("sslcert and sslkey belong together")),
        };
        let choice = |name: &'static str, choices: &[&str]| match get(name) {
            Some(value) if !choices.contains(&value.as_str()) => {
                Err(wrong(format!("unknown {name} {value:?}"))
                    .hint(format!("{name} is {}", choices.join(", "))))
            }
            value => Ok(value),
        };
        Ok(Self {
            hosts: hosts(
                get("host").as_deref(),
                get("hostaddr").as_deref(),
                get("port").as_deref(),
            )?,
            addresses: addresses(get("hostaddr").as_deref())?,
            database: get("dbname").unwrap_or_else(|| user.clone()),
            user,
            password: get("password"),
            passfile: get("passfile").map(Into::into),
            ssl_mode,
            root_certificate: get("sslrootcert"),
            client_certificate,
            channel_binding: choice("channel_binding", &["disable", "prefer", "require"])?,
            session_attributes: choice(
                "target_session_attrs",
                &["any", "read-write", "read-only", "primary"],
            )?,
            options: get("options"),
            connect_timeout: Duration::from_secs(number("connect_timeout", 5)?.min(86_400)),
            keepalives: number("keepalives", 1)? != 0,
            home: variable("HOME").map(Into::into),
        })
    }

    /// Returns the role that connects.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Returns the database's name.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Returns host and port of each server, as they are told to people: `db.example:5433`.
    pub fn host(&self) -> String {
        let shown = |(host, port): &(String, u16)| match *port {
            DEFAULT_PORT => encode(host),
            port => format!("{}:{port}", encode(host)),
        };
        self.hosts.iter().map(shown).collect::<Vec<_>>().join(",")
    }

    /// Returns what a database is remembered by, whoever connects and however: host, port, database.
    pub fn key(&self) -> String {
        let host =
            |(host, port): &(String, u16)| format!("{}:{port}", encode(&host.to_lowercase()));
        let hosts: Vec<String> = self.hosts.iter().map(host).collect();
        format!("postgres://{}/{}", hosts.join(","), encode(&self.database))
    }

    /// Returns true where every host is a socket on this machine: nothing is encrypted then.
    pub(super) fn is_local(&self) -> bool {
        self.addresses.is_empty() && self.hosts.iter().all(|(host, _)| host.starts_with('/'))
    }

    /// Returns the password: the one that was given, else that of the password file.
    pub(super) fn password(&self) -> Option<String> {
        if self.password.is_some() {
            return self.password.clone();
        }
        let usual = || self.in_home(".pgpass");
        let file = self.passfile.clone().or_else(usual).filter(|file| file.exists())?;
        self.hosts.iter().find_map(|(host, port)| {
            let (database, user) = (&self.database, &self.user);
            passfile::password(&file, &Wanted { host, port: *port, database, user })
        })
    }

    /// Returns the path of a file in the user's home directory.
    pub(super) fn in_home(&self, file: &str) -> Option<PathBuf> {
        self.home.as_deref().map(|home: &Path| home.join(file))
    }

    /// Returns text without the password, wherever it came from.
    pub(super) fn without_password(&self, text: &str) -> String {
        match self.password().filter(|password| !password.is_empty()) {
            Some(password) => text.replace(&password, "…"),
            None => text.to_owned(),
        }
    }
}

fn hosts(
    hosts: Option<&str>,
    addresses: Option<&str>,
    ports: Option<&str>,
) -> Result<Vec<(String, u16)>, Error> {
    let usual = if cfg!(unix) && Path::new(SOCKETS).is_dir() { SOCKETS } else { "localhost" };
    let hosts: Vec<&str> = hosts.or(addresses).unwrap_or(usual).split(',').collect();
    let ports: Vec<&str> = ports.unwrap_or_default().split(',').collect();
    if ports.len() > 1 && ports.len() != hosts.len() {
        return Err(wrong(format!("{} ports are given for {} hosts", ports.len(), hosts.len())));
    }
    let port = |at: usize| match ports.get(at).or(ports.first()).map(|port| port.trim()) {
        None | Some("") => Ok(DEFAULT_PORT),
        // A password with a `/` or `@` may end up here.
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
            wrong("the port of the database server is not a number from 1 to 65535")
                .hint("in a URL, write @ as %40, / as %2F and : as %3A in a name or password")
        }),
    };
    let named = |(at, host): (usize, &&str)| {
        let host = if host.trim().is_empty() { usual } else { host.trim() };
        Ok((host.to_owned(), port(at)?))
    };
    hosts.iter().enumerate().map(named).collect()
}

fn addresses(text: Option<&str>) -> Result<Vec<std::net::IpAddr>, Error> {
    let all = text.into_iter().flat_map(|text| text.split(',')).map(str::trim);
    let parsed: Result<Vec<_>, _> = all.map(str::parse).collect();
    parsed.map_err(|_| wrong("\"hostaddr\" is not an address such as 192.0.2.1"))
}

/// Text as it stands in a URL: nothing in it acts on a terminal or ends a part.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || "-._~/".contains(c) {
            encoded.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    encoded
}

impl fmt::Display for ServerUrl {
    /// A URL with role, hosts and database, without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, database) = (encode(&self.user), encode(&self.database));
        match self.hosts.as_slice() {
            [(host, port)] if host.starts_with('/') => {
                write!(f, "postgres://{user}@/{database}?host={}", encode(host))?;
                if *port == DEFAULT_PORT { Ok(()) } else { write!(f, "&port={port}") }
            }
            _ => write!(f, "postgres://{user}@{}/{database}", self.host()),
        }
    }
}

impl fmt::Debug for ServerUrl {
    /// As it is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<ServerUrl, Error> {
        ServerUrl::parse_with(text, &|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_server_is_shown_without_its_password_however_it_is_named() {
        for (text, shown, key) in [
            (
                "postgres://dana:s3cret@db.example/cs",
                "postgres://dana@db.example/cs",
                "postgres://db.example:5432/cs",
            ),
            (
                "host=DB port=5433 user=dana password=s3cret dbname='c s'",
                "postgres://dana@DB:5433/c%20s",
                "postgres://db:5433/c%20s",
            ),
            (
                "postgres://dana@/cs?host=/run/pg&port=7&password=s3cret",
                "postgres://dana@/cs?host=/run/pg&port=7",
                "postgres:///run/pg:7/cs",
            ),
            (
                "postgres://dana:s3cret@a,b:6/cs\u{1b}",
                "postgres://dana@a,b:6/cs%1B",
                "postgres://a:5432,b:6/cs%1B",
            ),
        ] {
            let url = parse(text, &[]).unwrap();
            assert_eq!((url.to_string().as_str(), url.key().as_str()), (shown, key));
            assert!(!format!("{url:?} {url}").contains("s3cret"));
            assert_eq!(url.password().as_deref(), Some("s3cret"));
            assert_eq!(url.without_password("no s3cret here"), "no … here");
        }
    }

    #[test]
    fn the_environment_adds_what_is_missing() {
        let variables = [
            ("PGHOST", "env.example"),
            ("PGPORT", "6000"),
            ("PGUSER", "sam"),
            ("PGDATABASE", "team"),
            ("PGPASSWORD", "p"),
            ("PGSSLMODE", "verify-full"),
        ];
        let url = parse("postgres://", &variables).unwrap();
        assert_eq!(url.to_string(), "postgres://sam@env.example:6000/team");
        assert_eq!((url.password().as_deref(), url.ssl_mode), (Some("p"), SslMode::VerifyFull));
        let url = parse("postgres://dana:q@db/cs?port=1&sslmode=disable", &variables).unwrap();
        assert_eq!(url.to_string(), "postgres://dana@db:1/cs");
        assert_eq!((url.password().as_deref(), url.ssl_mode), (Some("q"), SslMode::Disable));
        let url = parse("dbname=cs", &[("PGUSER", "sam"), ("PGHOST", "db")]).unwrap();
        assert_eq!((url.user(), url.database(), url.ssl_mode), ("sam", "cs", SslMode::Prefer));
        assert_eq!(parse("user=sam host=x", &[]).unwrap().database(), "sam");
    }

    #[test]
    fn mistakes_are_told_without_the_password() {
        for (text, want) in [
            ("postgres://dana:s3cret/x@db/cs", "the port of the database server is not a number"),
            ("postgres://dana:s3cret@db:x/cs", "the port of the database server is not a number"),
            ("postgres://dana:s3cret@db/cs?sslmode=yes", "unknown sslmode \"yes\""),
            ("host=a,b port=1,2,3 password=s3cret", "3 ports are given for 2 hosts"),
            ("host=db password='s3cret", "a quote in the database's words is not closed"),
            ("host=db sslcert=x password=s3cret", "sslcert and sslkey belong together"),
        ] {
            let error = parse(text, &[]).unwrap_err();
            assert!(error.message.starts_with(want), "{text}: {error}");
            assert!(!error.one_line().contains("s3cret"), "{}", error.one_line());
        }
    }
}
