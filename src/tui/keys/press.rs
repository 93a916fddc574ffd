//! A key or a click as it arrived, and whether it can confirm what is on the screen.

use std::time::{Duration, Instant};

use crate::tui::runtime::input::Pace;

/// How long the numbers of a dialog stand on the screen before they can be confirmed.
const READ_FOR: Duration = Duration::from_millis(150);

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    Key,
    Click,
}

/// A key or a click as it arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Press {
    pub by: Means,
    pub at: Instant,
    pub pace: Pace,
    /// Of a click: since when what is confirmed has been in its place.
    pub in_place: Option<Instant>,
}

impl Press {
    /// Checks that it can confirm what has been on the screen since then.
    ///
    /// # Errors
    /// Why not: it came before the screen can have been read, or together with others.
    pub fn confirms(&self, shown: Option<Instant>) -> Result<(), String> {
        let read = shown.is_some_and(|shown| {
            let since = self.in_place.map_or(shown, |moved| shown.max(moved));
            self.at >= since + READ_FOR
        });
        let why = match (read, self.pace, self.by) {
            (true, Pace::Single, _) => return Ok(()),
            (false, _, Means::Key) => "That key came too soon to confirm; press it again",
            (true, _, Means::Key) => {
                "That key came together with others; press it again on its own"
            }
            (false, _, Means::Click) => "That click came too soon to confirm; click again",
            (true, _, Means::Click) => "That click came right after another one; click again",
        };
        Err(why.to_owned())
    }
}
