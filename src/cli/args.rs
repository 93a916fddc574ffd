//! The command line: global options and the list of commands.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind as ClapErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;

use super::logging::LogLevel;
#[cfg(feature = "agents")]
use super::mcp;
#[cfg(feature = "team")]
use super::pull;
use super::session::Session;
use super::{
    FAILED, Outcome, check, completions, config, convert, decide, demo, diff, experiment, explain,
    export, init, keys, learn, ledger, lessons, log, man, output, plan, playbooks, propose, queue,
    recommend, report, sql, undo, verify, watch,
};
use crate::domain::{DecisionKind, Error, ErrorKind};
use crate::settings::effective::Origin;

/// Match playbooks to customers, explain every match, and record who decided what
///
/// Without a command, the dashboard opens.
#[derive(Debug, Parser)]
#[command(name = "nextplay", version, propagate_version = true)]
pub struct Args {
    /// Global options.
    #[command(flatten)]
    pub global: Global,
    /// Open the dashboard as it was at first, and ignore what is remembered from earlier runs
    #[arg(long, help_heading = super::manual::DASHBOARD_OPTIONS)]
    pub fresh: bool,
    /// Name of the command, for the log.
    #[arg(skip)]
    pub command_name: String,
    /// Names of the options that were given on the command line, for the log.
    #[arg(skip)]
    pub given: Vec<String>,
    /// The command; the dashboard where `None`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command, accepted before or after its name.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = super::manual::GLOBAL_OPTIONS)]
pub struct Global {
    /// Directory with the data files
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "NEXTPLAY_DATA",
        hide_env_values = true,
        default_value = "."
    )]
    pub data: OsString,
    /// Where the data directory comes from.
    #[arg(skip = Origin::Flag("--data"))]
    pub data_origin: Origin,
    /// Reviewer who makes the decision; the one in your settings, else the login name, if not given; for
    /// a ledger in a database, its role
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "NEXTPLAY_REVIEWER",
        hide_env_values = true
    )]
    pub by: Option<OsString>,
    /// Where the reviewer's name comes from.
    #[arg(skip = Origin::Flag("--by"))]
    pub by_origin: Origin,
    /// Ledger: a file, or a database such as postgres://ROLE@HOST/DATABASE; the one in your settings, else
    /// decisions.jsonl in the data directory, if not given
    #[arg(long, global = true, value_name = "FILE|URL")]
    pub ledger: Option<OsString>,
    /// SSH key to sign decisions with, where the policy has keys for the reviewer: a private key, or a
    /// .pub file whose key is in the SSH agent; the one in your settings, else one in the agent, if not
    /// given
    #[arg(long, global = true, value_name = "KEY")]
    pub sign_with: Option<OsString>,
    /// Read-only: record no decisions
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Seconds to wait for a ledger that another process holds; 0 does not wait
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub wait: Duration,
    /// Time to use instead of now, such as 2027-01-31T09:00:00Z; only for commands that record
    /// nothing
    #[arg(long, global = true, value_name = "RFC3339", value_parser = timestamp)]
    pub as_of: Option<Timestamp>,
    /// How much to write to the log in the state directory
    #[arg(
        long,
        global = true,
        value_name = "LEVEL",
        env = "NEXTPLAY_LOG",
        hide_env_values = true,
        value_enum,
        default_value = "off"
    )]
    pub log_level: LogLevel,
}

/// A command with its arguments. The help of each stands beside its arguments.
#[derive(Debug, Subcommand)]
// A doc comment here would take the place of the help beside the arguments.
#[allow(missing_docs)]
pub enum Command {
    Init(init::Args),
    Match(recommend::Args),
    Explain(explain::Args),
    Check(check::Args),
    Queue(queue::Args),
    Playbooks(playbooks::Args),
    /// Approve the recommendation for a customer
    Approve(decide::Args),
    /// Reject the recommendation for a customer
    ///
    /// This also stops a play that needs no approval.
    Reject(decide::Args),
    /// Defer the recommendation for a customer to a later date
    ///
    /// On that date it returns to the queue.
    Defer(decide::Args),
    /// Choose a different playbook for a customer
    Override(decide::Args),
    Propose(propose::Args),
    Undo(undo::Args),
    Export(export::Args),
    Report(report::Args),
    Log(log::Args),
    Watch(watch::Args),
    Verify(verify::Args),
    Ledger(ledger::Args),
    Diff(diff::Args),
    Plan(plan::Args),
    Learn(learn::Args),
    Experiment(experiment::Args),
    Lessons(lessons::Args),
    #[cfg(feature = "agents")]
    Mcp(mcp::Args),
    #[cfg(feature = "team")]
    Pull(pull::Args),
    Convert(convert::Args),
    Sql(sql::Args),
    Demo(demo::Args),
    Completions(completions::Args),
    Man(man::Args),
    Config(config::Args),
    Keys(keys::Args),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// What the command reports.
    pub fn run(self, session: &Session) -> Result<Outcome, Error> {
        match self {
            Self::Init(args) => init::run(session, &args),
            Self::Match(args) => recommend::run(session, &args),
            Self::Explain(args) => explain::run(session, &args),
            Self::Check(args) => check::run(session, &args),
            Self::Queue(args) => queue::run(session, &args),
            Self::Playbooks(args) => playbooks::run(session, &args),
            Self::Approve(args) => decide::run(session, DecisionKind::Approve, args),
            Self::Reject(args) => decide::run(session, DecisionKind::Reject, args),
            Self::Defer(args) => decide::run(session, DecisionKind::Defer, args),
            Self::Override(args) => decide::run(session, DecisionKind::Override, args),
            Self::Propose(args) => propose::run(session, args),
            Self::Undo(args) => undo::run(session, args),
            Self::Export(args) => export::run(session, &args),
            Self::Report(args) => report::run(session, &args),
            Self::Log(args) => log::run(session, &args),
            Self::Watch(args) => watch::run(session, &args),
            Self::Verify(args) => verify::run(session, &args),
            Self::Ledger(args) => ledger::run(session, &args),
            Self::Diff(args) => diff::run(session, &args),
            Self::Plan(args) => plan::run(session, &args),
            Self::Learn(args) => learn::run(session, &args),
            Self::Experiment(args) => experiment::run(session, &args),
            Self::Lessons(args) => lessons::run(session, &args),
            #[cfg(feature = "agents")]
            Self::Mcp(args) => mcp::run(session, &args),
            #[cfg(feature = "team")]
            Self::Pull(args) => pull::run(session, &args),
            Self::Convert(args) => convert::run(session, &args),
            Self::Sql(args) => sql::run(session, &args),
            Self::Demo(args) => demo::run(session, &args),
            Self::Completions(args) => completions::run(session, &args),
            Self::Man(args) => man::run(session, &args),
            Self::Config(args) => config::run(session, &args),
            Self::Keys(args) => keys::run(session, &args),
        }
    }
}

