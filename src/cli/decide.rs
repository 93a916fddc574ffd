//! `nextplay approve`, `reject`, `defer` and `override`.

use std::path::Path;

use jiff::civil::Date;

use super::Outcome;
use super::errors::usage;
use super::output::{print, warning};
use super::session::{Opened, Session};
use super::slow::with_slow_notice;
use crate::approval::Request;
use crate::domain::{DecisionKind, Error, ErrorKind, json};
use crate::workspace::{DecisionRequest, Needed, RecordedDecision};

/// Arguments of the four decisions.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of the customer
    pub id: String,
    /// Id of the playbook that you mean
    ///
    /// Refused if a different playbook is recommended. For `override`: the playbook to run instead,
    /// whether or not the customer is eligible for it.
    #[arg(long, value_name = "P")]
    pub playbook: Option<String>,
    /// Code of the reason, one of those in the policy
    #[arg(long, value_name = "CODE")]
    pub reason: Option<String>,
    /// Note in your own words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Date on which it returns to the queue, YYYY-MM-DD in local time; only for `defer`
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<Date>,
    /// Hash of the basis that you reviewed
    ///
    /// Refused if the data changed since then. `queue` and `explain` print the hash.
    #[arg(long, value_name = "HASH")]
    pub basis: Option<String>,
}

pub fn run(session: &Session, kind: DecisionKind, args: Args) -> Result<Outcome, Error> {
    match (kind, args.until) {
        (DecisionKind::Defer, None) => {
            return Err(usage("`defer` needs --until").hint("add --until YYYY-MM-DD"));
        }
        (DecisionKind::Defer, Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err(usage("--until works only with `defer`")),
    }
    if kind == DecisionKind::Override && args.playbook.is_none() {
        let error = usage("`override` needs --playbook");
        return Err(error.hint("name the playbook to run instead: --playbook P"));
    }
    session.refuse_as_of()?;
    let needed = Needed::Customer(args.id.as_str().into());
    let Opened { mut workspace, snapshot } = session.open_for(needed)?;
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
    let activity = workspace.ledger_activity();
    print_entry(&with_slow_notice(&activity, || {
        workspace.decide(DecisionRequest::Decide(request))
    })?)
}

/// Warns where an unfinished last line of the ledger was moved to, if there was one.
pub(super) fn warn_of_moved_line(path: Option<&Path>) {
    if let Some(path) = path {
        let path = path.display();
        warning(&format!("the ledger's last line was unfinished and was moved to {path}"));
    }
}

/// Prints the line that a decision added to the ledger.
pub(super) fn print_entry(decided: &RecordedDecision) -> Result<Outcome, Error> {
    warn_of_moved_line(decided.set_aside.as_deref());
    let saved =
        |error: Error| error.context(format!("the decision is saved as {}", decided.entry.id));
    let line = decided.entry.basis.line().and_then(|line| String::from_utf8(line).ok());
    let unreadable = || saved(Error::new(ErrorKind::Io, "its line cannot be read back"));
    let line = line.ok_or_else(unreadable)?;
    print(|out| writeln!(out, "{}", json::escaped(&line))).map_err(saved)?;
    Ok(Outcome::Done)
}

/// Reads a date.
fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "expected a date such as 2027-01-31".to_owned())
}
