//! Why a key is not available now.

use super::action::{Action, Context};
use crate::domain::DecisionKind;
use crate::tui::decide::dialog_view::scrolling;
use crate::tui::screen::prompt::{Prompt, Purpose};
use crate::tui::screen::{findings, layout, prompt_view, sorting};
use crate::tui::state::{Overlay, Pane, State};
use crate::tui::what_if;

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

pub(crate) fn cannot_follow(state: &State) -> Option<String> {
    state.can_follow().err()
}

pub(crate) fn cannot_propose(state: &State) -> Option<String> {
    state.can_propose().err()
}

pub(crate) fn cannot_undo(state: &State) -> Option<String> {
    state.can_undo().err()
}

/// Why there is no selected line.
pub(crate) fn cannot_open(state: &State) -> Option<String> {
    let none = match state.screen.lists_customers() {
        true => state.selected().is_none().then_some("No customer is selected"),
        false => ((state.screen.row().list.len)(state) == 0).then_some("No line is selected"),
    };
    none.map(str::to_owned)
}

/// Why Enter opens nothing, or nothing can be selected for a decision: the detail is open already.
pub(crate) fn cannot_enter(state: &State) -> Option<String> {
    in_detail(state).or_else(|| cannot_open(state))
}

fn in_detail(state: &State) -> Option<String> {
    (state.pane == Pane::Detail).then(|| the_detail_is_open(state))
}

fn the_detail_is_open(state: &State) -> String {
    format!("The detail is open; {} goes back", state.keymap.key(Action::Back))
}

/// Why the selected line of What-if cannot be edited.
pub(crate) fn cannot_edit(state: &State) -> Option<String> {
    in_detail(state)
        .or_else(|| cannot_open(state))
        .or_else(|| what_if::availability::not_editable(state))
}

/// Why there are no customers behind the selected line.
pub(crate) fn no_customers_behind(state: &State) -> Option<String> {
    state.screen.row().list.customers.and_then(|behind| behind(state).err())
}

/// There is nowhere to go back to, which needs no message.
pub(crate) fn cannot_go_back(state: &State) -> Option<String> {
    let at_rest = !state.detail_open
        && state.pane == Pane::List
        && state.filter().is_empty()
        && (!state.screen.lists_customers() || state.list().selection.is_empty());
    at_rest.then(String::new)
}

pub(crate) fn still_loading(state: &State) -> Option<String> {
    state.snapshot.is_none().then(|| "Still loading".to_owned())
}

/// Why the list cannot be narrowed to other customers: nothing of it would be seen.
pub(crate) fn cannot_narrow(state: &State) -> Option<String> {
    let covered = || {
        let covered = layout::areas(state).list.is_none();
        covered.then(|| the_detail_is_open(state))
    };
    still_loading(state).or_else(covered)
}

pub(crate) fn findings_unknown(state: &State) -> Option<String> {
    let all_known = state.snapshot.as_ref().is_some_and(|snapshot| !snapshot.partial);
    (!all_known).then(|| "Still loading".to_owned())
}

/// Why the open page cannot be searched; what is no page of keys is short.
pub(crate) fn cannot_search(state: &State) -> Option<String> {
    let is_help = matches!(state.overlay, Overlay::Help { .. });
    (!is_help).then(|| "Only the page of keys can be searched".to_owned())
}

/// Why the keys of all screens cannot take the place of the open page.
pub(crate) fn covers_page(state: &State) -> Option<String> {
    let free = matches!(state.overlay, Overlay::None | Overlay::Help { .. });
    (!free).then(|| {
        let key = state.keymap.key_in(Context::Page, Action::Close);
        format!("{key} closes this page first")
    })
}

/// Why nothing is further up on the page or in the menu.
pub(crate) fn at_start(state: &State) -> Option<String> {
    let at_start = overlay_line(state)? == 0 && findings::is_at_end(state, false);
    at_start.then(|| "This is the beginning".to_owned())
}

/// Why nothing is further down on the page or in the menu.
pub(crate) fn at_end(state: &State) -> Option<String> {
    let last = match &state.overlay {
        Overlay::Sort { .. } => sorting::len(state).saturating_sub(1),
        Overlay::Columns { .. } => state.list().columns.all().len() - 1,
        Overlay::Views { .. } => state.settings.views.len().saturating_sub(1),
        _ => state.last_page_line,
    };
    let at_end = overlay_line(state)? >= last && findings::is_at_end(state, true);
    at_end.then(|| "This is the end".to_owned())
}

/// The first line on the open page, or the selected one in the open menu.
fn overlay_line(state: &State) -> Option<usize> {
    match &state.overlay {
        Overlay::Help { scroll, .. }
        | Overlay::Findings { scroll, .. }
        | Overlay::Command { scroll }
        | Overlay::Outcome { scroll, .. } => Some(*scroll),
        Overlay::Sort { cursor } | Overlay::Columns { cursor } | Overlay::Views { cursor } => {
            Some(*cursor)
        }
        Overlay::None
        | Overlay::Filter { .. }
        | Overlay::Prompt(_)
        | Overlay::Palette(_)
        | Overlay::Question(_)
        | Overlay::Decide(_) => None,
    }
}

/// Why the text cannot be applied, until another one is typed.
pub(crate) fn cannot_apply(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Prompt(prompt) => prompt.refusal.clone(),
        _ => None,
    }
}

/// Why there is no path to complete.
pub(crate) fn completes_nothing(state: &State) -> Option<String> {
    let is_directory = |prompt: &Prompt| prompt.purpose == Purpose::Directory;
    match &state.overlay {
        Overlay::Prompt(prompt) if is_directory(prompt) => None,
        _ => Some(String::new()),
    }
}

pub(crate) fn nothing_to_choose(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Decide(dialog) if dialog.form.reasons.is_empty() => {
            let [confirm, cancel] =
                [Action::Confirm, Action::Close].map(|a| state.keymap.key_in(Context::Dialog, a));
            Some(format!("There is no reason to choose; {confirm} confirms, {cancel} cancels"))
        }
        _ => None,
    }
}

/// Why the dialog does not scroll up.
pub(crate) fn dialog_at_start(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Decide(dialog) if dialog.scroll == 0 => Some(String::new()),
        _ => None,
    }
}

/// Why the dialog does not scroll down.
pub(crate) fn dialog_at_end(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Decide(dialog) if dialog.scroll >= scrolling(state).0 => Some(String::new()),
        _ => None,
    }
}

/// Why the changes of the question do not scroll up.
pub(crate) fn question_at_start(state: &State) -> Option<String> {
    matches!(&state.overlay, Overlay::Question(question) if question.scroll == 0).then(String::new)
}

/// Why the changes of the question do not scroll down.
pub(crate) fn question_at_end(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Question(question) => {
            (question.scroll >= prompt_view::scrolling(state).0).then(String::new)
        }
        _ => None,
    }
}

pub(crate) fn cannot_confirm(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Decide(dialog) if dialog.drawn => {
            dialog.incomplete(&state.moment(), &state.keymap)
        }
        // Whether it was on the screen yet is for the key to find out, not for the first hints.
        Overlay::Decide(dialog) => dialog.missing(&state.moment(), &state.keymap),
        _ => None,
    }
}
