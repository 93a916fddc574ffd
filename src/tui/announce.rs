//! Announces what is new and waits for the reviewer: by the terminal's bell, or on the desktop.

use jiff::{SignedDuration, Timestamp};

use crate::settings::Notify;
use crate::tui::event::{Effect, NewForMe};
use crate::tui::state::State;

/// So long is at least between two announcements; what comes meanwhile is told together.
const EVERY: SignedDuration = SignedDuration::from_secs(5);

/// What is to be announced, and when something was.
#[derive(Debug, Clone, Default)]
pub struct Announcements {
    waiting: NewForMe,
    last: Option<Timestamp>,
}

impl Announcements {
    /// When the next one is due; `None` where nothing is to be announced.
    pub fn due(&self) -> Option<Timestamp> {
        (self.waiting.count > 0).then(|| self.last.map_or(Timestamp::MIN, |last| last + EVERY))
    }
}

/// Takes in what a view brought.
pub(crate) fn take(state: &mut State, new: NewForMe) {
    if state.settings.notify == Notify::Off {
        state.announcements.waiting = NewForMe::default();
        return;
    }
    let waiting = &mut state.announcements.waiting;
    waiting.count += new.count;
    if waiting.first.is_empty() {
        waiting.first = new.first;
    }
}

/// The announcement that is due now.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    state.announcements.due().filter(|at| *at <= state.now)?;
    let new = std::mem::take(&mut state.announcements.waiting);
    let how = state.settings.notify;
    if how == Notify::Off {
        return None;
    }
    state.announcements.last = Some(state.now);
    let text = match new.count {
        1 => format!("{} needs your decision", new.first),
        2 => format!("2 customers need your decision: {} and 1 more", new.first),
        count => {
            let more = count - 1;
            format!("{count} customers need your decision: {} and {more} more", new.first)
        }
    };
    Some(Effect::Announce(how, text))
}
