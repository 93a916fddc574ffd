//! Where a customer's recommendation stands (`decisions.md`, *Status*).

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::decision::Entry;
use super::money::dollars;

/// The status of a customer's recommendation. A pure function of recommendation, policy and ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No recommendation.
    #[default]
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
    pub const ALL: [Self; 12] = [
        Self::None,
        Self::Automatic,
        Self::Held,
        Self::Pending,
        Self::Approved,
        Self::Rejected,
        Self::Deferred,
        Self::Overridden,
        Self::Stale,
        Self::Expired,
        Self::Running,
        Self::Done,
    ];

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

    /// True where `export` gives it: it may run now, and does not yet.
    pub fn may_run(self) -> bool {
        matches!(self, Self::Automatic | Self::Approved | Self::Overridden)
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
        let field = self.field.strip_prefix("chosen.").unwrap_or(self.field);
        let money = matches!(field, "expected_cost" | "expected_value" | "account_value");
        let told = |value: &Value| match value {
            Value::Null => "none".to_owned(),
            Value::String(text) => text.clone(),
            Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Value::Number(number) => match number.as_f64() {
                Some(amount) if money => dollars(amount),
                _ => number.to_string(),
            },
            Value::Array(all) if all.is_empty() => "none".to_owned(),
            Value::Array(all) => {
                let texts = all.iter().map(|one| one.as_str().unwrap_or_default());
                texts.collect::<Vec<_>>().join(" and ")
            }
            other => other.to_string(),
        };
        let name = match self.field {
            "playbook_id" => "playbook",
            "chosen.playbook_id" => "chosen playbook",
            "chosen.recommended_action" => "chosen playbook's action",
            "chosen.requires_human_approval" => "chosen playbook needs approval",
            "chosen.expected_cost" => "chosen playbook's cost",
            "chosen.expected_value" => "chosen playbook's value",
            "chosen.failed" => "gates that the chosen playbook fails",
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

/// A play that was handed off, or is in `interventions.json`, since the customer entered its stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub playbook_id: CompactString,
    pub began: RunBegan,
    /// What came of it, as `outcomes.json` says; `None` while nothing is known.
    pub outcome: Option<CompactString>,
}

/// Where it is said that a play runs.
#[derive(Debug, Clone, PartialEq)]
pub enum RunBegan {
    /// The entry that records the hand-off.
    HandedOff(Arc<Entry>),
    /// A row of `interventions.json`, or where there is none, of `outcomes.json`: its id and its date
    /// as the file has them.
    InData { id: CompactString, at: Option<CompactString> },
}

/// A status with what led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub status: Status,
    /// The decision that stands for the customer, taken back ones aside; it may be stale.
    pub decision: Option<Arc<Entry>>,
    /// Who has approved what stands now.
    pub approvals: Vec<CompactString>,
    /// How many different people have to.
    pub needed: usize,
    /// What has moved since the decision; empty unless `stale`.
    pub changed: Vec<Change>,
    /// What runs or ran; `None` unless `running` or `done`.
    pub run: Option<Run>,
    /// When the status becomes another one by time alone.
    pub next_change: Option<Timestamp>,
    /// Since when it waits, where a date says so: a deferral that is over, an approval that expired.
    pub since: Option<Timestamp>,
}

impl Standing {
    /// `1 of 2, dana` while some have approved and more have to; `None` else.
    pub fn progress(&self) -> Option<String> {
        let so_far = self.approvals.len();
        if !matches!(self.status, Status::Pending | Status::Expired) || so_far == 0 {
            return None;
        }
        let mut text = format!("{so_far} of {}, {}", self.needed, self.approvals.join(", "));
        // Whoever chose another playbook did not approve the recommended one.
        if let Some(chosen) = self.decision.as_ref().and_then(|d| d.basis.chosen.as_ref()) {
            text.push_str(&format!(", for {} instead", chosen.title()));
        }
        Some(text)
    }
}
