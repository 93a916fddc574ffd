//! What may run now: a row of `export`, in the shape of `interventions.json`.

use compact_str::{CompactString, format_compact};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::domain::decision::InExperiment;
use crate::domain::{Standing, Status, number};
use crate::matching::Matching;
use crate::matching::risk::reported_confidence;
use crate::store::Dataset;

/// A play that may run now; serialized, a row of `export`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ExportRow {
    /// Id of the customer.
    pub customer_id: CompactString,
    /// The stage of the customer.
    pub journey_stage: Option<CompactString>,
    /// The playbook that runs: the recommended one, or the one chosen in its place.
    pub playbook_id: CompactString,
    /// Code of the action to take.
    pub recommended_action: CompactString,
    /// 0 to 1 with two decimals, of the customer.
    #[serde(serialize_with = "number::serialize")]
    pub confidence: f64,
    /// Dollars, of the playbook that runs.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Dollars, of the playbook that runs.
    #[serde(serialize_with = "number::serialize")]
    pub expected_value: f64,
    /// True where the play needed approval.
    pub requires_human_approval: bool,
    /// Ids, in file order.
    pub triggered_by_signals: Vec<CompactString>,
    /// The decision's time, for an automatic play the newest date among the customer's rows: never
    /// the time of the export, so that the same input gives the same bytes.
    pub generated_at: Option<CompactString>,
    /// Status of the recommendation.
    pub status: Status,
    /// Id of the entry that stands; none of an automatic play.
    pub decision: Option<CompactString>,
    /// The experiment that the customer is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experiment: Option<InExperiment>,
    /// Id of the entry that records the hand-off, and of the intervention that begins with it; not
    /// there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervention_id: Option<CompactString>,
}

impl ExportRow {
    /// The row of a customer whose play runs by itself, whatever was decided before.
    pub fn automatic(matching: &Matching, number: usize) -> Option<Self> {
        let generated_at = newest_date(matching.dataset(), number).map(Into::into);
        Some(Self { generated_at, ..Self::recommended(matching, number)? })
    }

    /// The row of a customer, by where its play stands; `None` where it may not run.
    pub fn new(matching: &Matching, number: usize, standing: &Standing) -> Option<Self> {
        match standing.status {
            Status::Automatic => return Self::automatic(matching, number),
            status if !status.may_run() => return None,
            _ => {}
        }
        let decision = standing.decision.as_ref()?;
        let row = Self {
            // As the ledger has it.
            generated_at: Some(format_compact!("{:.3}", decision.at)),
            status: standing.status,
            decision: Some(decision.id.clone()),
            ..Self::recommended(matching, number).or_else(|| Self::of_customer(matching, number))?
        };
        if standing.status != Status::Overridden {
            return Some(row);
        }
        let chosen = matching.choose(number, &decision.playbook_id)?;
        Some(Self {
            playbook_id: chosen.playbook_id,
            recommended_action: chosen.recommended_action,
            expected_cost: chosen.expected_cost,
            expected_value: chosen.expected_value,
            requires_human_approval: chosen.requires_human_approval,
            ..row
        })
    }

    fn recommended(matching: &Matching, number: usize) -> Option<Self> {
        let told = matching.recommendation(number)?;
        Some(Self {
            playbook_id: told.playbook_id,
            recommended_action: told.recommended_action,
            expected_cost: told.expected_cost,
            expected_value: told.expected_value,
            requires_human_approval: told.requires_human_approval,
            experiment: matching.in_experiment(number),
            ..Self::of_customer(matching, number)?
        })
    }

    /// What the row says of the customer, whatever runs.
    fn of_customer(matching: &Matching, number: usize) -> Option<Self> {
        let view = matching.customer(number)?;
        Some(Self {
            customer_id: view.id().into(),
            journey_stage: view.stage().map(Into::into),
            confidence: reported_confidence(matching.risk_score(number)?, matching.policy()),
            triggered_by_signals: matching.dataset().signal_ids(number).map(Into::into).collect(),
            status: Status::Automatic,
            ..Self::default()
        })
    }
}

/// The newest date among a customer's rows, as its file has it; of several at the same time the first.
/// What is no date does not count.
pub(crate) fn newest_date(dataset: &Dataset, number: usize) -> Option<&str> {
    let mut newest: Option<(Timestamp, &str)> = None;
    for text in dataset.dates(number) {
        let Some(at) = point_in_time(text) else { continue };
        if newest.is_none_or(|(newest, _)| at > newest) {
            newest = Some((at, text));
        }
    }
    newest.map(|(_, text)| text)
}

/// When a date or time of a data file is. Without a zone it is taken to be UTC, on every machine
/// alike; a day begins at midnight.
pub(crate) fn point_in_time(text: &str) -> Option<Timestamp> {
    /// A longer text is no date alone: the zone has to be asked for first.
    const DATE: usize = "2025-01-01".len();
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    if text.len() <= DATE {
        return local().map(|zoned| zoned.timestamp());
    }
    text.parse().ok().or_else(|| local().map(|zoned| zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(dates: &[&str]) -> Option<String> {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| {
            std::fs::write(directory.path().join(name), text).unwrap();
        };
        write("customers.json", r#"[{"customer_id":"C1","renewal_date":"2099-01-01"}]"#.to_owned());
        let signals: Vec<String> = dates
            .iter()
            .map(|date| format!(r#"{{"customer_id":"C1","detected_at":"{date}"}}"#))
            .collect();
        write("signals.json", format!("[{}]", signals.join(",")));
        write("journey_playbooks.json", "[]".to_owned());
        let loader = crate::intake::Loader::new(directory.path());
        let dataset = { loader }.load(crate::intake::load::Reread::All).dataset;
        newest_date(&dataset, 0).map(str::to_owned)
    }

    #[test]
    fn the_newest_date_is_found_whatever_its_form() {
        assert_eq!(newest(&[]), None);
        assert_eq!(newest(&["soon", "", "2025-13-01"]), None, "no dates");
        assert_eq!(newest(&["2025-02-01", "2025-10-01", "2025-09-30"]).unwrap(), "2025-10-01");
        let mixed = ["2025-10-01T09:00:00", "2025-10-01T12:00:00+05:00", "2025-10-01"];
        assert_eq!(newest(&mixed).unwrap(), "2025-10-01T09:00:00", "the other one is 07:00 UTC");
        assert_eq!(
            newest(&["2025-10-01 08:00:00Z", "2025-10-01"]).unwrap(),
            "2025-10-01 08:00:00Z"
        );
        let same = ["2025-10-01T00:00:00Z", "2025-10-01"];
        assert_eq!(newest(&same).unwrap(), "2025-10-01T00:00:00Z", "the first one");
        assert_eq!(newest(&["9999999-99-99", "2025-01-01"]).unwrap(), "2025-01-01");
    }
}
