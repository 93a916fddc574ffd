//! The scenarios that outlive the program: kept with every change, offered at the next start, applied only
//! by a key.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::named::NamedScenario;
use crate::insight::scenario::{Scenario, Setting};
use crate::store::Dataset;
use crate::tui::keys::action::Action;
use crate::tui::memory::merge_part;
use crate::tui::state::{NoticeKind, State};

/// Name under which changes without one are offered at the next start.
pub const LAST_CHANGES: &str = "Last changes";

/// The scenarios as they are remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scenarios {
    /// Those with a name, in order.
    pub named: Vec<Remembered>,
    /// The changes without a name, if there were any.
    pub last: Option<Remembered>,
}

impl Scenarios {
    /// Applies what changed from `before` to `after`; see [`Memory::merge`](crate::tui::memory::Memory::merge).
    pub(crate) fn merge(&mut self, before: &Self, after: &Self) {
        let Self { named, last } = self;
        let is_in = |list: &[Remembered], name: &str| list.iter().any(|one| one.name == name);
        let removed =
            |one: &Remembered| is_in(&before.named, &one.name) && !is_in(&after.named, &one.name);
        named.retain(|one| !removed(one));
        for changed in after.named.iter().filter(|one| !before.named.contains(one)) {
            match named.iter_mut().find(|one| one.name == changed.name) {
                Some(one) => one.clone_from(changed),
                None => named.push(changed.clone()),
            }
        }
        merge_part(last, &before.last, &after.last);
    }
}

/// A scenario as text, so that it is read whatever the data are by then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// The name.
    pub name: String,
    /// The day on which it got it.
    pub saved: Date,
    /// `KEY=VALUE` each.
    pub settings: Vec<String>,
    /// Dollars of the plan, if there is one.
    #[serde(default)]
    pub budget: Option<f64>,
}

impl Remembered {
    fn of(named: &NamedScenario) -> Self {
        let settings = named.scenario.settings.iter().map(ToString::to_string);
        Self {
            name: named.name.clone(),
            saved: named.saved,
            settings: settings.chain(named.unread.iter().cloned()).collect(),
            budget: named.budget,
        }
    }

    fn read(&self, dataset: &Dataset) -> NamedScenario {
        let mut scenario = Scenario::default();
        let mut unread = Vec::new();
        for text in &self.settings {
            match Setting::parse(text, dataset) {
                Ok(setting) => scenario.put(setting),
                Err(_) => unread.push(text.clone()),
            }
        }
        let budget = self.budget.filter(|budget| budget.is_finite() && *budget >= 0.0);
        NamedScenario { name: self.name.clone(), saved: self.saved, scenario, unread, budget }
    }
}

/// Offers what was remembered, once the data is loaded.
pub(crate) fn restore(state: &mut State) {
    if state.what_if.restored || !state.is_loaded() {
        return;
    }
    state.what_if.restored = true;
    let Scenarios { mut named, last } = state.memory.what_if.clone();
    if let Some(mut last) = last {
        last.name = LAST_CHANGES.to_owned();
        named.retain(|known| known.name != last.name);
        named.push(last);
    }
    let Some(snapshot) = state.loaded() else { return };
    let dataset = snapshot.matching.dataset();
    let named: Vec<NamedScenario> = named.iter().map(|one| one.read(dataset)).collect();
    state.what_if.named = named;
    if let Some(text) = offer(state) {
        state.say(NoticeKind::News, text);
    }
    store(state);
}

/// `Scenario "tighter" from 2026-11-28: press p to apply it`, while nothing is changed.
pub fn offer(state: &State) -> Option<String> {
    let what_if = &state.what_if;
    let last = what_if.named.last().filter(|_| what_if.is_unchanged())?;
    let more = match what_if.named.len() - 1 {
        0 => String::new(),
        more => format!("; {more} more under Scenarios"),
    };
    let key = state.keymap.key(Action::ApplyLast);
    Some(format!("Scenario \"{}\" from {}: press {key} to apply it{more}", last.name, last.saved))
}

/// Has the scenarios remembered as they are now.
pub(crate) fn store(state: &mut State) {
    let what_if = &state.what_if;
    let number = Some(what_if.number());
    if !what_if.restored || what_if.stored == number {
        return;
    }
    let last = (!what_if.is_unchanged() && what_if.name().is_none()).then(|| {
        let (scenario, budget) = (what_if.scenario.clone(), what_if.budget);
        let (name, saved) = (LAST_CHANGES.to_owned(), state.moment().today());
        Remembered::of(&NamedScenario { name, saved, scenario, unread: Vec::new(), budget })
    });
    let named = what_if.named.iter().map(Remembered::of).collect();
    state.memory.what_if = Scenarios { named, last };
    state.what_if.stored = number;
}
