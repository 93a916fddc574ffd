//! Reads what changed on disk, and keeps the last good content of each file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::bad_dates;
use super::batch::{CustomerKeys, Keep};
use super::file::DataFile;
use super::join::Joiner;
use super::odd_values;
use super::progress::Progress;
use super::shape;
use super::source::Source;
use super::stamp::Seen;
use super::stream::{self, Meter, Pieces, Reading};
use compact_str::CompactString;

use crate::domain::{
    Code, Customer, Finding, Forecast, FusedSignals, Intervention, JourneyState, OutOfRange,
    Outcome, PerformanceRow, Playbook, PortfolioSnapshot, Signal,
};
use crate::store::interned::CustomerIds;
use crate::store::row::Row;
use crate::store::{Dataset, Table, Tables};

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

/// Hears how a load comes along.
pub trait Listener: Sync {
    /// Now and then, from any thread.
    fn progress(&self, _progress: Progress) {}
    /// The customers are known, the other files are still to be read: they can be asked for.
    fn customers(&self, _dataset: &mut dyn FnMut() -> Dataset) {}
}

/// Nobody listens.
impl Listener for () {}

/// Reads a data directory again and again.
#[derive(Debug)]
pub struct Loader {
    directory: PathBuf,
    keep: Keep,
    out_of_range: OutOfRange,
    /// Keys once given stay the same.
    ids: Arc<CustomerIds>,
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
    joiner: Joiner,
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
            keep: Keep::All,
            out_of_range: OutOfRange::Use,
            ids: Arc::default(),
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
            joiner: Joiner::default(),
            last: None,
        }
    }

    /// Keeps only what matching takes: for whoever shows no customer alone.
    pub fn for_matching(directory: impl Into<PathBuf>) -> Self {
        Self { keep: Keep::Matched, ..Self::new(directory) }
    }

    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Takes the playbooks from another file from the next load on.
    pub fn take_playbooks_from(&mut self, path: PathBuf) {
        self.playbooks.elsewhere = Some(path);
        self.playbooks.seen = None;
    }

    /// What becomes of rows with a number out of range, from the next load on.
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
        let dataset = self.joiner.dataset(self.tables(), Arc::clone(&self.ids));
        let loaded = Loaded {
            dataset: Arc::new(dataset),
            problems: self.problems(),
            vanished: self.vanished(),
            changed,
        };
        self.last = Some(loaded.clone());
        loaded
    }

    /// Reads the files that changed: first those that say which customers and playbooks there are,
    /// then what is said about them. True where anything changed.
    fn refresh(&mut self, reread: Reread, listener: &dyn Listener) -> bool {
        let directory = self.directory.clone();
        let dir = directory.as_path();
        let bytes = [
            self.customers.look(dir, reread),
            self.playbooks.look(dir, reread),
            self.states.look(dir, reread),
            self.fused.look(dir, reread),
            self.signals.look(dir, reread),
            self.forecasts.look(dir, reread),
            self.performance.look(dir, reread),
            self.interventions.look(dir, reread),
            self.outcomes.look(dir, reread),
            self.snapshots.look(dir, reread),
        ];
        let tell = |progress| listener.progress(progress);
        let meter = Meter::new(bytes.into_iter().sum(), &tell);
        let mut changed = false;
        let (keep, out_of_range) = (self.keep, self.out_of_range);

        let known = Arc::clone(&self.ids);
        let keys = Mutex::new(CustomerKeys::after(&known));
        let (known_ids, new) = (&known, &keys);
        let context =
            Context { dir, reread, keep, out_of_range, known: known_ids, keys: new, meter: &meter };
        let customers = self.customers.open(&context);
        let playbooks = self.playbooks.open(&context);
        let performance = self.performance.open(&context);
        let snapshots = self.snapshots.open(&context);
        stream::work(&pieces(&[
            customers.pieces(),
            playbooks.pieces(),
            performance.pieces(),
            snapshots.pieces(),
        ]));
        changed |= self.customers.settle(&context, customers);
        changed |= self.playbooks.settle(&context, playbooks);
        changed |= self.performance.settle(&context, performance);
        changed |= self.snapshots.settle(&context, snapshots);
        self.take_new_ids(keys);
        drop(known);

        if self.last.is_none() && self.customers.table.len > 0 {
            let tables =
                Tables { customers: Arc::clone(&self.customers.table), ..Tables::default() };
            listener.customers(&mut || self.joiner.dataset(tables.clone(), Arc::clone(&self.ids)));
        }

        let known = Arc::clone(&self.ids);
        let keys = Mutex::new(CustomerKeys::after(&known));
        let (known_ids, new) = (&known, &keys);
        let context =
            Context { dir, reread, keep, out_of_range, known: known_ids, keys: new, meter: &meter };
        let states = self.states.open(&context);
        let fused = self.fused.open(&context);
        let signals = self.signals.open(&context);
        let forecasts = self.forecasts.open(&context);
        let interventions = self.interventions.open(&context);
        let outcomes = self.outcomes.open(&context);
        stream::work(&pieces(&[
            states.pieces(),
            fused.pieces(),
            signals.pieces(),
            forecasts.pieces(),
            interventions.pieces(),
            outcomes.pieces(),
        ]));
        changed |= self.states.settle(&context, states);
        changed |= self.fused.settle(&context, fused);
        changed |= self.signals.settle(&context, signals);
        changed |= self.forecasts.settle(&context, forecasts);
        changed |= self.interventions.settle(&context, interventions);
        changed |= self.outcomes.settle(&context, outcomes);
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
                (0..new.len() as u32).filter_map(|key| new.id(key)).for_each(|id| {
                    ids.intern(id);
                });
            }
        }
    }

    fn tables(&self) -> Tables {
        Tables {
            customers: Arc::clone(&self.customers.table),
            playbooks: Arc::clone(&self.playbooks.table),
            states: Arc::clone(&self.states.table),
            fused: Arc::clone(&self.fused.table),
            signals: Arc::clone(&self.signals.table),
            forecasts: Arc::clone(&self.forecasts.table),
            performance: Arc::clone(&self.performance.table),
            interventions: Arc::clone(&self.interventions.table),
            outcomes: Arc::clone(&self.outcomes.table),
            snapshots: Arc::clone(&self.snapshots.table),
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

fn pieces<'p>(all: &[Option<&'p dyn Pieces>]) -> Vec<&'p dyn Pieces> {
    all.iter().copied().flatten().collect()
}

