//! The workspace: makes the next view from what changed on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use rayon::prelude::*;

use super::snapshot::{LedgerProblem, Snapshot, standing};
use crate::domain::{Policy, Status};
use crate::intake::load::Reread;
use crate::intake::stamp::Seen;
use crate::intake::{DirectoryError, Listener, Loader};
use crate::ledger::{History, Ledger};
use crate::matching::Matching;
use crate::matching::population::CHUNK;

/// Name of the ledger in the data directory.
pub const LEDGER_FILE: &str = "decisions.jsonl";

/// A data directory, its ledger and a policy.
pub struct Workspace {
    loader: Loader,
    pub(super) ledger: Ledger,
    policy: Arc<Policy>,
    ledger_seen: Option<Seen>,
    /// The ledger's stamp may hide a later change.
    ledger_doubtful: bool,
    last: Option<Arc<Snapshot>>,
}

impl Workspace {
    /// Nothing is read yet.
    pub fn new(directory: impl Into<PathBuf>, policy: Policy) -> Self {
        Self::with(Loader::new(directory), policy)
    }

    /// For whoever wants recommendations and no customer's whole story: what is only shown of one
    /// customer is checked and not kept.
    pub fn for_matching(directory: impl Into<PathBuf>, policy: Policy) -> Self {
        Self::with(Loader::for_matching(directory), policy)
    }

    fn with(loader: Loader, policy: Policy) -> Self {
        let ledger = Ledger::new(loader.directory().join(LEDGER_FILE));
        Self {
            loader,
            ledger,
            policy: Arc::new(policy),
            ledger_seen: None,
            ledger_doubtful: false,
            last: None,
        }
    }

    pub fn directory(&self) -> &Path {
        self.loader.directory()
    }

    pub fn ledger_path(&self) -> &Path {
        self.ledger.path()
    }

    /// Looks whether the data directory is there and can be listed.
    ///
    /// # Errors
    /// Where it is not.
    pub fn check_directory(&self) -> Result<(), DirectoryError> {
        self.loader.check_directory()
    }

    /// The view of what is on disk now; the one before where nothing changed.
    pub fn refresh(&mut self, reread: Reread) -> Arc<Snapshot> {
        self.refresh_telling(reread, &())
    }

    /// As [`Workspace::refresh`], and tells how the load comes along.
    pub fn refresh_telling(&mut self, reread: Reread, listener: &dyn Listener) -> Arc<Snapshot> {
        let directory_problem = self.check_directory().err().map(|error| error.to_string());
        // A directory that has gone away takes nothing with it: what was good stays on the screen.
        let loaded = match (&directory_problem, &self.last) {
            (Some(_), Some(_)) => None,
            _ => Some(self.loader.load_telling(reread, listener)),
        };
        let ledger = self.read_ledger(reread);
        let data_changed = loaded.as_ref().is_some_and(|loaded| loaded.changed);
        if let Some(last) = &self.last
            && !data_changed
            && ledger.is_none()
            && last.directory_problem == directory_problem
        {
            return Arc::clone(last);
        }

        let last = self.last.as_ref();
        let matching = match (&loaded, last) {
            (Some(loaded), Some(last)) if data_changed => {
                Arc::new(last.matching.again(Arc::clone(&loaded.dataset), Arc::clone(&self.policy)))
            }
            (Some(loaded), None) => {
                Arc::new(Matching::new(Arc::clone(&loaded.dataset), Arc::clone(&self.policy)))
            }
            (_, Some(last)) => Arc::clone(&last.matching),
            (_, None) => Arc::new(Matching::new(Arc::default(), Arc::clone(&self.policy))),
        };
        let (history, ledger_problem) = match (ledger, last) {
            (Some(read), _) => read,
            (None, Some(last)) => (Arc::clone(&last.history), last.ledger_problem.clone()),
            (None, None) => (Arc::default(), None),
        };
        let statuses = statuses(&matching, &history);
        let (problems, vanished) = match (loaded, last) {
            (Some(loaded), _) => (loaded.problems, loaded.vanished),
            (None, Some(last)) => (last.problems.clone(), last.vanished.clone()),
            (None, None) => (Vec::new(), Vec::new()),
        };
        let snapshot = Arc::new(Snapshot {
            generation: last.map_or(0, |last| last.generation + 1),
            loaded_at: Timestamp::now(),
            partial: false,
            matching,
            history,
            statuses,
            problems,
            vanished,
            directory_problem,
            ledger_problem,
        });
        self.last = Some(Arc::clone(&snapshot));
        snapshot
    }

