//! Other settings, tried out: the state of the What-if screen. Nothing of it touches the data or the
//! ledger; to write a file is an effect that somebody confirms.
//!
//! - [`question`]: what is to be found out, and the answer, made elsewhere.
//! - [`scenario_worker`]: the thread that answers; of many questions only the newest counts.
//! - [`place`]: the lines of the screen; [`dial`]: what stands in each today and here.
//! - [`stepping`]: a value one step further.
//! - [`prompt`]: the text field in which a value, a name or a path is typed.

use std::sync::Arc;

use super::request::{Beside, ScenarioRequest, ScenarioResult};
use crate::domain::policy_keys::{KEYS, find};
use crate::domain::{Playbook, Policy};
use crate::insight::scenario::{Scenario, Setting};
use crate::store::Dataset;
use crate::store::row::Row as _;
use crate::tui::widget::line_list::Position;
use crate::workspace::Snapshot;

/// A scenario that has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    pub name: String,
    pub scenario: Scenario,
    /// Dollars.
    pub budget: Option<f64>,
}

/// What is being tried out.
#[derive(Debug, Clone, Default)]
pub struct WhatIf {
    pub scenario: Scenario,
    /// Dollars, finite and not negative; `None` where no plan is asked for.
    pub budget: Option<f64>,
    /// The variants with a name, in the order in which they got it.
    pub kept: Vec<Variant>,
    /// The name of the one laid beside.
    pub beside: Option<String>,
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
    pub fn is_today(&self) -> bool {
        self.scenario.settings.is_empty() && self.budget.is_none()
    }

    /// The name under which this is kept just as it is.
    pub fn name(&self) -> Option<&str> {
        let same = |kept: &&Variant| kept.scenario == self.scenario && kept.budget == self.budget;
        self.kept.iter().find(same).map(|kept| kept.name.as_str())
    }

    /// Takes note that something is another question now.
    pub fn changed(&mut self) {
        self.number += 1;
    }

    /// Sets something; what is then as today is no change any more.
    pub fn put(&mut self, setting: Setting, snapshot: &Snapshot) {
        let matching = &snapshot.matching;
        let known = self.scenario.settings.iter().position(|known| known.same_place(&setting));
        if is_today(&setting, matching.dataset(), matching.policy()) {
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
        let variant = Variant { name, scenario: scenario.clone(), budget: *budget };
        match self.kept.iter_mut().find(|kept| kept.name == variant.name) {
            Some(kept) => *kept = variant,
            None => self.kept.push(variant),
        }
        self.changed();
    }

    /// Takes a variant up again.
    pub fn take_up(&mut self, place: usize) {
        let Some(kept) = self.kept.get(place) else { return };
        self.scenario = kept.scenario.clone();
        self.budget = kept.budget;
        self.changed();
    }

    /// Lets go of a variant.
    pub fn drop_kept(&mut self, place: usize) {
        if place < self.kept.len() {
            let dropped = self.kept.remove(place);
            if self.beside.as_ref() == Some(&dropped.name) {
                self.beside = None;
            }
            self.changed();
        }
    }

    /// Lays a variant beside, or takes it away where it is.
    pub fn lay_beside(&mut self, place: usize) {
        let Some(kept) = self.kept.get(place) else { return };
        let there = self.beside.as_ref() == Some(&kept.name);
        self.beside = (!there).then(|| kept.name.clone());
        self.changed();
    }

    /// Lets go of what is as today in another view: it was written to a file, or somebody else did
    /// the same.
    fn settle(&mut self, snapshot: &Snapshot) {
        let (dataset, policy) = (snapshot.matching.dataset(), snapshot.matching.policy());
        let settings = self.scenario.settings.iter();
        let here = settings.enumerate().rev().filter(|(_, it)| is_today(it, dataset, policy));
        let here: Vec<usize> = here.map(|(place, _)| place).collect();
        for place in here {
            self.clear(place);
        }
    }

    /// The question to ask of a view, where it was not asked yet.
    pub fn question(&mut self, snapshot: &Arc<Snapshot>) -> Option<ScenarioRequest> {
        if self.asked.is_none_or(|(generation, _)| generation != snapshot.generation) {
            self.settle(snapshot);
        }
        let asked = Some((snapshot.generation, self.number));
        if self.asked == asked {
            return None;
        }
        self.asked = asked;
        let beside = self.kept.iter().find(|kept| Some(&kept.name) == self.beside.as_ref());
        Some(ScenarioRequest {
            snapshot: Arc::clone(snapshot),
            number: self.number,
            scenario: self.scenario.clone(),
            budget: self.budget,
            beside: beside.cloned(),
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
    pub fn answer_beside(&self) -> Option<&Beside> {
        let beside = self.answer.as_ref()?.beside.as_ref()?;
        (Some(&beside.name) == self.beside.as_ref()).then_some(beside)
    }
}

/// True where a setting sets what is there already.
fn is_today(setting: &Setting, dataset: &Dataset, policy: &Policy) -> bool {
    if let Some((id, field, value)) = setting.of_playbook() {
        let field = Playbook::FIELDS.iter().find(|known| known.name == field);
        let row = dataset.playbook_by_id(id);
        return field.zip(row).is_some_and(|(field, row)| field.slot.json(row) == value);
    }
    find(KEYS, &setting.key()).is_some_and(|key| key.text(policy) == setting.value())
}
