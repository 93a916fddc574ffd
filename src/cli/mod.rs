//! The command line: one file a command.
//!
//! - [`args`]: what can be typed.
//! - [`session`]: the data directory opened for a command, and what is reported about it on stderr.
//! - [`output`]: results to stdout, where a closed pipe is no error; messages to stderr.
//!
//! Results go to stdout, everything else to stderr. A command ends with 0 where it is done, with 1
//! where it ran and the answer is "no", with 2 where it was used wrongly or data cannot be read.

pub mod args;
mod check;
mod completions;
mod config;
mod convert;
mod crash;
mod dashboard;
mod decide;
mod demo;
mod diff;
mod errors;
mod experiment;
mod explain;
mod export;
pub mod filter;
mod format;
mod init;
mod keys;
mod learn;
mod ledger;
mod lessons;
mod log;
pub mod logging;
mod man;
pub mod manual;
#[cfg(feature = "agents")]
mod mcp;
pub mod output;
mod plan;
mod playbooks;
mod preferences;
mod propose;
#[cfg(feature = "team")]
mod pull;
mod queue;
mod recommend;
mod report;
pub mod session;
pub mod settings;
mod signals;
mod slow;
mod sql;
mod undo;
mod verify;
mod watch;

pub use completions::answer;

use std::process::ExitCode;
use std::time::Instant;

use self::args::{Args, Command};
use self::session::Session;
use crate::domain::{Error, ErrorKind};

/// How a command ended that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The command did what it was asked to do; the exit status is 0.
    Done,
    /// The command ran and its answer is "no"; the exit status is 1.
    Negative,
}

/// Exit status of a command whose answer is "no", or that a rule or another process kept from running.
const NEGATIVE: u8 = 1;
/// Exit status of a command that was used wrongly, or that data or the system kept from running.
const FAILED: u8 = 2;

/// Runs a command, reports what went wrong, and returns the exit status.
pub fn run(args: Args) -> ExitCode {
    #[cfg(unix)]
    outlive_size_limits();
    crash::report_panics();
    logging::start(args.global.log_level);
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        system = std::env::consts::OS,
        command = args.command_name,
        options = args.given.join(" "),
        "started"
    );
    let started = Instant::now();
    let ended = crash::guard(|| outcome(args));
    tracing::info!(ms = started.elapsed().as_millis() as u64, failed = ended.is_err(), "ended");
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Negative) => ExitCode::from(NEGATIVE),
        Err(error) => {
            let kind = error.kind;
            output::error(&match kind {
                ErrorKind::Internal => error.hint(logging::hint()),
                _ => error,
            });
            ExitCode::from(status(kind))
        }
    }
}

/// Makes a file that reaches the size limit of the system (`ulimit -f`) an error of the write, as a
/// full disk is, which can be reported and after which half an entry is removed. The signal that
/// comes before that error would end the program without a message.
#[cfg(unix)]
fn outlive_size_limits() {
    use signal_hook::{consts::SIGXFSZ, flag};
    // Whether it came does not matter, only that it is not left to its default. Where that cannot be
    // set, the program works as well, but for the message.
    let _ = flag::register(SIGXFSZ, std::sync::Arc::default());
}

fn outcome(args: Args) -> Result<Outcome, Error> {
    let session = Session::new(args.global)?;
    output::use_ascii(session.preferences.reading.settings.ascii);
    match args.command {
        None => dashboard::run(&session, args.fresh),
        Some(_) if args.fresh => Err(errors::usage("--fresh works only without a command")
            .hint("it opens the dashboard as it was at first")),
        // It prints what is wrong with the settings itself.
        Some(Command::Config(args)) => config::run(&session, &args),
        // What a shell loads when it starts.
        Some(Command::Completions(args)) => completions::run(&session, &args),
        Some(command) => {
            session.preferences.warn();
            command.run(&session)
        }
    }
}

/// Returns the exit status of a kind of error.
fn status(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Refused | ErrorKind::Busy => NEGATIVE,
        ErrorKind::Usage | ErrorKind::Data | ErrorKind::Io | ErrorKind::Internal => FAILED,
    }
}
