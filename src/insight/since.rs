//! Since when a customer waits for someone: one definition for every screen, sort and output.

use jiff::civil::Date;

use crate::domain::{Moment, RiskSource, Standing};
use crate::matching::Matching;

/// Returns the day since which a customer waits: the latest of the day its stage was entered, its
/// newest signal, the forecast's date where the risk comes from the forecast, the day a deferral
/// ended, an approval expired, or a decision was undone. A day in the future is `today`. `None`
/// where no date is known. `standing` is that of a customer about whom something was decided.
pub fn since(
    matching: &Matching,
    number: usize,
    standing: Option<&Standing>,
    now: &Moment,
    today: Date,
) -> Option<Date> {
    let dataset = matching.dataset();
    let view = matching.customer(number)?;
    // Where it comes from is only asked of customers with a forecast.
    let forecast = view
        .forecast_day()
        .filter(|_| matching.risk(number).is_some_and(|risk| risk.source == RiskSource::Forecast));
    let decided = standing.into_iter().flat_map(|standing| [standing.since, standing.undone]);
    let decided = decided.flatten().map(|at| now.day_of(at)).max();
    let days = [view.entered_day(), dataset.newest_signal_day(number), forecast, decided];
    days.into_iter().flatten().max().map(|day| day.min(today))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::Status;
    use crate::intake::Loader;
    use crate::intake::load::Reread;

    fn now() -> Moment {
        Moment::new("2026-02-03T15:00:00Z".parse().unwrap(), TimeZone::UTC)
    }

    /// Since when the one customer of these files waits.
    fn since_of(files: &[(&str, &str)], standing: Option<&Standing>) -> Option<Date> {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, rows: &str| {
            std::fs::write(directory.path().join(name), format!("[{rows}]")).unwrap();
        };
        write("customers.json", r#"{"customer_id":"C1","renewal_date":"2026-01-01"}"#);
        files.iter().for_each(|(name, rows)| write(name, rows));
        let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
        since(&Matching::new(dataset, Default::default()), 0, standing, &now(), now().today())
    }

    const ENTERED: (&str, &str) =
        ("journey_state_log.json", r#"{"customer_id":"C1","state_entered_at":"2026-01-10"}"#);
    const SIGNALS: (&str, &str) = (
        "signals.json",
        r#"{"customer_id":"C1","detected_at":"2026-01-12T23:30:00Z"},
           {"customer_id":"C1","detected_at":"2026-01-11"},
           {"customer_id":"C1","detected_at":"soon"},{"customer_id":"C2","detected_at":"2026-02-01"}"#,
    );
    const FORECAST: (&str, &str) = (
        "journey_forecasts.json",
        r#"{"customer_id":"C1","churn_probability":0.7,"generated_at":"2026-01-20"}"#,
    );
    const FUSED: (&str, &str) =
        ("fused_signals.json", r#"{"customer_id":"C1","fused_risk_score":0.6}"#);

    #[test]
    fn the_latest_day_of_the_data_counts() {
        assert_eq!(since_of(&[], None), None, "a renewal is none of them");
        assert_eq!(since_of(&[ENTERED], None), Some(date(2026, 1, 10)));
        assert_eq!(since_of(&[ENTERED, SIGNALS], None), Some(date(2026, 1, 12)));
        assert_eq!(since_of(&[ENTERED, FORECAST], None), Some(date(2026, 1, 20)));
        let fused = since_of(&[ENTERED, FORECAST, FUSED], None);
        assert_eq!(fused, Some(date(2026, 1, 10)), "the risk is not the forecast's");
    }

    #[test]
    fn a_day_in_the_future_is_today() {
        let ahead =
            ("journey_state_log.json", r#"{"customer_id":"C1","state_entered_at":"2999-01-01"}"#);
        assert_eq!(since_of(&[ahead, SIGNALS], None), Some(now().today()));
    }

    #[test]
    fn what_was_decided_counts_where_it_is_later() {
        let at = |text: &str| Some(text.parse().unwrap());
        let mut standing = Standing::undecided(Status::Pending);
        standing.since = at("2026-01-05T00:00:00Z");
        assert_eq!(since_of(&[ENTERED], Some(&standing)), Some(date(2026, 1, 10)));
        assert_eq!(since_of(&[], Some(&standing)), Some(date(2026, 1, 5)));
        standing.undone = at("2026-01-30T08:00:00Z");
        assert_eq!(since_of(&[ENTERED], Some(&standing)), Some(date(2026, 1, 30)));
    }
}
