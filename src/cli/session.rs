//! A data directory opened for a command, and what is reported about it on stderr.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use compact_str::CompactString;
use jiff::Timestamp;

use super::args::Global;
use super::errors::{last_of, refused, usage, with_data_hints};
use super::output::{finding, hint, note, warn_of, warning};
use super::preferences::Preferences;
use super::slow::with_slow_notice;
use crate::domain::text::escape_controls;
use crate::domain::{Clock, Code, DataFile, Error, Finding, Person, Policy};
use crate::intake::load::Reread;
use crate::intake::policy::POLICY_FILE;
use crate::intake::policy_file;
use crate::intake::{Keep, Loader, PolicyFile};
use crate::ledger::{Continuity, History, Ledger, LedgerError, LedgerMemory, LedgerPlace};
use crate::report::findings::Counts;
use crate::report::names::Names;
use crate::settings::effective::Origin;
use crate::signing::Signer;
use crate::state::StateDirectory;
use crate::store::Dataset;
use crate::workspace::output_file::{OutputError, OutputFile};
use crate::workspace::{LedgerProblem, Needed, Options, Snapshot, Workspace};

/// How many skipped rows are printed one by one.
const ROWS_SHOWN: usize = 10;

/// What all commands share.
#[derive(Debug, Clone)]
pub struct Session {
    /// The data directory.
    pub directory: PathBuf,
    /// The reviewer; empty where no one is named and there is no login name. In a database the role.
    pub by: String,
    /// The reviewer who is named where the ledger is no database.
    pub named: (String, Origin),
    /// The ledger; in the data directory where `None`.
    pub ledger: Option<LedgerPlace>,
    /// True where no decision is recorded.
    pub read_only: bool,
    /// How long another process's lock on the ledger is waited for.
    pub wait: Duration,
    /// The user's settings.
    pub preferences: Preferences,
    /// Where the user's state is kept.
    pub state: Option<StateDirectory>,
    /// The time that commands which only read are to go by.
    pub as_of: Option<Timestamp>,
    /// The key to sign with; what the agent has where `None`.
    pub sign_with: Option<PathBuf>,
    /// Signs the reviewer's entries.
    pub signer: Signer,
}

/// A workspace and the view of the files as they are now.
pub struct Opened {
    /// The workspace.
    pub workspace: Workspace,
    /// The view of the data as it is now.
    pub snapshot: Arc<Snapshot>,
}

impl Session {
    /// Takes what was named, else what the environment names, where an empty value is as good as
    /// none.
    ///
    /// # Errors
    /// Where an option names nothing, or a reviewer's name is none: whoever wrote `--by "$NAME"` does
    /// not mean another person.
    pub fn new(global: Global) -> Result<Self, Error> {
        if global.data.is_empty() {
            return Err(usage("--data is empty")
                .hint("name a directory, or leave --data out for the current one"));
        }
        if global.ledger.as_ref().is_some_and(|ledger| ledger.is_empty()) {
            return Err(usage("--ledger is empty")
                .hint("name a file, or leave --ledger out for the one in the data directory"));
        }
        let named = |source: Origin, name: &str| match Person::parse(name) {
            Ok(person) => Ok(person.name().to_string()),
            Err(error) => Err(usage(format!("{source} {error}"))
                .hint(format!("name the reviewer, or leave {source} out for the login name"))),
        };
        let by = match &global.by {
            Some(by) => Some(named(global.by_origin, &by.to_string_lossy())?),
            None => None,
        };
        let preferences = Preferences::of_user();
        let (by, by_origin) = match by {
            Some(by) => (by, global.by_origin),
            None => preferences.reviewer(),
        };
        let (directory, data_origin) = match global.data_origin {
            Origin::Default => preferences.data(global.data.into()),
            origin => (global.data.into(), origin),
        };
        let (ledger, ledger_origin) = match global.ledger {
            Some(ledger) => (Some(LedgerPlace::parse(&ledger)?), Origin::Flag("--ledger")),
            None => preferences.ledger(&directory)?,
        };
        if global.sign_with.as_ref().is_some_and(|key| key.is_empty()) {
            return Err(usage("--sign-with is empty")
                .hint("name a key, or leave --sign-with out to use your SSH agent"));
        }
        let (sign_with, sign_with_origin) = match global.sign_with {
            Some(key) => (Some(PathBuf::from(key)), Origin::Flag("--sign-with")),
            None => preferences.sign_with(),
        };
        let strict = matches!(sign_with_origin, Origin::Flag(_));
        let preferences = preferences.with(by_origin, data_origin, ledger_origin);
        let session = Self {
            directory,
            by: by.clone(),
            named: (by, by_origin),
            ledger,
            preferences: Preferences { sign_with: sign_with_origin, ..preferences },
            signer: Signer::new(sign_with.clone(), strict),
            sign_with,
            read_only: global.read_only,
            wait: global.wait,
            // What was asked as of a time is answered alike the next time.
            state: StateDirectory::of_user().map(|state| match global.as_of {
                Some(_) => state.frozen(),
                None => state,
            }),
            as_of: global.as_of,
        };
        Ok(session.with_reviewer_of_ledger())
    }

