//! Builds the rows of lists on a thread of its own: a newer request for a list ends an older one.

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::mailbox::Mailbox;
use super::panic_guard;
use crate::tui::customers::list::{Rows, RowsRequest};
use crate::tui::customers::rows::build_rows;
use crate::tui::event::{Event, RowsJob};

/// Rows kept for each list, so that a filter that is extended or shortened starts from them.
const KEPT: usize = 3;

/// The thread, from outside. It ends when this is dropped.
pub struct RowsWorker {
    mailbox: Arc<Mailbox<RowsJob>>,
    /// The newest request for each list.
    newest: Arc<Mutex<Vec<RowsRequest>>>,
}

fn lock(newest: &Mutex<Vec<RowsRequest>>) -> MutexGuard<'_, Vec<RowsRequest>> {
    newest.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RowsWorker {
    /// Starts the thread; rows arrive as events. `newest` is what each list shows first.
    pub fn start(newest: Vec<RowsRequest>, events: SyncSender<Event>) -> Self {
        let mailbox = Arc::new(Mailbox::new(newest.len()));
        let for_thread = Arc::clone(&mailbox);
        panic_guard::spawn(&events.clone(), move || run(&for_thread, &events));
        Self { mailbox, newest: Arc::new(Mutex::new(newest)) }
    }

    /// Requests rows. What was requested for that list before is outdated, and returned if it was not
    /// begun.
    pub fn request(&self, job: RowsJob) -> Option<RowsJob> {
        let slot = job.request.screen as usize;
        if let Some(newest) = lock(&self.newest).get_mut(slot) {
            newest.clone_from(&job.request);
        }
        self.mailbox.put(slot, job)
    }

    /// Returns a function that gives the newest request for each list, for whoever prepares a view.
    pub fn newest(&self) -> impl Fn() -> Vec<RowsRequest> + Send + use<> {
        let newest = Arc::clone(&self.newest);
        move || lock(&newest).clone()
    }
}

impl Drop for RowsWorker {
    fn drop(&mut self) {
        self.mailbox.close();
    }
}

fn run(mailbox: &Mailbox<RowsJob>, events: &SyncSender<Event>) {
    // Threads of its own: a letter typed does not wait behind a file that is being read. Without
    // them it is done with the others.
    let pool = ThreadPoolBuilder::new().build().ok();
    let mut known: Vec<Rows> = Vec::new();
    while let Some(taken) = mailbox.take() {
        let (RowsJob { snapshot, request, shown }, outdated) = taken.split(mailbox);
        remember(&mut known, &shown);
        let rows = on(pool.as_ref(), || build_rows(&request, &snapshot, &known, &outdated));
        // The rows go on their way before a view is freed that no one else has any more.
        if let Some(rows) = rows {
            remember(&mut known, &rows);
            if events.send(Event::RowsReady(rows)).is_err() {
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
fn remember(known: &mut Vec<Rows>, rows: &Rows) {
    known.retain(|old| old.generation == rows.generation && old.request != rows.request);
    known.push(rows.clone());
    let screen = rows.request.screen;
    let of_screen = |old: &Rows| old.request.screen == screen;
    if known.iter().filter(|old| of_screen(old)).count() > KEPT {
        let filtered = |old: &Rows| of_screen(old) && !old.request.filter.is_empty();
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
    use crate::tui::customers::columns::ColumnId;
    use crate::tui::customers::list::Sort;
    use crate::tui::screen::id::Screen;
    use crate::workspace::{Options, Workspace};

    fn rows(generation: u64, filter: &str, key: ColumnId) -> Rows {
        let request = RowsRequest {
            filter: filter.to_owned(),
            sort: Sort::by(key),
            ..RowsRequest::initial(Screen::Customers, "dana".into())
        };
        Rows::none(request, generation)
    }

    #[test]
    fn the_newest_request_for_each_list_is_answered() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
        let (sender, events) = sync_channel(64);
        let rows_worker = RowsWorker::start(
            Screen::LISTS.map(|screen| RowsRequest::initial(screen, "dana".into())).to_vec(),
            sender,
        );
        let mut last = Vec::new();
        for filter in ["a", "an", "and"] {
            for screen in Screen::LISTS {
                let request = RowsRequest {
                    filter: filter.to_owned(),
                    ..RowsRequest::initial(screen, "dana".into())
                };
                last = (rows_worker.newest())();
                let shown = Rows { generation: snapshot.generation, ..rows(0, "", ColumnId::Risk) };
                rows_worker.request(RowsJob { snapshot: Arc::clone(&snapshot), request, shown });
            }
        }
        assert_ne!((rows_worker.newest())(), last);
        let mut answered = Vec::new();
        while answered.len() < Screen::LISTS.len() {
            match events.recv_timeout(Duration::from_secs(60)) {
                Ok(Event::RowsReady(rows)) if rows.request.filter == "and" => {
                    answered.push(rows.request);
                }
                Ok(Event::RowsReady(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        answered.sort_by_key(|request| request.screen as usize);
        assert_eq!(answered, (rows_worker.newest())());
        drop(rows_worker);
        assert!(events.recv_timeout(Duration::from_secs(60)).is_err(), "its thread ends");
    }

    #[test]
    fn few_rows_are_kept_the_unfiltered_ones_longest_and_none_of_an_older_view() {
        let mut known = Vec::new();
        remember(&mut known, &rows(0, "", ColumnId::Risk));
        for filter in ["a", "ab", "abc", "abcd", "abc"] {
            remember(&mut known, &rows(0, filter, ColumnId::Risk));
        }
        let filters: Vec<&str> = known.iter().map(|k| k.request.filter.as_str()).collect();
        assert_eq!(filters, ["", "abcd", "abc"]);
        for key in ColumnId::sortable() {
            remember(&mut known, &rows(0, "", key));
        }
        assert_eq!(known.len(), KEPT);
        remember(&mut known, &rows(1, "", ColumnId::Risk));
        assert_eq!(known.len(), 1);
    }
}
