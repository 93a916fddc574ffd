//! A status as a person reads it: one wording for the command line and the dashboard. Text from data
//! files in it is not yet escaped.

use jiff::Timestamp;

use super::rules::runs_words;
use crate::domain::time::ago;
use crate::domain::{Standing, Status};

/// The status in one word first, then what there is to say of it: `pending: needs an approval, the
/// playbook asks for it`; `deferred until 2026-03-01`; approvals that do not count. `asks` tell who
/// asks for an approval. Who decided, and when, is for the caller to say.
pub fn status_words(standing: &Standing, asks: &[&str], now: Timestamp) -> String {
    let mut text = words(standing, asks, now);
    if standing.status.is_open() {
        for uncounted in &standing.uncounted {
            text.push_str("; ");
            text.push_str(&uncounted.words());
        }
    }
    text
}

fn words(standing: &Standing, asks: &[&str], now: Timestamp) -> String {
    let name = standing.status.name();
    let until = standing.decision.as_ref().and_then(|decision| decision.until);
    let run = || standing.run.as_ref().map(|run| runs_words(run, now));
    match standing.status {
        Status::None => match run() {
            Some(run) => format!("nothing is recommended; {run}"),
            None => "nothing is recommended".to_owned(),
        },
        Status::Automatic => format!("{name}: needs no approval, may run"),
        Status::Held => {
            format!("{name}: it needs no approval, but a row behind it was set aside; look at it")
        }
        Status::Pending => {
            let mut text = match standing.progress() {
                Some(progress) => format!("{name}: {progress}; somebody else has to as well"),
                None if asks.is_empty() => format!("{name}: somebody has to decide"),
                None => format!("{name}: needs an approval, {}", asks.join(", ")),
            };
            if let Some(recovery) = &standing.recovered {
                text.push_str(&format!(
                    "; earlier decisions may be lost: the ledger was recovered (#{})",
                    recovery.seq
                ));
            }
            if let (Some(until), Some(_)) = (until, standing.since) {
                text.push_str(&format!("; the deferral until {until} is over"));
            }
            text
        }
        Status::Deferred => match until {
            Some(until) => format!("{name} until {until}"),
            None => name.to_owned(),
        },
        Status::Approved | Status::Overridden if standing.needed > 1 => {
            let (so_far, needed) = (standing.approvals.len(), standing.needed);
            format!("{name}, {so_far} of {needed}, {}", standing.approvals.join(", "))
        }
        Status::Stale => format!("{name}: decided about something else than what stands now"),
        Status::Expired => {
            let since = standing.since.map(|at| format!(" {}", ago(at, now))).unwrap_or_default();
            format!("{name}{since}: decided longer ago than the policy allows")
        }
        Status::Running | Status::Done => {
            format!("{name}: {}", run().unwrap_or_default())
        }
        Status::Approved | Status::Overridden | Status::Rejected => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::approval::samples::{basis, entry, now};
    use crate::domain::status::RunBegan;
    use crate::domain::{ApprovalReason, DecisionKind, Entry, Run};

    fn standing(status: Status, decision: Option<Entry>) -> Standing {
        Standing { decision: decision.map(Arc::new), ..Standing::undecided(status) }
    }

    fn told(standing: &Standing) -> String {
        status_words(standing, &[ApprovalReason::Playbook.words()], now().at)
    }

    fn decision(kind: DecisionKind) -> Entry {
        (*entry(1, kind, "dana", &basis())).clone()
    }

    #[test]
    fn undecided_it_says_who_asks_and_who_is_missing() {
        assert_eq!(
            told(&standing(Status::Pending, None)),
            "pending: needs an approval, required by the playbook"
        );
        let mut half = standing(Status::Pending, Some(decision(DecisionKind::Approve)));
        half.approvals = vec!["dana".into()];
        half.needed = 2;
        let want = "pending: 1 of 2, dana; somebody else has to as well";
        assert_eq!(told(&half), want);
        half.status = Status::Approved;
        half.approvals.push("sam".into());
        assert_eq!(told(&half), "approved, 2 of 2, dana, sam");
    }

    #[test]
    fn what_time_does_is_told_with_its_day() {
        let mut deferred = decision(DecisionKind::Defer);
        deferred.until = Some("2026-02-05".parse().unwrap());
        let mut deferral = standing(Status::Deferred, Some(deferred));
        assert_eq!(told(&deferral), "deferred until 2026-02-05");
        deferral.status = Status::Pending;
        deferral.since = Some("2026-02-05T00:00:00Z".parse().unwrap());
        assert!(told(&deferral).ends_with("; the deferral until 2026-02-05 is over"));
        let mut expired = standing(Status::Expired, Some(decision(DecisionKind::Approve)));
        expired.since = Some("2026-02-03T11:03:00Z".parse().unwrap());
        let want = "expired 3 h ago: decided longer ago than the policy allows";
        assert_eq!(told(&expired), want);
    }

    #[test]
    fn what_runs_says_since_when_and_what_came_of_it() {
        let mut standing = standing(Status::Running, None);
        let began = RunBegan::HandedOff(entry(2, DecisionKind::HandOff, "ops", &basis()));
        let mut run = Run {
            playbook_id: "P1".into(),
            instead_of: None,
            began,
            outcome: None,
            until: None,
            over: false,
        };
        standing.run = Some(run.clone());
        assert_eq!(told(&standing), "running: P1 was handed off by ops 3 min ago");
        run.began = RunBegan::InData { id: "I003".into(), at: Some("2025-02-02".into()) };
        run.over = true;
        standing.run = Some(run.clone());
        standing.status = Status::Done;
        assert_eq!(told(&standing), "done: P1 ran (I003, 2025-02-02), outcome unknown");
        run.outcome = Some("partial_improvement".into());
        standing.run = Some(run);
        standing.status = Status::Done;
        assert_eq!(told(&standing), "done: P1 ran (I003, 2025-02-02), partial_improvement");
    }
}
