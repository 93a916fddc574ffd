//! `nextplay log`: the ledger.

use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context;

use super::Answer;
use super::args::{LogArgs, LogFormat};
use super::output::{look, print, stream, tell};
use super::session::Session;
use crate::domain::{Entry, json};
use crate::intake::stamp::Seen;
use crate::ledger::{History, Ledger};
use crate::report::entries::{EntryTable, write_entry};
use crate::workspace::find_entry;

/// How long `--follow` waits before it looks again.
const PAUSE: Duration = Duration::from_millis(250);

pub fn run(session: &Session, args: &LogArgs) -> anyhow::Result<Answer> {
    let workspace = session.workspace()?;
    let ledger = Ledger::new(workspace.ledger_path());
    if args.follow {
        return follow(&ledger, args.format);
    }
    let history = ledger.read()?;
    warn(&history);
    match &args.entry {
        Some(id) => {
            let entry = find_entry(&history, id)?;
            match args.format {
                LogFormat::Table => print(|out| write_entry(out, &entry, look()))?,
                LogFormat::Jsonl => {
                    let lines = stored(&ledger, std::slice::from_ref(&entry))?;
                    print(|out| write_lines(out, &lines))?;
                }
            }
        }
        None => match args.format {
            LogFormat::Table => {
                if history.entries.is_empty() {
                    tell("note: nothing was decided yet");
                    return Ok(Answer::Done);
                }
                let table = EntryTable::new(history.entries.iter().map(Arc::as_ref), look());
                print(|out| {
                    table.header(out)?;
                    history.entries.iter().try_for_each(|entry| table.row(out, entry))
                })?;
            }
            LogFormat::Jsonl => {
                let lines = stored(&ledger, &history.entries)?;
                print(|out| write_lines(out, &lines))?;
            }
        },
    }
    Ok(Answer::Done)
}

/// Tells where the ledger cannot be trusted, or ends in the middle of a line.
fn warn(history: &History) {
    if let Some(broken) = &history.broken {
        tell(&format!("warning: {broken}"));
    }
    if let Some(unfinished) = &history.unfinished {
        tell(&format!("warning: {unfinished}"));
    }
}

/// The lines of these entries, in order, as they are stored.
fn stored(ledger: &Ledger, entries: &[Arc<Entry>]) -> anyhow::Result<Vec<String>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let path = ledger.path();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    // Lines are only ever appended: entry n is line n, unless the file is another one by now.
    let mut lines = bytes.split(|byte| *byte == b'\n').zip(1u64..);
    entries
        .iter()
        .map(|entry| {
            let found = lines.find(|(_, number)| *number == entry.seq);
            let line = found.and_then(|(line, _)| str::from_utf8(line).ok());
            line.filter(|line| line.ends_with(&format!("\"{}\"}}", entry.hash)))
                .map(str::to_owned)
                .with_context(|| format!("{} was replaced meanwhile; try again", path.display()))
        })
        .collect()
}

/// Lines byte for byte. This program writes no character that acts on a terminal; where another one
/// did, it is escaped, which leaves the line's meaning but not its hash.
fn write_lines(out: &mut dyn Write, lines: &[String]) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "{}", json::escaped(line)))
}

/// Prints what is there and then what comes, until the reader has gone.
fn follow(ledger: &Ledger, format: LogFormat) -> anyhow::Result<Answer> {
    let mut shown = Shown::default();
    let mut seen: Option<Seen> = None;
    loop {
        let now = SystemTime::now();
        let at = Seen::at(ledger.path());
        if seen.as_ref() != Some(&at) {
            // A stamp that may hide a later change is no reason to skip the next look.
            seen = (!at.may_hide_a_change(now)).then_some(at);
            match shown.go_on(ledger, format)? {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(Answer::Done),
                Err(error) => return Err(error).context("the output cannot be written"),
            }
        }
        if wait_or_closed(PAUSE) {
            return Ok(Answer::Done);
        }
    }
}

/// Waits, and returns early with true if the reader of stdout has gone: without a new entry there
/// is no write that would tell.
#[cfg(unix)]
fn wait_or_closed(pause: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = io::stdout();
    // Nothing is asked for: an error or a hang-up is told anyway.
    let mut stdout = [PollFd::new(&stdout, PollFlags::empty())];
    let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(pause.subsec_nanos()) };
    if poll(&mut stdout, Some(&timeout)).is_err() {
        std::thread::sleep(pause);
        return false;
    }
    let [stdout] = stdout;
    stdout.revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

#[cfg(not(unix))]
fn wait_or_closed(pause: Duration) -> bool {
    std::thread::sleep(pause);
    false
}

/// What `--follow` has printed.
#[derive(Default)]
struct Shown {
    /// Hash of the last entry printed, and how many there were with it.
    last: Option<(usize, String)>,
    table: Option<EntryTable>,
    /// A break or an unfinished line, told once.
    warned: Option<String>,
}

impl Shown {
    /// Prints the entries that are new. The inner error is that of stdout.
    fn go_on(&mut self, ledger: &Ledger, format: LogFormat) -> anyhow::Result<io::Result<()>> {
        let history = ledger.read()?;
        let state = format!("{:?} {:?}", history.broken, history.unfinished);
        if self.warned.as_ref() != Some(&state) {
            warn(&history);
            self.warned = Some(state);
        }
        let before = match &self.last {
            None => 0,
            Some((count, hash)) => {
                let same = count
                    .checked_sub(1)
                    .and_then(|last| history.entries.get(last))
                    .is_some_and(|entry| entry.hash == *hash);
                if same {
                    *count
                } else {
                    // A break that cuts off what was printed is told above and mends or stays.
                    if history.broken.is_some() {
                        return Ok(Ok(()));
                    }
                    tell("note: the ledger is another one now");
                    0
                }
            }
        };
        let new = history.entries.get(before..).unwrap_or_default();
        self.last = history.entries.last().map(|last| (history.entries.len(), last.hash.clone()));
        if new.is_empty() {
            return Ok(Ok(()));
        }
        Ok(match format {
            LogFormat::Jsonl => {
                let lines = stored(ledger, new)?;
                stream(|out| write_lines(out, &lines))
            }
            LogFormat::Table => {
                let titles = self.table.is_none();
                let table = self
                    .table
                    .get_or_insert_with(|| EntryTable::new(new.iter().map(Arc::as_ref), look()));
                stream(|out| {
                    if titles {
                        table.header(out)?;
                    }
                    new.iter().try_for_each(|entry| table.row(out, entry))
                })
            }
        })
    }
}
