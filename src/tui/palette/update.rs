//! What keys and findings do to the palette.

use compact_str::CompactString;

use super::entries::Target;
use super::names::{Names, NamesRequest};
use super::recent::Used;
use super::state::Palette;
use super::view;
use crate::store::Dataset;
use crate::tui::act::act;
use crate::tui::event::Effect;
use crate::tui::jump::{Destination, jump};
use crate::tui::keys::press::Press;
use crate::tui::state::{NoticeKind, Overlay, Pane, State};
use crate::tui::{views, what_if};

/// Opens the palette.
pub(crate) fn open(state: &mut State) {
    // Scenarios of an earlier run are offered too.
    what_if::memory::restore(state);
    let mut palette = Palette::default();
    palette.list(state);
    state.overlay = Overlay::Palette(Box::new(palette));
}

/// Changes the palette, where it is open, with the state at hand.
fn with(state: &mut State, change: impl FnOnce(&mut Palette, &State)) {
    match std::mem::take(&mut state.overlay) {
        Overlay::Palette(mut palette) => {
            change(&mut palette, state);
            state.overlay = Overlay::Palette(palette);
        }
        other => state.overlay = other,
    }
}

/// Lists what fits the text that was typed.
pub(crate) fn edited(state: &mut State) {
    with(state, |palette, state| {
        palette.refusal = None;
        palette.chosen = false;
        palette.waiting = None;
        palette.list(state);
    });
}

/// Keeps the highlighted entry in sight.
pub(crate) fn settle(state: &mut State) {
    let rows = view::rows(state);
    with(state, |palette, _| palette.position.scroll(rows, palette.entries.len()));
}

/// The request for the customers and playbooks of the text, where it was not made yet.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    let snapshot = state.snapshot.clone()?;
    let Overlay::Palette(palette) = &mut state.overlay else { return None };
    let wanted = (snapshot.generation, palette.text().to_owned());
    if wanted.1.is_empty() || palette.requested.as_ref() == Some(&wanted) {
        return None;
    }
    let (generation, text) = wanted.clone();
    palette.requested = Some(wanted);
    let from = palette.names.for_text(&text, generation);
    Some(Effect::FindNames(Box::new(NamesRequest { snapshot, text, from })))
}

/// Takes what was found, if it is for the text that is typed, and runs the first where Enter waits for it.
pub(crate) fn names_ready(state: &mut State, names: Names) -> Vec<Effect> {
    let Overlay::Palette(palette) = &mut state.overlay else { return Vec::new() };
    let found = (names.generation, names.text.as_str());
    if palette.requested.as_ref().is_none_or(|(g, text)| (*g, text.as_str()) != found) {
        return Vec::new();
    }
    palette.names = names;
    let waiting = palette.waiting.take();
    with(state, Palette::list);
    waiting.map(|press| run(state, press)).unwrap_or_default()
}

/// Why Enter does nothing in the palette.
pub(crate) fn cannot_run(state: &State) -> Option<String> {
    let Overlay::Palette(palette) = &state.overlay else { return None };
    if palette.waits() {
        return None;
    }
    match palette.selected() {
        Some(entry) => entry.unavailable(state),
        None => Some(String::new()),
    }
}

/// Says that it is at the first entry of the palette, which needs no message.
pub(crate) fn at_first(state: &State) -> Option<String> {
    let Overlay::Palette(palette) = &state.overlay else { return None };
    (palette.position.cursor == 0).then(String::new)
}

/// Says that it is at the last entry of the palette, which needs no message.
pub(crate) fn at_last(state: &State) -> Option<String> {
    let Overlay::Palette(palette) = &state.overlay else { return None };
    (palette.position.cursor + 1 >= palette.entries.len()).then(String::new)
}

/// Does what the highlighted entry is for, or says why that is not possible.
pub(crate) fn run(state: &mut State, press: Press) -> Vec<Effect> {
    let Overlay::Palette(palette) = &mut state.overlay else { return Vec::new() };
    if palette.waits() {
        // What will be the first is not known yet.
        palette.waiting = Some(press);
        return Vec::new();
    }
    let Some(entry) = palette.selected().cloned() else { return Vec::new() };
    if let Some(why) = entry.unavailable(state) {
        if !why.is_empty() {
            state.refuse(why);
        }
        return Vec::new();
    }
    state.overlay = Overlay::None;
    let kind: &str = entry.kind.into();
    state.memory.palette.note(Used { kind: kind.into(), name: entry.name.clone() });
    if !matches!(entry.target, Target::Action(_))
        && let Some(last) = &mut state.last_decision
    {
        last.is_left_behind();
    }
    match entry.target {
        Target::Action(action) => return act(state, action, press),
        Target::View(name) => {
            let view = state.settings.views.iter().find(|view| view.name == name).cloned();
            view.iter().for_each(|view| views::saved::show(state, view));
        }
        Target::Scenario(name) => what_if::update::show_scenario(state, &name),
        Target::Playbook(id) => {
            let known: Known = |dataset, id| dataset.playbook_by_id(id).is_some();
            show(state, id, known, Destination::Playbook);
        }
        Target::Customer(id) => {
            let known: Known = |dataset, id| dataset.customer_number(id).is_some();
            show(state, id, known, Destination::Customer);
        }
    }
    Vec::new()
}

/// Jumps to a customer or a playbook, and opens its detail; says so where it has gone meanwhile.
fn show(state: &mut State, id: CompactString, known: Known, to: fn(CompactString) -> Destination) {
    let dataset = state.snapshot.as_ref().map(|snapshot| snapshot.matching.dataset());
    if !dataset.is_some_and(|dataset| known(dataset, &id)) {
        return state.say(NoticeKind::Refused, format!("{id} is not in the data"));
    }
    jump(state, to(id));
    state.detail_open = true;
    state.pane = Pane::Detail;
}

/// True where something of an id is in the data.
type Known = fn(&Dataset, &str) -> bool;
