//! What a thread that the dashboard waits for says when it panics.

use std::sync::mpsc::SyncSender;
use std::thread;

use super::event::Event;

/// Tells the dashboard if a thread that it waits for panics: it would wait for ever.
pub struct LastWords(pub SyncSender<Event>);

impl Drop for LastWords {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(Event::WorkerLost);
        }
    }
}
