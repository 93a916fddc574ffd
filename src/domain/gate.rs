//! The gates that a playbook must pass to be eligible for a customer. How they are checked is in
//! `matching`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::IntoStaticStr;

use super::labels::Labels;
use super::money::{count, share};
use super::number::{Num, round};

/// A condition for a playbook to be eligible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Gate {
    /// The playbook is active.
    Status,
    /// The playbook is for the customer's stage.
    Stage,
    /// The playbook is open to the customer's segment.
    Segment,
    /// The customer's risk reaches the playbook's threshold.
    Risk,
    /// The customer was not contacted too often, and the playbook may be repeated.
    Contact,
    /// The playbook's row could be read.
    Row,
}

impl Gate {
    /// Returns the name that JSON has.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A gate that a playbook did not pass: what was found, and what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FailedGate {
    /// Which gate.
    pub gate: Gate,
    /// What the customer or the playbook has.
    pub found: Value,
    /// What the gate needs.
    pub needs: Value,
}

impl FailedGate {
    /// Returns why a playbook is not eligible: `Support stage only`, with the words of codes. Text from
    /// data files in it is not yet escaped.
    pub fn words(&self) -> String {
        self.labeled(&Labels::default())
    }

    /// Returns why a playbook is not eligible, with the policy's labels.
    pub fn labeled(&self, labels: &Labels) -> String {
        match self.gate {
            Gate::Status => format!("not active (status: {})", value_words(&self.found)),
            Gate::Stage => match &self.needs {
                Value::String(stage) if stage.is_empty() => "stage \"\" only".to_owned(),
                Value::String(stage) => format!("{} stage only", labels.stage(stage)),
                _ => "only without a stage".to_owned(),
            },
            Gate::Segment => match self.needs.as_array().is_some_and(Vec::is_empty) {
                true => "open to no segment".to_owned(),
                false => format!("{} only", value_words(&self.needs)),
            },
            Gate::Risk => match self.found.as_f64().zip(self.needs.as_f64()) {
                Some((risk, minimum)) => risk_words(risk, minimum),
                None => "risk below the minimum".to_owned(),
            },
            Gate::Contact => contact_words(&self.found, &self.needs),
            Gate::Row => {
                let (found, needs) = (value_words(&self.found), value_words(&self.needs));
                format!("its row was skipped: {found}, expected {needs}")
            }
        }
    }
}

/// `contacted 2 times in the last 30 days; possible again on 2026-12-18`.
fn contact_words(found: &Value, needs: &Value) -> String {
    let number = |name: &str| found.get(name).and_then(Value::as_f64);
    let days = |days: f64| match days == 1.0 {
        true => "1 day".to_owned(),
        false => format!("{} days", Num(days)),
    };
    let mut words = Vec::new();
    if let Some((plays, within)) = number("plays").zip(number("per_days")) {
        let times = if plays == 1.0 { "once".to_owned() } else { format!("{} times", Num(plays)) };
        words.push(format!("contacted {times} in the last {}", days(within)));
    }
    if let Some((last, within)) =
        found.get("last").and_then(Value::as_str).zip(number("same_playbook_days"))
    {
        words.push(format!("last used on {last}, and not again within {}", days(within)));
    }
    if found.get("failed").is_some() {
        words.push("failed the last time in this stage".to_owned());
    }
    let words = match words.is_empty() {
        true => "stopped by a contact limit".to_owned(),
        false => words.join(", "),
    };
    match needs.as_str() {
        Some(day) => format!("{words}; possible again on {day}"),
        None => words,
    }
}

/// `risk 0.58 is below the 0.65 minimum (+0.07)`. What is added is never shown smaller than it is.
fn risk_words(risk: f64, minimum: f64) -> String {
    let whole = |x: f64| if round(x, 4) == x { share(x) } else { Num(x).to_string() };
    if round(risk, 4) >= round(minimum, 4) {
        // Too near for a rounded number to show the difference.
        return format!("risk {} is below the {} minimum", Num(risk), whole(minimum));
    }
    let missing = minimum - risk;
    let mut shown = round(missing, 4);
    // A difference of two decimal fractions is itself off by far less than a billionth.
    if missing - shown > 1e-9 {
        shown = round(shown + 0.0001, 4);
    }
    let (risk, minimum, missing) = (share(risk), whole(minimum), share(shown));
    format!("risk {risk} is below the {minimum} minimum (+{missing})")
}

/// Returns what was found or is needed, as people read it: `none`, `SMB and Enterprise`.
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
            match words.pop() {
                Some(last) if !words.is_empty() => format!("{} and {last}", words.join(", ")),
                last => last.unwrap_or_default(),
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(gate: Gate, found: Value, needs: Value) -> String {
        FailedGate { gate, found, needs }.words()
    }

    #[test]
    fn each_gate_says_what_it_takes() {
        assert_eq!(
            words(Gate::Segment, json!("SMB"), json!(["Enterprise", "Mid-Market", "EDU"])),
            "Enterprise, Mid-Market and EDU only"
        );
        assert_eq!(words(Gate::Segment, json!("SMB"), json!([])), "open to no segment");
        assert_eq!(words(Gate::Stage, json!("x"), json!("churn_risk")), "Churn risk stage only");
        assert_eq!(words(Gate::Stage, json!("support"), json!(null)), "only without a stage");
        assert_eq!(words(Gate::Stage, json!("x"), json!("")), "stage \"\" only");
        assert_eq!(
            words(Gate::Status, json!("draft"), json!("active")),
            "not active (status: draft)"
        );
        let plays = json!({"plays": 2, "per_days": 30});
        assert_eq!(
            words(Gate::Contact, plays, json!("2026-12-18")),
            "contacted 2 times in the last 30 days; possible again on 2026-12-18"
        );
        let all = json!({"plays": 1, "per_days": 1, "last": "2026-11-20",
            "same_playbook_days": 90.5, "failed": true});
        assert_eq!(
            words(Gate::Contact, all, json!(null)),
            "contacted once in the last 1 day, last used on 2026-11-20, and not again within 90.5 \
             days, failed the last time in this stage"
        );
    }

    #[test]
    fn a_missing_risk_is_never_shown_smaller_than_it_is() {
        for (from, to, want) in [
            (0.58, 0.65, "risk 0.58 is below the 0.65 minimum (+0.07)"),
            (0.1, 0.5, "risk 0.10 is below the 0.50 minimum (+0.40)"),
            (0.5625, 0.65, "risk 0.5625 is below the 0.65 minimum (+0.0875)"),
            (0.123_456, 0.65, "risk 0.1235 is below the 0.65 minimum (+0.5266)"),
            (0.2, 0.650_01, "risk 0.20 is below the 0.65001 minimum (+0.4501)"),
            (0.649_999_9, 0.65, "risk 0.6499999 is below the 0.65 minimum"),
            (-0.25, 0.5, "risk -0.25 is below the 0.50 minimum (+0.75)"),
        ] {
            assert_eq!(words(Gate::Risk, json!(from), json!(to)), want);
        }
    }
}
