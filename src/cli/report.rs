//! `nextplay report`: the portfolio as a whole.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;

use super::Outcome;
use super::filter::FilterArgs;
use super::format::Format;
use super::output::print;
use super::session::Session;
use crate::domain::Error;
use crate::report::portfolio::document::Document;
use crate::report::portfolio::{html, json, markdown};
use crate::report::whole::{Narrowed, with_report};
use crate::workspace::output_file::OutputFile;

/// Write a report on the whole portfolio
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Md, Format::Html, Format::Json]), default_value = "md")]
    pub format: Format,
    /// File to write instead of printing; it is written completely or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<OsString>,
    /// Filter of the customers.
    #[command(flatten)]
    pub filter: FilterArgs,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let filter = args.filter.parse(session)?;
    let own = session.workspace()?.own_files();
    let file =
        args.output.as_ref().map(|named| OutputFile::new(named.as_ref(), &own)).transpose()?;
    let snapshot = session.open_with_ledger()?.snapshot;
    let filtered = args.filter.rows(filter.as_ref(), &snapshot);
    let narrowed = filtered
        .as_ref()
        .map(|filtered| Narrowed { expression: &filtered.expression, rows: &filtered.rows });
    // The JSON tells only how many wait.
    let waits = args.format != Format::Json;
    let name = name(&session.directory);
    with_report(&snapshot, &name, narrowed, waits, |report| {
        let write = |out: &mut dyn Write| match args.format {
            Format::Json => json::write(out, report),
            Format::Html => html::write(out, &Document::new(report)),
            _ => markdown::write(out, &Document::new(report)),
        };
        match file {
            Some(file) => file.write(write).map_err(Error::from),
            None => print(write),
        }
    })?;
    Ok(Outcome::Done)
}

/// The directory's own name, also where it was given as `.`.
pub(super) fn name(directory: &Path) -> String {
    let whole = std::fs::canonicalize(directory);
    let name = whole.as_deref().unwrap_or(directory).file_name();
    name.map_or_else(|| directory.display().to_string(), |name| name.to_string_lossy().into_owned())
}
