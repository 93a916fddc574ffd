//! `nextplay report`: the portfolio as a whole.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::Outcome;
use super::filter::FilterArgs;
use super::format::Format;
use super::output::print;
use super::session::Session;
use crate::domain::{Error, Finding};
use crate::insight::Card;
use crate::insight::portfolio::Wait;
use crate::report::portfolio::document::Document;
use crate::report::portfolio::tables::MOST;
use crate::report::portfolio::{Report, html, json, markdown};
use crate::workspace::cards::CardFor;
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
    // As `check` has them.
    let findings: Vec<&Finding> = snapshot
        .findings()
        .chain(snapshot.decision_findings())
        .chain(snapshot.strategy_findings())
        .collect();
    let warnings: Vec<String> = snapshot
        .ledger_problem
        .iter()
        .map(|problem| {
            format!("Decisions may be missing in this report: {}", problem.error().one_line())
        })
        .collect();
    let filtered = args.filter.rows(filter.as_ref(), &snapshot);
    let portfolio = match &filtered {
        None => Arc::clone(snapshot.portfolio()),
        Some(filtered) => Arc::new(snapshot.portfolio_of(&filtered.rows)),
    };
    let matches = |wait: &Wait| {
        filtered.as_ref().is_none_or(|filtered| filtered.rows.binary_search(&wait.number).is_ok())
    };
    // The JSON tells only how many wait.
    let waits = match args.format {
        Format::Json => Vec::new(),
        _ => snapshot.waits().into_iter().filter(matches).collect(),
    };
    let first = waits.iter().take(MOST);
    let cards: Vec<Card> =
        first.filter_map(|wait| snapshot.card(wait.number, CardFor::default())).collect();
    let report = Report {
        name: &name(&session.directory),
        now: &snapshot.now,
        filter: filtered.as_ref().map(|filtered| filtered.expression.as_str()),
        portfolio: &portfolio,
        matching: &snapshot.matching,
        statuses: &snapshot.statuses,
        waits: &waits,
        cards: &cards,
        findings: &findings,
        warnings: &warnings,
    };
    let write = |out: &mut dyn Write| match args.format {
        Format::Json => json::write(out, &report),
        Format::Html => html::write(out, &Document::new(&report)),
        _ => markdown::write(out, &Document::new(&report)),
    };
    match file {
        Some(file) => file.write(write)?,
        None => print(write)?,
    }
    Ok(Outcome::Done)
}

/// The directory's own name, also where it was given as `.`.
fn name(directory: &Path) -> String {
    let whole = std::fs::canonicalize(directory);
    let name = whole.as_deref().unwrap_or(directory).file_name();
    name.map_or_else(|| directory.display().to_string(), |name| name.to_string_lossy().into_owned())
}
