//! The text field of the What-if screen, and the question whether to overwrite a file.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::prompt::{Overwrite, Prompt, Purpose};
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::field::field;
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::text::wrap;
use crate::tui::widget::theme::Theme;

/// Columns where the screen has them.
const WIDTH: u16 = 74;

/// Draws the text field.
pub fn render(state: &State, theme: Theme, prompt: &Prompt, buffer: &mut Buffer) {
    let width = text_width(state);
    let mut lines = vec![field(&prompt.input, " ", width, true), Line::default()];
    let (text, style) = match &prompt.refusal {
        Some(why) => (format!("✗ {why}"), theme.warning()),
        None => (prompt.expected.clone(), theme.quiet()),
    };
    lines.extend(paragraph(&text, width, style));
    let does = match prompt.purpose {
        Purpose::Value(_) => "apply",
        Purpose::Name => "save",
        Purpose::Path(_) => "write",
    };
    lines.push(keys(&format!("[ Enter ] {does}   [ Esc ] cancel")));
    frame(state, theme, &prompt.title, &lines, buffer);
}

/// Draws the question whether to overwrite the file.
pub fn render_over(state: &State, theme: Theme, requested: &Overwrite, buffer: &mut Buffer) {
    let width = text_width(state);
    let path = requested.save.path.display();
    let mut lines = paragraph(&format!("\"{path}\" already exists."), width, theme.strong());
    let text = if requested.live {
        let file = requested.save.target.file();
        format!(
            "! This is the {file} in use: the change takes effect for everyone at once, and \
             recommendations and approvals change with it."
        )
    } else {
        "Its current content would be lost.".to_owned()
    };
    lines.extend(paragraph(&text, width, theme.warning()));
    lines.push(Line::default());
    lines.push(keys(&format!("[ y ] overwrite {}   [ Esc ] cancel", name(requested))));
    frame(state, theme, "Overwrite?", &lines, buffer);
}

fn name(requested: &Overwrite) -> String {
    let name = requested.save.path.file_name().unwrap_or_default();
    crate::tui::widget::text::fit(&name.to_string_lossy(), 30)
}

/// Columns for text, a blank on either side not counted.
fn text_width(state: &State) -> usize {
    usize::from(WIDTH.min(state.size.0.saturating_sub(2))).saturating_sub(4)
}

fn paragraph(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    let line = |line: String| Line::from(Span::styled(format!(" {line}"), style));
    wrap(text, width).into_iter().map(line).collect()
}

fn keys(text: &str) -> Line<'static> {
    Line::from(format!(" {text}"))
}

fn frame(state: &State, theme: Theme, title: &str, lines: &[Line<'_>], buffer: &mut Buffer) {
    let width = WIDTH.min(state.size.0.saturating_sub(2));
    let area = layout::over(state, width, lines.len() as u16 + 2);
    let title = crate::tui::widget::text::fit(title, usize::from(width).saturating_sub(6));
    let inner = over(area, &title, theme, buffer);
    draw_lines(lines, 0, inner, buffer);
}
