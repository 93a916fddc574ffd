//! What keys and results do to the What-if screen.

use std::path::PathBuf;

use super::prompt::{Overwrite, Prompt, Purpose};
use super::request::ScenarioResult;
use super::row_kind::{RowKind, ValueKind};
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

/// The value of the selected line one step further, or why there is none.
pub(super) fn stepped(state: &State, up: bool) -> Option<Result<String, String>> {
    let row = selected(state)?;
    Some(match setting_row::setting_row(state, row) {
        Some(setting) => step(setting.kind, setting.value(), up, setting.initial),
        None => Err(not_a_setting(row).to_owned()),
    })
}

pub(super) fn not_a_setting(row: RowKind) -> &'static str {
    match row {
        RowKind::Scenario(_) => {
            "This is a scenario; Enter applies it, b compares with it, x deletes it"
        }
        RowKind::Gone(_) => {
            "The playbook of this change is no longer in the data; x removes the change"
        }
        _ => "This is a heading; select a line below it",
    }
}

/// Sets the selected line a step further.
pub(crate) fn change_by_step(state: &mut State, up: bool) {
    let (Some(row), Some(stepped)) = (selected(state), stepped(state, up)) else { return };
    if let Err(why) = stepped.and_then(|value| set(state, row, &value)) {
        state.refuse(why);
    }
}

/// Gives a line a value.
fn set(state: &mut State, row: RowKind, value: &str) -> Result<(), String> {
    if row == RowKind::Budget {
        state.what_if.budget = budget(value)?;
        state.what_if.changed();
        return Ok(());
    }
    // Amounts are typed as in the filter; anything else is refused as it is.
    let typed =
        setting_row::setting_row(state, row).filter(|setting| setting.kind == ValueKind::Money);
    let typed = typed.and_then(|_| amount(value.trim())).map(|amount| Num(amount).to_string());
    let setting = setting_row::setting(state, row, typed.as_deref().unwrap_or(value));
    let setting = setting.ok_or_else(|| not_a_setting(row).to_owned())?;
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
        .ok_or_else(|| "Expected an amount in dollars, 0 or more, or off".to_owned())
}

/// Enter on a line: the next of a few values, a text field, or the scenario applied.
pub(crate) fn edit(state: &mut State) {
    let Some(row) = selected(state) else { return };
    if let RowKind::Scenario(number) = row {
        return state.what_if.apply_named(number);
    }
    let Some(setting) = setting_row::setting_row(state, row) else { return };
    if matches!(setting.kind, ValueKind::Choice(_)) {
        return change_by_step(state, true);
    }
    let (title, expected) = (setting.key.clone(), setting_row::expected(row));
    let prompt = Prompt::new(Purpose::Value(row), title, expected, setting_row::typed(&setting));
    state.overlay = Overlay::Prompt(Box::new(prompt));
}

