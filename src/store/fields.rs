//! The fields of each row type (`matching.md`, *Inputs*): name in the file, type, where it is kept.

use compact_str::CompactString;

use super::row::{Field, Objection, Row, Slot};
use crate::domain::customer::{Customer, Forecast, FusedSignals, JourneyState, Signal};
use crate::domain::history::{Intervention, Outcome, PortfolioSnapshot};
use crate::domain::playbook::{PerformanceRow, Playbook};
use crate::domain::range::Range;

/// `fields! { "name": Type => place; … }`
macro_rules! fields {
    ($($name:literal : $slot:ident => $place:ident;)*) => {
        const FIELDS: &'static [Field<Self>] =
            &[$(Field { name: $name, slot: Slot::$slot(|row| &mut row.$place) }),*];
        const NAMES: &'static [&'static str] = &[$($name),*];
    };
}

impl Row for Customer {
    const STREAMED: bool = true;
    const MATCHED: Option<&'static [&'static str]> =
        Some(&["customer_id", "segment", "account_value"]);
    const DATES: &'static [&'static str] = &["renewal_date", "churned_at"];
    const RANGES: &'static [(&'static str, Range)] = &[("account_value", Range::Amount)];
    fields! {
        "customer_id": Customer => id;
        "name": Text => name;
        "segment": Text => segment;
        "account_value": Number => account_value;
        "owner": Text => owner;
        "tenure_months": Number => tenure_months;
        "risk_tier": Text => risk_tier;
        "renewal_date": Date => renewal_date;
        "churned_at": Date => churned_at;
    }
    fn id(&mut self) -> Option<(&'static str, &mut CompactString)> {
        Some(("customer_id", &mut self.id))
    }
    fn customer_id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> Option<&CompactString> {
        self.name.as_ref()
    }
}

impl Row for Playbook {
    const RANGES: &'static [(&'static str, Range)] = &[("avg_cost_estimate", Range::Amount)];
    fields! {
        "playbook_id": Id => id;
        "name": Text => name;
        "journey_stage": Text => journey_stage;
        "eligible_segments": Texts => eligible_segments;
        "risk_threshold": Number => risk_threshold;
        "default_actions": Texts => default_actions;
        "approval_required": Flag => approval_required;
        "avg_cost_estimate": Number => avg_cost_estimate;
        "expected_value_range": Numbers => expected_value_range;
        "status": Text => status;
    }
    fn id(&mut self) -> Option<(&'static str, &mut CompactString)> {
        Some(("playbook_id", &mut self.id))
    }
    fn playbook_id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> Option<&CompactString> {
        self.name.as_ref()
    }
    fn objection(&self) -> Option<Objection> {
        let sum: f64 = self.expected_value_range.iter().flatten().sum();
        (!sum.is_finite()).then_some(Objection {
            field: "expected_value_range",
            expected: "numbers whose sum is a number",
        })
    }
}

impl Row for PerformanceRow {
    const RANGES: &'static [(&'static str, Range)] = &[
        ("runs", Range::Count),
        ("success_rate", Range::Share),
        ("override_rate", Range::Share),
        ("avg_cost", Range::Amount),
    ];
    fields! {
        "playbook_id": Id => playbook_id;
        "segment": Text => segment;
        "runs": Number => runs;
        "success_rate": Number => success_rate;
        "avg_cost": Number => avg_cost;
        "avg_value": Number => avg_value;
        "roi_ratio": Number => roi_ratio;
        "override_rate": Number => override_rate;
        "last_updated": Date => last_updated;
    }
    fn blank() -> Self {
        // A row without the key is for all segments; `null` overwrites this and serves no one.
        Self { segment: Some(CompactString::const_new("All")), ..Self::default() }
    }
    fn id(&mut self) -> Option<(&'static str, &mut CompactString)> {
        Some(("playbook_id", &mut self.playbook_id))
    }
    fn playbook_id(&self) -> &str {
        &self.playbook_id
    }
}

/// The parts of [`Row`] of a type whose rows are about a customer.
macro_rules! about_a_customer {
    () => {
        fn id(&mut self) -> Option<(&'static str, &mut CompactString)> {
            Some(("customer_id", &mut self.customer_id))
        }
        fn customer_id(&self) -> &str {
            &self.customer_id
        }
    };
}

impl Row for JourneyState {
    const STREAMED: bool = true;
    const MATCHED: Option<&'static [&'static str]> = Some(&["customer_id", "journey_stage"]);
    const DATES: &'static [&'static str] = &["state_entered_at"];
    fields! {
        "customer_id": Customer => customer_id;
        "journey_stage": Text => journey_stage;
        "state_entered_at": Date => state_entered_at;
        "days_in_state": Number => days_in_state;
        "previous_stage": Text => previous_stage;
        "predicted_next_stage": Text => predicted_next_stage;
    }
    about_a_customer!();
}

