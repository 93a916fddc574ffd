//! `nextplay approve`, `reject`, `defer` and `override`.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::Context;

use super::Answer;
use super::args::DecideArgs;
use super::output::{print, tell};
use super::session::{Opened, Session};
use crate::approval::Request;
use crate::domain::{DecisionKind, json};
use crate::workspace::{Ask, Made};

pub fn run(session: &Session, kind: DecisionKind, args: DecideArgs) -> anyhow::Result<Answer> {
    match (kind, args.until) {
        (DecisionKind::Defer, None) => {
            anyhow::bail!("name the day until which it is deferred: --until YYYY-MM-DD");
        }
        (DecisionKind::Defer, Some(_)) | (_, None) => {}
        (_, Some(_)) => anyhow::bail!("--until goes with defer only"),
    }
    if kind == DecisionKind::Override && args.playbook.is_none() {
        anyhow::bail!("name the playbook to run instead: --playbook P");
    }
    let Opened { mut workspace, snapshot } = session.open_with_ledger()?;
    // An unknown customer is bad usage, whatever else speaks against deciding.
    snapshot.find_customer(&args.id)?;
    let request = Request {
        kind,
        customer_id: args.id.into(),
        by: session.by.as_str().into(),
        playbook_id: args.playbook.map(Into::into),
        reason: args.reason.map(Into::into),
        note: args.note,
        until: args.until,
        basis_hash: args.basis,
        // Nothing was shown: the decision is about what is on disk now, or about `--basis`.
        seen: None,
    };
    print_entry(&patiently(|| workspace.decide(Ask::Decide(request)))?)
}

/// How long a decision may take before it is told what it waits for.
const PATIENCE: Duration = Duration::from_millis(500);

/// Makes a decision, and tells if it has to wait for the ledger.
pub(super) fn patiently<T>(decide: impl FnOnce() -> T) -> T {
    patiently_until(|_| decide())
}

/// As [`patiently`], for what takes its time also when the ledger is there: what it is given is to be
/// called then.
pub(super) fn patiently_until<T>(decide: impl FnOnce(&mut dyn FnMut()) -> T) -> T {
    let (waits, over) = mpsc::channel::<()>();
    thread::spawn(move || {
        if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            tell("note: another process holds the ledger; waiting for it, Ctrl-C ends that");
        }
    });
    let mut waits = Some(waits);
    decide(&mut || waits = None)
}

/// Tells where an unfinished last line of the ledger went, if there was one.
pub(super) fn tell_set_aside(path: Option<&Path>) {
    if let Some(path) = path {
        tell(&format!(
            "warning: the ledger's last line was unfinished; it is in {} now",
            path.display()
        ));
    }
}

/// Prints the line that a decision added to the ledger.
pub(super) fn print_entry(decided: &Made) -> anyhow::Result<Answer> {
    tell_set_aside(decided.set_aside.as_deref());
    print(|out| writeln!(out, "{}", json::escaped(&decided.line)))
        .with_context(|| format!("the decision is recorded as {}", decided.entry.id))?;
    Ok(Answer::Done)
}
