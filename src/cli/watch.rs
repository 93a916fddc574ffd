//! `nextplay watch`: what happens, to a command or as JSON lines.

use std::io::{ErrorKind as IoErrorKind, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Outcome;
use super::errors::{refused, unwritten, usage};
use super::output::{hint, note, stream, wait_or_closed, warn_of, warning};
use super::session::Session;
use super::signals;
use crate::domain::{Error, ErrorKind, json};
use crate::intake::load::Reread;
use crate::watch::journal::JournalError;
use crate::watch::news::{Item, held};
use crate::watch::{Event, EventId, EventKind, Journal, News, Sent};
use crate::workspace::follow::{self, Follower, Next};
use crate::workspace::{LedgerProblem, Snapshot, Workspace};

/// Run a command for each event, or print events as JSON lines, until Ctrl-C
///
/// Each event is sent at least once, with the same event_id every time. What has been sent is remembered,
/// so a restart loses nothing.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("to").required(true))]
pub struct Args {
    /// Kinds of events
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kinds(), default_value = "pending,stale,decision")]
    pub on: Vec<EventKind>,
    /// Command for `sh -c`, run for each event with its JSON on standard input; it is run again until
    /// it ends with status 0
    #[arg(long, value_name = "COMMAND", group = "to")]
    pub exec: Option<String>,
    /// Print each event as a JSON line
    #[arg(long, group = "to")]
    pub jsonl: bool,
    /// Continue after this event; if not given, start with everything there is
    #[arg(long, value_name = "EVENT_ID", conflicts_with = "exec")]
    pub after: Option<EventId>,
    /// Name of the record of what has been sent; the command itself if not given
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// At the first start, skip what is already there
    #[arg(long, conflicts_with = "after")]
    pub only_new: bool,
    /// Send what is there, then exit
    #[arg(long)]
    pub once: bool,
}

/// Returns a parser of the names of kinds.
fn kinds() -> impl TypedValueParser<Value = EventKind> {
    let names = EventKind::ALL.iter().map(|kind| kind.name());
    PossibleValuesParser::new(names).try_map(|name| {
        let kind = EventKind::ALL.iter().find(|kind| kind.name() == name);
        kind.copied().ok_or("no such kind")
    })
}

/// How long a command that failed waits for its next attempt at first; then twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest such wait.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Attempts before `--once` gives up.
const ATTEMPTS: u32 = 3;

/// The name of what `--jsonl` remembers.
const JSONL: &str = "--jsonl";

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    session.refuse_as_of().map_err(|_| usage("--as-of does not work with `watch`"))?;
    if args.exec.as_deref().is_some_and(|command| command.trim().is_empty()) {
        return Err(
            usage("--exec is empty").hint("name a command, such as --exec './post-to-chat'")
        );
    }
    let mut workspace = session.workspace()?;
    let journal = journal(session, &workspace, args)?;
    let (jobs, mut follower) = follow::queue();
    follower.watch(&workspace, &jobs);
    let stop = Arc::new(AtomicBool::new(false));
    let (stopped, end) = (Arc::clone(&stop), jobs.clone());
    // Without it a signal ends the program at once: an event is sent again then.
    let _ = signals::on_end(move || {
        stopped.store(true, Ordering::Release);
        end.send(());
    });
    let snapshot = workspace.refresh(Reread::Changed);
    // From here on the data keeps refreshing while another process holds the ledger.
    workspace.set_wait(Duration::ZERO);
    let mut watch = Watch {
        args,
        workspace,
        journal,
        stop,
        warned: None,
        was_usable: false,
        leaves_entries: false,
        leaves_statuses: false,
    };
    watch.begin(&snapshot)?;
    watch.follow(snapshot, &mut follower)
}

