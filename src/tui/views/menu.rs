//! The menu of views.

use ratatui::buffer::Buffer;

use super::saved;
use crate::domain::text::escape_controls;
use crate::domain::width::Width;
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::menu;
use crate::tui::widget::text::{fit, left};
use crate::tui::widget::theme::Theme;

/// The most columns of a name.
const NAME: usize = 24;

/// Draws the menu over the screen.
pub fn render(state: &State, theme: Theme, cursor: usize, buffer: &mut Buffer) {
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
    if lines.is_empty() {
        lines.push("No saved view yet; n saves what is shown ".to_owned());
    }
    menu::render("Views", &lines, cursor, theme, body, buffer);
}
