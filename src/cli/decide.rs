//! `nextplay approve` and `nextplay reject`.

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
    let mut workspace = session.open(Policy::default())?.workspace;
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
    print_entry(&workspace.decide(&request, Timestamp::now())?)
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