/// What all files of a load share.
struct Context<'a> {
    dir: &'a Path,
    reread: Reread,
    keep: Keep,
    out_of_range: OutOfRange,
    known: &'a CustomerIds,
    keys: &'a Mutex<CustomerKeys>,
    meter: &'a Meter<'a>,
}

/// A file that this load looks into.
enum Opened<'a, R> {
    /// Nothing of it is new.
    Unchanged,
    Reading(Box<Reading<'a, R>>),
    Unreadable(io::Error),
}

impl<R: Row> Opened<'_, R> {
    fn pieces(&self) -> Option<&dyn Pieces> {
        match self {
            Self::Reading(reading) => Some(reading.as_ref()),
            Self::Unchanged | Self::Unreadable(_) => None,
        }
    }
}

/// One file as it was last read.
#[derive(Debug)]
struct Kept<R> {
    file: DataFile,
    /// Where it is, if not in the data directory.
    elsewhere: Option<PathBuf>,
    /// `None` until the first look.
    seen: Option<Seen>,
    /// What stands there now, if that has to be read.
    to_read: Option<Seen>,
    /// The stamp may hide a later change.
    doubtful: bool,
    /// The last content that could be read.
    read: Arc<Table<R>>,
    /// What became of rows with a number out of range; `None` where that has to be seen to.
    out_of_range: Option<OutOfRange>,
    /// The last good content.
    table: Arc<Table<R>>,
    problem: Option<Finding>,
    /// Too many rows were set aside for a number that cannot be.
    too_many_odd: Option<Finding>,
    /// It was there and is gone.
    vanished: bool,
}

impl<R: Row> Kept<R> {
    fn new(file: DataFile) -> Self {
        Self {
            file,
            elsewhere: None,
            seen: None,
            to_read: None,
            doubtful: false,
            read: Arc::default(),
            out_of_range: None,
            table: Arc::default(),
            problem: None,
            too_many_odd: None,
            vanished: false,
        }
    }

