//! Reads what changed on disk, and keeps the last good content of each file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

use super::file::DataFile;
use super::row::Row;
use super::stamp::Seen;
use super::{join, parse};
use crate::domain::dataset::Tables;
use crate::domain::{
    Code, Customer, Dataset, Finding, Forecast, FusedSignals, Intervention, JourneyState, Outcome,
    PerformanceRow, Playbook, PortfolioSnapshot, Signal, Table,
};

/// A data directory that cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error(
        "there is no directory {}; name the one with {} by --data DIR or NEXTPLAY_DATA",
        .0.display(), DataFile::Customers.name()
    )]
    Missing(PathBuf),
    #[error("{} is not a directory; name the one that {} is in", .0.display(), DataFile::Customers.name())]
    NotADirectory(PathBuf),
    #[error("the directory {} cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, io::Error),
}

/// A load: the data, and the files that could not be read for it.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub dataset: Arc<Dataset>,
    /// A `bad_file` finding for each file that cannot be read now. Of those the last good content,
    /// if there ever was one, is in `dataset`; nothing is decided while there is one.
    pub problems: Vec<Finding>,
    /// Files that were there and are gone.
    pub vanished: Vec<DataFile>,
    /// False where nothing differs from the load before.
    pub changed: bool,
}

/// Reads a data directory again and again.
#[derive(Debug)]
pub struct Loader {
    directory: PathBuf,
    customers: Kept<Customer>,
    playbooks: Kept<Playbook>,
    states: Kept<JourneyState>,
    fused: Kept<FusedSignals>,
    signals: Kept<Signal>,
    forecasts: Kept<Forecast>,
    performance: Kept<PerformanceRow>,
    interventions: Kept<Intervention>,
    outcomes: Kept<Outcome>,
    snapshots: Kept<PortfolioSnapshot>,
    last: Option<Loaded>,
}

/// Which files a load looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reread {
    /// Those whose length, time or inode is another one than before.
    Changed,
    /// All of them.
    All,
}

impl Loader {
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            customers: Kept::new(DataFile::Customers),
            playbooks: Kept::new(DataFile::Playbooks),
            states: Kept::new(DataFile::States),
            fused: Kept::new(DataFile::Fused),
            signals: Kept::new(DataFile::Signals),
            forecasts: Kept::new(DataFile::Forecasts),
            performance: Kept::new(DataFile::Performance),
            interventions: Kept::new(DataFile::Interventions),
            outcomes: Kept::new(DataFile::Outcomes),
            snapshots: Kept::new(DataFile::Snapshots),
            last: None,
        }
    }

    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Looks whether the directory is there and can be listed.
    ///
    /// # Errors
    /// Where it is not. A load after that still gives what was good before.
    pub fn check_directory(&self) -> Result<(), DirectoryError> {
        let path = || self.directory.clone();
        match std::fs::read_dir(&self.directory) {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::NotFound => DirectoryError::Missing(path()),
                io::ErrorKind::NotADirectory => DirectoryError::NotADirectory(path()),
                _ => DirectoryError::Unreadable(path(), error),
            }),
        }
    }

    /// Reads the files that changed and joins them all.
    pub fn load(&mut self, reread: Reread) -> Loaded {
        let changed = self.refresh(reread) | self.last.is_none();
        if let (false, Some(last)) = (changed, &self.last) {
            return Loaded { changed: false, ..last.clone() };
        }
        let loaded = Loaded {
            dataset: Arc::new(join::dataset(self.tables())),
            problems: self.problems(),
            vanished: self.vanished(),
            changed,
        };
        self.last = Some(loaded.clone());
        loaded
    }

    /// Reads the files that changed, each on a thread of its own. True where anything changed.
    fn refresh(&mut self, reread: Reread) -> bool {
        let dir = self.directory.as_path();
        thread::scope(|scope| {
            let reading = [
                self.customers.refresh(dir, reread, scope),
                self.playbooks.refresh(dir, reread, scope),
                self.states.refresh(dir, reread, scope),
                self.fused.refresh(dir, reread, scope),
                self.signals.refresh(dir, reread, scope),
                self.forecasts.refresh(dir, reread, scope),
                self.performance.refresh(dir, reread, scope),
                self.interventions.refresh(dir, reread, scope),
                self.outcomes.refresh(dir, reread, scope),
                self.snapshots.refresh(dir, reread, scope),
            ];
            let mut changed = false;
            for thread in reading.into_iter().flatten() {
                changed |= thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            }
            changed
        })
    }

    fn tables(&self) -> Tables {
        Tables {
            customers: self.customers.table.clone(),
            playbooks: self.playbooks.table.clone(),
            states: self.states.table.clone(),
            fused: self.fused.table.clone(),
            signals: self.signals.table.clone(),
            forecasts: self.forecasts.table.clone(),
            performance: self.performance.table.clone(),
            interventions: self.interventions.table.clone(),
            outcomes: self.outcomes.table.clone(),
            snapshots: self.snapshots.table.clone(),
        }
    }

    /// What is told of every file whatever its rows are, in reading order.
    fn states_of_files(&self) -> [(&Option<Finding>, bool, DataFile); 10] {
        [
            self.customers.told(),
            self.playbooks.told(),
            self.states.told(),
            self.fused.told(),
            self.signals.told(),
            self.forecasts.told(),
            self.performance.told(),
            self.interventions.told(),
            self.outcomes.told(),
            self.snapshots.told(),
        ]
    }

    fn problems(&self) -> Vec<Finding> {
        self.states_of_files().into_iter().filter_map(|(problem, ..)| problem.clone()).collect()
    }

    fn vanished(&self) -> Vec<DataFile> {
        let files = self.states_of_files().into_iter();
        files.filter(|(_, vanished, _)| *vanished).map(|(.., file)| file).collect()
    }
}

