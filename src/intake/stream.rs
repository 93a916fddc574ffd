//! Long files in blocks, which several threads read and one after the other puts together.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::batch::{Batch, CustomerKeys, Ids, Keep};
use super::block::{self, BLOCK, Block, Head, Start, Without};
use super::file::DataFile;
use super::parse;
use super::progress::Progress;
use super::shape;
use super::source::Source;
use crate::domain::{Code, Finding, Place};
use crate::store::Table;
use crate::store::interned::CustomerIds;
use crate::store::row::Row;

/// So many bytes in all are read faster by one thread than several are started.
const ONE_THREAD: u64 = 1 << 19;
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Something that is done in pieces, in any order, by several threads.
pub trait Pieces: Sync {
    fn count(&self) -> usize;
    /// Bytes to be read in all.
    fn bytes(&self) -> u64;
    /// Does the piece of that number, with memory that is used again. Pieces of a file are begun in
    /// their order.
    fn work(&self, number: usize, buffer: &mut Vec<u8>);
}

/// Does all pieces.
pub fn work(all: &[&dyn Pieces]) {
    let pieces: Vec<(&dyn Pieces, usize)> =
        all.iter().flat_map(|file| (0..file.count()).map(move |number| (*file, number))).collect();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut buffer = Vec::new();
        while let Some((file, number)) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            file.work(*number, &mut buffer);
        }
    };
    let bytes: u64 = all.iter().map(|file| file.bytes()).sum();
    let threads = match thread::available_parallelism() {
        Ok(threads) if bytes > ONE_THREAD => threads.get().min(pieces.len()),
        _ => 1,
    };
    thread::scope(|scope| {
        (1..threads).for_each(|_| {
            scope.spawn(worker);
        });
        worker();
    });
}

/// Counts what has been read, and tells it now and then.
pub struct Meter<'a> {
    state: Mutex<(Progress, Instant)>,
    tell: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Meter<'a> {
    pub fn new(bytes_total: u64, tell: &'a (dyn Fn(Progress) + Sync)) -> Self {
        let progress = Progress { bytes_total, ..Progress::default() };
        Self { state: Mutex::new((progress, Instant::now())), tell }
    }

    fn add(&self, bytes: u64, rows: usize) {
        let mut state = lock(&self.state);
        let (progress, told) = &mut *state;
        progress.bytes += bytes;
        progress.rows += rows as u64;
        if told.elapsed() >= TELL_EVERY {
            *told = Instant::now();
            (self.tell)(*progress);
        }
    }
}

/// A thread that panicked leaves nothing half done that another one reads: the panic goes on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is being read.
pub struct Reading<'a, R> {
    file: DataFile,
    source: Source,
    /// `None` where only the slow path reads the file.
    head: Option<Head>,
    keep: Keep,
    /// Bytes of a block.
    block: u64,
    known: &'a CustomerIds,
    keys: &'a Mutex<CustomerKeys>,
    meter: &'a Meter<'a>,
    whole: Mutex<Whole<R>>,
    /// Batches whose rows were taken: their memory is used for the next ones.
    spare: Mutex<Vec<Batch<R>>>,
    /// The blocks are of no use: the file as a whole has to be read.
    given_up: AtomicBool,
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
    /// Blocks that came before their turn.
    waiting: BTreeMap<usize, Scanned<R>>,
    next_block: usize,
    /// Where the next row has to start.
    offset: u64,
    place: Place,
    closed: bool,
}

impl<'a, R: Row> Reading<'a, R> {
    pub fn new(
        file: DataFile,
        source: Source,
        keep: Keep,
        known: &'a CustomerIds,
        keys: &'a Mutex<CustomerKeys>,
        meter: &'a Meter<'a>,
    ) -> Self {
        let head = if R::STREAMED { Head::read(file, &source) } else { None };
        let whole = Whole {
            batch: Batch::new(keep),
            waiting: BTreeMap::new(),
            next_block: 0,
            offset: head.as_ref().map_or(0, |head| head.first),
            place: head.as_ref().map_or(Place::START, |head| head.place),
            closed: false,
        };
        Self {
            file,
            source,
            head,
            keep,
            block: BLOCK,
            known,
            keys,
            meter,
            whole: Mutex::new(whole),
            spare: Mutex::default(),
            given_up: AtomicBool::new(false),
        }
    }

