//! `nextplay learn`: from outcomes to a performance file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Outcome;
use super::errors::{last_of, refused, usage};
use super::format::Format;
use super::output::{finding, look, note, print, print_text, text};
use super::session::Session;
use crate::domain::money::counted;
use crate::domain::text::escape_controls;
use crate::domain::{DataFile, Error, PerformanceRow};
use crate::intake::Loader;
use crate::report::learned::{differences, write_csv, write_file, write_json, write_text};
use crate::workspace::output_file::OutputFile;

/// Learn rates, values and costs of playbooks from outcomes
///
/// An outcome belongs to the intervention that it names, else to the latest one of the same customer and
/// playbook. Rates of few runs are adjusted toward those of more, so that three successes of three are no
/// certainty. Nothing changes by itself: with -o the result becomes a performance file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Performance file to start from, such as playbook_performance_log.json: its runs count too
    #[arg(long, value_name = "FILE")]
    pub base: Option<OsString>,
    /// Performance file to write; of one that exists only the difference is shown
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<OsString>,
    /// Replace the file that exists
    #[arg(long, requires = "output")]
    pub yes: bool,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Table, Format::Json, Format::Csv]), default_value = "table")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let output = match &args.output {
        Some(named) => Some((named, output(session, named)?)),
        None => None,
    };
    let base = match &args.base {
        Some(path) => rows(path.as_ref())?,
        None => Vec::new(),
    };
    let snapshot = session.open_with_ledger()?.snapshot;
    let learned = snapshot.learn(&base);
    let dataset = snapshot.matching.dataset();
    let Some((named, file)) = output else {
        print(|out| match args.format {
            Format::Json => write_json(out, &learned),
            Format::Csv => write_csv(out, &learned),
            _ => text(out, |out| write_text(out, &learned, dataset, look())),
        })?;
        return Ok(Outcome::Done);
    };
    let path: &Path = named.as_ref();
    let name = escape_controls(&path.display().to_string()).into_owned();
    if path.exists() {
        let changes = differences(&rows(path)?, &learned);
        print_text(|out| {
            changes.iter().try_for_each(|line| writeln!(out, "{}", escape_controls(line)))
        })?;
        if changes.is_empty() {
            note(&format!("{name} is as it would be written"));
            return Ok(Outcome::Done);
        }
        if !args.yes {
            let rows = counted(changes.len(), "row");
            let message = format!("{name} is not changed: {rows} would be different");
            let hint = match args.base {
                Some(_) => "add --yes to write it",
                None => {
                    "add --yes to write it, or --base FILE to keep the runs of a performance file"
                }
            };
            return Err(refused(&message).hint(hint));
        }
    }
    file.write(|out| write_file(out, &learned))?;
    note(&format!("wrote {} to {name}", counted(learned.rows.len(), "row")));
    Ok(Outcome::Done)
}

/// The file to write. It may be the performance file of the data itself: that is what it is for.
fn output(session: &Session, named: &OsString) -> Result<OutputFile, Error> {
    let workspace = session.workspace()?;
    let performance = workspace.directory().join(DataFile::Performance.name());
    let own: Vec<PathBuf> =
        workspace.own_files().into_iter().filter(|own| *own != performance).collect();
    Ok(OutputFile::new(named.as_ref(), &own)?)
}

/// The rows of a performance file.
fn rows(path: &Path) -> Result<Vec<PerformanceRow>, Error> {
    if !path.exists() {
        let message = format!("no file \"{}\"", path.display());
        return Err(usage(message).hint("name a performance file"));
    }
    let loaded = Loader::load_performance(path);
    if !loaded.problems.is_empty() {
        return Err(last_of(loaded.problems.iter()));
    }
    loaded.dataset.findings.iter().filter(|one| one.is_in(DataFile::Performance)).for_each(finding);
    Ok(loaded.dataset.performance.to_vec())
}
