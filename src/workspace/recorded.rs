//! Decisions that were recorded, in words, for dashboard and command line alike.

use std::sync::Arc;

use super::snapshot::Snapshot;
use crate::domain::{DecisionKind, Entry, Standing, Status};

/// Returns the decision that one of a kind, about a playbook where an override chose one, would replace.
/// What lapsed or no longer holds is not replaced but decided anew, and what joins an approval, or a
/// choice of the same playbook, replaces nothing.
pub fn replaced(
    standing: &Standing,
    kind: DecisionKind,
    playbook: Option<&str>,
) -> Option<Arc<Entry>> {
    let decision = standing.decision.as_ref()?;
    let stands = matches!(
        standing.status,
        Status::Approved | Status::Rejected | Status::Deferred | Status::Overridden
    ) || standing.progress().is_some();
    let is_same = decision.kind == kind && playbook.is_none_or(|id| id == decision.playbook_id);
    let joins = is_same && standing.progress().is_some();
    (stands && !joins && kind.decides() && kind != DecisionKind::Undo).then(|| Arc::clone(decision))
}

impl Snapshot {
    /// Returns what an entry did, without who did it: `Approved Executive call for Acme (C1)`.
    pub fn done_words(&self, entry: &Entry) -> String {
        let did = entry.kind.rules().did;
        let playbook = entry.basis.playbook_title();
        let customer = self.customer_words(&entry.customer_id);
        match (entry.kind, &entry.until) {
            (DecisionKind::Undo, _) => {
                let undone = entry.undoes.as_deref().and_then(|id| self.history.entry(id));
                let what = undone.map(|entry| format!("{} of", entry.words()));
                let what = what.unwrap_or_else(|| "the decision about".to_owned());
                format!("{did} {what} {playbook} for {customer}")
            }
            (DecisionKind::Defer, Some(until)) => {
                format!("{did} {playbook} for {customer} until {until}")
            }
            (DecisionKind::Override, _) => match entry.basis.recommended() {
                Some(recommended) => {
                    let recommended = recommended.playbook_title();
                    format!("{did} {recommended} with {playbook} for {customer}")
                }
                None => format!("Assigned {playbook} to {customer}"),
            },
            _ => format!("{did} {playbook} for {customer}"),
        }
    }

    /// Returns a recorded decision in one sentence: `Approved Executive call for Acme (C1) as dana, saved
    /// as #12`, with how many more have to approve, and what it replaced in the view before it.
    pub fn sentence(&self, entry: &Entry, before: &Self) -> String {
        let mut text =
            format!("{} as {}, saved as #{}", self.done_words(entry), entry.by, entry.seq);
        let standing = |snapshot: &Self| {
            let number = snapshot.matching.dataset().customer_number(&entry.customer_id)?;
            Some(snapshot.standing(number))
        };
        let playbook = Some(entry.playbook_id.as_str());
        if let Some(replaced) = standing(before).and_then(|s| replaced(&s, entry.kind, playbook)) {
            text.push_str(&format!(", replaces {}", replaced.words()));
        }
        if let Some(standing) = standing(self)
            && entry.kind.lets_run()
            && let Some(missing) = standing.approvers_missing()
        {
            text.push_str(&format!(
                ", {} of {}; needs {missing}",
                standing.approvals.len(),
                standing.needed
            ));
        }
        text
    }
}
