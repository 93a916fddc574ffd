//! `nextplay undo`: takes a decision back.

use super::Answer;
use super::args::UndoArgs;
use super::decide::{patiently, print_entry};
use super::session::{Opened, Session};
use crate::workspace::{Ask, find_entry};

pub fn run(session: &Session, args: UndoArgs) -> anyhow::Result<Answer> {
    let Opened { mut workspace, snapshot } = session.open_with_ledger()?;
    // An unknown entry is bad usage, whatever else speaks against undoing; of a ledger that is broken
    // not all entries are known.
    if snapshot.ledger_problem.is_none() {
        find_entry(&snapshot.history, &args.entry)?;
    }
    let ask = Ask::Undo {
        entry: args.entry.into(),
        by: session.by.as_str().into(),
        note: args.note,
        seen: None,
    };
    print_entry(&patiently(|| workspace.decide(ask))?)
}
