//! Where a recommendation stands and what led to it, as `explain` tells it. Text from data files in it
//! is not yet escaped.

use std::sync::Arc;

use jiff::Timestamp;

use crate::approval::words::status_words;
use crate::domain::time::ago;
use crate::domain::{Change, DecisionKind, Entry, Standing};

/// The status in one word first, then what led to it. `asks` tell who asks for an approval.
pub fn words(standing: &Standing, asks: &[&str], now: Timestamp) -> String {
    let mut text = status_words(standing, asks, now);
    let told = |decision: &&Arc<Entry>| {
        !standing.uncounted.iter().any(|uncounted| uncounted.entry.id == decision.id)
    };
    if let Some(decision) = standing.decision.as_ref().filter(told) {
        text.push_str(&format!("; {}", decided(decision, now)));
    }
    if !standing.changed.is_empty() {
        let changes: Vec<String> = standing.changed.iter().map(Change::words).collect();
        text.push_str(&format!("; since then {}", changes.join(", ")));
    }
    text
}

/// `P1 approved by dana at 2026-02-03T14:02:11Z (3 min ago), bad_timing, “next year”`.
fn decided(decision: &Entry, now: Timestamp) -> String {
    let what = match decision.kind {
        DecisionKind::Override => match decision.basis.recommended() {
            Some(told) => format!("chosen instead of {}", told.playbook_id),
            None => "assigned by hand".to_owned(),
        },
        kind => kind.done().to_owned(),
    };
    let when = ago(decision.at, now);
    let mut text = format!(
        "{} {what} by {} at {:.0} ({when})",
        decision.playbook_id, decision.by, decision.at
    );
    text.extend(decision.reason.as_ref().map(|reason| format!(", {reason}")));
    text.extend(decision.note.as_ref().map(|note| format!(", “{note}”")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::samples::{basis, entry, now, overridden};
    use crate::domain::Status;

    fn told(status: Status, entry: &Arc<Entry>, changed: Vec<Change>) -> String {
        let decision = Some(Arc::clone(entry));
        let standing = Standing { decision, changed, ..Standing::undecided(status) };
        words(&standing, &[], now().at)
    }

    const AT: &str = "by dana at 2026-02-03T14:00:00Z (3 min ago)";

    #[test]
    fn an_override_names_both_playbooks() {
        let chosen = entry(1, DecisionKind::Override, "dana", &overridden());
        let want = format!("overridden; P2 chosen instead of P1 {AT}");
        assert_eq!(told(Status::Overridden, &chosen, Vec::new()), want);
    }

    #[test]
    fn a_stale_one_says_what_moved() {
        let changed =
            vec![Change { field: "account_value", was: 90_000.into(), now: 120_000.into() }];
        let approved = entry(1, DecisionKind::Approve, "dana", &basis());
        let want = format!(
            "stale: data changed since the decision; P1 approved {AT}; since then account value \
             $90,000 → $120,000"
        );
        assert_eq!(told(Status::Stale, &approved, changed), want);
    }
}
