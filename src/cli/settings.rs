//! `--set KEY=VALUE`: other settings for one run.

use crate::domain::Error;
use crate::insight::scenario::{Scenario, Setting};
use crate::matching::Matching;

/// The settings, in their order.
///
/// # Errors
/// Which of them cannot be read, what was expected and what is there.
pub fn scenario(set: &[String], matching: &Matching) -> Result<Scenario, Error> {
    let setting = |text: &String| Setting::parse(text, matching.dataset());
    let settings: Result<Vec<Setting>, _> = set.iter().map(setting).collect();
    let settings = settings.map_err(|error| Error::from(error).context("--set"))?;
    Ok(Scenario { settings })
}
