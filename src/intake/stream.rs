//! Work in pieces that several threads take one after the other, and how far it has come.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use super::progress::Progress;

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

    pub fn add(&self, bytes: u64, rows: usize) {
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
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same where no other thread has it.
pub fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
