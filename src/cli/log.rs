//! `nextplay log`: the ledger.

use std::io::{self, ErrorKind, Write};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use rustc_hash::FxHashSet;

use super::Outcome;
use super::errors::unwritten;
use super::format::Format;
use super::output::{look, note, print, print_text, stream, text, wait_or_closed, warning};
use super::session::Session;
use crate::domain::{Digest, Entry, Error, json};
use crate::intake::stamp::Seen;
use crate::ledger::{History, Ledger, LedgerError};
use crate::report::entries::{EntryTable, write_entry};
use crate::workspace::{find_batch, find_entry};

/// List the entries of the ledger, oldest first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Table, Format::Jsonl]), default_value = "table")]
    pub format: Format,
    /// Show one entry in full, by its number or id; the first 8 or more characters are enough where
    /// they are unique
    #[arg(long, value_name = "ID")]
    pub entry: Option<String>,
    /// Show only the entries about this customer, by id or by whole name, in any case
    #[arg(long, value_name = "CUSTOMER", conflicts_with = "entry")]
    pub customer: Option<String>,
    /// Show only the decisions that were made together under this id; its first 8 or more characters
    /// are enough where they are unique
    #[arg(long, value_name = "ID", conflicts_with_all = ["entry", "customer"])]
    pub batch: Option<String>,
    /// Keep printing new entries until Ctrl-C
    #[arg(long, conflicts_with_all = ["entry", "customer", "batch"])]
    pub follow: bool,
}

/// Every how many pauses a database is asked.
const LOOKS: u64 = 4;

/// How long `--follow` waits before it reads the ledger again.
const PAUSE: Duration = Duration::from_millis(250);

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let ledger = session.ledger()?;
    if args.follow {
        return follow(&ledger, args.format, session);
    }
    let (history, _) = session.read_compared(&ledger, Ledger::read, |history| history)?;
    // The process ends with the command: to free a million entries one by one would only take time.
    let history = ManuallyDrop::new(history);
    warn(&history);
    match &args.entry {
        Some(id) => {
            let entry = find_entry(&history, id)?;
            match args.format {
                Format::Jsonl => print(|out| write_line(out, &entry))?,
                _ => print_text(|out| write_entry(out, &entry, &session.names(), look()))?,
            }
        }
        None => {
            let entries = wanted(session, &history, args)?;
            match args.format {
                Format::Jsonl => {
                    print(|out| entries.iter().try_for_each(|entry| write_line(out, entry)))?;
                }
                _ if entries.is_empty() => note(&match &args.customer {
                    Some(customer) => format!("no decisions about {customer} yet"),
                    None => "no decisions yet".to_owned(),
                }),
                _ => {
                    let all = entries.iter().map(|entry| entry.as_ref());
                    let table = EntryTable::new(all, session.names(), look());
                    print_text(|out| {
                        table.header(out)?;
                        entries.iter().try_for_each(|entry| table.row(out, entry))
                    })?;
                }
            }
        }
    }
    Ok(Outcome::Done)
}

/// The entries that are asked for, oldest first.
fn wanted(session: &Session, history: &History, args: &Args) -> Result<Vec<Arc<Entry>>, Error> {
    if let Some(batch) = &args.batch {
        return Ok(find_batch(history, batch)?);
    }
    let Some(customer) = &args.customer else {
        return Ok(history.entries().cloned().collect());
    };
    let known = history.of_customer(customer).len() > 0;
    // A customer of the ledger may be gone from the data.
    let id = match known {
        true => customer.as_str().into(),
        false => session.customer_id(customer)?,
    };
    Ok(history.of_customer(&id).cloned().collect())
}

/// Warns where the ledger cannot be trusted, or ends in the middle of a line.
fn warn(history: &History) {
    if let Some(broken) = &history.broken {
        warning(&broken.to_string());
    }
    if let Some(unfinished) = &history.unfinished {
        warning(&unfinished.to_string());
    }
    if history.unlocked {
        note("the ledger cannot be locked here; it was read until two readings agreed");
    }
}

/// The entry's line byte for byte. This program writes no character that acts on a terminal; where
/// another one did, it is escaped, which leaves the line's meaning but not its hash.
fn write_line(out: &mut dyn Write, entry: &Entry) -> io::Result<()> {
    let line = entry.basis.line().and_then(|line| String::from_utf8(line).ok());
    let gone = || io::Error::other("the ledger was replaced meanwhile; try again");
    writeln!(out, "{}", json::escaped(&line.ok_or_else(gone)?))
}

