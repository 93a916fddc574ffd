//! How the palette is drawn: what is typed, what fits, and more about the highlighted entry.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::entries::{Entry, Kind, Target};
use super::query::Query;
use super::state::Palette;
use crate::domain::money::{count, counted};
use crate::domain::width::Width;
use crate::tui::screen::layout;
use crate::tui::state::State;
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::field::{field, places};
use crate::tui::widget::pane::over;
use crate::tui::widget::text::{fit, left, shown};
use crate::tui::widget::theme::Theme;

/// The most columns and rows of the palette, with its frame.
const WIDEST: u16 = 96;
const HIGHEST: u16 = 24;
/// Columns of the sign before an entry, and of its kind.
const SIGN: usize = 2;
const KIND: usize = 10;
/// What stands before the text field.
const PROMPT: &str = " > ";
/// Rows of the frame, of the text field, and of the line at the foot.
const FRAME: u16 = 2;
const FIELD: u16 = 2;
const FOOT: u16 = 1;

/// The place of the palette: as large whatever is listed, so that nothing jumps.
pub fn area(state: &State) -> Rect {
    let width = state.size.0.saturating_sub(4).min(WIDEST);
    layout::over(state, width, HIGHEST)
}

/// How many entries are seen at once.
pub fn rows(state: &State) -> usize {
    usize::from(area(state).height.saturating_sub(FRAME + FIELD + FOOT))
}

/// Draws the palette.
pub fn render(state: &State, theme: Theme, palette: &Palette, canvas: &mut Canvas<'_>) {
    let area = area(state);
    let inner = over(area, "Palette", theme, canvas);
    let width = usize::from(inner.width);
    let mut line = field(&palette.input, PROMPT, width, true);
    if palette.input.value().is_empty() {
        let hint = "type an action, a customer, a playbook or a view";
        line.push_span(Span::styled(fit(hint, width.saturating_sub(5)), theme.quiet()));
    }
    canvas.set_line(inner.x, inner.y, &line, inner.width);
    if canvas.records() {
        let line = Rect { height: 1, ..inner };
        for (column, place) in places(&palette.input, PROMPT, width).into_iter().enumerate() {
            canvas.mark_columns(line, column..column + 1, Spot::Text(None, place));
        }
    }
    canvas.set_string(inner.x, inner.y + 1, "─".repeat(width), theme.quiet());
    let list =
        Rect { y: inner.y + FIELD, height: inner.height.saturating_sub(FIELD + FOOT), ..inner };
    let query = Query::new(palette.text());
    let in_sight = palette.entries.iter().enumerate().skip(palette.position.top);
    for ((place, entry), y) in in_sight.zip(list.top()..list.bottom()) {
        let row = Rect { y, height: 1, ..list };
        let selected = place == palette.position.cursor;
        let line = entry_line(state, theme, entry, &query, selected, width);
        canvas.set_line(row.x, y, &line, row.width);
        canvas.mark(row, Spot::MenuLine(place));
        if selected {
            theme.select(row, canvas);
        }
    }
    if palette.entries.is_empty() {
        let text = if palette.is_searching() { "Searching…" } else { "No matches" };
        canvas.set_string(list.x + SIGN as u16, list.y, text, theme.quiet());
    }
    let (text, style) = foot(state, theme, palette);
    let text = fit(&shown(&text), width.saturating_sub(SIGN));
    let foot = inner.bottom().saturating_sub(FOOT);
    canvas.set_stringn(inner.x + 1, foot, text, width.saturating_sub(1), style);
    more(theme, palette, area, canvas);
}

