//! One table of the data directory, in whatever files it is: whether it changed, its last good content, and what is wrong with it now.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use compact_str::CompactString;

use super::bad_dates;
use super::batch::{CustomerKeys, Keep};
use super::file::DataFile;
use super::layout::Layout;
use super::out_of_range;
use super::part::Format;
use super::reading::{Reading, Shared, TableReading};
use super::shape;
use super::sources::SourcesState;
use super::sources::mapped::MappedReading;
use super::stamp::Reread;
use super::stream::{Meter, Pieces};
use crate::domain::{Code, Finding, OutOfRange};
use crate::store::interned::CustomerIds;
use crate::store::row::{Row, Slot};
use crate::store::{CustomerKey, Table};

/// What all files of a load share.
pub struct Context<'a> {
    pub dir: &'a Path,
    pub reread: Reread,
    pub keep: Keep,
    pub out_of_range: OutOfRange,
    pub known: &'a CustomerIds,
    pub keys: &'a Mutex<CustomerKeys>,
    pub meter: &'a Meter<'a>,
}

impl<'a> Context<'a> {
    fn shared(&self) -> Shared<'a> {
        let Self { keep, known, keys, meter, .. } = *self;
        Shared { keep, known, keys, meter }
    }
}

/// A data file, whatever its rows are.
pub trait DataSource {
    /// Returns which file it is.
    fn file(&self) -> DataFile;
    /// Returns true where its rows are about customers that another file lists.
    fn refers_to_customers(&self) -> bool;
    /// Checks whether the file on disk is another one than before, and returns the number of bytes to
    /// be read.
    fn stat(&mut self, sources: &SourcesState, directory: &Path, reread: Reread) -> u64;
    /// Opens the file if it has to be read.
    fn open<'a>(&'a mut self, context: &Context<'a>) -> Box<dyn Opened + 'a>;
    /// Returns why the file cannot be read now.
    fn problem(&self) -> Option<&Finding>;
    /// Returns true where the file was there and is gone.
    fn vanished(&self) -> bool;
    /// Returns true where nothing can be matched without the file, and it has never been there.
    fn missing(&self) -> bool;
}

/// A file of a load: to be read in pieces, then settled.
pub trait Opened {
    /// Returns the pieces to be read; `None` where there is nothing new.
    fn pieces(&self) -> Option<&dyn Pieces>;
    /// Takes in what was read. Returns true where that changed anything.
    fn settle(self: Box<Self>, context: &Context<'_>) -> bool;
}

struct OpenedFile<'a, R> {
    file: &'a mut InputFile<R>,
    content: Content<'a, R>,
}

/// What there is to be read of a file.
enum Content<'a, R> {
    Unchanged,
    Reading(Box<dyn TableReading<R> + 'a>),
    Absent,
    Unusable(Box<Finding>),
}

impl<R: Row> Opened for OpenedFile<'_, R> {
    fn pieces(&self) -> Option<&dyn Pieces> {
        match &self.content {
            Content::Reading(reading) => Some(reading.as_ref()),
            Content::Unchanged | Content::Absent | Content::Unusable(_) => None,
        }
    }

    fn settle(self: Box<Self>, context: &Context<'_>) -> bool {
        self.file.settle(context, self.content)
    }
}

/// One file as it was last read.
#[derive(Debug)]
pub struct InputFile<R> {
    file: DataFile,
    /// Where it is, if not in the data directory.
    elsewhere: Option<PathBuf>,
    /// `None` before the first load.
    seen: Option<Layout>,
    /// What stands there now, if that has to be read.
    to_read: Option<Layout>,
    /// The stamp may hide a later change.
    doubtful: bool,
    /// The last content that could be read.
    read: Arc<Table<R>>,
    /// What was done with rows with a number out of range; `None` where that is still to be decided.
    out_of_range: Option<OutOfRange>,
    /// The last good content.
    table: Arc<Table<R>>,
    problem: Option<Finding>,
    /// Too many rows were skipped for a number that cannot be.
    too_many_odd: Option<Finding>,
    /// It was there and is gone.
    vanished: bool,
}

