//! Whether a decision may be made, and why not (`decisions.md`).

use compact_str::CompactString;
use jiff::Timestamp;

use super::standing::standing_decision;
use crate::domain::time::ago;
use crate::domain::{Basis, DecisionKind, Entry, Policy, Standing, Status};
use std::sync::Arc;

/// A decision that somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub kind: DecisionKind,
    pub customer_id: CompactString,
    pub by: CompactString,
    /// The playbook that the reviewer means; whatever is recommended where `None`.
    pub playbook_id: Option<CompactString>,
    pub reason: Option<CompactString>,
    pub note: Option<String>,
    /// Hash of the basis that the reviewer saw; what is on disk where `None`.
    pub basis_hash: Option<String>,
    /// The last entry for the customer that the reviewer saw; `None` where nothing was shown.
    pub seen: Option<Option<CompactString>>,
}

/// Why a decision is not made. The text says what was found and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// Looks at everything about a decision but the ledger's order.
///
/// # Errors
/// The first rule that speaks against it.
pub fn may_decide(
    request: &Request,
    basis: Option<(&Basis, &str)>,
    standing: &Standing,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    let id = &request.customer_id;
    let refuse = |text: String| Err(Refusal(text));
    somebody(&request.by)?;
    let Some((basis, hash)) = basis else {
        return refuse(format!(
            "nothing is recommended for {id}, so there is nothing to decide; \
             `nextplay explain {id}` says why"
        ));
    };
    let recommended = &basis.recommendation;
    if let Some(meant) = &request.playbook_id
        && *meant != recommended.playbook_id
    {
        return refuse(format!(
            "the recommendation for {id} is {}, not {meant}; look again and decide about that",
            recommended.playbook_id
        ));
    }
    if let Some(seen) = &request.basis_hash
        && seen != hash
    {
        return refuse(format!(
            "what stands for {id} is no longer what was seen: its basis is {hash}, not {seen}; \
             look again and decide about that"
        ));
    }
    if let Some(already) = already(request.kind, standing, now) {
        return refuse(already);
    }
    reason(request, policy)
}

/// Looks whether a reviewer is named.
///
/// # Errors
/// Where the name is empty or blank.
pub fn somebody(by: &str) -> Result<(), Refusal> {
    if by.trim().is_empty() {
        return Err(Refusal("nobody is named as the reviewer; name one with --by NAME".to_owned()));
    }
    Ok(())
}

/// Why the same decision cannot be made again: "already approved by sam 3 min ago".
pub fn already(kind: DecisionKind, standing: &Standing, now: Timestamp) -> Option<String> {
    let decided = matches!(standing.status, Status::Approved | Status::Rejected);
    let decision = standing.decision.as_ref().filter(|d| decided && d.kind == kind)?;
    Some(format!("already {} by {} {}", kind.done(), decision.by, ago(decision.at, now)))
}

fn reason(request: &Request, policy: &Policy) -> Result<(), Refusal> {
    let allowed = policy.reasons.join(", ");
    match &request.reason {
        None if policy.reason_required.contains(&request.kind) => Err(Refusal(format!(
            "to {} needs a reason: --reason with one of {allowed}",
            request.kind.name()
        ))),
        Some(reason) if !policy.reasons.iter().any(|known| known == reason) => {
            Err(Refusal(format!("{reason:?} is not one of the reasons; use one of {allowed}")))
        }
        _ => Ok(()),
    }
}

