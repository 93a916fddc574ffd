//! Experiments that no customer can be in: one of a playbook that there is not (`unknown_playbook`), or one whose
//! playbooks can never be eligible for the same customer (`experiment_empty`).

use super::ground::Ground;
use crate::domain::experiment::Experiment;
use crate::domain::suggestion::{did_you_mean, suggestions};
use crate::domain::{Code, Finding, Playbook};

/// The name of the policy file, for people.
const POLICY_FILE: &str = "nextplay.toml";

pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let policy = ground.matching.policy();
    policy.experiments.iter().flat_map(|one| of_experiment(ground, one)).collect()
}

fn of_experiment(ground: &Ground<'_>, experiment: &Experiment) -> Vec<Finding> {
    let id = experiment.id();
    let of_arm = |playbook: &str| {
        let (code, what, fix) = match ground.dataset.playbook_by_id(playbook) {
            None => {
                let known = ground.dataset.playbooks().map(|playbook| playbook.id.as_str());
                let hint = did_you_mean(&suggestions(playbook, known));
                let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
                let what = format!("which is not in the playbooks{hint}");
                (Code::UnknownPlaybook, what, format!("fix arms in {POLICY_FILE}"))
            }
            Some(known) => {
                let (what, fix) = obstacle(experiment, known)?;
                (Code::ExperimentEmpty, what, fix)
            }
        };
        let message = format!(
            "the experiment {id:?} compares {playbook:?}, {what}: no customer is in it; {fix}"
        );
        Some(Finding::new(code, message).in_file(POLICY_FILE).field("experiment.arms"))
    };
    experiment.playbooks().filter_map(of_arm).collect()
}

/// Why a playbook is eligible for no customer of an experiment, and what to do about it.
fn obstacle(experiment: &Experiment, playbook: &Playbook) -> Option<(String, String)> {
    if !playbook.is_active() {
        let status = playbook.status.as_deref().unwrap_or("missing");
        let fix = "activate it, or remove the experiment".to_owned();
        return Some((format!("which is not active (status: {status})"), fix));
    }
    if playbook.journey_stage != experiment.stage {
        let of = playbook.journey_stage.as_deref().unwrap_or("no");
        let stage = experiment.stage.as_deref().unwrap_or_default();
        let fix = format!("fix stage or arms in {POLICY_FILE}");
        return Some((format!("a playbook of the stage {of:?}, in the stage {stage:?}"), fix));
    }
    let segments = experiment.segments.as_ref()?;
    let accepts = |segment: &str| segment == "All" || playbook.accepts(segment);
    if segments.iter().any(|segment| accepts(segment)) {
        return None;
    }
    let of = playbook.segments().join(", ");
    let fix = format!("fix segments or arms in {POLICY_FILE}");
    Some((format!("which is for other segments ({of})"), fix))
}
