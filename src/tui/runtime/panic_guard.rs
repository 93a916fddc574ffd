//! Ends the dashboard when one of its threads panics.

use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};

use crate::tui::event::Event;

/// Starts a thread whose panic ends the dashboard, which would wait for it forever.
pub fn spawn(events: &SyncSender<Event>, work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let guard = PanicGuard(events.clone());
    thread::spawn(move || {
        let _guard = guard;
        work();
    })
}

/// Reports a panic of its thread when it is dropped.
struct PanicGuard(SyncSender<Event>);

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(Event::WorkerLost);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn a_panic_is_reported_and_an_end_is_not() {
        let (events, inbox) = sync_channel(1);
        spawn(&events, || ());
        spawn(&events, || std::panic::resume_unwind(Box::new("as a test")));
        drop(events);
        let reported: Vec<Event> = inbox.iter().collect();
        assert!(matches!(reported.as_slice(), [Event::WorkerLost]), "{reported:?}");
    }
}
