//! The state as a picture: pure, one file a part of the screen. Only what is seen is built.

mod activity;
mod banner;
mod board;
mod detail;
mod dialog;
mod foot;
mod head;
mod list;
mod page;
mod prompt;
mod sort;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::content::{findings, help, outcome, what_if};
use super::layout;
use super::list::Screen;
use super::state::{Overlay, Pane, SMALLEST, State};
use super::theme::Theme;

/// Draws the whole screen.
pub fn render(state: &State, theme: Theme, buffer: &mut Buffer) {
    if state.too_small() {
        return render_too_small(state, buffer);
    }
    let areas = layout::areas(state);
    head::render(state, theme, areas.header, areas.tabs, buffer);
    banner::render(state, theme, areas.banner, buffer);
    if let Some(area) = areas.list {
        match state.screen {
            Screen::Activity => activity::render(state, theme, area, buffer),
            screen if screen.is_board() => board::render(state, theme, area, buffer),
            _ => list::render(state, theme, area, buffer),
        }
    }
    if let Some(area) = areas.detail {
        detail::render(state, theme, area, buffer);
    }
    foot::render(state, theme, areas.notice, areas.hints, buffer);
    match &state.overlay {
        Overlay::None | Overlay::Filter { .. } => {}
        Overlay::Sort { cursor } => sort::render(state, theme, *cursor, buffer),
        Overlay::Help { scroll } => {
            let lines = |width| help::lines(state, width);
            page::render(state, theme, "Keys", *scroll, lines, buffer);
        }
        Overlay::Findings { scroll } => {
            let lines = |width| findings::lines(state, width);
            page::render(state, theme, "Findings", *scroll, lines, buffer);
        }
        Overlay::Outcome { outcome, scroll } => {
            let lines = |width| outcome::lines(outcome, width, theme);
            page::render(state, theme, "What became of it", *scroll, lines, buffer);
        }
        Overlay::Command { scroll } => {
            let lines = |width| what_if::command(state, width);
            page::render(state, theme, "The command that repeats it", *scroll, lines, buffer);
        }
        Overlay::Prompt(open) => prompt::render(state, theme, open, buffer),
        Overlay::WriteOver(open) => prompt::render_over(state, theme, open, buffer),
        Overlay::Decide(open) => dialog::render(state, theme, open, buffer),
    }
}

fn render_too_small(state: &State, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let text = format!(
        "nextplay needs {} columns and {} rows; here are {width} and {height}. q quits",
        SMALLEST.0, SMALLEST.1
    );
    for (row, line) in super::text::wrap(&text, usize::from(width)).iter().enumerate() {
        if row < usize::from(height) {
            buffer.set_string(0, row as u16, line, ratatui::style::Style::new());
        }
    }
}

/// A framed pane; the one that the keys move in has a thicker frame.
fn pane<'a>(title: impl Into<Line<'a>>, focused: bool, theme: Theme) -> Block<'a> {
    let block = Block::bordered().title(title);
    if focused {
        block.border_type(BorderType::Rounded).border_style(theme.accent())
    } else {
        block.border_type(BorderType::Rounded).border_style(theme.quiet())
    }
}

/// True where a pane has the keys.
fn focused(state: &State, pane: Pane) -> bool {
    state.pane == pane && matches!(state.overlay, Overlay::None | Overlay::Filter { .. })
}

/// Clears a place and frames it, for something that lies over the screen.
fn over(area: Rect, title: &str, theme: Theme, buffer: &mut Buffer) -> Rect {
    Clear.render(area, buffer);
    let block = Block::bordered()
        .border_type(BorderType::Double)
        .border_style(theme.accent())
        .title(Span::styled(format!(" {title} "), theme.strong()));
    let inner = block.inner(area);
    block.render(area, buffer);
    inner
}

/// Draws lines from `scroll` on, as many as fit.
fn draw_lines(lines: &[Line<'_>], scroll: usize, area: Rect, buffer: &mut Buffer) {
    for (line, y) in lines.iter().skip(scroll).zip(area.top()..area.bottom()) {
        buffer.set_line(area.x, y, line, area.width);
    }
}
