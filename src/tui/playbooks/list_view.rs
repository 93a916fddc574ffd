//! The list of playbooks. Columns that do not fit are dropped, the least important first.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::columns::{COLUMNS, Column, Row, Show};
use super::{Item, all_items, items, sort_columns};
use crate::domain::money::count;
use crate::domain::width::Width;
use crate::intake::DataFile;
use crate::tui::keys::keymap::no_matches;
use crate::tui::state::{Pane, State};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_list::{self, line_width};
use crate::tui::widget::pane::{Sheet, SortTitle};
use crate::tui::widget::text::{fit, left, right};
use crate::tui::widget::theme::Theme;
use crate::tui::widget::words::Words;

/// The columns that fit, with their widths. The name takes what is left over, as far as it needs it;
/// what it does not need stands at the end.
struct Layout(Vec<Placed>);

/// A column that fits.
struct Placed {
    /// Its place among all columns.
    place: usize,
    column: &'static Column,
    show: &'static Show,
    width: usize,
}

/// Columns in front of the names: the signs of the selection and of the playbook.
const FRONT: usize = 4;

/// Columns up to which a name is whole.
const NAME: usize = 30;

impl Layout {
    /// `longest` is the widest name.
    fn new(width: usize, longest: usize) -> Self {
        // The sign in front.
        let mut room = width.saturating_sub(2);
        let mut shown: Vec<_> = COLUMNS
            .iter()
            .enumerate()
            .filter_map(|(place, column)| Some((place, column, column.show.as_ref()?)))
            .collect();
        shown.sort_by_key(|(_, _, show)| show.priority);
        // The name has its room before any other column.
        let name = |show: &Show| longest.clamp(show.width, NAME).min(width.saturating_sub(2));
        let wanted = |show: &Show| if show.priority == 0 { name(show) } else { show.width };
        shown.retain(|(_, _, show)| {
            let fits = show.priority == 0 || room > show.width;
            if fits {
                room = room.saturating_sub(wanted(show) + 1);
            }
            fits
        });
        shown.sort_by_key(|(place, ..)| *place);
        let widths = shown.into_iter().map(|(place, column, show)| {
            let grown = (name(show) + room).min(longest.max(show.width));
            let width = if show.priority == 0 { grown } else { show.width };
            Placed { place, column, show, width }
        });
        Self(widths.collect())
    }

    fn line(&self, cell: impl Fn(&Column, &Show) -> String) -> String {
        let cells = self.0.iter().map(|Placed { column, show, width, .. }| {
            let text = cell(column, show);
            if show.right { right(&text, *width) } else { left(&text, *width) }
        });
        cells.collect::<Vec<_>>().join(" ")
    }

    /// The titles, which stand over the columns from `first` on.
    fn sorts(&self, mut first: usize) -> Vec<SortTitle> {
        let title = |placed: &Placed| {
            let columns = first..first + placed.width;
            first = columns.end + 1;
            SortTitle { row: None, columns, sort: placed.place }
        };
        self.0.iter().map(title).collect()
    }
}

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    let sheet = sheet(state, line_width(area), theme);
    let focused = state.is_focused(Pane::List);
    line_list::render(&sheet, state.playbooks.position, focused, theme, area, canvas);
}

/// The lines, with their title.
pub fn sheet(state: &State, width: u16, theme: Theme) -> Sheet {
    let Some(snapshot) = state.loaded() else {
        return Sheet::empty("Playbooks", "Loading…", theme);
    };
    let all = all_items(snapshot).count();
    if all == 0 {
        let file = snapshot.matching.dataset().tables.name_of(DataFile::Playbooks);
        return Sheet::empty("Playbooks", &format!("No playbooks in {file}"), theme);
    }
    let items = items(state, snapshot);
    let title = title(state, items.len(), all, theme);
    if items.is_empty() {
        return Sheet { title, ..Sheet::empty("", &no_matches(&state.keymap), theme) };
    }
    let longest = items.iter().map(|item| item.title().width()).max().unwrap_or_default();
    let layout = Layout::new(usize::from(width), longest);
    let words = Words::new(&state.playbooks.filter);
    let row = |item: &Item<'_>| {
        let row = Row::new(*item, snapshot);
        let text = layout.line(|_, show| (show.cell)(&row));
        let line = match item {
            Item::Playbook(_, playbook) => {
                let (sign, sign_style, style) = match playbook.is_active() {
                    true => ("✓ ", theme.good(), Style::new()),
                    false => ("· ", theme.quiet(), theme.quiet()),
                };
                Line::from(vec![Span::styled(sign, sign_style), Span::styled(text, style)])
            }
            Item::Skipped(_) => Line::from(vec![
                Span::styled("! ", theme.warning()),
                Span::raw(left(item.title(), usize::from(width).saturating_sub(14))),
                Span::styled(" skipped row", theme.warning()),
            ]),
        };
        words.mark(line, theme.matched())
    };
    let titles = layout.line(|column, _| column.title.to_owned());
    Sheet {
        title,
        titles: Some(Line::from(Span::styled(format!("{:FRONT$}{titles}", ""), theme.quiet()))),
        rows: items.iter().map(row).collect(),
        sorts: layout.sorts(FRONT),
    }
}

fn title(state: &State, found: usize, all: usize, theme: Theme) -> Line<'static> {
    let order = state.playbooks.order.words(&sort_columns());
    let mut spans = vec![
        Span::raw(" "),
        Span::styled("Playbooks", theme.strong()),
        Span::raw(format!(" ─ {order} ")),
    ];
    let filter = &state.playbooks.filter;
    if !filter.is_empty() {
        let typed = fit(filter, usize::from(state.size.0) / 4);
        let chip = format!("─ /{typed} {} of {} ", count(found), count(all));
        spans.push(Span::styled(chip, theme.warning()));
    }
    Line::from(spans)
}
