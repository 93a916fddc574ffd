//! What `y` and `Y` copy to the clipboard.

use crate::domain::money::counted;
use crate::domain::text::escape_controls;
use crate::tui::event::Effect;
use crate::tui::keys::action::Action;
use crate::tui::keys::availability::cannot_open;
use crate::tui::keys::keymap::Bound;
use crate::tui::screen::id::Screen;
use crate::tui::state::{NoticeKind, Overlay, State};
use crate::tui::subject::Subject;
use crate::tui::what_if;
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;

/// The most bytes that are copied: terminals take no longer sequence, and cut it or drop it.
const MOST: usize = 74_994;
/// Columns of a detail that is copied, whatever the window has.
const WIDTH: u16 = 100;

/// Copies the id of the selected line; on What-if the equivalent commands.
pub(crate) fn copy_id(state: &mut State) -> Option<Effect> {
    if copies_command(state) {
        let text = what_if::command::text(state);
        return copy(state, text, "the equivalent command");
    }
    let subject = Subject::of(state)?;
    // What is pasted into a shell shall not act on it.
    let id = escape_controls(subject.id()).into_owned();
    let what = fit(&id, 40);
    copy(state, id, &what)
}

fn copies_command(state: &State) -> bool {
    state.screen == Screen::WhatIf || matches!(state.overlay, Overlay::Command { .. })
}

/// Why there is no id to copy.
pub(crate) fn no_id(state: &State) -> Option<String> {
    if copies_command(state) {
        return what_if::availability::no_command(state);
    }
    let none = Subject::of(state).is_none_or(|subject| subject.id().is_empty());
    none.then(|| {
        let key = state.keymap.of(Action::CopyDetail, state.screen).map(Bound::key_name);
        match key.filter(|key| !key.is_empty()) {
            Some(key) => format!("This line has no id; {key} copies its detail"),
            None => "This line has no id".to_owned(),
        }
    })
}

/// Why a page has nothing to copy, which needs no message.
pub(crate) fn no_command_on_page(state: &State) -> Option<String> {
    (!matches!(state.overlay, Overlay::Command { .. })).then(String::new)
}

/// Copies the detail of the selected line, as text.
pub(crate) fn copy_detail(state: &mut State) -> Option<Effect> {
    let theme = Theme::plain();
    let detail = &state.screen.row().detail;
    let title = (detail.title)(state, theme).to_string();
    let text = (detail.text)(state, WIDTH, theme);
    let lines = text.lines.iter().map(|line| {
        let line = line.to_string();
        let line = line.strip_prefix(' ').unwrap_or(&line);
        format!("{}\n", line.trim_end())
    });
    let lines: Vec<String> = lines.collect();
    let what = format!("the detail of {}, {}", fit(title.trim(), 40), counted(lines.len(), "line"));
    copy(state, format!("{}\n\n{}", title.trim(), lines.concat()), &what)
}

/// Why there is no detail to copy.
pub(crate) fn no_detail(state: &State) -> Option<String> {
    cannot_open(state)
}

fn copy(state: &mut State, text: String, what: &str) -> Option<Effect> {
    if text.len() > MOST {
        state.refuse(format!("Too long to copy through the terminal ({} bytes)", text.len()));
        return None;
    }
    state.say(NoticeKind::Done, format!("Copied {what}"));
    Some(Effect::Copy(text))
}
