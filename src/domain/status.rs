//! Where a customer's recommendation stands (`decisions.md`, *Status*).

use std::sync::Arc;

use compact_str::CompactString;
use serde::Serialize;
use serde_json::Value;

use super::decision::Entry;
use super::money::dollars;

/// The status of a customer's recommendation. A pure function of recommendation, policy and ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No recommendation.
    None,
    /// Needs no approval, and nobody stopped it.
    Automatic,
    /// Needs none, but a row behind it was set aside: somebody has to look.
    Held,
    /// Needs approval; no decision stands.
    Pending,
    Approved,
    Rejected,
    Deferred,
    Overridden,
    /// The last decision was about something else than what stands now.
    Stale,
    /// The approval is older than the policy allows.
    Expired,
    Running,
    Done,
}

impl Status {
    /// As in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Automatic => "automatic",
            Self::Held => "held",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Deferred => "deferred",
            Self::Overridden => "overridden",
            Self::Stale => "stale",
            Self::Expired => "expired",
            Self::Running => "running",
            Self::Done => "done",
        }
    }

    /// True where the queue holds it: a person has to decide.
    pub fn waits(self) -> bool {
        matches!(self, Self::Pending | Self::Stale | Self::Expired | Self::Held)
    }
}

/// One field that moved between a decision and now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub field: &'static str,
    pub was: Value,
    pub now: Value,
}

impl Change {
    /// As a person reads it: `account value $90,000 → $120,000`. Text from data files in it is not
    /// yet made harmless.
    pub fn words(&self) -> String {
        let money = matches!(self.field, "expected_cost" | "expected_value" | "account_value");
        let told = |value: &Value| match value {
            Value::Null => "none".to_owned(),
            Value::String(text) => text.clone(),
            Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Value::Number(number) => match number.as_f64() {
                Some(amount) if money => dollars(amount),
                _ => number.to_string(),
            },
            other => other.to_string(),
        };
        let name = match self.field {
            "playbook_id" => "playbook",
            "recommended_action" => "action",
            "journey_stage" => "stage",
            "requires_human_approval" => "needs approval",
            "expected_cost" => "cost",
            "expected_value" => "value",
            "account_value" => "account value",
            "risk_score" => "risk",
            other => other,
        };
        format!("{name} {} → {}", told(&self.was), told(&self.now))
    }
}

/// A status with what led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub status: Status,
    /// The decision that stands for the customer, taken back ones aside; it may be stale.
    pub decision: Option<Arc<Entry>>,
    /// Who has approved what stands now.
    pub approvals: Vec<CompactString>,
    /// What has moved since the decision; empty unless `stale`.
    pub changed: Vec<Change>,
}