/// One file as it was last read.
#[derive(Debug)]
struct Kept<R> {
    file: DataFile,
    /// `None` until the first look.
    seen: Option<Seen>,
    /// The stamp may hide a later change.
    doubtful: bool,
    /// The last good content.
    table: Arc<Table<R>>,
    problem: Option<Finding>,
    /// It was there and is gone.
    vanished: bool,
}

impl<R: Row + PartialEq + Send + Sync> Kept<R> {
    fn new(file: DataFile) -> Self {
        Self {
            file,
            seen: None,
            doubtful: false,
            table: Arc::default(),
            problem: None,
            vanished: false,
        }
    }

    fn told(&self) -> (&Option<Finding>, bool, DataFile) {
        (&self.problem, self.vanished, self.file)
    }

    /// Reads the file on a thread of its own, if it is another one than before. The thread tells
    /// whether that changed anything.
    fn refresh<'scope>(
        &'scope mut self,
        directory: &'scope Path,
        reread: Reread,
        scope: &'scope thread::Scope<'scope, '_>,
    ) -> Option<thread::ScopedJoinHandle<'scope, bool>> {
        let path = directory.join(self.file.name());
        let now = SystemTime::now();
        // The stamp is taken before the bytes: a change in between is then seen next time.
        let seen = Seen::at(&path);
        if reread == Reread::Changed && self.seen.as_ref() == Some(&seen) && !self.doubtful {
            return None;
        }
        self.doubtful = seen.may_hide_a_change(now);
        Some(scope.spawn(move || self.read(directory, seen, reread)))
    }

    /// Reads the file. True where that changed anything.
    fn read(&mut self, directory: &Path, seen: Seen, reread: Reread) -> bool {
        let path = directory.join(self.file.name());
        let first = self.seen.is_none();
        let bytes = match seen {
            Seen::Other => {
                Err(io::Error::other("it is a directory, a pipe or a device, not a file"))
            }
            Seen::Unknown if std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink()) => {
                Err(io::Error::other("it is a link that leads nowhere"))
            }
            _ => std::fs::read(&path),
        };
        self.seen = Some(seen);
        let (table, problem, vanished) = match bytes {
            Ok(bytes) => match parse::table(self.file, &bytes) {
                Ok(table) => (Some(table), None, false),
                Err(problem) => (None, Some(*problem), false),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Reading everything anew takes note of it.
                let noted = reread == Reread::All && !self.table.present;
                let vanished = (self.table.present || self.vanished) && !noted;
                if self.file.required() {
                    (None, Some(self.missing(directory)), vanished)
                } else {
                    (Some(Table::default()), None, vanished)
                }
            }
            Err(error) => (None, Some(self.unreadable(&error)), false),
        };
        let mut changed = first || problem != self.problem || vanished != self.vanished;
        self.problem = problem;
        self.vanished = vanished;
        if let Some(table) = table
            && *self.table != table
        {
            self.table = Arc::new(table);
            changed = true;
        }
        changed
    }

    fn missing(&self, directory: &Path) -> Finding {
        let message = format!(
            "there is no {} in {}; it is needed to match anything (is this the right directory? \
             --data DIR names another)",
            self.file.name(),
            directory.display()
        );
        Finding::new(Code::BadFile, message).in_file(self.file.name())
    }

    fn unreadable(&self, error: &io::Error) -> Finding {
        let message = format!("cannot be read: {error}; expected {}", self.file.shape());
        Finding::new(Code::BadFile, message).in_file(self.file.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    struct Dir(tempfile::TempDir);

    impl Dir {
        fn new() -> Self {
            let dir = Self(tempfile::tempdir().unwrap());
            dir.write("customers.json", r#"[{"customer_id":"C1"}]"#);
            dir.write("journey_playbooks.json", r#"[{"playbook_id":"P1"}]"#);
            dir
        }
        fn write(&self, name: &str, text: &str) {
            // By rename, as careful writers do: another inode each time.
            let part = self.0.path().join("part");
            fs::write(&part, text).unwrap();
            fs::rename(part, self.0.path().join(name)).unwrap();
        }
        fn loader(&self) -> Loader {
            Loader::new(self.0.path())
        }
    }

    #[test]
    fn a_file_that_breaks_leaves_the_last_good_content() {
        let dir = Dir::new();
        let mut loader = dir.loader();
        assert_eq!(loader.load(Reread::Changed).problems, []);
        dir.write("customers.json", r#"[{"customer_id":"C1"},{"cust"#);
        let broken = loader.load(Reread::Changed);
        assert_eq!(broken.dataset.len(), 1);
        assert_eq!(broken.problems[0].location(), "customers.json:1:29");
        dir.write("customers.json", r#"[{"customer_id":"C1"},{"customer_id":"C2"}]"#);
        let mended = loader.load(Reread::Changed);
        assert_eq!((mended.dataset.len(), mended.problems.len()), (2, 0));
    }

    #[test]
    fn a_needed_file_that_goes_is_a_problem_and_an_optional_one_is_told() {
        let dir = Dir::new();
        dir.write("signals.json", "[]");
        let mut loader = dir.loader();
        assert_eq!(loader.load(Reread::Changed).vanished, []);
        fs::remove_file(dir.0.path().join("signals.json")).unwrap();
        fs::remove_file(dir.0.path().join("customers.json")).unwrap();
        let loaded = loader.load(Reread::Changed);
        assert_eq!(loaded.dataset.len(), 1, "the last good customers stay");
        assert!(loaded.problems[0].message.contains("there is no customers.json"));
        assert_eq!(loaded.vanished, [DataFile::Customers, DataFile::Signals]);
        assert!(!loaded.dataset.tables.signals.present);
        let noted = loader.load(Reread::All);
        assert_eq!(noted.vanished, [DataFile::Customers], "reading all anew takes note of it");
    }

    #[test]
    fn nothing_new_is_no_change() {
        let dir = Dir::new();
        let mut loader = dir.loader();
        assert!(loader.load(Reread::Changed).changed);
        assert!(!loader.load(Reread::Changed).changed);
        assert!(!loader.load(Reread::All).changed, "the same content read again");
        dir.write("customers.json", r#"[{"customer_id":"C1"}]"#);
        assert!(!loader.load(Reread::Changed).changed, "the same content in another file");
    }

    #[test]
    fn a_directory_in_place_of_a_file_is_a_problem() {
        let dir = Dir::new();
        fs::create_dir(dir.0.path().join("fused_signals.json")).unwrap();
        let loaded = dir.loader().load(Reread::Changed);
        assert!(loaded.problems[0].message.starts_with("cannot be read"), "{:?}", loaded.problems);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_a_problem_and_no_missing_file() {
        let dir = Dir::new();
        std::os::unix::fs::symlink("nowhere", dir.0.path().join("fused_signals.json")).unwrap();
        let loaded = dir.loader().load(Reread::Changed);
        assert!(loaded.problems[0].message.contains("leads nowhere"), "{:?}", loaded.problems);
    }

    #[cfg(unix)]
    #[test]
    fn a_change_is_seen_although_its_time_was_set_back() {
        let dir = Dir::new();
        let path = dir.0.path().join("customers.json");
        let then = fs::metadata(&path).unwrap().modified().unwrap();
        let mut loader = dir.loader();
        loader.load(Reread::Changed);
        loader.customers.doubtful = false;
        fs::write(&path, r#"[{"customer_id":"C2"}]"#).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
        assert!(loader.load(Reread::Changed).changed);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_place_of_a_file_is_a_problem_and_no_wait() {
        let dir = Dir::new();
        let pipe = dir.0.path().join("signals.json");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let loaded = dir.loader().load(Reread::Changed);
        assert!(loaded.problems[0].message.contains("not a file"), "{:?}", loaded.problems);
    }

    #[test]
    fn directories_that_cannot_be_used_say_why() {
        let dir = Dir::new();
        let missing = Loader::new(dir.0.path().join("nowhere")).check_directory().unwrap_err();
        assert!(missing.to_string().contains("there is no directory"), "{missing}");
        let file = Loader::new(dir.0.path().join("customers.json")).check_directory().unwrap_err();
        assert!(file.to_string().contains("is not a directory"), "{file}");
        assert!(dir.loader().check_directory().is_ok());
    }
}
