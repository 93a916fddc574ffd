//! Filtering and sorting, on a thread of their own: of what is wanted of a list only the newest counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::panic_guard;
use crate::tui::customers::list::{Arranged, Wanted};
use crate::tui::customers::rows::arrange;
use crate::tui::event::{Arrange, Event};
use crate::tui::screen::id::Screen;

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
    last: [AtomicU64; Screen::LISTS.len()],
}

struct Asked {
    /// What each list shall show now.
    wanted: Vec<Wanted>,
    /// For each list the newest request, with its number.
    requests: Vec<Option<(u64, Arrange)>>,
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
        let wanted = Screen::LISTS.map(|screen| Wanted::at_first(screen, me.clone()));
        let desk = Arc::new(Desk {
            asked: Mutex::new(Asked {
                wanted: wanted.to_vec(),
                requests: vec![None; wanted.len()],
                stopped: false,
            }),
            bell: Condvar::new(),
            last: Default::default(),
        });
        let for_thread = Arc::clone(&desk);
        let guarded = events.clone();
        panic_guard::spawn(&guarded, move || run(&for_thread, &events));
        Self { desk }
    }

    /// Asks for rows; what was asked for that list before is given up, and handed back if it was
    /// not begun.
    pub fn ask(&self, request: Arrange) -> Option<Arrange> {
        let place = request.wanted.screen as usize;
        let mut asked = self.desk.asked();
        let last = self.desk.last.get(place);
        let number = last.map_or(0, |last| last.fetch_add(1, Ordering::AcqRel) + 1);
        if let Some(wanted) = asked.wanted.get_mut(place) {
            wanted.clone_from(&request.wanted);
        }
        let slot = asked.requests.get_mut(place)?;
        let before = slot.replace((number, request));
        self.desk.bell.notify_one();
        before.map(|(_, request)| request)
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
        while asked.requests.iter().all(Option::is_none) && !asked.stopped {
            asked = desk.bell.wait(asked).unwrap_or_else(PoisonError::into_inner);
        }
        if asked.stopped {
            return;
        }
        let request = asked.requests.iter_mut().find_map(Option::take);
        drop(asked);
        let Some((number, Arrange { snapshot, wanted, shown })) = request else { continue };
        let last = desk.last.get(wanted.screen as usize);
        let outdated = || last.is_some_and(|last| last.load(Ordering::Acquire) != number);
        remember(&mut known, &shown);
        let rows = on(pool.as_ref(), || arrange(&wanted, &snapshot, &known, &outdated));
        // The rows go on their way before a view is freed that nobody else has any more.
        if let Some(arranged) = rows {
            remember(&mut known, &arranged);
            if events.send(Event::Arranged(arranged)).is_err() {
                return;
            }
        }
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
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    use super::*;
    use crate::intake::load::Reread;
    use crate::tui::customers::list::{Sort, SortKey};
    use crate::workspace::{Options, Workspace};

    fn rows(generation: u64, filter: &str, key: SortKey) -> Arranged {
        let wanted = Wanted {
            filter: filter.to_owned(),
            sort: Sort::by(key),
            ..Wanted::at_first(Screen::Customers, "dana".into())
        };
        Arranged { wanted, generation, rows: Arc::default(), unfiltered: 0 }
    }

    #[test]
    fn the_last_thing_asked_for_of_each_list_is_answered() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
        let (sender, events) = sync_channel(64);
        let arranger = Arranger::start(&"dana".into(), sender);
        let mut last = Vec::new();
        for filter in ["a", "an", "and"] {
            for screen in Screen::LISTS {
                let wanted =
                    Wanted { filter: filter.to_owned(), ..Wanted::at_first(screen, "dana".into()) };
                last = (arranger.wanted())();
                let shown =
                    Arranged { generation: snapshot.generation, ..rows(0, "", SortKey::Risk) };
                arranger.ask(Arrange { snapshot: Arc::clone(&snapshot), wanted, shown });
            }
        }
        assert_ne!((arranger.wanted())(), last);
        let mut answered = Vec::new();
        while answered.len() < Screen::LISTS.len() {
            match events.recv_timeout(Duration::from_secs(60)) {
                Ok(Event::Arranged(rows)) if rows.wanted.filter == "and" => {
                    answered.push(rows.wanted);
                }
                Ok(Event::Arranged(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        answered.sort_by_key(|wanted| wanted.screen as usize);
        assert_eq!(answered, (arranger.wanted())());
        drop(arranger);
        assert!(events.recv_timeout(Duration::from_secs(60)).is_err(), "its thread ends");
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
