//! Requests to a worker thread, of which only the newest in each slot counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A fixed number of slots, each with the newest request that no one has taken yet.
pub struct Mailbox<T> {
    slots: Mutex<Slots<T>>,
    /// A request arrived, or the mailbox was closed.
    changed: Condvar,
    /// For each slot, how many requests it has had: the result of any but the last is outdated.
    counts: Vec<AtomicU64>,
}

struct Slots<T> {
    requests: Vec<Option<T>>,
    closed: bool,
}

/// A request taken out of a mailbox.
pub struct Taken<T> {
    /// What is requested.
    pub request: T,
    slot: usize,
    number: u64,
}

impl<T> Mailbox<T> {
    /// Returns an open mailbox with empty slots.
    pub fn new(slots: usize) -> Self {
        let requests = (0..slots).map(|_| None).collect();
        Self {
            slots: Mutex::new(Slots { requests, closed: false }),
            changed: Condvar::new(),
            counts: (0..slots).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    fn slots(&self) -> MutexGuard<'_, Slots<T>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request into a slot. Whatever is being done for that slot is outdated from now on.
    /// Returns the request that no one had taken, if there was one.
    pub fn put(&self, slot: usize, request: T) -> Option<T> {
        let mut slots = self.slots();
        if let Some(count) = self.counts.get(slot) {
            count.fetch_add(1, Ordering::AcqRel);
        }
        let before = slots.requests.get_mut(slot)?.replace(request);
        self.changed.notify_one();
        before
    }

    /// Waits for a request and takes it; returns `None` once the mailbox is closed.
    pub fn take(&self) -> Option<Taken<T>> {
        let mut slots = self.slots();
        loop {
            if slots.closed {
                return None;
            }
            let mut numbered = slots.requests.iter_mut().enumerate();
            if let Some((slot, request)) = numbered.find_map(|(n, slot)| Some((n, slot.take()?))) {
                return Some(Taken { request, slot, number: self.count(slot) });
            }
            slots = self.changed.wait(slots).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Returns true where a newer request has arrived in the slot of this one, or the mailbox was
    /// closed.
    pub fn is_outdated(&self, slot: usize, number: u64) -> bool {
        self.count(slot) != number
    }

    fn count(&self, slot: usize) -> u64 {
        self.counts.get(slot).map_or(0, |count| count.load(Ordering::Acquire))
    }

    /// Closes the mailbox: all work is outdated, and whoever waits stops waiting.
    pub fn close(&self) {
        self.slots().closed = true;
        for count in &self.counts {
            count.fetch_add(1, Ordering::AcqRel);
        }
        self.changed.notify_all();
    }
}

impl<T> Taken<T> {
    /// Returns the request, and what tells whether its result is still wanted.
    pub fn split(self, mailbox: &Mailbox<T>) -> (T, impl Fn() -> bool + Sync)
    where
        T: Send,
    {
        let Self { request, slot, number } = self;
        (request, move || mailbox.is_outdated(slot, number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_request_of_a_slot_counts() {
        let mailbox = Mailbox::new(2);
        assert_eq!(mailbox.put(0, "a"), None);
        assert_eq!(mailbox.put(0, "b"), Some("a"));
        assert_eq!(mailbox.put(1, "c"), None);
        let (request, outdated) = mailbox.take().unwrap().split(&mailbox);
        assert_eq!((request, outdated()), ("b", false));
        assert_eq!(mailbox.put(1, "d"), Some("c"));
        assert!(!outdated(), "another slot");
        assert_eq!(mailbox.put(0, "e"), None);
        assert!(outdated());
    }

    #[test]
    fn a_closed_mailbox_ends_the_wait_and_the_work() {
        let mailbox = Mailbox::new(1);
        mailbox.put(0, "a");
        let (_, outdated) = mailbox.take().unwrap().split(&mailbox);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| mailbox.take().is_none());
            mailbox.close();
            assert!(waiting.join().unwrap());
        });
        assert!(outdated());
    }
}
