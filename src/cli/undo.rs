//! `nextplay undo`: takes a decision back.

use jiff::Timestamp;

use super::Answer;
use super::args::UndoArgs;
use super::decide::{patiently, print_entry};
use super::session::Session;
use crate::domain::Policy;

pub fn run(session: &Session, args: &UndoArgs) -> anyhow::Result<Answer> {
    let mut workspace = session.open_with_ledger(Policy::default())?.workspace;
    let by = session.by.as_str().into();
    print_entry(&patiently(|| workspace.undo(&args.entry, by, None, Timestamp::now))?)
}
