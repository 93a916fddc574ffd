//! `nextplay sql`: the strategy as one SQL statement for a warehouse.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Outcome;
use super::errors::usage;
use super::output::print;
use super::session::Session;
use crate::domain::{AfterFailure, DataFile, Error, Policy};
use crate::matching::Staircase;
use crate::warehouse::checks::checks;
use crate::warehouse::stairs::write_csv;
use crate::warehouse::{DIALECTS, Dialect, Rows, Source, Stairs, TableName, statement};
use crate::workspace::output_file::{OutputError, OutputFile};

/// Print the strategy as one SQL statement for a warehouse
///
/// The statement gives the same 12 fields as `match`, with the same numbers. It is made from playbooks,
/// performance rows and policy; customers stay in the warehouse.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Engine to write for
    #[arg(long, value_name = "DIALECT", value_parser = dialects(), default_value = "postgres")]
    pub dialect: &'static Dialect,
    /// Read the tables customers, journey_state_log, fused_signals and journey_forecasts, each with
    /// row_no; this is what is read if --from is not given
    #[arg(long, conflicts_with = "from")]
    pub logs: bool,
    /// Read this view, with one row for each customer
    #[arg(long, value_name = "[SCHEMA.]VIEW", value_parser = TableName::parse)]
    pub from: Option<TableName>,
    /// Where the strategy is kept: `inline` or `values` in the statement, or a CSV file to write and load
    /// as a table
    #[arg(long, value_name = "inline|values|FILE", default_value = "inline")]
    pub stairs: OsString,
    /// Only recommendations that require approval
    #[arg(long)]
    pub waiting: bool,
    /// Print statements that must return no rows for the view of --from
    #[arg(long, requires = "from", conflicts_with_all = ["stairs", "waiting"])]
    pub checks: bool,
    /// File to write instead of printing; it is written completely or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<OsString>,
}

/// Returns a parser of `--dialect` that lists the dialects.
fn dialects() -> impl TypedValueParser<Value = &'static Dialect> {
    let names = DIALECTS.iter().map(|dialect| dialect.name);
    PossibleValuesParser::new(names).try_map(|name| {
        let found = DIALECTS.iter().find(|dialect| dialect.name == name);
        found.ok_or_else(|| format!("no dialect {name:?}"))
    })
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let own = session.workspace()?.own_files();
    let output =
        args.output.as_ref().map(|named| OutputFile::new(named.as_ref(), &own)).transpose()?;
    let stairs = stairs(&args.stairs)?;
    let table = match &stairs {
        Stairs::Table(_) => Some(stairs_file(&args.stairs, args.output.as_deref(), &own)?),
        Stairs::Inline | Stairs::Values => None,
    };
    let (dataset, policy) = session.open_strategy(can_be_compiled)?;
    let source = args.from.clone().map_or(Source::Logs, Source::View);
    let text = match &args.from {
        Some(view) if args.checks => checks(args.dialect, view),
        _ => {
            let staircase = Staircase::new(&dataset, &policy);
            let rows = if args.waiting { Rows::Waiting } else { Rows::All };
            let text = statement(args.dialect, &staircase, &source, &stairs, rows)?;
            if let Some(table) = table {
                table.write(|out| write_csv(out, &staircase))?;
            }
            format!("{text}\n")
        }
    };
    let write = |out: &mut dyn Write| -> io::Result<()> { out.write_all(text.as_bytes()) };
    match output {
        Some(file) => file.write(write)?,
        None => print(write)?,
    }
    Ok(Outcome::Done)
}

/// Reads `--stairs`: any file that is not called `inline` or `values` as it stands.
fn stairs(given: &OsStr) -> Result<Stairs, Error> {
    match given.to_str() {
        Some("inline") => return Ok(Stairs::Inline),
        Some("values") => return Ok(Stairs::Values),
        Some("") => return Err(usage("--stairs is empty").hint("use inline, values or a file")),
        _ => {}
    }
    let stem = Path::new(given).file_stem().unwrap_or_default();
    let named = stem.to_str().map_or_else(
        || Err(usage(format!("{} is not a table name", stem.display()))),
        TableName::alone,
    );
    let hint = "the table is named like the file, such as nextplay_stairs.csv";
    Ok(Stairs::Table(named.map_err(|error| error.hint(hint))?))
}

/// The file that the strategy is written to.
fn stairs_file(
    given: &OsStr,
    output: Option<&OsStr>,
    own: &[std::path::PathBuf],
) -> Result<OutputFile, Error> {
    // A file of that name is data, whichever directory it is in.
    if DataFile::holding(&Path::new(given).file_name().unwrap_or_default().to_string_lossy())
        .is_some()
    {
        let message = format!("--stairs {} is the name of a data file", given.display());
        return Err(usage(message).hint("name a CSV file, such as nextplay_stairs.csv"));
    }
    let taken = output.map(|output| [Path::new(output).to_owned()]);
    if let Some(taken) = taken
        && let Err(OutputError::Own(_)) = OutputFile::new(given.as_ref(), &taken)
    {
        let message = format!("--stairs and --output are both {}", given.display());
        return Err(usage(message).hint("use another file for one of them"));
    }
    OutputFile::new(given.as_ref(), own).map_err(|error| match error {
        OutputError::NotAFile { named, is } => {
            usage(format!("{} is {is}, not a file", named.display()))
                .hint("name a file, or use --stairs inline")
        }
        error => error.into(),
    })
}

/// Refuses a policy whose recommendations depend on what was done before: only the ledger has that.
fn can_be_compiled(policy: &Policy) -> Result<(), Error> {
    let contact = &policy.contact;
    let in_force = [
        (contact.most_plays().is_some(), "contact.max_plays"),
        (contact.same_playbook_days.is_some(), "contact.same_playbook_days"),
        (contact.after_failure == AfterFailure::Next, "contact.after_failure"),
    ];
    match in_force.into_iter().find(|(is_set, _)| *is_set) {
        None => Ok(()),
        Some((_, key)) => Err(usage(format!("the policy sets \"{key}\", which needs the ledger"))
            .hint("remove the key, or use `nextplay match`")),
    }
}
