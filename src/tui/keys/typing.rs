//! Keys and pastes: which of them act, and what becomes text in a field.

use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tui_input::{Input, InputRequest};
use unicode_script::{Script, UnicodeScript};

use super::action::{Action, Context};
use super::keymap::Bound;
use super::lookup;
use super::press::{Means, Press};
use crate::tui::act::{act, set_filter};
use crate::tui::decide::form::FormField;
use crate::tui::event::Effect;
use crate::tui::palette;
use crate::tui::runtime::input::{Keys, Pace, Stroke};
use crate::tui::state::{NoticeKind, Overlay, State};

/// How long after a dialog closed its confirming key does nothing on the screen below.
const AFTER_DIALOG: Duration = Duration::from_millis(500);
/// The most characters of a filter.
pub(crate) const LONGEST_FILTER: usize = 500;
/// So many keys that arrived together, or so many different ones in a row, are no keys that a slow
/// line held up: none of them acts.
const MOST_KEYS: usize = 1_000;
const MOST_DIFFERENT: usize = 64;
const NO_FIELD: &str = "Pasted text was ignored: no text field is open";

/// Takes in keys that arrived together.
pub(crate) fn keys(state: &mut State, keys: &Keys) -> Vec<Effect> {
    let pasted = keys.pace == Pace::Pasted;
    if pasted && is_text(&keys.strokes) && text_field(state).is_none() {
        state.say(NoticeKind::News, NO_FIELD);
        return Vec::new();
    }
    let mut effects = Vec::new();
    let mut ignored = Vec::new();
    let mut rest = keys.strokes.as_slice();
    while let Some((stroke, after)) = rest.split_first() {
        let run = if pasted && text_field(state).is_some() { text_run(rest) } else { 0 };
        if run > 0 {
            let (text, more) = rest.split_at(run);
            insert(state, text.iter().filter_map(Stroke::text));
            rest = more;
            continue;
        }
        let press = Press { by: Means::Key, at: keys.at, pace: keys.pace, in_place: None };
        match pressed(state, stroke, press) {
            Pressed::Done(done) => effects.extend(done),
            Pressed::Ignored => ignored.extend(stroke.printable()),
        }
        rest = after;
    }
    if !ignored.is_empty() {
        state.say(NoticeKind::News, ignored_words(&ignored));
    }
    effects
}

/// True for more than a slow line holds up of what someone presses.
fn is_text(strokes: &[Stroke]) -> bool {
    strokes.len() > MOST_KEYS || strokes.chunk_by(|a, b| a == b).count() > MOST_DIFFERENT
}

/// So many keys are named.
const NAMED: usize = 8;

fn ignored_words(ignored: &[char]) -> String {
    let keys: String = ignored.iter().take(NAMED).collect();
    let more = if ignored.len() > NAMED { "…" } else { "" };
    format!("Keys in pasted text do not decide; ignored \"{keys}{more}\"")
}

/// How many of these strokes are text for a field. A line break at the very end is a key.
fn text_run(strokes: &[Stroke]) -> usize {
    let run = strokes.iter().take_while(|stroke| stroke.text().is_some()).count();
    let ends_in_key =
        run == strokes.len() && strokes.last().is_some_and(|stroke| stroke.printable().is_none());
    run - usize::from(ends_in_key)
}

enum Pressed {
    Done(Vec<Effect>),
    /// It would have changed something, and arrived in a paste.
    Ignored,
}

fn pressed(state: &mut State, stroke: &Stroke, press: Press) -> Pressed {
    let key = &stroke.key;
    let done = || Pressed::Done(Vec::new());
    if key.kind == KeyEventKind::Release {
        return done();
    }
    let pasted = press.pace == Pace::Pasted;
    if !pasted && state.notice.as_ref().is_some_and(|notice| notice.kind == NoticeKind::Refused) {
        state.notice = None;
    }
    let context = Context::of(state);
    let confirms = |(action, _): &(Action, _)| matches!(action, Action::Confirm);
    if context == Context::Browse
        && state.dialog_closed_within(AFTER_DIALOG, press.at)
        && lookup::find(state, Context::Dialog, key).as_ref().is_some_and(confirms)
    {
        return done();
    }
    let found = lookup::find(state, context, key)
        .or_else(|| lookup::find(state, context, &on_base_layout(context, stroke)?));
    let Some((action, binding)) = found else {
        typed(state, key);
        if text_field(state).is_none() && !pasted {
            tell_of_layout(state, stroke);
        }
        return done();
    };
    // A key held down repeats: it may move, but never decide twice or confirm.
    if key.kind == KeyEventKind::Repeat && !action.moves() {
        return done();
    }
    if pasted && action.is_ignored_in_paste() {
        return Pressed::Ignored;
    }
    Pressed::Done(perform(state, action, &binding, press))
}

/// Does what the keys of a row do, or says why that is not possible now.
pub(crate) fn perform(
    state: &mut State,
    action: Action,
    binding: &Bound,
    press: Press,
) -> Vec<Effect> {
    match lookup::unavailable(binding, state) {
        None => return act(state, action, press),
        Some(why) if why.is_empty() => {}
        Some(why) => state.refuse(why),
    }
    Vec::new()
}

