//! What keys and answers do to the What-if screen, and why a key cannot act on it.

use std::path::PathBuf;

use super::prompt::{Prompt, Purpose, WriteOver};
use super::request::Answer;
use super::row_kind::{Kind, Place};
use super::setting_row;
use super::setting_row::selected;
use super::stepping::step;
use crate::domain::number::Num;
use crate::domain::policy_text::OFF;
use crate::filter::amount::amount;
use crate::tui::event::{Effect, Garbage};
use crate::tui::keys::press::Press;
use crate::tui::state::{NoticeKind, Overlay, State};
use crate::workspace::{Save, SaveError, Target};

/// Why the selected line has no higher or next value.
pub(crate) fn cannot_step_up(state: &State) -> Option<String> {
    stepped(state, true)?.err()
}

/// Why the selected line has no lower or previous value.
pub(crate) fn cannot_step_down(state: &State) -> Option<String> {
    stepped(state, false)?.err()
}

/// The value of the selected line one step further, or why there is none.
fn stepped(state: &State, up: bool) -> Option<Result<String, String>> {
    let place = selected(state)?;
    Some(match setting_row::dial(state, place) {
        Some(dial) => step(dial.kind, dial.value(), up, dial.at_first),
        None => Err(not_a_setting(place).to_owned()),
    })
}

fn not_a_setting(place: Place) -> &'static str {
    match place {
        Place::Kept(_) => "this is a variant; Enter takes it up, b lays it beside, x drops it",
        Place::Elsewhere(_) => "what this is about is no longer in the data; x takes it back",
        _ => "this is a title; choose a line under it",
    }
}

/// Why Enter does nothing on the selected line.
pub(crate) fn not_editable(state: &State) -> Option<String> {
    let place = selected(state)?;
    match place {
        Place::Kept(_) => {
            let what_if = &state.what_if;
            let lost = !what_if.is_today() && what_if.name().is_none();
            lost.then(|| "the changes here have no name yet: n keeps them, X drops them".to_owned())
        }
        _ => setting_row::dial(state, place).is_none().then(|| not_a_setting(place).to_owned()),
    }
}

/// Why there is nothing to take back in the selected line.
pub(crate) fn cannot_clear(state: &State) -> Option<String> {
    let place = selected(state)?;
    if matches!(place, Place::Kept(_) | Place::Elsewhere(_)) {
        return None;
    }
    match setting_row::dial(state, place) {
        None => Some(not_a_setting(place).to_owned()),
        Some(dial) => dial.changed.is_none().then(|| "this line is as today".to_owned()),
    }
}

/// Why there is nothing to reset or to name.
pub(crate) fn nothing_changed(state: &State) -> Option<String> {
    state.what_if.is_today().then(|| "nothing is changed here".to_owned())
}

/// Why no variant can be laid beside.
pub(crate) fn cannot_compare(state: &State) -> Option<String> {
    match selected(state)? {
        Place::Kept(_) => None,
        _ if state.what_if.kept.is_empty() => {
            Some("no variant has a name yet; n keeps the changes here under one".to_owned())
        }
        _ => Some("select one of the kept variants; it is then laid beside".to_owned()),
    }
}

/// Why there is no command that repeats this.
pub(crate) fn no_command(state: &State) -> Option<String> {
    let none = state.what_if.scenario.settings.is_empty();
    none.then(|| "no setting is changed: the command would compare nothing".to_owned())
}

/// Why there is nothing to write into the policy.
pub(crate) fn nothing_for_policy(state: &State) -> Option<String> {
    let settings = &state.what_if.scenario.settings;
    let none = settings.iter().all(|s| s.of_playbook().is_some() || s.is_of_performance());
    none.then(|| "no key of the policy is changed here".to_owned())
}

/// Why there is nothing to write into the playbooks.
pub(crate) fn nothing_for_playbooks(state: &State) -> Option<String> {
    let none = state.what_if.scenario.settings.iter().all(|s| s.of_playbook().is_none());
    none.then(|| "no playbook is changed here".to_owned())
}

/// Sets the selected line a step further.
pub(crate) fn turn(state: &mut State, up: bool) {
    let (Some(place), Some(stepped)) = (selected(state), stepped(state, up)) else { return };
    if let Err(why) = stepped.and_then(|value| set(state, place, &value)) {
        state.refuse(why);
    }
}

