//! The workspace: makes the next view from what changed on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::figures::Figures;
use super::ledger_view::{LedgerState, LedgerView, Needed};
use super::past::past;
use super::sign::Signing;
use super::snapshot::Snapshot;
use super::statuses::statuses;
use crate::domain::{Clock, Error, ErrorKind, OutOfRange, Policy};
use crate::intake::file::{ENDING, LINES_ENDING, REPORTED_OUTCOMES};
use crate::intake::layout;
use crate::intake::load::Reread;
use crate::intake::policy::POLICY_FILE;
use crate::intake::sources::{self, SOURCES_FILE};
use crate::intake::{DataFile, DirectoryError, Keep, Listener, Loader, PolicyFile, PolicyState};
use crate::ledger::{Activity, History, LEDGER_FILE, Ledger, LedgerPlace, WAIT};
use crate::matching::Matching;
use crate::matching::assigned::any_started;
use crate::signing::Signer;
use crate::state::StateDirectory;

/// What a workspace is opened with beside its directory.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the ledger is; in the data directory where `None`.
    pub ledger: Option<LedgerPlace>,
    /// Nothing is decided, whoever asks.
    pub read_only: bool,
    /// Why nothing is decided until the next start, whoever asks.
    pub paused: Option<Error>,
    /// Goes before the policy's `matching.confidence_threshold`. 0 to 1.
    pub confidence_threshold: Option<f64>,
    /// The clock.
    pub clock: Clock,
    /// How long the ledger's lock is waited for; [`WAIT`](crate::ledger::WAIT) where `None`.
    pub wait: Option<Duration>,
    /// Where what was seen of the ledger is remembered; nothing is where `None`.
    pub state: Option<StateDirectory>,
    /// What the reviewer signs with.
    pub signer: Signer,
}

/// A data directory, its policy and its ledger.
pub struct Workspace {
    loader: Loader,
    policy: PolicyFile,
    pub(super) ledger: LedgerView,
    pub(super) clock: Clock,
    pub(super) signer: Signer,
    /// What was signed for decisions that the ledger's lock was not given for.
    pub(super) signed_before: Option<Signing>,
    /// How long a lock is waited for.
    pub(super) wait: Duration,
    read_only: bool,
    paused: Option<Error>,
    /// Goes before the policy's `data.out_of_range`.
    out_of_range: Option<OutOfRange>,
    /// No status is told, as no one asks for one.
    matching_only: bool,
    last: Option<Arc<Snapshot>>,
}

impl Workspace {
    /// Nothing is read yet.
    pub fn new(directory: impl Into<PathBuf>, options: Options) -> Self {
        Self::with(Loader::new(directory), options, false)
    }

    /// For whoever wants recommendations and no customer's whole story: what is only shown of one
    /// customer is checked and not kept, and no status is told.
    pub fn for_matching(directory: impl Into<PathBuf>, options: Options, keep: Keep) -> Self {
        Self::with(Loader::keeping(directory, keep), options, true)
    }

    fn with(loader: Loader, options: Options, matching_only: bool) -> Self {
        let Options { ledger, read_only, paused, confidence_threshold, clock, wait, state, signer } =
            options;
        let ledger = ledger.unwrap_or_else(|| loader.directory().join(LEDGER_FILE).into());
        let wait = wait.unwrap_or(WAIT);
        let ledger = Ledger::new(ledger).with_wait(wait);
        let mut ledger = LedgerView::new(ledger, state.as_ref());
        if matching_only {
            ledger.needed = Needed::None;
        }
        Self {
            policy: PolicyFile::new(loader.directory(), confidence_threshold),
            ledger,
            loader,
            clock,
            signer,
            signed_before: None,
            wait,
            read_only,
            paused,
            out_of_range: None,
            matching_only,
            last: None,
        }
    }

    /// Reads only the entries of the ledger that are needed from now on. Statuses of other customers
    /// are then those of no one having decided about them.
    pub fn need(&mut self, needed: Needed) {
        self.ledger.need(needed);
    }

    /// What the ledger is being used for at the moment.
    pub fn ledger_activity(&self) -> Arc<Activity> {
        self.ledger.activity()
    }

    /// Waits no longer than this for the ledger from now on; zero asks once.
    pub fn set_wait(&mut self, wait: Duration) {
        self.wait = wait;
        self.ledger.set_wait(wait);
    }

