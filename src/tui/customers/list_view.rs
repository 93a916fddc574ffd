//! Draws the list of customers. Only the rows that are seen are built, however many there are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::columns::{ColumnId, Fitted, Row, Show};
use super::list::List;
use crate::domain::money::count;
use crate::tui::screen::id::Screen;
use crate::tui::state::{Pane, State};
use crate::tui::widget::pane::pane;
use crate::tui::widget::text::{fit, left, right, wrap};
use crate::tui::widget::theme::{Theme, sign};
use crate::workspace::Snapshot;

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let list = state.list();
    let block = pane(title(state, list, theme), state.is_focused(Pane::List), theme);
    let inner = block.inner(area);
    block.render(area, buffer);
    let snapshot = match &state.snapshot {
        Some(snapshot) if !list.rows.is_empty() => snapshot,
        _ => return empty(state, list, theme, inner, buffer),
    };
    let height = usize::from(inner.height.saturating_sub(1));
    let shown: Vec<u32> = list.rows.iter().skip(list.top).take(height).copied().collect();
    let longest = shown
        .iter()
        .filter_map(|row| snapshot.matching.customer(*row as usize))
        .map(|view| view.id().chars().count())
        .max()
        .unwrap_or_default();
    // Selection, mark and status take four columns in front.
    let columns = Fitted::new(usize::from(inner.width).saturating_sub(5), list.screen, longest);
    buffer.set_line(inner.x, inner.y, &titles(&columns, theme), inner.width);
    for ((place, row), y) in shown.iter().enumerate().zip(inner.top() + 1..inner.bottom()) {
        let selected = list.top + place == list.cursor;
        let line = line(state, snapshot, *row as usize, &columns, selected, theme);
        buffer.set_line(inner.x, y, &line, inner.width);
        if selected {
            let row = Rect { y, height: 1, ..inner };
            buffer.set_style(row, theme.selected());
        }
    }
}

fn title<'a>(state: &State, list: &List, theme: Theme) -> Line<'a> {
    let what = match list.screen == Screen::Queue {
        true => "Needs a decision",
        false => "Customers",
    };
    // The title names what the rows are, unless it takes long to build those that are wanted.
    let slow = list.slow_at().is_some_and(|at| at <= state.now);
    let (filter, sort) = match slow {
        true => (&list.filter, list.sort),
        false => (&list.shown.filter, list.shown.sort),
    };
    let arrow = match (sort.key, sort.descending) {
        (ColumnId::FileOrder, false) => "",
        (_, true) => " ↓",
        (_, false) => " ↑",
    };
    let sorting = if slow && list.sort != list.shown.sort { " …" } else { "" };
    let mut spans = vec![
        Span::raw(" "),
        Span::styled(what, theme.strong()),
        Span::raw(format!(" ─ by {}{arrow}{sorting} ", sort.key.column().name)),
    ];
    if !list.selection.is_empty() {
        let picked = format!("─ {} selected ", count(list.selection.len()));
        spans.push(Span::styled(picked, theme.accent()));
    }
    let typed = fit(filter, usize::from(state.size.0) / 4);
    if slow && list.is_filtering() {
        spans.push(Span::styled(format!("─ /{typed} … "), theme.warning()));
    } else if !filter.is_empty() {
        let found = format!("─ /{typed} {} of {} ", count(list.rows.len()), count(list.unfiltered));
        spans.push(Span::styled(found, theme.warning()));
    }
    Line::from(spans)
}

/// What is shown instead of rows.
fn empty(state: &State, list: &List, theme: Theme, inner: Rect, buffer: &mut Buffer) {
    let filtered = !list.shown.filter.is_empty() && list.unfiltered > 0;
    let text = match &state.snapshot {
        Some(_) if filtered => "No matches. Esc clears the filter.".to_owned(),
        Some(snapshot) if !snapshot.partial && snapshot.is_empty() => {
            "There are no customers in the data.".to_owned()
        }
        Some(snapshot) if !snapshot.partial => {
            "Nothing needs a decision. Press 2 to see all customers.".to_owned()
        }
        _ => match &state.loading {
            Some(loading) => {
                let known = if state.snapshot.is_some() {
                    ". Press 2 to see the customers loaded so far"
                } else {
                    ""
                };
                format!("Loading… {} read, {}{known}", loading.bytes(), loading.rows())
            }
            None => "Loading…".to_owned(),
        },
    };
    let width = usize::from(inner.width).saturating_sub(2);
    for (line, y) in wrap(&text, width).iter().zip(inner.top()..inner.bottom()) {
        buffer.set_string(inner.x + 1, y, line, theme.quiet());
    }
}

fn titles<'a>(columns: &Fitted, theme: Theme) -> Line<'a> {
    let mut text = "     ".to_owned();
    for (column, show, width) in &columns.0 {
        text.push_str(&aligned(column.title, show, *width));
        text.push_str(&" ".repeat(Fitted::GAP));
    }
    Line::from(Span::styled(text, theme.quiet()))
}

fn aligned(text: &str, show: &Show, width: usize) -> String {
    if show.right { right(text, width) } else { left(text, width) }
}

fn line<'a>(
    state: &State,
    snapshot: &Snapshot,
    number: usize,
    columns: &Fitted,
    selected: bool,
    theme: Theme,
) -> Line<'a> {
    let Some(view) = snapshot.matching.customer(number) else { return Line::default() };
    let status = snapshot.status(number);
    let is_selected = state.list().selection.contains(view.id());
    let changed = state.marks.contains_key(view.id());
    let mut spans = vec![
        Span::raw(if selected { "▸" } else { " " }),
        Span::styled(if changed { "◆" } else { " " }, theme.changed()),
        Span::styled(if is_selected { "●" } else { " " }, theme.accent()),
        match snapshot.partial {
            true => Span::raw(" "),
            false => Span::styled(sign(status), theme.status(status)),
        },
        Span::raw(" "),
    ];
    let row = Row { snapshot, number, view, theme };
    for (_, show, width) in &columns.0 {
        let (text, style) = match show.loading.filter(|_| snapshot.partial) {
            Some(loading) => (loading.to_owned(), theme.quiet()),
            None => (show.cell)(&row, *width),
        };
        spans.push(Span::styled(aligned(&text, show, *width), style));
        spans.push(Span::raw(" ".repeat(Fitted::GAP)));
    }
    Line::from(spans)
}
