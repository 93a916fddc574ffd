//! The text field over the screen, and the question before something is replaced or deleted.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::layout;
use super::prompt::{Prompt, Question};
use crate::tui::keys::action::{Action, Context};
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
    let buttons = [(Action::Apply, prompt.purpose.verb()), (Action::Close, "cancel")];
    lines.push(keys(state, Context::Prompt, buttons));
    frame(state, theme, &prompt.title, &lines, buffer);
}

/// Draws the question.
pub fn render_question(state: &State, theme: Theme, question: &Question, buffer: &mut Buffer) {
    let width = text_width(state);
    let mut lines = paragraph(&question.found, width, theme.strong());
    lines.extend(paragraph(&question.warning, width, theme.warning()));
    lines.push(Line::default());
    let buttons = [(Action::Yes, question.yes.as_str()), (Action::Close, "cancel")];
    lines.push(keys(state, Context::Question, buttons));
    frame(state, theme, question.title, &lines, buffer);
}

/// Columns for text, a blank on either side not counted.
fn text_width(state: &State) -> usize {
    usize::from(WIDTH.min(state.size.0.saturating_sub(2))).saturating_sub(4)
}

fn paragraph(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    let line = |line: String| Line::from(Span::styled(format!(" {line}"), style));
    wrap(text, width).into_iter().map(line).collect()
}

/// `[ Enter ] apply   [ Esc ] cancel`.
fn keys(state: &State, context: Context, buttons: [(Action, &str); 2]) -> Line<'static> {
    let [does, cancels] = buttons
        .map(|(action, words)| format!("[ {} ] {words}", state.keymap.key_in(context, action)));
    Line::from(format!(" {does}   {cancels}"))
}

fn frame(state: &State, theme: Theme, title: &str, lines: &[Line<'_>], buffer: &mut Buffer) {
    let width = WIDTH.min(state.size.0.saturating_sub(2));
    let area = layout::over(state, width, lines.len() as u16 + 2);
    let title = crate::tui::widget::text::fit(title, usize::from(width).saturating_sub(6));
    let inner = over(area, &title, theme, buffer);
    draw_lines(lines, 0, inner, buffer);
}
