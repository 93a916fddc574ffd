//! Waiting for the next thing to do about a workspace: a job, or a look at files that changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::refresh::Workspace;
use crate::intake::layout;
use crate::intake::sources;
use crate::intake::watch::Watcher;

/// How long nothing has to change before it is read: writers write in pieces.
const QUIET: Duration = Duration::from_millis(20);
/// How long changes may keep coming before it is read all the same.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// How often the files are checked where no change is reported.
const LOOK_AROUND: Duration = Duration::from_millis(800);

/// The sending end: gives the one who follows a workspace something to do.
pub struct Jobs<J> {
    sender: Sender<Message<J>>,
    /// A look is queued for and not begun. Queued for again meanwhile, it is still done once.
    look: Arc<AtomicBool>,
}

/// The receiving end, on the thread that has the workspace.
pub struct Follower<J> {
    receiver: Receiver<Message<J>>,
    look: Arc<AtomicBool>,
    watcher: Option<Watcher>,
    #[cfg(feature = "team")]
    ledger_watch: Option<crate::ledger::LedgerWatch>,
    /// A job that came while changes settled.
    ahead: Option<J>,
}

enum Message<J> {
    Changed,
    Job(J),
}

/// The next thing to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<J> {
    /// Files may have changed.
    Look,
    /// A job.
    Job(J),
    /// No job will come any more.
    End,
}

impl<J> Clone for Jobs<J> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone(), look: Arc::clone(&self.look) }
    }
}

/// Returns the two ends of a queue.
pub fn queue<J>() -> (Jobs<J>, Follower<J>) {
    let (sender, receiver) = channel();
    let look = Arc::new(AtomicBool::new(false));
    let jobs = Jobs { sender, look: Arc::clone(&look) };
    let follower = Follower {
        receiver,
        look,
        watcher: None,
        #[cfg(feature = "team")]
        ledger_watch: None,
        ahead: None,
    };
    (jobs, follower)
}

impl<J> Jobs<J> {
    /// Queues a job; false where no one is there to do it.
    pub fn send(&self, job: J) -> bool {
        self.sender.send(Message::Job(job)).is_ok()
    }

    /// Says that something changed on disk. However often it is said before the next look begins, there
    /// is one.
    pub fn changed(&self) {
        if !self.look.swap(true, Ordering::AcqRel) {
            // A follower that has gone has said so.
            let _ = self.sender.send(Message::Changed);
        }
    }
}

impl<J: Send + 'static> Follower<J> {
    /// Starts to watch the directory of a workspace, and that of its ledger.
    pub fn watch(&mut self, workspace: &Workspace, jobs: &Jobs<J>) {
        let ledger = workspace.ledger();
        let mut watched = vec![workspace.directory().to_owned()];
        // Directories of parts may come and go.
        watched.extend(layout::directories(workspace.directory()));
        watched.extend(sources::directories(workspace.directory()));
        // A ledger elsewhere is watched too.
        watched.extend(ledger.path().and_then(Path::parent).map(PathBuf::from));
        let jobs = jobs.clone();
        #[cfg(feature = "team")]
        {
            let jobs = jobs.clone();
            self.ledger_watch = ledger.watch(move || jobs.changed());
        }
        self.watcher = Some(Watcher::new(watched, move || jobs.changed()));
    }
}

impl<J> Follower<J> {
    /// Waits for the next thing to do. A look is due when changes have settled, and now and then
    /// without a reported change, for network drives and directories that were replaced.
    pub fn wait(&mut self) -> Next<J> {
        self.wait_within(LOOK_AROUND)
    }

    /// As [`Follower::wait`], where a look without a reported change is due after this time at the
    /// latest.
    pub fn wait_within(&mut self, longest: Duration) -> Next<J> {
        if let Some(job) = self.ahead.take() {
            return Next::Job(job);
        }
        match self.receiver.recv_timeout(longest.min(LOOK_AROUND)) {
            Ok(Message::Job(job)) => Next::Job(job),
            Ok(Message::Changed) => {
                self.ahead = self.settle();
                // A directory of parts may have come with the change.
                self.watcher.iter_mut().for_each(Watcher::follow);
                Next::Look
            }
            Err(RecvTimeoutError::Timeout) => {
                self.watcher.iter_mut().for_each(Watcher::follow);
                Next::Look
            }
            Err(RecvTimeoutError::Disconnected) => Next::End,
        }
    }

    /// Waits until nothing changes any more, and returns what else there is to do.
    fn settle(&self) -> Option<J> {
        let start = Instant::now();
        // Whoever changes something from here on asks anew.
        let begun = || self.look.store(false, Ordering::Release);
        begun();
        while start.elapsed() < LONGEST_WAIT {
            match self.receiver.recv_timeout(QUIET) {
                Ok(Message::Changed) => begun(),
                Ok(Message::Job(job)) => return Some(job),
                Err(_) => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_changes_before_a_look_are_one_look() {
        let (jobs, mut follower) = queue::<u8>();
        (0..1000).for_each(|_| jobs.changed());
        assert!(jobs.send(7));
        assert_eq!(follower.receiver.try_iter().count(), 2);
        drop(jobs);
        assert_eq!(follower.wait(), Next::End);
    }

    #[test]
    fn a_change_after_a_look_has_begun_is_looked_at_again() {
        let (jobs, mut follower) = queue::<u8>();
        for _ in 0..3 {
            jobs.changed();
            assert_eq!(follower.wait(), Next::Look);
        }
        jobs.changed();
        assert_eq!(follower.receiver.try_iter().count(), 1);
    }

    #[test]
    fn a_job_does_not_wait_until_all_is_quiet() {
        let (jobs, mut follower) = queue();
        jobs.changed();
        jobs.send(7);
        jobs.send(8);
        assert_eq!(follower.wait(), Next::Look);
        assert_eq!((follower.wait(), follower.wait()), (Next::Job(7), Next::Job(8)));
    }
}
