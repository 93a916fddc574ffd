//! In which files a table is: one array, one file of lines, or a directory of parts.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use compact_str::CompactString;

use super::file::{DataFile, ENDING, LINES_ENDING, REPORTED_OUTCOMES};
use super::part::{Format, Part};
use super::sources::find::{ChosenFile, find};
use super::sources::{SOURCES_FILE, SourcesState, TableMapping};
use super::stamp::{Reread, Seen};
use crate::domain::{Code, Finding};

/// What stands for a table in a data directory.
#[derive(Debug, Clone, PartialEq)]
pub enum Layout {
    /// Nothing.
    Absent,
    /// Files with its rows, in the order in which they are read.
    Parts {
        /// What the table is called: the name of its only file, or of the directory of its parts.
        table: CompactString,
        parts: Vec<Part>,
    },
    /// A file of the user's, which the sources file maps to the table.
    Mapped {
        mapping: Arc<TableMapping>,
        file: ChosenFile,
        /// Files with further rows.
        beside: Vec<Part>,
    },
    /// Something that cannot be read as one table.
    Unusable {
        /// What is wrong with it, and what to do.
        problem: Box<Finding>,
    },
}

impl Layout {
    fn unusable(name: &str, message: String) -> Self {
        Self::Unusable { problem: Box::new(Finding::new(Code::BadFile, message).in_file(name)) }
    }

    /// Asks the file system what there is of a table, and whether the sources file maps it.
    pub fn of(directory: &Path, table: DataFile) -> Self {
        let mut sources = SourcesState::new(directory);
        sources.look(Reread::All);
        Self::under(&sources, directory, table)
    }

    /// Asks the file system what there is of a table that may be mapped. The outcomes that agents reported
    /// are further rows of the outcomes, in whatever form these are.
    pub fn under(sources: &SourcesState, directory: &Path, table: DataFile) -> Self {
        if let Some(problem) = sources.unknown() {
            return Self::Unusable { problem: Box::new(problem.clone()) };
        }
        let own = match sources.sources().of(table) {
            Some(mapping) => Self::mapped(directory, mapping),
            None => Self::own(directory, table),
        };
        if table != DataFile::Outcomes {
            return own;
        }
        let path = directory.join(REPORTED_OUTCOMES);
        match (own, Self::at(&path, table, REPORTED_OUTCOMES, Format::Lines)) {
            (own, Self::Absent) => own,
            (Self::Absent, reported) => reported,
            (Self::Parts { table, mut parts }, Self::Parts { parts: reported, .. }) => {
                parts.extend(reported);
                Self::Parts { table, parts }
            }
            (Self::Mapped { mapping, file, .. }, Self::Parts { parts: beside, .. }) => {
                Self::Mapped { mapping, file, beside }
            }
            (unusable @ Self::Unusable { .. }, _) | (_, unusable) => unusable,
        }
    }

    /// The file that a mapping means.
    fn mapped(directory: &Path, mapping: &Arc<TableMapping>) -> Self {
        match find(directory, &mapping.pattern) {
            Ok(file) => Self::Mapped { mapping: Arc::clone(mapping), file, beside: Vec::new() },
            Err(why) => {
                let message = format!("{why}; expected the rows of {}", mapping.table.stem());
                let problem = Finding::new(Code::BadFile, message).in_file(SOURCES_FILE);
                let problem = problem.at(mapping.place).of_table(mapping.table);
                Self::Unusable { problem: Box::new(problem) }
            }
        }
    }

    /// Asks the file system what there is of a table in its own files.
    fn own(directory: &Path, table: DataFile) -> Self {
        let single = |ending: &str, format| {
            let name = format!("{}{ending}", table.stem());
            Self::at(&directory.join(&name), table, &name, format)
        };
        let forms = [
            single(ENDING, Format::Json),
            single(LINES_ENDING, Format::Lines),
            parts(&directory.join(table.stem()), table),
        ];
        let mut there = forms.into_iter().filter(|form| *form != Self::Absent);
        let Some(first) = there.next() else { return Self::Absent };
        let others: Vec<String> = there.map(|form| format!("\"{}\"", form.name())).collect();
        if others.is_empty() {
            return first;
        }
        let message = format!(
            "\"{}\" and {} are there for the same table; keep one of them and move the rest away",
            first.name(),
            others.join(" and ")
        );
        Self::unusable(first.name(), message)
    }

