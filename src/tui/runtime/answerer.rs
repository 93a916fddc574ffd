//! Answers requests of one kind on a thread of its own: a newer request ends an older one.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use rayon::ThreadPoolBuilder;

use super::mailbox::Mailbox;
use super::panic_guard;
use crate::tui::event::Event;

/// The thread, from outside. It ends when this is dropped.
pub struct Answerer<T>(Arc<Mailbox<T>>);

/// What is done about a request: it ends early once the first closure returns true, and tells its
/// results to the second.
type Work<T> = fn(&T, &(dyn Fn() -> bool + Sync), &mut dyn FnMut(Event));

impl<T: Send + Sync + 'static> Answerer<T> {
    /// Starts the thread; results arrive as events.
    pub fn start(events: &SyncSender<Event>, work: Work<T>) -> Self {
        let mailbox = Arc::new(Mailbox::new(1));
        let (for_thread, for_events) = (Arc::clone(&mailbox), events.clone());
        panic_guard::spawn(events, move || run(&for_thread, &for_events, work));
        Self(mailbox)
    }

    /// Makes a request. The one before is outdated, and returned if it was not begun.
    pub fn request(&self, request: T) -> Option<T> {
        self.0.put(0, request)
    }
}

impl<T> Drop for Answerer<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn run<T: Send + Sync>(mailbox: &Mailbox<T>, events: &SyncSender<Event>, work: Work<T>) {
    // Threads of its own, made for the first request: an answer does not wait behind a file that is
    // being read. Without them it is done with the others.
    let mut pool = None;
    while let Some(taken) = mailbox.take() {
        let (request, outdated) = taken.split(mailbox);
        let pool = pool.get_or_insert_with(|| ThreadPoolBuilder::new().build().ok());
        let mut received = true;
        let mut answer = || {
            work(&request, &outdated, &mut |event| received &= events.send(event).is_ok());
        };
        match pool.as_ref() {
            Some(pool) => pool.install(&mut answer),
            None => answer(),
        }
        if !received {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    use super::*;
    use crate::insight::scenario::{Scenario, Setting};
    use crate::intake::load::Reread;
    use crate::tui::what_if::request::ScenarioRequest;
    use crate::workspace::{Options, Workspace};

    #[test]
    fn the_last_request_is_answered_in_full_and_the_thread_ends() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
        let (sender, events) = sync_channel(64);
        let scenarios = Answerer::start(&sender, |request: &ScenarioRequest, outdated, tell| {
            request.compute(outdated, &mut |result| tell(Event::ScenarioReady(Box::new(result))));
        });
        drop(sender);
        for number in 1..=9 {
            let text = format!("matching.confidence_threshold=0.{number}");
            let setting = Setting::parse(&text, snapshot.matching.dataset()).unwrap();
            scenarios.request(ScenarioRequest {
                snapshot: Arc::clone(&snapshot),
                number,
                scenario: Scenario { settings: vec![setting] },
                budget: Some(1_000.0),
                compared: None,
            });
        }
        loop {
            match events.recv_timeout(Duration::from_secs(60)) {
                Ok(Event::ScenarioReady(answer)) if answer.number == 9 && answer.whole => {
                    assert!(answer.after.recommendations < answer.before.recommendations);
                    assert!(answer.plan.is_some());
                    break;
                }
                Ok(Event::ScenarioReady(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        drop(scenarios);
        assert!(events.recv_timeout(Duration::from_secs(60)).is_err());
    }
}
