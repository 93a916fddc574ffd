//! The menu of views.

use super::saved;
use super::update::no_views;
use crate::domain::text::escape_controls;
use crate::domain::width::Width;
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::menu;
use crate::tui::widget::text::{fit, left};
use crate::tui::widget::theme::Theme;

/// The most columns of a name.
const NAME: usize = 24;

/// Draws the menu over the screen.
pub fn render(state: &State, theme: Theme, cursor: usize, canvas: &mut Canvas<'_>) {
    let body = layout::body(state);
    let views = &state.settings.views;
    let widest = views.iter().map(|view| view.name.width()).max().unwrap_or_default().min(NAME);
    let room = usize::from(body.width).saturating_sub(widest + 12);
    let lines = views.iter().enumerate().map(|(place, view)| {
        let number = if place < 9 { (place + 1).to_string() } else { " ".to_owned() };
        let name = left(&escape_controls(&view.name), widest);
        format!("{number} {name}  {} ", fit(&escape_controls(&saved::words(view)), room))
    });
    let mut lines: Vec<String> = lines.collect();
    lines.extend(no_views(state).map(|text| format!("{text} ")));
    menu::render("Views", &lines, cursor, theme, body, canvas);
}
