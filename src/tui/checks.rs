//! What the dashboard can do with the settings: each feature checks its own part.

use crate::settings::{Problem, Settings};
use crate::tui::customers::configured;
use crate::tui::keys::changed;
use crate::tui::widget::theme;
use crate::tui::{settings, views};

/// Checks a part of the settings.
type Check = fn(&Settings) -> Vec<Problem>;

/// The checks, one for each feature that reads settings.
const CHECKS: &[Check] = &[
    settings::problems,
    configured::problems,
    changed::problems,
    theme::chosen::problems,
    views::check::problems,
];

/// Returns what in the settings cannot be used.
pub fn problems(settings: &Settings) -> Vec<Problem> {
    CHECKS.iter().flat_map(|check| check(settings)).collect()
}
