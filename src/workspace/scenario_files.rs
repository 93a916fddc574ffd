//! A scenario put into the texts of its files, with everything else as it was. Writing them is left to
//! the caller, who shows them first.
//!
//! ```
//! use nextplay::insight::scenario::{Scenario, Setting};
//! use nextplay::workspace::scenario_files;
//! # use nextplay::intake::{Loader, load::Reread};
//! # let directory = tempfile::tempdir()?;
//! # let text = r#"[{"playbook_id":"P1","ours":1,"risk_threshold":0.5}]"#;
//! # std::fs::write(directory.path().join("journey_playbooks.json"), text)?;
//! # let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
//! let scenario = Scenario {
//!     settings: vec![
//!         Setting::parse("matching.confidence_threshold=0.7", &dataset)?,
//!         Setting::parse("playbook.P1.risk_threshold=0.6", &dataset)?,
//!     ],
//! };
//! // `text` is what the file holds now; an absent policy file is an empty text.
//! assert_eq!(
//!     scenario_files::policy(&scenario, "")?.as_deref(),
//!     Some("[matching]\nconfidence_threshold = 0.7\n")
//! );
//! assert_eq!(
//!     scenario_files::playbooks(&scenario, "journey_playbooks.json", text)?.as_deref(),
//!     Some(r#"[{"playbook_id":"P1","ours":1,"risk_threshold":0.6}]"#)
//! );
//! // Measured values are not saved.
//! assert_eq!(scenario_files::not_saved(&scenario).count(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::domain::policy_keys::KEYS;
use crate::domain::{Playbook, Policy};
use crate::insight::scenario::{Scenario, Setting};
use crate::intake::edit::{EditError, set_field, set_key};

/// The text of the policy file with what a scenario sets; `None` where it sets nothing in it.
///
/// # Errors
/// Where the file is no policy, or is written in a way that leaves no place for a key.
pub fn policy(scenario: &Scenario, text: &str) -> Result<Option<String>, EditError> {
    let mut wanted = Policy::default();
    scenario.settings.iter().for_each(|setting| setting.set_policy(&mut wanted));
    let is_set = |name: &str| scenario.settings.iter().any(|setting| setting.key() == name);
    let mut changed = None;
    let mut keys: Vec<_> = KEYS.iter().filter(|key| is_set(key.name)).collect();
    if wanted.contact.per_days.is_none() {
        // What needs it goes first.
        keys.reverse();
    }
    for key in keys {
        let before = changed.as_deref().unwrap_or(text);
        changed = Some(set_key(before, key, &wanted)?);
    }
    Ok(changed.filter(|changed| changed != text))
}

/// The text of the playbooks' file, named as in the data directory, with what a scenario sets; `None`
/// where it sets nothing in it.
///
/// # Errors
/// Where the file cannot be read, or has no row of a playbook that fits.
pub fn playbooks(scenario: &Scenario, file: &str, text: &str) -> Result<Option<String>, EditError> {
    let mut changed = None;
    for (id, field, value) in scenario.settings.iter().filter_map(Setting::of_playbook) {
        let before = changed.as_deref().unwrap_or(text);
        changed = Some(set_field::<Playbook>(before, file, id, field, value)?);
    }
    Ok(changed.filter(|changed| changed != text))
}

/// The settings that neither file takes: those of performance rows.
pub fn not_saved(scenario: &Scenario) -> impl Iterator<Item = &Setting> {
    scenario.settings.iter().filter(|setting| setting.is_of_performance())
}
