//! What is decided about, and how far that is.

use jiff::Timestamp;
use serde::Serialize;

use super::uncovered::why_uncovered;
use super::{Play, Subject};
use crate::domain::experiment::HOLDOUT;
use crate::domain::labels;
use crate::domain::money::share;
use crate::domain::status::RunBegan;
use crate::domain::time::ago;
use crate::domain::{Chosen, DecisionKind, Entry, Labels, Run, Standing, Status};

/// The play that is proposed, was chosen, or runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The play; `None` where nothing is recommended, chosen or running.
    pub play: Option<Play>,
    /// Status of the recommendation.
    pub status: Status,
    /// How far it is: `needs approval`, `rejected by dana 3 days ago: Budget`.
    pub state: String,
    /// Where there is no play, why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_none: Option<String>,
}

impl Proposal {
    pub(super) fn new(subject: &Subject<'_>) -> Self {
        let standing = subject.request.standing;
        let status = standing.status;
        let play = play(subject);
        let why_none = play.is_none().then(|| why_none(subject));
        let state = match (&subject.request.choice, &play) {
            (Some(_), _) => instead_of(subject),
            (None, Some(_)) => state(subject),
            (None, None) => String::new(),
        };
        Self { play, status, state, why_none }
    }
}

/// The playbook that a person chose in place of the recommended one, where that is what stands: as it
/// is now, or where it is gone as it was then.
pub(super) fn chosen(subject: &Subject<'_>) -> Option<Chosen> {
    let standing = subject.request.standing;
    let decision = match standing.status {
        Status::Overridden => standing.decision.as_ref()?,
        _ => standing.pending_choice()?,
    };
    let then = decision.basis.chosen.as_deref()?;
    let now = subject.request.matching.choose(subject.request.number, &then.playbook_id);
    now.or_else(|| Some(then.clone()))
}

fn play(subject: &Subject<'_>) -> Option<Play> {
    let request = subject.request;
    if let Some(chosen) = request.choice {
        return Some(Play::chosen(subject, chosen));
    }
    if let Some(run) = &request.standing.run {
        let now = request.matching.choose(request.number, &run.playbook_id);
        return Some(match now {
            Some(chosen) => Play::chosen(subject, &chosen),
            None => Play::gone(&run.playbook_id),
        });
    }
    if let Some(chosen) = chosen(subject) {
        return Some(Play::chosen(subject, &chosen));
    }
    if request.standing.status == Status::HeldOut {
        return None;
    }
    Play::ranked(subject, subject.recommended?)
}

/// Why nothing is recommended.
fn why_none(subject: &Subject<'_>) -> String {
    let matching = subject.request.matching;
    let experiment = matching.experiment(subject.request.number);
    if let Some((experiment, HOLDOUT)) = experiment {
        let id = experiment.id();
        return format!("held out: part of experiment {id}, which compares with doing nothing");
    }
    if subject.candidates.is_empty() {
        return why_uncovered(matching, subject.request.number);
    }
    let policy = matching.policy();
    let confidence = (subject.risk + policy.confidence_margin).min(1.0);
    let (confidence, minimum) = (share(confidence), share(policy.confidence_threshold));
    format!("confidence {confidence} is below the {minimum} minimum")
}

fn instead_of(subject: &Subject<'_>) -> String {
    match subject.recommended.and_then(|best| Play::ranked(subject, best)) {
        Some(recommended) => format!("instead of {}", recommended.title),
        None => "assigned by hand".to_owned(),
    }
}

fn state(subject: &Subject<'_>) -> String {
    let request = subject.request;
    let (standing, now) = (request.standing, request.now.at);
    let labels = &request.matching.policy().labels;
    if let Some(run) = &standing.run {
        return run_state(run, now);
    }
    let decision = standing.decision.as_deref();
    match standing.status {
        Status::Automatic => "cleared to run".to_owned(),
        Status::Held => "needs a review before it runs".to_owned(),
        Status::Pending => pending(subject, standing),
        Status::Stale => match decision {
            Some(decision) => {
                format!("data changed since {} {} it", decision.by, decision.kind.done())
            }
            None => "data changed since the decision".to_owned(),
        },
        Status::Expired => match standing.since {
            Some(since) => format!("approval expired {}", ago(since, now)),
            None => "approval expired".to_owned(),
        },
        Status::Approved if standing.approvals.len() > 1 => {
            format!("approved by {}", standing.approvals.join(" and "))
        }
        Status::Overridden => {
            let recommended = subject.recommended.and_then(|best| Play::ranked(subject, best));
            let verb = if recommended.is_some() { "chosen" } else { "assigned" };
            let by = match (standing.approvals.len(), decision) {
                (0 | 1, Some(decision)) => decided(decision, verb, labels, now),
                _ => format!("{verb} by {}", standing.approvals.join(" and ")),
            };
            match recommended {
                Some(play) => format!("{by}, instead of {}", play.title),
                None => by,
            }
        }
        Status::Deferred => {
            let until = decision.and_then(|decision| decision.until);
            let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
            let by = decision.map(|decision| format!(" by {}", decision.by)).unwrap_or_default();
            format!("deferred{until}{by}")
        }
        status => match decision {
            Some(decision) => decided(decision, decision.kind.done(), labels, now),
            None => status.name().to_owned(),
        },
    }
}

/// `rejected by dana 3 days ago: Budget`
fn decided(decision: &Entry, done: &str, labels: &Labels, now: Timestamp) -> String {
    let text = format!("{done} by {} {}", decision.by, ago(decision.at, now));
    match &decision.reason {
        Some(reason) if decision.kind != DecisionKind::Approve => {
            format!("{text}: {}", labels.reason(reason))
        }
        _ => text,
    }
}

fn pending(subject: &Subject<'_>, standing: &Standing) -> String {
    let so_far = standing.approvals.len();
    if so_far > 0 {
        let by = standing.approvals.join(" and ");
        let verb = if standing.pending_choice().is_some() { "chosen" } else { "approved" };
        return format!("{so_far} of {}: {verb} by {by}", standing.needed);
    }
    let deferral =
        standing.decision.as_ref().filter(|decision| decision.kind == DecisionKind::Defer);
    if let Some(until) = deferral.and_then(|decision| decision.until) {
        return format!("needs a decision: the deferral ended on {until}");
    }
    let rules = &subject.request.matching.policy().approval;
    match rules.approvers_needed(subject.view.known_account_value()) {
        0 | 1 => "needs approval".to_owned(),
        n => format!("needs {n} approvers"),
    }
}

fn run_state(run: &Run, now: Timestamp) -> String {
    if run.over {
        return match &run.outcome {
            Some(outcome) => format!("done: {}", labels::words(outcome).to_lowercase()),
            None => "done, outcome unknown".to_owned(),
        };
    }
    match &run.began {
        RunBegan::HandedOff(entry) => {
            format!("running, handed off by {} {}", entry.by, ago(entry.at, now))
        }
        RunBegan::InData { at: Some(at), .. } => format!("running since {at}"),
        RunBegan::InData { id, at: None } => format!("running ({id})"),
    }
}