/// Gives a line a value.
fn set(state: &mut State, place: Place, value: &str) -> Result<(), String> {
    if place == Place::Budget {
        state.what_if.budget = budget(value)?;
        state.what_if.changed();
        return Ok(());
    }
    // As it is typed elsewhere; what is no amount is refused as it stands.
    let typed = setting_row::dial(state, place).filter(|dial| dial.kind == Kind::Money);
    let typed = typed.and_then(|_| amount(value.trim())).map(|amount| Num(amount).to_string());
    let setting = setting_row::setting(state, place, typed.as_deref().unwrap_or(value));
    let setting = setting.ok_or_else(|| not_a_setting(place).to_owned())?;
    let setting = setting.map_err(|error| error.to_string())?;
    let Some(snapshot) = state.snapshot.clone() else { return Ok(()) };
    state.what_if.put(setting, &snapshot);
    Ok(())
}

/// A budget as it is typed.
fn budget(text: &str) -> Result<Option<f64>, String> {
    let text = text.trim();
    if text == OFF || text.is_empty() {
        return Ok(None);
    }
    amount(text)
        .filter(|amount| *amount >= 0.0)
        .map(Some)
        .ok_or_else(|| "expected an amount in dollars, 0 or more, or off".to_owned())
}

/// Enter on a line: the next of a few values, a text field, or the variant taken up.
pub(crate) fn edit(state: &mut State) {
    let Some(place) = selected(state) else { return };
    if let Place::Kept(number) = place {
        return state.what_if.take_up(number);
    }
    let Some(dial) = setting_row::dial(state, place) else { return };
    if matches!(dial.kind, Kind::Choice(_)) {
        return turn(state, true);
    }
    let (title, expected) = (dial.key.clone(), setting_row::expected(place));
    let prompt = Prompt::new(Purpose::Value(place), title, expected, setting_row::typed(&dial));
    state.overlay = Overlay::Prompt(Box::new(prompt));
}

/// Takes the selected line's change back; lets go of a variant.
pub(crate) fn clear(state: &mut State) {
    match selected(state) {
        Some(Place::Kept(number)) => state.what_if.drop_kept(number),
        Some(Place::Elsewhere(setting)) => state.what_if.clear(setting),
        Some(Place::Budget) => {
            state.what_if.budget = None;
            state.what_if.changed();
        }
        Some(place) => {
            if let Some((setting, _)) =
                setting_row::dial(state, place).and_then(|dial| dial.changed)
            {
                state.what_if.clear(setting);
            }
        }
        None => {}
    }
}

/// Asks for a name.
pub(crate) fn ask_name(state: &mut State) {
    let name = state.what_if.name().unwrap_or_default().to_owned();
    let expected = "a name; one that is there already gets these changes".to_owned();
    let title = "Keep these changes as".to_owned();
    state.overlay = Overlay::Prompt(Box::new(Prompt::new(Purpose::Name, title, expected, name)));
}

/// Lays the selected variant beside what there is.
pub(crate) fn compare(state: &mut State) {
    if let Some(Place::Kept(number)) = selected(state) {
        state.what_if.lay_beside(number);
    }
}

/// Asks for the path of a file.
pub(crate) fn ask_path(state: &mut State, target: Target) {
    let (what, path) = match target {
        Target::Policy => ("policy", "what-if.toml"),
        Target::Playbooks => ("playbooks", "what-if.json"),
    };
    let expected = "a path; nothing is written over unasked".to_owned();
    let title = format!("Write the changed {what} to");
    let purpose = Purpose::Path(target);
    let prompt = Prompt::new(purpose, title, expected, path.to_owned());
    state.overlay = Overlay::Prompt(Box::new(prompt));
}

