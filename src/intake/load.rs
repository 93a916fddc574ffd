//! Reads what changed on disk, and keeps the last good content of each file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::batch::{CustomerKeys, Keep};
use super::file::{DataFile, data_files};
use super::input_file::{Context, DataSource, InputFile};
use super::join::Joiner;
use super::progress::Progress;
use super::sources::SourcesState;
pub use super::stamp::Reread;
use super::stream::{self, Meter};
use crate::domain::{Finding, OutOfRange};
use crate::store::interned::CustomerIds;
use crate::store::{Dataset, Tables};

/// A data directory that cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Nothing is at this path.
    #[error("no directory \"{}\"", .0.display())]
    Missing(PathBuf),
    /// Something else than a directory is at this path.
    #[error("\"{}\" is not a directory", .0.display())]
    NotADirectory(PathBuf),
    /// The directory at this path cannot be read, for this reason.
    #[error("cannot read the directory \"{}\": {}", .0.display(), .1)]
    Unreadable(PathBuf, io::Error),
}

/// A load: the data, and the files that could not be read for it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The data.
    pub dataset: Arc<Dataset>,
    /// A `bad_file` finding for each file that cannot be read now. Of those the last good content,
    /// if there ever was one, is in `dataset`; nothing is decided while there is one.
    pub problems: Vec<Finding>,
    /// Files that were there and are gone.
    pub vanished: Vec<DataFile>,
    /// Files without which nothing can be matched, and which have never been there.
    pub missing: Vec<DataFile>,
    /// False where nothing differs from the load before.
    pub changed: bool,
}

/// Hears how a load comes along.
pub trait Listener: Sync {
    /// Now and then, from any thread.
    fn progress(&self, _progress: Progress) {}
    /// The customers are known, the other files are still to be read: they can be asked for.
    fn customers(&self, _dataset: &mut dyn FnMut() -> Dataset) {}
}

/// No one listens.
impl Listener for () {}

/// Reads a data directory again and again.
#[derive(Debug)]
pub struct Loader {
    directory: PathBuf,
    keep: Keep,
    out_of_range: OutOfRange,
    /// Keys once given stay the same.
    ids: Arc<CustomerIds>,
    sources: SourcesState,
    files: Files,
    joiner: Joiner,
    last: Option<Loaded>,
}

macro_rules! files {
    ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
        /// Every data file as it was last read.
        #[derive(Debug)]
        struct Files {
            $($field: InputFile<$row>,)*
        }

        impl Files {
            fn new() -> Self {
                Self { $($field: InputFile::new(DataFile::$file),)* }
            }

            /// All files, in reading order.
            fn all(&self) -> [&dyn DataSource; DataFile::ALL.len()] {
                [$(&self.$field),*]
            }

            /// All files, in reading order.
            fn all_mut(&mut self) -> [&mut dyn DataSource; DataFile::ALL.len()] {
                [$(&mut self.$field),*]
            }

            fn tables(&self) -> Tables {
                Tables { $($field: self.$field.table(),)* }
            }
        }
    };
}
data_files!(files);

