//! What keys and results do to the What-if screen.

use std::path::PathBuf;
use std::sync::Arc;

use super::memory;
use super::refused::Refused;
use super::request::ScenarioResult;
use super::row_kind::{RowKind, ScenarioIx, ValueKind};
use super::search::{SearchRequest, SearchResult, Start, Subject};
use super::setting_row::{self, BUDGET, SettingRow, selected};
use super::stepping::step;
use crate::domain::money::counted;
use crate::domain::number::Num;
use crate::domain::policy_text::OFF;
use crate::filter::amount::amount;
use crate::insight::scenario::{NextChange, Precision};
use crate::intake::file::LINES_ENDING;
use crate::tui::event::Effect;
use crate::tui::jump::{Destination, jump};
use crate::tui::screen::id::Screen;
use crate::tui::screen::prompt::{
    ALREADY_EXISTS, Applied, CONTENT_LOST, Prompt, Purpose, Question,
};
use crate::tui::state::{NoticeKind, State};
use crate::workspace::{Save, SaveError, Snapshot, Target};

/// The value of the selected line one round step further, or why there is none.
pub(super) fn round_step(state: &State, up: bool) -> Option<Result<String, Refused>> {
    let row = selected(state)?;
    Some(match setting_row::setting_row(state, row) {
        Some(setting) => step(setting.kind, setting.value(), up, setting.initial),
        None => Err(not_a_setting(row)),
    })
}

pub(super) fn not_a_setting(row: RowKind) -> Refused {
    match row {
        RowKind::Scenario(_) => Refused::Scenario,
        RowKind::Gone(_) => Refused::Gone,
        _ => Refused::Heading,
    }
}

/// Sets the selected line a round step further.
pub(crate) fn change_by_round_step(state: &mut State, up: bool) {
    let (Some(row), Some(stepped)) = (selected(state), round_step(state, up)) else { return };
    if let Err(why) = stepped.and_then(|value| set(state, row, &value)) {
        state.refuse(why.words(&state.keymap));
    }
}

/// True where the next value is that of the next change: of a number that is there.
pub(super) fn follows_data(row: &SettingRow, up: bool) -> bool {
    let is_off = row.value() == OFF;
    match row.kind.precision() {
        // What is off is above every amount, and below every count.
        Some(Precision::Dollars) => !is_off || (!up && row.key != BUDGET),
        Some(Precision::Count) => !is_off || up,
        Some(Precision::Hundredths | Precision::Range) => {
            row.value() != "null" || row.kind != ValueKind::Range
        }
        None => false,
    }
}

/// What is known of the next change of a line in one direction; `None` while it is looked for.
pub(super) fn next_change<'a>(
    state: &'a State,
    row: &SettingRow,
    up: bool,
) -> Option<&'a NextChange> {
    state.what_if.searching.found(state.what_if.number(), &row.key, up)
}

/// Why a line does not go further in one direction, where no customer changes there.
pub(super) fn no_further(found: &NextChange, row: &SettingRow, up: bool) -> Option<Refused> {
    match found {
        NextChange::At { .. } => None,
        NextChange::NoneUpTo(last) => {
            Some(Refused::NoFurtherChange { up, to: row.kind.shown(last) })
        }
        NextChange::AtTheEnd => Some(Refused::AtTheEnd { up, at: row.shown(row.value()) }),
    }
}

/// Sets the selected line to the next value at which a customer changes, now or as soon as it is found;
/// what is no number to the next of its values.
pub(crate) fn change_by_step(state: &mut State, up: bool) {
    let Some(row) = selected(state) else { return };
    let setting = setting_row::setting_row(state, row);
    let Some(setting) = setting.filter(|setting| follows_data(setting, up)) else {
        return change_by_round_step(state, up);
    };
    let Some(found) = next_change(state, &setting, up).cloned() else {
        state.what_if.searching.wanted = Some(up);
        return state.say(NoticeKind::News, "Looking for the next change…");
    };
    if let Some(why) = no_further(&found, &setting, up) {
        return state.refuse(why.words(&state.keymap));
    }
    let NextChange::At { value, customers } = &found else { return };
    match set(state, row, value) {
        Ok(()) => {
            let name = setting_row::full_name(state, row, setting.label);
            let [from, to] = [setting.value(), value].map(|value| setting.shown(value));
            let changes = if *customers == 1 { "changes" } else { "change" };
            let customers = counted(*customers, "customer");
            state.say(NoticeKind::News, format!("{name} {from} → {to}: {customers} {changes}"));
        }
        Err(why) => state.refuse(why.words(&state.keymap)),
    }
}

