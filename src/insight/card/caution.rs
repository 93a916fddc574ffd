//! What speaks against what is proposed, or has to be seen before it is signed.

use jiff::Timestamp;
use serde::Serialize;
use strum::IntoStaticStr;

use super::proposal::chosen;
use super::{Play, Proposal, Subject};
use crate::approval::limits;
use crate::domain::money::{counted, dollars, percent, runs, share};
use crate::domain::number::round;
use crate::domain::time::date_of;
use crate::domain::{Error, EvidenceGrade, FailedGate, Outcome, Ranking, Status, labels};
use crate::matching::flip_words::likely_words;
use crate::matching::stability::Stability;

/// An approval that expires within so many days is pointed out.
const SOON: i64 = 3;

/// What a caution is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CautionKind {
    /// A limit of the policy refuses the reviewer's decision.
    Limit,
    /// The data changed since the decision.
    Stale,
    /// A row behind the recommendation was skipped.
    SkippedRow,
    /// The ledger was recovered: earlier decisions may be lost.
    Recovered,
    /// An approval or a choice in the ledger does not count.
    Uncounted,
    /// The chosen playbook does not pass every gate.
    NotEligible,
    /// The approval expires soon.
    Expires,
    /// A play like it failed for this customer before.
    FailedBefore,
    /// Low evidence or none: with more runs another playbook may rank first.
    Evidence,
    /// Risk and revenue at risk come from different sources and disagree.
    Sources,
}

/// Something to be careful about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Caution {
    /// What it is about.
    pub kind: CautionKind,
    /// What there is to say.
    pub text: String,
}

pub(super) fn cautions(subject: &Subject<'_>, proposal: &Proposal) -> Vec<Caution> {
    use CautionKind::{
        Evidence, Expires, FailedBefore, Limit, NotEligible, Recovered, SkippedRow, Sources, Stale,
        Uncounted,
    };
    let standing = subject.request.standing;
    let mut all: Vec<Caution> = Vec::new();
    let mut add = |kind, text: Option<String>| all.extend(text.map(|text| Caution { kind, text }));
    add(Limit, refused(subject));
    add(Stale, changed(subject));
    for finding in subject.request.findings {
        let text = format!("Source data has an error; review before acting: {finding}");
        add(SkippedRow, Some(text));
    }
    let recovered = standing.recovered.as_ref();
    add(
        Recovered,
        recovered.map(|entry| {
            let seq = entry.seq;
            format!("Earlier decisions may be lost: the ledger was recovered (#{seq})")
        }),
    );
    for uncounted in standing
        .uncounted
        .iter()
        .filter(|_| standing.status.is_open() || standing.status.is_uncovered())
    {
        add(Uncounted, Some(uncounted.words()));
    }
    add(NotEligible, not_eligible(subject));
    add(Expires, expires(subject));
    add(FailedBefore, failed_before(subject, proposal));
    add(Evidence, evidence(subject, proposal));
    add(Sources, sources(subject));
    all
}

/// The limit that refuses the reviewer, and who could decide.
fn refused(subject: &Subject<'_>) -> Option<String> {
    let request = subject.request;
    let (standing, reviewer) = (request.standing, request.reviewer?);
    if !standing.status.waits() && request.choice.is_none() {
        return None;
    }
    let recommended = request.matching.basis(request.number);
    let mut basis = recommended.or_else(|| request.matching.uncovered_basis(request.number))?;
    basis.chosen = match request.choice {
        Some(choice) => Some(Box::new(choice.clone())),
        None => chosen(subject).map(Box::new),
    };
    let policy = request.matching.policy();
    let refusal =
        limits::within_limits(policy, reviewer, basis.stake(), &standing.approvals).err()?;
    let text = Error::from(refusal).one_line();
    Some(with_capital(&text))
}

/// A message as the beginning of a sentence; a name at its beginning stays as it is written.
fn with_capital(text: &str) -> String {
    match text.strip_prefix("account value").or_else(|| text.strip_prefix("cost")) {
        Some(_) => {
            let mut text = text.to_owned();
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            text
        }
        None => text.to_owned(),
    }
}

fn changed(subject: &Subject<'_>) -> Option<String> {
    let standing = subject.request.standing;
    if standing.status != Status::Stale || standing.changed.is_empty() {
        return None;
    }
    let labels = &subject.request.matching.policy().labels;
    let changes: Vec<String> =
        standing.changed.iter().map(|change| change.labeled(labels)).collect();
    Some(format!("Changed since the decision: {}", changes.join(", ")))
}

/// Why a chosen playbook would not be recommended.
fn not_eligible(subject: &Subject<'_>) -> Option<String> {
    let chosen = match subject.request.choice {
        Some(choice) => choice.clone(),
        None => chosen(subject)?,
    };
    let labels = &subject.request.matching.policy().labels;
    let words = |failed: &FailedGate| failed.labeled(labels);
    let failed: Vec<String> = chosen.failed.iter().map(words).collect();
    (!failed.is_empty()).then(|| format!("Not eligible: {}", failed.join("; ")))
}

