//! The mouse: what a click, a drag and the wheel do. What is under it says the screen itself
//! ([`crate::tui::widget::canvas`]).
//!
//! - [`clicks`]: which presses of the button are a double click, and which came too close to another.
//! - [`gestures`]: what can be done, for the help page and the manual.
//! - `update`: what it does to the state.

pub mod clicks;
pub mod gestures;
pub(crate) mod update;

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
}

impl MouseState {
    /// Returns the state before anything was clicked.
    pub fn new(reported: bool) -> Self {
        Self { reported, clicks: Clicks::default(), dragged: None }
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
