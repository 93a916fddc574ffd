//! Draws the state: pure, one file for each part of the screen. Only what is seen is built.

use super::{banner_view, caption, detail, footer, header, page, prompt_view};
use crate::tui::customers::columns_view;
use crate::tui::keys::action::{Action, Context};
use crate::tui::{decide, first_start, palette, views, what_if};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{findings, layout, sorting};
use crate::tui::decide::outcome;
use crate::tui::keys::help;
use crate::tui::state::{Overlay, Pane, SMALLEST, State};
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::theme::Theme;

/// Draws the whole screen.
pub fn render(state: &State, theme: Theme, buffer: &mut Buffer) {
    let mut canvas = Canvas::new(buffer);
    draw(state, theme, &mut canvas);
    theme.paint(&mut canvas);
}

/// Returns what can be hit on the screen, in the order of drawing: what comes later lies over what
/// comes before.
pub fn spots(state: &State) -> Vec<(Rect, Spot)> {
    let (width, height) = state.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let mut canvas = Canvas::recording(&mut buffer);
    draw(state, Theme::plain(), &mut canvas);
    canvas.into_spots()
}

fn draw(state: &State, theme: Theme, canvas: &mut Canvas<'_>) {
    if state.too_small() {
        return render_too_small(state, canvas);
    }
    let areas = layout::areas(state);
    header::render(state, theme, areas.header, areas.tabs, canvas);
    caption::render(state, theme, areas.caption, canvas);
    banner_view::render(state, theme, areas.banner, canvas);
    if let Some(area) = areas.list {
        canvas.mark(area, Spot::Pane(Pane::List));
        (state.screen.row().render)(state, theme, area, canvas);
    }
    if let Some(area) = areas.detail {
        canvas.mark(area, Spot::Pane(Pane::Detail));
        detail::render(state, theme, area, canvas);
    }
    if let Some(area) = layout::divider(state) {
        divider(state, theme, area, canvas);
    }
    match &state.overlay {
        Overlay::None => {
            if let Some(snapshot) = first_start::shown(state) {
                first_start::view::render(state, snapshot, theme, canvas);
            }
        }
        Overlay::Filter { .. } => {}
        Overlay::Sort { cursor } => sorting::render(state, theme, *cursor, canvas),
        Overlay::Columns { cursor } => {
            columns_view::render(state, theme, *cursor, canvas);
        }
        Overlay::Palette(open) => palette::view::render(state, theme, open, canvas),
        Overlay::Views { cursor } => views::menu::render(state, theme, *cursor, canvas),
        Overlay::Help { scroll, shown } => {
            let lines = |width| help::lines(state, shown, width, theme);
            page::render(state, theme, &shown.title(state), *scroll, lines, canvas);
        }
        Overlay::Findings { scroll } => {
            let lines = |width| findings::lines(state, width);
            page::render(state, theme, "Findings", *scroll, lines, canvas);
        }
        Overlay::Outcome { outcome, scroll } => {
            let lines = |width| outcome::lines(outcome, state.snapshot.as_deref(), width, theme);
            page::render(state, theme, "Results", *scroll, lines, canvas);
        }
        Overlay::Command { scroll } => {
            let lines = |width| what_if::command::lines(state, width);
            page::render(state, theme, "Equivalent command", *scroll, lines, canvas);
        }
        Overlay::Prompt(open) => prompt_view::render(state, theme, open, canvas),
        Overlay::Question(open) => prompt_view::render_question(state, theme, open, canvas),
        Overlay::Decide(open) => decide::dialog_view::render(state, theme, open, canvas),
    }
    // Nothing covers its keys.
    footer::render(state, theme, areas.notice, areas.hints, canvas);
}

/// Marks the edge between list and detail, drawn as a double line while it is dragged.
fn divider(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.mark(area, Spot::Divider);
    if !state.mouse.is_dragging() {
        return;
    }
    let sign = if area.width < area.height { "║" } else { "═" };
    for position in area.intersection(canvas.area).positions() {
        if let Some(cell) = canvas.cell_mut(position) {
            cell.set_symbol(sign).set_style(theme.accent().patch(theme.strong()));
        }
    }
}

fn render_too_small(state: &State, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let (columns, rows) = SMALLEST;
    let key = state.keymap.key_in(Context::TooSmall, Action::Leave);
    let text = format!(
        "nextplay needs {columns} columns and {rows} rows; this terminal has {width} and {height}. \
         Press {key} to quit."
    );
    for (row, line) in crate::tui::widget::text::wrap(&text, usize::from(width)).iter().enumerate()
    {
        if row < usize::from(height) {
            buffer.set_string(0, row as u16, line, ratatui::style::Style::new());
        }
    }
}
