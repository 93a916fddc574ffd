//! `nextplay queue`: what needs a decision.

use super::Outcome;
use super::filter::FilterArgs;
use super::format::Format;
use super::output::{look, note, print, text};
use super::session::Session;
use crate::domain::{Error, Person};
use crate::report::{json, queue};

/// List what needs a decision
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Table, Format::Json, Format::Jsonl, Format::Csv]), default_value = "table")]
    pub format: Format,
    /// Show only what the reviewer may decide
    #[arg(long)]
    pub mine: bool,
    /// Filter of the customers.
    #[command(flatten)]
    pub filter: FilterArgs,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let filter = args.filter.parse(session)?;
    let snapshot = session.open_with_ledger()?.snapshot;
    let me = Person::new(&session.by);
    let filtered = args.filter.rows(filter.as_ref(), &snapshot);
    let matches = |number: usize| {
        filtered.as_ref().is_none_or(|filtered| filtered.rows.binary_search(&number).is_ok())
    };
    let items = snapshot
        .queue_of(|number| matches(number) && (!args.mine || snapshot.waits_for(number, &me)));
    if items.is_empty() {
        note("nothing needs a decision");
    }
    let matching = &snapshot.matching;
    print(|out| match args.format {
        Format::Json => json::array(out, &items),
        Format::Jsonl => json::lines(out, &items),
        Format::Csv => queue::write_csv(out, &items),
        // Titles over nothing would only look like a result.
        _ if items.is_empty() => Ok(()),
        _ => text(out, |out| queue::write_table(out, &items, matching, look())),
    })?;
    Ok(Outcome::Done)
}
