//! `unknown_playbook`: an experiment that compares a playbook which there is not, so that nobody is in it.

use super::ground::Ground;
use crate::domain::suggestion::{did_you_mean, suggestions};
use crate::domain::{Code, Finding};

/// The name of the policy file, for people.
const POLICY_FILE: &str = "nextplay.toml";

pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let policy = ground.matching.policy();
    let all = policy.experiments.iter().flat_map(|experiment| {
        experiment.playbooks().map(move |playbook| (experiment.id(), playbook))
    });
    let unknown = all.filter(|(_, playbook)| ground.dataset.playbook_by_id(playbook).is_none());
    let finding = |(id, playbook): (&str, &str)| {
        let known = ground.dataset.playbooks().map(|playbook| playbook.id.as_str());
        let hint = did_you_mean(&suggestions(playbook, known));
        let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        let message = format!(
            "the experiment {id:?} compares {playbook:?}, which is not in the playbooks{hint}: no customer is in \
             it; fix arms in {POLICY_FILE}"
        );
        Finding::new(Code::UnknownPlaybook, message).in_file(POLICY_FILE).field("experiment.arms")
    };
    unknown.map(finding).collect()
}