    /// Takes the playbooks from another file than the directory's, from the next view on.
    pub fn take_playbooks_from(&mut self, path: PathBuf) {
        self.loader.take_playbooks_from(path);
    }

    /// Skips or uses rows with a number out of range as another policy would, from the next view on.
    pub fn read_rows_under(&mut self, policy: &Policy) {
        self.out_of_range = Some(policy.data.out_of_range);
    }

    /// Returns the data directory.
    pub fn directory(&self) -> &Path {
        self.loader.directory()
    }

    /// Returns the ledger.
    pub fn ledger(&self) -> Ledger {
        self.ledger.ledger.clone()
    }

    /// Every file that is read here, whether or not it is there: no result is written over one.
    pub fn own_files(&self) -> Vec<PathBuf> {
        let mut own = self.data_files();
        own.extend(self.ledger.ledger.path().map(Path::to_owned));
        // Wherever the ledger is: one of that name would be taken for it next time.
        own.push(self.directory().join(LEDGER_FILE));
        own
    }

    /// Data files in every form, directories of parts, and the policy file: where no ledger may be.
    pub fn data_files(&self) -> Vec<PathBuf> {
        let forms = |file: DataFile| {
            [ENDING, LINES_ENDING].map(|ending| format!("{}{ending}", file.stem()))
        };
        let beside = [REPORTED_OUTCOMES, POLICY_FILE, SOURCES_FILE].map(str::to_owned);
        let names = DataFile::ALL.into_iter().flat_map(forms).chain(beside);
        let files = names.map(|name| self.directory().join(name));
        let parts = layout::directories(self.directory()).filter(|parts| parts.is_dir());
        files.chain(parts).chain(sources::files(self.directory())).collect()
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
        let (policy, policy_changed) = self.look_at_policy(reread);
        let ledger_changed = self.ledger.look(reread, self.clock.now().at);
        self.view(reread, listener, ledger_changed, (policy, policy_changed))
    }

    /// As [`Workspace::refresh`], with what was read of the ledger under its lock.
    pub(super) fn refresh_under(&mut self, history: &Arc<History>) -> Arc<Snapshot> {
        self.ledger.take(history, self.clock.now().at);
        self.ledger.unseen = false;
        let policy = self.look_at_policy(Reread::Changed);
        self.view(Reread::Changed, &(), true, policy)
    }

    /// The policy of what is on disk now, and whether it is another one than before. Where it limits
    /// contacts, recommendations depend on ledger and plays.
    fn look_at_policy(&mut self, reread: Reread) -> (PolicyState, bool) {
        // A directory that has gone away takes nothing with it: what was good stays on the screen.
        let gone = self.last.is_some() && self.check_directory().is_err();
        let (policy, changed) = match gone {
            true => (self.policy.state(), false),
            false => self.policy.look(reread),
        };
        let policy = policy.clone();
        if self.matching_only && policy.policy.contact.limits_plays() {
            self.need_plays();
        }
        (policy, changed)
    }

    /// Reads what was done for customers before from now on, whatever else is left out.
    pub fn need_plays(&mut self) {
        self.ledger.need(Needed::All);
        self.loader.keep_all();
    }

