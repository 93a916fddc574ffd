//! What the mouse does to the state.

use ratatui::crossterm::event::KeyCode;

use super::clicks::Click;
use crate::tui::act::{self, fill_in, leave_batch};
use crate::tui::customers::sections;
use crate::tui::decide::form::FormField;
use crate::tui::event::Effect;
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::availability::{cannot_open, still_loading};
use crate::tui::keys::key::key;
use crate::tui::keys::keymap::Bound;
use crate::tui::keys::lookup;
use crate::tui::keys::press::{Means, Press};
use crate::tui::keys::typing;
use crate::tui::runtime::input::{Mouse, MouseKind, Pace};
use crate::tui::screen::layout::{self, Split};
use crate::tui::screen::{render, sorting};
use crate::tui::state::{NoticeKind, Overlay, Pane, State};
use crate::tui::widget::canvas::{self, Spot};

/// Lines that one notch of the wheel scrolls.
const NOTCH: isize = 3;

/// Takes in what the mouse did.
pub(crate) fn mouse(state: &mut State, mouse: &Mouse) -> Vec<Effect> {
    if !state.settings.mouse || state.too_small() {
        return Vec::new();
    }
    match mouse.kind {
        MouseKind::Press => return press(state, mouse),
        MouseKind::Drag => drag(state, mouse),
        MouseKind::Release => state.mouse.dragged = None,
        MouseKind::Wheel(notches) => {
            state.mouse.clicks.wheel();
            wheel(state, mouse, notches);
        }
        MouseKind::Sideways(notches) => sideways(state, mouse, notches),
    }
    Vec::new()
}

fn press(state: &mut State, mouse: &Mouse) -> Vec<Effect> {
    state.mouse.dragged = None;
    let spots = render::spots(state);
    let Some(spot) = canvas::at(&spots, mouse.column, mouse.row).next() else { return Vec::new() };
    let click = state.mouse.clicks.press(spot, (mouse.column, mouse.row), mouse.at);
    if click == Click::Stale {
        return Vec::new();
    }
    if state.notice.as_ref().is_some_and(|notice| notice.kind == NoticeKind::Refused) {
        state.notice = None;
    }
    let pace = if click == Click::Single { Pace::Single } else { Pace::Quick };
    let in_place = state.mouse.in_place.map(|(_, since)| since);
    let press = Press { by: Means::Click, at: mouse.at, pace, in_place };
    // To go on elsewhere keeps the filter, as Enter does.
    let in_filter = matches!(state.overlay, Overlay::Filter { .. });
    if in_filter && !matches!(spot, Spot::Key(_) | Spot::Text(..)) {
        state.overlay = Overlay::None;
    }
    if !matches!(spot, Spot::Key(_)) {
        leave_batch(state);
    }
    match spot {
        Spot::Key(Action::Reason(_)) => fill_in(state, |form, _| form.focus = FormField::Reason),
        Spot::Key(action) => return act_as_key(state, action, press),
        Spot::Row(place) => return row(state, place, click, mouse.control, press),
        Spot::Title(column) if still_loading(state).is_none() => sorting::sort_by(state, column),
        Spot::Section(name) if click != Click::Double => {
            focus(state, Pane::Detail);
            sections::toggle(state, name);
        }
        Spot::Title(_) | Spot::Section(_) => {}
        Spot::Pane(pane) => focus(state, pane),
        Spot::Divider if click == Click::Double => state.split = Split::default(),
        Spot::Divider => {
            state.mouse.dragged = layout::before_detail(state, mouse.column, mouse.row);
        }
        Spot::MenuLine(line) => {
            act::step(state, isize::MIN);
            act::step(state, isize::try_from(line).unwrap_or(isize::MAX));
            return enter(state, press);
        }
        // A second click would take the choice back.
        Spot::Choice(_) | Spot::Reason(_) if click == Click::Double => {}
        Spot::Choice(place) => fill_in(state, |form, _| {
            form.choice = Some(place);
            form.focus = FormField::Playbook;
        }),
        Spot::Reason(place) => {
            fill_in(state, |form, _| {
                form.choose_reason(u8::try_from(place + 1).unwrap_or(u8::MAX));
            });
        }
        Spot::Field(field) => fill_in(state, |form, _| form.focus = field),
        Spot::Text(field, place) => {
            if let Some(field) = field {
                fill_in(state, |form, _| form.focus = field);
            }
            typing::put_cursor(state, place);
        }
        Spot::Inside => {}
        Spot::Outside => outside(state),
    }
    Vec::new()
}

/// Does what a key does, as if it was pressed where it can be.
fn act_as_key(state: &mut State, action: Action, press: Press) -> Vec<Effect> {
    let in_context = |state: &State| {
        let context = Context::of(state);
        let fits = |row: &&Bound| {
            row.action == action
                && row.exists_on(state.screen)
                && row.contexts.iter().any(|c| *c == context || *c == Context::Any)
        };
        state.keymap.rows().find(fits).cloned()
    };
    let mut found = in_context(state);
    if found.is_none() && matches!(state.overlay, Overlay::Filter { .. }) {
        state.overlay = Overlay::None;
        found = in_context(state);
    }
    // The button of a dialog is there while text is typed, too.
    let found = found.or_else(|| state.keymap.of(action, state.screen).cloned());
    found.map(|bound| typing::perform(state, action, &bound, press)).unwrap_or_default()
}

