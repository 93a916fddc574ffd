//! What already happened: interventions that ran, their results, and the portfolio over time.

use compact_str::CompactString;

/// A row of `interventions.json`: a play that was handed off.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intervention {
    /// The intervention's id.
    pub intervention_id: CompactString,
    /// The customer's id.
    pub customer_id: CompactString,
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The customer's segment at that time.
    pub segment: Option<CompactString>,
    /// The stage of the customer journey.
    pub journey_stage: Option<CompactString>,
    /// The action, a code.
    pub recommended_action: Option<CompactString>,
    /// Dollars.
    pub expected_cost: Option<f64>,
    /// Dollars.
    pub expected_value: Option<f64>,
    /// When the row was made, as the file has it.
    pub generated_at: Option<CompactString>,
}

/// A row of `outcomes.json`: the result of an intervention.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The outcome's id.
    pub outcome_id: CompactString,
    /// The intervention's id.
    pub intervention_id: CompactString,
    /// The customer's id.
    pub customer_id: CompactString,
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The outcome, a code.
    pub outcome: Option<CompactString>,
    /// Days until the outcome.
    pub resolution_time_days: Option<f64>,
    /// Change of the churn risk.
    pub churn_risk_delta: Option<f64>,
    /// Dollars.
    pub estimated_revenue_saved: Option<f64>,
    /// What it did cost, in dollars.
    pub actual_cost: Option<f64>,
    /// True where a person chose another playbook.
    pub human_override: Option<bool>,
    /// True where the playbook succeeded.
    pub playbook_success: Option<bool>,
    /// When the result was measured, as the file has it.
    pub measured_at: Option<CompactString>,
}

/// A row of `portfolio_snapshots.json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PortfolioSnapshot {
    /// The snapshot's id.
    pub snapshot_id: CompactString,
    /// How many customers.
    pub total_customers: Option<f64>,
    /// How many customers at high risk.
    pub customers_at_high_risk: Option<f64>,
    /// Dollars.
    pub revenue_at_risk: Option<f64>,
    /// The stage with the largest revenue at risk.
    pub top_leaking_stage: Option<CompactString>,
    /// When the row was made, as the file has it.
    pub generated_at: Option<CompactString>,
}
