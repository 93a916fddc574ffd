//! The banner's place on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::banner;
use crate::tui::state::State;
use crate::tui::widget::theme::Theme;

/// Draws the banner.
pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    for (line, y) in banner::lines(state).iter().zip(area.top()..area.bottom()) {
        buffer.set_stringn(area.x, y, line, usize::from(area.width), theme.bad());
    }
}