    /// The ledger if it is another one than before, with what is wrong with it.
    fn read_ledger(&mut self, reread: Reread) -> Option<(Arc<History>, Option<LedgerProblem>)> {
        let now = SystemTime::now();
        let seen = Seen::at(self.ledger.path());
        let same = self.ledger_seen.as_ref() == Some(&seen) && !self.ledger_doubtful;
        if same && reread == Reread::Changed {
            return None;
        }
        self.ledger_doubtful = seen.may_hide_a_change(now);
        self.ledger_seen = Some(seen);
        let before = self.last.as_ref().map(|last| &last.history);
        let kept = || before.cloned().unwrap_or_default();
        let name = self.ledger.path().display();
        let read = match self.ledger.read() {
            // What was read before stays on the screen; nothing is decided on it.
            Err(error) => (kept(), Some(LedgerProblem::Unreadable(error.to_string()))),
            Ok(history) => {
                let broken = history
                    .broken
                    .as_ref()
                    .map(|broken| LedgerProblem::Broken(format!("{name}: {broken}")));
                let gone = before.map_or(0, |before| missing(before, &history));
                if reread == Reread::Changed && broken.is_some() && gone > 0 {
                    // What was read while it was sound still counts here.
                    (kept(), broken)
                } else if reread == Reread::Changed && gone > 0 {
                    let words = format!(
                        "{name}: decisions that were in it are gone ({gone} of them); they still \
                         count here. Put the ledger back, or read again (R) to go on with it as \
                         it is"
                    );
                    (kept(), Some(LedgerProblem::Replaced(words)))
                } else {
                    (Arc::new(history), broken)
                }
            }
        };
        let same = self.last.as_ref().is_some_and(|last| {
            last.history.head() == read.0.head() && last.ledger_problem == read.1
        });
        (!same).then_some(read)
    }
}

/// How many decisions of a history that was sound are not in a later one.
fn missing(before: &History, now: &History) -> usize {
    if before.broken.is_some() {
        // Going on from a broken ledger is to set it aside.
        return 0;
    }
    before.entries.iter().filter(|entry| now.entry(&entry.id).is_none()).count()
}

/// The status of each customer. Only where somebody decided, or a row was set aside, does a customer
/// have to be looked at alone; all others stand where their play does.
fn statuses(matching: &Matching, history: &History) -> Arc<[Status]> {
    let of_play: Vec<Status> = (0..matching.plays())
        .map(|play| {
            let playbook = matching.ranked(play).and_then(|ranked| matching.playbook(ranked));
            let Some(playbook) = playbook else { return Status::None };
            if !matching.approval_reasons(playbook).is_empty() {
                Status::Pending
            } else if matching.dataset().doubtful_playbooks.contains(&playbook.id) {
                Status::Held
            } else {
                Status::Automatic
            }
        })
        .collect();
    let status = |play: Option<usize>| {
        play.and_then(|play| of_play.get(play)).copied().unwrap_or(Status::None)
    };
    let mut statuses = vec![Status::None; matching.len()];
    statuses.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, statuses)| {
        let plays = matching.plays_from(chunk * CHUNK);
        statuses.iter_mut().zip(plays).for_each(|(slot, play)| *slot = status(play));
    });
    let doubtful = matching.dataset().doubtful_customers.iter().map(|id| id.as_str());
    for id in doubtful.chain(history.customers()) {
        if let Some(number) = matching.dataset().customer_number(id)
            && let Some(slot) = statuses.get_mut(number)
        {
            *slot = standing(matching, history, number).status;
        }
    }
    statuses.into()
}