    /// Asks the file system for a table that is one file, which is called `name`.
    pub fn at(path: &Path, table: DataFile, name: &str, format: Format) -> Self {
        let seen = Seen::at(path);
        if seen == Seen::Absent {
            return Self::Absent;
        }
        let part = Part { name: name.into(), path: path.to_owned(), format, seen };
        Self::of_parts(table, name, vec![part])
    }

    fn of_parts(file: DataFile, name: &str, parts: Vec<Part>) -> Self {
        let odd = |part: &Part| match part.seen {
            Seen::Other => Some("not a regular file but a directory, a pipe or a device"),
            Seen::Unknown if part.path.is_symlink() => Some("a link to a file that does not exist"),
            _ => None,
        };
        match parts.iter().find_map(|part| Some((part, odd(part)?))) {
            Some((part, what)) => {
                let shape = part.format.shape(file);
                let message = format!("cannot be read: {what}; expected {shape}");
                Self::unusable(&part.name, message)
            }
            None => Self::Parts { table: name.into(), parts },
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Absent => "",
            Self::Parts { table, .. } => table,
            Self::Mapped { file, .. } => &file.name,
            Self::Unusable { problem } => problem.file.as_deref().unwrap_or_default(),
        }
    }

    /// Returns the files that hold the table's rows.
    pub fn files(&self) -> &[Part] {
        match self {
            Self::Parts { parts, .. } => parts,
            Self::Absent | Self::Mapped { .. } | Self::Unusable { .. } => &[],
        }
    }

    /// Returns true where there is no file with rows of it.
    pub fn is_empty(&self) -> bool {
        self.files().is_empty() && self.mapped_file().is_none()
    }

    /// Returns the file that the sources file maps to the table, if it does.
    pub fn mapped_file(&self) -> Option<&ChosenFile> {
        match self {
            Self::Mapped { file, .. } => Some(file),
            _ => None,
        }
    }

    /// What stood at each of its files.
    fn seen(&self) -> impl Iterator<Item = &Seen> {
        let (file, beside) = match self {
            Self::Mapped { file, beside, .. } => (Some(&file.seen), beside.as_slice()),
            _ => (None, self.files()),
        };
        file.into_iter().chain(beside.iter().map(|part| &part.seen))
    }

    /// Returns the bytes to be read.
    pub fn length(&self) -> u64 {
        self.seen().map(Seen::length).sum()
    }

    /// True where a file was changed so shortly before `now` that another change may hide behind the
    /// same stamp.
    pub fn may_hide_a_change(&self, now: SystemTime) -> bool {
        self.seen().any(|seen| seen.may_hide_a_change(now))
    }
}

/// Returns what stands for a table beside its JSON file: `customers.jsonl` or `customers/`.
#[cfg(feature = "team")]
pub fn other_form(directory: &Path, table: DataFile) -> Option<String> {
    let lines = format!("{}{LINES_ENDING}", table.stem());
    let lines = Layout::at(&directory.join(&lines), table, &lines, Format::Lines);
    let parts = parts(&directory.join(table.stem()), table);
    let other = [lines, parts].into_iter().find(|form| *form != Layout::Absent)?;
    Some(other.name().to_owned())
}

/// Returns where the parts of the tables are, in a data directory that has parts.
pub fn directories(directory: &Path) -> impl Iterator<Item = PathBuf> {
    DataFile::ALL.into_iter().map(|table| directory.join(table.stem()))
}

/// Endings of files that hold rows in a form that is not read: were they passed over, rows would be
/// missing without a word.
const OTHER_FORMS: [&str; 14] = [
    ".gz", ".zst", ".bz2", ".xz", ".lz4", ".snappy", ".deflate", ".zip", ".csv", ".tsv",
    ".parquet", ".orc", ".avro", ".ndjson",
];

/// What an entry of a directory of parts is.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Part(Format),
    /// Tells that a job is writing, with the entry that tells that it is done, if there is one.
    Writing(Option<String>),
    /// Rows that are not read.
    Unread,
    /// Tells that all parts are there, be it none.
    Done,
    Other,
}

