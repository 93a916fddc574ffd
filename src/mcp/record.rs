//! What the tools that record something do, and return.

use super::engine::Engine;
use super::inputs::{Claim, Outcome, Proposed};
use crate::approval::Request;
use crate::domain::{DecisionKind, Error, ErrorKind, json};
use crate::intake::load::Reread;
use crate::workspace::outcomes::OutcomeReport;
use crate::workspace::{DecisionRequest, PlayClaim};

/// What was recorded.
pub struct Recorded {
    /// The JSON that is returned.
    pub text: Vec<u8>,
    /// Why nothing was recorded, where that is told in the JSON as well.
    pub refused: Option<Error>,
}

/// What was recorded, or why nothing was.
pub type Recording = Result<Recorded, Error>;

fn told<T: serde::Serialize>(value: &T) -> Vec<u8> {
    json::line(value).into_bytes()
}

/// Hands off plays to whoever asks: exactly those, or each refused with its reason.
///
/// # Errors
/// Why none of them could be.
pub fn claim_plays(engine: &mut Engine, input: Claim) -> Recording {
    let plays = input
        .plays
        .into_iter()
        .map(|play| PlayClaim { customer_id: play.customer_id, basis: play.basis });
    let plays: Vec<PlayClaim> = plays.collect();
    let claimed = engine.record(|workspace, by| workspace.claim_plays(by, &plays, &input.key))?;
    let reasons = || {
        let refused = claimed.plays.iter();
        let reason = |id: &str, why: &str| match why.starts_with(id) {
            true => why.to_owned(),
            false => format!("{id}: {why}"),
        };
        let reasons =
            refused.filter_map(|play| Some(reason(&play.customer_id, play.refused.as_deref()?)));
        let error = Error::new(ErrorKind::Refused, "nothing was handed off");
        reasons.fold(error, Error::hint)
    };
    let refused = !claimed.plays.iter().any(|play| play.handed_off);
    Ok(Recorded { text: told(&claimed), refused: refused.then(reasons) })
}

/// Records the outcome of a play that runs; the same report again adds nothing.
///
/// # Errors
/// Why it was not recorded.
pub fn report_outcome(engine: &mut Engine, input: Outcome) -> Recording {
    let report = OutcomeReport {
        intervention_id: input.intervention_id.into(),
        outcome: input.outcome.into(),
        playbook_success: input.playbook_success,
        resolution_time_days: input.resolution_time_days,
        estimated_revenue_saved: input.estimated_revenue_saved,
        measured_at: input.measured_at.map(Into::into),
    };
    let reported = engine.record(|workspace, by| workspace.report_outcome(by, &report))?;
    Ok(Recorded { text: told(&reported), refused: None })
}

/// Proposes a playbook, as `propose`; returns the line of the ledger.
///
/// # Errors
/// Why it was not recorded.
pub fn propose(engine: &mut Engine, input: Proposed) -> Recording {
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
        let text = json::escaped(&line.ok_or_else(unreadable)?).into_owned().into_bytes();
        Ok(Recorded { text, refused: None })
    })
}
