//! `--set KEY=VALUE`: other settings for one run.

use anyhow::Context;

use crate::insight::scenario::{Scenario, Setting};
use crate::matching::Matching;

/// The settings, in their order.
///
/// # Errors
/// Which of them cannot be read, what was expected and what is there.
pub fn scenario(set: &[String], matching: &Matching) -> anyhow::Result<Scenario> {
    let setting = |text: &String| Setting::parse(text, matching.dataset());
    let settings: Result<Vec<Setting>, _> = set.iter().map(setting).collect();
    Ok(Scenario { settings: settings.context("--set")? })
}