/// Prints what is there and then what comes, until the reader has gone.
fn follow(ledger: &Ledger, format: Format, session: &Session) -> Result<Outcome, Error> {
    let ledger = ledger.clone().with_wait(Duration::ZERO);
    let mut shown = Shown::default();
    let mut seen: Option<Seen> = None;
    let mut gone: Option<String> = None;
    let woken = Arc::new(AtomicBool::new(true));
    #[cfg(feature = "team")]
    let _watch = {
        let woken = Arc::clone(&woken);
        ledger.watch(move || woken.store(true, Ordering::Relaxed))
    };
    let mut looks = 0_u64;
    loop {
        let now = SystemTime::now();
        // A database is asked each second, or when it says that there is something new.
        let at = ledger.path().map_or(Seen::Unknown, Seen::at);
        let due = match ledger.path() {
            Some(_) => seen.as_ref() != Some(&at),
            None => woken.swap(false, Ordering::Relaxed) || looks.is_multiple_of(LOOKS),
        };
        looks += 1;
        if due {
            match ledger.read_from(Some(&shown.printed.history)) {
                // Whoever writes now has its entry on the disk, or takes it back, before the next look.
                Err(LedgerError::Busy { .. }) => {}
                // A server that was there comes back.
                Err(LedgerError::Server(error)) if shown.has_begun() => {
                    let why = error.one_line();
                    if gone.as_ref() != Some(&why) {
                        warning(&why);
                        gone = Some(why);
                    }
                }
                Err(error) => return Err(error.into()),
                Ok(history) => {
                    // A stamp that may hide a later change is no reason to skip the next look.
                    seen = (!at.may_hide_a_change(now)).then_some(at);
                    gone = None;
                    match shown.go_on(history, format, session) {
                        Ok(()) => {}
                        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                            return Ok(Outcome::Done);
                        }
                        Err(error) => return Err(unwritten(&error)),
                    }
                }
            }
        }
        if wait_or_closed(PAUSE) {
            return Ok(Outcome::Done);
        }
    }
}

/// What `--follow` has printed.
#[derive(Default)]
struct Shown {
    printed: Printed,
    table: Option<EntryTable>,
    /// A break or an unfinished line, reported once.
    warned: Option<String>,
}

/// Which entries were printed, by number and hash.
#[derive(Default)]
struct Printed {
    /// The ledger as it was read last.
    history: Arc<History>,
    /// Entries that were printed and are no longer in it. They may come back.
    gone: FxHashSet<Digest>,
}

impl Printed {
    /// The entries of a ledger that were not printed yet, and whether some that were are gone.
    fn go_on(&mut self, history: History) -> (Vec<Arc<Entry>>, bool) {
        let before = &self.history;
        let both = match history.hash_of(before.seq()) == Some(before.head()) {
            true => before.len(),
            // Another ledger by now: what both begin with is printed.
            false => {
                let both = before.entries().zip(history.entries());
                both.take_while(|(a, b)| a.hash == b.hash).count()
            }
        };
        let are_gone = both < before.len();
        if are_gone && history.broken.is_some() {
            // A break that hides what was printed is told, and repaired or stays.
            return (Vec::new(), false);
        }
        self.gone.extend(before.entries().skip(both).map(|entry| entry.hash));
        let new = history.entries().skip(both).filter(|entry| !self.gone.remove(&entry.hash));
        let new = new.cloned().collect();
        self.history = Arc::new(history);
        (new, are_gone)
    }
}

impl Shown {
    /// True once the ledger was read.
    fn has_begun(&self) -> bool {
        self.warned.is_some()
    }

    /// Prints the entries that are new: none twice, none that a recovery removed.
    fn go_on(&mut self, history: History, format: Format, session: &Session) -> io::Result<()> {
        let state = format!("{:?} {:?}", history.broken, history.unfinished);
        if self.warned.as_ref() != Some(&state) {
            warn(&history);
            self.warned = Some(state);
        }
        let (new, are_gone) = self.printed.go_on(history);
        if are_gone {
            warning("the ledger was rewritten: entries printed here are gone or changed");
        }
        let mut new = new.iter().map(Arc::as_ref);
        if new.len() == 0 {
            return Ok(());
        }
        stream(|out| match format {
            Format::Jsonl => new.try_for_each(|entry| write_line(out, entry)),
            _ => {
                let titles = self.table.is_none();
                let table = self
                    .table
                    .get_or_insert_with(|| EntryTable::new(new.clone(), session.names(), look()));
                text(out, |out| {
                    if titles {
                        table.header(out)?;
                    }
                    new.try_for_each(|entry| table.row(out, entry))
                })
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::samples::bytes_of;

    #[test]
    fn no_entry_is_printed_twice_whatever_becomes_of_the_ledger() {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(directory.path().join("decisions.jsonl"));
        let whole = bytes_of(&["C1", "C2", "C3"]);
        let other = bytes_of(&["C1", "C4"]);
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let mut printed = Printed::default();
        let mut next = |bytes: &[u8]| {
            std::fs::write(ledger.path().unwrap(), bytes).unwrap();
            let (new, are_gone) = printed.go_on(ledger.read().unwrap());
            let new: Vec<String> = new.iter().map(|entry| entry.customer_id.to_string()).collect();
            (new.join(" "), are_gone)
        };
        let is = |new: &str, are_gone| (new.to_owned(), are_gone);
        assert_eq!(next(b""), is("", false));
        assert_eq!(next(&whole[..first]), is("C1", false));
        assert_eq!(next(&whole), is("C2 C3", false));
        assert_eq!(next(&whole[..first]), is("", true));
        assert_eq!(next(&whole), is("", false), "put back");
        assert_eq!(next(b"broken\n"), is("", false));
        assert_eq!(next(&whole), is("", false), "repaired");
        assert_eq!(next(b""), is("", true));
        assert_eq!(next(&other), is("C1 C4", false), "another ledger's entries are others");
        assert_eq!(next(&whole), is("", true));
        assert_eq!(next(&other), is("", true));
    }
}
