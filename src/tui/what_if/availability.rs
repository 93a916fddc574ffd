//! Why a key of the What-if screen is not available now.

use super::row_kind::RowKind;
use super::setting_row::{self, selected};
use super::update::{follows_data, next_change, no_further, not_a_setting, round_step};
use crate::tui::keys::action::Action;
use crate::tui::state::State;

/// Why the selected line has no higher or next value.
pub(crate) fn cannot_step_up(state: &State) -> Option<String> {
    cannot_step(state, true)
}

/// Why the selected line has no lower or previous value.
pub(crate) fn cannot_step_down(state: &State) -> Option<String> {
    cannot_step(state, false)
}

fn cannot_step(state: &State, up: bool) -> Option<String> {
    let row = selected(state)?;
    let setting = setting_row::setting_row(state, row);
    match setting.filter(|setting| follows_data(setting, up)) {
        // While it is looked for, a key waits for it.
        Some(setting) => {
            let found = next_change(state, &setting, up)?;
            no_further(found, &setting, up).map(|why| why.words(&state.keymap))
        }
        None => cannot_round(state, up),
    }
}

/// Why the selected line cannot be raised by a round step.
pub(crate) fn cannot_round_up(state: &State) -> Option<String> {
    cannot_round(state, true)
}

/// Why the selected line cannot be lowered by a round step.
pub(crate) fn cannot_round_down(state: &State) -> Option<String> {
    cannot_round(state, false)
}

fn cannot_round(state: &State, up: bool) -> Option<String> {
    round_step(state, up)?.err().map(|why| why.words(&state.keymap))
}

/// Why Enter does nothing on the selected line.
pub(crate) fn not_editable(state: &State) -> Option<String> {
    let row = selected(state)?;
    match row {
        RowKind::Scenario(_) => changes_would_be_lost(state),
        _ => setting_row::setting_row(state, row)
            .is_none()
            .then(|| not_a_setting(row).words(&state.keymap)),
    }
}

/// Why no scenario can be applied.
pub(crate) fn changes_would_be_lost(state: &State) -> Option<String> {
    let what_if = &state.what_if;
    let lost = !what_if.is_unchanged() && what_if.name().is_none();
    let [name, reset] = [Action::Keep, Action::Reset].map(|action| state.keymap.key(action));
    lost.then(|| format!("The changes have no name yet; {name} names them, {reset} resets them"))
}

fn no_scenario(state: &State) -> String {
    let key = state.keymap.key(Action::Keep);
    format!("There is no scenario yet; {key} names the changes")
}

/// Why the scenario that was saved last cannot be applied.
pub(crate) fn cannot_apply_last(state: &State) -> Option<String> {
    match state.what_if.named.is_empty() {
        true => Some(no_scenario(state)),
        false => changes_would_be_lost(state),
    }
}

/// Why there is nothing to reset in the selected line.
pub(crate) fn cannot_clear(state: &State) -> Option<String> {
    let row = selected(state)?;
    if matches!(row, RowKind::Scenario(_) | RowKind::Gone(_)) {
        return None;
    }
    match setting_row::setting_row(state, row) {
        None => Some(not_a_setting(row).words(&state.keymap)),
        Some(setting) => setting.changed.is_none().then(|| "This setting is unchanged".to_owned()),
    }
}

/// Why there is nothing to reset or to name.
pub(crate) fn nothing_changed(state: &State) -> Option<String> {
    state.what_if.is_unchanged().then(|| "Nothing is changed".to_owned())
}

/// Why there is no scenario to compare with.
pub(crate) fn cannot_compare(state: &State) -> Option<String> {
    match selected(state)? {
        RowKind::Scenario(place) => {
            let itself = state.what_if.is_itself(place);
            itself.then(|| {
                "These are its changes; a scenario is compared with another one".to_owned()
            })
        }
        _ if state.what_if.named.is_empty() => Some(no_scenario(state)),
        _ => Some("Select a scenario to compare with".to_owned()),
    }
}

/// Why there is no equivalent command.
pub(crate) fn no_command(state: &State) -> Option<String> {
    let none = state.what_if.scenario.settings.is_empty();
    none.then(|| "No setting is changed, so there is no command".to_owned())
}

/// Why there is nothing to write into the policy.
pub(crate) fn nothing_for_policy(state: &State) -> Option<String> {
    let settings = &state.what_if.scenario.settings;
    let none = settings.iter().all(|s| s.of_playbook().is_some() || s.is_of_performance());
    none.then(|| "No policy setting is changed".to_owned())
}

/// Why there is nothing to write into the playbooks.
pub(crate) fn nothing_for_playbooks(state: &State) -> Option<String> {
    let none = state.what_if.scenario.settings.iter().all(|s| s.of_playbook().is_none());
    none.then(|| "No playbook is changed".to_owned())
}
