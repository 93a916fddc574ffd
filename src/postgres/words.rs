//! A URL or libpq's words (`host=db dbname=cs`), taken apart into parameters.

use crate::domain::{Error, ErrorKind};

/// The parameters that this program knows, as libpq calls them.
pub(super) const KNOWN: &[&str] = &[
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "options",
    "passfile",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// How a URL may begin.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Parameters in the order in which they were given; a later one goes before an earlier one.
pub(super) type Given = Vec<(String, String)>;

/// Returns true for text that names a server, rightly or not, rather than a file: a URL, or words that
/// begin with a parameter of libpq.
pub fn is_server(text: &str) -> bool {
    let text = text.trim_start();
    after_scheme(text).is_some()
        || text.split_once('=').is_some_and(|(word, _)| KNOWN.contains(&word.trim_end()))
}

fn after_scheme(text: &str) -> Option<&str> {
    SCHEMES.into_iter().find_map(|scheme| {
        let (begins, rest) = text.split_at_checked(scheme.len())?;
        begins.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// Takes a URL or words apart.
///
/// # Errors
/// What cannot be understood, without quoting what may be a password.
pub(super) fn parse(text: &str) -> Result<Given, Error> {
    let text = text.trim();
    let given = match after_scheme(text) {
        Some(rest) => parse_url(rest)?,
        None => parse_words(text)?,
    };
    for (name, value) in &given {
        if !KNOWN.contains(&name.as_str()) {
            return Err(wrong(format!("unknown parameter \"{name}\" of a database server")));
        }
        if value.contains('\0') {
            return Err(wrong(format!("the parameter \"{name}\" has a zero byte")));
        }
    }
    Ok(given)
}

pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, message).hint(
        "name a database as postgres://ROLE@HOST:PORT/DATABASE or \"host=HOST dbname=DATABASE\"",
    )
}

/// `user:password@host:port,host:port/database?parameter=value&…`, all of it optional.
fn parse_url(text: &str) -> Result<Given, Error> {
    let mut given = Given::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            given.push((name.to_owned(), value));
        }
    };
    let (before, query) = match text.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (text, None),
    };
    let (authority, database) = match before.split_once('/') {
        Some((authority, database)) => (authority, database),
        None => (before, ""),
    };
    let hosts = match authority.rsplit_once('@') {
        Some((who, hosts)) => {
            let (user, password) = who.split_once(':').unwrap_or((who, ""));
            put("user", decode(user)?);
            put("password", decode(password)?);
            hosts
        }
        None => authority,
    };
    let hosts: Vec<(&str, &str)> = hosts.split(',').map(host_and_port).collect::<Result<_, _>>()?;
    let names: Result<Vec<String>, Error> = hosts.iter().map(|(host, _)| decode(host)).collect();
    put("host", join(names?));
    put("port", join(hosts.iter().map(|(_, port)| (*port).to_owned()).collect()));
    put("dbname", decode(database)?);
    for pair in query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty())
    {
        let no_value = || wrong("a parameter of the database's URL has no value");
        let (name, value) = pair.split_once('=').ok_or_else(no_value)?;
        // JDBC's word, which libpq takes too.
        let (name, value) = match (name, value) {
            ("ssl", "true") => ("sslmode", "require"),
            pair => pair,
        };
        put(&decode(name)?, decode(value)?);
    }
    Ok(given)
}

/// Empty where all of it is.
fn join(parts: Vec<String>) -> String {
    if parts.iter().all(String::is_empty) { String::new() } else { parts.join(",") }
}

/// `host:port`, `[::1]:port`, each part optional.
fn host_and_port(text: &str) -> Result<(&str, &str), Error> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, after) =
            rest.split_once(']').ok_or_else(|| wrong("an IPv6 address has no closing \"]\""))?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, port)),
            None if after.is_empty() => Ok((host, "")),
            None => Err(wrong("only a port can follow an IPv6 address")),
        };
    }
    Ok(text.rsplit_once(':').unwrap_or((text, "")))
}

