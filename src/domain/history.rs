//! What already happened: interventions that ran, what came of them, and the portfolio over time.

use compact_str::CompactString;

/// A row of `interventions.json`: a play that was handed off.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intervention {
    pub intervention_id: CompactString,
    pub customer_id: CompactString,
    pub playbook_id: CompactString,
    pub journey_stage: Option<CompactString>,
    pub recommended_action: Option<CompactString>,
    pub expected_cost: Option<f64>,
    pub expected_value: Option<f64>,
    pub generated_at: Option<CompactString>,
}

/// A row of `outcomes.json`: what came of an intervention.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    pub outcome_id: CompactString,
    pub intervention_id: CompactString,
    pub customer_id: CompactString,
    pub playbook_id: CompactString,
    pub outcome: Option<CompactString>,
    pub resolution_time_days: Option<f64>,
    pub churn_risk_delta: Option<f64>,
    /// Dollars.
    pub estimated_revenue_saved: Option<f64>,
    pub human_override: Option<bool>,
    pub playbook_success: Option<bool>,
    pub measured_at: Option<CompactString>,
}

/// A row of `portfolio_snapshots.json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PortfolioSnapshot {
    pub snapshot_id: CompactString,
    pub total_customers: Option<f64>,
    pub customers_at_high_risk: Option<f64>,
    /// Dollars.
    pub revenue_at_risk: Option<f64>,
    pub top_leaking_stage: Option<CompactString>,
    pub generated_at: Option<CompactString>,
}
