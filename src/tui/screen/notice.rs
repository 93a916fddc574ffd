//! The message at the foot of the screen.

use crate::tui::state::{Overlay, State};
use crate::tui::widget::text::{fit, wrap};

/// The most lines that a message takes.
const MOST: usize = 3;

/// The message in lines, without its sign. None while there is no message, or the filter is in its
/// place.
pub fn lines(state: &State) -> Vec<String> {
    let Some(notice) = &state.notice else { return Vec::new() };
    if matches!(state.overlay, Overlay::Filter { .. }) {
        return Vec::new();
    }
    let width = usize::from(state.size.0).saturating_sub(4);
    let mut lines = wrap(&notice.text, width);
    if lines.len() > MOST {
        lines.truncate(MOST);
        if let Some(last) = lines.last_mut() {
            *last = fit(&format!("{last} …"), width);
        }
    }
    lines
}
