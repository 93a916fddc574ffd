//! An experiment ended with one of its arms: what takes the others out, and whose recommendation follows.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::experiment::{Experiment, HOLDOUT, RANKING};
use crate::domain::money::{count, counted};
use crate::domain::{Playbook, Policy, json};
use crate::insight::scenario::{Scenario, Setting, SettingError};
use crate::matching::Matching;
use crate::store::Dataset;

/// What ends an experiment, so that one of its arms stays for everyone of its stage and segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// The experiment's id.
    pub id: String,
    /// The arm that stays.
    pub arm: String,
    /// What takes the playbooks of the other arms out: those of the stage in the segments of the experiment,
    /// where the arm that stays is the holdout.
    pub scenario: Scenario,
}

impl Ending {
    /// Of an experiment, with the arm that stays.
    ///
    /// # Errors
    /// Where a playbook cannot be taken out.
    pub fn new(
        experiment: &Experiment,
        arm: &str,
        dataset: &Dataset,
    ) -> Result<Self, SettingError> {
        let is_out = |playbook: &&Playbook| match arm {
            HOLDOUT => is_compared(experiment, playbook),
            _ => experiment.playbooks().any(|id| id != arm && playbook.id == id),
        };
        let settings = dataset.playbooks().filter(is_out);
        let settings = settings.map(|playbook| taken_out(experiment, playbook, dataset));
        let scenario = Scenario { settings: settings.collect::<Result<_, _>>()? };
        Ok(Self { id: experiment.id().to_owned(), arm: arm.to_owned(), scenario })
    }

    /// The recommendations once the experiment has ended.
    fn after(&self, before: &Matching) -> Matching {
        let (dataset, _) = self.scenario.apply(before.dataset(), before.policy());
        let mut policy = Policy::clone(before.policy());
        policy.experiments.retain(|one| one.id() != self.id);
        before.again(dataset, Arc::new(policy))
    }

    /// Returns what that means for the customers who are in the experiment now.
    pub fn words(&self, before: &Matching) -> String {
        let after = self.after(before);
        let members: Vec<usize> = (0..before.len())
            .filter(|number| before.experiment(*number).is_some_and(|(of, _)| of.id() == self.id))
            .collect();
        let all = counted(members.len(), "customer");
        let gets = |number: &&usize| match self.arm.as_str() {
            HOLDOUT => after.play(**number).is_none(),
            RANKING => after.play(**number).is_some(),
            arm => after.recommendation(**number).is_some_and(|told| told.playbook_id == arm),
        };
        let these = members.iter().filter(gets).count();
        let who = match these == members.len() {
            true => format!("the {all} in the experiment"),
            false => format!("{} of the {all} in the experiment", count(these)),
        };
        match self.arm.as_str() {
            HOLDOUT => format!("Then nothing is recommended for {who}"),
            RANKING => format!("Then the ranking decides for {who}"),
            arm if these == members.len() => format!("Then {arm} is recommended for {who}"),
            arm => {
                format!("Then {arm} is recommended for {who}; for the others another ranks first")
            }
        }
    }
}

/// True of a playbook that is for customers of an experiment.
fn is_compared(experiment: &Experiment, playbook: &Playbook) -> bool {
    let is_of_stage = playbook.journey_stage.as_deref() == experiment.stage.as_deref();
    let is_of_segment = |segment: &str| experiment.is_for(experiment.stage.as_deref(), segment);
    let of_segments = playbook.segments().iter().any(|one| one == "All" || is_of_segment(one));
    playbook.is_active() && is_of_stage && of_segments
}

/// What makes a playbook eligible for no customer of an experiment: fewer segments, or retired where none is left.
fn taken_out(
    experiment: &Experiment,
    playbook: &Playbook,
    dataset: &Dataset,
) -> Result<Setting, SettingError> {
    let segments: BTreeSet<&str> = match playbook.segments().iter().any(|one| one == "All") {
        true => dataset.customers().map(|customer| customer.segment()).collect(),
        false => BTreeSet::new(),
    };
    let own = playbook.segments().iter().map(|one| one.as_str()).filter(|one| *one != "All");
    let own = own.chain(segments);
    let rest: Vec<&str> =
        own.filter(|segment| !experiment.is_for(experiment.stage.as_deref(), segment)).collect();
    let id = &playbook.id;
    let text = match rest.is_empty() {
        true => format!("playbook.{id}.status=retired"),
        false => format!("playbook.{id}.eligible_segments={}", json::line(&rest)),
    };
    Setting::parse(&text, dataset)
}
