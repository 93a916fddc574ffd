//! Customers and what is known about each: stage, signals, forecast. Fields are as the files have
//! them; the rules that read them ("x or y") are in `matching`.

use compact_str::CompactString;

/// A row of `customers.json`. An empty `id` is no id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Customer {
    /// The customer's id.
    pub id: CompactString,
    /// The customer's name.
    pub name: Option<CompactString>,
    /// The customer's segment.
    pub segment: Option<CompactString>,
    /// Dollars a year.
    pub account_value: Option<f64>,
    /// The customer success manager in charge.
    pub owner: Option<CompactString>,
    /// Months since the customer signed.
    pub tenure_months: Option<f64>,
    /// The risk tier that the file gives.
    pub risk_tier: Option<CompactString>,
    /// ISO date, as text.
    pub renewal_date: Option<CompactString>,
    /// When it stopped being a customer, as the file has it.
    pub churned_at: Option<CompactString>,
}

/// A row of `journey_state_log.json`; the last one of a customer counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JourneyState {
    /// The customer's id.
    pub customer_id: CompactString,
    /// `None` is a value of its own; `""` is a stage.
    pub journey_stage: Option<CompactString>,
    /// When the stage was entered, as the file has it.
    pub state_entered_at: Option<CompactString>,
    /// Days in the stage.
    pub days_in_state: Option<f64>,
    /// The stage before.
    pub previous_stage: Option<CompactString>,
    /// The stage that is predicted to follow.
    pub predicted_next_stage: Option<CompactString>,
}

/// A row of `fused_signals.json`; the last one of a customer counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FusedSignals {
    /// The customer's id.
    pub customer_id: CompactString,
    /// Usually 0 to 1; used as it stands.
    pub fused_risk_score: Option<f64>,
    /// How many signals the score is fused from.
    pub total_signals: Option<f64>,
}

/// A row of `signals.json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signal {
    /// The signal's id.
    pub signal_id: CompactString,
    /// The customer's id.
    pub customer_id: CompactString,
    /// What the signal reports, a code.
    pub signal_type: Option<CompactString>,
    /// The strength as measured.
    pub signal_strength: Option<f64>,
    /// The strength from 0 to 1.
    pub normalized_strength: Option<f64>,
    /// The weight in the fused score; 1 where it is missing.
    pub risk_weight: Option<f64>,
    /// When the signal was detected, as the file has it.
    pub detected_at: Option<CompactString>,
    /// Where the signal comes from.
    pub source: Option<CompactString>,
}

/// A row of `journey_forecasts.json`; the last one of a customer counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forecast {
    /// The customer's id.
    pub customer_id: CompactString,
    /// Usually 0 to 1; used as it stands.
    pub churn_probability: Option<f64>,
    /// Probability of recovery, 0 to 1.
    pub recovery_probability: Option<f64>,
    /// The stages that are predicted to follow.
    pub predicted_path: Option<Vec<CompactString>>,
    /// Dollars.
    pub revenue_at_risk: Option<f64>,
    /// When the row was made, as the file has it.
    pub generated_at: Option<CompactString>,
}
