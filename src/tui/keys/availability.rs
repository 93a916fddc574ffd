//! Why a key cannot act now.

use crate::domain::DecisionKind;
use crate::tui::screen::id::Screen;
use crate::tui::state::{Overlay, Pane, State};
use crate::tui::what_if;

pub(crate) fn never(_: &State) -> Option<String> {
    None
}

pub(crate) fn cannot_approve(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Approve).err()
}

pub(crate) fn cannot_reject(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Reject).err()
}

pub(crate) fn cannot_override(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Override).err()
}

pub(crate) fn cannot_defer(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Defer).err()
}

pub(crate) fn cannot_undo(state: &State) -> Option<String> {
    state.can_undo().err()
}

pub(crate) fn cannot_open(state: &State) -> Option<String> {
    if state.screen == Screen::Portfolio {
        return crate::tui::screen::content::board_nobody(state);
    }
    if state.screen.is_board() {
        let empty = crate::tui::screen::content::board_len(state) == 0;
        return empty.then(|| "no line is selected".to_owned());
    }
    if state.screen == Screen::Activity {
        return state.activity.is_empty().then(|| "no line is selected".to_owned());
    }
    state.selected().is_none().then(|| "no customer is selected".to_owned())
}

/// As [`cannot_open`]; where Enter edits a line, why there is nothing to edit.
pub(crate) fn cannot_enter(state: &State) -> Option<String> {
    // In the detail it has nothing to open; on Portfolio it goes to the customers from there, too.
    if state.pane == Pane::Detail && state.screen != Screen::Portfolio {
        return Some("the detail is open; Esc goes back".to_owned());
    }
    let edits = what_if::update::edits(state);
    cannot_open(state).or_else(|| edits.then(|| what_if::update::cannot_edit(state)).flatten())
}

pub(crate) fn cannot_go_back(state: &State) -> Option<String> {
    let at_rest = !state.detail_open
        && state.pane == Pane::List
        && state.filter().is_empty()
        && (!state.screen.lists_customers() || state.list().selection.is_empty());
    at_rest.then(|| "there is nothing to go back from; q quits".to_owned())
}

pub(crate) fn still_loading(state: &State) -> Option<String> {
    state.snapshot.is_none().then(|| "still loading".to_owned())
}

pub(crate) fn findings_unknown(state: &State) -> Option<String> {
    let all_known = state.snapshot.as_ref().is_some_and(|snapshot| !snapshot.partial);
    (!all_known).then(|| "still loading".to_owned())
}

pub(crate) fn nothing_to_choose(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Decide(dialog)
            if dialog.form.reasons.is_empty() && dialog.form.choices.is_empty() =>
        {
            Some("there is nothing to choose; y confirms, Esc cancels".to_owned())
        }
        _ => None,
    }
}

pub(crate) fn cannot_confirm(state: &State) -> Option<String> {
    match &state.overlay {
        // Whether it was on the screen yet is for the key to find out, not for the hints.
        Overlay::Decide(dialog) if dialog.shown.is_some() => dialog.incomplete(&state.moment()),
        _ => None,
    }
}
