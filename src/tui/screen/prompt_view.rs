//! The text field over the screen, and the question before something is replaced or deleted.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::layout;
use super::prompt::{Prompt, Question};
use crate::tui::keys::action::{Action, Context};
use crate::tui::state::State;
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::field::{field, places};
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::text::wrap;
use crate::tui::widget::theme::Theme;

/// Columns where the screen has them.
const WIDTH: u16 = 74;
/// Draws the text field.
pub fn render(state: &State, theme: Theme, prompt: &Prompt, canvas: &mut Canvas<'_>) {
    let width = text_width(state);
    let mut lines = vec![field(&prompt.input, " ", width, true), Line::default()];
    let (text, style) = match &prompt.refusal {
        Some(why) => (format!("✗ {why}"), theme.warning()),
        None => (prompt.expected.clone(), theme.quiet()),
    };
    lines.extend(paragraph(&text, width, style));
    let buttons = [(Action::Apply, prompt.purpose.verb()), (Action::Close, "cancel")];
    let keys = keys(state, Context::Prompt, buttons);
    let inner = frame(state, theme, &prompt.title, &lines, keys, canvas);
    if canvas.records() {
        let line = Rect { height: 1, ..inner };
        for (column, place) in places(&prompt.input, " ", width).into_iter().enumerate() {
            canvas.mark_columns(line, column..column + 1, Spot::Text(None, place));
        }
    }
}

/// Draws the question.
pub fn render_question(state: &State, theme: Theme, question: &Question, canvas: &mut Canvas<'_>) {
    let width = text_width(state);
    let mut lines = paragraph(&question.found, width, theme.strong());
    lines.extend(paragraph(&question.warning, width, theme.warning()));
    lines.push(Line::default());
    let buttons = [(Action::Yes, question.yes.as_str()), (Action::Close, "cancel")];
    let keys = keys(state, Context::Question, buttons);
    frame(state, theme, question.title, &lines, keys, canvas);
}

/// Columns for text, a blank on either side not counted.
fn text_width(state: &State) -> usize {
    usize::from(WIDTH.min(state.size.0.saturating_sub(2))).saturating_sub(4)
}

fn paragraph(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    let line = |line: String| Line::from(Span::styled(format!(" {line}"), style));
    wrap(text, width).into_iter().map(line).collect()
}

/// `[ Enter ] apply` and `[ Esc ] cancel`, with what each does.
fn keys(state: &State, context: Context, buttons: [(Action, &str); 2]) -> [(String, Action); 2] {
    buttons.map(|(action, words)| {
        (format!("[ {} ] {words}", state.keymap.key_in(context, action)), action)
    })
}

/// Draws lines and under them the keys, in a frame; returns what the frame leaves.
fn frame(
    state: &State,
    theme: Theme,
    title: &str,
    lines: &[Line<'_>],
    keys: [(String, Action); 2],
    canvas: &mut Canvas<'_>,
) -> Rect {
    let width = WIDTH.min(state.size.0.saturating_sub(2));
    let area = layout::over(state, width, lines.len() as u16 + 3);
    let title = crate::tui::widget::text::fit(title, usize::from(width).saturating_sub(6));
    let inner = over(area, &title, theme, canvas);
    draw_lines(lines, 0, inner, canvas);
    let under = inner.y.saturating_add(lines.len() as u16);
    if under < inner.bottom() {
        let [first, second] = keys.map(|(text, action)| (Span::raw(text), Some(Spot::Key(action))));
        let blanks = |blanks| (Span::raw(blanks), None);
        let line = Rect { y: under, height: 1, ..inner };
        canvas.texts(line, [blanks(" "), first, blanks("   "), second]);
    }
    inner
}
