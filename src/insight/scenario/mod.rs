//! What if: changes to policy, playbooks and performance rows, applied in memory to data that is
//! loaded, and what they would change for whom (`strategy.md`, *Comparison*).
//!
//! ```
//! use std::sync::Arc;
//! use nextplay::insight::scenario::{Scenario, Setting, compare};
//! # use nextplay::{intake::{Loader, load::Reread}, matching::Matching};
//! # let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
//! # let before = Matching::new(Loader::new(data).load(Reread::All).dataset, Arc::default());
//! let mut scenario = Scenario::default();
//! scenario.put(Setting::parse("matching.confidence_threshold=0.75", before.dataset())?);
//! scenario.put(Setting::parse("playbook.PB_ENG_001.risk_threshold=0.6", before.dataset())?);
//!
//! // All that can be is shared with the run before: a step takes some milliseconds for a million
//! // customers.
//! let after = scenario.run(&before);
//! // `None` where the closure said on the way that no one wants to know any more.
//! let compared = compare(&before, &after, &|| false).unwrap();
//! assert!(compared.after.recommendations < compared.before.recommendations);
//! // A row of the list is made when it is shown.
//! let first = compared.row(0, &before, &after).unwrap();
//! println!("{} {}: {}", first.customer_id, first.change.name(), first.words(&after.policy().labels));
//! // Settings that change nothing say why.
//! for idle in scenario.idle(&before, &after, &|| false).unwrap() {
//!     println!("{}: {}", scenario.settings[idle.setting].key(), idle.why);
//! }
//! println!("{}", scenario.command_line());
//! # Ok::<(), nextplay::insight::scenario::SettingError>(())
//! ```
//!
//! - [`setting`]: one change, from its text; `target`: what its key means in the data.
//! - [`totals`]: counts and money of a run.
//! - [`comparison`]: which customers have another recommendation, and which.
//! - [`affected`]: the customers whom it affects most, by money; [`exposure`]: those at high risk.
//! - [`next_change`]: the next value of a setting at which some customer changes.
//! - `idle`, with `idle_policy`, `idle_playbook` and `idle_pairs`: why a setting changes nothing.
//!
//! To keep a scenario: `workspace::scenario_files` puts it into the texts of
//! `nextplay.toml` and `journey_playbooks.json`.

pub mod affected;
pub mod comparison;
pub mod exposure;
mod idle;
mod idle_pairs;
mod idle_playbook;
mod idle_policy;
pub mod next_change;
pub mod setting;
mod target;
pub mod totals;

use std::sync::Arc;

pub use affected::MostAffected;
pub use comparison::{Change, Comparison, CustomerChange, compare};
pub use exposure::Exposure;
pub use idle::Idle;
pub use next_change::{NextChange, Precision, Search};
pub use setting::{Setting, SettingError};
pub use totals::Totals;

use crate::domain::Policy;
use crate::matching::Matching;
use crate::matching::performance::counting_row;
use crate::store::Dataset;

/// Changes, applied from the first to the last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scenario {
    /// The settings, applied in order.
    pub settings: Vec<Setting>,
}

impl Scenario {
    /// Reads settings, each `KEY=VALUE`, in their order.
    ///
    /// # Errors
    /// Why the first that is none is none.
    pub fn parse(set: &[String], dataset: &Dataset) -> Result<Self, SettingError> {
        let settings = set.iter().map(|text| Setting::parse(text, dataset));
        Ok(Self { settings: settings.collect::<Result<_, _>>()? })
    }

    /// Adds a setting; one of the same key gives way, and the new one takes its place.
    pub fn put(&mut self, setting: Setting) {
        match self.settings.iter_mut().find(|known| known.same_place(&setting)) {
            Some(known) => *known = setting,
            None => self.settings.push(setting),
        }
    }

    /// The same without one of the settings, told by its place; without the earlier ones of the same
    /// key, too, as it goes before them.
    pub fn without(&self, setting: usize) -> Self {
        let left_out = |place: usize, known: &Setting| {
            let same = || self.settings.get(setting).is_some_and(|left| left.same_place(known));
            place == setting || (place < setting && same())
        };
        let all = self.settings.iter().enumerate();
        let kept = all.filter(|(place, known)| !left_out(*place, known));
        Self { settings: kept.map(|(_, setting)| setting.clone()).collect() }
    }

    /// Data and policy as they would be. What nothing changes is shared; a setting about a playbook
    /// or a row that is not there (any more) does nothing.
    pub fn apply(
        &self,
        dataset: &Arc<Dataset>,
        policy: &Arc<Policy>,
    ) -> (Arc<Dataset>, Arc<Policy>) {
        let mut playbooks = Arc::clone(&dataset.playbooks);
        let mut performance = Arc::clone(&dataset.performance);
        let mut changed = Policy::clone(policy);
        for setting in &self.settings {
            setting.set_policy(&mut changed);
            if setting.of_playbook().is_some() {
                let number = dataset.playbook_numbers.get(&setting.playbook_id);
                let rows = Arc::make_mut(&mut playbooks);
                if let Some(row) = number.and_then(|number| rows.get_mut(number.index())) {
                    setting.set_playbook(row);
                }
            }
            if setting.is_of_performance() {
                let rows = Arc::make_mut(&mut performance);
                let number = counting_row(rows, &setting.playbook_id, &setting.segment);
                if let Some(row) = number.and_then(|number| rows.get_mut(number)) {
                    setting.set_performance(row);
                }
            }
        }
        let same = *playbooks == *dataset.playbooks && *performance == *dataset.performance;
        let dataset = match same {
            true => Arc::clone(dataset),
            false => Arc::new(dataset.with(playbooks, performance)),
        };
        let policy = if changed == **policy { Arc::clone(policy) } else { Arc::new(changed) };
        (dataset, policy)
    }

    /// The run that would be, sharing all it can with the one that is.
    pub fn run(&self, before: &Matching) -> Matching {
        let (dataset, policy) = self.apply(before.dataset(), before.policy());
        before.again(dataset, policy)
    }

    /// The command that prints what this scenario changes: `nextplay diff --set …`, quoted for a
    /// shell. Text from data files in it is not yet escaped.
    pub fn command_line(&self) -> String {
        let mut line = "nextplay diff".to_owned();
        for setting in &self.settings {
            line.push_str(" --set ");
            line.push_str(&quoted(&setting.to_string()));
        }
        line
    }
}

/// One word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-=/:,+@%".contains(c);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests;
