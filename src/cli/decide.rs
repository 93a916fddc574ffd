//! `nextplay approve` and `nextplay reject`.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use super::Answer;
use super::args::DecideArgs;
use super::output::{print, tell};
use super::session::Session;
use crate::approval::Request;
use crate::domain::{DecisionKind, Policy, json};
use crate::workspace::Decided;

pub fn approve(session: &Session, args: DecideArgs) -> anyhow::Result<Answer> {
    decide(session, DecisionKind::Approve, args)
}

pub fn reject(session: &Session, args: DecideArgs) -> anyhow::Result<Answer> {
    decide(session, DecisionKind::Reject, args)
}

fn decide(session: &Session, kind: DecisionKind, args: DecideArgs) -> anyhow::Result<Answer> {
    let mut workspace = session.open_with_ledger(Policy::default())?.workspace;
    let request = Request {
        kind,
        customer_id: args.id.into(),
        by: session.by.as_str().into(),
        playbook_id: args.playbook.map(Into::into),
        reason: args.reason.map(Into::into),
        note: args.note,
        basis_hash: args.basis,
        // Nothing was shown: the decision is about what is on disk now, or about `--basis`.
        seen: None,
    };
    print_entry(&patiently(|| workspace.decide(&request, Timestamp::now))?)
}

/// How long a decision may take before it is told what it waits for.
const PATIENCE: Duration = Duration::from_millis(500);

/// Makes a decision, and tells if it has to wait for the ledger.
pub(super) fn patiently<T>(decide: impl FnOnce() -> T) -> T {
    let (done, waits) = mpsc::channel::<()>();
    thread::spawn(move || {
        if waits.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            tell("note: another process holds the ledger; waiting for it, Ctrl-C ends that");
        }
    });
    let decided = decide();
    drop(done);
    decided
}

/// Prints the line that a decision added to the ledger.
pub(super) fn print_entry(decided: &Decided) -> anyhow::Result<Answer> {
    if let Some(path) = &decided.set_aside {
        tell(&format!(
            "warning: the ledger's last line was unfinished; it is in {} now",
            path.display()
        ));
    }
    print(|out| writeln!(out, "{}", json::escaped(&decided.line)))
        .with_context(|| format!("the decision is recorded as {}", decided.entry.id))?;
    Ok(Answer::Done)
}
