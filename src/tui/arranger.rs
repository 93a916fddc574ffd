//! Filtering and sorting, on a thread of their own: of what is wanted of a list only the newest counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use compact_str::CompactString;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::arrange::arrange;
use super::event::{Arrange, Event, Garbage};
use super::list::{Arranged, Screen, Wanted};

/// Rows kept for each list, so that a filter that is typed on or taken back starts from them.
const KEPT: usize = 3;

/// The arranger's thread, from outside.
pub struct Arranger {
    desk: Arc<Desk>,
}

/// What has been asked for and not begun.
struct Desk {
    asked: Mutex<Asked>,
    /// Something was asked for.
    bell: Condvar,
    /// Counts what was asked for, for each screen: rows for anything but the last are outdated.
    last: [AtomicU64; Screen::ALL.len()],
}

struct Asked {
    /// What each list shall show now.
    wanted: Vec<Wanted>,
    /// For each list the newest request, with its number.
    requests: Vec<Option<(u64, Arrange)>>,
    garbage: Vec<Garbage>,
    stopped: bool,
}

impl Desk {
    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Arranger {
    /// Rows arrive as events.
    pub fn start(me: &CompactString, events: SyncSender<Event>) -> Self {
        let wanted = Screen::ALL.map(|screen| Wanted::at_first(screen, me.clone()));
        let desk = Arc::new(Desk {
            asked: Mutex::new(Asked {
                wanted: wanted.to_vec(),
                requests: vec![None; wanted.len()],
                garbage: Vec::new(),
                stopped: false,
            }),
            bell: Condvar::new(),
            last: Default::default(),
        });
        let for_thread = Arc::clone(&desk);
        thread::spawn(move || run(&for_thread, &events));
        Self { desk }
    }

    /// Asks for rows; what was asked for that list before is given up.
    pub fn ask(&self, request: Arrange) {
        let place = request.wanted.screen as usize;
        let mut asked = self.desk.asked();
        let last = self.desk.last.get(place);
        let number = last.map_or(0, |last| last.fetch_add(1, Ordering::AcqRel) + 1);
        if let Some(wanted) = asked.wanted.get_mut(place) {
            wanted.clone_from(&request.wanted);
        }
        if let Some(slot) = asked.requests.get_mut(place) {
            *slot = Some((number, request));
        }
        self.desk.bell.notify_one();
    }

    /// Has something freed.
    pub fn free(&self, garbage: Garbage) {
        self.desk.asked().garbage.push(garbage);
        self.desk.bell.notify_one();
    }

    /// What each list shall show, for whoever makes a view ready.
    pub fn wanted(&self) -> impl Fn() -> Vec<Wanted> + Send + use<> {
        let desk = Arc::clone(&self.desk);
        move || desk.asked().wanted.clone()
    }
}

impl Drop for Arranger {
    fn drop(&mut self) {
        self.desk.asked().stopped = true;
        self.desk.bell.notify_one();
    }
}

fn run(desk: &Desk, events: &SyncSender<Event>) {
    // Threads of its own: a letter typed does not wait behind a file that is being read. Without
    // them it is done with the others.
    let pool = ThreadPoolBuilder::new().build().ok();
    let mut known: Vec<Arranged> = Vec::new();
    loop {
        let mut asked = desk.asked();
        while asked.requests.iter().all(Option::is_none)
            && asked.garbage.is_empty()
            && !asked.stopped
        {
            asked = desk.bell.wait(asked).unwrap_or_else(PoisonError::into_inner);
        }
        if asked.stopped {
            return;
        }
        let garbage = std::mem::take(&mut asked.garbage);
        let request = asked.requests.iter_mut().find_map(Option::take);
        drop(asked);
        if let Some((number, request)) = request {
            let last = desk.last.get(request.wanted.screen as usize);
            let outdated = || last.is_some_and(|last| last.load(Ordering::Acquire) != number);
            remember(&mut known, &request.shown);
            let rows = on(pool.as_ref(), || {
                arrange(&request.wanted, &request.snapshot, &known, &outdated)
            });
            if let Some(arranged) = rows {
                remember(&mut known, &arranged);
                if events.send(Event::Arranged(arranged)).is_err() {
                    return;
                }
            }
        }
        drop(garbage);
    }
}

fn on<R: Send>(pool: Option<&ThreadPool>, work: impl FnOnce() -> R + Send) -> R {
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// Keeps rows of the newest view: the last ones of each list, and those that no filter narrowed.
fn remember(known: &mut Vec<Arranged>, arranged: &Arranged) {
    known.retain(|old| old.generation == arranged.generation && old.wanted != arranged.wanted);
    known.push(arranged.clone());
    let screen = arranged.wanted.screen;
    let of_screen = |old: &Arranged| old.wanted.screen == screen;
    if known.iter().filter(|old| of_screen(old)).count() > KEPT {
        let filtered = |old: &Arranged| of_screen(old) && !old.wanted.filter.is_empty();
        let oldest = known.iter().position(filtered).or_else(|| known.iter().position(of_screen));
        oldest.map(|oldest| known.remove(oldest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::list::{Sort, SortKey};

    fn rows(generation: u64, filter: &str, key: SortKey) -> Arranged {
        let wanted = Wanted {
            filter: filter.to_owned(),
            sort: Sort::by(key),
            ..Wanted::at_first(Screen::Customers, "dana".into())
        };
        Arranged { wanted, generation, rows: Arc::default(), unfiltered: 0 }
    }

    #[test]
    fn few_rows_are_kept_the_unfiltered_ones_longest_and_none_of_an_older_view() {
        let mut known = Vec::new();
        remember(&mut known, &rows(0, "", SortKey::Risk));
        for filter in ["a", "ab", "abc", "abcd", "abc"] {
            remember(&mut known, &rows(0, filter, SortKey::Risk));
        }
        let filters: Vec<&str> = known.iter().map(|k| k.wanted.filter.as_str()).collect();
        assert_eq!(filters, ["", "abcd", "abc"]);
        for key in SortKey::ALL {
            remember(&mut known, &rows(0, "", key));
        }
        assert_eq!(known.len(), KEPT);
        remember(&mut known, &rows(1, "", SortKey::Risk));
        assert_eq!(known.len(), 1);
    }
}
