//! What the dashboard does where the user's settings change: all of them hold from the next frame on.

use std::sync::Arc;

use crate::domain::suggestion::{did_you_mean, most_similar, shortened};
use crate::settings::{Mistake, Problem, Reading, Settings};
use crate::tui::act::show_screen;
use crate::tui::customers::configured;
use crate::tui::keys::keymap::Keymap;
use crate::tui::screen::id::Screen;
use crate::tui::state::{NoticeKind, State};

const IN_USE: &str = "Settings updated";
const FIXED: &str = "The settings file has no errors now";
const AT_NEXT_START: &str = "Settings updated; reviewer, data and ledger apply from the next start";

/// Takes over what the settings file says when the dashboard is opened; what has an error is as it is
/// without a file.
pub fn start(state: &mut State, reading: &Reading) {
    apply(state, Arc::new(reading.settings.clone()));
    state.settings_mistakes.clone_from(&reading.mistakes);
    state.settings_never_good = !reading.mistakes.is_empty();
}

/// Opens on the screen that the settings name, whichever was open last.
pub fn open(state: &mut State) {
    if let Some(Ok(screen)) = state.settings.start.as_deref().map(str::parse) {
        show_screen(state, screen);
    }
}

/// Takes in what the settings file says now. One that cannot be used changes nothing but the banner.
pub(crate) fn take(state: &mut State, read: Result<Arc<Settings>, Vec<Mistake>>) {
    match read {
        Ok(settings) => {
            let fixed = !std::mem::take(&mut state.settings_mistakes).is_empty();
            state.settings_never_good = false;
            let before = &state.settings;
            let changed = *before != settings;
            // Who decides, and where, stays what the dashboard was opened with.
            let at_start = (&before.reviewer, &before.data, &before.data_paths)
                != (&settings.reviewer, &settings.data, &settings.data_paths);
            apply(state, settings);
            if at_start {
                state.say(NoticeKind::News, AT_NEXT_START);
            } else if changed {
                state.say(NoticeKind::News, IN_USE);
            } else if fixed {
                state.say(NoticeKind::News, FIXED);
            }
        }
        Err(mistakes) => {
            state.settings_mistakes = mistakes;
            // Beside the banner, what was said of the file before is wrong.
            let is_old = |text: &str| [IN_USE, FIXED, AT_NEXT_START].contains(&text);
            state.notice.take_if(|notice| is_old(&notice.text));
        }
    }
}

/// Puts settings to use. Whatever is made from them is made here, so that it always is what holds.
pub fn apply(state: &mut State, settings: Arc<Settings>) {
    state.keymap = Arc::new(Keymap::under(&settings));
    let before = std::mem::replace(&mut state.settings, settings);
    if before.keys != state.settings.keys {
        state.unseen();
    }
    configured::settings_changed(state, &before);
}

/// Returns why the dashboard cannot open on the screen that the settings name.
pub(crate) fn problems(settings: &Settings) -> Vec<Problem> {
    let Some(start) = &settings.start else { return Vec::new() };
    if start.parse::<Screen>().is_ok() {
        return Vec::new();
    }
    let names: Vec<&str> = Screen::ALL.iter().map(|screen| screen.into()).collect();
    let near = most_similar(start, names.iter().copied());
    let near = near.first().filter(|near| strsim::jaro_winkler(near, start) >= 0.8);
    let meant = near.and_then(|near| did_you_mean(&[near]));
    let meant = meant.unwrap_or_else(|| format!("the screens are {}", names.join(", ")));
    let message = format!("unknown screen {:?}; {meant}", shortened(start));
    vec![Problem { path: vec!["start".to_owned()], message }]
}
