//! Customers and what is known about each: stage, signals, forecast. Fields are as the files have
//! them; the rules that read them ("x or y") are in `matching`.

use compact_str::CompactString;

/// A row of `customers.json`. An empty `id` is no id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Customer {
    pub id: CompactString,
    pub name: Option<CompactString>,
    pub segment: Option<CompactString>,
    /// Dollars a year.
    pub account_value: Option<f64>,
    /// The customer success manager in charge.
    pub owner: Option<CompactString>,
    pub tenure_months: Option<f64>,
    pub risk_tier: Option<CompactString>,
    /// ISO date, as text.
    pub renewal_date: Option<CompactString>,
}

/// A row of `journey_state_log.json`; the last one of a customer counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JourneyState {
    pub customer_id: CompactString,
    /// `None` is a value of its own; `""` is a stage.
    pub journey_stage: Option<CompactString>,
    pub state_entered_at: Option<CompactString>,
    pub days_in_state: Option<f64>,
    pub previous_stage: Option<CompactString>,
    pub predicted_next_stage: Option<CompactString>,
}

/// A row of `fused_signals.json`; the last one of a customer counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FusedSignals {
    pub customer_id: CompactString,
    /// Usually 0 to 1; used as it stands.
    pub fused_risk_score: Option<f64>,
    pub total_signals: Option<f64>,
}

/// A row of `signals.json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signal {
    pub signal_id: CompactString,
    pub customer_id: CompactString,
    pub signal_type: Option<CompactString>,
    pub signal_strength: Option<f64>,
    pub normalized_strength: Option<f64>,
    pub risk_weight: Option<f64>,
    pub detected_at: Option<CompactString>,
    pub source: Option<CompactString>,
}

/// A row of `journey_forecasts.json`; the last one of a customer counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forecast {
    pub customer_id: CompactString,
    /// Usually 0 to 1; used as it stands.
    pub churn_probability: Option<f64>,
    pub recovery_probability: Option<f64>,
    pub predicted_path: Option<Vec<CompactString>>,
    /// Dollars.
    pub revenue_at_risk: Option<f64>,
    pub generated_at: Option<CompactString>,
}
