//! The state of the What-if screen. Nothing of it touches the data or the ledger; to write a file is
//! an effect that somebody confirms.

use std::sync::Arc;

use super::named::NamedScenario;
use super::request::{ComparedScenario, ScenarioRequest, ScenarioResult};
use crate::domain::policy_keys::{KEYS, find};
use crate::domain::{Playbook, Policy};
use crate::insight::scenario::{Scenario, Setting};
use crate::store::Dataset;
use crate::store::row::Row as _;
use crate::tui::widget::line_list::Position;
use crate::workspace::Snapshot;

/// What is being tried out.
#[derive(Debug, Clone, Default)]
pub struct WhatIf {
    pub scenario: Scenario,
    /// Dollars, finite and not negative; `None` where no plan is asked for.
    pub budget: Option<f64>,
    /// The variants with a name, in the order in which they got it.
    pub saved: Vec<NamedScenario>,
    /// The name of the one laid beside.
    pub compared: Option<String>,
    /// The last answer, be it of an earlier question.
    pub answer: Option<Arc<ScenarioResult>>,
    /// Counts up with everything that is changed here.
    number: u64,
    /// Generation and number of the question asked last.
    asked: Option<(u64, u64)>,
    /// The selected line.
    pub position: Position,
    /// The selected line, by what it is about: lines come and go above it.
    pub on: Option<(usize, String)>,
}

impl WhatIf {
    /// True where everything is as today.
    pub fn is_unchanged(&self) -> bool {
        self.scenario.settings.is_empty() && self.budget.is_none()
    }

    /// The name under which this is kept just as it is.
    pub fn name(&self) -> Option<&str> {
        let same =
            |saved: &&NamedScenario| saved.scenario == self.scenario && saved.budget == self.budget;
        self.saved.iter().find(same).map(|saved| saved.name.as_str())
    }

    /// Takes note that something is another question now.
    pub fn changed(&mut self) {
        self.number += 1;
    }

    /// Sets something; what is then as today is no change any more.
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

    /// Takes a change back.
    pub fn clear(&mut self, setting: usize) {
        self.scenario = self.scenario.without(setting);
        self.changed();
    }

    /// Everything as today; the variants with a name stay.
    pub fn reset(&mut self) {
        self.scenario = Scenario::default();
        self.budget = None;
        self.changed();
    }

    /// Keeps what there is under a name; an earlier one of that name gives way.
    pub fn keep(&mut self, name: String) {
        let Self { scenario, budget, .. } = self;
        let variant = NamedScenario { name, scenario: scenario.clone(), budget: *budget };
        match self.saved.iter_mut().find(|saved| saved.name == variant.name) {
            Some(saved) => *saved = variant,
            None => self.saved.push(variant),
        }
        self.changed();
    }

    /// Takes a variant up again.
    pub fn apply_saved(&mut self, row: usize) {
        let Some(saved) = self.saved.get(row) else { return };
        self.scenario = saved.scenario.clone();
        self.budget = saved.budget;
        self.changed();
    }

    /// Lets go of a variant.
    pub fn delete_saved(&mut self, row: usize) {
        if row < self.saved.len() {
            let dropped = self.saved.remove(row);
            if self.compared.as_ref() == Some(&dropped.name) {
                self.compared = None;
            }
            self.changed();
        }
    }

    /// Lays a variant beside, or takes it away where it is.
    pub fn compare_with(&mut self, row: usize) {
        let Some(saved) = self.saved.get(row) else { return };
        let there = self.compared.as_ref() == Some(&saved.name);
        self.compared = (!there).then(|| saved.name.clone());
        self.changed();
    }

    /// Lets go of what is as today in another view: it was written to a file, or somebody else did
    /// the same.
    fn drop_unchanged(&mut self, snapshot: &Snapshot) {
        let (dataset, policy) = (snapshot.matching.dataset(), snapshot.matching.policy());
        let settings = self.scenario.settings.iter();
        let here = settings.enumerate().rev().filter(|(_, it)| is_unchanged(it, dataset, policy));
        let here: Vec<usize> = here.map(|(row, _)| row).collect();
        for row in here {
            self.clear(row);
        }
    }

    /// The question to ask of a view, where it was not asked yet.
    pub fn request(&mut self, snapshot: &Arc<Snapshot>) -> Option<ScenarioRequest> {
        if self.asked.is_none_or(|(generation, _)| generation != snapshot.generation) {
            self.drop_unchanged(snapshot);
        }
        let asked = Some((snapshot.generation, self.number));
        if self.asked == asked {
            return None;
        }
        self.asked = asked;
        let compared = self.saved.iter().find(|saved| Some(&saved.name) == self.compared.as_ref());
        Some(ScenarioRequest {
            snapshot: Arc::clone(snapshot),
            number: self.number,
            scenario: self.scenario.clone(),
            budget: self.budget,
            compared: compared.cloned(),
        })
    }

    /// Takes an answer, if it is to the question asked last.
    pub fn take(&mut self, mut answer: ScenarioResult) -> bool {
        let current = self.asked == Some((answer.generation, answer.number));
        if current {
            // Until the new plans are there the last ones stay; the title says that they are not new.
            if !answer.whole
                && let Some(before) = &self.answer
            {
                answer.plans.clone_from(&before.plans);
            }
            self.answer = Some(Arc::new(answer));
        }
        current
    }

    /// True where the answer that is there is to another question, or not whole yet.
    pub fn waits(&self) -> bool {
        let current =
            |answer: &Arc<ScenarioResult>| self.asked == Some((answer.generation, answer.number));
        !self.answer.as_ref().is_some_and(|answer| current(answer) && answer.whole)
    }

    /// What the answer tells of the variant laid beside.
    pub fn compared_result(&self) -> Option<&ComparedScenario> {
        let compared = self.answer.as_ref()?.compared.as_ref()?;
        (Some(&compared.name) == self.compared.as_ref()).then_some(compared)
    }
}

/// True where a setting sets what is there already.
fn is_unchanged(setting: &Setting, dataset: &Dataset, policy: &Policy) -> bool {
    if let Some((id, field, value)) = setting.of_playbook() {
        let field = Playbook::FIELDS.iter().find(|known| known.name == field);
        let row = dataset.playbook_by_id(id);
        return field.zip(row).is_some_and(|(field, row)| field.slot.json(row) == value);
    }
    find(KEYS, &setting.key()).is_some_and(|key| key.text(policy) == setting.value())
}
