//! Keys of the page of a first start, and the path of another directory.

use std::path::PathBuf;

use tui_input::Input;

use super::Choice;
use crate::tui::event::{Completion, Effect, Opening};
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::keymap::Keymap;
use crate::tui::screen::prompt::{Prompt, Purpose};
use crate::tui::state::{Overlay, State};

/// Goes to another choice.
pub(crate) fn step(state: &mut State, by: isize) {
    let page = &mut state.first_start;
    let last = page.choices().len().saturating_sub(1);
    page.cursor = page.cursor.saturating_add_signed(by).min(last);
}

/// Does what is selected.
pub(crate) fn choose(state: &mut State) -> Option<Effect> {
    let page = &state.first_start;
    match page.choices().into_iter().nth(page.cursor)? {
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
