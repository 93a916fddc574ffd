//! An experiment ended with one of its arms: what takes the others out, and whose recommendation follows.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::experiment::{Experiment, HOLDOUT, RANKING};
use crate::domain::money::{count, counted, dollars};
use crate::domain::text::{escape_controls, short};
use crate::domain::{Playbook, Policy, json};
use crate::insight::scenario::{Change, Scenario, Setting, SettingError, compare};
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

    /// Returns what that means: first for the customers who are in the experiment now, then for all others.
    pub fn words(&self, before: &Matching) -> [String; 2] {
        let after = self.after(before);
        [self.of_members(before, &after), self.of_others(before, &after)]
    }

    fn is_member(&self, before: &Matching, number: usize) -> bool {
        before.experiment(number).is_some_and(|(of, _)| of.id() == self.id)
    }

    fn of_members(&self, before: &Matching, after: &Matching) -> String {
        let members: Vec<usize> =
            (0..before.len()).filter(|number| self.is_member(before, *number)).collect();
        let all = counted(members.len(), "customer");
        let gets = |number: &&usize| match self.arm.as_str() {
            HOLDOUT => after.play(**number).is_none(),
            RANKING => after.play(**number).is_some(),
            arm => after.recommendation(**number).is_some_and(|play| play.playbook_id == arm),
        };
        let these = members.iter().filter(gets).count();
        let who = match these == members.len() {
            true => format!("the {all} in the experiment"),
            false => format!("{} of the {all} in the experiment", count(these)),
        };
        match self.arm.as_str() {
            HOLDOUT => format!("Then nothing is recommended for {who}"),
            RANKING => format!("Then the highest-ranked playbook is recommended for {who}"),
            arm if these == members.len() => format!("Then {arm} is recommended for {who}"),
            arm => {
                format!(
                    "Then {arm} is recommended for {who}; another playbook ranks first for the others"
                )
            }
        }
    }

    /// `3 other customers get another play; 1 is left without one: Acme ($410,000 a year)`
    fn of_others(&self, before: &Matching, after: &Matching) -> String {
        let compared = compare(before, after, &|| false).unwrap_or_default();
        let others = |change: Change| {
            let changed = compared.customers.iter().filter(move |one| one.change == change);
            let numbers = changed.filter_map(|one| one.before());
            numbers.filter(|number| !self.is_member(before, *number)).collect::<Vec<usize>>()
        };
        let mut parts: Vec<String> = Vec::new();
        for change in [Change::Switches, Change::Loses, Change::Gains] {
            let numbers = others(change);
            if numbers.is_empty() {
                continue;
            }
            let who = match parts.is_empty() {
                true => counted(numbers.len(), "other customer"),
                false => count(numbers.len()),
            };
            let play = if parts.is_empty() { "a play" } else { "one" };
            parts.push(match (change, numbers.len() == 1) {
                (Change::Loses, true) => {
                    format!("{who} is left without {play}: {}", largest(before, &numbers))
                }
                (Change::Loses, false) => {
                    let largest = largest(before, &numbers);
                    format!("{who} are left without {play}, the largest being {largest}")
                }
                (Change::Gains, true) => format!("{who} gains {play}"),
                (Change::Gains, false) => format!("{who} gain {play}"),
                (_, true) => format!("{who} gets another play"),
                (_, false) => format!("{who} get another play"),
            });
        }
        if parts.is_empty() {
            parts.push("No other customer's play changes".to_owned());
        }
        let (was, now) = (compared.before.need_approval, compared.after.need_approval);
        let (difference, more) = (was.abs_diff(now), if now > was { "more" } else { "fewer" });
        match difference {
            0 => {}
            1 => parts.push(format!("1 {more} play needs an approval")),
            _ => parts.push(format!("{} {more} plays need an approval", count(difference))),
        }
        parts.join("; ")
    }
}

/// The customer with the largest account, the first of equal ones: `Acme ($410,000 a year)`.
fn largest(matching: &Matching, numbers: &[usize]) -> String {
    let views = numbers.iter().filter_map(|number| matching.customer(*number));
    let largest = views.reduce(|a, b| if b.account_value() > a.account_value() { b } else { a });
    largest.map_or_else(String::new, |view| {
        let name = view.name().filter(|name| !name.trim().is_empty()).unwrap_or(view.id());
        format!("{} ({} a year)", escape_controls(&short(name)), dollars(view.account_value()))
    })
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
