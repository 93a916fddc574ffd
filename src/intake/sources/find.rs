//! The file that a mapping means: the greatest match of its pattern, within the data directory.

use std::cmp::Ordering;
use std::fs;
use std::path::{Component, Path, PathBuf};

use compact_str::CompactString;

use super::super::stamp::Seen;

/// The file that a pattern stands for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenFile {
    /// Its name in the data directory.
    pub name: CompactString,
    /// Where it is.
    pub path: PathBuf,
    /// What stood there.
    pub seen: Seen,
    /// How many files match.
    pub matches: usize,
}

/// Says what is wrong with a pattern.
///
/// # Errors
/// Where it may lead out of the data directory, or cannot be looked for.
pub fn check(pattern: &str) -> Result<(), &'static str> {
    let path = Path::new(pattern);
    let is_within = path.components().all(|part| matches!(part, Component::Normal(_)));
    let is_drive = pattern.contains(['\\', ':']);
    let directory = pattern.rsplit_once('/').map_or("", |(directory, _)| directory);
    if pattern.trim().is_empty() || pattern.ends_with('/') {
        Err("the name of a file, such as \"companies*.csv\"")
    } else if !is_within || is_drive || pattern.starts_with('/') {
        Err(
            "a file within the data directory: no \"..\", no absolute path, \"/\" between directories",
        )
    } else if directory.contains(['*', '?']) {
        Err("\"*\" and \"?\" in the file's name alone, not in the directory's")
    } else {
        Ok(())
    }
}

/// Returns the directory of the files that a pattern may stand for.
pub fn directory_of(directory: &Path, pattern: &str) -> PathBuf {
    match pattern.rsplit_once('/') {
        Some((within, _)) => directory.join(within),
        None => directory.to_owned(),
    }
}

/// Finds the file that a pattern stands for.
///
/// # Errors
/// Why there is none, in words.
pub fn find(directory: &Path, pattern: &str) -> Result<ChosenFile, String> {
    let within = pattern.rsplit_once('/').map_or("", |(within, _)| within);
    let own = pattern.rsplit('/').next().unwrap_or(pattern);
    let parent = directory_of(directory, pattern);
    let none = || {
        let plural = own.contains(['*', '?']);
        let what = if plural { "no file matches" } else { "no file" };
        format!("{what} \"{pattern}\" in the data directory")
    };
    let root = fs::canonicalize(directory).map_err(|_| none())?;
    let is_inside = |path: &Path| fs::canonicalize(path).map(|path| path.starts_with(&root));
    if !is_inside(&parent).map_err(|_| none())? {
        return Err(format!(
            "\"{within}\" leads out of the data directory; copy the files into it"
        ));
    }
    let entries = fs::read_dir(&parent).map_err(|_| none())?;
    let mut matches = 0;
    let mut greatest: Option<String> = None;
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !is_match(own, &name) || own != name && !parent.join(&name).is_file() {
            continue;
        }
        matches += 1;
        if greatest.as_ref().is_none_or(|before| natural(before, &name) == Ordering::Less) {
            greatest = Some(name);
        }
    }
    let name = greatest.ok_or_else(none)?;
    let path = parent.join(&name);
    let shown = if within.is_empty() { name } else { format!("{within}/{name}") };
    let leads_nowhere = |_| format!("\"{shown}\" cannot be read: it leads nowhere");
    if !is_inside(&path).map_err(leads_nowhere)? {
        return Err(format!("\"{shown}\" leads out of the data directory; copy the file into it"));
    }
    let seen = Seen::at(&path);
    match seen {
        Seen::Other => Err(format!(
            "\"{shown}\" cannot be read: not a regular file but a directory, a pipe or a device"
        )),
        _ => Ok(ChosenFile { name: shown.into(), path, seen, matches }),
    }
}

