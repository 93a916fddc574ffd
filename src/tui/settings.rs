//! What the dashboard does where the user's settings change: all of them hold from the next frame on.

use std::sync::Arc;

use crate::settings::{Mistake, Reading, Settings};
use crate::tui::act::show_screen;
use crate::tui::keys::keymap::Keymap;
use crate::tui::state::{NoticeKind, State};

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
            let changed = state.settings != settings;
            apply(state, settings);
            if changed {
                state.say(NoticeKind::News, "Your settings changed and are in use");
            } else if fixed {
                state.say(NoticeKind::News, "The settings file has no errors now");
            }
        }
        Err(mistakes) => state.settings_mistakes = mistakes,
    }
}

/// Puts settings to use. Whatever is made from them is made here, so that it always is what holds.
pub fn apply(state: &mut State, settings: Arc<Settings>) {
    state.keymap = Arc::new(Keymap::under(&settings));
    state.settings = settings;
}
