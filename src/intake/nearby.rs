//! Data directories near one that holds no data: what is meant is often a step away.

use std::fs;
use std::path::{Path, PathBuf};

use super::DataFile;
use super::layout::Layout;

/// So many entries of a directory are looked at.
const MOST_ENTRIES: usize = 1_000;
/// So many directories are named.
const MOST_NAMED: usize = 3;

/// Returns the directories in a directory that hold every file without which nothing can be matched,
/// in the order of their names; none where the directory itself does.
pub fn data_directories(directory: &Path) -> Vec<PathBuf> {
    if holds_data(directory) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let is_hidden = |path: &Path| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    let paths = entries.take(MOST_ENTRIES).flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| !is_hidden(path) && holds_data(path)).collect();
    found.sort();
    found.truncate(MOST_NAMED);
    found
}

/// True where every file is there without which nothing can be matched.
fn holds_data(directory: &Path) -> bool {
    let mut needed = DataFile::ALL.into_iter().filter(|file| file.required());
    needed.all(|file| !Layout::of(directory, file).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_directories_with_both_files_are_found_and_only_where_they_are_of_use() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: &str, files: &[&str]| {
            let directory = parent.path().join(name);
            fs::create_dir_all(&directory).unwrap();
            files.iter().for_each(|file| fs::write(directory.join(file), "[]").unwrap());
            directory
        };
        let both = ["customers.json", "journey_playbooks.json"];
        let west = make("west", &both);
        let east = make("east", &both);
        make("half", &both[..1]);
        make(".hidden", &both);
        assert_eq!(data_directories(parent.path()), [east, west]);
        make("", &both);
        assert_eq!(data_directories(parent.path()), [""; 0].map(PathBuf::from));
        assert!(data_directories(&parent.path().join("nowhere")).is_empty());
    }
}
