//! Draws the list of customers. Only the rows that are seen are built, however many there are.

use std::ops::{ControlFlow, Range};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::columns::{ColumnId, Row, Show, WidthRule};
use super::fitted::{Fitted, FittedColumn, GAP};
use super::list::List;
use crate::domain::Person;
use crate::domain::money::count;
use crate::domain::width::Width;
use crate::filter::{Field, Filter, FilterMatcher};
use crate::tui::keys::action::Action;
use crate::tui::screen::id::Screen;
use crate::tui::screen::layout;
use crate::tui::state::{Pane, State};
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::pane::pane;
use crate::tui::widget::text::{bar, fit, left, right, wrap};
use crate::tui::widget::theme::{IN_EXPERIMENT, NOT_MINE, Theme, sign};
use crate::workspace::{Scope, Snapshot};

/// Columns of the terminal in front of the list's: cursor, mark of a change, selection, status, and
/// whether the reviewer may decide, or else whether an experiment has the customer.
const FRONT: usize = 5;
/// Texts of so many rows are measured at once, so that columns keep their widths while the list moves
/// by a few rows.
const MEASURED: usize = 64;

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    let list = state.list();
    let fitted = fitted(state, area.width);
    let title = title(state, list, &fitted, theme);
    let scope = scope_columns(&title);
    let block = pane(title, state.is_focused(Pane::List), theme);
    let inner = block.inner(area);
    block.render(area, canvas);
    let frame = Rect { x: inner.x, width: inner.width, height: 1, ..area };
    canvas.mark_columns(frame, scope, Spot::Key(Action::NextScope));
    let snapshot = match &state.snapshot {
        Some(snapshot) if !list.rows.is_empty() => snapshot,
        _ => return empty(state, list, theme, inner, canvas),
    };
    titles(list, &fitted, theme, inner, canvas);
    let mut rows = Rows::new(state, snapshot, &fitted, theme);
    let heading = list.heading();
    let mut end = inner.top() + 1;
    for (line, y) in (list.top..list.lines()).zip(inner.top() + 1..inner.bottom()) {
        end = y + 1;
        let row = Rect { y, height: 1, ..inner };
        if heading == Some(line) {
            let text = format!(" No eligible playbook ({})", count(list.built.uncovered));
            canvas.set_stringn(row.x, y, text, usize::from(row.width), theme.strong());
            continue;
        }
        let place = list.row_at(line);
        let Some(number) = list.rows.get(place) else { continue };
        rows.draw(*number as usize, place == list.cursor, row, canvas);
        canvas.mark(row, Spot::Row(place));
    }
    let free = Rect { y: end, height: inner.bottom().saturating_sub(end), ..inner };
    summary(list, theme, free, canvas);
}

/// Returns whether a column has something to say: by the policy, and on some row around those that are
/// seen.
pub fn applies(state: &State, id: ColumnId) -> bool {
    let Some(show) = id.column().show.as_ref() else { return false };
    if id == ColumnId::Name {
        return true;
    }
    let Some(snapshot) = state.snapshot.as_deref() else { return true };
    let is_unknown = show.loading.is_some() && snapshot.partial || state.list().rows.is_empty();
    (show.applies)(snapshot) && (is_unknown || texts(state, snapshot, show).any(|width| width > 0))
}

/// The widths of a column's texts, on rows around those that are seen.
fn texts<'a>(
    state: &'a State,
    snapshot: &'a Snapshot,
    show: &'static Show,
) -> impl Iterator<Item = usize> + 'a {
    let list = state.list();
    let first = list.top - list.top % MEASURED;
    let theme = Theme::plain();
    list.rows.iter().skip(first).take(2 * MEASURED).filter_map(move |row| {
        let number = *row as usize;
        let view = snapshot.matching.customer(number)?;
        Some((show.cell)(&Row { snapshot, number, view, theme }).0.width())
    })
}