/// Opens what is remembered.
fn journal(session: &Session, workspace: &Workspace, args: &Args) -> Result<Journal, Error> {
    let name = args.name.as_deref().or(args.exec.as_deref()).unwrap_or(JSONL);
    let ledger = workspace.ledger().place().to_string();
    let opened = match &session.state {
        Some(state) => Journal::open(state, workspace.directory(), &ledger, name),
        None => Err(JournalError::Unwritable(IoErrorKind::NotFound.into())),
    };
    match opened {
        Ok(journal) => Ok(journal),
        // Its reader remembers how far it is.
        Err(JournalError::Busy) if args.jsonl => Ok(Journal::in_memory()),
        Err(JournalError::Unwritable(error)) if args.jsonl => {
            warning(&format!("cannot remember what has been sent: {error}"));
            Ok(Journal::in_memory())
        }
        Err(JournalError::Busy) => {
            Err(refused(format!("another `nextplay watch` sends \"{name}\" already"))
                .hint("end it, or give this one a name of its own: --name NAME"))
        }
        Err(JournalError::Unwritable(error)) => {
            let text = format!("cannot remember what has been sent: {error}");
            Err(Error::new(ErrorKind::Io, text).hint("XDG_STATE_HOME names the directory for it"))
        }
    }
}

fn not_remembered(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot remember what has been sent: {error}"))
}

/// How sending an event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    /// It was sent.
    Done,
    /// The program is to end, or the reader has gone.
    End,
    /// The command failed too often.
    GivenUp,
}

struct Watch<'a> {
    args: &'a Args,
    workspace: Workspace,
    journal: Journal,
    /// The system or the user asks the program to end.
    stop: Arc<AtomicBool>,
    /// What was said of files that cannot be used, once.
    warned: Option<Error>,
    /// Data and policy could be used once: their last good content is there.
    was_usable: bool,
    /// The entries that are there at a first start are still to be left out.
    leaves_entries: bool,
    /// What needs a decision then is still to be left out.
    leaves_statuses: bool,
}

