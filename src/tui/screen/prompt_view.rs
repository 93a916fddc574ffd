//! The text field over the screen, and the question before something is replaced or deleted.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::layout;
use super::prompt::{Prompt, Question};
use crate::tui::keys::action::{Action, Context};
use crate::tui::state::{Overlay, State};
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::field::{field, places};
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::text::wrap;
use crate::tui::widget::theme::Theme;
use crate::workspace::DiffLine;

/// Columns where the screen has them.
const WIDTH: u16 = 74;
/// The same where changes of files are shown.
const WIDE: u16 = 100;
/// Draws the text field.
pub fn render(state: &State, theme: Theme, prompt: &Prompt, canvas: &mut Canvas<'_>) {
    let width = text_width(state, WIDTH);
    let mut lines = vec![field(&prompt.input, " ", width, true), Line::default()];
    let (text, style) = match &prompt.refusal {
        Some(why) => (format!("✗ {why}"), theme.warning()),
        None => (prompt.expected.clone(), theme.quiet()),
    };
    lines.extend(paragraph(&text, width, style));
    let buttons = [(Action::Apply, prompt.purpose.verb()), (Action::Close, "cancel")];
    let keys = keys(state, Context::Prompt, buttons);
    let inner = frame(state, theme, &prompt.title, (WIDTH, &lines), keys, canvas);
    if canvas.records() {
        let line = Rect { height: 1, ..inner };
        for (column, place) in places(&prompt.input, " ", width).into_iter().enumerate() {
            canvas.mark_columns(line, column..column + 1, Spot::Text(None, place));
        }
    }
}

/// Draws the question.
pub fn render_question(state: &State, theme: Theme, question: &Question, canvas: &mut Canvas<'_>) {
    let widest = widest(question);
    let width = text_width(state, widest);
    let mut lines = paragraph(&question.found, width, theme.strong());
    let changes = changes(question, width, theme);
    let (last, rows) = window(state, question, changes.len());
    let top = question.scroll.min(last);
    lines.extend(changes.iter().skip(top).take(rows).cloned());
    lines.extend(paragraph(&question.warning, width, theme.warning()));
    lines.push(Line::default());
    let title = match last {
        0 => question.title.to_owned(),
        _ => {
            let key = |action| state.keymap.key_in(Context::Question, action);
            let (down, up) = (key(Action::PageDown), key(Action::PageUp));
            let (first, end, all) = (top + 1, top + rows, changes.len());
            format!("{} lines {first}–{end} of {all}, {down} {up}", question.title)
        }
    };
    let buttons = [(Action::Yes, question.yes.as_str()), (Action::Close, "cancel")];
    let keys = keys(state, Context::Question, buttons);
    frame(state, theme, &title, (widest, &lines), keys, canvas);
}

/// The lines that change; each with its sign, so that it is not color alone that says it.
fn changes(question: &Question, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let lines = |change: &DiffLine| {
        let (sign, text, style) = match change {
            DiffLine::Words(text) => ("", text, theme.strong()),
            DiffLine::Place(text) => ("", text, theme.quiet()),
            DiffLine::Removed(text) => ("- ", text, theme.bad()),
            DiffLine::Added(text) => ("+ ", text, theme.good()),
        };
        let parts = wrap(text, width.saturating_sub(sign.len())).into_iter();
        let line = |line: String| Line::from(Span::styled(format!(" {sign}{line}"), style));
        parts.map(line).collect::<Vec<_>>()
    };
    question.changes.iter().flat_map(lines).collect()
}

/// The last line that the window over the changes can begin at, and its rows.
fn window(state: &State, question: &Question, changes: usize) -> (usize, usize) {
    let width = text_width(state, widest(question));
    let others = [&question.found, &question.warning].map(|text| wrap(text, width).len());
    // The frame, a blank line and the keys.
    let taken = others.iter().sum::<usize>() + 4;
    let most = usize::from(layout::over(state, widest(question), u16::MAX).height);
    let rows = most.saturating_sub(taken).max(1).min(changes);
    (changes - rows, rows)
}

/// How far the changes of the open question scroll, and how many of their rows are shown at once.
pub fn scrolling(state: &State) -> (usize, usize) {
    let Overlay::Question(question) = &state.overlay else { return (0, 0) };
    let changes = changes(question, text_width(state, widest(question)), Theme::plain()).len();
    window(state, question, changes)
}

/// Columns of a question where the screen has them.
fn widest(question: &Question) -> u16 {
    if question.changes.is_empty() { WIDTH } else { WIDE }
}

/// Columns for text, a blank on either side not counted.
fn text_width(state: &State, widest: u16) -> usize {
    usize::from(widest.min(state.size.0.saturating_sub(2))).saturating_sub(4)
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
    (widest, lines): (u16, &[Line<'_>]),
    keys: [(String, Action); 2],
    canvas: &mut Canvas<'_>,
) -> Rect {
    let width = widest.min(state.size.0.saturating_sub(2));
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
