//! `nextplay playbooks`: where each playbook is recommended, outranked or blocked.

use super::Outcome;
use super::format::Format;
use super::output::{look, note, print, text};
use super::session::Session;
use crate::domain::Error;
use crate::report::json;
use crate::report::playbooks::{items, write_csv, write_table};

/// List the playbooks: where each is recommended, outranked or blocked
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Table, Format::Json, Format::Jsonl, Format::Csv]), default_value = "table")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let snapshot = session.open()?.snapshot;
    let matching = &snapshot.matching;
    let items = items(&snapshot);
    if items.is_empty() {
        note("there are no playbooks in journey_playbooks.json");
    }
    let labels = &matching.policy().labels;
    print(|out| match args.format {
        Format::Json => json::array(out, &items),
        Format::Jsonl => json::lines(out, &items),
        Format::Csv => write_csv(out, &items),
        // Titles over nothing would only look like a result.
        _ if items.is_empty() => Ok(()),
        _ => text(out, |out| write_table(out, &items, labels, look())),
    })?;
    Ok(Outcome::Done)
}
