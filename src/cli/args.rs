//! What can be typed.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind as ClapErrorKind;
use clap::{Parser, Subcommand};
use jiff::Timestamp;

use super::session::Session;
use super::{
    FAILED, Outcome, check, decide, diff, explain, export, ledger, log, output, plan, queue,
    recommend, report, undo, verify,
};
use crate::domain::{DecisionKind, Error, ErrorKind};

/// Governed customer interventions: which playbook for which customer, why, and who decided.
///
/// Without a command the dashboard opens.
#[derive(Debug, Parser)]
#[command(name = "nextplay", version, propagate_version = true)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes, before its name or after it.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// The data directory; that of NEXTPLAY_DATA, else the current one, if not given
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<OsString>,
    /// The reviewer who decides; that of NEXTPLAY_REVIEWER, else the login name, if not given
    #[arg(long, global = true, value_name = "NAME")]
    pub by: Option<String>,
    /// The ledger; decisions.jsonl in the data directory, if not given
    #[arg(long, global = true, value_name = "FILE")]
    pub ledger: Option<OsString>,
    /// Record no decisions
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Longest wait for a ledger that another process holds, in seconds; 0 asks once
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub wait: Duration,
    /// Time to go by instead of now, for commands that only read: 2027-01-31T09:00:00Z
    #[arg(long, global = true, value_name = "RFC3339", value_parser = timestamp)]
    pub as_of: Option<Timestamp>,
}

/// A command with its arguments. The help of each stands beside its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    Match(recommend::Args),
    Explain(explain::Args),
    Check(check::Args),
    Queue(queue::Args),
    /// Approve the recommendation for a customer
    Approve(decide::Args),
    /// Reject the recommendation for a customer; stops an automatic play, too
    Reject(decide::Args),
    /// Put the recommendation for a customer off until a day to come
    Defer(decide::Args),
    /// Choose another playbook for a customer than the one recommended
    Override(decide::Args),
    Undo(undo::Args),
    Export(export::Args),
    Report(report::Args),
    Log(log::Args),
    Verify(verify::Args),
    Ledger(ledger::Args),
    Diff(diff::Args),
    Plan(plan::Args),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// What the command reports.
    pub fn run(self, session: &Session) -> Result<Outcome, Error> {
        match self {
            Self::Match(args) => recommend::run(session, &args),
            Self::Explain(args) => explain::run(session, &args),
            Self::Check(args) => check::run(session, &args),
            Self::Queue(args) => queue::run(session, &args),
            Self::Approve(args) => decide::run(session, DecisionKind::Approve, args),
            Self::Reject(args) => decide::run(session, DecisionKind::Reject, args),
            Self::Defer(args) => decide::run(session, DecisionKind::Defer, args),
            Self::Override(args) => decide::run(session, DecisionKind::Override, args),
            Self::Undo(args) => undo::run(session, args),
            Self::Export(args) => export::run(session, &args),
            Self::Report(args) => report::run(session, &args),
            Self::Log(args) => log::run(session, &args),
            Self::Verify(args) => verify::run(session, &args),
            Self::Ledger(args) => ledger::run(session, &args),
            Self::Diff(args) => diff::run(session, &args),
            Self::Plan(args) => plan::run(session, &args),
        }
    }
}

/// Reads a length of time in seconds, at most a day.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|x| (0.0..=86_400.0).contains(x));
    let seconds = seconds.and_then(|x| Duration::try_from_secs_f64(x).ok());
    seconds.ok_or_else(|| "expected a number of seconds from 0 to 86400".to_owned())
}

/// Reads a point in time.
fn timestamp(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "expected a time like 2027-01-31T09:00:00Z".to_owned())
}

/// Reads the command line.
///
/// # Errors
/// With the exit status, where help was asked for and printed, or the usage is wrong and told.
pub fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| match error.kind() {
        ClapErrorKind::DisplayHelp | ClapErrorKind::DisplayVersion => {
            // A closed pipe is nobody's fault.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            output::error(&usage_error(&error.render().to_string()));
            ExitCode::from(FAILED)
        }
    })
}

/// Returns a message of clap in the shape of all others: what happened on one line, then hints.
fn usage_error(rendered: &str) -> Error {
    let mut error = Error::new(ErrorKind::Usage, "");
    for line in rendered.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let values = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        if let Some(hint) = line.strip_prefix("tip: ").or(values) {
            error = error.hint(hint);
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            error = error.hint(format!("usage: {usage}"));
        } else if line.starts_with("For more information") {
            error = error.hint("for more information, try '--help'");
        } else {
            let separator = if error.message.is_empty() { "" } else { " " };
            error.message.push_str(separator);
            error.message.push_str(line.strip_prefix("error: ").unwrap_or(line));
        }
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }
}