fn expires(subject: &Subject<'_>) -> Option<String> {
    let request = subject.request;
    let standing = request.standing;
    let holds = match standing.status {
        Status::Approved | Status::Overridden => true,
        status => status.is_open() && !standing.approvals.is_empty(),
    };
    request.matching.policy().approval.expires_after_days?;
    // With approvals that do not count yet, it may be one of them that changes the status next.
    let end = standing.next_change.filter(|_| holds && standing.uncounted.is_empty())?;
    let days = days_left(request.now.at, end)?;
    let when = match days {
        0 => "within 24 hours".to_owned(),
        days => format!("in {}", counted(usize::try_from(days).unwrap_or_default(), "day")),
    };
    (days <= SOON).then(|| format!("The approval expires {when}, on {}", request.now.day_of(end)))
}

fn days_left(now: Timestamp, end: Timestamp) -> Option<i64> {
    let seconds = end.as_second() - now.as_second();
    (seconds >= 0).then_some(seconds / 86_400)
}

/// An earlier run of the same playbook, or of one with the same action, that did not succeed for this
/// customer: the latest of them.
fn failed_before(subject: &Subject<'_>, proposal: &Proposal) -> Option<String> {
    let play = proposal.play.as_ref()?;
    if subject.request.standing.run.is_some() {
        return None;
    }
    let dataset = subject.request.matching.dataset();
    let number = subject.request.number;
    let failed = |outcome: &Outcome| outcome.playbook_success == Some(false);
    let mut outcomes = dataset.outcomes(number).filter(failed).peekable();
    outcomes.peek()?;
    let action = |id: &str| dataset.playbook_by_id(id).map(|playbook| playbook.action().to_owned());
    let proposed = action(&play.playbook_id);
    let is_alike = |outcome: &Outcome| {
        outcome.playbook_id == play.playbook_id
            || (proposed.is_some() && action(&outcome.playbook_id) == proposed)
    };
    let latest = outcomes
        .filter(is_alike)
        .max_by_key(|outcome| outcome.measured_at.as_deref().and_then(date_of))?;
    let what = match dataset.playbook_by_id(&latest.playbook_id) {
        Some(playbook) => playbook.title(),
        None => &latest.playbook_id,
    };
    let on = latest.measured_at.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
    let outcome = latest.outcome.as_deref().filter(|code| !code.is_empty());
    let outcome =
        outcome.map_or(String::new(), |code| format!(": {}", labels::words(code).to_lowercase()));
    Some(format!("{what} did not succeed for this customer before{on}{outcome}"))
}

/// How little is known about a recommended play: its runs, and the success rate below which another
/// one ranks first.
fn evidence(subject: &Subject<'_>, proposal: &Proposal) -> Option<String> {
    let play = proposal.play.as_ref()?;
    let amounts = play.amounts.as_ref()?;
    if subject.request.standing.run.is_some() {
        return None;
    }
    if amounts.runs <= 0.0 {
        let segment = subject.view.segment();
        return Some(match amounts.evidence {
            EvidenceGrade::Assumed => {
                format!("No evidence: no runs for {segment} yet; cost and value are assumed")
            }
            EvidenceGrade::Measured => format!("No evidence: its row for {segment} has no runs"),
            EvidenceGrade::Pooled => "No evidence: its row across segments has no runs".to_owned(),
        });
    }
    let [best, second, ..] = subject.candidates[..] else { return None };
    let matching = subject.request.matching;
    let is_best = matching.playbook(best).is_some_and(|playbook| playbook.id == play.playbook_id);
    let ranking = matching.policy().ranking;
    if !is_best {
        return None;
    }
    let (Stability::CouldFlip, p_best) = Stability::of(ranking, &subject.candidates) else {
        return None;
    };
    let runs = runs(amounts.runs);
    let evidence = &best.economics.evidence;
    let Some(rate) = evidence.success_rate.filter(|rate| *rate > 0.0) else {
        return Some(format!("Low evidence: {runs}, none with a success rate"));
    };
    let other = Play::ranked(subject, second)?.title;
    let (winner, runner_up) = (&best.economics, &second.economics);
    // What succeeds less often brings less: the rate at which both are equal.
    let equal = match ranking {
        Ranking::Roi => rate * runner_up.roi / winner.roi,
        Ranking::NetValue => rate * (runner_up.net_value() + winner.cost) / winner.value,
    };
    // Rounded down: below what is shown the other one does rank first.
    let equal = percent(round((equal * 1_000.0).floor() / 1_000.0, 3));
    let rate = percent(rate);
    let below = if equal == rate { "that".to_owned() } else { format!("{equal} success") };
    let likely = p_best.map(|p_best| format!("; {}", likely_words(p_best))).unwrap_or_default();
    Some(format!(
        "Low evidence: {runs}; ranks first only if {rate} holds up; below {below}, {other} ranks \
         first{likely}"
    ))
}

/// Risk and revenue at risk are two statements where the latter comes from the forecast and the
/// former does not; said where they differ by more than the policy lets money move.
fn sources(subject: &Subject<'_>) -> Option<String> {
    let request = subject.request;
    let matching = request.matching;
    let source = matching.risk(request.number)?.source;
    let at_risk = subject.view.forecast_at_risk()?;
    let account = subject.view.known_account_value()?;
    if source == crate::domain::RiskSource::Forecast {
        return None;
    }
    let computed = account * subject.risk;
    let tolerated = matching.policy().approval.money_tolerance * computed.abs();
    ((at_risk - computed).abs() > tolerated).then(|| {
        format!(
            "Revenue at risk is {} by the forecast; account value × risk {} is {}",
            dollars(at_risk),
            share(round(subject.risk, 2)),
            dollars(computed)
        )
    })
}
