//! What the tools that record something do, and return.

use super::engine::Engine;
use super::inputs::Proposed;
use super::read::Answer;
use crate::approval::Request;
use crate::domain::{DecisionKind, Error, ErrorKind, json};
use crate::intake::load::Reread;
use crate::workspace::DecisionRequest;

/// Proposes a playbook, as `propose`; returns the line of the ledger.
///
/// # Errors
/// Why it was not recorded.
pub fn propose(engine: &mut Engine, input: Proposed) -> Answer {
    engine.record(|workspace, by| {
        let snapshot = workspace.refresh(Reread::Changed);
        let number = snapshot.named_customer(&input.customer_id)?;
        let view = snapshot.matching.customer(number);
        let customer = view.map(|view| view.id().to_owned()).unwrap_or_default();
        let request = Request {
            playbook_id: Some(snapshot.named_playbook(&input.playbook_id)?.into()),
            reason: input.reason.map(Into::into),
            note: input.note,
            ..Request::new(DecisionKind::Propose, customer, by)
        };
        let decided = workspace.decide_each(&[DecisionRequest::Decide(request)])?;
        let recorded = decided.each.into_iter().next().transpose()?;
        let line = recorded.as_ref().and_then(|recorded| recorded.entry.basis.line());
        let line = line.and_then(|line| String::from_utf8(line).ok());
        let unreadable = || {
            let id = recorded.as_ref().map(|recorded| recorded.entry.id.clone());
            let id = id.unwrap_or_default();
            Error::new(
                ErrorKind::Io,
                format!("the proposal is saved as {id}, and cannot be read back"),
            )
        };
        Ok(json::escaped(&line.ok_or_else(unreadable)?).into_owned().into_bytes())
    })
}