impl Row for FusedSignals {
    const STREAMED: bool = true;
    const MATCHED: Option<&'static [&'static str]> = Some(&["customer_id", "fused_risk_score"]);
    const MEASURES: Option<&'static str> = Some("fused_risk_score");
    const RANGES: &'static [(&'static str, Range)] = &[("fused_risk_score", Range::Share)];
    fields! {
        "customer_id": Customer => customer_id;
        "fused_risk_score": Number => fused_risk_score;
        "total_signals": Number => total_signals;
    }
    about_a_customer!();
}

impl Row for Signal {
    const STREAMED: bool = true;
    const MATCHED: Option<&'static [&'static str]> =
        Some(&["customer_id", "signal_strength", "normalized_strength", "risk_weight"]);
    fields! {
        "signal_id": Id => signal_id;
        "customer_id": Customer => customer_id;
        "signal_type": Text => signal_type;
        "signal_strength": Number => signal_strength;
        "normalized_strength": Number => normalized_strength;
        "risk_weight": Number => risk_weight;
        "detected_at": Date => detected_at;
        "source": Text => source;
    }
    about_a_customer!();
}

impl Row for Forecast {
    const STREAMED: bool = true;
    const MATCHED: Option<&'static [&'static str]> =
        Some(&["customer_id", "churn_probability", "revenue_at_risk"]);
    const FIGURES: &'static [&'static str] = &["revenue_at_risk"];
    const DATES: &'static [&'static str] = &["generated_at"];
    const RANGES: &'static [(&'static str, Range)] = &[("churn_probability", Range::Share)];
    fields! {
        "customer_id": Customer => customer_id;
        "churn_probability": Number => churn_probability;
        "recovery_probability": Number => recovery_probability;
        "predicted_path": Texts => predicted_path;
        "revenue_at_risk": Number => revenue_at_risk;
        "generated_at": Date => generated_at;
    }
    about_a_customer!();
}

impl Row for Intervention {
    const STREAMED: bool = true;
    const MATCHED: Option<&'static [&'static str]> =
        Some(&["customer_id", "playbook_id", "journey_stage", "generated_at"]);
    const DATES: &'static [&'static str] = &["generated_at"];
    const RANGES: &'static [(&'static str, Range)] = &[("expected_cost", Range::Amount)];
    fields! {
        "intervention_id": Id => intervention_id;
        "customer_id": Customer => customer_id;
        "playbook_id": Id => playbook_id;
        "segment": Text => segment;
        "journey_stage": Text => journey_stage;
        "recommended_action": Text => recommended_action;
        "expected_cost": Number => expected_cost;
        "expected_value": Number => expected_value;
        "generated_at": Date => generated_at;
    }
    about_a_customer!();
    fn playbook_id(&self) -> &str {
        &self.playbook_id
    }
}

impl Row for Outcome {
    const STREAMED: bool = true;
    const MATCHED: Option<&'static [&'static str]> =
        Some(&["customer_id", "playbook_id", "intervention_id", "measured_at"]);
    const DATES: &'static [&'static str] = &["measured_at"];
    const RANGES: &'static [(&'static str, Range)] = &[("actual_cost", Range::Amount)];
    fields! {
        "outcome_id": Id => outcome_id;
        "intervention_id": Id => intervention_id;
        "customer_id": Customer => customer_id;
        "playbook_id": Id => playbook_id;
        "outcome": Text => outcome;
        "resolution_time_days": Number => resolution_time_days;
        "churn_risk_delta": Number => churn_risk_delta;
        "estimated_revenue_saved": Number => estimated_revenue_saved;
        "actual_cost": Number => actual_cost;
        "human_override": Flag => human_override;
        "playbook_success": Flag => playbook_success;
        "measured_at": Date => measured_at;
    }
    about_a_customer!();
    fn playbook_id(&self) -> &str {
        &self.playbook_id
    }
}

impl Row for PortfolioSnapshot {
    const DATES: &'static [&'static str] = &["generated_at"];
    fields! {
        "snapshot_id": Id => snapshot_id;
        "total_customers": Number => total_customers;
        "customers_at_high_risk": Number => customers_at_high_risk;
        "revenue_at_risk": Number => revenue_at_risk;
        "top_leaking_stage": Text => top_leaking_stage;
        "generated_at": Date => generated_at;
    }
    fn id(&mut self) -> Option<(&'static str, &mut CompactString)> {
        None
    }
}