impl Entry {
    fn of(name: &str, is_directory: bool) -> Self {
        match name {
            "_SUCCESS" => return Self::Done,
            "_temporary" => return Self::Writing(None),
            _ => {}
        }
        if let Some(job) = name.strip_prefix("_started_") {
            return Self::Writing(Some(format!("_committed_{job}")));
        }
        if name.starts_with(['.', '_']) {
            return Self::Other;
        }
        if name.ends_with(LINES_ENDING) {
            return Self::Part(Format::Lines);
        }
        if name.ends_with(ENDING) {
            return Self::Part(Format::Either);
        }
        let lower = name.to_ascii_lowercase();
        let endings = OTHER_FORMS.iter().chain([&LINES_ENDING, &ENDING]);
        let has_ending = endings.into_iter().any(|ending| lower.ends_with(ending));
        // What engines call parts where no ending is asked for.
        let is_bare = || {
            name.bytes().all(|byte| byte.is_ascii_digit())
                || name.starts_with("part-") && !name.contains('.')
        };
        let is_unread = match is_directory {
            true => has_ending || name.contains('='),
            false => has_ending || is_bare(),
        };
        if is_unread { Self::Unread } else { Self::Other }
    }

    /// True where a directory within that of the parts has what would be one there.
    fn holds_rows(directory: &Path) -> bool {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut names = entries.map(|entry| entry.file_name());
        names.any(|name| {
            matches!(Self::of(&name.to_string_lossy(), false), Self::Part(_) | Self::Unread)
        })
    }
}

