//! Urgency: revenue at risk by the time that is left to do something about it.

use jiff::civil::Date;

use crate::domain::time::days_between;
use crate::matching::Matching;

/// The weeks that are counted without a renewal date, and once it has passed.
const WITHOUT_DATE: f64 = 52.0;

/// Returns the weeks until a renewal: days ÷ 7, at least 1; 52 without a date or once it has passed.
pub fn weeks_until(renewal: Option<Date>, today: Date) -> f64 {
    match renewal {
        Some(renewal) if renewal >= today => (days_between(today, renewal) as f64 / 7.0).max(1.0),
        _ => WITHOUT_DATE,
    }
}

impl Matching {
    /// Returns revenue at risk ÷ weeks until the renewal, in dollars a week; `None` if there is no
    /// customer of that number.
    pub fn urgency(&self, number: usize, today: Date) -> Option<f64> {
        let renewal = self.customer(number)?.renewal_day();
        Some(self.revenue_at_risk(number) / weeks_until(renewal, today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weeks_are_days_by_seven_at_least_one_and_a_year_without_a_date_to_come() {
        let today = date(2026, 2, 3);
        for (renewal, weeks) in [
            (Some(date(2026, 4, 7)), 9.0),
            (Some(date(2026, 2, 13)), 10.0 / 7.0),
            (Some(date(2026, 2, 9)), 1.0),
            (Some(today), 1.0),
            (Some(date(2026, 2, 2)), 52.0),
            (Some(date(2028, 2, 3)), 730.0 / 7.0),
            (None, 52.0),
        ] {
            assert_eq!(weeks_until(renewal, today), weeks, "{renewal:?}");
        }
    }
}
