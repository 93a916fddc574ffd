//! Keys of the page of a first start, and the path of another directory.

use std::path::PathBuf;

use tui_input::Input;

use super::{Choice, Setup, setup_view};
use crate::domain::Error;
use crate::starter::init::{Plan, Written};
use crate::tui::event::{Completion, Effect, Opening};
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::keymap::Keymap;
use crate::tui::screen::prompt::{Prompt, Purpose};
use crate::tui::state::{NoticeKind, Overlay, State};

/// Shows what would be written for the files of the directory.
pub(crate) fn set_up(state: &mut State) -> Option<Effect> {
    state.first_start.setup = Some(Setup::Looking);
    Some(Effect::PlanSetup(state.first_start.directory.clone()))
}

/// Takes in what would be written.
pub(crate) fn planned(state: &mut State, plan: Result<Box<Plan>, Error>) {
    // It may have been closed meanwhile.
    if state.first_start.setup.is_some() {
        state.first_start.setup = Some(match plan {
            Ok(plan) => Setup::Ready { plan, scroll: 0 },
            Err(why) => Setup::Refused(why),
        });
    }
}

/// Why nothing can be written.
pub(crate) fn cannot_write(state: &State) -> Option<String> {
    match &state.first_start.setup {
        Some(Setup::Ready { plan, .. }) if plan.missing.is_empty() => {
            Some("Nothing is missing".to_owned())
        }
        Some(Setup::Ready { .. }) => None,
        Some(Setup::Refused(_)) => Some("There is nothing to write".to_owned()),
        Some(Setup::Looking) | None => Some("The files are still being looked at".to_owned()),
    }
}

/// Why there is nothing to scroll to.
pub(crate) fn all_shown(state: &State) -> Option<String> {
    (setup_view::overflow(state) == 0).then(|| "Everything is on the screen".to_owned())
}

/// Writes what is shown.
pub(crate) fn write(state: &mut State) -> Option<Effect> {
    match state.first_start.setup.replace(Setup::Looking) {
        Some(Setup::Ready { plan, .. }) => Some(Effect::WriteSetup(plan)),
        other => {
            state.first_start.setup = other;
            None
        }
    }
}

/// Takes in what was written. That the files are there is noticed as any change is.
pub(crate) fn written(state: &mut State, result: Result<Written, Error>) {
    match result {
        Ok(written) => {
            state.first_start.setup = None;
            let files = written.files.join(", ");
            state.say(NoticeKind::Done, format!("Wrote {files}; look through them"));
        }
        Err(why) => state.first_start.setup = Some(Setup::Refused(why)),
    }
}

/// Goes to another choice, or through what would be written.
pub(crate) fn step(state: &mut State, by: isize) {
    let last = setup_view::overflow(state);
    let page = &mut state.first_start;
    if let Some(setup) = &mut page.setup {
        if let Setup::Ready { scroll, .. } = setup {
            *scroll = scroll.saturating_add_signed(by).min(last);
        }
        return;
    }
    let last = page.choices().len().saturating_sub(1);
    page.cursor = page.cursor.saturating_add_signed(by).min(last);
}

/// Does what is selected.
pub(crate) fn choose(state: &mut State) -> Option<Effect> {
    let page = &state.first_start;
    match page.choices().into_iter().nth(page.cursor)? {
        Choice::SetUp => set_up(state),
        Choice::Open(opening) => open(state, opening),
        Choice::Ask => {
            ask(state);
            None
        }
    }
}

/// Leaves the dashboard to open something in its place.
pub(crate) fn open(state: &mut State, opening: Opening) -> Option<Effect> {
    state.opening = Some(opening);
    Some(Effect::Quit)
}

/// What is expected in the field for a directory.
fn expected(keys: &Keymap) -> String {
    let key = keys.key_in(Context::Prompt, Action::CompletePath);
    format!("The path of the directory with the data files; {key} completes it.")
}

/// Asks for another directory.
pub(crate) fn ask(state: &mut State) {
    prompt(&state.keymap, String::new()).open(state);
}

fn prompt(keys: &Keymap, text: String) -> Prompt {
    let title = "Open another directory".to_owned();
    Prompt::new(Purpose::Directory, title, expected(keys), text)
}

/// Completes the path that is being typed.
pub(crate) fn complete(state: &State) -> Option<Effect> {
    let Overlay::Prompt(prompt) = &state.overlay else { return None };
    Some(Effect::CompletePath(prompt.input.value().to_owned()))
}

/// Takes in how a path goes on, unless another one is typed by now.
pub(crate) fn completed(state: &mut State, completion: Completion) {
    let Overlay::Prompt(prompt) = &mut state.overlay else { return };
    if prompt.purpose != Purpose::Directory || prompt.input.value() != completion.typed {
        return;
    }
    if completion.path != completion.typed {
        prompt.input = Input::new(completion.path);
    }
    prompt.refusal = None;
    prompt.expected = match completion.choices.as_slice() {
        [] => "No directory begins like this.".to_owned(),
        [_] => expected(&state.keymap),
        choices => choices.join("  "),
    };
}

/// Takes in whether a directory can be opened.
pub(crate) fn checked(
    state: &mut State,
    path: PathBuf,
    result: Result<(), String>,
) -> Option<Effect> {
    match result {
        Ok(()) => open(state, Opening::Directory(path)),
        Err(why) => {
            let mut prompt = prompt(&state.keymap, path.to_string_lossy().into_owned());
            prompt.refusal = Some(why);
            if matches!(state.overlay, Overlay::None) {
                prompt.open(state);
            }
            None
        }
    }
}
