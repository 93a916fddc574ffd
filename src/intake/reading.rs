//! The files of a table in blocks, which several threads read and one after the other puts together.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::IgnoredAny;

use super::batch::{Batch, CustomerKeys, Ids, Keep};
use super::block::{self, BLOCK, Block, Head, Start, Without};
use super::file::{DataFile, REPORTED_OUTCOMES};
use super::parse;
use super::part::{Part, Written};
use super::shape;
use super::source::Source;
use super::stream::{Meter, Pieces, lock, try_lock};
use crate::domain::{Code, Finding, Place};
use crate::store::Table;
use crate::store::interned::CustomerIds;
use crate::store::places::Places;
use crate::store::row::Row;

/// What all tables of a load share.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    pub keep: Keep,
    pub known: &'a CustomerIds,
    pub keys: &'a Mutex<CustomerKeys>,
    pub meter: &'a Meter<'a>,
}

/// A table that is being read.
pub struct Reading<'a, R> {
    files: Files,
    shared: Shared<'a>,
    whole: Mutex<Whole<R>>,
    /// Blocks that were not put together yet, by their numbers.
    waiting: Mutex<BTreeMap<usize, Scanned<R>>>,
    /// Batches whose rows were taken: their memory is used for the next ones.
    spare: Mutex<Vec<Batch<R>>>,
    /// The blocks are of no use: each file has to be read as a whole.
    given_up: AtomicBool,
}

/// The files of a table.
struct Files {
    table: DataFile,
    all: Vec<File>,
    /// Bytes of a block.
    block: u64,
    bytes: u64,
}

/// A file, open while blocks of it are read.
struct File {
    part: Part,
    bytes: u64,
    /// The number of its first block among those of the table.
    first_block: usize,
    opened: Mutex<Option<Arc<OpenFile>>>,
}

struct OpenFile {
    source: Source,
    head: Head,
}

/// A block that was read, or not, and what its rows are told by.
struct Scanned<R> {
    read: Result<Block, Without>,
    batch: Batch<R>,
    ids: Ids,
}

/// What has been put together so far.
struct Whole<R> {
    batch: Batch<R>,
    next_block: usize,
    /// How many of the files were begun.
    begun: usize,
    /// Where in the last of them the next row has to start.
    offset: u64,
    place: Place,
    /// All rows of that file were read.
    closed: bool,
}

impl Files {
    fn new(table: DataFile, parts: Vec<Part>, block: u64) -> Self {
        let mut files = Self { table, all: Vec::with_capacity(parts.len()), block, bytes: 0 };
        for part in parts {
            let (bytes, first_block) = (part.seen.length(), files.blocks());
            files.bytes += bytes;
            files.all.push(File { part, bytes, first_block, opened: Mutex::default() });
        }
        files
    }

    /// The number of blocks.
    fn blocks(&self) -> usize {
        let of = |file: &File| {
            let own = usize::try_from(file.bytes.div_ceil(self.block)).unwrap_or(usize::MAX);
            file.first_block.saturating_add(own)
        };
        self.all.last().map_or(0, of)
    }

    /// The number of the file that a block is of, that file, and from where to where the block goes.
    fn block(&self, number: usize) -> Option<(usize, &File, (u64, u64))> {
        let after = self.all.partition_point(|file| file.first_block <= number);
        let file = self.all.get(after.checked_sub(1)?)?;
        let from = (number - file.first_block) as u64 * self.block;
        Some((after - 1, file, (from, (from + self.block).min(file.bytes))))
    }

    /// The file, opened if it is not; `None` where it cannot be read in blocks.
    fn open(&self, file: &File) -> Option<Arc<OpenFile>> {
        let mut opened = lock(&file.opened);
        if opened.is_none() {
            let source = Source::open(&file.part.path).ok()?;
            if source.len != file.bytes {
                return None;
            }
            let head = Head::read(file.part.input(self.table), &source)?;
            *opened = Some(Arc::new(OpenFile { source, head }));
        }
        opened.clone()
    }

    /// Goes on to the next files, so that so many are begun. False where one before is not through, or
    /// one cannot be read in blocks.
    fn begin<R: Row>(&self, whole: &mut Whole<R>, count: usize) -> bool {
        while whole.begun < count {
            let Some(file) = self.all.get(whole.begun).filter(|_| whole.closed) else {
                return false;
            };
            if let Some(before) = whole.begun.checked_sub(1).and_then(|before| self.all.get(before))
            {
                *lock(&before.opened) = None;
            }
            whole.begun += 1;
            whole.batch.table.places.begin_part(&file.part.name);
            whole.closed = false;
            if file.bytes == 0 {
                whole.closed = file.part.format.written(self.table, None).is_some();
            } else {
                let Some(opened) = self.open(file) else { return false };
                (whole.offset, whole.place) = (opened.head.first, opened.head.place);
            }
        }
        true
    }

