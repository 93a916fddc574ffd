//! The step of the demo, under the screens.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::state::State;
use crate::tui::widget::text::{fit, wrap};
use crate::tui::widget::theme::Theme;

/// The most lines that a caption takes from the screen.
const MOST: usize = 2;

/// The caption in lines as wide as the screen; none where no demo is played.
pub fn lines(state: &State) -> Vec<String> {
    let Some(caption) = &state.caption else { return Vec::new() };
    let count = match caption.step {
        0 => String::new(),
        step => format!(" {step} of {}", caption.steps),
    };
    let width = usize::from(state.size.0).saturating_sub(4);
    let mut lines = wrap(&format!("Demo{count}: {}", caption.text), width);
    if lines.len() > MOST {
        lines.truncate(MOST);
        if let Some(last) = lines.last_mut() {
            *last = fit(&format!("{last} …"), width);
        }
    }
    let signs = ["▶"].into_iter().chain(std::iter::repeat(" "));
    lines.into_iter().zip(signs).map(|(line, sign)| format!(" {sign} {line}")).collect()
}

/// Draws the caption.
pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    for (line, y) in lines(state).iter().zip(area.top()..area.bottom()) {
        let style = theme.accent().patch(theme.strong());
        buffer.set_stringn(area.x, y, line, usize::from(area.width), style);
    }
}