impl Watch<'_> {
    /// Finds out where to begin.
    fn begin(&mut self, snapshot: &Arc<Snapshot>) -> Result<(), Error> {
        if self.args.jsonl {
            let sent = match self.args.after {
                None => Sent::default(),
                Some(id) => match self.journal.sent.up_to(id) {
                    Some(sent) => sent,
                    None => self.sent_elsewhere(id, snapshot),
                },
            };
            self.journal.reset(sent).map_err(|error| not_remembered(&error))?;
        }
        if self.args.only_new && self.journal.sent.is_empty() {
            // The next start is not the first one, whatever is there now.
            self.journal.note(None, None).map_err(|error| not_remembered(&error))?;
            (self.leaves_entries, self.leaves_statuses) = (true, true);
        }
        Ok(())
    }

    /// Notes as sent what is there at a first start and is to be left out: entries as soon as the ledger
    /// can be read, and what needs a decision as soon as the data can be, too.
    fn leave_out(&mut self, news: &mut News) -> Result<(), Error> {
        let leaves_statuses = self.leaves_statuses && self.was_usable;
        let is_left =
            |item: &Item| if item.is_status() { leaves_statuses } else { self.leaves_entries };
        let (left, items) = std::mem::take(&mut news.items).into_iter().partition(is_left);
        news.items = items;
        for Item { id, place, .. } in left {
            self.journal.note(id, place).map_err(|error| not_remembered(&error))?;
        }
        self.leaves_entries = false;
        self.leaves_statuses &= !leaves_statuses;
        Ok(())
    }

    /// Returns what a reader has whom another machine sent an event: of an entry, the ledger up to it.
    fn sent_elsewhere(&self, id: EventId, snapshot: &Snapshot) -> Sent {
        let is = |kind: EventKind, entry| EventId::of_entry(kind, entry) == id;
        let mut entries = snapshot.history.entries().rev();
        let entry =
            entries.find(|entry| EventKind::of_entry(entry).is_some_and(|kind| is(kind, entry)));
        if entry.is_none() {
            note(&format!(
                "event {id} was not sent from this machine; starting again with everything there is"
            ));
        }
        Sent::of(id, entry.map(|entry| (entry.seq, entry.hash)))
    }

    fn news(&self, snapshot: &Arc<Snapshot>) -> News {
        News::new(snapshot, &self.args.on, &self.journal.sent, self.was_usable)
    }

    fn follow(
        &mut self,
        mut snapshot: Arc<Snapshot>,
        follower: &mut Follower<()>,
    ) -> Result<Outcome, Error> {
        loop {
            self.was_usable |= snapshot.data_problem().is_none();
            self.warn(&snapshot);
            let mut news = self.news(&snapshot);
            if snapshot.ledger_problem.is_none() {
                self.leave_out(&mut news)?;
            }
            for item in &news.items {
                let sending = match news.event(item) {
                    Some(event) => self.send(&event, follower)?,
                    None => Sending::Done,
                };
                match sending {
                    Sending::Done => self.note(item),
                    Sending::End => return Ok(Outcome::Done),
                    Sending::GivenUp => return Ok(Outcome::Negative),
                }
            }
            if self.args.once {
                if let Some(LedgerProblem::Busy(error)) = &snapshot.ledger_problem {
                    return Err(error.clone());
                }
                let sound = self.warned.is_none() && snapshot.ledger_problem.is_none();
                return Ok(if sound { Outcome::Done } else { Outcome::Negative });
            }
            let next = follower.wait();
            if self.stop.load(Ordering::Acquire) || next != Next::Look {
                return Ok(Outcome::Done);
            }
            if self.args.jsonl && wait_or_closed(Duration::ZERO) {
                return Ok(Outcome::Done);
            }
            snapshot = self.workspace.refresh(Reread::Changed);
        }
    }

    /// Says once what cannot be used; of that the last good content counts, and of the ledger nothing.
    fn warn(&mut self, snapshot: &Snapshot) {
        let problem = held(snapshot).or_else(|| snapshot.data_problem());
        if self.warned == problem {
            return;
        }
        match &problem {
            Some(problem) => {
                warn_of(problem);
                if held(snapshot).is_some() {
                    hint("nothing is sent until the ledger can be relied on");
                }
            }
            None => note("data and ledger can be read"),
        }
        self.warned = problem;
    }

    /// Notes what was sent. Where that fails it is sent again after a restart, and no event is lost.
    fn note(&mut self, item: &Item) {
        if let Err(error) = self.journal.note(item.id, item.place) {
            warning(&format!("cannot remember what has been sent: {error}"));
        }
    }

    fn send(&self, event: &Event, follower: &mut Follower<()>) -> Result<Sending, Error> {
        if self.stop.load(Ordering::Acquire) {
            return Ok(Sending::End);
        }
        let line = json::line(event);
        let Some(command) = &self.args.exec else {
            return match stream(|out| writeln!(out, "{line}")) {
                Ok(()) => Ok(Sending::Done),
                Err(error) if error.kind() == IoErrorKind::BrokenPipe => Ok(Sending::End),
                Err(error) => Err(unwritten(&error)),
            };
        };
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let ended = execute(command, &line);
            if ended == Ok(()) {
                return Ok(Sending::Done);
            }
            if self.stop.load(Ordering::Acquire) {
                return Ok(Sending::End);
            }
            let why = ended.err().unwrap_or_default();
            let failed = format!("the command {why} for event {}", event.event_id);
            if self.args.once && attempt >= ATTEMPTS {
                warning(&failed);
                return Ok(Sending::GivenUp);
            }
            warning(&format!("{failed}; trying again in {} s", pause.as_secs_f64()));
            if !self.pause(pause, follower) {
                return Ok(Sending::End);
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Ok(Sending::End)
    }

    /// Waits; false where the program is to end meanwhile.
    fn pause(&self, pause: Duration, follower: &mut Follower<()>) -> bool {
        let until = Instant::now() + pause;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            // What changed meanwhile is read after this event.
            let next = follower.wait_within(left);
            if self.stop.load(Ordering::Acquire) || next != Next::Look {
                return false;
            }
        }
    }
}

/// Runs a command with a line on its standard input, and waits for its end. Nothing of the line is in its
/// arguments.
///
/// # Errors
/// How it ended otherwise than with status 0, in words.
fn execute(command: &str, line: &str) -> Result<(), String> {
    let mut shell = Command::new("sh");
    let child = shell.arg("-c").arg(command).stdin(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("cannot be run by sh ({error})"))?;
    if let Some(mut input) = child.stdin.take() {
        // A command may end without reading it.
        let _ = writeln!(input, "{line}");
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(match status.code() {
            Some(code) => format!("ended with status {code}"),
            None => "was ended by a signal".to_owned(),
        }),
        Err(error) => Err(format!("cannot be waited for ({error})")),
    }
}
