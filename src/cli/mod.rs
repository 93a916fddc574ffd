//! The command line: one file a command.
//!
//! - [`args`]: what can be typed.
//! - [`session`]: the data directory opened for a command, and what is told about it on stderr.
//! - [`output`]: results to stdout, where a closed pipe is no error; messages to stderr.
//!
//! Results go to stdout, everything else to stderr. A command ends with 0 where it is done, with 1
//! where it ran and the answer is "no", with 2 where it was used wrongly or data cannot be read.

pub mod args;
mod check;
mod dashboard;
mod decide;
mod diff;
mod explain;
mod export;
mod format;
mod ledger;
mod log;
pub mod output;
mod plan;
mod queue;
mod recommend;
mod report;
pub mod session;
pub mod settings;
mod slow;
mod undo;
mod verify;

use std::process::ExitCode;

use self::args::Args;
use self::session::{Session, Told};
use crate::ledger::LedgerError;
use crate::workspace::DecideError;

/// How a command that ran ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Done,
    /// It ran, and the answer is "no"; what it has to say is told.
    No,
}

const NO: u8 = 1;
const UNUSABLE: u8 = 2;

/// Runs a command, tells what went wrong, and gives the exit status.
pub fn run(args: Args) -> ExitCode {
    #[cfg(unix)]
    outlive_size_limits();
    match answer(args) {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(NO),
        Err(error) => {
            if !error.is::<Told>() {
                output::tell(&format!("error: {}", chain(&error)));
                let hint = error.downcast_ref().and_then(DecideError::hint);
                hint.iter().for_each(|hint| output::tell(&format!("hint: {hint}")));
            }
            ExitCode::from(status(&error))
        }
    }
}

/// Makes a file that reaches the size limit of the system (`ulimit -f`) an error of the write, as a
/// full disk is, which can be told and after which half an entry is taken back. The signal that
/// comes before that error would end the program without a word.
#[cfg(unix)]
fn outlive_size_limits() {
    use signal_hook::{consts::SIGXFSZ, flag};
    // Whether it came does not matter, only that it is not left to its default. Where that cannot be
    // set, the program works as well, but for the message.
    let _ = flag::register(SIGXFSZ, std::sync::Arc::default());
}

fn answer(args: Args) -> anyhow::Result<Answer> {
    let session = Session::new(args.global)?;
    match args.command {
        None => dashboard::run(&session),
        Some(command) => command.run(&session),
    }
}

/// The status of a command that failed.
fn status(error: &anyhow::Error) -> u8 {
    let refused =
        matches!(error.downcast_ref(), Some(DecideError::Refused(_) | DecideError::Busy(_)));
    let busy = matches!(error.downcast_ref(), Some(LedgerError::Busy { .. }));
    if refused || busy { NO } else { UNUSABLE }
}

/// An error with its causes; a cause whose text the error already carries is not said again.
fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
