//! The menu of columns: which are shown, and in which order.

use super::columns::ColumnId;
use super::list_view::{applies, fitted_on_screen};
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::menu;
use crate::tui::widget::theme::Theme;

/// Draws the menu of columns over the list. A column that is on and not on the screen says why.
pub fn render(state: &State, theme: Theme, cursor: usize, canvas: &mut Canvas<'_>) {
    let columns = state.list().columns.all();
    let fitted = fitted_on_screen(state);
    let line = |(id, on): (ColumnId, bool)| {
        let is_shown = fitted.columns.iter().any(|fitted| fitted.column.id == id);
        let why_not = match on && !is_shown {
            true if applies(state, id) => "no room",
            true => "not used",
            false => "",
        };
        format!("{} {:<17} {why_not:<9}", if on { "✓" } else { " " }, id.column().name)
    };
    let lines: Vec<String> = columns.map(line).collect();
    let title = format!("Columns of {}", state.screen.row().title);
    menu::render(&title, &lines, cursor, theme, layout::body(state), canvas);
}
