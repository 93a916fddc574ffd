//! The gates that a playbook must pass for a customer, and what it means not
//! to. How they are looked at is in `matching`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::money::count;

/// A condition of rule 3, or that the playbook's row could be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    Status,
    Stage,
    Segment,
    Risk,
    /// The playbook's row was skipped.
    Row,
}

impl Gate {
    /// As in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Stage => "stage",
            Self::Segment => "segment",
            Self::Risk => "risk",
            Self::Row => "row",
        }
    }
}

/// A gate that a playbook did not pass: what was found, and what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FailedGate {
    pub gate: Gate,
    pub found: Value,
    pub needs: Value,
}

impl FailedGate {
    /// As a person reads it: `stage support, needs engagement`. Text from data files in it is not yet made
    /// escaped.
    pub fn words(&self) -> String {
        let (found, needs) = (value_words(&self.found), value_words(&self.needs));
        match self.gate {
            Gate::Segment if self.needs.as_array().is_some_and(Vec::is_empty) => {
                self.without_remedy()
            }
            Gate::Row => self.without_remedy(),
            gate => format!("{} {found}, needs {needs}", gate.name()),
        }
    }

    /// As a person reads it where no change of the customer or of the playbook's status opens the gate.
    pub fn without_remedy(&self) -> String {
        let (found, needs) = (value_words(&self.found), value_words(&self.needs));
        match self.gate {
            Gate::Segment => "no segment is eligible".to_owned(),
            Gate::Row => format!("its row was set aside: {found}, expected {needs}"),
            gate => format!("{} {found}, needs {needs}", gate.name()),
        }
    }
}

/// What was found or is needed, as a person reads it: `none`, `Enterprise or Mid-Market`.
pub fn value_words(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            const MOST: usize = 20;
            let mut words: Vec<String> = list.iter().take(MOST).map(value_words).collect();
            if list.len() > MOST {
                words.push(format!("{} more", count(list.len() - MOST)));
            }
            words.join(" or ")
        }
        other => other.to_string(),
    }
}
