//! `nextplay check`: what is wrong or suspicious in the data and the strategy.

use super::Outcome;
use super::format::Format;
use super::output::{look, print, text};
use super::session::Session;
use crate::domain::{Error, Finding};
use crate::report::findings::{Counts, write_text};
use crate::report::json;

/// List problems in the data files and the strategy
///
/// Ends with status 1 if there is an error.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
    /// End with status 1 if there is a warning, too
    #[arg(long)]
    pub strict: bool,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let snapshot = session.look()?.snapshot;
    let findings: Vec<&Finding> = snapshot
        .findings()
        .chain(snapshot.decision_findings())
        .chain(snapshot.strategy_findings())
        .collect();
    print(|out| match args.format {
        Format::Json => json::array(out, &findings),
        _ => text(out, |out| write_text(out, &findings, look())),
    })?;
    let counts = Counts::of(findings.iter().copied());
    let fails = counts.errors > 0 || (args.strict && counts.warnings > 0);
    Ok(if fails { Outcome::Negative } else { Outcome::Done })
}
