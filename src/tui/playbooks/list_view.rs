//! The list of playbooks. Columns that do not fit are dropped, the least important first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Item, items, stage_name};
use crate::domain::money::{count, ratio, short_dollars};
use crate::insight::registry::Registered;
use crate::tui::state::{Pane, State};
use crate::tui::widget::line_list::{self, line_width};
use crate::tui::widget::pane::Sheet;
use crate::tui::widget::text::{left, right};
use crate::tui::widget::theme::Theme;

/// A number of a playbook.
struct Column {
    title: &'static str,
    /// In columns of the screen, a blank before it not counted.
    width: usize,
    /// The lower, the longer it stays where there is little room.
    priority: usize,
    cell: fn(&Registered) -> String,
}

/// The numbers, from left to right.
const COLUMNS: [Column; 6] = [
    Column { title: "eligible", width: 8, priority: 5, cell: |r| count(r.candidate) },
    Column { title: "recommended", width: 11, priority: 0, cell: |r| count(r.wins) },
    Column { title: "outranked", width: 9, priority: 4, cell: |r| count(r.losses()) },
    Column { title: "blocked", width: 7, priority: 6, cell: |r| count(r.blocked) },
    Column { title: "net", width: 7, priority: 2, cell: |r| short_dollars(r.net_value()) },
    Column {
        title: "ROI",
        width: 7,
        priority: 3,
        cell: |r| best_roi(r).map(ratio).unwrap_or_default(),
    },
];
/// Columns of the stage, and its priority among the others.
const STAGE: (usize, usize) = (11, 1);
/// Columns that the title keeps.
const TITLE: usize = 20;

/// What fits beside the title.
struct Layout {
    title: usize,
    stage: bool,
    numbers: Vec<&'static Column>,
}

impl Layout {
    fn new(width: usize) -> Self {
        // The sign, and a blank after the title.
        let mut room = width.saturating_sub(3);
        let mut parts: Vec<(usize, usize)> =
            COLUMNS.iter().map(|column| (column.priority, column.width)).collect();
        parts.push((STAGE.1, STAGE.0));
        parts.sort_unstable();
        let mut kept = Vec::new();
        for (priority, width) in parts {
            if room > TITLE + width {
                room -= width + 1;
                kept.push(priority);
            }
        }
        let numbers = COLUMNS.iter().filter(|column| kept.contains(&column.priority));
        Self { title: room, stage: kept.contains(&STAGE.1), numbers: numbers.collect() }
    }

    /// Title, stage and numbers in their columns.
    fn line(&self, title: &str, stage: &str, number: impl Fn(&Column) -> String) -> String {
        let mut text = left(title, self.title);
        if self.stage {
            text.push_str(&format!(" {}", left(stage, STAGE.0)));
        }
        for column in &self.numbers {
            text.push_str(&format!(" {}", right(&number(column), column.width)));
        }
        text
    }
}

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let sheet = sheet(state, line_width(area), theme);
    let focused = state.is_focused(Pane::List);
    line_list::render(&sheet, state.playbooks, focused, theme, area, buffer);
}

/// The lines, with their title.
pub fn sheet(state: &State, width: u16, theme: Theme) -> Sheet {
    let Some(snapshot) = state.loaded() else {
        return Sheet::empty("Playbooks", "Loading…", theme);
    };
    if items(snapshot).next().is_none() {
        return Sheet::empty("Playbooks", "No playbooks in journey_playbooks.json", theme);
    }
    let layout = Layout::new(usize::from(width));
    let registry = snapshot.known_registry();
    let labels = &snapshot.matching.policy().labels;
    let row = |item| match item {
        Item::Playbook(number, playbook) => {
            let known = registry.and_then(|registry| registry.playbooks.get(number));
            let cell = |column: &Column| known.map_or("…".to_owned(), column.cell);
            let text = layout.line(playbook.title(), &stage_name(playbook, labels), cell);
            let (sign, sign_style, style) = match playbook.is_active() {
                true => ("✓ ", theme.good(), Style::new()),
                false => ("· ", theme.quiet(), theme.quiet()),
            };
            Line::from(vec![Span::styled(sign, sign_style), Span::styled(text, style)])
        }
        Item::Skipped(row) => {
            let name = row.name.as_deref().unwrap_or(&row.playbook_id);
            let name = if name.is_empty() { "a playbook without an id" } else { name };
            Line::from(vec![
                Span::styled("! ", theme.warning()),
                Span::raw(left(name, layout.title)),
                Span::styled(" skipped row", theme.warning()),
            ])
        }
    };
    let titles = layout.line("playbook", "stage", |column| column.title.to_owned());
    Sheet {
        title: Line::from(vec![
            Span::raw(" "),
            Span::styled("Playbooks", theme.strong()),
            Span::raw(" ─ in file order "),
        ]),
        titles: Some(Line::from(Span::styled(format!("    {titles}"), theme.quiet()))),
        rows: items(snapshot).map(row).collect(),
    }
}

/// The highest ROI of the segments with eligible customers, else of all segments.
fn best_roi(registered: &Registered) -> Option<f64> {
    let matched = registered.segments.iter().filter(|segment| segment.candidate > 0);
    let all = if registered.candidate > 0 {
        matched.collect::<Vec<_>>()
    } else {
        registered.segments.iter().collect()
    };
    all.into_iter().map(|segment| segment.economics.roi).reduce(f64::max)
}
