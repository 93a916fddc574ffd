//! What a key can ask for, and who takes the keys.

use super::list::Screen;
use super::state::{Overlay, State};

/// Something that a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Open,
    Back,
    SwitchPane,
    Show(Screen),
    /// Activity: which kinds of lines are listed.
    Kinds,
    /// Activity: to the customer of the line.
    GoToCustomer,
    Approve,
    Reject,
    Override,
    Defer,
    Undo,
    /// Pick the selected customer for a decision about several.
    Pick,
    PickRange,
    PickAll,
    /// Narrow the list to what the reviewer may decide.
    Mine,
    Filter,
    Sort,
    ReverseSort,
    Reload,
    Findings,
    Help,
    Suspend,
    Quit,
    KeepFilter,
    DropFilter,
    Choose,
    Close,
    Confirm,
    ReadAgain,
    NextField,
    PreviousField,
    NextChoice,
    PreviousChoice,
    /// The reason with that number, from 1.
    Reason(u8),
}

/// Who takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// The screen itself.
    Browse,
    /// The filter's text field.
    Filter,
    /// The choice of the sort column.
    Sort,
    /// A page of text over the screen.
    Page,
    /// A decision's dialog, no text field focused.
    Dialog,
    /// A text field of a decision's dialog.
    Text,
    /// A window in which nothing is shown but how much room it takes: what cannot be seen is not
    /// done either.
    TooSmall,
    /// Anywhere.
    Any,
}

impl Context {
    /// The one that takes the keys now.
    pub fn of(state: &State) -> Self {
        if state.too_small() {
            return Self::TooSmall;
        }
        match &state.overlay {
            Overlay::None => Self::Browse,
            Overlay::Filter { .. } => Self::Filter,
            Overlay::Sort { .. } => Self::Sort,
            Overlay::Help { .. } | Overlay::Findings { .. } | Overlay::Outcome { .. } => Self::Page,
            Overlay::Decide(dialog) if dialog.in_text() => Self::Text,
            Overlay::Decide(_) => Self::Dialog,
        }
    }
}
