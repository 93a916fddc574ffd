//! The state of the What-if screen. Nothing of it touches the data or the ledger; to write a file is
//! an effect that someone confirms.

use std::sync::Arc;

use jiff::civil::Date;

use super::named::NamedScenario;
use super::request::{ComparedScenario, ScenarioRequest, ScenarioResult};
use super::row_kind::{ChangeIx, ScenarioIx};
use super::search::Searching;
use crate::domain::number::Num;
use crate::domain::policy_keys::{KEYS, find};
use crate::domain::policy_text::OFF;
use crate::domain::{Playbook, Policy};
use crate::insight::scenario::{Scenario, Setting};
use crate::store::Dataset;
use crate::store::row::Row as _;
use crate::tui::widget::line_list::Position;
use crate::workspace::Snapshot;

/// The changes that are tried out.
#[derive(Debug, Clone, Default)]
pub struct WhatIf {
    /// The changed settings.
    pub scenario: Scenario,
    /// Dollars, finite and not negative; `None` where no plan is asked for.
    pub budget: Option<f64>,
    /// The scenarios with a name, in the order in which they got it.
    pub named: Vec<NamedScenario>,
    /// The name of the scenario that is compared with.
    pub compared: Option<String>,
    /// The last result, possibly of an earlier request.
    pub result: Option<Arc<ScenarioResult>>,
    /// What was remembered in an earlier run was taken over.
    pub restored: bool,
    /// The number of changes when the scenarios were remembered last.
    pub stored: Option<u64>,
    /// Counts up with everything that is changed here.
    number: u64,
    /// Generation and number of the last request.
    requested: Option<(u64, u64)>,
    /// The search for the next change of the selected line.
    pub searching: Searching,
    /// The selected line.
    pub position: Position,
    /// The selected line, by what it is about: lines come and go above it.
    pub on: Option<(usize, String)>,
}

impl WhatIf {
    /// True where nothing is changed.
    pub fn is_unchanged(&self) -> bool {
        self.scenario.settings.is_empty() && self.budget.is_none()
    }

    /// The name of the scenario that has exactly these changes.
    pub fn name(&self) -> Option<&str> {
        let same = |saved: &&NamedScenario| {
            let scenario = saved.scenario == self.scenario && saved.unread.is_empty();
            scenario && saved.budget == self.budget
        };
        self.named.iter().find(same).map(|saved| saved.name.as_str())
    }

    /// Counts up with everything that is changed here.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Notes that another result is wanted.
    pub fn changed(&mut self) {
        self.number += 1;
    }

    /// Changes a setting; its current value is no change.
    pub fn put(&mut self, setting: Setting, snapshot: &Snapshot) {
        let matching = &snapshot.matching;
        let known = self.scenario.settings.iter().position(|known| known.same_place(&setting));
        if is_unchanged(&setting, matching.dataset(), matching.policy()) {
            if let Some(known) = known {
                self.scenario = self.scenario.without(known);
            }
        } else {
            self.scenario.put(setting);
        }
        self.changed();
    }

    /// Keeps `contact.max_plays` and `contact.per_days` together, of which a policy has both or none: where the days
    /// are missing they get a number, or else the plays are off, too.
    pub fn keep_together(&mut self, with_days: bool, snapshot: &Snapshot) {
        let mut policy = snapshot.matching.policy().as_ref().clone();
        self.scenario.settings.iter().for_each(|setting| setting.set_policy(&mut policy));
        if policy.contact.max_plays.is_none() || policy.contact.per_days.is_some() {
            return;
        }
        let missing = match with_days {
            true => find(KEYS, "contact.per_days")
                .and_then(|key| Setting::policy(key, &Num(key.what_if?.initial).to_string()).ok()),
            false => find(KEYS, "contact.max_plays").and_then(|key| Setting::policy(key, OFF).ok()),
        };
        if let Some(setting) = missing {
            self.put(setting, snapshot);
        }
    }

    /// Removes a change.
    pub fn clear(&mut self, place: ChangeIx) {
        self.scenario = self.scenario.without(place.0);
        self.changed();
    }

    /// Removes all changes; the scenarios with a name stay.
    pub fn reset(&mut self) {
        self.scenario = Scenario::default();
        self.budget = None;
        self.changed();
    }

    /// Saves the changes under a name on a day; a scenario of that name is replaced.
    pub fn keep(&mut self, name: String, saved: Date) {
        let (scenario, budget) = (self.scenario.clone(), self.budget);
        let scenario = NamedScenario { name, saved, scenario, unread: Vec::new(), budget };
        match self.named.iter_mut().find(|saved| saved.name == scenario.name) {
            Some(saved) => *saved = scenario,
            None => self.named.push(scenario),
        }
        self.not_with_itself();
        self.changed();
    }

