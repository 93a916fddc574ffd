//! `nextplay undo`: takes a decision back, or all decisions of a batch.

use super::Outcome;
use super::decide::{decide, print_decision, warn_of_moved_line};
use super::errors::usage;
use super::format::Format;
use super::output::{print_text, warn_of};
use super::session::{Opened, Session};
use super::slow::with_slow_notice;
use crate::domain::money::counted;
use crate::domain::text::escape_controls;
use crate::domain::{Entry, Error};
use crate::workspace::decide::SHORTEST_PREFIX;
use crate::workspace::{DecisionRequest, Needed, RecordedDecision, find_batch, find_entry};

/// Undo a decision or a hand-off
///
/// Records a new entry that restores the previous decision.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number or id of the entry; the first 8 or more characters are enough where they are unique
    #[arg(value_name = "ENTRY-ID", required_unless_present = "batch")]
    pub entry: Option<String>,
    /// Undo every decision of this batch that is still in force; decisions made together have a batch
    /// id in common
    ///
    /// Ends with status 1 if one of them is not undone, and says why.
    #[arg(long, value_name = "ID", conflicts_with = "entry")]
    pub batch: Option<String>,
    /// Note in your own words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Format of the output: a sentence, or the lines of the ledger
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: Args) -> Result<Outcome, Error> {
    session.check_recording()?;
    match (&args.entry, &args.batch) {
        (_, Some(batch)) => undo_batch(session, batch, &args),
        (Some(entry), None) => undo_entry(session, entry, &args),
        (None, None) => Err(usage("`undo` needs an entry or --batch")),
    }
}

fn undo_entry(session: &Session, entry: &str, args: &Args) -> Result<Outcome, Error> {
    let Opened { workspace, snapshot } = session.open_for(needed(entry))?;
    // An unknown entry is bad usage, whatever else speaks against undoing; of a ledger that is broken
    // not all entries are known.
    if snapshot.ledger_problem.is_none() {
        find_entry(&snapshot.history, entry)?;
    }
    decide(workspace, &snapshot, request(session, entry, args), args.format)
}

fn undo_batch(session: &Session, batch: &str, args: &Args) -> Result<Outcome, Error> {
    let Opened { mut workspace, snapshot } = session.open_for(Needed::All)?;
    let entries = match find_batch(&snapshot.history, batch) {
        // Of a ledger that is broken not all entries are known: what is wrong with it is the answer.
        Err(unknown) if snapshot.ledger_problem.is_some() => {
            workspace.decide_each(&[])?;
            return Err(unknown.into());
        }
        found => found?,
    };
    let requests: Vec<DecisionRequest> =
        entries.iter().map(|entry| request(session, &entry.id, args)).collect();
    let activity = workspace.ledger_activity();
    let decided = with_slow_notice(&activity, || workspace.decide_each(&requests))?;
    let undone: Vec<&RecordedDecision> = decided.each.iter().flatten().collect();
    match args.format {
        Format::Text => {
            undone.iter().for_each(|undo| warn_of_moved_line(undo.set_aside.as_deref()));
            let text = batch_words(&entries, &undone);
            print_text(|out| writeln!(out, "{}", escape_controls(&text)))?;
        }
        _ => undone
            .iter()
            .try_for_each(|undo| print_decision(undo, &snapshot, &decided.snapshot, args.format))?,
    }
    for (entry, result) in entries.iter().zip(&decided.each) {
        if let Err(error) = result {
            let customer = decided.snapshot.customer_words(&entry.customer_id);
            warn_of(&Error::from(error.clone()).context(format!("{customer} was not undone")));
        }
    }
    Ok(if undone.len() == entries.len() { Outcome::Done } else { Outcome::Negative })
}

/// `Undid 11 of 12 decisions as dana, saved as #14 to #24`.
fn batch_words(entries: &[std::sync::Arc<Entry>], undone: &[&RecordedDecision]) -> String {
    let all = counted(entries.len(), "decision");
    let (Some(first), Some(last)) = (undone.first(), undone.last()) else {
        return format!("Undid none of {all}");
    };
    let (first, last) = (&first.entry, &last.entry);
    let some =
        if undone.len() == entries.len() { String::new() } else { format!("{} of ", undone.len()) };
    let saved = match undone {
        [_] => format!("#{}", first.seq),
        _ => format!("#{} to #{}", first.seq, last.seq),
    };
    format!("Undid {some}{all} as {}, saved as {saved}", first.by)
}

fn request(session: &Session, entry: &str, args: &Args) -> DecisionRequest {
    DecisionRequest::Undo {
        entry: entry.into(),
        by: session.by.as_str().into(),
        note: args.note.clone(),
        seen: None,
    }
}

/// Length of a whole id.
const ID: usize = 36;

/// Which entries tell what an entry is: of the beginning of an id, digits alone too, all of them.
fn needed(entry: &str) -> Needed {
    let is_number =
        entry.len() < SHORTEST_PREFIX && entry.trim_start_matches('#').parse::<u64>().is_ok();
    if is_number || entry.len() == ID { Needed::Entry(entry.into()) } else { Needed::All }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_id_may_be_all_digits() {
        for number in ["1", "#12", "1234567"] {
            assert_eq!(needed(number), Needed::Entry(number.into()));
        }
        for beginning in ["01956789", "0195678901234", "0195abcd"] {
            assert_eq!(needed(beginning), Needed::All);
        }
    }
}
