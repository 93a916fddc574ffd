//! `nextplay undo`: takes a decision back.

use super::Outcome;
use super::decide::print_entry;
use super::session::{Opened, Session};
use super::slow::with_slow_notice;
use crate::domain::Error;
use crate::workspace::decide::SHORTEST_PREFIX;
use crate::workspace::{DecisionRequest, Needed, find_entry};

/// Undo a decision or a hand-off
///
/// Records a new entry that restores the previous decision.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number or id of the entry; the first 8 or more characters are enough where they are unique
    #[arg(value_name = "ENTRY-ID")]
    pub entry: String,
    /// Note in your own words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

pub fn run(session: &Session, args: Args) -> Result<Outcome, Error> {
    session.refuse_as_of()?;
    let Opened { mut workspace, snapshot } = session.open_for(needed(&args.entry))?;
    // An unknown entry is bad usage, whatever else speaks against undoing; of a ledger that is broken
    // not all entries are known.
    if snapshot.ledger_problem.is_none() {
        find_entry(&snapshot.history, &args.entry)?;
    }
    let ask = DecisionRequest::Undo {
        entry: args.entry.into(),
        by: session.by.as_str().into(),
        note: args.note,
        seen: None,
    };
    let activity = workspace.ledger_activity();
    print_entry(&with_slow_notice(&activity, || workspace.decide(ask))?)
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