/// Resets the selected setting; deletes a scenario.
pub(crate) fn clear(state: &mut State) {
    match selected(state) {
        Some(RowKind::Scenario(number)) => state.what_if.delete_named(number),
        Some(RowKind::Gone(setting)) => state.what_if.clear(setting),
        Some(RowKind::Budget) => {
            state.what_if.budget = None;
            state.what_if.changed();
        }
        Some(row) => {
            if let Some((setting, _)) =
                setting_row::setting_row(state, row).and_then(|setting| setting.changed)
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
    let expected = "a name; a scenario of that name is replaced".to_owned();
    let title = "Name of the scenario".to_owned();
    state.overlay = Overlay::Prompt(Box::new(Prompt::new(Purpose::Name, title, expected, name)));
}

/// Compares with the selected scenario.
pub(crate) fn compare(state: &mut State) {
    if let Some(RowKind::Scenario(number)) = selected(state) {
        state.what_if.compare_with(number);
    }
}

/// Asks for the path of a file.
pub(crate) fn ask_path(state: &mut State, target: Target) {
    let (what, path) = match target {
        Target::Policy => ("policy", "what-if.toml"),
        Target::Playbooks => ("playbooks", "what-if.json"),
    };
    let expected = "a path; an existing file is overwritten only after you confirm".to_owned();
    let title = format!("Write the changed {what} to");
    let purpose = Purpose::Path(target);
    let prompt = Prompt::new(purpose, title, expected, path.to_owned());
    state.overlay = Overlay::Prompt(Box::new(prompt));
}

/// Applies what was typed, or says why it cannot be applied.
pub(crate) fn apply(state: &mut State) -> Option<Effect> {
    let Overlay::Prompt(prompt) = &state.overlay else { return None };
    let (purpose, text) = (prompt.purpose, prompt.input.value().trim().to_owned());
    let applied = match purpose {
        Purpose::Value(row) => set(state, row, &text).map(|()| None),
        Purpose::Name | Purpose::Path(_) if text.is_empty() => {
            Err("Type a name or a path first".to_owned())
        }
        Purpose::Name => {
            let there = state.what_if.named.iter().any(|saved| saved.name == text);
            state.what_if.keep(text.clone());
            let how = if there { "Replaced" } else { "Added" };
            state.say(NoticeKind::Done, format!("{how} scenario \"{text}\""));
            Ok(None)
        }
        Purpose::Path(target) => {
            let scenario = state.what_if.scenario.clone();
            let save = Save { target, scenario, path: PathBuf::from(text), over: false };
            Ok(Some(Effect::Save(Box::new(save))))
        }
    };
    match applied {
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

/// Overwrites the file, once the question has been on the screen.
pub(crate) fn overwrite(state: &mut State, press: Press) -> Option<Effect> {
    let Overlay::Overwrite(over) = &state.overlay else { return None };
    if let Err(why) = press.confirms(over.shown) {
        state.refuse(why);
        return None;
    }
    let save = Save { over: true, ..over.save.clone() };
    state.overlay = Overlay::None;
    Some(Effect::Save(Box::new(save)))
}

/// Reports the result of writing a file.
pub(crate) fn saved(state: &mut State, save: Save, result: Result<PathBuf, SaveError>) {
    match result {
        Ok(path) => state.say(NoticeKind::Done, format!("Wrote {}", path.display())),
        Err(SaveError::Exists { live, .. }) => {
            let over = Overwrite { save, live, shown: None };
            match state.overlay {
                Overlay::None => state.overlay = Overlay::Overwrite(Box::new(over)),
                // Something else is open by now; it is not interrupted.
                _ => state.say(NoticeKind::Refused, "Nothing was written: the file already exists"),
            }
        }
        Err(error) => state.say(NoticeKind::Refused, format!("Nothing was written: {error}")),
    }
}

/// Selects a line.
pub(crate) fn select(state: &mut State, line: usize) {
    let len = setting_row::rows(state).len();
    if state.what_if.position.select(line, len) {
        state.detail_scroll = 0;
    }
}

/// Moves the window so that the selection is in it.
pub(crate) fn scroll(state: &mut State, height: usize) {
    let len = setting_row::rows(state).len();
    state.what_if.position.scroll(height, len);
}

/// Keeps the selection on its line where lines came or went above it.
pub(crate) fn keep_selection(state: &mut State) {
    let rows = setting_row::rows(state);
    let cursor = state.what_if.position.cursor;
    let here = rows.get(cursor).map(|row| setting_row::identity(state, *row));
    let moved = match &state.what_if.on {
        // It was not the keys that moved it.
        Some((before, on)) if *before == cursor && here.as_ref() != Some(on) => {
            rows.iter().position(|row| setting_row::identity(state, *row) == *on)
        }
        _ => None,
    };
    // At first the first line that can be set, not the heading above it.
    let is_title = |row: &RowKind| matches!(row, RowKind::Group(_));
    let first = || rows.iter().position(|row| !is_title(row)).filter(|_| cursor == 0);
    let first = state.what_if.on.is_none().then(first).flatten();
    let row = moved.or(first).unwrap_or(cursor);
    state.what_if.position.select(row, rows.len());
    let cursor = state.what_if.position.cursor;
    let on = rows.get(cursor).map(|row| (cursor, setting_row::identity(state, *row)));
    if on.is_some() {
        state.what_if.on = on;
    }
}

/// Takes a result.
pub(crate) fn result_ready(state: &mut State, result: ScenarioResult) {
    state.what_if.take(result);
}

/// The request for the scenario, where it was not made yet.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    let snapshot = state.snapshot.as_ref().filter(|snapshot| !snapshot.partial)?;
    let request = state.what_if.request(snapshot)?;
    Some(Effect::RunScenario(Box::new(request)))
}

/// What is left of a request that was never started: its view may be the last of its kind.
pub(crate) fn given_up(request: super::request::ScenarioRequest) -> Garbage {
    Garbage(request.snapshot)
}