    /// What tells of a file of the table, by its name, what it is: all of it, or its first line.
    fn text(&self, name: &str) -> Option<(Written, String)> {
        let file = self.all.iter().find(|file| file.part.name == name)?;
        let text = String::from_utf8(fs::read(&file.part.path).ok()?).ok()?;
        let start = text.trim_start_matches('\u{feff}').trim_ascii_start();
        let written = file.part.format.written(self.table, start.bytes().next())?;
        Some(match written {
            Written::Lines => (written, start.lines().next().unwrap_or_default().to_owned()),
            Written::Array | Written::Keyed => (written, text),
        })
    }
}

impl<'a, R: Row> Reading<'a, R> {
    /// A table of that name in these files.
    pub fn new(file: DataFile, name: &str, parts: Vec<Part>, shared: Shared<'a>) -> Self {
        let whole = Whole {
            batch: Self::empty(name, shared.keep),
            next_block: 0,
            begun: 0,
            offset: 0,
            place: Place::START,
            closed: true,
        };
        Self {
            files: Files::new(file, parts, BLOCK),
            shared,
            whole: Mutex::new(whole),
            waiting: Mutex::default(),
            spare: Mutex::default(),
            given_up: AtomicBool::new(!R::STREAMED),
        }
    }

    /// In blocks of so many bytes: what comes out may not depend on it.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn in_blocks_of(self, block: u64) -> Self {
        let parts = self.files.all.into_iter().map(|file| file.part).collect();
        Self { files: Files::new(self.files.table, parts, block), ..self }
    }

    fn empty(name: &str, keep: Keep) -> Batch<R> {
        let mut batch = Batch::new(keep);
        batch.table.places = Places::of_table(name);
        batch
    }

    fn scan(
        &self,
        file: &File,
        start: Start,
        range: (u64, u64),
        buffer: &mut Vec<u8>,
    ) -> Scanned<R> {
        let spare = lock(&self.spare).pop();
        let mut batch = spare.unwrap_or_else(|| {
            let mut batch = Batch::new(self.shared.keep);
            batch.look_up_in(self.shared.known);
            batch
        });
        let read = match self.files.open(file) {
            Some(opened) => {
                let (input, head) = (file.part.input(self.files.table), &opened.head);
                block::read(input, &opened.source, head, start, range, &mut batch, buffer)
            }
            None => Err(Without::Sense),
        };
        let ids = match &read {
            Ok(_) => batch.ids(self.shared.known, self.files.table),
            Err(_) => Ids::default(),
        };
        Scanned { read, batch, ids }
    }

    /// Puts together what has its turn.
    fn put_together(&self, whole: &mut Whole<R>, buffer: &mut Vec<u8>) {
        loop {
            let in_turn = lock(&self.waiting).remove(&whole.next_block);
            let Some(mut scanned) = in_turn else { return };
            let block = self.files.block(whole.next_block);
            whole.next_block += 1;
            let Some((number, file, range)) = block else { return };
            if !self.files.begin(whole, number + 1) {
                self.given_up.store(true, Ordering::Relaxed);
                return;
            }
            if whole.offset >= range.1 {
                // A row that began earlier goes on through the whole block, or the file is closed.
                continue;
            }
            if !scanned.read.is_ok_and(|block| block.start == whole.offset) {
                scanned = self.scan(file, Start::At(whole.offset), range, buffer);
            }
            match scanned.read {
                Ok(block) if !whole.closed => {
                    let base = whole.place;
                    whole.place = base.plus(block.end_place);
                    whole.offset = block.end;
                    whole.closed = block.closed;
                    let ids = std::mem::take(&mut scanned.ids);
                    let mut keys = lock(self.shared.keys);
                    whole.batch.append(&mut scanned.batch, base, ids, &mut keys);
                }
                _ => {
                    self.given_up.store(true, Ordering::Relaxed);
                    return;
                }
            }
            lock(&self.spare).push(scanned.batch);
            if whole.next_block == 1 {
                self.make_room(whole);
            }
        }
    }

    /// As many rows as the first block lets expect: growing step by step costs twice the memory.
    fn make_room(&self, whole: &mut Whole<R>) {
        let rows = whole.batch.table.len as u64;
        let expected = rows.saturating_mul(self.files.bytes) / whole.offset.max(1);
        let more = usize::try_from(expected.saturating_sub(rows)).unwrap_or_default();
        whole.batch.reserve(more + more / 64);
        if self.files.table == DataFile::Customers && self.shared.known.is_empty() {
            lock(self.shared.keys).reserve(more + more / 64);
        }
    }

    /// The table that the files hold.
    ///
    /// # Errors
    /// A `bad_file` finding where a file cannot be read as rows, or next to none of them is usable.
    pub fn read_whole(self) -> Result<Table<R>, Box<Finding>> {
        if !self.given_up.load(Ordering::Relaxed) {
            self.put_together(&mut lock(&self.whole), &mut Vec::new());
        }
        let Self { files, shared, whole, given_up, .. } = self;
        let mut whole = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
        let is_whole =
            !given_up.into_inner() && files.begin(&mut whole, files.all.len()) && whole.closed;
        let name = whole.batch.table.places.table(files.table).to_owned();
        let batch = if is_whole {
            Ok(whole.batch)
        } else {
            // The memory of the blocks is not needed beside that of the whole files.
            drop(whole);
            if files.table == DataFile::Customers {
                lock(shared.keys).forget();
            }
            file_by_file(&files, Self::empty(&name, shared.keep), shared)
        };
        let usable = batch.and_then(|batch| {
            match shape::refusal(files.table, &batch.table, |name| files.text(name)) {
                Some(problem) => Err(Box::new(problem)),
                None => Ok(batch),
            }
        });
        settled(files.table, &name, usable, &shared)
    }
}

