//! What a key can ask for, and who takes the keys.

use crate::tui::first_start;
use crate::tui::screen::id::Screen;
use crate::tui::state::{Overlay, State};
use crate::workspace::Target;

/// Something that a key asks for. Its name in the settings is made from that of the variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumDiscriminants, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[strum_discriminants(name(ActionKind), derive(strum::VariantArray))]
#[strum_discriminants(doc = "An action without what it is about, to list all of them.")]
pub enum Action {
    /// Moves down by a line.
    Down,
    /// Moves up by a line.
    Up,
    /// Moves down by a page.
    PageDown,
    /// Moves up by a page.
    PageUp,
    /// Moves to the first line.
    First,
    /// Moves to the last line.
    Last,
    /// Opens the detail.
    Open,
    /// Goes back to the list, or clears what narrows it.
    Back,
    /// Goes back to where the last jump came from.
    JumpBack,
    /// Switches between list and detail.
    SwitchPane,
    /// Opens or folds the selected section of the detail.
    Fold,
    /// Opens or folds all sections of the detail.
    FoldAll,
    /// Shows a screen.
    Show(Screen),
    /// Activity: lists other kinds of lines.
    Kinds,
    /// Activity: goes to the customer of the line.
    GoToCustomer,
    /// Lists the customers behind the line.
    #[strum(serialize = "list-customers")]
    ShowCustomers,
    /// Portfolio: shows what ends the experiment of the line as its result says, to be confirmed.
    EndExperiment,
    /// Opens the dialog to approve.
    Approve,
    /// Opens the dialog to reject.
    Reject,
    /// Opens the dialog to override.
    Override,
    /// Opens the dialog to defer.
    Defer,
    /// Opens the dialog of the decision that was proposed.
    FollowProposal,
    /// Opens the dialog to propose a playbook.
    Propose,
    /// Opens the dialog to undo a decision.
    Undo,
    /// What-if: edits the line, or applies a saved scenario.
    Edit,
    /// What-if: raises the value to the next change.
    #[strum(serialize = "raise")]
    More,
    /// What-if: lowers the value to the next change.
    #[strum(serialize = "lower")]
    Less,
    /// What-if: raises the value by a round step.
    #[strum(serialize = "raise-round")]
    RoundMore,
    /// What-if: lowers the value by a round step.
    #[strum(serialize = "lower-round")]
    RoundLess,
    /// What-if: resets the line, or deletes a saved scenario.
    #[strum(serialize = "reset-line")]
    Clear,
    /// What-if: resets all lines.
    #[strum(serialize = "reset-all")]
    Reset,
    /// What-if: keeps the changes under a name.
    #[strum(serialize = "name-scenario")]
    Keep,
    /// What-if: applies the scenario that was saved last.
    #[strum(serialize = "apply-last-scenario")]
    ApplyLast,
    /// What-if: compares with the selected scenario.
    Compare,
    /// What-if: shows the equivalent command.
    Command,
    /// What-if: writes the file with the changes in it.
    Write(Target),
    /// First start: shows what would be written for the files that are there.
    SetUp,
    /// First start: writes it.
    WriteSetup,
    /// First start: does what is selected.
    OpenChoice,
    /// First start: opens the demo.
    OpenDemo,
    /// First start: asks for another directory.
    AskDirectory,
    /// Completes the path that is typed.
    CompletePath,
    /// Applies the text that was typed.
    Apply,
    /// Says yes to the question.
    Yes,
    /// Selects the customer for a decision about several.
    #[strum(serialize = "select")]
    Pick,
    /// Selects all from the one toggled last.
    #[strum(serialize = "select-range")]
    PickRange,
    /// Selects all that match the filter.
    #[strum(serialize = "select-all")]
    PickAll,
    /// Shows the next scope: whose work the lists hold.
    NextScope,
    /// Opens the menu of columns.
    Columns,
    /// Turns the highlighted column on or off.
    ToggleColumn,
    /// Moves the highlighted column up.
    #[strum(serialize = "move-column-left")]
    ColumnUp,
    /// Moves the highlighted column down.
    #[strum(serialize = "move-column-right")]
    ColumnDown,
    /// Shows the columns as at first.
    ResetColumns,
    /// Scrolls the columns to the right.
    ScrollRight,
    /// Scrolls the columns to the left.
    ScrollLeft,
    /// Opens the palette.
    Palette,
    /// Does what the highlighted entry of the palette is for.
    RunEntry,
    /// Opens the menu of views.
    Views,
    /// Shows the highlighted view.
    ShowView,
    /// Shows the view with a number, from 1.
    NthView(u8),
    /// Asks for a name to save what is shown as a view.
    SaveView,
    /// Asks whether the highlighted view may be deleted.
    DeleteView,
    /// Asks for a path to write the list to.
    ExportList,
    /// Asks for a path to write the report to.
    ExportReport,
    /// Opens the filter.
    Filter,
    /// Opens the menu of sort columns.
    Sort,
    /// Reverses the order.
    ReverseSort,
    /// Copies the id of the line.
    Copy,
    /// Copies the detail of the line.
    CopyDetail,
    /// Opens the file behind the line in the user's editor.
    EditFile,
    /// Reads all files again.
    Reload,
    /// Draws everything again.
    Redraw,
    /// Opens the page of findings.
    Findings,
    /// Opens the page of keys.
    Help,
    /// Opens the page of all keys.
    HelpAll,
    /// Searches the page of keys.
    Search,
    /// Keeps the search that was typed.
    KeepSearch,
    /// Clears the search.
    #[strum(serialize = "clear-search")]
    DropSearch,
    /// Suspends the program.
    Suspend,
    /// Closes the detail where it covers the list, else ends the program.
    #[strum(serialize = "quit")]
    Leave,
    /// Ends the program.
    #[strum(serialize = "quit-now")]
    Quit,
    /// Keeps the filter that was typed.
    KeepFilter,
    /// Clears the filter.
    #[strum(serialize = "clear-filter")]
    DropFilter,
    /// Sorts by the column.
    Choose,
    /// Closes what lies over the screen.
    Close,
    /// Confirms the decision.
    Confirm,
    /// Reviews new numbers, else goes to the next field.
    #[strum(serialize = "review")]
    ReadAgain,
    /// Goes to the next field.
    NextField,
    /// Goes to the previous field.
    PreviousField,
    /// Chooses the next playbook, reason or date.
    NextChoice,
    /// Chooses the previous playbook, reason or date.
    PreviousChoice,
    /// Chooses the reason with a number, from 1.
    Reason(u8),
}