impl<R: Row> InputFile<R> {
    pub fn new(file: DataFile) -> Self {
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

    fn layout(&self, sources: &SourcesState, directory: &Path) -> Layout {
        match &self.elsewhere {
            Some(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                Layout::at(path, self.file, self.file.name(), Format::of(&name))
            }
            None => Layout::under(sources, directory, self.file),
        }
    }

    /// Reads the content from another file from the next load on.
    pub fn read_from(&mut self, path: PathBuf) {
        self.elsewhere = Some(path);
        self.seen = None;
    }

    /// Returns the last good content.
    pub fn table(&self) -> Arc<Table<R>> {
        Arc::clone(&self.table)
    }

    #[cfg(test)]
    pub fn trust_stamp(&mut self) {
        self.doubtful = false;
    }

    /// Opens the file if it has to be read.
    fn content<'a>(&self, context: &Context<'a>) -> Content<'a, R> {
        match &self.to_read {
            None => Content::Unchanged,
            Some(Layout::Absent) => Content::Absent,
            Some(Layout::Parts { table, parts }) => {
                let reading = Reading::new(self.file, table, parts.clone(), context.shared());
                Content::Reading(Box::new(reading))
            }
            Some(Layout::Mapped { mapping, file, beside }) => {
                let (mapping, file, beside) = (Arc::clone(mapping), file.clone(), beside.clone());
                let reading = MappedReading::new(mapping, file, beside, context.shared());
                Content::Reading(Box::new(reading))
            }
            Some(Layout::Unusable { problem }) => Content::Unusable(problem.clone()),
        }
    }

    /// Takes in what was read. True where that changed anything.
    fn settle(&mut self, context: &Context<'_>, content: Content<'_, R>) -> bool {
        let (table, problem, vanished) = match content {
            Content::Unchanged => return self.apply(context),
            Content::Reading(reading) => match reading.finish() {
                Ok(mut table) => {
                    table.findings.extend(bad_dates::findings(self.file, &table));
                    table.findings.extend(out_of_range::findings(self.file, &table));
                    (Some(table), None, false)
                }
                Err(problem) => (None, Some(*problem), false),
            },
            Content::Unusable(problem) => (None, Some(*problem), false),
            Content::Absent => {
                // Reading everything anew takes note of it.
                let noted = context.reread == Reread::All && !self.read.present;
                let vanished = (self.read.present || self.vanished) && !noted;
                match self.file.required() {
                    true => (None, Some(self.is_missing(context.dir)), vanished),
                    false => (Some(Table::default()), None, vanished),
                }
            }
        };
        let first = self.seen.is_none();
        self.seen = self.to_read.take();
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

    /// Skips rows with a number out of range, or uses them, as the policy says. True where that
    /// changed anything.
    fn apply(&mut self, context: &Context<'_>) -> bool {
        let rule = context.out_of_range;
        if self.out_of_range.replace(rule) == Some(rule) {
            return false;
        }
        let id = |key: CustomerKey| {
            let new = || context.keys.lock().unwrap_or_else(PoisonError::into_inner);
            let known = context.known.id(key).map(CompactString::from);
            known.or_else(|| new().id(key).map(CompactString::from))
        };
        let kept = match rule {
            OutOfRange::Use => None,
            OutOfRange::Skip => out_of_range::skipped(self.file, &self.read, id),
        };
        let kept = kept.map_or_else(|| Arc::clone(&self.read), Arc::new);
        let too_many = shape::refusal(self.file, &kept, |_| None);
        let mut changed = too_many != self.too_many_odd;
        if too_many.is_none() && !Arc::ptr_eq(&self.table, &kept) {
            self.table = kept;
            changed = true;
        }
        self.too_many_odd = too_many;
        changed
    }

    fn is_missing(&self, directory: &Path) -> Finding {
        let parts = directory.join(self.file.stem());
        let and_parts = match self.elsewhere.is_none() && parts.is_dir() {
            true => format!("; {}/ holds no *.jsonl and no *.json", self.file.stem()),
            false => String::new(),
        };
        let message = format!(
            "missing in {}; nothing can be matched without it{and_parts}",
            directory.display()
        );
        Finding::new(Code::BadFile, message).in_file(self.file.name())
    }
}

impl<R: Row> DataSource for InputFile<R> {
    fn file(&self) -> DataFile {
        self.file
    }

    fn refers_to_customers(&self) -> bool {
        let names_customer = |slot: &Slot<R>| matches!(slot, Slot::Customer(_));
        self.file != DataFile::Customers && R::FIELDS.iter().any(|f| names_customer(&f.slot))
    }

    fn problem(&self) -> Option<&Finding> {
        self.problem.as_ref().or(self.too_many_odd.as_ref())
    }

    fn vanished(&self) -> bool {
        self.vanished
    }

    fn missing(&self) -> bool {
        let is_absent = self.seen == Some(Layout::Absent);
        self.file.required() && is_absent && !self.read.present && !self.vanished
    }

    fn stat(&mut self, sources: &SourcesState, directory: &Path, reread: Reread) -> u64 {
        let now = SystemTime::now();
        // The stamps are taken before the bytes: a change in between is then seen next time.
        let seen = self.layout(sources, directory);
        if reread == Reread::Changed && self.seen.as_ref() == Some(&seen) && !self.doubtful {
            return 0;
        }
        self.doubtful = seen.may_hide_a_change(now);
        let length = seen.length();
        self.to_read = Some(seen);
        length
    }

    fn open<'a>(&'a mut self, context: &Context<'a>) -> Box<dyn Opened + 'a> {
        let content = self.content(context);
        Box::new(OpenedFile { file: self, content })
    }
}
