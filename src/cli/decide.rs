//! `nextplay approve`, `reject`, `defer` and `override`.

use std::path::Path;
use std::sync::Arc;

use super::Outcome;
use super::errors::usage;
use super::format::Format;
use super::output::{print, print_text, warning};
use super::session::{Opened, Session};
use super::slow::with_slow_notice;
use crate::approval::Request;
use crate::domain::decision_kind::PlaybookRule;
use crate::domain::text::escape_controls;
use crate::domain::{DecisionKind, Entry, Error, ErrorKind, json, until};
use crate::intake::load::Reread;
use crate::workspace::{
    DecisionRequest, Needed, RecordedDecision, Snapshot, Workspace, find_entry,
};

/// Arguments of the four decisions.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Customer, by id or by whole name, in any case
    #[arg(value_name = "CUSTOMER")]
    pub customer: String,
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
    /// Date on which it returns to the queue, in local time; only for `defer`
    ///
    /// 2026-12-18, tomorrow, fri (the first Friday after today), next mon (Monday of next week), 10d,
    /// 2w, or eom (the last day of the month).
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Proposal that the decision follows, by the number or id of its entry; only for `approve` and
    /// `override`
    ///
    /// Refused if it is about a different customer or playbook. Without --playbook, `override` takes
    /// the proposed one.
    #[arg(long, value_name = "ENTRY")]
    pub proposal: Option<String>,
    /// Hash of the basis that you reviewed
    ///
    /// Refused if the data changed since then. `queue` and `explain` print the hash.
    #[arg(long, value_name = "HASH")]
    pub basis: Option<String>,
    /// Format of the output: a sentence, or the line of the ledger
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, kind: DecisionKind, args: Args) -> Result<Outcome, Error> {
    let rules = kind.rules();
    match (rules.needs_until, &args.until) {
        (true, None) => {
            let error = usage(format!("`{}` needs --until", kind.name()));
            return Err(error.hint(format!("add --until DATE: {}", until::ACCEPTED)));
        }
        (false, Some(_)) => return Err(usage("--until works only with `defer`")),
        (true, Some(_)) | (false, None) => {}
    }
    let names_none = args.playbook.is_none() && args.proposal.is_none();
    if rules.playbook == PlaybookRule::Another && names_none {
        let error = usage(format!("`{}` needs --playbook", kind.name()));
        return Err(error.hint("name the playbook to run instead: --playbook P"));
    }
    if !kind.lets_run() && args.proposal.is_some() {
        return Err(usage("--proposal works only with `approve` and `override`"));
    }
    session.check_recording()?;
    let today = session.clock().now().today();
    let until = args.until.map(|text| until::parse(&text, today)).transpose()?;
    // An unknown customer is bad usage, whatever else speaks against deciding.
    let (mut opened, customer_id) = session.open_for_customer(&args.customer)?;
    let proposal = args.proposal.map(|id| proposal(&mut opened, &id)).transpose()?;
    let Opened { workspace, snapshot } = opened;
    let named = args.playbook.map(|typed| snapshot.named_playbook(&typed)).transpose()?;
    let another = proposal.as_ref().filter(|_| rules.playbook == PlaybookRule::Another);
    let proposed = || another.map(|entry| entry.playbook_id.clone());
    let playbook_id = named.map(Into::into).or_else(proposed);
    let request = Request {
        kind,
        customer_id,
        by: session.by.as_str().into(),
        playbook_id,
        reason: args.reason.map(Into::into),
        note: args.note,
        until,
        basis_hash: args.basis,
        proposal: proposal.map(|entry| entry.id.clone()),
        // Nothing was shown: the decision is about what is on disk now, or about `--basis`.
        seen: None,
    };
    decide(workspace, &snapshot, DecisionRequest::Decide(request), args.format)
}

/// Returns the entry of a proposal. It is among the customer's own entries, or all have to be read to say
/// what it is.
fn proposal(opened: &mut Opened, id: &str) -> Result<Arc<Entry>, Error> {
    let Opened { workspace, snapshot } = opened;
    if snapshot.ledger_problem.is_some() {
        // Not all entries are known: what is wrong with the ledger is the answer.
        workspace.decide_each(&[])?;
    } else if find_entry(&snapshot.history, id).is_err() {
        workspace.need(Needed::All);
        *snapshot = workspace.refresh(Reread::Changed);
    }
    Ok(find_entry(&snapshot.history, id)?)
}

/// Makes a decision and prints what was recorded. `before` is the view before it.
pub(super) fn decide(
    mut workspace: Workspace,
    before: &Snapshot,
    request: DecisionRequest,
    format: Format,
) -> Result<Outcome, Error> {
    let activity = workspace.ledger_activity();
    let decided = with_slow_notice(&activity, || workspace.decide_each(&[request]))?;
    for recorded in decided.each {
        print_decision(&recorded?, before, &decided.snapshot, format)?;
    }
    Ok(Outcome::Done)
}

/// Prints a recorded decision: a sentence, or the line that it added to the ledger.
///
/// # Errors
/// Where it cannot be printed; the decision is recorded all the same, and the error says so.
pub(super) fn print_decision(
    decided: &RecordedDecision,
    before: &Snapshot,
    after: &Snapshot,
    format: Format,
) -> Result<(), Error> {
    warn_of_moved_line(decided.set_aside.as_deref());
    let entry = &decided.entry;
    let saved = |error: Error| error.context(format!("the decision is saved as {}", entry.id));
    if format == Format::Text {
        let sentence = after.sentence(entry, before);
        return print_text(|out| writeln!(out, "{}", escape_controls(&sentence))).map_err(saved);
    }
    let line = entry.basis.line().and_then(|line| String::from_utf8(line).ok());
    let unreadable = || saved(Error::new(ErrorKind::Io, "its line cannot be read back"));
    let line = line.ok_or_else(unreadable)?;
    print(|out| writeln!(out, "{}", json::escaped(&line))).map_err(saved)
}

/// Warns where an unfinished last line of the ledger was moved to, if there was one.
pub(super) fn warn_of_moved_line(path: Option<&Path>) {
    if let Some(path) = path {
        let path = path.display();
        warning(&format!("the ledger's last line was unfinished and was moved to {path}"));
    }
}
