//! Figures as cells of the report: the shared words with their tone.

use super::document::{Cell, Tone};
use crate::domain::money::{counted, ratio};
use crate::domain::{Moment, Status};
use crate::insight::portfolio::{Direction, Kpi, KpiStatus, Level, Target, Wait};
use crate::insight::words;

/// Returns the words for a figure, or a dash where there is none.
pub fn or_none<T>(value: Option<T>, words: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| words::NONE.to_owned(), words)
}

/// Returns a change as a share of what was before, or a dash.
pub fn change(share: Option<f64>) -> String {
    or_none(words::change(share), |words| words)
}

/// Returns an ROI as a multiple, or a dash.
pub fn roi(roi: Option<f64>) -> String {
    or_none(roi, ratio)
}

/// Returns the tone of a level.
pub fn level_tone(level: Level) -> Tone {
    match level {
        Level::Critical => Tone::Bad,
        Level::Elevated => Tone::Watch,
        Level::Monitor => Tone::Good,
    }
}

/// Returns a level as a cell.
pub fn level(level: Level) -> Cell {
    Cell::toned(level.name(), level_tone(level))
}

/// Returns the tone of a target or of the whole verdict.
pub fn met_tone(met: Option<bool>) -> Tone {
    match met {
        Some(true) => Tone::Good,
        Some(false) => Tone::Bad,
        None => Tone::Plain,
    }
}

/// Returns whether a target is met, as a cell.
pub fn target_status(target: &Target) -> Cell {
    Cell::toned(words::target_status(target), met_tone(target.met))
}

/// Returns whether a figure of play performance meets its target, as a cell.
pub fn kpi_status(kpi: &Kpi) -> Cell {
    let tone = match kpi.status {
        Some(KpiStatus::OnTrack) => Tone::Good,
        Some(KpiStatus::AtRisk) => Tone::Bad,
        Some(KpiStatus::Inconclusive) => Tone::Watch,
        None => Tone::Plain,
    };
    Cell::toned(words::kpi_status(kpi.status), tone)
}

/// Returns the direction of the trend as a cell.
pub fn direction(direction: Option<Direction>) -> Cell {
    let tone = match direction {
        Some(Direction::Improving) => Tone::Good,
        Some(Direction::Declining) => Tone::Bad,
        Some(Direction::Stable) | None => Tone::Plain,
    };
    Cell::toned(words::direction(direction), tone)
}

/// Returns how long a play has needed a decision: `7 days`.
pub fn age(wait: &Wait, now: &Moment) -> String {
    match wait.days(now.today()) {
        None => words::NONE.to_owned(),
        Some(0) => "under a day".to_owned(),
        Some(days) => counted(days, "day"),
    }
}

/// Returns the tone of a status that needs a decision.
pub fn status_tone(status: Status) -> Tone {
    match status {
        Status::Stale | Status::Expired | Status::Held => Tone::Watch,
        _ => Tone::Plain,
    }
}
