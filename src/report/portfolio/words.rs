//! Figures as people read them.

use super::document::{Cell, Tone};
use crate::domain::money::{count, counted, dollars, ratio, short_dollars};
use crate::domain::number::{EXACT_WHOLE, Num, round};
use crate::domain::{Moment, Status};
use crate::insight::portfolio::{Direction, Kpi, KpiStatus, Level, Target, Wait};

/// What stands where there is no figure.
pub const NONE: &str = "–";

/// `64 %`, `64.5 %`.
pub fn percent(share: f64) -> String {
    number(share * 100.0) + " %"
}

/// A number with one decimal, where it has any.
pub fn number(x: f64) -> String {
    let rounded = round(x, 1);
    if rounded.is_infinite() || rounded.abs() >= EXACT_WHOLE {
        return Num(rounded).to_string();
    }
    let size = rounded.abs();
    let mut text = if rounded < 0.0 { "−".to_owned() } else { String::new() };
    text.push_str(&count(size.trunc() as usize));
    if size.fract() != 0.0 {
        // `.5` of `0.5`.
        let fraction = format!("{:.1}", size.fract());
        text.push_str(fraction.trim_start_matches('0'));
    }
    text
}

/// A change as a share of what was: `−9.4 %`, `+3 %`, `0 %`.
pub fn change(share: Option<f64>) -> String {
    match share {
        None => NONE.to_owned(),
        Some(share) if !share.is_finite() => "from nothing".to_owned(),
        Some(share) if round(share * 100.0, 1) > 0.0 => format!("+{}", percent(share)),
        Some(share) => percent(share),
    }
}

/// Or a dash.
pub fn or_none<T>(value: Option<T>, words: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), words)
}

pub fn stage(stage: Option<&str>) -> &str {
    match stage {
        Some("") => "(empty)",
        Some(stage) => stage,
        None => "no stage",
    }
}

pub fn segment(segment: Option<&str>) -> &str {
    segment.unwrap_or(NONE)
}

pub fn roi(roi: Option<f64>) -> String {
    or_none(roi, ratio)
}

pub fn level_tone(level: Level) -> Tone {
    match level {
        Level::Critical => Tone::Bad,
        Level::Elevated => Tone::Watch,
        Level::Monitor => Tone::Good,
    }
}

pub fn level(level: Level) -> Cell {
    Cell::toned(level.name(), level_tone(level))
}

/// The name of a target and its figures, as people call them.
pub fn target_words(target: &Target) -> (&'static str, String, Option<String>) {
    let money = target.name == "revenue_at_risk";
    let figure = |amount: f64| if money { dollars(amount) } else { number(amount) };
    let name = if money { "Revenue at risk" } else { "Customers at high risk" };
    (name, figure(target.actual), target.target.map(figure))
}

pub fn target_verdict(target: &Target) -> Cell {
    match target.met {
        Some(true) => Cell::toned("on target", Tone::Good),
        Some(false) => Cell::toned("above target", Tone::Bad),
        None => "no target set".into(),
    }
}

pub fn kpi_words(kpi: &Kpi) -> (&'static str, String, String) {
    let (name, days) = match kpi.name {
        "success_rate" => ("Success rate", false),
        "override_rate" => ("Override rate", false),
        _ => ("Days to an outcome", true),
    };
    let figure = |x: f64| if days { number(x) } else { percent(x) };
    let bound = if kpi.at_least { "at least" } else { "at most" };
    (name, or_none(kpi.actual, figure), format!("{bound} {}", figure(kpi.target)))
}

pub fn kpi_status(kpi: &Kpi) -> Cell {
    match kpi.status {
        Some(KpiStatus::OnTrack) => Cell::toned("on track", Tone::Good),
        Some(KpiStatus::AtRisk) => Cell::toned("at risk", Tone::Bad),
        None => "nothing known".into(),
    }
}

pub fn direction(direction: Option<Direction>) -> Cell {
    match direction {
        Some(Direction::Improving) => Cell::toned("improving", Tone::Good),
        Some(Direction::Stable) => "stable".into(),
        Some(Direction::Declining) => Cell::toned("declining", Tone::Bad),
        None => "no trend".into(),
    }
}

/// `7 days`.
pub fn age(wait: &Wait, now: &Moment) -> String {
    let Some(since) = wait.since else { return NONE.to_owned() };
    let days = usize::try_from(since.days(now.at)).unwrap_or_default();
    if days == 0 { "under a day".to_owned() } else { counted(days, "day") }
}

pub fn status_tone(status: Status) -> Tone {
    match status {
        Status::Stale | Status::Expired | Status::Held => Tone::Watch,
        _ => Tone::Plain,
    }
}

/// `−$120` with a true minus, as beside other figures here.
pub fn money(amount: f64) -> String {
    dollars(amount).replace('-', "−")
}

pub fn short_money(amount: f64) -> String {
    short_dollars(amount).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_changes() {
        assert_eq!(percent(0.645), "64.5 %");
        assert_eq!(percent(0.64), "64 %");
        assert_eq!(percent(25.0), "2,500 %");
        assert_eq!(number(-3459.83), "−3,459.8");
        assert_eq!(
            (number(0.04), number(-0.95), number(41.0)),
            ("0".into(), "−0.9".into(), "41".into())
        );
        assert_eq!(change(Some(-0.09375)), "−9.4 %");
        assert_eq!(change(Some(0.03)), "+3 %");
        assert_eq!(change(Some(0.0001)), "0 %");
        assert_eq!(change(Some(-0.0001)), "0 %");
        assert_eq!(change(Some(f64::INFINITY)), "from nothing");
        assert_eq!((change(None), money(-120.0)), (NONE.to_owned(), "−$120".to_owned()));
    }
}