    /// In blocks of so many bytes: what comes out may not depend on it.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn in_blocks_of(self, block: u64) -> Self {
        Self { block, ..self }
    }

    fn range(&self, block: usize) -> (u64, u64) {
        let from = block as u64 * self.block;
        (from, (from + self.block).min(self.source.len))
    }

    fn scan(&self, head: &Head, start: Start, block: usize, buffer: &mut Vec<u8>) -> Scanned<R> {
        let spare = lock(&self.spare).pop();
        let mut batch = spare.unwrap_or_else(|| Batch::new(self.keep));
        let range = self.range(block);
        let read = block::read(self.file, &self.source, head, start, range, &mut batch, buffer);
        let ids = match &read {
            Ok(_) => batch.ids(self.known, self.file),
            Err(_) => Ids::default(),
        };
        Scanned { read, batch, ids }
    }

    /// Puts together what has its turn.
    fn put_together(&self, head: &Head, whole: &mut Whole<R>, buffer: &mut Vec<u8>) {
        while let Some(mut scanned) = whole.waiting.remove(&whole.next_block) {
            let number = whole.next_block;
            whole.next_block += 1;
            let (from, to) = self.range(number);
            if whole.offset >= to {
                // A row that began earlier goes on through the whole block, or the file is closed.
                continue;
            }
            if !scanned.read.is_ok_and(|block| block.start == whole.offset) {
                scanned = self.scan(head, Start::At(whole.offset), number, buffer);
            }
            match scanned.read {
                Ok(block) if !whole.closed => {
                    let base = whole.place;
                    whole.place = base.plus(block.end_place);
                    whole.offset = block.end;
                    whole.closed = block.closed;
                    let ids = std::mem::take(&mut scanned.ids);
                    whole.batch.append(&mut scanned.batch, base, ids, &mut lock(self.keys));
                }
                _ => {
                    self.given_up.store(true, Ordering::Relaxed);
                    return;
                }
            }
            lock(&self.spare).push(scanned.batch);
            if from == 0 {
                self.make_room(whole);
            }
        }
    }

    /// As many rows as the first block lets expect: growing step by step costs twice the memory.
    fn make_room(&self, whole: &mut Whole<R>) {
        let rows = whole.batch.table.len as u64;
        let expected = rows.saturating_mul(self.source.len) / whole.offset.max(1);
        let more = usize::try_from(expected.saturating_sub(rows)).unwrap_or_default();
        whole.batch.reserve(more + more / 64);
        if self.file == DataFile::Customers && self.known.is_empty() {
            lock(self.keys).reserve(more + more / 64);
        }
    }

    /// The table that the file holds.
    ///
    /// # Errors
    /// A `bad_file` finding where the file cannot be read as rows, or next to none of them is usable.
    pub fn finish(self, path: &Path) -> std::io::Result<Result<Table<R>, Box<Finding>>> {
        let whole = self.whole.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut batch = if whole.closed && !self.given_up.into_inner() {
            whole.batch
        } else {
            // The memory of the blocks is not needed beside that of the whole file.
            drop(whole);
            if self.file == DataFile::Customers {
                lock(self.keys).forget();
            }
            let bytes = std::fs::read(path)?;
            match parse::rows(self.file, &bytes, self.keep) {
                Ok(mut rows) => {
                    let ids = rows.ids(self.known, self.file);
                    let mut batch = Batch::new(self.keep);
                    batch.append(&mut rows, Place::START, ids, &mut lock(self.keys));
                    batch
                }
                Err(problem) => return Ok(Err(problem)),
            }
        };
        let text = || String::from_utf8(std::fs::read(path).ok()?).ok();
        if let Some(problem) = shape::refusal(self.file, &batch.table, text) {
            if self.file == DataFile::Customers {
                lock(self.keys).forget();
            }
            return Ok(Err(Box::new(problem)));
        }
        let mut keys = lock(self.keys);
        if self.file == DataFile::Customers {
            keys.settle(&mut batch.table.columns);
        }
        if keys.overflowed() {
            return Ok(Err(Box::new(too_much(self.file))));
        }
        Ok(batch.finish().ok_or_else(|| Box::new(too_much(self.file))))
    }
}

fn too_much(file: DataFile) -> Finding {
    let message = format!(
        "one field has more than 4 GiB of text, more than nextplay can read; expected {}",
        file.shape()
    );
    Finding::new(Code::BadFile, message).in_file(file.name())
}

impl<R: Row> Pieces for Reading<'_, R> {
    fn count(&self) -> usize {
        match self.head {
            Some(_) => usize::try_from(self.source.len.div_ceil(self.block)).unwrap_or(usize::MAX),
            None => 0,
        }
    }

    fn bytes(&self) -> u64 {
        self.source.len
    }

    fn work(&self, number: usize, buffer: &mut Vec<u8>) {
        let Some(head) = &self.head else { return };
        if self.given_up.load(Ordering::Relaxed) {
            return;
        }
        let start = if number == 0 { Start::At(head.first) } else { Start::Guess };
        let scanned = self.scan(head, start, number, buffer);
        let rows = scanned.read.map_or(0, |_| scanned.batch.table.len);
        let (from, to) = self.range(number);
        self.meter.add(to.saturating_sub(from), rows);
        let mut whole = lock(&self.whole);
        whole.waiting.insert(number, scanned);
        self.put_together(head, &mut whole, buffer);
    }
}
