//! Paths of directories on disk: completed, and checked before they are opened.

use std::fs;
use std::path::{Path, PathBuf};

use crate::intake::Loader;
use crate::tui::event::Completion;
use crate::tui::screen::prompt::path;

/// So many directories are named of those that a path could go on to.
const MOST_NAMED: usize = 12;

/// Completes a path to a directory as far as only one is meant.
pub fn complete(typed: String) -> Completion {
    let (parent, start) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed.as_str()),
    };
    let directory = if parent.is_empty() { PathBuf::from(".") } else { path(parent) };
    let mut names = directories(&directory);
    // Hidden ones are meant where the path begins like one.
    names.retain(|name| {
        name.starts_with(start) && (start.starts_with('.') || !name.starts_with('.'))
    });
    names.sort();
    let path = match names.as_slice() {
        [] => typed.clone(),
        [name] => format!("{parent}{name}/"),
        [first, others @ ..] => {
            let common =
                others.iter().fold(first.as_str(), |common, name| common_start(common, name));
            format!("{parent}{common}")
        }
    };
    names.truncate(MOST_NAMED);
    Completion { typed, path, choices: names }
}

fn directories(parent: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let directories = entries.flatten().filter(|entry| entry.path().is_dir());
    directories.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Returns what two texts begin with in common.
fn common_start<'a>(a: &'a str, b: &str) -> &'a str {
    let differs = a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b);
    let at = differs.map_or(a.len().min(b.len()), |((at, _), _)| at);
    a.get(..at).unwrap_or(a)
}

/// Returns why a directory cannot be opened, if so.
///
/// # Errors
/// Where it cannot.
pub fn check(directory: &Path) -> Result<(), String> {
    Loader::new(directory).check_directory().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_completed_as_far_as_one_directory_is_meant() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["sales-east", "sales-west", "support", ".hidden"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        fs::write(parent.path().join("sales.txt"), "").unwrap();
        let at = parent.path().to_str().unwrap();
        let completed = |typed: &str| {
            let Completion { path, choices, .. } = complete(format!("{at}/{typed}"));
            (path.strip_prefix(at).unwrap().to_owned(), choices.join(" "))
        };
        let is = |path: &str, choices: &str| (path.to_owned(), choices.to_owned());
        assert_eq!(completed("sa"), is("/sales-", "sales-east sales-west"));
        assert_eq!(completed("sup"), is("/support/", "support"));
        assert_eq!(completed(""), is("/s", "sales-east sales-west support"));
        assert_eq!(completed(".h"), is("/.hidden/", ".hidden"));
        assert_eq!(completed("x"), is("/x", ""));
        assert!(check(&parent.path().join("support")).is_ok());
        assert!(check(&parent.path().join("sales.txt")).unwrap_err().contains("not a directory"));
    }
}
