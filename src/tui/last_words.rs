//! What a thread of the dashboard says when it panics.

use std::sync::mpsc::SyncSender;
use std::thread;

use super::event::Event;

/// Starts a thread whose panic ends the dashboard, which would wait for it forever.
pub fn spawn(events: &SyncSender<Event>, work: impl FnOnce() + Send + 'static) {
    let guard = LastWords(events.clone());
    thread::spawn(move || {
        let _guard = guard;
        work();
    });
}

struct LastWords(SyncSender<Event>);

impl Drop for LastWords {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(Event::WorkerLost);
        }
    }
}
