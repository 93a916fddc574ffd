//! The password that stands in a password file (`PGPASSFILE`, `~/.pgpass`): lines of
//! `host:port:database:role:password`, each part `*` for any.

use std::fs;
use std::path::Path;

/// What a connection is looked up by.
pub(super) struct Wanted<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// Returns the password of the first line that fits; `None` where none does, or the file cannot be read or
/// may be read by others than its owner.
pub(super) fn password(path: &Path, wanted: &Wanted<'_>) -> Option<String> {
    if !is_private(path) {
        tracing::warn!(
            "the password file {} is ignored: people other than its owner can read it",
            path.display()
        );
        return None;
    }
    find(&fs::read_to_string(path).ok()?, wanted)
}

/// As libpq: what group or world may read is no secret.
#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS: u32 = 0o077;
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & OTHERS == 0)
}

#[cfg(not(unix))]
fn is_private(path: &Path) -> bool {
    path.is_file()
}

fn find(text: &str, wanted: &Wanted<'_>) -> Option<String> {
    let port = wanted.port.to_string();
    // A socket is a host of its own, or the local one.
    let is_socket = wanted.host.starts_with('/');
    let hosts: &[&str] = if is_socket { &[wanted.host, "localhost"] } else { &[wanted.host] };
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut rest = line;
        let mut fits = |wanted: &[&str]| {
            let (part, after) = part(rest)?;
            rest = after;
            (part == "*" || wanted.contains(&part.as_str())).then_some(())
        };
        fits(hosts)?;
        fits(&[&port])?;
        fits(&[wanted.database])?;
        fits(&[wanted.user])?;
        Some(unescaped(rest))
    })
}

/// A part up to its colon, and what follows it.
fn part(text: &str) -> Option<(String, &str)> {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = *c == ':' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    })?;
    let (part, rest) = text.split_at_checked(end.0)?;
    Some((unescaped(part), rest.strip_prefix(':')?))
}

/// `\:` and `\\` as the characters that they stand for.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted<'_> = Wanted { host: "db", port: 5432, database: "cs", user: "dana" };

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        for (text, want) in [
            ("db:5432:cs:dana:one\ndb:5432:cs:dana:two", Some("one")),
            ("# db:*:*:*:no\nother:*:*:*:no\n*:*:*:dana:p\\:w\\\\d:x", Some("p:w\\d:x")),
            ("db:5433:*:*:no", None),
            ("db:5432:cs", None),
            ("", None),
        ] {
            assert_eq!(find(text, &WANTED).as_deref(), want, "{text}");
        }
        let socket = Wanted { host: "/run/pg", ..WANTED };
        assert_eq!(find("/run/pg:*:*:*:s", &socket).as_deref(), Some("s"));
        assert_eq!(find("localhost:*:*:*:l", &socket).as_deref(), Some("l"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_ignored() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "*:*:*:*:secret").unwrap();
        let mode =
            |mode| fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        mode(0o600);
        assert_eq!(password(file.path(), &WANTED).as_deref(), Some("secret"));
        mode(0o640);
        assert_eq!(password(file.path(), &WANTED), None);
    }
}