    fn path(&self, directory: &Path) -> PathBuf {
        self.elsewhere.clone().unwrap_or_else(|| directory.join(self.file.name()))
    }

    fn told(&self) -> (&Option<Finding>, bool, DataFile) {
        let problem = if self.problem.is_some() { &self.problem } else { &self.too_many_odd };
        (problem, self.vanished, self.file)
    }

    /// Looks whether the file is another one than before, and gives the number of bytes to be read.
    fn look(&mut self, directory: &Path, reread: Reread) -> u64 {
        let path = self.path(directory);
        let now = SystemTime::now();
        // The stamp is taken before the bytes: a change in between is then seen next time.
        let seen = Seen::at(&path);
        if reread == Reread::Changed && self.seen.as_ref() == Some(&seen) && !self.doubtful {
            return 0;
        }
        self.doubtful = seen.may_hide_a_change(now);
        let length = seen.length();
        self.to_read = Some(seen);
        length
    }

    /// Opens the file if it has to be read.
    fn open<'a>(&self, context: &Context<'a>) -> Opened<'a, R> {
        let Some(seen) = &self.to_read else { return Opened::Unchanged };
        let path = self.path(context.dir);
        let source = match seen {
            Seen::Other => {
                Err(io::Error::other("it is a directory, a pipe or a device, not a file"))
            }
            Seen::Unknown if std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink()) => {
                Err(io::Error::other("it is a link that leads nowhere"))
            }
            _ => Source::open(&path),
        };
        match source {
            Ok(source) => {
                let Context { keep, known, keys, meter, .. } = *context;
                let reading = Reading::new(self.file, source, keep, known, keys, meter);
                Opened::Reading(Box::new(reading))
            }
            Err(error) => Opened::Unreadable(error),
        }
    }

    /// Takes in what was read. True where that changed anything.
    fn settle(&mut self, context: &Context<'_>, opened: Opened<'_, R>) -> bool {
        let read = match opened {
            Opened::Unchanged => return self.apply(context),
            Opened::Reading(reading) => reading.finish(&self.path(context.dir)),
            Opened::Unreadable(error) => Err(error),
        };
        let first = self.seen.is_none();
        self.seen = self.to_read.take();
        let (table, problem, vanished) = match read {
            Ok(Ok(mut table)) => {
                table.findings.extend(bad_dates::findings(self.file, &table));
                table.findings.extend(odd_values::findings(self.file, &table));
                (Some(table), None, false)
            }
            Ok(Err(problem)) => (None, Some(*problem), false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Reading everything anew takes note of it.
                let noted = context.reread == Reread::All && !self.read.present;
                let vanished = (self.read.present || self.vanished) && !noted;
                if self.file.required() {
                    (None, Some(self.missing(context.dir)), vanished)
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
            && (*self.read != table || self.out_of_range.is_none())
        {
            self.read = Arc::new(table);
            self.out_of_range = None;
            changed = true;
        }
        changed | self.apply(context)
    }

    /// Sets rows with a number out of range aside, or uses them, as the policy says. True where that
    /// changed anything.
    fn apply(&mut self, context: &Context<'_>) -> bool {
        let rule = context.out_of_range;
        if self.out_of_range.replace(rule) == Some(rule) {
            return false;
        }
        let id = |key: u32| {
            let new = || context.keys.lock().unwrap_or_else(PoisonError::into_inner);
            let known = context.known.id(key).map(CompactString::from);
            known.or_else(|| new().id(key).map(CompactString::from))
        };
        let kept = match rule {
            OutOfRange::Use => None,
            OutOfRange::Skip => odd_values::skipped(self.file, &self.read, id),
        };
        let kept = kept.map_or_else(|| Arc::clone(&self.read), Arc::new);
        let too_many = shape::refusal(self.file, &kept, || None);
        let mut changed = too_many != self.too_many_odd;
        if too_many.is_none() && !Arc::ptr_eq(&self.table, &kept) {
            self.table = kept;
            changed = true;
        }
        self.too_many_odd = too_many;
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
