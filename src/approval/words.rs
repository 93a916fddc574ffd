//! A status as a person reads it: one wording for the command line and the dashboard. Text from data
//! files in it is not yet made harmless.

use jiff::Timestamp;

use super::rules::runs_words;
use crate::domain::time::ago;
use crate::domain::{ApprovalReason, Entry, Standing, Status};

/// `pending: needs an approval, the playbook asks for it`; `deferred until 2026-03-01 by dana`.
/// `reasons` tell who asks for an approval. When the decision was made is for the caller to say.
pub fn status_words(standing: &Standing, reasons: &[ApprovalReason], now: Timestamp) -> String {
    let name = standing.status.name();
    let by = |decision: &Entry| format!("{} by {}", decision.kind.done(), decision.by);
    let decided = || standing.decision.as_deref().map(by).unwrap_or_default();
    let asks = || reasons.iter().map(|reason| reason.words()).collect::<Vec<_>>().join(", ");
    match standing.status {
        Status::None => "nothing is recommended".to_owned(),
        Status::Automatic => "automatic: needs no approval, may run".to_owned(),
        Status::Held => "held: it needs no approval, but a row behind it was set aside".to_owned(),
        Status::Pending => match standing.progress() {
            Some(progress) => format!("pending: approved {progress}; somebody else has to as well"),
            None if reasons.is_empty() => "pending: somebody has to decide".to_owned(),
            None => format!("pending: needs an approval, {}", asks()),
        },
        Status::Approved if standing.approvals.len() > 1 => {
            format!("approved by {}", standing.approvals.join(" and "))
        }
        Status::Deferred => {
            let until = standing.decision.as_ref().and_then(|decision| decision.until);
            let until = until.map(|until| format!(", until {until}")).unwrap_or_default();
            format!("{}{until}", decided())
        }
        Status::Overridden => {
            let chosen = standing.decision.as_ref().map(|decision| {
                let basis = &decision.basis;
                let (chosen, instead) =
                    (basis.playbook_title(), basis.recommendation.playbook_title());
                format!("overridden by {}: {chosen} instead of {instead}", decision.by)
            });
            chosen.unwrap_or_default()
        }
        Status::Stale => "stale: decided about something else than what stands now".to_owned(),
        Status::Expired => {
            let since = standing.since.map(|at| format!(", {}", ago(at, now))).unwrap_or_default();
            format!("expired{since}: it was {} longer ago than the policy allows", decided())
        }
        Status::Running | Status::Done => {
            let run = standing.run.as_ref().map(|run| runs_words(run, now));
            format!("{name}: {}", run.unwrap_or_default())
        }
        Status::Approved | Status::Rejected => decided(),
    }
}
