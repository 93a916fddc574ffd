//! `nextplay propose`: asks an approver to let a playbook run.

use super::Outcome;
use super::decide::decide;
use super::format::Format;
use super::session::{Opened, Session};
use crate::approval::Request;
use crate::domain::{DecisionKind, Error};
use crate::workspace::DecisionRequest;

/// Propose a playbook for a customer; an approver decides
///
/// Anyone can propose. A proposal changes no status: it is shown to approvers until one of them
/// decides. `undo` removes your own proposal.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Customer, by id or by whole name, in any case
    #[arg(value_name = "CUSTOMER")]
    pub customer: String,
    /// Id of the playbook to propose: the recommended one or another
    #[arg(long, value_name = "P")]
    pub playbook: String,
    /// Code of the reason, one of those in the policy
    #[arg(long, value_name = "CODE")]
    pub reason: Option<String>,
    /// Note in your own words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Hash of the basis that you reviewed
    ///
    /// Refused if the data changed since then. `queue` and `explain` print the hash.
    #[arg(long, value_name = "HASH")]
    pub basis: Option<String>,
    /// Format of the output: a sentence, or the line of the ledger
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: Args) -> Result<Outcome, Error> {
    session.check_recording()?;
    let (Opened { workspace, snapshot }, customer_id) =
        session.open_for_customer(&args.customer)?;
    let playbook = snapshot.named_playbook(&args.playbook)?;
    let request = Request {
        playbook_id: Some(playbook.into()),
        reason: args.reason.map(Into::into),
        note: args.note,
        basis_hash: args.basis,
        ..Request::new(DecisionKind::Propose, customer_id, session.by.as_str())
    };
    decide(workspace, &snapshot, DecisionRequest::Decide(request), args.format)
}
