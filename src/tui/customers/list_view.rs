//! The list of customers. Only the rows that are seen are built, however many there are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::list::{List, SortKey};
use crate::domain::RiskSource;
use crate::domain::money::{count, ratio, short_dollars};
use crate::tui::screen::id::Screen;
use crate::tui::state::{Pane, State};
use crate::tui::widget::pane::pane;
use crate::tui::widget::text::{bar, fit, left, right};
use crate::tui::widget::theme::{Theme, sign};
use crate::workspace::Snapshot;

/// Blank columns between two columns of the list.
const GAP: usize = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Customer,
    Name,
    Stage,
    Risk,
    Bar,
    Playbook,
    Roi,
    AtRisk,
    Status,
}

/// The columns that fit, each with its width.
struct Columns(Vec<(Column, usize)>);

impl Columns {
    /// Gives the columns in the order of their worth room, as far as there is some; what is left
    /// goes to the texts.
    fn new(width: usize, screen: Screen, longest_id: usize) -> Self {
        let id = longest_id.clamp(4, 14);
        let mut columns = vec![
            (Column::Customer, id),
            (Column::Stage, 10),
            (Column::Risk, 4),
            (Column::Playbook, 11),
            (Column::Roi, 7),
            (Column::AtRisk, 7),
        ];
        let mut room = width.saturating_sub(columns.iter().map(|(_, w)| w + GAP).sum());
        let mut add =
            |columns: &mut Vec<(Column, usize)>, at: usize, column, width: usize, least: usize| {
                if room >= width + GAP + least {
                    room -= width + GAP;
                    columns.insert(at.min(columns.len()), (column, width));
                }
            };
        // A status is told by its sign in any case; people know each other by name.
        add(&mut columns, 1, Column::Name, 12, 0);
        let status_next = screen == Screen::Customers;
        if status_next {
            let end = columns.len();
            add(&mut columns, end, Column::Status, 9, 0);
        }
        let after_risk = columns.iter().position(|(c, _)| *c == Column::Risk).unwrap_or(2) + 1;
        add(&mut columns, after_risk, Column::Bar, 5, 8);
        if !status_next {
            let end = columns.len();
            add(&mut columns, end, Column::Status, 9, 12);
        }
        let texts =
            columns.iter().filter(|(c, _)| matches!(c, Column::Name | Column::Playbook)).count();
        for (column, width) in &mut columns {
            match column {
                Column::Playbook if texts == 2 => *width += room - room / 2,
                Column::Playbook => *width += room,
                Column::Name => *width += room / 2,
                _ => {}
            }
        }
        Self(columns)
    }
}

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
    let columns = Columns::new(usize::from(inner.width).saturating_sub(5), list.screen, longest);
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
        true => "To decide",
        false => "Customers",
    };
    // What the rows are is told, unless it takes long until they are what is wanted.
    let slow = list.slow_at().is_some_and(|at| at <= state.now);
    let (filter, sort) = match slow {
        true => (&list.filter, list.sort),
        false => (&list.shown.filter, list.shown.sort),
    };
    let arrow = match (sort.key, sort.descending) {
        (SortKey::FileOrder, false) => "",
        (_, true) => " ↓",
        (_, false) => " ↑",
    };
    let sorting = if slow && list.sort != list.shown.sort { " …" } else { "" };
    let mut spans = vec![
        Span::raw(" "),
        Span::styled(what, theme.strong()),
        Span::raw(format!(" ─ by {}{arrow}{sorting} ", sort.key.title())),
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

/// What is told instead of rows.
fn empty(state: &State, list: &List, theme: Theme, inner: Rect, buffer: &mut Buffer) {
    let filtered = !list.shown.filter.is_empty() && list.unfiltered > 0;
    let text = match &state.snapshot {
        Some(_) if filtered => "Nobody fits the filter. Esc drops it.".to_owned(),
        Some(snapshot) if !snapshot.partial && snapshot.is_empty() => {
            "There are no customers in the data.".to_owned()
        }
        Some(snapshot) if !snapshot.partial => {
            "Nothing waits for a decision. 2 shows all customers.".to_owned()
        }
        _ => match &state.loading {
            Some(loading) => {
                let known = if state.snapshot.is_some() { ". 2 shows who is known" } else { "" };
                format!("Loading… {} read, {}{known}", loading.bytes(), loading.rows())
            }
            None => "Loading…".to_owned(),
        },
    };
    let width = usize::from(inner.width).saturating_sub(2);
    for (line, y) in
        crate::tui::widget::text::wrap(&text, width).iter().zip(inner.top()..inner.bottom())
    {
        buffer.set_string(inner.x + 1, y, line, theme.quiet());
    }
}

fn titles<'a>(columns: &Columns, theme: Theme) -> Line<'a> {
    let mut text = "     ".to_owned();
    for (column, width) in &columns.0 {
        text.push_str(&match column {
            Column::Customer => left(if *width < 8 { "id" } else { "customer" }, *width),
            Column::Name => left("name", *width),
            Column::Stage => left("stage", *width),
            Column::Risk => right("risk", *width),
            Column::Bar => left("", *width),
            Column::Playbook => left("playbook", *width),
            Column::Roi => right("ROI", *width),
            Column::AtRisk => right("at risk", *width),
            Column::Status => left("status", *width),
        });
        text.push_str(&" ".repeat(GAP));
    }
    Line::from(Span::styled(text, theme.quiet()))
}

fn line<'a>(
    state: &State,
    snapshot: &Snapshot,
    number: usize,
    columns: &Columns,
    selected: bool,
    theme: Theme,
) -> Line<'a> {
    let matching = &snapshot.matching;
    let Some(view) = matching.customer(number) else { return Line::default() };
    let known = matching.risk(number).filter(|risk| risk.source != RiskSource::None);
    let risk = known.map_or(0.0, |risk| risk.score);
    let winner = matching.winner(number);
    let playbook = winner.and_then(|ranked| matching.playbook(ranked));
    let status = snapshot.status(number);
    let picked = state.list().selection.contains(view.id());
    let changed = state.marks.contains_key(view.id());
    let mut spans = vec![
        Span::raw(if selected { "▸" } else { " " }),
        Span::styled(if changed { "◆" } else { " " }, theme.changed()),
        Span::styled(if picked { "●" } else { " " }, theme.accent()),
        match snapshot.partial {
            true => Span::raw(" "),
            false => Span::styled(sign(status), theme.status(status)),
        },
        Span::raw(" "),
    ];
    for (column, width) in &columns.0 {
        let width = *width;
        let (text, style) = match column {
            Column::Bar if snapshot.partial => (left("", width), Style::new()),
            Column::Risk | Column::Roi | Column::AtRisk if snapshot.partial => {
                (right("…", width), theme.quiet())
            }
            Column::Stage | Column::Playbook | Column::Status if snapshot.partial => {
                (left("…", width), theme.quiet())
            }
            Column::Customer => (left(view.id(), width), theme.strong()),
            Column::Name => (left(view.name().unwrap_or_default(), width), Style::new()),
            Column::Stage => (left(view.stage().unwrap_or("no stage"), width), Style::new()),
            // Nothing known is not the same as no risk.
            Column::Risk => match known {
                Some(risk) => (right(&format!("{:.2}", risk.score), width), Style::new()),
                None => (right("–", width), theme.quiet()),
            },
            Column::Bar => (bar(risk, width), theme.risk(risk)),
            Column::Playbook => match playbook {
                Some(playbook) => (left(playbook.title(), width), Style::new()),
                None => (left("no play", width), theme.quiet()),
            },
            Column::Roi => {
                let roi = winner.map(|ranked| ratio(ranked.economics.roi)).unwrap_or_default();
                (right(&roi, width), Style::new())
            }
            Column::AtRisk => {
                (right(&short_dollars(matching.revenue_at_risk(number)), width), Style::new())
            }
            Column::Status => (left(status.name(), width), theme.status(status)),
        };
        spans.push(Span::styled(text, style));
        spans.push(Span::raw(" ".repeat(GAP)));
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_never_need_more_room_than_there_is() {
        for screen in Screen::LISTS {
            for width in 50..200 {
                let columns = Columns::new(width, screen, 5).0;
                let used: usize = columns.iter().map(|(_, w)| w + GAP).sum();
                assert!(used <= width.max(50), "{used} of {width}: {columns:?}");
            }
        }
    }

    #[test]
    fn a_wide_list_shows_everything_once() {
        for screen in Screen::LISTS {
            let columns = Columns::new(120, screen, 5).0;
            assert_eq!(columns.len(), 9, "{columns:?}");
            let names: Vec<Column> = columns.iter().map(|(c, _)| *c).collect();
            assert_eq!(names[..4], [Column::Customer, Column::Name, Column::Stage, Column::Risk]);
        }
    }
}