/// Decodes `%40`.
fn decode(text: &str) -> Result<String, Error> {
    let bad = || wrong("a \"%\" in the database's URL is not followed by two hexadecimal digits");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            let digit = rest.next().map(char::from).and_then(|digit| digit.to_digit(16));
            digit.and_then(|digit| u8::try_from(digit).ok()).ok_or_else(bad)
        };
        let (high, low) = (digit()?, digit()?);
        bytes.push(high << 4 | low);
    }
    String::from_utf8(bytes).map_err(|_| wrong("the database's URL is not UTF-8 text"))
}

/// `host = db dbname='my db' password=a\'b`.
fn parse_words(text: &str) -> Result<Given, Error> {
    let mut given = Given::new();
    let mut rest = text;
    while !rest.trim_start().is_empty() {
        let no_value = || wrong("a word that names the database has no \"=\"");
        let (name, after) = rest.split_once('=').ok_or_else(no_value)?;
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(no_value());
        }
        let (value, after) = word(after.trim_start())?;
        given.push((name.to_owned(), value));
        rest = after;
    }
    Ok(given)
}

/// A value, in quotes or up to the next blank, and what follows it. A backslash takes the next character
/// as it is.
fn word(text: &str) -> Result<(String, &str), Error> {
    let (quoted, text) = match text.strip_prefix('\'') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next() {
            Some('\\') => value.extend(chars.next()),
            Some('\'') if quoted => return Ok((value, chars.as_str())),
            Some(blank) if !quoted && blank.is_whitespace() => return Ok((value, chars.as_str())),
            Some(other) => value.push(other),
            None if quoted => return Err(wrong("a quote in the database's words is not closed")),
            None => return Ok((value, "")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        match parse(text) {
            Ok(given) => {
                let words: Vec<String> =
                    given.iter().map(|(name, value)| format!("{name}={value}")).collect();
                words.join(" ")
            }
            Err(error) => error.message,
        }
    }

    #[test]
    fn urls_are_taken_apart_as_libpq_does() {
        for (url, want) in [
            ("postgres://", ""),
            ("postgresql://db", "host=db"),
            ("postgres://dana@db:5433/cs", "user=dana host=db port=5433 dbname=cs"),
            ("POSTGRES://dana:p%40s:s@db/cs", "user=dana password=p@s:s host=db dbname=cs"),
            ("postgres://a%20b@[::1]:5/x%2Fy", "user=a b host=::1 port=5 dbname=x/y"),
            ("postgres://a:1,b:2/cs", "host=a,b port=1,2 dbname=cs"),
            ("postgres://%2Frun%2Fpg/cs", "host=/run/pg dbname=cs"),
            (
                "postgres:///cs?host=/run/pg&sslmode=verify-full",
                "dbname=cs host=/run/pg sslmode=verify-full",
            ),
            ("postgres://db/cs?ssl=true", "host=db dbname=cs sslmode=require"),
            ("postgres://db/cs?colour=red", "unknown parameter \"colour\" of a database server"),
            (
                "postgres://db/%zz",
                "a \"%\" in the database's URL is not followed by two hexadecimal digits",
            ),
            ("postgres://[::1/cs", "an IPv6 address has no closing \"]\""),
        ] {
            assert_eq!(parsed(url), want, "{url}");
        }
    }

    #[test]
    fn words_are_taken_apart_as_libpq_does() {
        for (words, want) in [
            ("host=db dbname=cs", "host=db dbname=cs"),
            ("  host = db  user='da na'password=a\\'b ", "host=db user=da na password=a'b"),
            ("dbname=''", "dbname="),
            ("host=db cs", "a word that names the database has no \"=\""),
            ("host='db", "a quote in the database's words is not closed"),
        ] {
            assert_eq!(parsed(words), want, "{words}");
        }
    }

    #[test]
    fn a_file_is_no_server() {
        for server in ["postgres://", "PostgreSQL://x", "host=db", " dbname = cs", "user=x:y"] {
            assert!(is_server(server), "{server}");
        }
        for file in ["decisions.jsonl", "/postgres/x", "./host=db", "a=b.jsonl", "postgres:x", ""] {
            assert!(!is_server(file), "{file}");
        }
    }
}