/// Takes what a search found, and goes there where a key waits for it.
pub(crate) fn search_ready(state: &mut State, result: SearchResult) {
    let up = result.up;
    if state.what_if.searching.take(result) && state.screen == Screen::WhatIf {
        change_by_step(state, up);
    }
}

/// Gives a line a value.
fn set(state: &mut State, row: RowKind, value: &str) -> Result<(), Refused> {
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
    let setting = setting.ok_or_else(|| not_a_setting(row))??;
    let Some(snapshot) = state.snapshot.clone() else { return Ok(()) };
    let with_days = setting.key() == "contact.max_plays";
    state.what_if.put(setting, &snapshot);
    state.what_if.keep_together(with_days, &snapshot);
    Ok(())
}

/// A budget as it is typed.
fn budget(text: &str) -> Result<Option<f64>, Refused> {
    let text = text.trim();
    if text == OFF || text.is_empty() {
        return Ok(None);
    }
    amount(text).filter(|amount| *amount >= 0.0).map(Some).ok_or(Refused::NotABudget)
}

/// Enter on a line: the next of a few values, a text field, or the scenario applied.
pub(crate) fn edit(state: &mut State) {
    let Some(row) = selected(state) else { return };
    if let RowKind::Scenario(place) = row {
        return apply_scenario(state, place);
    }
    let Some(setting) = setting_row::setting_row(state, row) else { return };
    if matches!(setting.kind, ValueKind::Choice(_)) {
        return change_by_round_step(state, true);
    }
    let title = setting_row::full_name(state, row, setting.label);
    let expected = setting_row::expected(row);
    Prompt::new(Purpose::Value(row), title, expected, setting_row::typed(&setting)).open(state);
}

/// Applies the scenario that was saved last.
pub(crate) fn apply_last(state: &mut State) {
    if let Some(last) = state.what_if.named.len().checked_sub(1) {
        apply_scenario(state, ScenarioIx(last));
    }
}

/// Applies the scenario of a name and shows the screen.
pub(crate) fn show_scenario(state: &mut State, name: &str) {
    if let Some(place) = state.what_if.named.iter().position(|saved| saved.name == name) {
        jump(state, Destination::Screen(Screen::WhatIf));
        apply_scenario(state, ScenarioIx(place));
    }
}

/// Applies a scenario, and says what of it does not fit the data.
fn apply_scenario(state: &mut State, place: ScenarioIx) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let name = state.what_if.named.get(place.0).map(|saved| saved.name.clone()).unwrap_or_default();
    let skipped = state.what_if.apply_named(place, &snapshot);
    match skipped.first() {
        None => state.say(NoticeKind::Done, format!("Applied scenario \"{name}\"")),
        Some(why) => state.say(
            NoticeKind::Refused,
            format!(
                "Applied scenario \"{name}\" but skipped {}: {why}",
                counted(skipped.len(), "change")
            ),
        ),
    }
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
                if let Some(snapshot) = state.snapshot.clone() {
                    state.what_if.keep_together(false, &snapshot);
                }
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
    Prompt::new(Purpose::Name, title, expected, name).open(state);
}

/// Compares with the selected scenario.
pub(crate) fn compare(state: &mut State) {
    if let Some(RowKind::Scenario(number)) = selected(state) {
        state.what_if.compare_with(number);
    }
}

/// Asks for the path of a file.
pub(crate) fn ask_path(state: &mut State, target: Target) {
    let lines = || {
        let tables = state.snapshot.as_ref().map(|snapshot| &snapshot.matching.dataset().tables);
        let file = tables.and_then(|tables| tables.playbooks.places.part(0));
        file.is_some_and(|file| file.ends_with(LINES_ENDING))
    };
    let path = match target {
        Target::Policy => "what-if.toml",
        Target::Playbooks if lines() => "what-if.jsonl",
        Target::Playbooks => "what-if.json",
    };
    let what = target.what();
    let expected = "a path; an existing file is overwritten only after you confirm".to_owned();
    let title = format!("Write the changed {what} to");
    Prompt::new(Purpose::Path(target), title, expected, path.to_owned()).open(state);
}

