//! The sources file on disk: the last good one stays, whatever becomes of the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::super::stamp::{Reread, Seen};
use super::mapping::Sources;
use super::sources_file::{SOURCES_FILE, parse};
use crate::domain::{Code, Finding};
use crate::toml_text;

/// A sources file, and what was last read from it.
#[derive(Debug)]
pub struct SourcesState {
    path: PathBuf,
    seen: Option<Seen>,
    /// The stamp may hide a later change.
    doubtful: bool,
    sources: Arc<Sources>,
    /// What is wrong with the file as it is now.
    problems: Vec<Finding>,
    /// No file was ever good: which tables are mapped is not known.
    never_good: bool,
}

impl SourcesState {
    /// Returns the sources file of a data directory, of which nothing is read yet.
    pub fn new(directory: &Path) -> Self {
        Self {
            path: directory.join(SOURCES_FILE),
            seen: None,
            doubtful: false,
            sources: Arc::default(),
            problems: Vec::new(),
            never_good: false,
        }
    }

    /// Returns what was last good.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns what is wrong with the file as it is now; what was last good stays in use.
    pub fn problems(&self) -> &[Finding] {
        &self.problems
    }

    /// Returns why no table can be read: which are mapped is not known.
    pub fn unknown(&self) -> Option<&Finding> {
        self.problems.first().filter(|_| self.never_good)
    }

    /// Reads the file if it changed. True where it says something else now, or something else is wrong
    /// with it.
    pub fn look(&mut self, reread: Reread) -> bool {
        let now = SystemTime::now();
        let seen = Seen::at(&self.path);
        if reread == Reread::Changed && self.seen.as_ref() == Some(&seen) && !self.doubtful {
            return false;
        }
        self.doubtful = seen.may_hide_a_change(now);
        let was_there =
            !matches!(self.seen, None | Some(Seen::Absent)) || !self.problems.is_empty();
        let read = match seen {
            // It was in use: what it says is not forgotten before someone has seen that it is gone.
            Seen::Absent if was_there && reread == Reread::Changed && !self.never_good => {
                let message = "the file is gone; what it said stays in use. Put it back, or reload \
                               to read the tables without it";
                Err(vec![Finding::new(Code::BadFile, message).in_file(SOURCES_FILE)])
            }
            Seen::Absent => Ok(Sources::default()),
            _ => text(&self.path).and_then(|text| parse(&text)),
        };
        let first = self.seen.is_none();
        self.seen = Some(seen);
        let problems = match read {
            Ok(sources) => {
                self.never_good = false;
                if *self.sources != sources {
                    self.sources = Arc::new(sources);
                    self.problems = Vec::new();
                    return true;
                }
                Vec::new()
            }
            Err(problems) => {
                self.never_good |= first;
                problems
            }
        };
        let others = self.problems != problems;
        self.problems = problems;
        others
    }
}

fn text(path: &Path) -> Result<String, Vec<Finding>> {
    let bad = |message: String| vec![Finding::new(Code::BadFile, message).in_file(SOURCES_FILE)];
    toml_text::read(path, "a sources file").map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_good_sources_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(SOURCES_FILE);
        let good = "[customers]\nfile = \"a.csv\"\ncolumns = { customer_id = \"ID\" }\n";
        let mut state = SourcesState::new(dir.path());
        state.look(Reread::Changed);
        assert_eq!((state.sources().tables.len(), state.problems()), (0, &[][..]));
        std::fs::write(&path, good).unwrap();
        state.look(Reread::Changed);
        assert_eq!((state.sources().tables.len(), state.problems()), (1, &[][..]));
        assert!(!state.look(Reread::All), "nothing is new");
        std::fs::write(&path, good.replace("file", "fil")).unwrap();
        assert!(state.look(Reread::Changed), "what is wrong is new");
        assert_eq!(state.sources().tables.len(), 1);
        assert_eq!(state.problems()[0].location(), "sources.toml:1:2");
        assert_eq!(state.unknown(), None);
        std::fs::remove_file(&path).unwrap();
        state.look(Reread::Changed);
        assert_eq!(state.sources().tables.len(), 1);
        assert!(state.problems()[0].message.contains("is gone"));
        state.look(Reread::All);
        assert_eq!((state.sources().tables.len(), state.problems()), (0, &[][..]));

        std::fs::write(&path, "[customers]").unwrap();
        let mut state = SourcesState::new(dir.path());
        state.look(Reread::Changed);
        assert!(state.unknown().is_some());
        std::fs::write(&path, good).unwrap();
        state.look(Reread::Changed);
        assert_eq!((state.sources().tables.len(), state.unknown()), (1, None));
    }
}
