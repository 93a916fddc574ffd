//! What a key can ask for, and who takes the keys.

use crate::tui::screen::id::Screen;
use crate::tui::state::{Overlay, State};
use crate::workspace::Target;

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
    /// What-if: the line's value a step up or down.
    More,
    Less,
    /// What-if: take the line's change back.
    Clear,
    /// What-if: everything as today.
    Reset,
    /// What-if: keep the changes under a name.
    Keep,
    /// What-if: lay the selected variant beside.
    Beside,
    /// What-if: the command that repeats it.
    Command,
    /// What-if: write the file with the changes in it.
    Write(Target),
    /// Take the text that was typed.
    Take,
    /// Write over the file that is there.
    WriteOver,
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
    /// Draw everything again.
    Redraw,
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

impl Action {
    /// True where it only moves, so that a key held down may repeat it.
    pub fn moves(self) -> bool {
        let lists = matches!(self, Self::Down | Self::Up | Self::PageDown | Self::PageUp);
        lists || matches!(self, Self::More | Self::Less)
    }

    /// True where it leads to a decision, changes or writes something, or ends the program: none of
    /// this is done by keys that arrived as pasted text. (What is left of such a text after the
    /// program has ended would be typed into the shell.)
    pub fn changes_something(self) -> bool {
        let decides = matches!(
            self,
            Self::Approve
                | Self::Reject
                | Self::Override
                | Self::Defer
                | Self::Undo
                | Self::Confirm
                | Self::ReadAgain
                | Self::NextChoice
                | Self::PreviousChoice
                | Self::Reason(_)
                | Self::Pick
                | Self::PickRange
                | Self::PickAll
        );
        let tries_out = matches!(
            self,
            Self::More | Self::Less | Self::Clear | Self::Reset | Self::Keep | Self::Beside
        );
        let writes = matches!(self, Self::Write(_) | Self::Take | Self::WriteOver);
        decides || tries_out || writes || self == Self::Quit
    }
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
    /// A text field of the What-if screen.
    Prompt,
    /// The question whether a file may be written over.
    WriteOver,
    /// A window in which nothing is shown but how much room it takes: what cannot be seen is not
    /// done either.
    TooSmall,
    /// Anywhere.
    Any,
}

impl Context {
    /// True where letters are text.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Filter | Self::Text | Self::Prompt)
    }

    /// The one that takes the keys now.
    pub fn of(state: &State) -> Self {
        if state.too_small() {
            return Self::TooSmall;
        }
        match &state.overlay {
            Overlay::None => Self::Browse,
            Overlay::Filter { .. } => Self::Filter,
            Overlay::Sort { .. } => Self::Sort,
            Overlay::Help { .. }
            | Overlay::Findings { .. }
            | Overlay::Command { .. }
            | Overlay::Outcome { .. } => Self::Page,
            Overlay::Prompt(_) => Self::Prompt,
            Overlay::WriteOver(_) => Self::WriteOver,
            Overlay::Decide(dialog) if dialog.in_text() => Self::Text,
            Overlay::Decide(_) => Self::Dialog,
        }
    }
}
