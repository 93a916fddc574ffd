//! `nextplay undo`: takes a decision back.

use super::Answer;
use super::args::UndoArgs;
use super::decide::{patiently, print_entry};
use super::session::Session;
use crate::workspace::Ask;

pub fn run(session: &Session, args: UndoArgs) -> anyhow::Result<Answer> {
    let mut workspace = session.open_with_ledger()?.workspace;
    let ask = Ask::Undo {
        entry: args.entry.into(),
        by: session.by.as_str().into(),
        note: args.note,
        seen: None,
    };
    print_entry(&patiently(|| workspace.decide(ask))?)
}