    /// The same, where the role of a ledger in a database is the reviewer, unless --by names another
    /// one, who may look but not decide.
    #[must_use]
    pub fn with_reviewer_of_ledger(mut self) -> Self {
        let (named, origin) = self.named.clone();
        let is_default = !matches!(origin, Origin::Flag(_));
        (self.by, self.preferences.reviewer) =
            match self.ledger.as_ref().and_then(LedgerPlace::role) {
                Some(role) if is_default || Person::new(&named).is(&Person::new(role)) => {
                    (role.to_owned(), if is_default { self.preferences.ledger } else { origin })
                }
                _ => (named, origin),
            };
        self
    }

    /// Returns the session on another directory, with the ledger there unless one was named.
    ///
    /// # Errors
    /// Where the settings name a ledger for it that cannot be.
    pub fn in_directory(mut self, directory: PathBuf) -> Result<Self, Error> {
        if !matches!(self.preferences.ledger, Origin::Flag(_)) {
            (self.ledger, self.preferences.ledger) = self.preferences.ledger(&directory)?;
        }
        self.directory = directory;
        Ok(self.with_reviewer_of_ledger())
    }

    /// Refuses a reviewer who is another one than the role of the database: the server writes down the
    /// role, whatever is said here.
    ///
    /// # Errors
    /// With both names.
    pub fn refuse_other_name(&self) -> Result<(), Error> {
        match self.ledger.as_ref().and_then(LedgerPlace::role) {
            Some(role) if self.by != role => {
                let (by, role) = (escape_controls(&self.by), escape_controls(role));
                let origin = self.preferences.reviewer;
                let message = format!("\"{by}\" cannot decide as role \"{role}\" of the database");
                Err(refused(message)
                    .hint(format!("leave {origin} out, or connect as the role of \"{by}\"")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a command that writes where `--as-of` was given, as an entry is made when it is made, and
    /// where an error in the settings leaves open who decides, or in which ledger.
    ///
    /// # Errors
    /// Why nothing can be recorded.
    pub fn check_recording(&self) -> Result<(), Error> {
        self.refuse_as_of()?;
        self.refuse_other_name()?;
        self.preferences.doubt().map_or(Ok(()), Err)
    }

    /// Refuses `--as-of` where decisions are recorded: an entry is made when it is made.
    ///
    /// # Errors
    /// Where it was given.
    pub fn refuse_as_of(&self) -> Result<(), Error> {
        match self.as_of {
            None => Ok(()),
            Some(_) => Err(usage("--as-of works only with commands that record nothing")),
        }
    }

    /// The clock to go by.
    pub fn clock(&self) -> Clock {
        let system = Clock::system();
        match self.as_of {
            None => system,
            Some(at) => Clock::new(move || at, system.zone),
        }
    }

    /// The ledger, for a command that needs nothing else.
    ///
    /// # Errors
    /// Where there is no such directory.
    pub fn ledger(&self) -> Result<Ledger, Error> {
        Ok(self.workspace()?.ledger())
    }

    /// Reads a ledger whole, compares it with what is remembered of it, warns where it is another one,
    /// and remembers it.
    ///
    /// # Errors
    /// What `read` reports.
    pub fn read_compared<T>(
        &self,
        ledger: &Ledger,
        read: impl FnOnce(&Ledger) -> Result<T, LedgerError>,
        history: impl FnOnce(&T) -> &History,
    ) -> Result<(T, Continuity), Error> {
        let memory = self.state.as_ref().map(|state| ledger.memory(state));
        let recalled = memory.as_ref().map(LedgerMemory::recall).unwrap_or_default();
        let read = with_slow_notice(&ledger.activity(), || read(ledger))?;
        let history = history(&read);
        let continuity = recalled.compare(history, ledger.place()).unwrap_or(Continuity::FirstLook);
        let sound = memory.filter(|_| history.broken.is_none());
        let remembered =
            sound.and_then(|m| m.remember(history, ledger.place(), Timestamp::now()).err());
        for problem in recalled.damaged.into_iter().chain(remembered) {
            warning(&problem.to_string());
        }
        if let Some(error) = continuity.error(history.head()) {
            warn_of(&error);
        }
        Ok((read, continuity))
    }

    /// What workspaces are opened with.
    pub fn options(&self) -> Options {
        Options {
            ledger: self.ledger.clone(),
            read_only: self.read_only,
            clock: self.clock(),
            wait: Some(self.wait),
            state: self.state.clone(),
            signer: self.signer.clone(),
            ..Options::default()
        }
    }

    /// Returns the names of customers and playbooks and the labels of the policy, as far as they can be
    /// read.
    pub fn names(&self) -> Names {
        let policy = policy_file::read(&self.directory.join(POLICY_FILE)).unwrap_or_default();
        Names { policy, data: Loader::new(&self.directory).load_names() }
    }

    /// Reads the policy alone; the defaults where there is no file.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn policy(&self) -> Result<Policy, Error> {
        let path = self.directory.join(POLICY_FILE);
        let absent = std::fs::symlink_metadata(&path)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        match absent {
            true => Ok(Policy::default()),
            false => policy_file::read(&path).map_err(|problems| last_of(&problems)),
        }
    }

    /// A workspace over the directory; no data is read yet.
    ///
    /// # Errors
    /// Where there is no such directory.
    pub fn workspace(&self) -> Result<Workspace, Error> {
        self.checked(Workspace::new(&self.directory, self.options()))
    }

    /// Refuses a directory that is not there, and a ledger that would overwrite data.
    fn checked(&self, workspace: Workspace) -> Result<Workspace, Error> {
        let named_by = |origin: Origin| match origin {
            Origin::File(_) => Some(format!("{origin} names it")),
            _ => None,
        };
        workspace.check_directory().map_err(|error| {
            let error = Error::from(error);
            named_by(self.preferences.data).into_iter().fold(error, Error::hint)
        })?;
        if let Some(ledger) = self.ledger.as_ref().and_then(LedgerPlace::path)
            && let Err(OutputError::Own(_)) = OutputFile::new(ledger, &workspace.data_files())
        {
            let origin = self.preferences.ledger;
            let option = if matches!(origin, Origin::Flag(_)) { "--ledger" } else { "the ledger" };
            let message = format!("{option} \"{}\" is one of the data files", ledger.display());
            let hint = named_by(origin).map(|by| format!("{by}; name another file"));
            return Err(usage(message).hint(hint.unwrap_or_else(|| "name another file".to_owned())));
        }
        Ok(workspace)
    }

    /// Reads everything, whatever state it is in, and reports a ledger that cannot be trusted.
    ///
    /// # Errors
    /// Where there is no such directory.
    pub fn look(&self) -> Result<Opened, Error> {
        Self::read(self.workspace()?, false)
    }

    fn read(mut workspace: Workspace, needs_ledger: bool) -> Result<Opened, Error> {
        let activity = workspace.ledger_activity();
        let snapshot = with_slow_notice(&activity, || workspace.refresh(Reread::Changed));
        // The process ends with the command: to free a million entries one by one would only take time.
        std::mem::forget(Arc::clone(&snapshot.history));
        if let Some(problem) = &snapshot.directory_problem {
            return Err(usage(problem));
        }
        match &snapshot.ledger_problem {
            None => {}
            Some(problem @ LedgerProblem::Busy(_)) => return Err(problem.clone().into()),
            Some(problem @ LedgerProblem::Unreadable(_))
                if needs_ledger || snapshot.matching.past().is_some() =>
            {
                return Err(problem.clone().into());
            }
            Some(problem) => warn_of(problem.error()),
        }
        if let Some(new) = &snapshot.new_ledger {
            let error = Continuity::New(new.clone()).error(snapshot.history.head());
            error.iter().for_each(warn_of);
        }
        snapshot.notes.iter().for_each(|note| warning(note));
        Ok(Opened { workspace, snapshot })
    }

    /// Reads everything for a command that builds on it, and reports what is wrong with the data.
    ///
    /// # Errors
    /// Where a file cannot be read: a result without it would be another one.
    pub fn open(&self) -> Result<Opened, Error> {
        Self::usable(self.look()?)
    }

    /// Reads playbooks, what they have brought and the policy alone, and reports what is wrong with them;
    /// `check` is asked about the policy before anything is said of the data.
    ///
    /// # Errors
    /// As [`Session::open`]; what `check` reports.
    pub fn open_strategy(
        &self,
        check: impl FnOnce(&Policy) -> Result<(), Error>,
    ) -> Result<(Arc<Dataset>, Arc<Policy>), Error> {
        let workspace = self.workspace()?;
        let mut policy = PolicyFile::new(workspace.directory(), None);
        let (state, _) = policy.look(Reread::All);
        check(&state.policy)?;
        let mut loader = Loader::new(workspace.directory());
        loader.set_out_of_range(state.policy.data.out_of_range);
        let loaded = loader.load_strategy();
        Self::no_problems(&loaded.problems, &state.problems, &loaded.missing, &workspace)?;
        print_findings(loaded.dataset.findings.iter());
        Ok((loaded.dataset, Arc::clone(&state.policy)))
    }

    /// As [`Session::open`], for recommendations alone, with the fields that are kept for them: takes half
    /// the memory. The threshold goes before the policy's.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_for_matching(
        &self,
        confidence_threshold: Option<f64>,
        keep: Keep,
    ) -> Result<Opened, Error> {
        let options = Options { confidence_threshold, ..self.options() };
        let workspace = self.checked(Workspace::for_matching(&self.directory, options, keep))?;
        Self::usable(Self::read(workspace, false)?)
    }

    /// As [`Session::open_with_ledger`], where the threshold goes before the policy's.
    ///
    /// # Errors
    /// As [`Session::open_with_ledger`].
    pub fn open_at(&self, confidence_threshold: Option<f64>) -> Result<Opened, Error> {
        let options = Options { confidence_threshold, ..self.options() };
        let workspace = self.checked(Workspace::new(&self.directory, options))?;
        Self::usable(Self::read(workspace, true)?)
    }

    fn usable(opened: Opened) -> Result<Opened, Error> {
        let Opened { workspace, snapshot } = &opened;
        Self::no_problems(
            &snapshot.problems,
            &snapshot.policy.problems,
            &snapshot.missing,
            workspace,
        )?;
        print_findings(snapshot.findings());
        Ok(opened)
    }

    /// Refuses data that cannot be read.
    fn no_problems(
        of_data: &[Finding],
        of_policy: &[Finding],
        missing: &[DataFile],
        workspace: &Workspace,
    ) -> Result<(), Error> {
        let problems = || of_data.iter().chain(of_policy);
        if problems().next().is_none() {
            return Ok(());
        }
        let error = last_of(problems());
        Err(match missing.is_empty() {
            true => error,
            false => with_data_hints(error, workspace.directory()),
        })
    }
}

impl Session {
    /// As [`Session::open`], for a command that builds on what was decided.
    ///
    /// # Errors
    /// Also where the ledger cannot be read: every status would be another one.
    pub fn open_with_ledger(&self) -> Result<Opened, Error> {
        self.open_for(Needed::All)
    }

    /// Returns the id of a customer whom a person names, for a command that has not read all of the
    /// data, or none of it.
    ///
    /// # Errors
    /// Where there is no such customer, or more than one.
    pub fn customer_id(&self, typed: &str) -> Result<CompactString, Error> {
        let mut workspace = self.workspace()?;
        workspace.need(Needed::None);
        let snapshot = workspace.refresh(Reread::Changed);
        let number = snapshot.named_customer(typed)?;
        let view = snapshot.matching.customer(number);
        Ok(view.map(|view| view.id().into()).unwrap_or_default())
    }

    /// As [`Session::open_for`], with the entries of one customer, whom a person names; returns the
    /// customer's id too.
    ///
    /// # Errors
    /// As [`Session::open_for`], and where there is no such customer, or more than one.
    pub fn open_for_customer(&self, typed: &str) -> Result<(Opened, CompactString), Error> {
        let mut opened = self.open_for(Needed::Customer(typed.into()))?;
        let number = opened.snapshot.named_customer(typed)?;
        let view = opened.snapshot.matching.customer(number);
        let id: CompactString = view.map(|view| view.id().into()).unwrap_or_default();
        if id != typed {
            // The data were read; of the ledger, the entries of nobody.
            opened.workspace.need(Needed::Customer(id.clone()));
            opened.snapshot = opened.workspace.refresh(Reread::Changed);
        }
        Ok((opened, id))
    }

    /// As [`Session::open_with_ledger`], where only some entries are needed.
    ///
    /// # Errors
    /// As [`Session::open_with_ledger`].
    pub fn open_for(&self, needed: Needed) -> Result<Opened, Error> {
        let mut workspace = self.workspace()?;
        workspace.need(needed);
        Self::usable(Self::read(workspace, true)?)
    }
}

/// Prints the first skipped rows, and how many findings there are.
fn print_findings<'a>(findings: impl Iterator<Item = &'a Finding>) {
    let findings: Vec<&Finding> = findings.collect();
    let rows = findings.iter().filter(|finding| finding.code == Code::BadRow);
    rows.take(ROWS_SHOWN).for_each(|row| finding(row));
    let counts = Counts { notes: 0, ..Counts::of(findings) };
    if let Some(words) = counts.words() {
        note(&format!("{words} in the data"));
        hint("run `nextplay check` to list them");
    }
}
