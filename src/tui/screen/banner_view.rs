//! The banner's place on the screen.

use ratatui::layout::Rect;

use super::banner;
use crate::tui::keys::action::Action;
use crate::tui::state::State;
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::theme::Theme;

/// Draws the banner.
pub fn render(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.mark(area, Spot::Key(Action::Findings));
    for (line, y) in banner::lines(state).iter().zip(area.top()..area.bottom()) {
        canvas.set_stringn(area.x, y, line, usize::from(area.width), theme.bad());
    }
}
