//! Writes what the dashboard remembers, on a thread of its own: a slow disk holds up no key.

use std::sync::mpsc::{Sender, SyncSender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::state::Record;
use crate::tui::event::Event;
use crate::tui::memory::Memory;
use crate::tui::runtime::panic_guard;

/// For how long changes are gathered before they are written: a killed dashboard loses no more.
const GATHER: Duration = Duration::from_millis(150);

/// The thread that writes, from outside.
pub struct MemoryWorker {
    newest: Sender<Memory>,
    thread: Option<JoinHandle<()>>,
}

impl MemoryWorker {
    /// Starts a thread that writes into a record what differs from what was `read` from it; without a
    /// record nothing is written. What another dashboard wrote meanwhile stays.
    pub fn start(record: Option<Record>, read: Memory, events: &SyncSender<Event>) -> Self {
        let (newest, inbox) = channel::<Memory>();
        let thread = record.map(|record| {
            panic_guard::spawn(events, move || {
                let mut written = read;
                while let Ok(mut memory) = inbox.recv() {
                    // Only the newest counts. Who scrolls through a list writes once.
                    let deadline = Instant::now() + GATHER;
                    let rest = || deadline.saturating_duration_since(Instant::now());
                    while let Ok(newer) = inbox.recv_timeout(rest()) {
                        memory = newer;
                    }
                    let merged = |there: Option<Memory>| {
                        let mut merged = there.unwrap_or_default();
                        merged.merge(&written, &memory);
                        Some(merged)
                    };
                    match record.update(merged) {
                        Ok(()) => written = memory,
                        Err(error) => {
                            tracing::warn!(%error, "the dashboard's state was not saved");
                        }
                    }
                }
            })
        });
        Self { newest, thread }
    }

    /// Has a memory written.
    pub fn remember(&self, memory: Memory) {
        // Without a thread nothing is written.
        let _ = self.newest.send(memory);
    }

    /// Waits until everything is written.
    pub fn stop(self) {
        let Self { newest, thread } = self;
        drop(newest);
        if let Some(thread) = thread {
            // A panic was reported by its guard.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::state::StateDirectory;
    use crate::tui::what_if::memory::Remembered;

    fn place() -> (tempfile::TempDir, Record) {
        let directory = tempfile::tempdir().unwrap();
        let record = StateDirectory::at(directory.path()).record("dashboard", directory.path());
        (directory, record)
    }

    /// A dashboard that starts with what is recorded.
    fn start(record: &Record) -> (MemoryWorker, Memory) {
        let (events, _inbox) = sync_channel(1);
        let read = record.read::<Memory>().unwrap().unwrap_or_default();
        (MemoryWorker::start(Some(record.clone()), read.clone(), &events), read)
    }

    fn scenario(name: &str) -> Remembered {
        let saved = jiff::civil::date(2026, 11, 30);
        Remembered { name: name.to_owned(), saved, settings: Vec::new(), budget: None }
    }

    fn names(memory: &Memory) -> Vec<&str> {
        memory.what_if.named.iter().map(|one| one.name.as_str()).collect()
    }

    #[test]
    fn what_was_remembered_last_is_written_when_the_thread_has_stopped() {
        let (_directory, record) = place();
        let (worker, mut memory) = start(&record);
        worker.remember(memory.clone());
        memory.unfolded.insert("numbers".to_owned());
        worker.remember(memory.clone());
        worker.stop();
        assert_eq!(record.read::<Memory>().unwrap(), Some(memory));
    }

    #[test]
    fn two_dashboards_keep_what_each_of_them_changed() {
        let (_directory, record) = place();
        let (first, mut memory) = start(&record);
        memory.what_if.named = vec![scenario("old"), scenario("gone")];
        memory.unfolded.insert("signals".to_owned());
        first.remember(memory);
        first.stop();

        let (first, mut of_first) = start(&record);
        let (second, mut of_second) = start(&record);
        of_first.what_if.named = vec![scenario("old"), scenario("tighter")];
        of_first.unfolded.insert("numbers".to_owned());
        first.remember(of_first);
        first.stop();
        of_second.lists.scope = Some("mine".into());
        of_second.unfolded.remove("signals");
        second.remember(of_second.clone());
        of_second.what_if.named.push(scenario("looser"));
        second.remember(of_second);
        second.stop();

        let merged = record.read::<Memory>().unwrap().unwrap();
        assert_eq!(names(&merged), ["old", "tighter", "looser"]);
        assert_eq!(merged.lists.scope.as_deref(), Some("mine"));
        assert_eq!(Vec::from_iter(&merged.unfolded), ["numbers"]);
    }
}