/// Takes what was typed, or says why it cannot be taken.
pub(crate) fn apply(state: &mut State) -> Option<Effect> {
    let Overlay::Prompt(prompt) = &state.overlay else { return None };
    let (purpose, text) = (prompt.purpose, prompt.input.value().trim().to_owned());
    let taken = match purpose {
        Purpose::Value(place) => set(state, place, &text).map(|()| None),
        Purpose::Name | Purpose::Path(_) if text.is_empty() => Err("it is empty".to_owned()),
        Purpose::Name => {
            let there = state.what_if.kept.iter().any(|kept| kept.name == text);
            state.what_if.keep(text.clone());
            let instead = if there { ", in place of what had that name" } else { "" };
            state.say(NoticeKind::Done, format!("kept as {text}{instead}"));
            Ok(None)
        }
        Purpose::Path(target) => {
            let scenario = state.what_if.scenario.clone();
            let save = Save { target, scenario, path: PathBuf::from(text), over: false };
            Ok(Some(Effect::Save(Box::new(save))))
        }
    };
    match taken {
        Ok(effect) => {
            state.overlay = Overlay::None;
            effect
        }
        Err(why) => {
            if let Overlay::Prompt(prompt) = &mut state.overlay {
                prompt.refusal = Some(why);
            }
            None
        }
    }
}

/// Writes over the file that is there, once that has been read.
pub(crate) fn overwrite(state: &mut State, press: Press) -> Option<Effect> {
    let Overlay::WriteOver(over) = &state.overlay else { return None };
    if let Err(why) = press.confirms(over.shown) {
        state.refuse(why);
        return None;
    }
    let save = Save { over: true, ..over.save.clone() };
    state.overlay = Overlay::None;
    Some(Effect::Save(Box::new(save)))
}

/// Tells what came of writing a file.
pub(crate) fn saved(state: &mut State, save: Save, result: Result<PathBuf, SaveError>) {
    match result {
        Ok(path) => state.say(NoticeKind::Done, format!("written to {}", path.display())),
        Err(SaveError::Exists { live, .. }) => {
            let over = WriteOver { save, live, shown: None };
            match state.overlay {
                Overlay::None => state.overlay = Overlay::WriteOver(Box::new(over)),
                // Somebody went on to something else: it does not get in the way of that.
                _ => {
                    state.say(NoticeKind::Refused, "nothing was written: the file is there already")
                }
            }
        }
        Err(error) => state.say(NoticeKind::Refused, format!("nothing was written: {error}")),
    }
}

/// Selects a line.
pub(crate) fn select(state: &mut State, line: usize) {
    let len = setting_row::places(state).len();
    if state.what_if.position.select(line, len) {
        state.detail_scroll = 0;
    }
}

/// Moves the window so that the selection is in it.
pub(crate) fn scroll(state: &mut State, height: usize) {
    let len = setting_row::places(state).len();
    state.what_if.position.scroll(height, len);
}

/// Keeps the selection on its line where lines came or went above it.
pub(crate) fn keep_selection(state: &mut State) {
    let places = setting_row::places(state);
    let cursor = state.what_if.position.cursor;
    let here = places.get(cursor).map(|place| setting_row::identity(state, *place));
    let moved = match &state.what_if.on {
        // It was not the keys that moved it.
        Some((before, on)) if *before == cursor && here.as_ref() != Some(on) => {
            places.iter().position(|place| setting_row::identity(state, *place) == *on)
        }
        _ => None,
    };
    // At first the first line that can be set, not the title over it.
    let is_title = |place: &Place| matches!(place, Place::Group(_));
    let first = || places.iter().position(|place| !is_title(place)).filter(|_| cursor == 0);
    let first = state.what_if.on.is_none().then(first).flatten();
    let place = moved.or(first).unwrap_or(cursor);
    state.what_if.position.select(place, places.len());
    let cursor = state.what_if.position.cursor;
    let on = places.get(cursor).map(|place| (cursor, setting_row::identity(state, *place)));
    if on.is_some() {
        state.what_if.on = on;
    }
}

/// Takes an answer.
pub(crate) fn answered(state: &mut State, answer: Answer) {
    state.what_if.take(answer);
}

/// The question to ask: where the screen is shown, and nobody was asked it yet.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    let snapshot = state.snapshot.as_ref().filter(|snapshot| !snapshot.partial)?;
    let question = state.what_if.question(snapshot)?;
    Some(Effect::Ask(Box::new(question)))
}

/// A question that nobody began: its view may be the last of its kind.
pub(crate) fn given_up(question: super::request::Question) -> Garbage {
    Garbage(question.snapshot)
}
