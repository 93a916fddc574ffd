//! `nextplay pull`: tables of a database as data files.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Outcome;
use super::args::seconds;
use super::errors::usage;
use super::output::{print, stream, wait_or_closed, warn_of};
use super::session::Session;
use super::signals;
use crate::domain::Error;
use crate::domain::money::{count, counted};
use crate::postgres::ServerUrl;
use crate::pull::{Pull, PullError, Pulled};

/// Write tables of a PostgreSQL database as the data files of a directory
///
/// Tables and views named like the files (customers, journey_playbooks, …) become files, read at one
/// moment and each replaced whole. A missing directory is created.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Database, such as postgres://ROLE@HOST/DATABASE; the password comes from PGPASSFILE or PGPASSWORD
    #[arg(value_name = "URL")]
    pub url: String,
    /// Directory for the files
    #[arg(value_name = "DIR")]
    pub directory: OsString,
    /// Schema of the tables; the search path of the role if not given
    #[arg(long, value_name = "SCHEMA")]
    pub schema: Option<String>,
    /// Use a directory that already exists: its data files are replaced
    #[arg(long)]
    pub into_existing: bool,
    /// Pull again and again, this many seconds apart, until Ctrl-C
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub follow: Option<Duration>,
}

/// How often it is checked whether to end while nothing is to be done.
const CHECK: Duration = Duration::from_millis(200);

pub fn run(_: &Session, args: &Args) -> Result<Outcome, Error> {
    let url = ServerUrl::parse(&args.url)?;
    if args.directory.is_empty() {
        return Err(usage("DIR is empty").hint("name a directory for the files"));
    }
    if args.follow.is_some_and(|pause| pause.is_zero()) {
        return Err(
            usage("--follow 0 would not pause").hint("expected seconds, such as --follow 60")
        );
    }
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    // Without it a signal ends the program at once: what is half written has no name yet.
    let _ = signals::on_end(move || stopped.store(true, Ordering::Relaxed));
    let mut pull = Pull {
        url,
        schema: args.schema.clone(),
        directory: PathBuf::from(&args.directory),
        into_existing: args.into_existing,
    };
    let Some(pause) = args.follow else {
        return match pull_once(&pull, &stop) {
            Ok(pulled) => {
                print(|out| writeln!(out, "{}", summary(&pulled))).map(|()| Outcome::Done)
            }
            Err(PullError::Failed(error)) => Err(error),
            Err(PullError::Stopped) => Ok(Outcome::Negative),
        };
    };
    let mut warned: Option<Error> = None;
    let mut is_first = true;
    loop {
        let begun = Instant::now();
        match pull_once(&pull, &stop) {
            Ok(pulled) => {
                if (is_first || warned.take().is_some() || pulled.changed())
                    && stream(|out| writeln!(out, "{}", summary(&pulled))).is_err()
                {
                    return Ok(Outcome::Done);
                }
                is_first = false;
                // From now on it has the mark, or lost it to somebody who means it.
                pull.into_existing = false;
            }
            Err(PullError::Failed(error)) if is_first => return Err(error),
            Err(PullError::Failed(error)) => {
                if warned.as_ref() != Some(&error) {
                    warn_of(
                        &error
                            .clone()
                            .hint("the files stay as they are; the next pull tries again"),
                    );
                    warned = Some(error);
                }
            }
            Err(PullError::Stopped) => return Ok(Outcome::Done),
        }
        while begun.elapsed() < pause {
            if stop.load(Ordering::Relaxed) {
                return Ok(Outcome::Done);
            }
            let left = pause.saturating_sub(begun.elapsed()).min(CHECK);
            if wait_or_closed(left) {
                return Ok(Outcome::Done);
            }
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(Outcome::Done);
        }
    }
}

/// Pulls on a thread of its own: a server that is silent does not keep the program from ending.
fn pull_once(pull: &Pull, stop: &Arc<AtomicBool>) -> Result<Pulled, PullError> {
    /// How long a pull may take to notice that it is to stop.
    const STOPPING: Duration = Duration::from_secs(2);
    let (pull, stopped) = (pull.clone(), Arc::clone(stop));
    let worker = std::thread::spawn(move || pull.once(&stopped));
    let mut since = None;
    while !worker.is_finished() {
        std::thread::sleep(Duration::from_millis(5));
        if stop.load(Ordering::Relaxed)
            && since.get_or_insert_with(Instant::now).elapsed() > STOPPING
        {
            return Err(PullError::Stopped);
        }
    }
    match worker.join() {
        Ok(pulled) => pulled,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// `8 tables pulled, 2 changed: customers.json (1,000 rows), signals.json (3 rows)`.
fn summary(pulled: &Pulled) -> String {
    let changed: Vec<String> = pulled
        .tables
        .iter()
        .filter(|table| table.changed)
        .map(|table| format!("{} ({})", table.file, rows(table.rows)))
        .chain(pulled.removed.iter().map(|file| format!("{file} (removed: its table is gone)")))
        .collect();
    let tables = counted(pulled.tables.len(), "table");
    match changed.len() {
        0 => format!("{tables} pulled, nothing changed"),
        many => format!("{tables} pulled, {} changed: {}", count(many), changed.join(", ")),
    }
}

fn rows(rows: u64) -> String {
    counted(usize::try_from(rows).unwrap_or(usize::MAX), "row")
}