/// True where a name is one of those that a pattern stands for. A `*` at the beginning does not stand for
/// the dot of a hidden file, nor for the `~` of one that is in use.
fn is_match(pattern: &str, name: &str) -> bool {
    // Excel marks a workbook that is open with a file of its own beside it.
    let hides = ['.', '~'];
    if name.starts_with(hides) && !pattern.starts_with(hides) {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut in_name) = (0, 0);
    // Where to go on when what follows the last `*` does not fit.
    let mut again: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                again = Some((at, in_name));
                at += 1;
            }
            Some(c) if *c == '?' || name.get(in_name) == Some(c) => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((star, taken)) = again else { return false };
                again = Some((star, taken + 1));
                (at, in_name) = (star + 1, taken + 1);
            }
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|c| *c == '*'))
}

/// Compares names, and whole numbers in them by what they count: `(9)` comes before `(10)`.
fn natural(a: &str, b: &str) -> Ordering {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (mut left, mut right) = (a, b);
    loop {
        let numbers = (digits(left), digits(right));
        if let (1.., 1..) = numbers {
            let (one, left_rest) = left.split_at(numbers.0);
            let (other, right_rest) = right.split_at(numbers.1);
            let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
            let order = one.len().cmp(&other.len()).then_with(|| one.cmp(other));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (left_rest, right_rest);
            continue;
        }
        match (left.chars().next(), right.chars().next()) {
            (Some(one), Some(other)) if one == other => {
                left = left.get(one.len_utf8()..).unwrap_or_default();
                right = right.get(other.len_utf8()..).unwrap_or_default();
            }
            (None, None) => return a.cmp(b),
            (one, other) => return one.cmp(&other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_the_numbers_in_them() {
        for (less, more) in [
            ("export (9).csv", "export (10).csv"),
            ("companies-2025-02-01.csv", "companies-2025-11-01.csv"),
            ("v2.csv", "v10.csv"),
            ("a", "a1"),
            ("a1", "b"),
            ("x99999999999999999999998", "x99999999999999999999999"),
            ("v01.csv", "v1.csv"),
        ] {
            assert_eq!(natural(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(natural(more, less), Ordering::Greater, "{less} {more}");
        }
    }

    #[test]
    fn patterns_stand_for_names() {
        for (pattern, name, fits) in [
            ("*.csv", "a.csv", true),
            ("*.csv", "a.csv.part", false),
            ("*.csv", ".a.csv", false),
            ("*.xlsx", "~$a.xlsx", false),
            ("~$*.xlsx", "~$a.xlsx", true),
            ("hubspot*companies*.csv", "hubspot-crm-companies (2).csv", true),
            ("a?.csv", "aé.csv", true),
            ("a?.csv", "a.csv", false),
            ("*a*b", "aab", true),
            ("[x].csv", "[x].csv", true),
        ] {
            assert_eq!(is_match(pattern, name), fits, "{pattern} {name}");
        }
        // No pattern takes longer and longer.
        assert!(!is_match(&"*a".repeat(40), &"a".repeat(2_000).replace("aa", "ab")));
    }

    #[test]
    fn nothing_is_read_outside_of_the_data_directory() {
        for pattern in
            ["../x.csv", "/etc/passwd", "a/../../x", "a\\b.csv", "C:x", "", "a/", "*/x.csv"]
        {
            assert!(check(pattern).is_err(), "{pattern}");
        }
        assert_eq!(check("exports/2025/x*.csv"), Ok(()));
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::write(root.path().join("secret.csv"), "x").unwrap();
        assert_eq!(
            find(&data, "x*.csv").unwrap_err(),
            "no file matches \"x*.csv\" in the data directory"
        );
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.path().join("secret.csv"), data.join("x1.csv"))
                .unwrap();
            let refused = find(&data, "x*.csv").unwrap_err();
            assert!(refused.contains("leads out of the data directory"), "{refused}");
            fs::write(data.join("own.csv"), "x").unwrap();
            std::os::unix::fs::symlink(data.join("own.csv"), data.join("x2.csv")).unwrap();
            let found = find(&data, "x*.csv").unwrap();
            assert_eq!((found.name.as_str(), found.matches), ("x2.csv", 2));
            std::os::unix::fs::symlink(root.path(), data.join("out")).unwrap();
            let refused = find(&data, "out/s*.csv").unwrap_err();
            assert!(refused.starts_with("\"out\" leads out"), "{refused}");
        }
    }
}
