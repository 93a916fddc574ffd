//! Answers questions on a thread of their own: a newer one ends an older one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rayon::ThreadPoolBuilder;

use super::panic_guard;
use crate::tui::event::Event;
use crate::tui::what_if::request::ScenarioRequest;

/// The thread, from outside.
pub struct ScenarioWorker {
    mailbox: Arc<Mailbox>,
}

/// What has been pending and not begun.
#[derive(Default)]
struct Mailbox {
    pending: Mutex<Pending>,
    /// Something was pending.
    arrived: Condvar,
    /// Counts the questions: an answer to any but the last is outdated.
    last: AtomicU64,
}

#[derive(Default)]
struct Pending {
    request: Option<(u64, ScenarioRequest)>,
    stopped: bool,
}

impl Mailbox {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScenarioWorker {
    /// Answers arrive as events.
    pub fn start(events: SyncSender<Event>) -> Self {
        let mailbox = Arc::new(Mailbox::default());
        let for_thread = Arc::clone(&mailbox);
        let guarded = events.clone();
        panic_guard::spawn(&guarded, move || run(&for_thread, &events));
        Self { mailbox }
    }

    /// Asks; the request before is given up, and handed back if it was not begun.
    pub fn ask(&self, request: ScenarioRequest) -> Option<ScenarioRequest> {
        let mut pending = self.mailbox.pending();
        let number = self.mailbox.last.fetch_add(1, Ordering::AcqRel) + 1;
        let before = pending.request.replace((number, request));
        self.mailbox.arrived.notify_one();
        before.map(|(_, request)| request)
    }
}

impl Drop for ScenarioWorker {
    fn drop(&mut self) {
        self.mailbox.pending().stopped = true;
        // What is being answered is for nobody any more.
        self.mailbox.last.fetch_add(1, Ordering::AcqRel);
        self.mailbox.arrived.notify_one();
    }
}

fn run(mailbox: &Mailbox, events: &SyncSender<Event>) {
    // Threads of its own, made for the first request: a step does not wait behind a file that is
    // being read. Without them it is done with the others.
    let mut pool = None;
    loop {
        let mut pending = mailbox.pending();
        while pending.request.is_none() && !pending.stopped {
            pending = mailbox.arrived.wait(pending).unwrap_or_else(PoisonError::into_inner);
        }
        if pending.stopped {
            return;
        }
        let Some((number, request)) = pending.request.take() else { continue };
        drop(pending);
        let pool = pool.get_or_insert_with(|| ThreadPoolBuilder::new().build().ok());
        let outdated = || mailbox.last.load(Ordering::Acquire) != number;
        let mut heard = true;
        let mut answer = || {
            request.answer(&outdated, &mut |answer| {
                heard &= events.send(Event::ScenarioReady(Box::new(answer))).is_ok();
            });
        };
        match pool.as_ref() {
            Some(pool) => pool.install(&mut answer),
            None => answer(),
        }
        if !heard {
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
    use crate::workspace::{Options, Workspace};

    #[test]
    fn the_last_question_is_answered_in_full_and_its_thread_ends() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
        let (sender, events) = sync_channel(64);
        let scenario_worker = ScenarioWorker::start(sender);
        for number in 1..=9 {
            let text = format!("matching.confidence_threshold=0.{number}");
            let setting = Setting::parse(&text, snapshot.matching.dataset()).unwrap();
            scenario_worker.ask(ScenarioRequest {
                snapshot: Arc::clone(&snapshot),
                number,
                scenario: Scenario { settings: vec![setting] },
                budget: Some(1_000.0),
                beside: None,
            });
        }
        loop {
            match events.recv_timeout(Duration::from_secs(60)) {
                Ok(Event::ScenarioReady(answer)) if answer.number == 9 && answer.whole => {
                    assert!(answer.after.recommendations < answer.before.recommendations);
                    assert!(answer.plans.is_some());
                    break;
                }
                Ok(Event::ScenarioReady(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        drop(scenario_worker);
        assert!(events.recv_timeout(Duration::from_secs(60)).is_err());
    }
}