/// An entry in a line: its kind, what it is called, why it is not available, and its key or id.
fn entry_line(
    state: &State,
    theme: Theme,
    entry: &Entry,
    query: &Query,
    selected: bool,
    width: usize,
) -> Line<'static> {
    let why = entry.unavailable(state);
    let style = if why.is_some() { theme.quiet() } else { Style::new() };
    let right = shown(&entry.right).into_owned();
    let right = fit(&right, width / 3);
    let room = width.saturating_sub(SIGN + KIND + right.width() + 2);
    let title = fit(&shown(&entry.title), room);
    let mut rest = room.saturating_sub(title.width());
    let searched = if entry.has_name() { right.as_str() } else { "" };
    let texts = [title.as_str(), searched];
    let marked = |text: &str, style: Style| {
        let mut spans = Vec::new();
        let mut at = 0;
        for range in query.marks(text, &texts, entry.has_name()) {
            spans.push(Span::styled(
                text.get(at..range.start).unwrap_or_default().to_owned(),
                style,
            ));
            let found = text.get(range.clone()).unwrap_or_default().to_owned();
            spans.push(Span::styled(found, style.patch(theme.matched())));
            at = range.end;
        }
        spans.push(Span::styled(text.get(at..).unwrap_or_default().to_owned(), style));
        spans
    };
    let mut spans = vec![
        Span::raw(if selected { "▸ " } else { "  " }),
        Span::styled(left(entry.kind.into(), KIND), theme.quiet()),
    ];
    spans.extend(marked(&title, style));
    if let Some(why) = why.filter(|why| !why.is_empty() && rest > 12) {
        let why = fit(&format!("  {}", shown(&why)), rest);
        rest = rest.saturating_sub(why.width());
        spans.push(Span::styled(why, theme.quiet()));
    }
    spans.push(Span::raw(" ".repeat(rest + 1)));
    match entry.kind {
        Kind::Customer | Kind::Playbook => spans.extend(marked(&right, theme.quiet())),
        Kind::Action | Kind::View | Kind::Scenario | Kind::Export => {
            let style = if style == Style::new() { theme.strong() } else { style };
            spans.push(Span::styled(right, style));
        }
    }
    Line::from(spans)
}

/// What is said of the highlighted entry: why it was not run or is not available, else what it does.
fn foot(state: &State, theme: Theme, palette: &Palette) -> (String, Style) {
    if let Some(why) = &palette.refusal {
        return (format!("✗ {why}"), theme.warning());
    }
    if palette.waiting.is_some() {
        return ("Searching…".to_owned(), theme.quiet());
    }
    let Some(entry) = palette.selected() else { return (String::new(), theme.quiet()) };
    if let Some(why) = entry.unavailable(state).filter(|why| !why.is_empty()) {
        return (format!("✗ {why}"), theme.warning());
    }
    let text = match &entry.target {
        Target::Customer(id) => customer(state, id),
        Target::Playbook(_) => "Show the playbook".to_owned(),
        Target::Action(_) | Target::View(_) | Target::Scenario(_) => entry.about.clone(),
    };
    (text, theme.quiet())
}

/// Who a customer is, in few words.
fn customer(state: &State, id: &str) -> String {
    let found = state.snapshot.as_ref().and_then(|snapshot| {
        let number = snapshot.matching.dataset().customer_number(id)?;
        let view = snapshot.matching.customer(number)?;
        let mut words = vec![view.segment().to_owned()];
        words.extend(view.owner().map(|owner| format!("owner {owner}")));
        words.push(snapshot.status(number).name().to_owned());
        Some(words.join(" · "))
    });
    found.unwrap_or_default()
}

/// Says on the frame how many more customers and playbooks fit.
fn more(theme: Theme, palette: &Palette, area: Rect, canvas: &mut Canvas<'_>) {
    let names = &palette.names;
    if palette.text().is_empty() || palette.is_searching() {
        return;
    }
    let left_out = [(names.more_customers, "customer"), (names.more_playbooks, "playbook")];
    let words = left_out.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| {
        let of = counted(number, what);
        let what = of.strip_prefix(&count(number)).unwrap_or_default();
        format!("{} more{what}", count(number))
    });
    let words: Vec<String> = words.collect();
    if !words.is_empty() {
        let text = format!(" {} ", words.join(", "));
        let x = area.right().saturating_sub(text.width() as u16 + 2).max(area.x + 1);
        canvas.set_stringn(
            x,
            area.bottom().saturating_sub(1),
            &text,
            usize::from(area.right().saturating_sub(x + 1)),
            theme.quiet(),
        );
    }
}
