//! `--set KEY=VALUE`: other settings for one run.

use crate::domain::Error;
use crate::insight::scenario::Scenario;
use crate::matching::Matching;

/// The settings, in their order.
///
/// # Errors
/// Which of them cannot be read, what was expected and what is there.
pub fn scenario(set: &[String], matching: &Matching) -> Result<Scenario, Error> {
    let scenario = Scenario::parse(set, matching.dataset());
    scenario.map_err(|error| Error::from(error).context("--set"))
}
