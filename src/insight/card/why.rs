//! Why something is to be done: signals, stage and forecast in words, most important first.

use std::cmp::Ordering;

use super::Subject;
use crate::domain::experiment::HOLDOUT;
use crate::domain::labels::LabelKind;
use crate::domain::money::counted;
use crate::domain::number::or;
use crate::domain::time::days_between;
use crate::domain::{RiskSource, Signal};

/// So many kinds of signals are named.
const SIGNALS: usize = 4;

pub(super) fn why(subject: &Subject<'_>) -> Vec<String> {
    let mut lines = risk(subject);
    lines.push(stage_and_forecast(subject));
    lines.extend(experiment(subject));
    lines
}

/// `Experiment sup-2027-q1: in the arm PB_SUP_002`.
fn experiment(subject: &Subject<'_>) -> Option<String> {
    let (experiment, arm) = subject.request.matching.experiment(subject.request.number)?;
    // What is held out says so where the play would be.
    (arm != HOLDOUT).then(|| format!("Experiment {}: in the arm {arm}", experiment.id()))
}

/// `Risk 0.83: exec disengaged, usage drop, escalation (2)`. Signals that the risk is not made of
/// stand in a line of their own.
fn risk(subject: &Subject<'_>) -> Vec<String> {
    let matching = subject.request.matching;
    let number = subject.request.number;
    let source = matching.risk(number).map_or(RiskSource::None, |risk| risk.source);
    let signals = signals(subject);
    let score = subject.risk;
    match (source, signals) {
        (RiskSource::FusedSignals | RiskSource::Signals, Some(signals)) => {
            vec![format!("Risk {score:.2}: {signals}")]
        }
        (RiskSource::None, signals) => {
            let mut lines = vec!["Risk unknown: no signals and no forecast".to_owned()];
            if let Some(signals) = signals {
                lines = vec!["Risk unknown".to_owned(), format!("Signals: {signals}")];
            }
            lines
        }
        (_, signals) => {
            let words = matching.risk_words(number);
            let mut lines = vec![format!("Risk {score:.2}, from {words}")];
            lines.extend(signals.map(|signals| format!("Signals: {signals}")));
            lines
        }
    }
}

/// How much a signal adds to the risk: strength × weight, each as the risk reads it. Whatever has a
/// weight below 1 makes the risk smaller: it comes after all others.
fn importance(signal: &Signal) -> f64 {
    let strength = or(signal.normalized_strength, or(signal.signal_strength, 0.0));
    let weight = or(signal.risk_weight, 1.0);
    if weight < 1.0 { strength * weight - 1_000.0 } else { strength * weight }
}

/// The kinds of a customer's signals, the most important first, each once with how many there
/// are; `None` where there are no signals.
fn signals(subject: &Subject<'_>) -> Option<String> {
    let labels = &subject.request.matching.policy().labels;
    let mut kinds: Vec<(String, usize, f64)> = Vec::new();
    for signal in subject.request.matching.dataset().signals(subject.request.number) {
        let importance = importance(&signal);
        let kind = signal.signal_type.as_deref().filter(|code| !code.is_empty());
        let kind = kind.map_or("signal".into(), |code| labels.inline(LabelKind::Signal, code));
        match kinds.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, count, most)) => {
                *count += 1;
                *most = most.max(importance);
            }
            None => kinds.push((kind.into_owned(), 1, importance)),
        }
    }
    kinds.sort_by(|a, b| b.2.partial_cmp(&a.2).unwrap_or(Ordering::Equal));
    let words = |(kind, count, _): &(String, usize, f64)| match count {
        1 => kind.clone(),
        n => format!("{kind} ({n})"),
    };
    let mut named: Vec<String> = kinds.iter().take(SIGNALS).map(words).collect();
    if kinds.len() > SIGNALS {
        named.push(format!("{} more", kinds.len() - SIGNALS));
    }
    (!named.is_empty()).then(|| named.join(", "))
}

/// `Retention stage for 41 days · forecast: churn risk`
fn stage_and_forecast(subject: &Subject<'_>) -> String {
    let stage = stage(subject);
    match forecast(subject) {
        Some(forecast) => format!("{stage} · {forecast}"),
        None => stage,
    }
}

fn stage(subject: &Subject<'_>) -> String {
    let labels = &subject.request.matching.policy().labels;
    let stage = match subject.view.stage() {
        None => "No stage".to_owned(),
        Some("") => "Stage \"\"".to_owned(),
        Some(code) => format!("{} stage", labels.stage(code)),
    };
    // Computed from its date: what the file counts was true when the file was written.
    let entered = subject.view.entered_day();
    let days = entered.map(|date| days_between(date, subject.request.now.today()));
    match days {
        None => stage,
        Some(0) => format!("{stage} since today"),
        Some(days) => match usize::try_from(days) {
            Ok(days) => format!("{stage} for {}", counted(days, "day")),
            // A date to come says nothing about how long it has been.
            Err(_) => stage,
        },
    }
}

fn forecast(subject: &Subject<'_>) -> Option<String> {
    let labels = &subject.request.matching.policy().labels;
    let words = |code: &str| labels.inline(LabelKind::Stage, code).into_owned();
    let path = subject.view.forecast().and_then(|forecast| forecast.predicted_path);
    let path: Vec<String> = path.unwrap_or_default().iter().map(|code| words(code)).collect();
    if !path.is_empty() {
        return Some(format!("forecast: {}", path.join(" → ")));
    }
    if let Some(churn) = subject.view.churn_probability() {
        return Some(format!("forecast: churn probability {churn:.2}"));
    }
    let next = subject.view.state()?.predicted_next_stage.filter(|code| !code.is_empty())?;
    Some(format!("predicted next: {}", words(&next)))
}