impl Action {
    /// True where it only moves, so that a key held down may repeat it.
    pub fn moves(self) -> bool {
        let lists = matches!(self, Self::Down | Self::Up | Self::PageDown | Self::PageUp);
        lists || matches!(self, Self::More | Self::Less | Self::RoundMore | Self::RoundLess)
    }

    /// True for what the screens and what lies over them have alike, each with keys of its own.
    pub(super) fn is_shared(self) -> bool {
        let moves = matches!(self, Self::Down | Self::Up | Self::PageDown | Self::PageUp);
        moves || matches!(self, Self::First | Self::Last | Self::Choose | Self::Close | Self::Copy)
    }

    /// True where it confirms what has been read: a decision, or that something is replaced or deleted.
    pub(super) fn confirms(self) -> bool {
        matches!(self, Self::Confirm | Self::Yes)
    }

    /// True where it closes what lies over a screen, whatever else it does.
    pub(super) fn closes(self) -> bool {
        let keeps = matches!(self, Self::KeepFilter | Self::KeepSearch);
        keeps || matches!(self, Self::Close | Self::DropFilter | Self::DropSearch)
    }

    /// True where keys that arrived as pasted text do not do it: what changes something, and what
    /// reaches other programs.
    pub fn is_ignored_in_paste(self) -> bool {
        self.changes_something() || matches!(self, Self::Copy | Self::CopyDetail | Self::EditFile)
    }

    /// True where it leads to a decision, changes or writes something, or ends the program. (What is
    /// left of a pasted text after the program has ended would be typed into the shell.)
    pub fn changes_something(self) -> bool {
        let decides = matches!(
            self,
            Self::Approve
                | Self::Reject
                | Self::Override
                | Self::Defer
                | Self::FollowProposal
                | Self::Propose
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
            Self::More
                | Self::Less
                | Self::RoundMore
                | Self::RoundLess
                | Self::Clear
                | Self::Reset
                | Self::Keep
                | Self::ApplyLast
                | Self::Compare
                | Self::Edit
        );
        let keeps = matches!(
            self,
            Self::SaveView | Self::DeleteView | Self::ExportList | Self::ExportReport
        );
        let writes =
            keeps || matches!(self, Self::Write(_) | Self::Apply | Self::Yes | Self::EndExperiment);
        let opens =
            matches!(self, Self::OpenChoice | Self::WriteSetup | Self::OpenDemo | Self::RunEntry);
        decides || tries_out || writes || opens || matches!(self, Self::Leave | Self::Quit)
    }
}

/// Who takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Context {
    /// The screen itself.
    Browse,
    /// The page that is shown where the needed files are missing.
    FirstStart,
    /// The dialog that shows what would be written there.
    Setup,
    /// The filter's text field.
    Filter,
    /// The menu of sort columns.
    Sort,
    /// The menu of columns.
    Columns,
    /// The palette.
    Palette,
    /// The menu of views.
    Views,
    /// A page of text over the screen.
    Page,
    /// The text field that searches the page of keys.
    Search,
    /// A decision's dialog, no text field focused.
    Dialog,
    /// A text field of a decision's dialog.
    Text,
    /// A text field for a value, a name or a path.
    Prompt,
    /// A question that is answered with yes or no.
    Question,
    /// A window in which nothing is shown but how much room it takes: what cannot be seen is not
    /// done either.
    TooSmall,
    /// Anywhere.
    Any,
}

impl Context {
    /// True where letters are text.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Filter | Self::Search | Self::Text | Self::Prompt | Self::Palette)
    }

    /// The one that takes the keys now.
    pub fn of(state: &State) -> Self {
        if state.too_small() {
            return Self::TooSmall;
        }
        match &state.overlay {
            Overlay::None if first_start::shown(state).is_some() => {
                if state.first_start.setup.is_some() { Self::Setup } else { Self::FirstStart }
            }
            Overlay::None => Self::Browse,
            Overlay::Filter { .. } => Self::Filter,
            Overlay::Sort { .. } => Self::Sort,
            Overlay::Columns { .. } => Self::Columns,
            Overlay::Palette(_) => Self::Palette,
            Overlay::Views { .. } => Self::Views,
            Overlay::Help { shown, .. } if shown.typing => Self::Search,
            Overlay::Help { .. }
            | Overlay::Findings { .. }
            | Overlay::Command { .. }
            | Overlay::Outcome { .. } => Self::Page,
            Overlay::Prompt(_) => Self::Prompt,
            Overlay::Question(_) => Self::Question,
            Overlay::Decide(dialog) if dialog.in_text() => Self::Text,
            Overlay::Decide(_) => Self::Dialog,
        }
    }
}
