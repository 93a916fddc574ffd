//! Revenue at risk (`strategy.md`, *Figures of portfolio and report*).

use crate::matching::Matching;
use crate::store::CustomerView;

/// The forecast's `revenue_at_risk`; without one, account value × risk. In dollars.
pub fn revenue_at_risk(view: &CustomerView<'_>, risk: f64) -> f64 {
    view.forecast_at_risk().unwrap_or_else(|| view.account_value() * risk)
}

impl Matching {
    /// Revenue at risk of a customer, in dollars; 0 if there is no customer of that number.
    pub fn revenue_at_risk(&self, number: usize) -> f64 {
        let both = self.customer(number).zip(self.risk_score(number));
        both.map_or(0.0, |(view, risk)| revenue_at_risk(&view, risk))
    }
}