/// The longest of a column's texts; of those that would make it no wider the first.
fn longest_of(mut widths: impl Iterator<Item = usize>, rule: WidthRule) -> usize {
    let most = match rule {
        WidthRule::Fixed(width) => width,
        WidthRule::Text { most, .. } => most,
    };
    let longer = |longest: usize, width: usize| match longest.max(width) {
        longest if longest >= most => ControlFlow::Break(longest),
        longest => ControlFlow::Continue(longest),
    };
    match widths.try_fold(0, longer) {
        ControlFlow::Break(longest) | ControlFlow::Continue(longest) => longest,
    }
}

/// Returns the columns of the list that fit into a pane of this width.
pub fn fitted(state: &State, width: u16) -> Fitted {
    let list = state.list();
    let snapshot = state.snapshot.as_deref();
    let is_wanted = |(id, on): &(ColumnId, bool)| *on && applies(state, *id);
    let chosen: Vec<ColumnId> = list.columns.all().filter(is_wanted).map(|(id, _)| id).collect();
    let longest = |show: &'static Show| {
        let Some(snapshot) = snapshot else { return 0 };
        match show.loading.filter(|_| snapshot.partial) {
            Some(loading) => loading.width(),
            None => longest_of(texts(state, snapshot, show), show.width),
        }
    };
    // Two borders, and a blank at the right edge.
    let room = usize::from(width).saturating_sub(2 + FRONT + 1);
    Fitted::new(room, &chosen, list.sort, list.scrolled, longest)
}

/// Returns the columns that fit on the screen as it is.
pub fn fitted_on_screen(state: &State) -> Fitted {
    let width = layout::areas(state).list.map_or(state.size.0, |area| area.width);
    fitted(state, width)
}

/// The place of the scope among the parts of the title.
const SCOPE: usize = 3;

/// The columns of the scope in the title.
fn scope_columns(title: &Line<'_>) -> Range<usize> {
    let width = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let before = width(title.spans.get(..SCOPE).unwrap_or_default());
    before..before + title.spans.get(SCOPE).map_or(0, |scope| scope.width().saturating_sub(1))
}

fn title<'a>(state: &State, list: &List, fitted: &Fitted, theme: Theme) -> Line<'a> {
    let what = match list.screen == Screen::Queue {
        true => "Needs a decision",
        false => "Customers",
    };
    // The title names what the rows are, unless it takes long to build those that are wanted.
    let slow = list.slow_at().is_some_and(|at| at <= state.now);
    let shown = &list.built.request;
    let (filter, sort) = match slow {
        true => (&list.filter, list.sort),
        false => (&shown.filter, shown.sort),
    };
    let scope = list.scope.or(shown.scope).unwrap_or_default();
    let mut spans = vec![
        Span::raw(" "),
        Span::styled(what, theme.strong()),
        Span::raw(" "),
        Span::styled(format!("[{}] ", scope.title()), theme.accent()),
    ];
    let sorting = if slow && list.sort != shown.sort { " …" } else { "" };
    // The arrow over a column says it where the column is on the screen.
    let is_shown = fitted.columns.iter().any(|fitted| fitted.column.id == sort.key);
    if !is_shown || !sorting.is_empty() {
        let arrow = match (sort.key, sort.descending) {
            (ColumnId::FileOrder, false) => "",
            (_, true) => " ↓",
            (_, false) => " ↑",
        };
        spans.push(Span::raw(format!("─ by {}{arrow}{sorting} ", sort.key.column().name)));
    }
    if !list.selection.is_empty() {
        let picked = format!("─ {} selected ", count(list.selection.len()));
        spans.push(Span::styled(picked, theme.accent()));
    }
    let typed = fit(filter, usize::from(state.size.0) / 4);
    if slow && list.is_filtering() {
        spans.push(Span::styled(format!("─ /{typed} … "), theme.warning()));
    } else if !filter.is_empty() {
        let (found, all) = (count(list.rows.len()), count(list.built.unfiltered));
        spans.push(Span::styled(format!("─ /{typed} {found} of {all} "), theme.warning()));
    }
    Line::from(spans)
}

