//! Whether the same decision was made before.

use compact_str::CompactString;
use jiff::Timestamp;

use super::refusal::Already;
use super::request::Request;
use crate::domain::time::ago;
use crate::domain::{DecisionKind, Entry, Person, Standing, Status};

/// Returns the decision that is already in force and decides the same: "already approved by sam 3 min
/// ago".
pub fn already(request: &Request, standing: &Standing, now: Timestamp) -> Option<Already> {
    let decision = standing.decision.as_ref().filter(|d| d.kind == request.kind)?;
    let of_own = || approval_of(&request.by, standing).is_some();
    let same = match (request.kind, standing.status) {
        (DecisionKind::Approve, Status::Approved) | (DecisionKind::Reject, Status::Rejected) => {
            true
        }
        (DecisionKind::Approve, status) if status.is_open() => of_own(),
        (DecisionKind::Defer, Status::Deferred) => request.until == decision.until,
        (DecisionKind::Override, Status::Overridden | Status::Pending | Status::Expired) => {
            request.playbook_id.as_ref() == Some(&decision.playbook_id)
                && (standing.status == Status::Overridden || of_own())
        }
        _ => false,
    };
    same.then(|| told(decision, &request.by, standing, now))
}

/// The approval that counts as this reviewer's: names that look the same count as one.
fn approval_of<'s>(by: &str, standing: &'s Standing) -> Option<&'s CompactString> {
    let by = Person::new(by);
    standing.approvals.iter().find(|name| Person::new(name).looks_like(&by))
}

/// Of two approvals the reviewer's own is the one to name.
fn told(decision: &Entry, by: &str, standing: &Standing, now: Timestamp) -> Already {
    let own = approval_of(by, standing).filter(|_| standing.status.is_open());
    let who = own.unwrap_or(&decision.by);
    let is_other = own.is_some() && !Person::new(who).is(&Person::new(by));
    Already {
        kind: decision.kind,
        until: decision.until,
        by: who.clone(),
        when: (*who == decision.by).then(|| ago(decision.at, now)),
        looks_like: is_other.then(|| by.into()),
    }
}