/// Gives a line the value that was typed.
pub(crate) fn apply_value(state: &mut State, row: RowKind, text: &str) -> Result<Applied, String> {
    set(state, row, text).map(|()| Applied::Done).map_err(|why| why.words(&state.keymap))
}

/// Keeps the changes under the name that was typed.
pub(crate) fn apply_name(state: &mut State, name: String) -> Applied {
    let there = state.what_if.named.iter().any(|saved| saved.name == name);
    let how = if there { "Replaced" } else { "Added" };
    state.say(NoticeKind::Done, format!("{how} scenario \"{name}\""));
    state.what_if.keep(name, state.moment().today());
    Applied::Done
}

/// Writes the changes to the path that was typed.
pub(crate) fn apply_path(state: &State, target: Target, path: PathBuf) -> Applied {
    let scenario = state.what_if.scenario.clone();
    Applied::Effect(Effect::Save(Box::new(Save { target, scenario, path, over: false })))
}

/// Reports the result of writing a file.
pub(crate) fn saved(state: &mut State, save: Save, result: Result<PathBuf, SaveError>) {
    match result {
        Ok(path) => state.say(NoticeKind::Done, format!("Wrote {}", path.display())),
        Err(SaveError::Exists { live, .. }) => {
            let warning = match live {
                true => format!(
                    "! This is the {} file in use: the change takes effect for everyone at once, and \
                     recommendations and approvals change with it.",
                    save.target.what()
                ),
                false => CONTENT_LOST.to_owned(),
            };
            let path = save.path.clone();
            let effect = Effect::Save(Box::new(Save { over: true, ..save }));
            Question::overwrite(&path, warning, effect).ask(state, ALREADY_EXISTS);
        }
        Err(error) => state.say(NoticeKind::Refused, format!("Nothing was written: {error}")),
    }
}

/// Selects a line, or the next one where it is a heading.
pub(crate) fn select(state: &mut State, line: usize) {
    let rows = setting_row::rows(state);
    let line = setting_row::settable(&rows, state.what_if.position.cursor, line);
    if state.what_if.position.select(line, rows.len()) {
        state.detail_scroll = 0;
    }
}

/// Moves the window so that the selection is in it, with the heading above it.
pub(crate) fn scroll(state: &mut State, height: usize) {
    let rows = setting_row::rows(state);
    let position = &mut state.what_if.position;
    position.scroll(height, rows.len());
    let above = position.cursor.checked_sub(1).filter(|_| position.top == position.cursor);
    if let Some(above) = above.filter(|above| rows.get(*above).is_some_and(|row| row.is_heading()))
        && height > 1
    {
        position.top = above;
    }
}

/// Moves the window by some lines.
pub(crate) fn wheel(state: &mut State, by: isize, height: usize) {
    let len = setting_row::rows(state).len();
    if let Some(line) = state.what_if.position.wheel(by, height, len) {
        select(state, line);
    }
}

/// Keeps the selection on its line where lines came or went above it.
pub(crate) fn keep_selection(state: &mut State) {
    memory::restore(state);
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
    let line = setting_row::settable(&rows, cursor, moved.unwrap_or(cursor));
    state.what_if.position.select(line, rows.len());
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

/// The request for the scenario, then for the next change of the selected line, where it was not made
/// yet.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    let snapshot = Arc::clone(state.snapshot.as_ref().filter(|snapshot| !snapshot.partial)?);
    if let Some(request) = state.what_if.request(&snapshot) {
        return Some(Effect::RunScenario(Box::new(request)));
    }
    let request = search_request(state, snapshot);
    let subject = request.as_ref().map(|request| &request.subject);
    let new = state.what_if.searching.begin(subject);
    request.filter(|_| new).map(|request| Effect::FindNextChange(Box::new(request)))
}

fn search_request(state: &State, snapshot: Arc<Snapshot>) -> Option<SearchRequest> {
    let row = selected(state)?;
    let values = setting_row::setting_row(state, row)?;
    let start = match (row, state.what_if.budget) {
        (RowKind::Budget, budget) => Start::Budget(budget?),
        _ => Start::Setting {
            setting: setting_row::setting(state, row, values.value())?.ok()?,
            precision: values.kind.precision()?,
            initial: values.initial,
        },
    };
    let (generation, number) = (snapshot.generation, state.what_if.number());
    let subject = Subject { generation, number, key: values.key };
    Some(SearchRequest { subject, snapshot, scenario: state.what_if.scenario.clone(), start })
}
