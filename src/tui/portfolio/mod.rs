//! The portfolio: its figures in groups of lines, and charts of the selected line's group.
//!
//! - `items`: which lines there are, and the customers behind each.
//! - `names`: what things are called and how their numbers read.
//! - `rows`: the lines as they are drawn.
//! - `experiments`: what experiments say, and ending one.
//! - `calibration`: what was saved against what was expected.
//! - `detail`: the selected line in full, with `heat`: the map of stages and segments.
//!
//! All numbers are those of [`crate::insight::portfolio`]; only the lengths of bars are computed here.

mod calibration;
mod detail;
pub(crate) mod experiments;
mod export;
mod heat;
mod items;
mod names;
mod rows;
pub mod state;

pub use export::export;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::Policy;
use crate::domain::money::{count, counted};
use crate::insight::Portfolio;
use crate::insight::experiment::ExperimentResult;
use crate::insight::learning::Calibration;
use crate::store::Dataset;
use crate::tui::event::Effect;
use crate::tui::keys::keymap::no_matches;
use crate::tui::portfolio::items::{Behind, Item};
use crate::tui::state::{Pane, State};
use crate::tui::subject::Subject;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::line_list::{self, Position, line_width};
use crate::tui::widget::list_order::{ListOrder, SortColumn};
use crate::tui::widget::pane::Sheet;
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;
use crate::workspace::figures::PortfolioFigures;
use crate::workspace::{Figure, Figures};

/// The figures on the screen.
#[derive(Clone, Copy)]
struct Shown<'a> {
    figures: &'a Portfolio,
    policy: &'a Policy,
    dataset: &'a Dataset,
    experiments: &'a [ExperimentResult],
    calibration: &'a Calibration,
    /// They are of an earlier view, and those of this one are being counted.
    outdated: bool,
    /// What was typed into the filter.
    filter: &'a str,
    /// The order of the lines within their groups.
    order: ListOrder,
}

fn shown(state: &State) -> Option<Shown<'_>> {
    let snapshot = state.loaded()?;
    let known = snapshot.figures().of_portfolio();
    let counted = || state.portfolio.counted.as_ref().and_then(Figures::of_portfolio);
    let PortfolioFigures { portfolio, experiments, calibration } = known.or_else(counted)?;
    Some(Shown {
        figures: portfolio,
        policy: snapshot.matching.policy(),
        dataset: snapshot.matching.dataset(),
        experiments,
        calibration,
        outdated: known.is_none(),
        filter: &state.portfolio.filter,
        order: state.portfolio.order,
    })
}

/// How many lines.
pub fn len(state: &State) -> usize {
    shown(state).map_or(0, |shown| items::items(shown).len())
}

fn selected(state: &State) -> Option<(Shown<'_>, Item<'_>)> {
    let shown = shown(state)?;
    let item = items::items(shown).into_iter().nth(state.portfolio.position.cursor)?;
    Some((shown, item))
}

/// The line that is no heading next to a place, seen from the selected line.
fn stop(state: &State, place: usize) -> usize {
    let Some(shown) = shown(state) else { return place };
    let items = items::items(shown);
    let place = place.min(items.len().saturating_sub(1));
    let is_line = |place: &usize| items.get(*place).is_some_and(|item| !item.is_heading());
    let after = (place..items.len()).find(is_line);
    let before = (0..=place).rev().find(is_line);
    let forward = place >= state.portfolio.position.cursor;
    let found = if forward { after.or(before) } else { before.or(after) };
    found.unwrap_or(place)
}

/// Where the line is that was selected last; `None` where it is gone.
fn same_line(state: &State) -> Option<usize> {
    let about = state.portfolio.about.as_ref()?;
    let items = items::items(shown(state)?);
    let is_it = |item: &Item<'_>| item.about() == *about;
    // Several lines may be about the same, where a file has a row twice.
    let cursor = state.portfolio.position.cursor;
    let here = items.get(cursor).is_some_and(is_it).then_some(cursor);
    here.or_else(|| items.iter().position(is_it))
}

/// Selects a line, or the next one that is no heading.
pub fn select(state: &mut State, line: usize) {
    let (line, len) = (stop(state, line), len(state));
    if state.portfolio.position.select(line, len) {
        state.detail_scroll = 0;
    }
    if len > 0 {
        // A filter that leaves other lines is a detour, until one of them is selected.
        state.portfolio.about = selected(state).map(|(_, item)| item.about());
    }
}

/// Moves the window so that the selection is in it, and the heading of its first line.
pub fn scroll(state: &mut State, height: usize) {
    let len = len(state);
    if len == 0 {
        // Nothing is counted yet: the selection waits for its line.
        return;
    }
    state.portfolio.position.scroll(height, len);
    let Position { cursor, top } = state.portfolio.position;
    if top == cursor && height > 1 && top > 0 && stop(state, top - 1) != top - 1 {
        state.portfolio.position.top = top - 1;
    }
}

