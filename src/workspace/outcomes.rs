//! Outcomes that agents report: lines of `outcomes.reported.jsonl` in the data directory, which are read
//! beside `outcomes.json`.

use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};

use super::decide::DecideError;
use super::refresh::Workspace;
use super::report_file::ReportFile;
use super::snapshot::Snapshot;
use super::statuses::run_of_intervention;
use crate::approval::{Refusal, limits, rules};
use crate::domain::status::RunBegan;
use crate::domain::time::date_of;
use crate::domain::{Error, ErrorKind, Run, json, number};
use crate::intake::file::REPORTED_OUTCOMES;
use crate::intake::load::Reread;
use crate::ledger::EntryIds;

/// The result of a play, as an agent reports it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeReport {
    /// Id of the intervention: of the entry that records the hand-off, or of a row of
    /// `interventions.json`.
    pub intervention_id: CompactString,
    /// The outcome, a code.
    pub outcome: CompactString,
    /// True where the playbook succeeded.
    #[serde(default)]
    pub playbook_success: Option<bool>,
    /// Days until the outcome, 0 or more.
    #[serde(default)]
    pub resolution_time_days: Option<f64>,
    /// Dollars.
    #[serde(default)]
    pub estimated_revenue_saved: Option<f64>,
    /// When the result was measured, a date or a time in RFC 3339; now where it is not given.
    #[serde(default)]
    pub measured_at: Option<CompactString>,
}

/// A line of `outcomes.reported.jsonl`: an outcome with who reported it and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportedOutcome {
    /// The outcome's id.
    pub outcome_id: CompactString,
    /// The intervention's id.
    pub intervention_id: CompactString,
    /// The customer's id.
    pub customer_id: CompactString,
    /// The playbook that ran.
    pub playbook_id: CompactString,
    /// The outcome, a code.
    pub outcome: CompactString,
    /// True where the playbook succeeded.
    #[serde(default)]
    pub playbook_success: Option<bool>,
    /// Days until the outcome.
    #[serde(default, serialize_with = "number::serialize_option")]
    pub resolution_time_days: Option<f64>,
    /// Dollars.
    #[serde(default, serialize_with = "number::serialize_option")]
    pub estimated_revenue_saved: Option<f64>,
    /// True where a person chose the playbook instead of the recommended one; `None` where that is not
    /// known.
    #[serde(default)]
    pub human_override: Option<bool>,
    /// When the result was measured.
    pub measured_at: CompactString,
    /// Who reported it.
    pub reported_by: CompactString,
    /// When it was reported.
    pub reported_at: CompactString,
}

impl ReportedOutcome {
    /// True where the report says the same again.
    fn repeats(&self, report: &OutcomeReport) -> bool {
        let measured_at = report.measured_at.as_ref().unwrap_or(&self.reported_at);
        self.outcome == report.outcome
            && self.playbook_success == report.playbook_success
            && self.resolution_time_days == report.resolution_time_days
            && self.estimated_revenue_saved == report.estimated_revenue_saved
            && self.measured_at == *measured_at
    }
}

impl Snapshot {
    /// What runs or ran under the id of an intervention, and for whom.
    fn intervention(&self, id: &str) -> Option<(CompactString, Run)> {
        let dataset = self.matching.dataset();
        let handed_off = self.history.entry(id).map(|entry| entry.customer_id.as_str());
        let handed_off = handed_off.and_then(|customer| dataset.customer_number(customer));
        let numbers = handed_off.into_iter().chain(dataset.customers_of_intervention(id));
        numbers.into_iter().find_map(|number| {
            let run = run_of_intervention(&self.matching, &self.history, number, id, &self.now)?;
            Some((dataset.customer(number)?.id().into(), run))
        })
    }
}