impl Loader {
    /// Returns a loader of a data directory, which reads nothing yet.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        Self {
            sources: SourcesState::new(&directory),
            directory,
            keep: Keep::All,
            out_of_range: OutOfRange::Use,
            ids: Arc::default(),
            files: Files::new(),
            joiner: Joiner::default(),
            last: None,
        }
    }

    /// Returns a loader that keeps only some of the fields, for callers that show no single customer.
    pub fn keeping(directory: impl Into<PathBuf>, keep: Keep) -> Self {
        Self { keep, ..Self::new(directory) }
    }

    /// Keeps every field from the next load on of files that were not read yet.
    pub fn keep_all(&mut self) {
        self.keep = Keep::All;
    }

    /// Returns the data directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Reads the playbooks from another file from the next load on.
    pub fn take_playbooks_from(&mut self, path: PathBuf) {
        self.files.playbooks.read_from(path);
    }

    /// Sets what becomes of rows with a number out of range, from the next load on.
    pub fn set_out_of_range(&mut self, out_of_range: OutOfRange) {
        self.out_of_range = out_of_range;
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

    /// Reads customers and playbooks alone, for callers that only need names. What cannot be read is
    /// missing, without a word.
    pub fn load_names(&mut self) -> Dataset {
        self.read_only(&[DataFile::Customers, DataFile::Playbooks]);
        let tables = Tables {
            customers: self.files.customers.table(),
            playbooks: self.files.playbooks.table(),
            ..Tables::default()
        };
        self.joiner.dataset(tables, Arc::clone(&self.ids))
    }

    /// Reads playbooks and what they have brought alone, for callers that need no customer; there is
    /// none in the data then.
    pub fn load_strategy(&mut self) -> Loaded {
        self.read_only(&[DataFile::Playbooks, DataFile::Performance]);
        let tables = Tables {
            playbooks: self.files.playbooks.table(),
            performance: self.files.performance.table(),
            ..Tables::default()
        };
        Loaded {
            dataset: Arc::new(self.joiner.dataset(tables, Arc::clone(&self.ids))),
            problems: self.problems(),
            vanished: Vec::new(),
            missing: self
                .files
                .playbooks
                .missing()
                .then_some(DataFile::Playbooks)
                .into_iter()
                .collect(),
            changed: true,
        }
    }

    /// Reads what playbooks have brought alone, from a file that stands anywhere.
    pub fn load_performance(path: &Path) -> Loaded {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut loader = Self::new(directory.unwrap_or(Path::new(".")));
        loader.files.performance.read_from(path.to_owned());
        loader.read_only(&[DataFile::Performance]);
        let tables = Tables { performance: loader.files.performance.table(), ..Tables::default() };
        Loaded {
            dataset: Arc::new(loader.joiner.dataset(tables, Arc::clone(&loader.ids))),
            problems: loader.problems(),
            vanished: Vec::new(),
            missing: Vec::new(),
            changed: true,
        }
    }

    /// Reads these files and no other.
    fn read_only(&mut self, only: &[DataFile]) {
        let named = |file: &dyn DataSource| only.contains(&file.file());
        let directory = self.directory.clone();
        self.sources.look(Reread::All);
        let sources = &self.sources;
        let files = self.files.all_mut().into_iter().filter(|file| named(&**file));
        let bytes = files.map(|file| file.stat(sources, &directory, Reread::All)).sum();
        let silent = |_| {};
        self.read_files(Reread::All, &Meter::new(bytes, &silent), named);
    }

    /// Reads the files that changed and joins them all.
    pub fn load(&mut self, reread: Reread) -> Loaded {
        self.load_telling(reread, &())
    }

    /// As [`Loader::load`], and tells how it comes along.
    pub fn load_telling(&mut self, reread: Reread, listener: &dyn Listener) -> Loaded {
        let changed = self.refresh(reread, listener) | self.last.is_none();
        if let (false, Some(last)) = (changed, &self.last) {
            return Loaded { changed: false, ..last.clone() };
        }
        let dataset = self.joiner.dataset(self.files.tables(), Arc::clone(&self.ids));
        let loaded = Loaded {
            dataset: Arc::new(dataset),
            problems: self.problems(),
            vanished: self.which(|file| file.vanished()),
            missing: self.which(|file| file.missing()),
            changed,
        };
        self.last = Some(loaded.clone());
        loaded
    }

    /// Reads the files that changed: first those that say which customers and playbooks there are,
    /// then what is said about them. True where anything changed.
    fn refresh(&mut self, reread: Reread, listener: &dyn Listener) -> bool {
        let directory = self.directory.clone();
        let mut changed = self.sources.look(reread);
        let sources = &self.sources;
        let stat = |file: &mut dyn DataSource| file.stat(sources, &directory, reread);
        let bytes = self.files.all_mut().into_iter().map(stat);
        let meter_progress = |progress| listener.progress(progress);
        let meter = Meter::new(bytes.sum(), &meter_progress);
        changed |= self.read_files(reread, &meter, |file| !file.refers_to_customers());
        if self.last.is_none() && self.files.customers.table().len > 0 {
            let tables = Tables { customers: self.files.customers.table(), ..Tables::default() };
            listener.customers(&mut || self.joiner.dataset(tables.clone(), Arc::clone(&self.ids)));
        }
        changed |= self.read_files(reread, &meter, |file| file.refers_to_customers());
        changed
    }

    /// Reads some of the files at once. True where anything changed.
    fn read_files(
        &mut self,
        reread: Reread,
        meter: &Meter<'_>,
        which: impl Fn(&dyn DataSource) -> bool,
    ) -> bool {
        let known = Arc::clone(&self.ids);
        let keys = Mutex::new(CustomerKeys::after(&known));
        let context = Context {
            dir: &self.directory,
            reread,
            keep: self.keep,
            out_of_range: self.out_of_range,
            known: &known,
            keys: &keys,
            meter,
        };
        let files = self.files.all_mut().into_iter().filter(|file| which(&**file));
        let opened: Vec<_> = files.map(|file| file.open(&context)).collect();
        let pieces: Vec<_> = opened.iter().filter_map(|opened| opened.pieces()).collect();
        stream::work(&pieces);
        drop(pieces);
        let changed = opened.into_iter().fold(false, |any, opened| opened.settle(&context) | any);
        drop(known);
        self.take_new_ids(keys);
        changed
    }

    /// Ids that were not known before are from now on.
    fn take_new_ids(&mut self, keys: Mutex<CustomerKeys>) {
        let keys = keys.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(new) = keys.into_new() {
            if self.ids.is_empty() {
                self.ids = Arc::new(new);
            } else {
                let ids = Arc::make_mut(&mut self.ids);
                new.keys().filter_map(|key| new.id(key)).for_each(|id| {
                    ids.intern(id);
                });
            }
        }
    }

    fn problems(&self) -> Vec<Finding> {
        let mut problems = self.sources.problems().to_vec();
        let of_files = self.files.all().into_iter().filter_map(|file| file.problem());
        // Where it is not known which tables are mapped, that is told once.
        let new = of_files.filter(|problem| self.sources.unknown() != Some(*problem));
        for problem in new {
            // So is what is wrong with a file that several tables are read from.
            let is_told =
                |told: &Finding| Finding { table: problem.table, ..told.clone() } == *problem;
            if !problems.iter().any(is_told) {
                problems.push(problem.clone());
            }
        }
        problems
    }

    fn which(&self, holds: impl Fn(&dyn DataSource) -> bool) -> Vec<DataFile> {
        let files = self.files.all().into_iter().filter(|file| holds(*file));
        files.map(|file| file.file()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::Code;

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
    fn a_sources_file_that_breaks_and_is_mended_is_told_at_once() {
        let dir = Dir::new();
        let good = "[customers]\nfile = \"a.csv\"\ncolumns = { customer_id = \"ID\" }\n";
        dir.write("a.csv", "ID\nC1\nC2\n");
        dir.write("sources.toml", good);
        let mut loader = dir.loader();
        assert_eq!(loader.load(Reread::Changed).dataset.len(), 2);
        dir.write("sources.toml", "[customers]\nfile = \"a.c");
        let broken = loader.load(Reread::Changed);
        assert_eq!((broken.changed, broken.dataset.len()), (true, 2));
        assert_eq!(broken.problems[0].location(), "sources.toml:2:12");
        dir.write("sources.toml", good);
        let mended = loader.load(Reread::Changed);
        assert_eq!((mended.changed, mended.dataset.len(), mended.problems.len()), (true, 2, 0));
    }

    #[test]
    fn a_file_of_another_shape_leaves_the_last_good_content() {
        let dir = Dir::new();
        let scores = r#"[{"customer_id":"C1","fused_risk_score":0.8}]"#;
        dir.write("fused_signals.json", scores);
        let mut loader = dir.loader();
        loader.load(Reread::Changed);
        for other in [
            r#"{"customer_id":{"0":"C1"},"fused_risk_score":{"0":0.1}}"#,
            r#"{"data":[{"customer_id":"C1","fused_risk_score":0.1}]}"#,
            r#"[{"id":"C1","fused_risk_score":0.1}]"#,
            r#"[{"customer_id":"C1","fused_risk_score":"0,1"}]"#,
        ] {
            dir.write("fused_signals.json", other);
            let loaded = loader.load(Reread::Changed);
            let [problem] = &loaded.problems[..] else { panic!("{other}: {:?}", loaded.problems) };
            assert_eq!((problem.code, problem.line), (Code::BadFile, Some(1)));
            let score = loaded.dataset.customer(0).and_then(|view| view.fused_score());
            assert_eq!(score, Some(0.8), "{other}");
            dir.write("fused_signals.json", "[]");
            assert_eq!(loader.load(Reread::Changed).problems, [], "no rows are no fault");
            dir.write("fused_signals.json", scores);
            assert_eq!(loader.load(Reread::Changed).problems, []);
        }
        dir.write("customers.json", r#"{"customers":[{"customer_id":"C1"}]}"#);
        let loaded = loader.load(Reread::Changed);
        assert!(loaded.problems[0].message.contains("under \"customers\""));
        assert_eq!(loaded.dataset.len(), 1);
        dir.write("customers.json", r#"[{"customer_id":"C2"},{"customer_id":"C1"}]"#);
        let mended = loader.load(Reread::Changed);
        assert_eq!((mended.problems.len(), mended.dataset.len()), (0, 2));
        assert_eq!(mended.dataset.customer(1).and_then(|view| view.fused_score()), Some(0.8));
    }

    #[test]
    fn rows_with_a_number_that_cannot_be_come_and_go_with_the_policy() {
        let dir = Dir::new();
        let scores = |second: &str| {
            format!(
                r#"[{{"customer_id":"C1","fused_risk_score":0.8}},{{"customer_id":"C9","fused_risk_score":{second}}}]"#
            )
        };
        dir.write("fused_signals.json", &scores("7"));
        let mut loader = dir.loader();
        let rows = |loaded: &Loaded| loaded.dataset.tables.fused.len;
        let codes = |loaded: &Loaded| -> Vec<Code> {
            let findings = loaded.dataset.findings.iter().map(|finding| finding.code);
            findings.filter(|code| matches!(code, Code::BadRow | Code::OddValue)).collect()
        };
        let used = loader.load(Reread::Changed);
        assert_eq!((rows(&used), codes(&used)), (2, vec![Code::OddValue]));
        loader.set_out_of_range(OutOfRange::Skip);
        let skipped = loader.load(Reread::Changed);
        assert!(skipped.changed);
        assert_eq!((rows(&skipped), codes(&skipped)), (1, vec![Code::BadRow]));
        assert!(skipped.dataset.doubtful_customers.contains("C9"));
        assert!(!loader.load(Reread::Changed).changed);
        dir.write("fused_signals.json", &scores("0.7"));
        let mended = loader.load(Reread::Changed);
        assert_eq!((rows(&mended), codes(&mended)), (2, vec![]));
        dir.write("fused_signals.json", r#"[{"customer_id":"C1","fused_risk_score":80}]"#);
        let refused = loader.load(Reread::Changed);
        assert_eq!((rows(&refused), refused.problems.len()), (2, 1), "the last good content");
        loader.set_out_of_range(OutOfRange::Use);
        let used = loader.load(Reread::Changed);
        assert_eq!((rows(&used), used.problems.len(), codes(&used)), (1, 0, vec![Code::OddValue]));
    }

    #[test]
    fn a_file_of_another_shape_at_the_start_leaves_no_trace_when_it_is_mended() {
        let dir = Dir::new();
        dir.write("customers.json", r#"{"customer_id":{"0":"C2"},"segment":{"0":"SMB"}}"#);
        let mut loader = dir.loader();
        assert_eq!(loader.load(Reread::Changed).problems.len(), 1);
        dir.write("customers.json", r#"[{"customer_id":"C1"},{"customer_id":"C2"}]"#);
        let loaded = loader.load(Reread::Changed);
        let ids: Vec<_> = loaded.dataset.customers().map(|view| view.id().to_owned()).collect();
        assert_eq!((loaded.problems.len(), ids), (0, vec!["C1".to_owned(), "C2".to_owned()]));
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
        assert!(loaded.problems[0].message.starts_with("missing in "));
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
        assert!(loaded.problems[0].message.contains("does not exist"), "{:?}", loaded.problems);
    }

    #[cfg(unix)]
    #[test]
    fn a_change_is_seen_although_its_time_was_set_back() {
        let dir = Dir::new();
        let path = dir.0.path().join("customers.json");
        let then = fs::metadata(&path).unwrap().modified().unwrap();
        let mut loader = dir.loader();
        loader.load(Reread::Changed);
        loader.files.customers.trust_stamp();
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
        assert!(loaded.problems[0].message.contains("not a regular file"), "{:?}", loaded.problems);
    }

    #[test]
    fn directories_that_cannot_be_used_say_why() {
        let dir = Dir::new();
        let missing = Loader::new(dir.0.path().join("nowhere")).check_directory().unwrap_err();
        assert!(missing.to_string().contains("no directory"), "{missing}");
        let file = Loader::new(dir.0.path().join("customers.json")).check_directory().unwrap_err();
        assert!(file.to_string().contains("is not a directory"), "{file}");
        assert!(dir.loader().check_directory().is_ok());
    }
}
