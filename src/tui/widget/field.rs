//! A text field on the screen.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::text::fit;
use crate::domain::text::escape_controls;
use crate::domain::width::{Width, end_of, first_chars};

/// A text field: what was typed, the end of it if it is long, with the cursor shown by reverse
/// video.
pub fn field<'a>(input: &Input, prompt: &'a str, width: usize, focused: bool) -> Line<'a> {
    let (before, _) = first_chars(input.value(), input.cursor());
    let rest = input.value().get(before.len()..).unwrap_or_default();
    let (at, _) = first_chars(rest, 1);
    // No more than fits: a field may hold very much.
    let (after, _) = first_chars(rest.get(at.len()..).unwrap_or_default(), width);
    let room = width.saturating_sub(prompt.width() + 1);
    let before = escape_controls(before);
    let before = end_of(&before, room).to_owned();
    let style = if focused { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
    let at = if at.is_empty() { " ".to_owned() } else { escape_controls(at).into_owned() };
    Line::from(vec![
        Span::raw(prompt),
        Span::raw(before),
        Span::styled(at, style),
        Span::raw(fit(after, width)),
    ])
}