/// Looks whether an entry can be taken back: it has to be the decision that stands for its customer.
///
/// # Errors
/// What the entry is instead.
pub fn may_undo<'e>(
    entry: &Entry,
    entries: impl IntoIterator<Item = &'e Arc<Entry>> + Clone,
    now: Timestamp,
) -> Result<(), Refusal> {
    let id = &entry.id;
    if entry.kind == DecisionKind::Undo {
        return Err(Refusal(format!("{id} is an undo, which is not undone; decide again instead")));
    }
    if let Some(undo) = entries.clone().into_iter().find(|e| e.undoes.as_ref() == Some(id)) {
        return Err(Refusal(format!(
            "{id} was already taken back by {} {}",
            undo.by,
            ago(undo.at, now)
        )));
    }
    match standing_decision(entries) {
        Some(standing) if standing.id == *id => Ok(()),
        Some(standing) => Err(Refusal(format!(
            "{id} no longer stands: {} {} {} {} ({}); take that one back",
            standing.by,
            standing.kind.done(),
            standing.customer_id,
            ago(standing.at, now),
            standing.id
        ))),
        None => Err(Refusal(format!("{id} is no decision that stands"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{basis, entry, undo};
    use super::super::standing::standing;
    use super::*;

    fn now() -> Timestamp {
        "2026-02-03T14:03:00Z".parse().unwrap()
    }

    fn request(kind: DecisionKind) -> Request {
        Request {
            kind,
            customer_id: "C1".into(),
            by: "lee".into(),
            playbook_id: None,
            reason: None,
            note: None,
            basis_hash: None,
            seen: None,
        }
    }

    fn refused(request: &Request, entries: &[Arc<Entry>]) -> Option<String> {
        let (basis, policy) = (basis(), Policy::default());
        let standing = standing(Some(&basis), false, &policy, entries);
        let decided = may_decide(request, Some((&basis, "abc")), &standing, &policy, now());
        decided.err().map(|refusal| refusal.0)
    }

    #[test]
    fn an_approval_of_what_stands_is_open() {
        assert_eq!(refused(&request(DecisionKind::Approve), &[]), None);
    }

    #[test]
    fn the_same_decision_again_says_who_and_when() {
        let entries = [entry(1, DecisionKind::Approve, "sam", &basis())];
        let again = refused(&request(DecisionKind::Approve), &entries).unwrap();
        assert_eq!(again, "already approved by sam 3 min ago");
        let other = Request { reason: Some("budget".into()), ..request(DecisionKind::Reject) };
        assert_eq!(refused(&other, &entries), None, "another decision replaces it");
    }

    #[test]
    fn a_rejection_needs_a_reason_that_the_policy_knows() {
        let bare = refused(&request(DecisionKind::Reject), &[]).unwrap();
        assert!(bare.contains("needs a reason") && bare.contains("bad_timing"), "{bare}");
        let odd = Request { reason: Some("mood".into()), ..request(DecisionKind::Reject) };
        assert!(refused(&odd, &[]).unwrap().contains("\"mood\" is not one of the reasons"));
        let odd = Request { reason: Some("mood".into()), ..request(DecisionKind::Approve) };
        assert!(refused(&odd, &[]).is_some(), "also where none is needed");
    }

    #[test]
    fn what_was_seen_has_to_be_what_stands() {
        let seen = |hash: &str| Request {
            basis_hash: Some(hash.to_owned()),
            ..request(DecisionKind::Approve)
        };
        assert_eq!(refused(&seen("abc"), &[]), None);
        assert!(refused(&seen("xyz"), &[]).unwrap().contains("no longer what was seen"));
        let meant = Request { playbook_id: Some("P2".into()), ..request(DecisionKind::Approve) };
        assert!(refused(&meant, &[]).unwrap().contains("is P1, not P2"));
    }

    #[test]
    fn nobody_and_nothing_cannot_decide() {
        let nobody = Request { by: " ".into(), ..request(DecisionKind::Approve) };
        assert!(refused(&nobody, &[]).unwrap().contains("--by NAME"));
        let none = standing(None, false, &Policy::default(), &[]);
        let policy = Policy::default();
        let refusal = may_decide(&request(DecisionKind::Approve), None, &none, &policy, now());
        assert!(refusal.unwrap_err().0.contains("nothing is recommended for C1"));
    }

    #[test]
    fn only_the_decision_that_stands_can_be_taken_back() {
        let basis = basis();
        let approved = entry(1, DecisionKind::Approve, "dana", &basis);
        let rejected = entry(2, DecisionKind::Reject, "sam", &basis);
        let entries = [approved.clone(), rejected.clone()];
        assert!(may_undo(&rejected, &entries, now()).is_ok());
        let replaced = may_undo(&approved, &entries, now()).unwrap_err().0;
        assert!(replaced.contains("no longer stands: sam rejected C1"), "{replaced}");
        let entries = [approved.clone(), undo(2, 1, &basis)];
        let twice = may_undo(&approved, &entries, now()).unwrap_err().0;
        assert!(twice.contains("already taken back by dana 3 min ago"), "{twice}");
        let undone = may_undo(&entries[1], &entries, now()).unwrap_err().0;
        assert!(undone.contains("an undo, which is not undone"), "{undone}");
    }
}
