//! The order of the list on the screen, and the menu of its columns.

use super::layout;
use super::row::SortField;
use crate::domain::width::Width;
use crate::tui::state::{Overlay, State};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::list_order::{ListOrder, SortColumn};
use crate::tui::widget::menu;
use crate::tui::widget::text::left;
use crate::tui::widget::theme::Theme;

fn field(state: &State) -> Option<&'static SortField> {
    state.screen.row().list.sort.as_ref()
}

/// Returns how many columns the list can be sorted by.
pub fn len(state: &State) -> usize {
    field(state).map_or(0, |field| (field.columns)().len())
}

/// Opens the menu at the column that the list is sorted by.
pub fn open(state: &mut State) {
    if let Some(field) = field(state) {
        state.overlay = Overlay::Sort { cursor: (field.order)(state).column };
    }
}

/// Sorts by the highlighted column; the other way round where it is the one already.
pub fn choose(state: &mut State) {
    let Overlay::Sort { cursor } = state.overlay else { return };
    state.overlay = Overlay::None;
    sort_by(state, cursor);
}

/// Sorts by a column; the other way round where it is the one already.
pub fn sort_by(state: &mut State, column: usize) {
    let Some(field) = field(state) else { return };
    let before = (field.order)(state);
    let order = match before.column == column {
        true => before.reversed(),
        false => ListOrder::by(column, &(field.columns)()),
    };
    (field.set)(state, order);
}

/// Turns the order round.
pub fn reverse(state: &mut State) {
    if let Some(field) = field(state) {
        let order = (field.order)(state).reversed();
        (field.set)(state, order);
    }
}

/// Draws the menu over the list.
pub fn render(state: &State, theme: Theme, cursor: usize, canvas: &mut Canvas<'_>) {
    let Some(field) = field(state) else { return };
    let (columns, order) = ((field.columns)(), (field.order)(state));
    let widest = columns.iter().map(|column| column.name.width()).max().unwrap_or_default();
    let line = |(place, column): (usize, &SortColumn)| {
        let arrow = match (place == order.column, order.descending) {
            (true, true) => "↓",
            (true, false) => "↑",
            (false, _) => " ",
        };
        format!("{} {arrow} ", left(column.name, widest))
    };
    let lines: Vec<String> = columns.iter().enumerate().map(line).collect();
    menu::render("Sort by", &lines, cursor, theme, layout::body(state), canvas);
}