impl Workspace {
    /// Records the outcome of a play that has none yet, however long ago it began. It is on disk when this
    /// returns. A report that says the same as one before succeeds and adds nothing.
    ///
    /// # Errors
    /// Where the policy does not let agents report, no play began under this id, or it has another
    /// outcome, a value makes no sense, or the file cannot be written: nothing is recorded then.
    pub fn report_outcome(
        &mut self,
        by: &str,
        report: &OutcomeReport,
    ) -> Result<ReportedOutcome, DecideError> {
        let agent = rules::reviewer(by)?;
        check(report)?;
        // Before anything is created or repaired; again below, once all can be read.
        let before = self.refresh(Reread::Changed);
        limits::agent_may_report(before.matching.policy())?;
        if let Some(problem) = before.cannot_write.clone() {
            return Err(DecideError::NotRecorded(Error { kind: ErrorKind::Refused, ..problem }));
        }
        let path = self.directory().join(REPORTED_OUTCOMES);
        let mut file = ReportFile::open(&path, self.wait).map_err(DecideError::NotRecorded)?;
        let lines = file.lines().filter_map(|line| serde_json::from_str(line).ok());
        let is_of = |line: &ReportedOutcome| line.intervention_id == report.intervention_id;
        if let Some(before) = { lines }.find(is_of) {
            return match before.repeats(report) {
                true => Ok(before),
                false => Err(Refusal::OtherOutcome {
                    intervention_id: before.intervention_id,
                    outcome: before.outcome,
                    by: before.reported_by,
                }
                .into()),
            };
        }
        // What others reported while the lock was waited for is read, too.
        let snapshot = self.ready()?;
        limits::agent_may_report(snapshot.matching.policy())?;
        let id = report.intervention_id.clone();
        let Some((customer_id, run)) = snapshot.intervention(&id) else {
            return Err(Refusal::NoIntervention { intervention_id: id }.into());
        };
        if let Some(outcome) = run.outcome {
            return Err(Refusal::HasOutcome { intervention_id: id, outcome }.into());
        }
        let now = self.clock.now();
        let human_override = match &run.began {
            RunBegan::HandedOff(entry) => entry.basis.get().map(|basis| basis.chosen.is_some()),
            RunBegan::InData { .. } => None,
        };
        let reported_at = format_compact!("{:.3}", now.at);
        let line = ReportedOutcome {
            outcome_id: EntryIds::default().next(now.at),
            intervention_id: id,
            customer_id,
            playbook_id: run.playbook_id,
            outcome: report.outcome.clone(),
            playbook_success: report.playbook_success,
            resolution_time_days: report.resolution_time_days,
            estimated_revenue_saved: report.estimated_revenue_saved,
            human_override,
            measured_at: report.measured_at.clone().unwrap_or_else(|| reported_at.clone()),
            reported_by: agent.name().clone(),
            reported_at,
        };
        file.append(&json::line(&line)).map_err(DecideError::NotRecorded)?;
        drop(file);
        tracing::info!(intervention = %line.intervention_id, "outcome reported");
        self.refresh(Reread::Changed);
        Ok(line)
    }
}

