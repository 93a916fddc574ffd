//! A status as a person reads it: one wording for the command line and the dashboard. Text from data
//! files in it is not escaped.

use jiff::Timestamp;

use crate::domain::status::RunBegan;
use crate::domain::time::ago;
use crate::domain::{Run, Standing, Status};

/// Returns the status in one word, and what there is to say of it: `pending: needs approval (required by
/// the playbook)`; `deferred until 2026-03-01`; approvals that do not count. `required_by` says what
/// requires an approval. Who decided, and when, is for the caller to say.
pub fn status_words(standing: &Standing, required_by: &[&str], now: Timestamp) -> String {
    let mut text = words(standing, required_by, now);
    if standing.status.is_open() {
        for uncounted in &standing.uncounted {
            text.push_str("; ");
            text.push_str(&uncounted.words());
        }
    }
    text
}

fn words(standing: &Standing, required_by: &[&str], now: Timestamp) -> String {
    let name = standing.status.name();
    let until = standing.decision.as_ref().and_then(|decision| decision.until);
    let run = || standing.run.as_ref().map(|run| run_words(run, now));
    match standing.status {
        Status::None => match run() {
            Some(run) => format!("no recommendation; {run}"),
            None => "no recommendation".to_owned(),
        },
        Status::Uncovered => format!("{name}: high risk and no recommendation"),
        Status::HeldOut => format!("{name}: left alone by an experiment, to compare others with"),
        Status::Automatic => format!("{name}: needs no approval, cleared to run"),
        Status::Held => {
            format!("{name}: the source data has an error; review before acting")
        }
        Status::Pending => {
            let mut text = match standing.progress_words() {
                Some(progress) => format!("{name}: {progress}"),
                None if required_by.is_empty() => format!("{name}: needs a decision"),
                None => format!("{name}: needs approval ({})", required_by.join("; ")),
            };
            if let Some(recovery) = &standing.recovered {
                text.push_str(&format!(
                    "; earlier decisions may be lost: the ledger was recovered (#{})",
                    recovery.seq
                ));
            }
            if let (Some(until), Some(_)) = (until, standing.since) {
                text.push_str(&format!("; the deferral ended on {until}"));
            }
            text
        }
        Status::Deferred => match until {
            Some(until) => format!("{name} until {until}"),
            None => name.to_owned(),
        },
        Status::Approved | Status::Overridden if standing.needed > 1 => {
            format!("{name} by {}", and(&standing.approvals))
        }
        Status::Stale => format!("{name}: data changed since the decision"),
        Status::Expired => {
            let since = standing.since.map(|at| format!(" {}", ago(at, now))).unwrap_or_default();
            format!("{name}{since}: the approval is older than the policy allows")
        }
        Status::Running | Status::Done => {
            format!("{name}: {}", run().unwrap_or_default())
        }
        Status::Approved | Status::Overridden | Status::Rejected => name.to_owned(),
    }
}

/// Returns what runs or ran: `PB_SUP_001 was handed off by ops 3 min ago`, `PB_ENG_001 ran (I003,
/// 2025-02-02), improved`.
pub fn run_words(run: &Run, now: Timestamp) -> String {
    let began = match &run.began {
        RunBegan::HandedOff(entry) => {
            format!("was handed off by {} {}", entry.by, ago(entry.at, now))
        }
        RunBegan::InData { id, at } => {
            let at = at.as_ref().map(|at| format!(", {at}")).unwrap_or_default();
            let runs = if run.over { "ran" } else { "runs" };
            format!("{runs} ({id}{at})")
        }
    };
    let outcome = match &run.outcome {
        Some(outcome) => format!(", {outcome}"),
        None if run.over => ", outcome unknown".to_owned(),
        None => String::new(),
    };
    format!("{} {began}{outcome}", run.playbook_id)
}

/// `dana and sam`
fn and(texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" and ")
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
            "pending: needs approval (required by the playbook)"
        );
        let mut half = standing(Status::Pending, Some(decision(DecisionKind::Approve)));
        half.approvals = vec!["dana".into()];
        half.needed = 2;
        let want = "pending: approved by dana; needs one more approver";
        assert_eq!(told(&half), want);
        half.status = Status::Approved;
        half.approvals.push("sam".into());
        assert_eq!(told(&half), "approved by dana and sam");
    }

    #[test]
    fn what_time_does_is_told_with_its_day() {
        let mut deferred = decision(DecisionKind::Defer);
        deferred.until = Some("2026-02-05".parse().unwrap());
        let mut deferral = standing(Status::Deferred, Some(deferred));
        assert_eq!(told(&deferral), "deferred until 2026-02-05");
        deferral.status = Status::Pending;
        deferral.since = Some("2026-02-05T00:00:00Z".parse().unwrap());
        assert!(told(&deferral).ends_with("; the deferral ended on 2026-02-05"));
        let mut expired = standing(Status::Expired, Some(decision(DecisionKind::Approve)));
        expired.since = Some("2026-02-03T11:03:00Z".parse().unwrap());
        let want = "expired 3 h ago: the approval is older than the policy allows";
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