/// Moves the window by some lines.
pub fn wheel(state: &mut State, by: isize, height: usize) {
    let len = len(state);
    if let Some(line) = state.portfolio.position.wheel(by, height, len) {
        select(state, line);
    }
}

/// Keeps the selection on its line where the figures are other ones now.
pub fn keep_selection(state: &mut State) {
    if len(state) > 0 {
        let line = same_line(state).unwrap_or(state.portfolio.position.cursor);
        state.portfolio.position.cursor = stop(state, line);
    }
}

/// The figures, where they are not counted yet.
pub fn pending_effect(state: &mut State) -> Option<Effect> {
    let known = state.loaded().map(|snapshot| snapshot.figures());
    if let Some(known) = known.filter(|known| known.of_portfolio().is_some()).cloned() {
        state.portfolio.counted = Some(known);
    }
    state.request_figure(Figure::Portfolio)
}

/// The playbook of the selected line, where it is about one.
pub fn subject(state: &State) -> Option<Subject> {
    let id = match selected(state)?.1 {
        Item::Saved(row) => return row.id.map(|id| Subject::Playbook(id.into())),
        Item::Playbook(playbook) => &playbook.playbook_id,
        Item::Leader(_, leader) => &leader.playbook_id,
        Item::Review(review) => &review.playbook_id,
        _ => return None,
    };
    Some(Subject::Playbook(id.clone()))
}

fn behind(state: &State) -> Result<Behind, String> {
    let Some((shown, item)) = selected(state) else {
        return Err("Still counting".to_owned());
    };
    item.behind(shown.figures, shown.policy)
}

/// The filter that leaves the customers behind the selected line.
///
/// # Errors
/// Why there are none.
pub fn customers_behind(state: &State) -> Result<String, String> {
    behind(state).map(|behind| behind.filter)
}

/// How many customers are behind the selected line, where there are any.
pub fn customers(state: &State) -> Option<usize> {
    behind(state).ok().map(|behind| behind.customers)
}

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    let sheet = sheet(state, line_width(area), theme);
    let focused = state.is_focused(Pane::List);
    line_list::render(&sheet, state.portfolio.position, focused, theme, area, canvas);
}

/// The lines, with their title.
pub fn sheet(state: &State, width: u16, theme: Theme) -> Sheet {
    let Some(shown) = shown(state) else {
        let text = if state.loaded().is_some() { "Counting…" } else { "Loading…" };
        return Sheet::empty("Portfolio", text, theme);
    };
    let title = list_title(shown, theme);
    let (rows, sorts) = rows::rows(shown, usize::from(width), theme);
    if rows.is_empty() {
        return Sheet { title, ..Sheet::empty("", &no_matches(&state.keymap), theme) };
    }
    let readable = state.loaded().is_none_or(|snapshot| !snapshot.policy.never_good);
    let titles = rows::headline(shown.figures, readable, usize::from(width), theme);
    Sheet { title, titles: Some(titles), rows, sorts }
}

fn list_title(shown: Shown<'_>, theme: Theme) -> Line<'static> {
    let customers = counted(shown.figures.customers, "customer");
    let news = if shown.outdated { "─ updating… " } else { "" };
    let order = match shown.order == ListOrder::default() {
        true => String::new(),
        false => format!("─ {} ", shown.order.words(&sort_columns())),
    };
    let mut spans = vec![
        Span::raw(" "),
        Span::styled("Portfolio", theme.strong()),
        Span::raw(format!(" ─ {customers} {order}{news}")),
    ];
    if !shown.filter.is_empty() {
        let lines = |filter| {
            let items = items::items(Shown { filter, ..shown });
            items.iter().filter(|item| item.is_line()).count()
        };
        let chip = format!(
            "─ /{} {} of {} ",
            fit(shown.filter, 20),
            count(lines(shown.filter)),
            count(lines(""))
        );
        spans.push(Span::styled(chip, theme.warning()));
    }
    Line::from(spans)
}

/// The columns that the lines of a group can be sorted by.
pub fn sort_columns() -> Vec<SortColumn> {
    items::ORDERS.iter().map(|(column, _)| *column).collect()
}

/// The title of the detail.
pub fn title(state: &State, theme: Theme) -> Line<'static> {
    let Some((_, item)) = selected(state) else { return Line::from(" Portfolio ") };
    let title = names::title(item.group());
    Line::from(vec![Span::raw(" "), Span::styled(title, theme.strong()), Span::raw(" ")])
}

/// The lines of the detail, each at most `width` columns wide.
pub fn lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut builder = DetailBuilder::new(width, theme, state.now, &state.zone);
    match selected(state) {
        Some((shown, item)) => detail::tell(&mut builder, shown, &item, &state.keymap),
        None if shown(state).is_some() => builder.text(0, "No line is selected", theme.quiet()),
        None => builder.text(0, "Counting…", theme.quiet()),
    }
    builder.lines
}