/// Does what Enter does where it has its usual meaning.
fn enter(state: &mut State, press: Press) -> Vec<Effect> {
    let context = Context::of(state);
    let usual = key(KeyCode::Enter);
    let fits = |row: &&Bound| {
        row.row.keys.contains(&usual)
            && row.exists_on(state.screen)
            && row.contexts.contains(&context)
    };
    let found = state.keymap.rows().find(fits).cloned();
    found.map(|bound| typing::perform(state, bound.action, &bound, press)).unwrap_or_default()
}

/// A click on a line of the list selects it; with Ctrl it toggles the selection of a customer, and a
/// double click does what Enter does.
fn row(state: &mut State, place: usize, click: Click, control: bool, press: Press) -> Vec<Effect> {
    focus(state, Pane::List);
    let list = &state.screen.row().list;
    let (before, scroll) = ((list.cursor)(state), state.detail_scroll);
    (list.select)(state, place);
    let is_selected = (list.cursor)(state) == place;
    if before == place {
        state.detail_scroll = scroll;
    }
    if control {
        if is_selected && state.screen.lists_customers() {
            state.list_mut().toggle_selected();
        }
        return Vec::new();
    }
    // A heading is no line that could be opened.
    if click == Click::Double && is_selected { enter(state, press) } else { Vec::new() }
}

/// Gives the keys to a pane, where there is something in it.
fn focus(state: &mut State, pane: Pane) {
    if pane == Pane::Detail && cannot_open(state).is_some() {
        return;
    }
    state.pane = pane;
    state.detail_open = pane == Pane::Detail;
}

/// A click beside what lies over the screen closes it, unless something would be lost by that.
fn outside(state: &mut State) {
    match state.overlay {
        Overlay::Sort { .. }
        | Overlay::Columns { .. }
        | Overlay::Palette(_)
        | Overlay::Views { .. }
        | Overlay::Help { .. }
        | Overlay::Findings { .. }
        | Overlay::Command { .. } => state.overlay = Overlay::None,
        Overlay::None
        | Overlay::Filter { .. }
        | Overlay::Prompt(_)
        | Overlay::Question(_)
        | Overlay::Decide(_)
        | Overlay::Outcome { .. } => {}
    }
}

fn drag(state: &mut State, mouse: &Mouse) {
    if let Some(before) = state.mouse.dragged {
        let detail = |place: u16| place.saturating_add(before);
        state.split = layout::split_at(state, detail(mouse.column), detail(mouse.row));
    }
}

/// What the wheel scrolls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scrolled {
    List,
    Detail,
    /// What lies over the screen: a page or a dialog.
    Page,
    /// A menu, of which the highlight moves.
    Menu,
    Nothing,
}

fn scrolled(state: &State, mouse: &Mouse) -> Scrolled {
    let spots = render::spots(state);
    let scrolled = |spot: Spot| match spot {
        Spot::Row(_) | Spot::Title(_) | Spot::Pane(Pane::List) => Some(Scrolled::List),
        Spot::Section(_) | Spot::Pane(Pane::Detail) => Some(Scrolled::Detail),
        Spot::Inside
            if matches!(
                Context::of(state),
                Context::Sort | Context::Columns | Context::Palette | Context::Views
            ) =>
        {
            Some(Scrolled::Menu)
        }
        Spot::Inside => Some(Scrolled::Page),
        Spot::MenuLine(_) => Some(Scrolled::Menu),
        Spot::Outside => Some(Scrolled::Nothing),
        // These lie on something that may scroll.
        Spot::Key(_)
        | Spot::Divider
        | Spot::Choice(_)
        | Spot::Reason(_)
        | Spot::Field(_)
        | Spot::Text(..) => None,
    };
    let found = canvas::at(&spots, mouse.column, mouse.row).find_map(scrolled);
    found.unwrap_or(Scrolled::Nothing)
}

fn wheel(state: &mut State, mouse: &Mouse, notches: i32) {
    let notches = isize::try_from(notches).unwrap_or_default();
    let lines = notches.saturating_mul(NOTCH);
    match scrolled(state, mouse) {
        Scrolled::List => {
            let list = &state.screen.row().list;
            let before = (list.cursor)(state);
            (list.wheel)(state, lines, layout::list_rows(state));
            if (list.cursor)(state) != before {
                leave_batch(state);
            }
        }
        Scrolled::Detail => {
            let last = layout::detail_overflow(state);
            state.detail_scroll = state.detail_scroll.saturating_add_signed(lines).min(last);
        }
        Scrolled::Page => act::step(state, lines),
        Scrolled::Menu => act::step(state, notches),
        Scrolled::Nothing => {}
    }
}

/// A wheel that turns sideways scrolls the columns of the list.
fn sideways(state: &mut State, mouse: &Mouse, notches: i32) {
    if scrolled(state, mouse) != Scrolled::List || !matches!(state.overlay, Overlay::None) {
        return;
    }
    let action = if notches > 0 { Action::ScrollRight } else { Action::ScrollLeft };
    let press = Press { by: Means::Click, at: mouse.at, pace: Pace::Quick, in_place: None };
    for _ in 0..notches.unsigned_abs().min(16) {
        let bound = state.keymap.of(action, state.screen).cloned();
        // At the end nothing is said: the wheel only stops.
        if bound.is_none_or(|bound| lookup::unavailable(&bound, state).is_some()) {
            return;
        }
        act::act(state, action, press);
    }
}