/// The parts of a table in a directory, in byte order of their names. A directory without any is none of
/// the table's.
fn parts(directory: &Path, table: DataFile) -> Layout {
    let name = format!("{}/", table.stem());
    let unusable = |message: String| Layout::unusable(&name, message);
    let entries = match std::fs::read_dir(directory)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
    {
        Ok(entries) => entries,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Layout::Absent;
        }
        Err(error) => return unusable(format!("cannot be listed: {error}")),
    };
    let is_directory =
        |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut all: Vec<(OsString, bool)> =
        entries.iter().map(|entry| (entry.file_name(), is_directory(entry))).collect();
    all.sort_unstable_by(|(a, _), (b, _)| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
    let mut found = Vec::new();
    let mut is_done = false;
    let mut unread = None;
    for (file, is_directory) in &all {
        let shown = file.to_string_lossy();
        match Entry::of(&shown, *is_directory) {
            Entry::Part(format) => {
                let path = directory.join(file);
                let seen = Seen::at(&path);
                found.push(Part { name: format!("{name}{shown}").into(), path, format, seen });
            }
            Entry::Writing(until) => {
                let has = |wanted: &String| all.iter().any(|(file, _)| file == wanted.as_str());
                if !until.as_ref().is_some_and(has) {
                    return unusable(format!(
                        "\"{shown}\" says that a job is still writing the parts, or that it failed; \
                         wait for it, or remove that entry"
                    ));
                }
            }
            Entry::Unread => {
                unread.get_or_insert_with(|| shown.into_owned());
            }
            Entry::Done => is_done = true,
            Entry::Other => {
                let passed_over = shown.starts_with(['.', '_']) || !*is_directory;
                if !passed_over && Entry::holds_rows(&directory.join(file)) {
                    unread.get_or_insert_with(|| shown.into_owned());
                }
            }
        }
    }
    match unread {
        Some(file) => unusable(format!(
            "\"{file}\" holds rows in a form that is not read; parts are *.jsonl and *.json, not \
             compressed, in one directory"
        )),
        None if found.is_empty() && !is_done => Layout::Absent,
        None => Layout::of_parts(table, &name, found),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn layout(files: &[&str]) -> Layout {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            if file.ends_with('/') {
                fs::create_dir_all(path).unwrap();
                continue;
            }
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        Layout::of(dir.path(), DataFile::Customers)
    }

    fn names(files: &[&str]) -> Vec<String> {
        match layout(files) {
            Layout::Parts { parts, .. } => parts.iter().map(|part| part.name.to_string()).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn message(files: &[&str]) -> String {
        match layout(files) {
            Layout::Unusable { problem } => problem.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn reported_outcomes_are_further_rows_of_the_outcomes() {
        let dir = tempfile::tempdir().unwrap();
        let names = |table| -> Vec<String> {
            let layout = Layout::of(dir.path(), table);
            layout.files().iter().map(|part| part.name.to_string()).collect()
        };
        fs::write(dir.path().join(REPORTED_OUTCOMES), "{}\n").unwrap();
        assert_eq!(names(DataFile::Outcomes), [REPORTED_OUTCOMES]);
        assert!(names(DataFile::Interventions).is_empty());
        fs::write(dir.path().join("outcomes.json"), "[]").unwrap();
        assert_eq!(names(DataFile::Outcomes), ["outcomes.json", REPORTED_OUTCOMES]);
        fs::write(dir.path().join("outcomes.jsonl"), "").unwrap();
        assert!(matches!(Layout::of(dir.path(), DataFile::Outcomes), Layout::Unusable { .. }));
    }

    #[test]
    fn a_table_is_a_file_a_file_of_lines_or_parts_in_byte_order() {
        assert_eq!(layout(&["other.json"]), Layout::Absent);
        assert_eq!(names(&["customers.json"]), ["customers.json"]);
        assert_eq!(names(&["customers.jsonl"]), ["customers.jsonl"]);
        assert_eq!(
            names(&[
                "customers/b.json",
                "customers/a10.jsonl",
                "customers/a9.jsonl",
                "customers/B.json"
            ]),
            ["customers/B.json", "customers/a10.jsonl", "customers/a9.jsonl", "customers/b.json"]
        );
    }

    #[test]
    fn what_engines_leave_beside_the_parts_is_passed_over() {
        let left = [
            "customers/_SUCCESS",
            "customers/._SUCCESS.crc",
            "customers/.part-0.json.crc",
            "customers/part-0.json.crc",
            "customers/_started_7",
            "customers/_committed_7",
            "customers/_metadata/x.json",
            "customers/.hidden.jsonl",
            "customers/README.md",
            "customers/part-0.json.tmp",
            "customers/notes/a.md",
            "customers/part-0.json",
        ];
        assert_eq!(names(&left), ["customers/part-0.json"]);
        assert_eq!(names(&["customers/_SUCCESS"]), [""; 0], "a job that wrote no row");
        assert_eq!(layout(&["customers/"]), Layout::Absent);
        assert_eq!(layout(&["customers/README.md"]), Layout::Absent);
        assert_eq!(names(&["customers/", "customers.json"]), ["customers.json"]);
    }

    #[test]
    fn two_forms_at_once_are_told_by_name() {
        assert_eq!(
            message(&["customers.json", "customers.jsonl"]),
            "customers.json: \"customers.json\" and \"customers.jsonl\" are there for the same table; \
             keep one of them and move the rest away"
        );
        let all = message(&["customers.json", "customers.jsonl", "customers/part-0.json"]);
        assert!(
            all.contains("\"customers.json\" and \"customers.jsonl\" and \"customers/\""),
            "{all}"
        );
        let two = message(&["customers.jsonl", "customers/part-0.json"]);
        assert!(
            two.starts_with("customers.jsonl: \"customers.jsonl\" and \"customers/\""),
            "{two}"
        );
    }

    #[test]
    fn rows_that_would_be_missing_without_a_word_are_told() {
        for (files, said) in [
            (&["customers/a.json", "customers/_temporary/"][..], "\"_temporary\" says that a job"),
            (&["customers/a.json", "customers/_started_9"], "\"_started_9\" says that a job"),
            (&["customers/a.json", "customers/b.json.gz"], "\"b.json.gz\" holds rows in a form"),
            (&["customers/b.csv"], "\"b.csv\" holds rows in a form"),
            (&["customers/a.json", "customers/region=west/"], "\"region=west\" holds rows"),
            (&["customers/a.json", "customers/2027/b.json"], "\"2027\" holds rows"),
            (&["customers/2027/b.json.gz"], "\"2027\" holds rows"),
            (&["customers/a.json", "customers/B.JSON"], "\"B.JSON\" holds rows"),
            (&["customers/part-00000-c000"], "\"part-00000-c000\" holds rows"),
            (&["customers/000000000001"], "\"000000000001\" holds rows"),
            (&["customers/a.json/"], "customers/a.json: cannot be read: not a regular file"),
            (&["customers.json/part-0.json"], "customers.json: cannot be read: not a regular file"),
        ] {
            let message = message(files);
            assert!(message.starts_with("customers"), "{message}");
            assert!(message.contains(said), "{message}");
        }
    }
}
