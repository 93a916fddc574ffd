//! Loading, matching and deciding, on a thread of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jiff::Timestamp;

use super::event::{Changed, Effect, Event, View};
use crate::approval::Request;
use crate::domain::Policy;
use crate::insight::{CustomerChange, changes};
use crate::intake::load::Reread;
use crate::intake::watch::Watcher;
use crate::workspace::{DecideError, Decided, Snapshot, Workspace};

/// How long nothing has to change before it is read: writers write in pieces.
const QUIET: Duration = Duration::from_millis(20);
/// How long changes may keep coming before it is read all the same.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// How often the files are looked at where nobody tells of changes.
const LOOK_AROUND: Duration = Duration::from_secs(2);

/// Something for the worker to do.
enum Job {
    /// Something in the directory changed.
    Changed,
    Reload,
    Decide(Request),
    Undo {
        entry: CompactString,
        by: CompactString,
        seen: Option<CompactString>,
    },
    Stop,
}

/// The worker's thread, from outside.
pub struct Worker {
    jobs: SyncSender<Job>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Worker {
    /// Starts to load a data directory; views and results arrive as events.
    pub fn start(directory: PathBuf, events: SyncSender<Event>) -> Self {
        let (jobs, inbox) = sync_channel(64);
        let for_watcher = jobs.clone();
        let thread = thread::spawn(move || {
            let gone = LastWords(events.clone());
            let workspace = Workspace::new(&directory, Policy::default());
            let watcher =
                Watcher::new(&directory, move || match for_watcher.try_send(Job::Changed) {
                    // Full: the worker has enough to do, and will look at everything anyhow.
                    Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
                });
            Engine { workspace, watcher, events, shown: None }.run(&inbox);
            drop(gone);
        });
        Self { jobs, thread: Some(thread) }
    }

    /// Has an effect done, if it is one of the worker's.
    pub fn carry_out(&self, effect: Effect) {
        let job = match effect {
            Effect::Reload => Job::Reload,
            Effect::Decide(request) => Job::Decide(request),
            Effect::Undo { entry, by, seen } => Job::Undo { entry, by, seen },
            Effect::Suspend | Effect::Quit => return,
        };
        // A worker that has gone has said so.
        let _ = self.jobs.send(job);
    }

    /// Lets a decision that is being written be finished; does not wait for a load.
    pub fn stop(mut self, deciding: bool) {
        let _ = self.jobs.try_send(Job::Stop);
        if deciding && let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Tells the dashboard if the worker panics: it would wait for ever.
struct LastWords(SyncSender<Event>);

impl Drop for LastWords {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(Event::WorkerLost);
        }
    }
}

struct Engine {
    workspace: Workspace,
    watcher: Watcher,
    events: SyncSender<Event>,
    /// The view on the screen.
    shown: Option<Arc<Snapshot>>,
}

impl Engine {
    fn run(&mut self, inbox: &Receiver<Job>) {
        let mut waiting: Option<Job> = None;
        if !self.look(Reread::Changed, None) {
            return;
        }
        loop {
            let job = match waiting.take() {
                Some(job) => Ok(job),
                None => inbox.recv_timeout(LOOK_AROUND),
            };
            let goes_on = match job {
                Ok(Job::Changed) => {
                    waiting = settle(inbox);
                    self.look(Reread::Changed, None)
                }
                Ok(Job::Reload) => self.reload(),
                Ok(Job::Decide(request)) => {
                    let result = self.workspace.decide(&request, Timestamp::now());
                    self.tell(result)
                }
                Ok(Job::Undo { entry, by, seen }) => {
                    let result = self.workspace.undo(&entry, by, seen, Timestamp::now());
                    self.tell(result)
                }
                Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => self.look_around(),
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Reads what changed and shows it. False where nobody is there to see it.
    fn look(&mut self, reread: Reread, own: Option<&str>) -> bool {
        let snapshot = self.workspace.refresh(reread);
        match self.view(snapshot, own) {
            Some(view) => self.events.send(Event::View(Box::new(view))).is_ok(),
            None => true,
        }
    }

    /// Without being told of a change: network drives, and directories that were replaced.
    fn look_around(&mut self) -> bool {
        let was_gone = self.shown.as_ref().is_some_and(|shown| shown.directory_problem.is_some());
        if was_gone || !self.watcher.is_live() {
            self.watcher.start();
        }
        self.look(Reread::Changed, None)
    }

    fn reload(&mut self) -> bool {
        let snapshot = self.workspace.refresh(Reread::All);
        let event = match self.view(snapshot, None) {
            Some(view) => Event::View(Box::new(view)),
            None => Event::NothingNew,
        };
        self.events.send(event).is_ok()
    }

    fn tell(&mut self, result: Result<Decided, DecideError>) -> bool {
        let own = result.as_ref().ok().map(|decided| decided.entry.customer_id.clone());
        // Also where it was refused: what it was refused for may not be on the screen yet.
        let snapshot = self.workspace.refresh(Reread::Changed);
        let view = self.view(snapshot, own.as_deref()).map(Box::new);
        let result = result.map(Box::new);
        self.events.send(Event::Decided { result, view }).is_ok()
    }

    /// The view of a snapshot with what differs from the one shown; `None` where it is that one.
    fn view(&mut self, snapshot: Arc<Snapshot>, own: Option<&str>) -> Option<View> {
        let before = self.shown.replace(Arc::clone(&snapshot));
        if before.as_ref().is_some_and(|before| before.generation == snapshot.generation) {
            return None;
        }
        let first = before.is_none();
        let changes = before.map(|before| differences(&before, &snapshot)).unwrap_or_default();
        let changes = changes
            .into_iter()
            .map(|change| Changed { own: own == Some(change.customer_id.as_str()), change })
            .collect();
        Some(View { totals: snapshot.totals(), snapshot, changes, first })
    }
}

/// Waits until nothing changes any more, and gives back what else there is to do.
fn settle(inbox: &Receiver<Job>) -> Option<Job> {
    let start = Instant::now();
    while start.elapsed() < LONGEST_WAIT {
        match inbox.recv_timeout(QUIET) {
            Ok(Job::Changed) => {}
            Ok(job) => return Some(job),
            Err(_) => return None,
        }
    }
    None
}

/// Customers whose play or numbers are other ones; and those about whom somebody decided.
fn differences(before: &Snapshot, after: &Snapshot) -> Vec<CustomerChange> {
    let mut found = if Arc::ptr_eq(&before.matching, &after.matching) {
        Vec::new()
    } else {
        changes(&before.matching, &after.matching)
    };
    if before.history.head() != after.history.head() {
        let new = after.history.entries.iter().filter(|e| before.history.entry(&e.id).is_none());
        for entry in new {
            let words = format!("was {} by {}", entry.kind.done(), entry.by);
            found.push(CustomerChange { customer_id: entry.customer_id.clone(), words });
        }
    }
    found
}