/// What is shown instead of rows.
fn empty(state: &State, list: &List, theme: Theme, inner: Rect, buffer: &mut Buffer) {
    let filtered = !list.built.request.filter.is_empty() && list.built.unfiltered > 0;
    let scope = list.scope.unwrap_or_default();
    let key = |action| state.keymap.key(action);
    let text = match &state.snapshot {
        Some(_) if filtered => {
            let within = match scope {
                Scope::All => String::new(),
                scope => format!(" in {}", scope.title()),
            };
            format!("No matches{within}. {} clears the filter.", key(Action::Back))
        }
        Some(snapshot) if !snapshot.partial && snapshot.is_empty() => {
            "There are no customers in the data.".to_owned()
        }
        Some(snapshot) if !snapshot.partial && scope == Scope::All => {
            let key = key(Action::Show(Screen::Customers));
            format!("{}. Press {key} to see all customers.", scope.nothing_waits())
        }
        Some(snapshot) if !snapshot.partial => {
            let next = scope.next().title();
            format!("{}. {}: {next}", nothing_in(scope, list.screen), key(Action::NextScope))
        }
        _ => match &state.loading {
            Some(loading) => {
                let known = if state.snapshot.is_some() {
                    let key = key(Action::Show(Screen::Customers));
                    format!(". Press {key} to see the customers loaded so far")
                } else {
                    String::new()
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

/// What an empty scope says.
fn nothing_in(scope: Scope, screen: Screen) -> &'static str {
    match (scope, screen) {
        (Scope::Mine, Screen::Customers) => "No customer has you as owner",
        _ => scope.nothing_waits(),
    }
}

/// Draws the titles over the columns, and at the edges that there are more.
fn titles(list: &List, fitted: &Fitted, theme: Theme, inner: Rect, canvas: &mut Canvas<'_>) {
    let sort = list.built.request.sort;
    let title = |column: &FittedColumn| {
        let arrow = match (sort.key == column.column.id, sort.descending) {
            (false, _) => "",
            (true, true) => "↓",
            (true, false) => "↑",
        };
        format!("{}{arrow}", column.column.title)
    };
    let mut text = " ".repeat(FRONT);
    for column in &fitted.columns {
        let begin = text.width();
        text.push_str(&aligned(&title(column), column.show, column.width));
        if let Some(sort) = ColumnId::sortable().position(|id| id == column.column.id) {
            let line = Rect { height: 1, ..inner };
            canvas.mark_columns(line, begin..text.width(), Spot::Title(sort));
        }
        text.push_str(&" ".repeat(GAP + bar_of(column, fitted)));
    }
    canvas.set_stringn(inner.x, inner.y, text, usize::from(inner.width), theme.quiet());
    // On the frame, where no column stands.
    let edges = [
        (fitted.more_left, inner.x.checked_sub(1), "‹"),
        (fitted.more_right, Some(inner.right()), "›"),
    ];
    for (more, x, sign) in edges {
        if let Some(cell) = x.filter(|_| more).and_then(|x| canvas.cell_mut((x, inner.y))) {
            cell.set_symbol(sign).set_style(theme.accent());
        }
    }
}

/// Columns of the terminal behind a column that its bar takes, with the blank before it.
fn bar_of(column: &FittedColumn, fitted: &Fitted) -> usize {
    match column.column.id {
        ColumnId::Risk if fitted.bar > 0 => fitted.bar + GAP,
        _ => 0,
    }
}

fn aligned(text: &str, show: &Show, width: usize) -> String {
    if show.right { right(text, width) } else { left(text, width) }
}

/// Draws the sums of a short queue into the lines that it leaves free, below an empty one.
fn summary(list: &List, theme: Theme, free: Rect, buffer: &mut Buffer) {
    let Some(summary) = &list.built.summary else { return };
    let width = usize::from(free.width).saturating_sub(2);
    let widest = summary.lines.iter().map(|(label, _)| label.width()).max().unwrap_or_default();
    for ((label, text), y) in summary.lines.iter().zip(free.top() + 1..free.bottom()) {
        let line = Line::from(vec![
            Span::styled(format!(" {}  ", left(label, widest)), theme.quiet()),
            Span::raw(fit(text, width.saturating_sub(widest + 2))),
        ]);
        buffer.set_line(free.x, y, &line, free.width);
    }
}

/// Draws rows.
struct Rows<'a> {
    state: &'a State,
    snapshot: &'a Snapshot,
    fitted: &'a Fitted,
    theme: Theme,
    me: Person,
    matcher: Option<FilterMatcher<'a>>,
}

impl<'a> Rows<'a> {
    fn new(state: &'a State, snapshot: &'a Snapshot, fitted: &'a Fitted, theme: Theme) -> Self {
        let filter = Filter::parse(&state.list().filter, &state.by);
        let matcher = (!filter.words().is_empty()).then(|| FilterMatcher::new(&filter, snapshot));
        Self { state, snapshot, fitted, theme, me: Person::new(&state.by), matcher }
    }

    /// Draws a customer's row; `selected` where it is the one under the cursor.
    fn draw(&mut self, number: usize, selected: bool, area: Rect, buffer: &mut Buffer) {
        let Self { state, snapshot, fitted, theme, .. } = *self;
        let Some(view) = snapshot.matching.customer(number) else { return };
        let status = snapshot.status(number);
        let is_selected = state.list().selection.contains(view.id());
        let changed = state.marks.contains_key(view.id());
        let foreign = status.waits() && !snapshot.waits_for(number, &self.me);
        let mut spans = vec![
            Span::raw(if selected { "▸" } else { " " }),
            Span::styled(if changed { "◆" } else { " " }, theme.changed()),
            Span::styled(if is_selected { "●" } else { " " }, theme.accent()),
            match snapshot.partial {
                true => Span::raw(" "),
                false => Span::styled(sign(status), theme.status(status)),
            },
            match (foreign, snapshot.matching.experiment(number).is_some()) {
                (true, _) => Span::raw(NOT_MINE),
                (false, true) => Span::styled(IN_EXPERIMENT, theme.accent()),
                (false, false) => Span::raw(" "),
            },
        ];
        let row = Row { snapshot, number, view, theme };
        let dimmed = if foreign { theme.quiet() } else { Style::new() };
        for column in &fitted.columns {
            let (text, style) = match column.show.loading.filter(|_| snapshot.partial) {
                Some(loading) => (loading.into(), theme.quiet()),
                None => (column.show.cell)(&row),
            };
            let text = aligned(&text, column.show, column.width);
            self.mark(number, column, text, style.patch(dimmed), &mut spans);
            let bar_width = bar_of(column, fitted).saturating_sub(GAP);
            if bar_width > 0 && !snapshot.partial {
                let risk = row.risk().unwrap_or_default();
                spans.push(Span::raw(" ".repeat(GAP)));
                spans.push(Span::styled(bar(risk, bar_width), theme.risk(risk)));
            } else {
                spans.push(Span::raw(" ".repeat(bar_of(column, fitted))));
            }
            spans.push(Span::raw(" ".repeat(GAP)));
        }
        buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
        if selected {
            theme.select(area, buffer);
        }
    }

    /// Adds a cell with the letters highlighted that the filter's words match.
    fn mark(
        &mut self,
        number: usize,
        column: &FittedColumn,
        text: String,
        style: Style,
        spans: &mut Vec<Span<'_>>,
    ) {
        let searched =
            matches!(column.column.filter, Some(Field::Text(field)) if field.is_searched());
        let matcher = self.matcher.as_mut().filter(|_| searched);
        let marks = matcher.map(|matcher| matcher.marks(number, &text)).unwrap_or_default();
        let mut at = 0;
        for range in marks {
            let (before, found) = (text.get(at..range.start), text.get(range.clone()));
            spans.push(Span::styled(before.unwrap_or_default().to_owned(), style));
            let found = found.unwrap_or_default().to_owned();
            spans.push(Span::styled(found, style.patch(self.theme.matched())));
            at = range.end;
        }
        spans.push(Span::styled(text.get(at..).unwrap_or_default().to_owned(), style));
    }
}
