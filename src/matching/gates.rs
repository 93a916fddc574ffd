//! The gates that a playbook must pass for a customer (`matching.md`, rule 3).

use serde_json::Value;

use super::contact::ContactGate;
use crate::domain::{FailedGate, Gate, Playbook};
use crate::store::{PlaybookIx, SkippedRow};

/// What the gates look at on the customer's side.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The customer's stage.
    pub stage: Option<&'a str>,
    /// The customer's segment.
    pub segment: &'a str,
    /// The customer's risk, usually 0 to 1.
    pub risk: f64,
    /// What was done for the customer, where a contact limit is in force.
    pub contact: Option<ContactGate<'a>>,
}

/// True where a playbook is open to a (stage, segment); only the risk is left to look at.
pub fn open_to(playbook: &Playbook, stage: Option<&str>, segment: &str) -> bool {
    playbook.is_active() && playbook.journey_stage.as_deref() == stage && playbook.accepts(segment)
}

/// The gates that fail, in the order of the rule; none where the playbook is a candidate.
pub fn failed(number: PlaybookIx, playbook: &Playbook, subject: Subject<'_>) -> Vec<FailedGate> {
    let mut failed = Vec::new();
    let mut fail =
        |gate, found: Value, needs: Value| failed.push(FailedGate { gate, found, needs });
    if !playbook.is_active() {
        fail(Gate::Status, text(playbook.status.as_deref()), "active".into());
    }
    if playbook.journey_stage.as_deref() != subject.stage {
        fail(Gate::Stage, text(subject.stage), text(playbook.journey_stage.as_deref()));
    }
    if !playbook.accepts(subject.segment) {
        let eligible = playbook.segments().iter().map(|segment| text(Some(segment))).collect();
        fail(Gate::Segment, text(Some(subject.segment)), eligible);
    }
    let threshold = playbook.risk_threshold();
    if subject.risk < threshold {
        fail(Gate::Risk, json(subject.risk), json(threshold));
    }
    failed.extend(subject.contact.and_then(|contact| contact.failed(number)));
    failed
}

/// The gate at which a playbook fails whose row was skipped.
pub fn failed_row(row: &SkippedRow) -> FailedGate {
    let found = match &row.field {
        Some(field) => format!("{field} is {}", row.found),
        None => row.found.clone(),
    };
    FailedGate { gate: Gate::Row, found: found.into(), needs: row.expected.clone().into() }
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn json(x: f64) -> Value {
    serde_json::to_value(crate::domain::number::Num(x)).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playbook() -> Playbook {
        Playbook {
            id: "P".into(),
            journey_stage: Some("support".into()),
            eligible_segments: Some(vec!["SMB".into(), "Mid-Market".into()]),
            risk_threshold: Some(0.6),
            status: Some("active".into()),
            ..Playbook::default()
        }
    }

    fn fails(playbook: &Playbook, stage: Option<&str>, segment: &str, risk: f64) -> Vec<String> {
        let failed =
            failed(PlaybookIx(0), playbook, Subject { stage, segment, risk, contact: None });
        failed.iter().map(FailedGate::words).collect()
    }

    #[test]
    fn a_playbook_that_passes_fails_nowhere() {
        assert_eq!(fails(&playbook(), Some("support"), "SMB", 0.6), [""; 0]);
    }

    #[test]
    fn every_failed_gate_is_told_with_what_was_found_and_needed() {
        let retired = Playbook { status: Some("retired".into()), ..playbook() };
        assert_eq!(
            fails(&retired, None, "Enterprise", 0.58),
            [
                "not active (status: retired)",
                "Support stage only",
                "SMB and Mid-Market only",
                "risk 0.58 is below the 0.60 minimum (+0.02)"
            ]
        );
    }

    #[test]
    fn edges() {
        let mut edge = Playbook { eligible_segments: None, ..playbook() };
        assert_eq!(fails(&edge, Some("support"), "SMB", 0.9), ["open to no segment"]);
        edge.eligible_segments = Some(vec!["All".into()]);
        edge.journey_stage = None;
        edge.risk_threshold = Some(0.0);
        assert_eq!(fails(&edge, None, "anything", 0.5), [""; 0], "no stage matches no stage");
        assert_eq!(
            fails(&edge, None, "x", 0.49),
            ["risk 0.49 is below the 0.50 minimum (+0.01)"],
            "0 means 0.5"
        );
        assert_eq!(fails(&edge, Some(""), "x", 0.5), ["only without a stage"]);
    }
}