/// The key as it is on the base layout, where it types a letter outside the Latin script and the
/// terminal says which key it is. Never in a text field.
fn on_base_layout(context: Context, stroke: &Stroke) -> Option<KeyEvent> {
    let base = stroke.base.filter(|_| !context.takes_text())?;
    let typed = stroke.printable()?;
    if !typed.is_alphabetic() || typed.script() == Script::Latin {
        return None;
    }
    let shift = stroke.key.modifiers.contains(KeyModifiers::SHIFT) || typed.is_uppercase();
    let c = if shift { base.to_ascii_uppercase() } else { base };
    Some(KeyEvent { code: KeyCode::Char(c), ..stroke.key })
}

/// Says that a letter of another keyboard layout has no meaning.
fn tell_of_layout(state: &mut State, stroke: &Stroke) {
    if let Some(c) = stroke.printable().filter(|c| !c.is_ascii()) {
        state.refuse(format!("No key is bound to \"{c}\"; switch to a Latin keyboard layout"));
    }
}

/// A field that text can be typed into.
struct TextField<'a> {
    input: &'a mut Input,
    name: &'static str,
    /// The most characters that it holds.
    most: usize,
    /// Text takes the place of what stands there.
    replaces: bool,
}

/// The text field that has the keys.
fn text_field(state: &mut State) -> Option<TextField<'_>> {
    if state.too_small() {
        return None;
    }
    let (input, name, most, replaces) = match &mut state.overlay {
        Overlay::Filter { input, .. } => (input, "filter", LONGEST_FILTER, false),
        Overlay::Prompt(prompt) => (&mut prompt.input, "field", 4_000, false),
        Overlay::Palette(palette) => (&mut palette.input, "field", 200, false),
        Overlay::Help { shown, .. } if shown.typing => (&mut shown.search, "search", 100, false),
        Overlay::Decide(dialog) if !dialog.sending => match dialog.form.focus {
            FormField::Until => {
                let replaces = !dialog.form.until_typed;
                (dialog.form.text()?, "date", 40, replaces)
            }
            _ => (dialog.form.text()?, "note", 2_000, false),
        },
        _ => return None,
    };
    Some(TextField { input, name, most, replaces })
}

/// A key without an action: text for whatever takes text.
fn typed(state: &mut State, key: &KeyEvent) {
    let Some(request) = text_request(key) else { return };
    if let InputRequest::InsertChar(c) = request {
        return insert(state, std::iter::once(c));
    }
    let Some(field) = text_field(state) else { return };
    field.input.handle(request);
    edited(state);
}

/// Puts the cursor of the text field that has the keys before a character.
pub(crate) fn put_cursor(state: &mut State, place: usize) {
    let Some(field) = text_field(state) else { return };
    field.input.handle(InputRequest::SetCursor(place));
    edited(state);
}

/// Text that the terminal says was pasted: in no case keys.
pub(crate) fn paste(state: &mut State, text: &str) {
    if text_field(state).is_some() {
        insert(state, text.chars());
    } else {
        state.say(NoticeKind::News, NO_FIELD);
    }
}

/// Inserts text at the cursor, as much of it as the field holds. A line break or an escape is no
/// key; it becomes a blank.
fn insert(state: &mut State, text: impl Iterator<Item = char>) {
    let Some(TextField { input, name, most, replaces }) = text_field(state) else { return };
    if replaces {
        *input = Input::default();
    }
    let mut text = text.map(|c| if c.is_control() { ' ' } else { c });
    let value = input.value();
    let room = most.saturating_sub(value.chars().count());
    let added: String = text.by_ref().take(room).collect();
    let cut = text.next().is_some();
    let cursor = input.cursor();
    let at = value.char_indices().nth(cursor).map_or(value.len(), |(at, _)| at);
    let (before, after) = value.split_at(at);
    let value = [before, &added, after].concat();
    *input = Input::new(value).with_cursor(cursor + added.chars().count());
    edited(state);
    if cut {
        state.refuse(format!("The {name} holds at most {most} characters; the rest was left out"));
    }
}

/// What follows from another text in the field.
fn edited(state: &mut State) {
    match &mut state.overlay {
        Overlay::Filter { input, .. } => {
            let filter = input.value().to_owned();
            if filter != state.filter() {
                set_filter(state, filter);
            }
        }
        Overlay::Prompt(prompt) => prompt.refusal = None,
        Overlay::Palette(_) => palette::update::edited(state),
        Overlay::Help { scroll, .. } => *scroll = 0,
        Overlay::Decide(dialog) => {
            dialog.refusal = None;
            dialog.form.until_typed |= dialog.form.focus == FormField::Until;
        }
        _ => {}
    }
}

/// What a key does in a text field.
pub(super) fn text_request(key: &KeyEvent) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    if key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER) {
        return None;
    }
    Some(match (key.code, control) {
        (KeyCode::Char(c), false) => InputRequest::InsertChar(c),
        (KeyCode::Backspace, _) => InputRequest::DeletePrevChar,
        (KeyCode::Delete, _) => InputRequest::DeleteNextChar,
        (KeyCode::Left, true) => InputRequest::GoToPrevWord,
        (KeyCode::Right, true) => InputRequest::GoToNextWord,
        (KeyCode::Left, false) => InputRequest::GoToPrevChar,
        (KeyCode::Right, false) => InputRequest::GoToNextChar,
        (KeyCode::Home, _) | (KeyCode::Char('a'), true) => InputRequest::GoToStart,
        (KeyCode::End, _) | (KeyCode::Char('e'), true) => InputRequest::GoToEnd,
        (KeyCode::Char('u'), true) => InputRequest::DeleteFromStart,
        (KeyCode::Char('w'), true) => InputRequest::DeletePrevWord,
        (KeyCode::Char('k'), true) => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}
