//! The mouse: what a click, a drag and the wheel do. What is under it says the screen itself
//! ([`crate::tui::widget::canvas`]).
//!
//! - [`clicks`]: which presses of the button are a double click, and which came too close to another.
//! - [`gestures`]: what can be done, for the help page and the manual.
//! - `update`: what it does to the state.

pub mod clicks;
pub mod gestures;
pub(crate) mod update;

use std::time::Instant;

use ratatui::layout::Rect;

use crate::tui::event::Effect;
use crate::tui::state::State;
use clicks::Clicks;

/// What is kept of the mouse between two events.
#[derive(Debug, Clone)]
pub struct MouseState {
    /// True where the terminal was told to report it.
    pub reported: bool,
    pub(crate) clicks: Clicks,
    /// The divider is being dragged, by a border so many columns or rows before the detail's.
    pub(crate) dragged: Option<u16>,
    /// Where the open dialog or question was drawn last, and since when. What moves under the pointer was
    /// not meant.
    pub(crate) in_place: Option<(Rect, Instant)>,
}

impl MouseState {
    /// Returns the state before anything was clicked.
    pub fn new(reported: bool) -> Self {
        Self { reported, clicks: Clicks::default(), dragged: None, in_place: None }
    }

    /// Takes note of where a dialog or a question has been drawn, if one is open.
    pub(crate) fn drawn(&mut self, area: Option<Rect>, at: Instant) {
        self.in_place = match (area, self.in_place) {
            (Some(area), Some((before, since))) if area == before => Some((before, since)),
            (area, _) => area.map(|area| (area, at)),
        };
    }

    /// True while the divider is being dragged.
    pub fn is_dragging(&self) -> bool {
        self.dragged.is_some()
    }
}

/// Has the terminal report the mouse, or keep it, where the settings say otherwise than before.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    let wanted = state.settings.mouse;
    if state.mouse.reported == wanted {
        return None;
    }
    state.mouse = MouseState::new(wanted);
    Some(Effect::ReportMouse(wanted))
}
