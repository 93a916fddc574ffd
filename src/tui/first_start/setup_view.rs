//! Draws the dialog that sets a directory up: the first rows as they would be read, and what would be written.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Setup;
use crate::domain::DataFile;
use crate::domain::text::{capitalized, escape_controls};
use crate::intake::sources::SOURCES_FILE;
use crate::intake::sources::guess::preview::Preview;
use crate::starter::init::Plan;
use crate::starter::playbooks::PLAYBOOKS;
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::text::{fit, left, wrap};
use crate::tui::widget::theme::Theme;

/// So many rows of the first table are shown, and of the others one less.
const ROWS: usize = 3;
/// Columns of the dialog where the screen has them.
const WIDTH: u16 = 110;
/// A value is cut after so many columns.
const WIDEST: usize = 20;

/// Draws the dialog.
pub fn render(state: &State, setup: &Setup, theme: Theme, canvas: &mut Canvas<'_>) {
    let width = width(state);
    let lines = lines(setup, usize::from(width.saturating_sub(4)), theme);
    let area = layout::over(state, width, lines.len() as u16 + 2);
    let inner = over(area, "Set up this directory", theme, canvas);
    let scroll = match setup {
        Setup::Ready { scroll, .. } => *scroll,
        Setup::Looking | Setup::Refused(_) => 0,
    };
    draw_lines(&lines, scroll, inner, canvas);
}

/// Returns how many lines do not fit on the screen.
pub(crate) fn overflow(state: &State) -> usize {
    let Some(setup) = &state.first_start.setup else { return 0 };
    let width = width(state);
    let lines = lines(setup, usize::from(width.saturating_sub(4)), Theme::plain()).len();
    let area = layout::over(state, width, lines as u16 + 2);
    lines.saturating_sub(usize::from(area.height.saturating_sub(2)))
}

fn width(state: &State) -> u16 {
    WIDTH.min(state.size.0.saturating_sub(2))
}

fn lines(setup: &Setup, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut add = |text: &str, style: Style| {
        let text = escape_controls(text);
        lines.push(Line::from(Span::styled(format!(" {}", fit(&text, width)), style)));
    };
    match setup {
        Setup::Looking => add("Looking at the files…", theme.quiet()),
        Setup::Refused(why) => {
            for line in wrap(&format!("{}.", capitalized(&why.message)), width) {
                add(&line, theme.warning());
            }
            for hint in &why.hints {
                add("", Style::new());
                wrap(&format!("{}.", capitalized(hint)), width)
                    .iter()
                    .for_each(|line| add(line, Style::new()));
            }
        }
        Setup::Ready { plan, .. } => ready(plan, width, theme, &mut add),
    }
    lines
}

fn ready(plan: &Plan, width: usize, theme: Theme, add: &mut impl FnMut(&str, Style)) {
    let written = plan.missing.iter().map(|name| match *name {
        SOURCES_FILE => format!("{name} (shown below; a comment says why for each guess)"),
        name if name == DataFile::Playbooks.name() => {
            format!("{name} ({PLAYBOOKS} starter playbooks; cost and value are assumed)")
        }
        name => format!("{name} (every setting a comment)"),
    });
    let written: Vec<String> = written.collect();
    let what = match written.is_empty() {
        true => "Nothing is missing.".to_owned(),
        false => format!("Enter writes {}. No file is overwritten.", written.join(", ")),
    };
    wrap(&what, width).iter().for_each(|line| add(line, theme.strong()));
    let not_found = plan.not_found();
    if !not_found.is_empty() {
        let said = format!("No column was found for: {}", not_found.join(", "));
        wrap(&said, width).iter().for_each(|line| add(line, theme.warning()));
    }
    let unsure = plan.unsure();
    if !unsure.is_empty() {
        let said = format!("To decide in {SOURCES_FILE}: {}", unsure.join(", "));
        wrap(&said, width).iter().for_each(|line| add(line, theme.warning()));
    }
    for (at, preview) in plan.previews(ROWS).into_iter().enumerate() {
        let file = plan.guess.tables.iter().find(|table| table.table == preview.table);
        let file = file.map(|table| table.file.as_str()).unwrap_or_default();
        add("", Style::new());
        let widths = widths(&preview, width);
        let hidden = preview.fields.iter().zip(&widths).filter(|(_, width)| **width == 0);
        let hidden: Vec<&str> = hidden.map(|(field, _)| *field).collect();
        add(&format!("{} from {file}", preview.table.stem()), theme.strong());
        if !hidden.is_empty() {
            let said = format!("No room here for {}", hidden.join(", "));
            wrap(&said, width).iter().for_each(|line| add(line, theme.quiet()));
        }
        let row = |cells: &[&str]| {
            let cells = cells.iter().zip(&widths).filter(|(_, width)| **width > 0);
            let cells: Vec<String> =
                cells.map(|(cell, width)| left(&fit(cell, *width), *width)).collect();
            cells.join("  ").trim_end().to_owned()
        };
        add(&row(&preview.fields), theme.quiet());
        for cells in preview.rows.iter().take(if at == 0 { ROWS } else { ROWS - 1 }) {
            let cells: Vec<String> =
                cells.iter().map(|cell| escape_controls(cell).into_owned()).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            add(&row(&cells), Style::new());
        }
    }
    for (file, why) in plan.guess.unused.iter().chain(&plan.found.unreadable) {
        add("", Style::new());
        wrap(&format!("Not used: {file}; {why}"), width)
            .iter()
            .for_each(|line| add(line, theme.quiet()));
    }
}

/// The width of each column; 0 for those that have no room.
fn widths(preview: &Preview, width: usize) -> Vec<usize> {
    let mut left = width;
    let wanted = preview.fields.iter().enumerate().map(|(at, field)| {
        let cells = preview.rows.iter().filter_map(|row| row.get(at));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or_default();
        widest.clamp(field.len().min(WIDEST), WIDEST)
    });
    wanted
        .map(|wanted| {
            let fits = wanted + 2 <= left;
            left = if fits { left - wanted - 2 } else { 0 };
            if fits { wanted } else { 0 }
        })
        .collect()
}
