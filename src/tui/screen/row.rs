//! A row of `SCREENS`: what a screen is called, what it shows, and what its keys act on.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::id::Screen;
use crate::tui::event::Effect;
use crate::tui::export::table::Table;
use crate::tui::keys::action::Action;
use crate::tui::keys::key::Key;
use crate::tui::keys::keymap::{Bound, Keymap};
use crate::tui::state::State;
use crate::tui::subject::Subject;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::detail_text::DetailText;
use crate::tui::widget::list_order::{ListOrder, SortColumn};
use crate::tui::widget::theme::Theme;

/// A screen. Every member is needed: a screen without one of them does not compile.
pub struct ScreenRow {
    /// The screen.
    pub screen: Screen,
    /// The key that shows it, until the user changes it.
    pub key: Key,
    /// Its title in the tabs.
    pub title: &'static str,
    /// What it is for, in one sentence.
    pub help: &'static str,
    /// The number in its tab, if it has one.
    pub count: Option<Count>,
    /// The list.
    pub list: ListPane,
    /// The pane beside the list.
    pub detail: DetailPane,
    /// What follows from an event.
    pub update: Update,
    /// Draws the list into an area.
    pub render: fn(&State, Theme, Rect, &mut Canvas<'_>),
}

impl ScreenRow {
    /// The key that shows the screen, as it is written.
    pub fn key_name(&self, keymap: &Keymap) -> String {
        keymap.of(Action::Show(self.screen), self.screen).map(Bound::key_name).unwrap_or_default()
    }

    /// The title with the key: `What-if (5)`.
    pub fn with_key(&self, keymap: &Keymap) -> String {
        match self.key_name(keymap) {
            key if key.is_empty() => self.title.to_owned(),
            key => format!("{} ({key})", self.title),
        }
    }
}

/// How many things a screen lists; `None` while that is not known.
pub type Count = fn(&State) -> Option<usize>;

/// The list of a screen, as the moving keys see it.
pub struct ListPane {
    /// How many lines it has.
    pub len: fn(&State) -> usize,
    /// The selected line, counted from 0.
    pub cursor: fn(&State) -> usize,
    /// Selects a line, or the nearest one that can be selected.
    pub select: fn(&mut State, usize),
    /// Moves the window of so many lines so that the selection is in it.
    pub scroll: fn(&mut State, usize),
    /// Moves the window of so many lines by some lines, and the selection only as far as it takes for
    /// that to be in it.
    pub wheel: fn(&mut State, isize, usize),
    /// The filter, where the list has one.
    pub filter: Option<FilterField>,
    /// The order, where it can be chosen.
    pub sort: Option<SortField>,
    /// What the selected line is about, where that has an id or a file.
    pub subject: fn(&State) -> Option<Subject>,
    /// The customers behind the selected line, where that is a line about customers.
    pub customers: Option<CustomersBehind>,
    /// The lines as a table for a file, as they are filtered and sorted, where the list has one.
    pub export: Option<ExportList>,
}

/// The filter that leaves the customers behind the selected line, or why there are none.
pub type CustomersBehind = fn(&State) -> Result<String, String>;

/// The list as a table, or why it cannot be one now.
pub type ExportList = fn(&State) -> Result<Table, String>;

/// The filter of a list.
pub struct FilterField {
    /// What was typed.
    pub text: fn(&State) -> &str,
    /// Sets another text.
    pub set: fn(&mut State, String),
    /// What of a text is not understood, in one line; for a reviewer.
    pub problem: fn(&str, &str) -> Option<String>,
    /// The terms in few words, for the footer; may be empty.
    pub hint: &'static str,
    /// The terms in full, for the help page.
    pub help: &'static str,
}

/// The order of a list.
pub struct SortField {
    /// The columns that it can be sorted by, in the order of the menu.
    pub columns: fn() -> Vec<SortColumn>,
    /// The order that is wanted.
    pub order: fn(&State) -> ListOrder,
    /// The order until someone chooses another.
    pub usual: fn(&State) -> ListOrder,
    /// Sets another order.
    pub set: fn(&mut State, ListOrder),
}

/// The pane beside the list: what the selected line says in full.
pub struct DetailPane {
    /// The title.
    pub title: fn(&State, Theme) -> Line<'static>,
    /// The text, in lines of at most so many columns.
    pub text: fn(&State, u16, Theme) -> DetailText,
}

/// What follows from an event, while the screen is shown.
pub struct Update {
    /// Puts the selection back on its line where lines came or went.
    pub keep_selection: fn(&mut State),
    /// Work that the screen needs done elsewhere and did not ask for yet.
    pub pending_effect: fn(&mut State) -> Option<Effect>,
}
