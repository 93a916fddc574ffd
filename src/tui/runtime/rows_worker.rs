//! Filtering and sorting, on a thread of their own: of what is wanted of a list only the newest counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::panic_guard;
use crate::tui::customers::list::{Rows, RowsRequest};
use crate::tui::customers::rows::build_rows;
use crate::tui::event::{Event, RowsJob};
use crate::tui::screen::id::Screen;

/// Rows kept for each list, so that a filter that is typed on or taken back starts from them.
const KEPT: usize = 3;

/// The rows_worker's thread, from outside.
pub struct RowsWorker {
    mailbox: Arc<Mailbox>,
}

/// What has been pending for and not begun.
struct Mailbox {
    pending: Mutex<Pending>,
    /// Something was pending for.
    arrived: Condvar,
    /// Counts what was pending for, for each screen: rows for anything but the last are outdated.
    last: [AtomicU64; Screen::LISTS.len()],
}

struct Pending {
    /// What each list shall show now.
    wanted: Vec<RowsRequest>,
    /// For each list the newest request, with its number.
    requests: Vec<Option<(u64, RowsJob)>>,
    stopped: bool,
}

impl Mailbox {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RowsWorker {
    /// Rows arrive as events.
    pub fn start(me: &CompactString, events: SyncSender<Event>) -> Self {
        let wanted = Screen::LISTS.map(|screen| RowsRequest::initial(screen, me.clone()));
        let mailbox = Arc::new(Mailbox {
            pending: Mutex::new(Pending {
                wanted: wanted.to_vec(),
                requests: vec![None; wanted.len()],
                stopped: false,
            }),
            arrived: Condvar::new(),
            last: Default::default(),
        });
        let for_thread = Arc::clone(&mailbox);
        let guarded = events.clone();
        panic_guard::spawn(&guarded, move || run(&for_thread, &events));
        Self { mailbox }
    }

    /// Asks for rows; what was pending for that list before is given up, and handed back if it was
    /// not begun.
    pub fn ask(&self, request: RowsJob) -> Option<RowsJob> {
        let place = request.wanted.screen as usize;
        let mut pending = self.mailbox.pending();
        let last = self.mailbox.last.get(place);
        let number = last.map_or(0, |last| last.fetch_add(1, Ordering::AcqRel) + 1);
        if let Some(wanted) = pending.wanted.get_mut(place) {
            wanted.clone_from(&request.wanted);
        }
        let slot = pending.requests.get_mut(place)?;
        let before = slot.replace((number, request));
        self.mailbox.arrived.notify_one();
        before.map(|(_, request)| request)
    }

    /// What each list shall show, for whoever makes a view ready.
    pub fn wanted(&self) -> impl Fn() -> Vec<RowsRequest> + Send + use<> {
        let mailbox = Arc::clone(&self.mailbox);
        move || mailbox.pending().wanted.clone()
    }
}

impl Drop for RowsWorker {
    fn drop(&mut self) {
        self.mailbox.pending().stopped = true;
        self.mailbox.arrived.notify_one();
    }
}

fn run(mailbox: &Mailbox, events: &SyncSender<Event>) {
    // Threads of its own: a letter typed does not wait behind a file that is being read. Without
    // them it is done with the others.
    let pool = ThreadPoolBuilder::new().build().ok();
    let mut known: Vec<Rows> = Vec::new();
    loop {
        let mut pending = mailbox.pending();
        while pending.requests.iter().all(Option::is_none) && !pending.stopped {
            pending = mailbox.arrived.wait(pending).unwrap_or_else(PoisonError::into_inner);
        }
        if pending.stopped {
            return;
        }
        let request = pending.requests.iter_mut().find_map(Option::take);
        drop(pending);
        let Some((number, RowsJob { snapshot, wanted, shown })) = request else { continue };
        let last = mailbox.last.get(wanted.screen as usize);
        let outdated = || last.is_some_and(|last| last.load(Ordering::Acquire) != number);
        remember(&mut known, &shown);
        let rows = on(pool.as_ref(), || build_rows(&wanted, &snapshot, &known, &outdated));
        // The rows go on their way before a view is freed that nobody else has any more.
        if let Some(built) = rows {
            remember(&mut known, &built);
            if events.send(Event::RowsReady(built)).is_err() {
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
fn remember(known: &mut Vec<Rows>, built: &Rows) {
    known.retain(|old| old.generation == built.generation && old.wanted != built.wanted);
    known.push(built.clone());
    let screen = built.wanted.screen;
    let of_screen = |old: &Rows| old.wanted.screen == screen;
    if known.iter().filter(|old| of_screen(old)).count() > KEPT {
        let filtered = |old: &Rows| of_screen(old) && !old.wanted.filter.is_empty();
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

    fn rows(generation: u64, filter: &str, key: SortKey) -> Rows {
        let wanted = RowsRequest {
            filter: filter.to_owned(),
            sort: Sort::by(key),
            ..RowsRequest::initial(Screen::Customers, "dana".into())
        };
        Rows { wanted, generation, rows: Arc::default(), unfiltered: 0 }
    }

    #[test]
    fn the_last_thing_asked_for_of_each_list_is_answered() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
        let (sender, events) = sync_channel(64);
        let rows_worker = RowsWorker::start(&"dana".into(), sender);
        let mut last = Vec::new();
        for filter in ["a", "an", "and"] {
            for screen in Screen::LISTS {
                let wanted = RowsRequest {
                    filter: filter.to_owned(),
                    ..RowsRequest::initial(screen, "dana".into())
                };
                last = (rows_worker.wanted())();
                let shown = Rows { generation: snapshot.generation, ..rows(0, "", SortKey::Risk) };
                rows_worker.ask(RowsJob { snapshot: Arc::clone(&snapshot), wanted, shown });
            }
        }
        assert_ne!((rows_worker.wanted())(), last);
        let mut answered = Vec::new();
        while answered.len() < Screen::LISTS.len() {
            match events.recv_timeout(Duration::from_secs(60)) {
                Ok(Event::RowsReady(rows)) if rows.wanted.filter == "and" => {
                    answered.push(rows.wanted);
                }
                Ok(Event::RowsReady(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        answered.sort_by_key(|wanted| wanted.screen as usize);
        assert_eq!(answered, (rows_worker.wanted())());
        drop(rows_worker);
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
