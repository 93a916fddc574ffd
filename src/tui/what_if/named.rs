//! A scenario with a name.

use crate::insight::scenario::Scenario;

/// A scenario that was saved under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedScenario {
    /// The name; no two have the same.
    pub name: String,
    /// The settings.
    pub scenario: Scenario,
    /// Dollars of the plan, if there is one.
    pub budget: Option<f64>,
}
