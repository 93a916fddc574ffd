//! A key as it arrived, and whether it can confirm what is on the screen.

use std::time::{Duration, Instant};

use crate::tui::runtime::input::{Pace, Stroke};

/// How long the numbers of a dialog stand on the screen before a key can confirm them.
const READ_FOR: Duration = Duration::from_millis(150);

/// A key as it arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Press {
    pub stroke: Stroke,
    pub at: Instant,
    pub pace: Pace,
}

impl Press {
    /// Checks that the key can confirm what has been on the screen since then.
    ///
    /// # Errors
    /// Why not: it came before the screen can have been read, or together with other keys.
    pub fn confirms(&self, shown: Option<Instant>) -> Result<(), String> {
        let read = shown.is_some_and(|shown| self.at >= shown + READ_FOR);
        match (read, self.pace) {
            (true, Pace::Single) => Ok(()),
            (false, _) => Err("That key came too soon to confirm; press it again".to_owned()),
            (true, _) => {
                Err("That key came together with others; press it again on its own".to_owned())
            }
        }
    }
}
