//! Draws the state: pure, one file for each part of the screen. Only what is seen is built.

use super::{banner_view, caption, detail, footer, header, page, prompt_view};
use crate::tui::customers::columns_view;
use crate::tui::{decide, first_start, palette, views, what_if};
use ratatui::buffer::Buffer;

use super::{findings, layout, sorting};
use crate::tui::decide::outcome;
use crate::tui::keys::help;
use crate::tui::state::{Overlay, SMALLEST, State};
use crate::tui::widget::theme::Theme;

/// Draws the whole screen.
pub fn render(state: &State, theme: Theme, buffer: &mut Buffer) {
    match state.too_small() {
        true => render_too_small(state, buffer),
        false => render_screen(state, theme, buffer),
    }
    theme.paint(buffer);
}

fn render_screen(state: &State, theme: Theme, buffer: &mut Buffer) {
    let areas = layout::areas(state);
    header::render(state, theme, areas.header, areas.tabs, buffer);
    caption::render(state, theme, areas.caption, buffer);
    banner_view::render(state, theme, areas.banner, buffer);
    if let Some(area) = areas.list {
        (state.screen.row().render)(state, theme, area, buffer);
    }
    if let Some(area) = areas.detail {
        detail::render(state, theme, area, buffer);
    }
    footer::render(state, theme, areas.notice, areas.hints, buffer);
    match &state.overlay {
        Overlay::None => {
            if let Some(snapshot) = first_start::shown(state) {
                first_start::view::render(state, snapshot, theme, buffer);
            }
        }
        Overlay::Filter { .. } => {}
        Overlay::Sort { cursor } => sorting::render(state, theme, *cursor, buffer),
        Overlay::Columns { cursor } => {
            columns_view::render(state, theme, *cursor, buffer);
        }
        Overlay::Palette(open) => palette::view::render(state, theme, open, buffer),
        Overlay::Views { cursor } => views::menu::render(state, theme, *cursor, buffer),
        Overlay::Help { scroll } => {
            let lines = |width| help::lines(state, width);
            page::render(state, theme, "Keys", *scroll, lines, buffer);
        }
        Overlay::Findings { scroll } => {
            let lines = |width| findings::lines(state, width);
            page::render(state, theme, "Findings", *scroll, lines, buffer);
        }
        Overlay::Outcome { outcome, scroll } => {
            let lines = |width| outcome::lines(outcome, state.snapshot.as_deref(), width, theme);
            page::render(state, theme, "Results", *scroll, lines, buffer);
        }
        Overlay::Command { scroll } => {
            let lines = |width| what_if::command::lines(state, width);
            page::render(state, theme, "Equivalent command", *scroll, lines, buffer);
        }
        Overlay::Prompt(open) => prompt_view::render(state, theme, open, buffer),
        Overlay::Question(open) => prompt_view::render_question(state, theme, open, buffer),
        Overlay::Decide(open) => decide::dialog_view::render(state, theme, open, buffer),
    }
}

fn render_too_small(state: &State, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let text = format!(
        "nextplay needs {} columns and {} rows; this terminal has {width} and {height}. Press q to quit.",
        SMALLEST.0, SMALLEST.1
    );
    for (row, line) in crate::tui::widget::text::wrap(&text, usize::from(width)).iter().enumerate()
    {
        if row < usize::from(height) {
            buffer.set_string(0, row as u16, line, ratatui::style::Style::new());
        }
    }
}
