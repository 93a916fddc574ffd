//! A scenario with a name.

use jiff::civil::Date;

use crate::insight::scenario::{Scenario, Setting};
use crate::store::Dataset;

/// A scenario that was saved under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedScenario {
    /// The name; no two have the same.
    pub name: String,
    /// The day on which it was saved.
    pub saved: Date,
    /// The settings.
    pub scenario: Scenario,
    /// Settings of an earlier run that do not fit the data, as `KEY=VALUE`.
    pub unread: Vec<String>,
    /// Dollars of the plan, if there is one.
    pub budget: Option<f64>,
}

impl NamedScenario {
    /// What of it can be applied to the data, and why each of the others cannot. Text from data files in
    /// it is not yet escaped.
    pub fn fitting(&self, dataset: &Dataset) -> (Scenario, Vec<String>) {
        let mut scenario = Scenario::default();
        let mut skipped = Vec::new();
        let texts = self.scenario.settings.iter().map(ToString::to_string);
        for text in texts.chain(self.unread.iter().cloned()) {
            match Setting::parse(&text, dataset) {
                Ok(setting) => scenario.put(setting),
                Err(error) => skipped.push(error.to_string()),
            }
        }
        (scenario, skipped)
    }
}
