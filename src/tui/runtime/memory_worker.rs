//! Writes what the dashboard remembers, on a thread of its own: a slow disk holds up no key.

use std::sync::mpsc::{Sender, SyncSender, channel};
use std::thread::JoinHandle;

use crate::state::Record;
use crate::tui::event::Event;
use crate::tui::memory::Memory;
use crate::tui::runtime::panic_guard;

/// The thread that writes, from outside.
pub struct MemoryWorker {
    newest: Sender<Memory>,
    thread: Option<JoinHandle<()>>,
}

impl MemoryWorker {
    /// Starts a thread that writes into a record; without one nothing is written.
    pub fn start(record: Option<Record>, events: &SyncSender<Event>) -> Self {
        let (newest, inbox) = channel::<Memory>();
        let thread = record.map(|record| {
            panic_guard::spawn(events, move || {
                while let Ok(memory) = inbox.recv() {
                    // Only the newest counts.
                    let memory = inbox.try_iter().last().unwrap_or(memory);
                    if let Err(error) = record.update(|_: Option<Memory>| Some(memory)) {
                        tracing::warn!(%error, "the dashboard's state was not saved");
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

    #[test]
    fn what_was_remembered_last_is_written_when_the_thread_has_stopped() {
        let directory = tempfile::tempdir().unwrap();
        let record = StateDirectory::at(directory.path()).record("dashboard", directory.path());
        let (events, _inbox) = sync_channel(1);
        let worker = MemoryWorker::start(Some(record.clone()), &events);
        worker.remember(Memory::default());
        worker.stop();
        assert_eq!(record.read::<Memory>().unwrap(), Some(Memory::default()));
    }
}
