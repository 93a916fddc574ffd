//! What was learned, in the words that report and dashboard share.

use super::calibration::{ChurnForecasts, Saved};
use crate::domain::money::{count, counted, percent, whole_percent};
use crate::domain::number::round;

/// Returns how much of what was expected plays saved: `plays saved 87% of what was expected (72% to 102%, 34
/// outcomes)`. `None` where there are too few outcomes.
pub fn saved(saved: &Saved) -> Option<String> {
    let (ratio, interval) = saved.ratio.zip(saved.low.zip(saved.high))?;
    Some(format!(
        "plays saved {} of what was expected ({}, {})",
        whole_percent(ratio),
        interval_of(interval),
        counted(saved.outcomes, "outcome")
    ))
}

/// Returns an interval of shares: `72% to 102%`.
pub fn interval_of((low, high): (f64, f64)) -> String {
    // Adding zero turns -0 into 0.
    let whole = |share: f64| percent(round(share, 2) + 0.0);
    format!("{} to {}", whole(low), whole(high))
}

/// Returns how good forecasts of churn were, and what to hold that against.
pub fn churn(forecasts: &ChurnForecasts) -> String {
    let ChurnForecasts { horizon_days, customers, churned, brier, reference } = *forecasts;
    format!(
        "Churn forecast error (Brier score): {brier:.3}; {reference:.3} if everyone got the average churn rate (lower is better). {} of {} churned within {} days of the forecast.",
        count(churned),
        counted(customers, "customer"),
        crate::domain::number::Num(horizon_days)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_its_interval_and_what_it_is_from() {
        let found = Saved {
            outcomes: 34,
            ratio: Some(0.868),
            low: Some(-0.004),
            high: Some(1.0249),
            ..Saved::default()
        };
        let words = "plays saved 87% of what was expected (0% to 102%, 34 outcomes)";
        assert_eq!(saved(&found).as_deref(), Some(words));
        assert_eq!(saved(&Saved { outcomes: 7, ..Saved::default() }), None);
    }
}