/// Checks what is reported, before anything is read.
fn check(report: &OutcomeReport) -> Result<(), DecideError> {
    let usage = |message: &str| {
        Err(DecideError::Unreadable(Error::new(ErrorKind::Usage, message.to_owned())))
    };
    let finite = |number: Option<f64>| number.is_none_or(f64::is_finite);
    if report.outcome.trim().is_empty() {
        return usage("the outcome is empty");
    }
    let days = report.resolution_time_days;
    if !finite(days) || days.is_some_and(|days| days < 0.0) {
        return usage("resolution_time_days is not a number of 0 or more");
    }
    if !finite(report.estimated_revenue_saved) {
        return usage("estimated_revenue_saved is not a finite number");
    }
    match report.measured_at.as_deref().is_some_and(|text| date_of(text).is_none()) {
        true => usage("measured_at is not a date or a time such as 2027-01-31T09:00:00Z"),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::workspace::samples::directory;
    use crate::workspace::{Options, PlayClaim};

    const POLICY: &str = "[agents]\nmay_hand_off = true\nmay_report = true\n\
                          [hand_off]\nby = [\"bot\"]\n";

    /// A workspace with one play handed off, and the play's id.
    fn running(directory: &tempfile::TempDir) -> (Workspace, CompactString) {
        fs::write(directory.path().join("nextplay.toml"), POLICY).unwrap();
        let mut workspace = Workspace::new(directory.path(), Options::default());
        let snapshot = workspace.refresh(Reread::Changed);
        let cleared = snapshot.cleared_play(snapshot.cleared().unwrap()[0]).unwrap();
        let customer_id = cleared.play.customer_id.to_string();
        let claim = PlayClaim { customer_id, basis: cleared.basis };
        let claimed = workspace.claim_plays("bot", &[claim], "k").unwrap();
        let id = claimed.plays[0].play.as_ref().unwrap().intervention_id.clone();
        (workspace, id)
    }

    fn report(id: &str, outcome: &str) -> OutcomeReport {
        OutcomeReport {
            intervention_id: id.into(),
            outcome: outcome.into(),
            playbook_success: Some(true),
            estimated_revenue_saved: Some(1250.5),
            ..OutcomeReport::default()
        }
    }

    fn lines(directory: &tempfile::TempDir) -> Vec<String> {
        let text = fs::read_to_string(directory.path().join(REPORTED_OUTCOMES));
        text.unwrap_or_default().lines().map(str::to_owned).collect()
    }

    fn why(result: Result<ReportedOutcome, DecideError>) -> String {
        Error::from(result.unwrap_err()).one_line()
    }

    #[test]
    fn an_outcome_is_recorded_once() {
        let directory = directory();
        let (mut workspace, id) = running(&directory);
        let told = workspace.report_outcome("bot", &report(&id, "resolved")).unwrap();
        assert_eq!((told.customer_id.as_str(), told.playbook_id.as_str()), ("C2", "P2"));
        assert_eq!((told.reported_by.as_str(), told.human_override), ("bot", Some(false)));
        let snapshot = workspace.refresh(Reread::Changed);
        let number = snapshot.find_customer("C2").unwrap();
        assert_eq!(
            snapshot.status(number),
            crate::domain::Status::Done,
            "read beside outcomes.json"
        );
        let again = workspace.report_outcome("other", &report(&id, "resolved")).unwrap();
        assert_eq!(again, told);
        assert_eq!(
            why(workspace.report_outcome("bot", &report(&id, "no_change"))),
            format!(
                "bot already reported \"resolved\" for {:?}; an outcome is reported once; correct it \
                 in outcomes.json",
                id.as_str()
            )
        );
        assert_eq!(lines(&directory).len(), 1);
        let kept: ReportedOutcome = serde_json::from_str(&lines(&directory)[0]).unwrap();
        assert_eq!(kept, told);
    }

    #[test]
    fn an_outcome_needs_a_running_play_and_a_policy_that_lets_agents_report() {
        let directory = directory();
        let (mut workspace, id) = running(&directory);
        for unknown in ["nothing", ""] {
            let text = why(workspace.report_outcome("bot", &report(unknown, "resolved")));
            assert!(text.starts_with("no intervention"), "{text}");
        }
        let undo = crate::workspace::DecisionRequest::Undo {
            entry: id.clone(),
            by: "bot".into(),
            note: None,
            seen: None,
        };
        workspace.decide(undo).unwrap();
        let text = why(workspace.report_outcome("bot", &report(&id, "resolved")));
        assert!(text.starts_with("no intervention"), "undone: {text}");
        let days = OutcomeReport { resolution_time_days: Some(-1.0), ..report(&id, "resolved") };
        assert!(why(workspace.report_outcome("bot", &days)).contains("resolution_time_days"));
        let when = OutcomeReport { measured_at: Some("soon".into()), ..report(&id, "resolved") };
        assert!(why(workspace.report_outcome("bot", &when)).contains("measured_at"));
        assert!(why(workspace.report_outcome("bot", &report(&id, " "))).contains("empty"));
        fs::write(directory.path().join("nextplay.toml"), "").unwrap();
        let text = why(workspace.report_outcome("bot", &report(&id, "resolved")));
        assert!(text.contains("`agents.may_report = true`"), "{text}");
        assert!(!directory.path().join(REPORTED_OUTCOMES).exists(), "no empty file is left");
    }

    #[test]
    fn an_outcome_may_come_long_after_the_play_and_is_that_of_the_play() {
        let directory = directory();
        let (_, id) = running(&directory);
        // Months later the play is over, and the customer is in another stage.
        let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 200);
        let clock = crate::domain::Clock::new(move || at, jiff::tz::TimeZone::UTC);
        let mut workspace =
            Workspace::new(directory.path(), Options { clock, ..Options::default() });
        let stages = directory.path().join("journey_state_log.json");
        let text = fs::read_to_string(&stages).unwrap();
        let moved = text.replace(
            r#""C2","journey_stage":"b""#,
            r#""C2","journey_stage":"a","state_entered_at":"2026-01-01""#,
        );
        assert_ne!(moved, text);
        fs::write(&stages, moved).unwrap();
        let status = |workspace: &mut Workspace| {
            let snapshot = workspace.refresh(Reread::Changed);
            snapshot.status(snapshot.find_customer("C2").unwrap())
        };
        assert_eq!(status(&mut workspace), crate::domain::Status::Pending);
        let told = workspace.report_outcome("bot", &report(&id, "renewed")).unwrap();
        assert_eq!((told.customer_id.as_str(), told.playbook_id.as_str()), ("C2", "P2"));
        assert_eq!(status(&mut workspace), crate::domain::Status::Pending, "what waits, waits");
        assert!(why(workspace.report_outcome("bot", &report(&id, "lost"))).contains("already"));
        // One that the data has by now is not reported again.
        fs::remove_file(directory.path().join(REPORTED_OUTCOMES)).unwrap();
        let row = format!(
            r#"[{{"outcome_id":"O1","intervention_id":"{id}","customer_id":"C2","playbook_id":"P2","outcome":"won"}}]"#
        );
        fs::write(directory.path().join("outcomes.json"), row).unwrap();
        let text = why(workspace.report_outcome("bot", &report(&id, "won")));
        assert!(text.contains("has the outcome \"won\" already"), "{text}");
    }

    #[test]
    fn what_a_killed_writer_left_of_a_line_is_cut_off() {
        let directory = directory();
        let (mut workspace, id) = running(&directory);
        let path = directory.path().join(REPORTED_OUTCOMES);
        let other = r#"{"outcome_id":"O1","intervention_id":"I1","customer_id":"C3","playbook_id":"P1","outcome":"x"}"#;
        fs::write(&path, format!("{other}\n{{\"outcome_id\":\"O")).unwrap();
        let snapshot = workspace.refresh(Reread::Changed);
        assert!(snapshot.why_not_deciding().is_none(), "{:?}", snapshot.why_not_deciding());
        workspace.report_outcome("bot", &report(&id, "resolved")).unwrap();
        assert_eq!(lines(&directory).len(), 2);
        assert_eq!(lines(&directory)[0], other);
        // Who may only read repairs nothing.
        let torn = format!("{other}\n{{");
        fs::write(&path, &torn).unwrap();
        let options = Options { read_only: true, ..Options::default() };
        let refused =
            Workspace::new(directory.path(), options).report_outcome("bot", &report(&id, "x"));
        assert!(why(refused).contains("read-only"));
        assert_eq!(fs::read_to_string(&path).unwrap(), torn);
        // A whole line lacks only its line break.
        fs::write(&path, other).unwrap();
        workspace.report_outcome("bot", &report(&id, "resolved")).unwrap();
        assert_eq!(lines(&directory)[0], other);
        assert_eq!(lines(&directory).len(), 2);
    }
}