    /// The view of what is on disk now beside the ledger, and of the ledger as it was looked at.
    fn view(
        &mut self,
        reread: Reread,
        listener: &dyn Listener,
        ledger_changed: bool,
        (policy_state, policy_changed): (PolicyState, bool),
    ) -> Arc<Snapshot> {
        let directory_problem = self.check_directory().err().map(|error| error.to_string());
        let gone = directory_problem.is_some() && self.last.is_some();
        // Which rows count is for the policy to say.
        let out_of_range = self.out_of_range.unwrap_or(policy_state.policy.data.out_of_range);
        self.loader.set_out_of_range(out_of_range);
        let started = Instant::now();
        let loaded = (!gone).then(|| self.loader.load_telling(reread, listener));
        if let Some(loaded) = loaded.as_ref().filter(|loaded| loaded.changed) {
            tracing::info!(
                customers = loaded.dataset.len(),
                findings = loaded.dataset.findings.len(),
                unreadable_files = loaded.problems.len(),
                ms = started.elapsed().as_millis() as u64,
                "data read"
            );
        }
        let now = self.clock.now();
        let cannot_write = self.cannot_write();
        let cannot_decide = self.ledger.ledger.may_decide().err().map(Error::from);
        let data_changed = loaded.as_ref().is_some_and(|loaded| loaded.changed);
        let time_came = |last: &Snapshot| {
            last.today() != now.today() || last.next_change.is_some_and(|at| at <= now.at)
        };
        if let Some(last) = &self.last
            && !data_changed
            && !policy_changed
            && !ledger_changed
            && last.directory_problem == directory_problem
            && last.cannot_write == cannot_write
            && last.cannot_decide == cannot_decide
            && !time_came(last)
        {
            return Arc::clone(last);
        }

        let last = self.last.as_ref();
        let policy = Arc::clone(&policy_state.policy);
        let is_tried = || any_started(&policy, now.today());
        let limited = policy.contact.limits_plays() || !policy.experiments.is_empty() && is_tried();
        let matching = match (&loaded, last) {
            (_, None) => {
                let dataset = loaded.as_ref().map(|loaded| Arc::clone(&loaded.dataset));
                Arc::new(Matching::new(dataset.unwrap_or_default(), policy))
            }
            (Some(loaded), Some(last)) if data_changed => {
                Arc::new(last.matching.again_after(Arc::clone(&loaded.dataset), policy, None))
            }
            (_, Some(last)) if policy != *last.matching.policy() => {
                let dataset = Arc::clone(last.matching.dataset());
                Arc::new(last.matching.again_after(dataset, policy, None))
            }
            (_, Some(last)) => Arc::clone(&last.matching),
        };
        if matching.policy().has_keys() && !self.matching_only {
            self.ledger.check_signatures();
        }
        let LedgerState { history, problem: ledger_problem, new: new_ledger, notes } =
            self.ledger.state();
        let matching = match limited {
            // Data, ledger, policy or day are other ones, else nothing would be made anew here.
            true => {
                let dataset = matching.dataset();
                let past = Arc::new(past(dataset, &history, matching.policy(), &now));
                let same = last.filter(|last| {
                    Arc::ptr_eq(last.matching.dataset(), dataset)
                        && last.matching.policy() == matching.policy()
                        && last.matching.past() == Some(&past)
                });
                match same {
                    Some(last) => Arc::clone(&last.matching),
                    None => Arc::new(matching.after(Some(past))),
                }
            }
            false => matching,
        };
        tracing::debug!(ms = started.elapsed().as_millis() as u64, "recommendations made");
        let (statuses, next_change) = match self.matching_only {
            true => (Arc::default(), None),
            false => statuses(&matching, &history, &now),
        };
        let (problems, vanished, missing) = match (loaded, last) {
            (Some(loaded), _) => (loaded.problems, loaded.vanished, loaded.missing),
            (None, Some(last)) => {
                (last.problems.clone(), last.vanished.clone(), last.missing.clone())
            }
            (None, None) => Default::default(),
        };
        let same_matching = last.filter(|last| Arc::ptr_eq(&last.matching, &matching));
        let strategy = same_matching.map(|last| Arc::clone(&last.strategy)).unwrap_or_default();
        let snapshot = Arc::new(Snapshot {
            generation: last.map_or(0, |last| last.generation + 1),
            partial: false,
            matching,
            history,
            statuses,
            next_change,
            problems,
            policy: policy_state,
            vanished,
            missing,
            directory_problem,
            ledger_problem,
            new_ledger,
            notes,
            cannot_write,
            cannot_decide,
            cannot_change: self.refuses_changes(),
            strategy,
            now,
            figures: Figures::default(),
        });
        self.last = Some(Arc::clone(&snapshot));
        snapshot
    }

    /// Why the policy and the playbooks in use are not changed here, whatever they hold.
    fn refuses_changes(&self) -> Option<Error> {
        if self.read_only {
            let error = Error::new(ErrorKind::Refused, "read-only: the policy is not changed");
            return Some(error.hint("start without --read-only to change it"));
        }
        self.paused.clone()
    }

    /// Why nothing can be written to the ledger, as far as that can be told without writing.
    fn cannot_write(&self) -> Option<Error> {
        if self.read_only {
            let error = Error::new(ErrorKind::Refused, "read-only: no decision is recorded");
            return Some(error.hint("start without --read-only to decide"));
        }
        if let Some(why) = &self.paused {
            return Some(why.clone());
        }
        self.ledger.ledger.writable().err().map(Error::from)
    }
}