/// The table of rows that were read, with keys for the ids that are new.
///
/// # Errors
/// Where the rows cannot be used, or are more than fit.
pub fn settled<R: Row>(
    file: DataFile,
    name: &str,
    usable: Result<Batch<R>, Box<Finding>>,
    shared: &Shared<'_>,
) -> Result<Table<R>, Box<Finding>> {
    let mut keys = lock(shared.keys);
    let are_customers = file == DataFile::Customers;
    if are_customers && usable.is_err() {
        keys.forget();
    }
    let mut batch = usable?;
    if are_customers {
        batch.change(|table| keys.settle(&mut table.columns));
    }
    let too_much = || {
        let message = "one field has more than 4 GiB of text, more than nextplay can read";
        Box::new(Finding::new(Code::BadFile, message).in_file(name).of_table(file))
    };
    if keys.overflowed() {
        return Err(too_much());
    }
    batch.finish().ok_or_else(too_much)
}

/// A table that is being read, in whatever files it is.
pub trait TableReading<R>: Pieces {
    /// The table that the files hold.
    ///
    /// # Errors
    /// A `bad_file` finding where a file cannot be read as rows, or next to none of them is usable.
    fn finish(self: Box<Self>) -> Result<Table<R>, Box<Finding>>;
}

impl<R: Row> TableReading<R> for Reading<'_, R> {
    fn finish(self: Box<Self>) -> Result<Table<R>, Box<Finding>> {
        self.read_whole()
    }
}

/// Reads the files of a table one after the other, each as a whole.
fn file_by_file<R: Row>(
    files: &Files,
    mut batch: Batch<R>,
    shared: Shared<'_>,
) -> Result<Batch<R>, Box<Finding>> {
    for File { part, .. } in &files.all {
        append_file(files.table, part, &mut batch, &shared)?;
    }
    Ok(batch)
}

/// Adds the rows of a file, which is read as a whole.
///
/// # Errors
/// A `bad_file` finding where it cannot be read as rows.
pub fn append_file<R: Row>(
    table: DataFile,
    part: &Part,
    batch: &mut Batch<R>,
    shared: &Shared<'_>,
) -> Result<(), Box<Finding>> {
    let input = part.input(table);
    let bytes = fs::read(&part.path).map_err(|error| {
        let message = format!("cannot be read: {error}; expected {}", input.shape());
        Box::new(Finding::new(Code::BadFile, message).in_file(&part.name))
    })?;
    let bytes = match part.name == REPORTED_OUTCOMES {
        true => whole_lines(&bytes),
        false => &bytes,
    };
    let mut rows = parse::rows(input, bytes, shared.keep)?;
    let ids = rows.ids(shared.known, table);
    batch.table.places.begin_part(&part.name);
    batch.append(&mut rows, Place::START, ids, &mut lock(shared.keys));
    Ok(())
}

/// Returns the bytes without an unfinished last line: of a file to which other processes append, one of
/// them may be writing it, or was killed while it did. It counts once it is whole.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = memchr::memrchr(b'\n', bytes).map_or(0, |newline| newline + 1);
    let (whole, tail) = bytes.split_at_checked(end).unwrap_or((bytes, b""));
    match serde_json::from_slice::<IgnoredAny>(tail) {
        Ok(_) => bytes,
        Err(_) => whole,
    }
}

impl<R: Row> Pieces for Reading<'_, R> {
    fn count(&self) -> usize {
        self.files.blocks()
    }

    fn bytes(&self) -> u64 {
        self.files.bytes
    }

    fn work(&self, number: usize, buffer: &mut Vec<u8>) {
        if self.given_up.load(Ordering::Relaxed) {
            return;
        }
        let Some((_, file, range)) = self.files.block(number) else { return };
        let scanned = self.scan(file, Start::Guess, range, buffer);
        let rows = scanned.read.map_or(0, |_| scanned.batch.table.len);
        self.shared.meter.add(range.1.saturating_sub(range.0), rows);
        lock(&self.waiting).insert(number, scanned);
        // Where another thread does so, that one or the next that is through with a block takes this one.
        if let Some(mut whole) = try_lock(&self.whole) {
            self.put_together(&mut whole, buffer);
        }
    }
}
