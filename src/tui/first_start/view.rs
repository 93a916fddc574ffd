//! Draws the page of a first start.

use std::path::Path;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Choice, FirstStart, setup_view};
use crate::domain::text::escape_controls;
use crate::intake::DataFile;
use crate::tui::event::Opening;
use crate::tui::keys::action::Action;
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::text::{fit, left, wrap};
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

/// Columns where the screen has them.
const WIDTH: u16 = 92;

/// A line of the page, and the place of the choice that it is, if any.
struct PageLine {
    line: Line<'static>,
    choice: Option<usize>,
}

/// Draws the page for a view without the files that are needed.
pub fn render(state: &State, snapshot: &Snapshot, theme: Theme, canvas: &mut Canvas<'_>) {
    let width = WIDTH.min(state.size.0.saturating_sub(2));
    if let Some(setup) = &state.first_start.setup {
        setup_view::render(state, setup, theme, canvas);
        return;
    }
    let lines = lines(state, snapshot, usize::from(width.saturating_sub(4)), theme);
    let area = layout::over(state, width, lines.len() as u16 + 2);
    let inner = over(area, "No data yet", theme, canvas);
    let text: Vec<Line<'static>> = lines.iter().map(|line| line.line.clone()).collect();
    draw_lines(&text, 0, inner, canvas);
    for (line, y) in lines.iter().zip(inner.top()..inner.bottom()) {
        if let Some(place) = line.choice {
            canvas.mark(Rect { y, height: 1, ..inner }, Spot::MenuLine(place));
        }
    }
    let selected = lines.iter().position(|line| line.choice == Some(state.first_start.cursor));
    if let Some(y) = selected.and_then(|at| inner.y.checked_add(u16::try_from(at).ok()?)) {
        theme.select(Rect { y, height: 1, ..inner }.intersection(inner), canvas);
    }
}

fn lines(state: &State, snapshot: &Snapshot, width: usize, theme: Theme) -> Vec<PageLine> {
    let page = &state.first_start;
    let mut lines = Vec::new();
    let mut add = |text: String, style: Style, choice| {
        lines.push(PageLine { line: Line::from(Span::styled(format!(" {text}"), style)), choice });
    };
    let missing: Vec<&str> = snapshot.missing.iter().map(|file| file.name()).collect();
    let directory = match page.directory == Path::new(".") {
        true => "The current directory".to_owned(),
        false => format!("\"{}\"", page.directory.display()),
    };
    let found = match found(&page.exports) {
        Some(found) => format!("{found} Press {} to set it up.", key(state, &Choice::SetUp)),
        None => format!("{directory} has no {}.", missing.join(" and no ")),
    };
    wrap(&found, width).into_iter().for_each(|line| add(line, theme.strong(), None));
    add(String::new(), Style::new(), None);
    for (place, choice) in page.choices().iter().enumerate() {
        let mark = if place == page.cursor { "▸" } else { " " };
        let text = format!("{mark} {} {}", left(&key(state, choice), 2), words(page, choice));
        add(fit(&text, width), Style::new(), Some(place));
    }
    add(String::new(), Style::new(), None);
    for (heading, required) in [("Needed", true), ("Optional", false)] {
        add(heading.to_owned(), theme.quiet(), None);
        let files = || DataFile::ALL.into_iter().filter(|file| file.required() == required);
        let name = files().map(|file| file.name().len()).max().unwrap_or_default();
        for file in files() {
            let (sign, style) = match snapshot.matching.dataset().tables.is_present(file) {
                true => ("✓", theme.good()),
                _ if required => ("✗", theme.warning()),
                _ => ("·", Style::new()),
            };
            let text = format!("{sign} {}  {}", left(file.name(), name), file.holds());
            add(fit(&text, width), style, None);
        }
    }
    lines
}

/// What is said of the exports that were found; `None` where there is none.
fn found(exports: &[String]) -> Option<String> {
    let shown = |name: &String| escape_controls(name).into_owned();
    Some(match exports {
        [] => return None,
        [one] => format!("Found {}.", shown(one)),
        [one, other] => format!("Found {} and {}.", shown(one), shown(other)),
        [one, others @ ..] => format!("Found {} and {} more files.", shown(one), others.len()),
    })
}

/// The key of a choice of its own, if it has one.
fn key(state: &State, choice: &Choice) -> String {
    let action = match choice {
        Choice::SetUp => Action::SetUp,
        Choice::Open(Opening::Directory(_)) => return String::new(),
        Choice::Open(Opening::Demo) => Action::OpenDemo,
        Choice::Ask => Action::AskDirectory,
    };
    state.keymap.of(action, state.screen).map(|row| row.key_name()).unwrap_or_default()
}

fn words(page: &FirstStart, choice: &Choice) -> String {
    match choice {
        Choice::Open(Opening::Demo) => {
            "Open the demo: a copy of sample data, removed when you quit".to_owned()
        }
        Choice::Open(Opening::Directory(path)) => {
            let path = path.strip_prefix(&page.directory).unwrap_or(path);
            format!("Open \"{}\", which has both files", path.display())
        }
        Choice::SetUp => match page.has_files {
            true => "Set up this directory with the files in it".to_owned(),
            false => "Set up this directory with an export that you put there".to_owned(),
        },
        Choice::Ask => "Open another directory".to_owned(),
    }
}
