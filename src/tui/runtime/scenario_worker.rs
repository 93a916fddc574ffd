//! Answers questions on a thread of their own: a newer one ends an older one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rayon::ThreadPoolBuilder;

use super::panic_guard;
use crate::tui::event::Event;
use crate::tui::what_if::request::ScenarioRequest;

/// The thread, from outside.
pub struct Asker {
    desk: Arc<Desk>,
}

/// What has been asked and not begun.
#[derive(Default)]
struct Desk {
    asked: Mutex<Asked>,
    /// Something was asked.
    bell: Condvar,
    /// Counts the questions: an answer to any but the last is outdated.
    last: AtomicU64,
}

#[derive(Default)]
struct Asked {
    question: Option<(u64, ScenarioRequest)>,
    stopped: bool,
}

impl Desk {
    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asker {
    /// Answers arrive as events.
    pub fn start(events: SyncSender<Event>) -> Self {
        let desk = Arc::new(Desk::default());
        let for_thread = Arc::clone(&desk);
        let guarded = events.clone();
        panic_guard::spawn(&guarded, move || run(&for_thread, &events));
        Self { desk }
    }

    /// Asks; the question before is given up, and handed back if it was not begun.
    pub fn ask(&self, question: ScenarioRequest) -> Option<ScenarioRequest> {
        let mut asked = self.desk.asked();
        let number = self.desk.last.fetch_add(1, Ordering::AcqRel) + 1;
        let before = asked.question.replace((number, question));
        self.desk.bell.notify_one();
        before.map(|(_, question)| question)
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.desk.asked().stopped = true;
        // What is being answered is for nobody any more.
        self.desk.last.fetch_add(1, Ordering::AcqRel);
        self.desk.bell.notify_one();
    }
}

fn run(desk: &Desk, events: &SyncSender<Event>) {
    // Threads of its own, made for the first question: a step does not wait behind a file that is
    // being read. Without them it is done with the others.
    let mut pool = None;
    loop {
        let mut asked = desk.asked();
        while asked.question.is_none() && !asked.stopped {
            asked = desk.bell.wait(asked).unwrap_or_else(PoisonError::into_inner);
        }
        if asked.stopped {
            return;
        }
        let Some((number, question)) = asked.question.take() else { continue };
        drop(asked);
        let pool = pool.get_or_insert_with(|| ThreadPoolBuilder::new().build().ok());
        let outdated = || desk.last.load(Ordering::Acquire) != number;
        let mut heard = true;
        let mut answer = || {
            question.answer(&outdated, &mut |answer| {
                heard &= events.send(Event::Answered(Box::new(answer))).is_ok();
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
        let asker = Asker::start(sender);
        for number in 1..=9 {
            let text = format!("matching.confidence_threshold=0.{number}");
            let setting = Setting::parse(&text, snapshot.matching.dataset()).unwrap();
            asker.ask(ScenarioRequest {
                snapshot: Arc::clone(&snapshot),
                number,
                scenario: Scenario { settings: vec![setting] },
                budget: Some(1_000.0),
                beside: None,
            });
        }
        loop {
            match events.recv_timeout(Duration::from_secs(60)) {
                Ok(Event::Answered(answer)) if answer.number == 9 && answer.whole => {
                    assert!(answer.after.recommendations < answer.before.recommendations);
                    assert!(answer.plans.is_some());
                    break;
                }
                Ok(Event::Answered(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        drop(asker);
        assert!(events.recv_timeout(Duration::from_secs(60)).is_err());
    }
}
