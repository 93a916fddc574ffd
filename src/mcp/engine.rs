//! The workspace behind the session, on a thread of its own: it follows the files, answers with what is
//! on disk now, and records one thing at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::resources::{RESOURCES, Resource};
use crate::domain::text::escape_controls;
use crate::domain::{Error, Person};
use crate::intake::load::Reread;
use crate::report::findings::Counts;
use crate::workspace::follow::{self, Follower, Jobs, Next};
use crate::workspace::{LedgerProblem, Snapshot, Workspace};

/// A workspace, and for whom it is used.
pub struct Engine {
    workspace: Workspace,
    /// Who asks, for the whole session.
    by: Arc<str>,
    /// Name of the data directory, for the report.
    name: Arc<str>,
    /// How long the ledger is waited for to record something.
    patience: Duration,
    last: Option<Arc<Snapshot>>,
    /// Data and policy could be used once: their last good content is there.
    was_usable: bool,
    changes: mpsc::UnboundedSender<Vec<&'static Resource>>,
}

/// What is on disk, as of one moment, and for whom.
#[derive(Debug, Clone)]
pub struct View {
    /// Data, recommendations and decisions.
    pub snapshot: Arc<Snapshot>,
    /// Who asks.
    pub by: Arc<str>,
    /// Name of the data directory.
    pub name: Arc<str>,
    was_usable: bool,
}

type Work = Box<dyn FnOnce(&mut Engine) + Send>;

enum Job {
    Work(Work),
    Stop,
}

/// The engine's thread, from outside.
#[derive(Clone)]
pub struct Handle(Jobs<Job>);

impl Handle {
    /// Starts the thread. The resources that changed are told to `changes`.
    pub fn start(
        workspace: Workspace,
        (by, name): (&str, &str),
        patience: Duration,
        changes: mpsc::UnboundedSender<Vec<&'static Resource>>,
    ) -> (Self, JoinHandle<()>) {
        let (jobs, mut follower) = follow::queue();
        follower.watch(&workspace, &jobs);
        let engine = Engine {
            workspace,
            by: by.into(),
            name: name.into(),
            patience,
            last: None,
            was_usable: false,
            changes,
        };
        (Self(jobs), thread::spawn(move || engine.run(&mut follower)))
    }

    /// Has something done with the workspace, and returns the result.
    ///
    /// # Errors
    /// Where the thread has crashed.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Work(Box::new(move |engine| {
            // Whoever asked may have gone.
            let _ = answer.send(work(engine));
        })));
        answered.await.map_err(|_| Error::crashed())
    }

    /// Has the thread end once it has done what was asked for.
    pub fn stop(&self) {
        self.0.send(Job::Stop);
    }
}

impl Engine {
    fn run(mut self, follower: &mut Follower<Job>) {
        self.view();
        // From here on what was read before is shown while another process holds the ledger.
        self.workspace.set_wait(Duration::ZERO);
        loop {
            match follower.wait() {
                Next::Look => {
                    // What a lost server did not confirm is settled once it is back.
                    self.workspace.ask_again();
                    self.view();
                }
                Next::Job(Job::Work(work)) => {
                    // A crash is for the one who asked; what was recorded is recorded.
                    let crashed = catch_unwind(AssertUnwindSafe(|| work(&mut self))).is_err();
                    if crashed {
                        tracing::error!("a request crashed");
                    }
                    self.view();
                }
                Next::Job(Job::Stop) | Next::End => return,
            }
        }
    }

    /// Records something: the ledger is waited for.
    pub fn record<T>(&mut self, work: impl FnOnce(&mut Workspace, &str) -> T) -> T {
        self.workspace.set_wait(self.patience);
        let by = Arc::clone(&self.by);
        let done = work(&mut self.workspace, &by);
        self.workspace.set_wait(Duration::ZERO);
        done
    }

    /// Returns what is on disk now, and tells what changed.
    pub fn view(&mut self) -> View {
        let snapshot = self.workspace.refresh(Reread::Changed);
        if let Some(last) = &self.last
            && last.generation != snapshot.generation
        {
            let changed = RESOURCES.iter().filter(|resource| (resource.changed)(last, &snapshot));
            let changed: Vec<_> = changed.collect();
            if !changed.is_empty() {
                // A session that has ended needs no updates.
                let _ = self.changes.send(changed);
            }
        }
        self.was_usable |= snapshot.data_problem().is_none();
        self.last = Some(Arc::clone(&snapshot));
        View {
            snapshot,
            by: Arc::clone(&self.by),
            name: Arc::clone(&self.name),
            was_usable: self.was_usable,
        }
    }
}

impl View {
    /// Returns a view for tests.
    #[cfg(test)]
    pub fn of(snapshot: Arc<Snapshot>, by: &str) -> Self {
        Self { snapshot, by: by.into(), name: "data".into(), was_usable: true }
    }

    /// Returns the view where there are recommendations to answer with: of what cannot be read now, the
    /// last good content.
    ///
    /// # Errors
    /// What was never good.
    pub fn usable(&self) -> Result<&Snapshot, Error> {
        match self.snapshot.data_problem() {
            Some(problem) if !self.was_usable => Err(problem),
            _ => Ok(&self.snapshot),
        }
    }

    /// As [`View::usable`], for what builds on statuses.
    ///
    /// # Errors
    /// Also where the ledger cannot be read: every status would be another one.
    pub fn with_ledger(&self) -> Result<&Snapshot, Error> {
        let snapshot = self.usable()?;
        match &snapshot.ledger_problem {
            Some(problem @ (LedgerProblem::Unreadable(_) | LedgerProblem::Busy(_))) => {
                Err(problem.clone().into())
            }
            _ => Ok(snapshot),
        }
    }

    /// Returns who asks.
    pub fn reviewer(&self) -> Person {
        Person::new(&self.by)
    }

    /// Returns what has to be known beside an answer.
    pub fn notes(&self) -> Vec<String> {
        let snapshot = &self.snapshot;
        let mut notes: Vec<String> = Vec::new();
        if let Some(problem) = snapshot.data_problem() {
            let text = format!(
                "{}; this is the last good content, and nothing can be claimed or proposed until it is fixed",
                problem.one_line()
            );
            notes.push(text);
        }
        notes.extend(snapshot.ledger_problem.iter().map(|problem| problem.error().one_line()));
        notes.extend(snapshot.notes.iter().cloned());
        let counts = Counts { notes: 0, ..Counts::of(snapshot.findings()) };
        notes.extend(counts.words().map(|words| format!("{words} in the data; check lists them")));
        notes.iter().map(|note| escape_controls(note).into_owned()).collect()
    }
}
