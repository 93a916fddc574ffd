//! What can be typed.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{UNUSABLE, output};

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

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the recommendations
    Match(MatchArgs),
    /// Print every gate, candidate and excluded playbook of one customer
    Explain(ExplainArgs),
    /// Print what is wrong or suspicious in data and strategy; ends with 1 if there is an error
    Check(CheckArgs),
    /// Print what waits for a decision
    Queue(QueueArgs),
    /// Approve the recommendation for a customer
    Approve(DecideArgs),
    /// Reject the recommendation for a customer; stops an automatic play, too
    Reject(DecideArgs),
    /// Put the recommendation for a customer off until a day to come
    Defer(DecideArgs),
    /// Choose another playbook for a customer than the one recommended
    Override(DecideArgs),
    /// Take a decision back, by a new entry
    Undo(UndoArgs),
    /// Print what may run now, with --hand-off for the last time: then it runs
    Export(ExportArgs),
    /// Report on the portfolio as a whole
    Report(ReportArgs),
    /// Print the ledger, oldest entry first
    Log(LogArgs),
    /// Check the ledger's chain, name the first break
    Verify(VerifyArgs),
    /// Accept or recover a ledger
    Ledger(LedgerArgs),
    /// Print what another directory, playbook file, policy or setting changes; ends with 1 if anything
    Diff(DiffArgs),
    /// Print the plays that bring the most for a sum of money
    Plan(PlanArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Aligned columns, for people
    Table,
    /// An array with one object a line
    Json,
    /// One object a line
    Jsonl,
    /// Safe to open in a spreadsheet
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// An array with one object a line
    Json,
    /// Safe to open in a spreadsheet
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Aligned columns; with --entry all fields of the entry
    Table,
    /// The lines as they are stored
    Jsonl,
}

#[derive(Debug, clap::Args)]
pub struct MatchArgs {
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Recommend nothing below this confidence, 0 to 1
    #[arg(long, value_name = "X", value_parser = fraction, allow_negative_numbers = true)]
    pub confidence_threshold: Option<f64>,
    /// Only this customer
    #[arg(long, value_name = "ID")]
    pub customer: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The customer
    pub id: String,
    #[arg(long, value_enum, default_value_t = TextFormat::Text)]
    pub format: TextFormat,
}

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    #[arg(long, value_enum, default_value_t = TextFormat::Text)]
    pub format: TextFormat,
    /// End with 1 if there is a warning, too
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, clap::Args)]
pub struct QueueArgs {
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Only what the reviewer may decide
    #[arg(long)]
    pub mine: bool,
}

#[derive(Debug, clap::Args)]
pub struct DecideArgs {
    /// The customer
    pub id: String,
    /// The playbook that you mean, refused if another one is recommended; of override the one to run
    /// instead, a candidate or an excluded one
    #[arg(long, value_name = "P")]
    pub playbook: Option<String>,
    /// Why, one of the policy's reasons
    #[arg(long, value_name = "CODE")]
    pub reason: Option<String>,
    /// Why, in your own words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Until which day it is deferred: YYYY-MM-DD, local time; on that day it waits again
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<Date>,
    /// The basis that you saw (`queue` and `explain` print it); refused if another one stands now
    #[arg(long, value_name = "HASH")]
    pub basis: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct UndoArgs {
    /// The entry: its number, its id, or the beginning of it where that is enough (8 or more)
    #[arg(value_name = "ENTRY-ID")]
    pub entry: String,
    /// Why, in your own words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// Record in the ledger that it was handed over; it runs from then on, and is not printed again
    #[arg(long)]
    pub hand_off: bool,
    #[arg(long, value_enum, default_value_t = ExportFormat::Json)]
    pub format: ExportFormat,
    /// Into this file, whole or not at all, instead of printing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown
    Md,
    /// One page with charts, to be forwarded or printed
    Html,
    /// One object
    Json,
}

#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    #[arg(long, value_enum, default_value_t = ReportFormat::Md)]
    pub format: ReportFormat,
    /// Into this file, whole or not at all, instead of printing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<OsString>,
}

#[derive(Debug, clap::Args)]
pub struct LogArgs {
    #[arg(long, value_enum, default_value_t = LogFormat::Table)]
    pub format: LogFormat,
    /// One entry in full: its number, its id, or the beginning of it where that is enough (8 or more)
    #[arg(long, value_name = "ID")]
    pub entry: Option<String>,
    /// Go on with every entry that comes, until Ctrl-C
    #[arg(long, conflicts_with = "entry")]
    pub follow: bool,
}

#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// Prove that a head noted earlier is still in the ledger
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Totals side by side and a line for each customer, for people
    Text,
    /// One object
    Json,
    /// Safe to open in a spreadsheet
    Csv,
}

#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// A data directory, a playbook file (.json) or a policy file (.toml)
    #[arg(required_unless_present = "set")]
    pub other: Option<OsString>,
    /// Change a value first: a policy key, playbook.ID.FIELD or performance.ID.SEGMENT.FIELD;
    /// may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
}

#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// What may be spent, in dollars
    #[arg(long, value_name = "N", value_parser = amount, allow_negative_numbers = true)]
    pub budget: f64,
    /// Change a value first, as diff does; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
}

#[derive(Debug, clap::Args)]
pub struct LedgerArgs {
    #[command(subcommand)]
    pub command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Accept a ledger that was rewritten or is new as it is
    Accept {
        /// Its head, as `nextplay verify` prints it; 64 zeros for a missing or empty ledger
        #[arg(long, value_name = "HASH")]
        head: String,
    },
    /// Recover a broken ledger: keep every entry up to the break, move the rest to a file beside it
    Recover {
        /// Do it; without this only print what would be done
        #[arg(long)]
        yes: bool,
    },
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

/// Reads an amount of money.
fn amount(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x >= 0.0 => Ok(x + 0.0),
        _ => Err("it has to be an amount in dollars, a number of 0 or more".to_owned()),
    }
}

/// Reads a date.
fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "it has to be a date like 2026-03-01".to_owned())
}

/// Reads a number from 0 to 1.
fn fraction(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if (0.0..=1.0).contains(&x) => Ok(x),
        Ok(_) => Err("it has to be from 0 to 1".to_owned()),
        Err(_) => Err("it has to be a number from 0 to 1".to_owned()),
    }
}

/// Reads the command line.
///
/// # Errors
/// With the exit status, where help was asked for and printed, or the usage is wrong and told.
pub fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe is nobody's fault.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            // Without styles: what was typed is in the message and may carry escape sequences.
            for line in error.render().to_string().lines() {
                output::tell(line);
            }
            ExitCode::from(UNUSABLE)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn amounts_are_finite_and_not_negative() {
        for text in ["nan", "inf", "-1", "", "much"] {
            assert!(amount(text).is_err(), "{text}");
        }
        assert_eq!((amount("0"), amount("2.5e3")), (Ok(0.0), Ok(2500.0)));
    }

    #[test]
    fn fractions_are_finite_and_in_range() {
        for text in ["nan", "inf", "-0.1", "1.0001", "", "half"] {
            assert!(fraction(text).is_err(), "{text}");
        }
        for (text, want) in [("0", 0.0), ("1", 1.0), ("5e-1", 0.5)] {
            assert_eq!(fraction(text), Ok(want));
        }
    }
}
