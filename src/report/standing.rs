//! Where a recommendation stands and what led to it, as `explain` tells it. Text from data files in it
//! is not yet made harmless.

use jiff::Timestamp;

use crate::domain::status::RunBegan;
use crate::domain::time::ago;
use crate::domain::{Change, DecisionKind, Entry, Run, Standing, Status};

/// The status in one word first, then what led to it.
pub fn words(standing: &Standing, now: Timestamp) -> String {
    let mut text = status(standing, now);
    if let Some(decision) = &standing.decision {
        text.push_str(&format!("; {}", decided(decision, now)));
    }
    if !standing.changed.is_empty() {
        let changes: Vec<String> = standing.changed.iter().map(Change::words).collect();
        text.push_str(&format!("; since then {}", changes.join(", ")));
    }
    text
}

fn status(standing: &Standing, now: Timestamp) -> String {
    let name = standing.status.name();
    let decision = standing.decision.as_ref();
    match standing.status {
        Status::Held => {
            format!("{name}, a row behind it was set aside: somebody has to look")
        }
        Status::Pending => {
            let mut text = format!("{name}, needs approval");
            text.extend(standing.progress().map(|progress| format!("; {progress}")));
            let until = decision.and_then(|decision| decision.until);
            if let (Some(until), Some(_)) = (until, standing.since) {
                text.push_str(&format!("; the deferral until {until} is over"));
            }
            text
        }
        Status::Deferred => match decision.and_then(|decision| decision.until) {
            Some(until) => format!("{name} until {until}"),
            None => name.to_owned(),
        },
        Status::Approved | Status::Overridden if standing.needed > 1 => {
            let (so_far, needed) = (standing.approvals.len(), standing.needed);
            format!("{name}, {so_far} of {needed}, {}", standing.approvals.join(", "))
        }
        Status::Expired => match standing.since {
            Some(since) => format!("{name} since {since:.0} ({})", ago(since, now)),
            None => name.to_owned(),
        },
        Status::Running | Status::Done => match &standing.run {
            Some(run) => format!("{name}: {}", ran(run, now)),
            None => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}

/// `P1 was handed off by ops 3 min ago`; `I003, 2025-02-02, partial_improvement`.
fn ran(run: &Run, now: Timestamp) -> String {
    let mut parts = match &run.began {
        RunBegan::HandedOff(entry) => {
            let when = ago(entry.at, now);
            vec![format!("{} was handed off by {} {when}", run.playbook_id, entry.by)]
        }
        RunBegan::InData { id, at } => {
            let told = [Some(id), at.as_ref()].into_iter().flatten();
            told.filter(|text| !text.is_empty()).map(ToString::to_string).collect()
        }
    };
    parts.extend(run.outcome.as_ref().map(ToString::to_string));
    parts.join(", ")
}

/// `P1 approved by dana at 2026-02-03T14:02:11Z (3 min ago), bad_timing, “next year”`.
fn decided(decision: &Entry, now: Timestamp) -> String {
    let what = match decision.kind {
        DecisionKind::Override => {
            format!("chosen instead of {}", decision.basis.recommendation.playbook_id)
        }
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
    use DecisionKind::{Approve, Defer, HandOff, Override};
    use std::sync::Arc;

    fn standing(status: Status, decision: Option<Entry>) -> Standing {
        Standing {
            status,
            decision: decision.map(Arc::new),
            approvals: Vec::new(),
            needed: 1,
            changed: Vec::new(),
            run: None,
            next_change: None,
            since: None,
        }
    }

    fn told(standing: &Standing) -> String {
        words(standing, now().at)
    }

    fn decision(kind: DecisionKind) -> Entry {
        let basis = if kind == Override { overridden() } else { basis() };
        (*entry(1, kind, "dana", &basis)).clone()
    }

    const AT: &str = "by dana at 2026-02-03T14:00:00Z (3 min ago)";

    #[test]
    fn undecided_it_says_what_is_missing() {
        assert_eq!(told(&standing(Status::Pending, None)), "pending, needs approval");
        let mut half = standing(Status::Pending, Some(decision(Approve)));
        half.approvals = vec!["dana".into()];
        half.needed = 2;
        let want = format!("pending, needs approval; 1 of 2, dana; P1 approved {AT}");
        assert_eq!(told(&half), want);
        half.status = Status::Approved;
        half.approvals.push("sam".into());
        assert_eq!(told(&half), format!("approved, 2 of 2, dana, sam; P1 approved {AT}"));
    }

    #[test]
    fn what_time_does_is_told_with_its_day() {
        let mut deferred = decision(Defer);
        deferred.until = Some("2026-02-05".parse().unwrap());
        let mut standing = standing(Status::Deferred, Some(deferred));
        let want = format!("deferred until 2026-02-05; P1 deferred {AT}");
        assert_eq!(told(&standing), want);
        standing.status = Status::Pending;
        standing.since = Some("2026-02-05T00:00:00Z".parse().unwrap());
        assert!(told(&standing).contains("; the deferral until 2026-02-05 is over; "));
        let mut expired = self::standing(Status::Expired, Some(decision(Approve)));
        expired.since = Some("2026-02-03T11:03:00Z".parse().unwrap());
        let want = format!("expired since 2026-02-03T11:03:00Z (3 h ago); P1 approved {AT}");
        assert_eq!(told(&expired), want);
    }

    #[test]
    fn an_override_names_both_playbooks() {
        let standing = standing(Status::Overridden, Some(decision(Override)));
        assert_eq!(told(&standing), format!("overridden; P2 chosen instead of P1 {AT}"));
    }

    #[test]
    fn what_runs_says_since_when_and_what_came_of_it() {
        let mut standing = standing(Status::Running, None);
        let hand_off = Arc::new((*entry(2, HandOff, "ops", &basis())).clone());
        let mut run =
            Run { playbook_id: "P1".into(), began: RunBegan::HandedOff(hand_off), outcome: None };
        standing.run = Some(run.clone());
        assert_eq!(told(&standing), "running: P1 was handed off by ops 3 min ago");
        run.began = RunBegan::InData { id: "I003".into(), at: Some("2025-02-02".into()) };
        run.outcome = Some("partial_improvement".into());
        standing.run = Some(run);
        standing.status = Status::Done;
        assert_eq!(told(&standing), "done: I003, 2025-02-02, partial_improvement");
    }

    #[test]
    fn a_stale_one_says_what_moved() {
        let mut standing = standing(Status::Stale, Some(decision(Approve)));
        standing.changed =
            vec![Change { field: "account_value", was: 90_000.into(), now: 120_000.into() }];
        let want = format!("stale; P1 approved {AT}; since then account value $90,000 → $120,000");
        assert_eq!(told(&standing), want);
    }
}
