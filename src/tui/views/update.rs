//! What keys do to the menu of views, and what follows from saving and deleting one.

use std::path::PathBuf;

use super::saved;
use crate::domain::Error;
use crate::settings::{SETTINGS_FILE, ViewChange};
use crate::tui::event::Effect;
use crate::tui::keys::action::{Action, Context};
use crate::tui::screen::prompt::{Applied, Prompt, Purpose, Question};
use crate::tui::state::{NoticeKind, Overlay, State};

/// The most characters of a name.
const LONGEST: usize = 60;

/// Opens the menu at the view that is shown.
pub(crate) fn open(state: &mut State) {
    let shown = saved::on_screen(state).map(|view| view.name.as_str());
    let place = state.settings.views.iter().position(|view| Some(view.name.as_str()) == shown);
    state.overlay = Overlay::Views { cursor: place.unwrap_or_default() };
}

/// Shows the highlighted view.
pub(crate) fn show_selected(state: &mut State) {
    if let Overlay::Views { cursor } = state.overlay {
        show(state, cursor);
    }
}

/// Shows the view with a number, from 1.
pub(crate) fn show_nth(state: &mut State, number: u8) {
    show(state, usize::from(number).saturating_sub(1));
}

fn show(state: &mut State, place: usize) {
    if let Some(view) = state.settings.views.get(place).cloned() {
        state.overlay = Overlay::None;
        saved::show(state, &view);
    }
}

/// Why there is no view to show or to delete.
pub(crate) fn no_views(state: &State) -> Option<String> {
    state.settings.views.is_empty().then(|| {
        let key = state.keymap.key_in(Context::Views, Action::SaveView);
        format!("There is no saved view yet; {key} saves what is shown")
    })
}

/// Why no view can be saved: the settings file has errors, and is not touched before they are fixed.
pub(crate) fn cannot_save(state: &State) -> Option<String> {
    let mistake = state.settings_mistakes.first()?;
    Some(format!("Fix the settings file first: {mistake}"))
}

/// Why the highlighted view cannot be deleted.
pub(crate) fn cannot_delete(state: &State) -> Option<String> {
    no_views(state).or_else(|| cannot_save(state))
}

/// Asks for the name under which what is shown is saved.
pub(crate) fn ask_name(state: &mut State) {
    let name = saved::on_screen(state).map(|view| view.name.clone()).unwrap_or_default();
    let shown = saved::words(&saved::current(state, String::new()));
    let title = "Save the current view as".to_owned();
    let expected = format!("a name; saved in {SETTINGS_FILE}: {shown}");
    Prompt::new(Purpose::ViewName, title, expected, name).open(state);
}

/// Saves what is shown under the name that was typed, once it is clear that no other view is lost.
pub(crate) fn apply_name(state: &State, name: String) -> Result<Applied, String> {
    if name.chars().count() > LONGEST {
        return Err(format!("A name has at most {LONGEST} characters"));
    }
    let view = saved::current(state, name);
    let known = state.settings.views.iter().find(|known| known.name == view.name).cloned();
    let effect = Effect::ChangeViews(Box::new(ViewChange::Put(view.clone())));
    Ok(match known {
        Some(known) if known != view => Applied::Question(Box::new(Question {
            title: "Replace?",
            found: format!("View \"{}\" already exists: {}", known.name, saved::words(&known)),
            changes: Vec::new(),
            scroll: 0,
            warning: format!("It would become: {}", saved::words(&view)),
            yes: format!("replace {}", crate::tui::widget::text::fit(&view.name, 30)),
            effect,
            shown: None,
        })),
        _ => Applied::Effect(effect),
    })
}

/// Asks whether the highlighted view may be deleted.
pub(crate) fn ask_delete(state: &mut State) {
    let Overlay::Views { cursor } = state.overlay else { return };
    let Some(view) = state.settings.views.get(cursor) else { return };
    let question = Question {
        title: "Delete?",
        found: format!("View \"{}\": {}", view.name, saved::words(view)),
        changes: Vec::new(),
        scroll: 0,
        warning: format!("It would be deleted from {SETTINGS_FILE}."),
        yes: format!("delete {}", crate::tui::widget::text::fit(&view.name, 30)),
        effect: Effect::ChangeViews(Box::new(ViewChange::Remove(view.name.clone()))),
        shown: None,
    };
    state.overlay = Overlay::Question(Box::new(question));
}

/// Reports that the views were changed, or why not.
pub(crate) fn changed(state: &mut State, change: &ViewChange, result: Result<PathBuf, Error>) {
    match result {
        Ok(path) => {
            let (name, path) = (change.name(), path.display());
            let text = match change {
                ViewChange::Put(_) => format!("Saved view \"{name}\" in {path}"),
                ViewChange::Remove(_) => format!("Deleted view \"{name}\" from {path}"),
            };
            state.say(NoticeKind::Done, text);
            // The file is read again too; until then this is what it says.
            let mut settings = (*state.settings).clone();
            change.apply(&mut settings.views);
            state.settings = settings.into();
        }
        Err(error) => {
            let text = format!("The view was not changed: {}", error.one_line());
            state.say(NoticeKind::Refused, text);
        }
    }
}