    /// Applies a scenario to a view. Returns why some of its settings are skipped.
    pub fn apply_named(&mut self, place: ScenarioIx, snapshot: &Snapshot) -> Vec<String> {
        let Some(saved) = self.named.get(place.0) else { return Vec::new() };
        let (scenario, skipped) = saved.fitting(snapshot.matching.dataset());
        self.scenario = scenario;
        self.budget = saved.budget;
        self.not_with_itself();
        self.changed();
        skipped
    }

    /// Stops comparing with the scenario that is named or applied now.
    fn not_with_itself(&mut self) {
        if self.compared.is_some() && self.compared.as_deref() == self.name() {
            self.compared = None;
        }
    }

    /// Deletes a scenario.
    pub fn delete_named(&mut self, place: ScenarioIx) {
        if place.0 < self.named.len() {
            let dropped = self.named.remove(place.0);
            if self.compared.as_ref() == Some(&dropped.name) {
                self.compared = None;
            }
            self.changed();
        }
    }

    /// True of the scenario whose changes are those here, unless it is compared already: a scenario is
    /// not compared with itself.
    pub fn is_itself(&self, place: ScenarioIx) -> bool {
        let name = self.named.get(place.0).map(|saved| saved.name.as_str());
        name.is_some() && name == self.name() && name != self.compared.as_deref()
    }

    /// Compares with a scenario, or stops comparing with it.
    pub fn compare_with(&mut self, place: ScenarioIx) {
        let Some(saved) = self.named.get(place.0) else { return };
        let there = self.compared.as_ref() == Some(&saved.name);
        self.compared = (!there).then(|| saved.name.clone());
        self.changed();
    }

    /// Removes the changes that are current values in another view: they were written to a file, or
    /// someone else made the same change.
    fn drop_unchanged(&mut self, snapshot: &Snapshot) {
        let (dataset, policy) = (snapshot.matching.dataset(), snapshot.matching.policy());
        let settings = self.scenario.settings.iter();
        let here = settings.enumerate().rev().filter(|(_, it)| is_unchanged(it, dataset, policy));
        let here: Vec<usize> = here.map(|(row, _)| row).collect();
        for place in here {
            self.clear(ChangeIx(place));
        }
    }

    /// The request for a view, where it was not made yet.
    pub fn request(&mut self, snapshot: &Arc<Snapshot>) -> Option<ScenarioRequest> {
        if self.requested.is_none_or(|(generation, _)| generation != snapshot.generation) {
            self.drop_unchanged(snapshot);
        }
        let requested = Some((snapshot.generation, self.number));
        if self.requested == requested {
            return None;
        }
        self.requested = requested;
        let compared = self.named.iter().find(|saved| Some(&saved.name) == self.compared.as_ref());
        Some(ScenarioRequest {
            snapshot: Arc::clone(snapshot),
            number: self.number,
            scenario: self.scenario.clone(),
            budget: self.budget,
            compared: compared.cloned(),
        })
    }

    /// Takes a result, if it is that of the last request.
    pub fn take(&mut self, mut result: ScenarioResult) -> bool {
        let current = self.requested == Some((result.generation, result.number));
        if current {
            // Until the new plans are there the last ones stay; the title marks them as old.
            if !result.whole
                && let Some(before) = &self.result
            {
                result.plan.clone_from(&before.plan);
            }
            self.result = Some(Arc::new(result));
        }
        current
    }

    /// True where the result is that of another request, or not complete yet.
    pub fn waits(&self) -> bool {
        let current = |result: &Arc<ScenarioResult>| {
            self.requested == Some((result.generation, result.number))
        };
        !self.result.as_ref().is_some_and(|result| current(result) && result.whole)
    }

    /// What the result says of the scenario that is compared with.
    pub fn compared_result(&self) -> Option<&ComparedScenario> {
        let compared = self.result.as_ref()?.compared.as_ref()?;
        (Some(&compared.name) == self.compared.as_ref()).then_some(compared)
    }
}

/// True where a setting has its current value.
fn is_unchanged(setting: &Setting, dataset: &Dataset, policy: &Policy) -> bool {
    if let Some((id, field, value)) = setting.of_playbook() {
        let field = Playbook::FIELDS.iter().find(|known| known.name == field);
        let row = dataset.playbook_by_id(id);
        return field.zip(row).is_some_and(|(field, row)| field.slot.json(row) == value);
    }
    find(KEYS, &setting.key()).is_some_and(|key| key.text(policy) == setting.value())
}