/// Reads a length of time in seconds, at most a day.
///
/// # Errors
/// Where the text is no such length.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|x| (0.0..=86_400.0).contains(x));
    let seconds = seconds.and_then(|x| Duration::try_from_secs_f64(x).ok());
    seconds.ok_or_else(|| "expected a number of seconds from 0 to 86400".to_owned())
}

/// Reads a point in time.
fn timestamp(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "expected a time such as 2027-01-31T09:00:00Z".to_owned())
}

/// Reads the command line.
///
/// # Errors
/// With the exit status, where help was asked for and printed, or the usage is wrong and reported.
pub fn parse() -> Result<Args, ExitCode> {
    try_parse(std::env::args_os()).map_err(|error| match error.kind() {
        ClapErrorKind::DisplayHelp | ClapErrorKind::DisplayVersion => {
            // A closed pipe is no one's fault.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            let reported = left_out(&error);
            output::error(&reported.unwrap_or_else(|| usage_error(&error.render().to_string())));
            ExitCode::from(FAILED)
        }
    })
}

/// Commands that this build was made without, each with the feature that has it.
const LEFT_OUT: &[(&str, &str)] = &[
    #[cfg(not(feature = "agents"))]
    ("mcp", "agents"),
    #[cfg(not(feature = "team"))]
    ("pull", "team"),
];

/// Returns what to say where the command that was typed is one of those.
fn left_out(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let (command, feature) = LEFT_OUT.iter().find(|(command, _)| command == typed)?;
    let message = format!("this nextplay was built without `{command}`");
    let hint = format!("build it with the feature \"{feature}\": cargo build --features {feature}");
    Some(Error::new(ErrorKind::Usage, message).hint(hint))
}

fn try_parse(typed: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let matches = Args::command().try_get_matches_from(typed)?;
    let mut args = Args::from_arg_matches(&matches)?;
    // A variable that is set to nothing is as good as one that is not set.
    let global = &mut args.global;
    match matches.value_source("data") {
        Some(ValueSource::CommandLine) => {}
        Some(ValueSource::EnvVariable) if !global.data.is_empty() => {
            global.data_origin = Origin::Variable("NEXTPLAY_DATA");
        }
        _ => {
            global.data = ".".into();
            global.data_origin = Origin::Default;
        }
    }
    if matches.value_source("by") == Some(ValueSource::EnvVariable) {
        global.by_origin = Origin::Variable("NEXTPLAY_REVIEWER");
        global.by.take_if(|by| by.is_empty());
    }
    args.command_name = matches.subcommand_name().unwrap_or("dashboard").to_owned();
    args.given = given(&matches);
    Ok(args)
}

/// Returns the names of the arguments that were given on the command line.
fn given(matches: &ArgMatches) -> Vec<String> {
    let is_typed = |id: &&clap::Id| {
        // Groups of arguments have the names of types.
        !id.as_str().starts_with(char::is_uppercase)
            && matches.value_source(id.as_str()) == Some(ValueSource::CommandLine)
    };
    let mut names: Vec<String> = matches.ids().filter(is_typed).map(ToString::to_string).collect();
    names.extend(matches.subcommand().into_iter().flat_map(|(_, matches)| given(matches)));
    names.sort_unstable();
    names.dedup();
    names
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

    #[test]
    fn a_mistake_is_one_message_and_hints() {
        let parsed = |typed: &[&str]| {
            let error = try_parse(typed.iter().map(OsString::from)).unwrap_err();
            usage_error(&error.render().to_string())
        };
        let error = parsed(&["nextplay", "log", "--format", "csv"]);
        assert_eq!(error.message, "invalid value 'csv' for '--format <FORMAT>'");
        let help = "for more information, try '--help'";
        assert_eq!(error.hints, ["possible values: table, jsonl", help]);
        let error = parsed(&["nextplay", "plan"]);
        assert_eq!(
            error.message,
            "the following required arguments were not provided: --budget <N>"
        );
        assert_eq!(error.hints, ["usage: nextplay plan --budget <N>", help]);
    }

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }
}
