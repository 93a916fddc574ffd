//! The Activity screen's list. Only the rows that are seen are built, however long the ledger is.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::filter::ActivityFilter;
use super::journal::done;
use super::list::{ChangeLine, Item, Kinds};
use super::update::sort_columns;
use crate::domain::money::count;
use crate::domain::width::Width;
use crate::domain::{DecisionKind, Entry};
use crate::tui::keys::keymap::no_matches;
use crate::tui::state::{Pane, State};
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::pane::pane;
use crate::tui::widget::text::{fit, left, wrap};
use crate::tui::widget::theme::Theme;

/// Columns of a time: `11-23 14:02`.
const TIME: usize = 11;
/// What a line has in front: selection and a blank.
const FRONT: usize = 2;

/// Widths of the columns, as wide as the lines that are seen need; 0 where there is no room.
struct Columns {
    by: usize,
    kind: usize,
    customer: usize,
    /// The customer's name, the playbook, and reason with note: with a blank before each.
    texts: [usize; 3],
}

/// The least columns of name, playbook, and reason with note. Where there is more room, the first takes
/// what it needs first.
const LEAST: [usize; 3] = [12, 8, 8];

impl Columns {
    fn new(width: usize, shown: &[Item<'_>], texts: impl Fn(&Item<'_>) -> [String; 3]) -> Self {
        let entries = || {
            shown.iter().filter_map(|item| match item {
                Item::Entry(entry) => Some(*entry),
                _ => None,
            })
        };
        let longest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or_default();
        let by = longest(&mut entries().map(|entry| entry.by.width())).clamp(2, 12);
        let kind = longest(&mut entries().map(|entry| done(entry.kind).len())).max(4);
        let ids = &mut shown.iter().filter_map(Item::customer_id).map(|id| id.width());
        let customer = longest(ids).clamp(4, 14);
        // The sign of the kind, and a blank before each column.
        let mut room = width.saturating_sub(FRONT + TIME + 3 + kind + 1 + by + 1 + customer);
        let mut wanted = [0; 3];
        for texts in shown.iter().map(texts) {
            for (wanted, text) in wanted.iter_mut().zip(&texts) {
                *wanted = (*wanted).max(text.width());
            }
        }
        let mut texts = [0; 3];
        for ((slot, wanted), least) in texts.iter_mut().zip(wanted).zip(LEAST) {
            if wanted > 0 && room > least {
                *slot = least;
                room -= least + 1;
            }
        }
        for (slot, wanted) in texts.iter_mut().zip(wanted) {
            let more = if *slot > 0 { wanted.saturating_sub(*slot).min(room) } else { 0 };
            *slot += more;
            room -= more;
        }
        Self { by, kind, customer, texts }
    }
}

/// The customer's name, the playbook, and reason with note.
fn texts(state: &State, item: &Item<'_>) -> [String; 3] {
    let snapshot = state.snapshot.as_deref();
    let name = |id: &str| {
        let matching = &snapshot?.matching;
        matching.customer(matching.dataset().customer_number(id)?)?.name().map(str::to_owned)
    };
    let name = item.customer_id().and_then(|id| name(id)).unwrap_or_default();
    let Item::Entry(entry) = item else { return [name, String::new(), String::new()] };
    let labels = snapshot.map(|snapshot| &snapshot.matching.policy().labels);
    let reason = entry.reason.as_deref().map(|code| match labels {
        Some(labels) => labels.reason(code),
        None => code.into(),
    });
    let said = reason.into_iter().chain(entry.note.as_deref().map(Into::into));
    let said = said.collect::<Vec<_>>().join(" · ");
    [name, entry.basis.playbook_title().to_owned(), said]
}

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    let block = pane(title(state, theme), state.is_focused(Pane::List), theme);
    let inner = block.inner(area);
    block.render(area, canvas);
    let activity = &state.activity;
    if activity.is_empty() {
        return empty(state, theme, inner, canvas);
    }
    let height = usize::from(inner.height.saturating_sub(1));
    let shown: Vec<Item<'_>> =
        (activity.top..activity.top + height).map_while(|place| activity.item(place)).collect();
    let width = usize::from(inner.width);
    let columns = Columns::new(width, &shown, |item| texts(state, item));
    let words = ActivityFilter::parse(&activity.filter, &state.by).words();
    titles(&columns, theme, inner, canvas);
    for ((place, item), y) in shown.iter().enumerate().zip(inner.top() + 1..inner.bottom()) {
        let selected = activity.top + place == activity.cursor;
        let line = line(state, *item, &columns, selected, width, theme);
        let line = words.mark(line, theme.matched());
        canvas.set_line(inner.x, y, &line, inner.width);
        let row = Rect { y, height: 1, ..inner };
        canvas.mark(row, Spot::Row(activity.top + place));
        if selected {
            theme.select(row, canvas);
        }
    }
}

fn title<'a>(state: &State, theme: Theme) -> Line<'a> {
    let activity = &state.activity;
    let mut spans = vec![
        Span::raw(" "),
        Span::styled("Activity", theme.strong()),
        Span::raw(format!(" ─ {} ", activity.kinds.title())),
    ];
    let order = activity.order;
    let words = match (order.column, order.descending) {
        (0, false) => Cow::Borrowed(""),
        (0, true) => Cow::Borrowed("oldest first"),
        _ => order.words(&sort_columns()),
    };
    if !words.is_empty() {
        spans.push(Span::raw(format!("─ {words} ")));
    }
    if !activity.filter.is_empty() {
        let typed = fit(&activity.filter, usize::from(state.size.0) / 4);
        let found =
            format!("─ /{typed} {} of {} ", count(activity.len()), count(activity.unfiltered));
        spans.push(Span::styled(found, theme.warning()));
    }
    Line::from(spans)
}

/// What is shown instead of rows.
fn empty(state: &State, theme: Theme, inner: Rect, buffer: &mut Buffer) {
    let activity = &state.activity;
    let text = match &state.snapshot {
        Some(_) if activity.unfiltered > 0 => &no_matches(&state.keymap),
        Some(snapshot) if !snapshot.partial => match activity.kinds {
            Kinds::All => "No decisions yet, and no changes since the dashboard was opened.",
            Kinds::Decisions => "No decisions yet.",
            Kinds::Changes => "No changes since the dashboard was opened.",
        },
        _ => "Loading…",
    };
    let width = usize::from(inner.width).saturating_sub(2);
    for (line, y) in wrap(text, width).iter().zip(inner.top()..inner.bottom()) {
        buffer.set_string(inner.x + 1, y, line, theme.quiet());
    }
}

/// Draws the titles, each with the place in [`ORDERS`](super::list::ORDERS) of what it sorts by.
fn titles(columns: &Columns, theme: Theme, inner: Rect, canvas: &mut Canvas<'_>) {
    let Columns { by, kind, customer, texts: [name, playbook, reason] } = *columns;
    let titles = [
        ("When", TIME, Some(0)),
        ("  Kind", kind + 2, Some(1)),
        ("By", by, Some(2)),
        ("ID", customer, Some(3)),
        ("Name", name, Some(3)),
        ("Playbook", playbook, Some(4)),
        ("Reason, note", reason, None),
    ];
    let mut texts = vec![(Span::raw(" ".repeat(FRONT)), None)];
    for (title, width, sort) in titles.into_iter().filter(|(_, width, _)| *width > 0) {
        let spot = sort.map(Spot::Title);
        texts.push((Span::styled(left(title, width), theme.quiet()), spot));
        texts.push((Span::raw(" "), None));
    }
    canvas.texts(Rect { height: 1, ..inner }, texts);
}

fn line(
    state: &State,
    item: Item<'_>,
    columns: &Columns,
    selected: bool,
    width: usize,
    theme: Theme,
) -> Line<'static> {
    let mut spans = vec![Span::raw(if selected { "▸ " } else { "  " })];
    match item {
        Item::Entry(entry) => entry_spans(state, entry, columns, theme, &mut spans),
        Item::Change(told) => change_spans(state, told, columns, width, theme, &mut spans),
        Item::Dropped(number) => {
            let number = count(usize::try_from(number).unwrap_or(usize::MAX));
            let text = format!("{:TIME$} … {number} older changes are no longer listed", "");
            spans.push(Span::styled(fit(&text, width.saturating_sub(FRONT)), theme.quiet()));
        }
    }
    Line::from(spans)
}

fn entry_spans(
    state: &State,
    entry: &Arc<Entry>,
    columns: &Columns,
    theme: Theme,
    spans: &mut Vec<Span<'static>>,
) {
    let style = style(entry.kind, theme);
    let Columns { by, kind, customer, texts: widths } = *columns;
    spans.push(Span::styled(left(&when(entry.at, state.now, &state.zone), TIME), theme.quiet()));
    spans.push(Span::styled(format!(" {} ", sign(entry.kind)), style));
    spans.push(Span::styled(left(done(entry.kind), kind), style));
    spans.push(Span::raw(format!(" {} ", left(&entry.by, by))));
    spans.push(Span::styled(left(&entry.customer_id, customer), theme.strong()));
    for (text, width) in texts(state, &Item::Entry(entry)).iter().zip(widths) {
        if width > 0 {
            spans.push(Span::raw(format!(" {}", left(text, width))));
        }
    }
}

/// A change has neither person nor kind: its words begin where those stand in other lines.
fn change_spans(
    state: &State,
    told: &ChangeLine,
    columns: &Columns,
    width: usize,
    theme: Theme,
    spans: &mut Vec<Span<'static>>,
) {
    spans.push(Span::styled(left(&when(told.at, state.now, &state.zone), TIME), theme.quiet()));
    spans.push(Span::styled(" ◆ ", theme.changed()));
    let mut used = FRONT + TIME + 3;
    if let Some(id) = &told.customer_id {
        let id = left(id, columns.customer);
        used += id.width() + 1;
        spans.push(Span::styled(id, theme.strong()));
        spans.push(Span::raw(" "));
        // The words take what they need; the name what is left over, so far as it is there at all.
        let [name, ..] = texts(state, &Item::Change(told));
        let room = width.saturating_sub(used + told.words.width() + 1);
        let name = fit(&name, room.max(LEAST[0]));
        if !name.is_empty() {
            used += name.width() + 1;
            spans.push(Span::raw(format!("{name} ")));
        }
    }
    spans.push(Span::raw(fit(&told.words, width.saturating_sub(used))));
}

/// A local time in few columns: today's with seconds, this year's without the year.
fn when(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let format = if at.date() == now.date() {
        "%H:%M:%S"
    } else if at.year() == now.year() {
        "%m-%d %H:%M"
    } else {
        "%Y-%m-%d"
    };
    at.strftime(format).to_string()
}

/// The sign of a kind, beside its word.
fn sign(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Approve => "✓",
        DecisionKind::Reject => "✗",
        DecisionKind::Defer => "»",
        DecisionKind::Override => "⇄",
        DecisionKind::Undo => "↶",
        DecisionKind::HandOff => "▶",
        DecisionKind::Propose => "?",
        DecisionKind::Enroll => "○",
        DecisionKind::Recover => "+",
    }
}

fn style(kind: DecisionKind, theme: Theme) -> Style {
    match kind {
        DecisionKind::Approve | DecisionKind::Override => theme.good(),
        DecisionKind::Reject => theme.bad(),
        DecisionKind::Defer | DecisionKind::Enroll => theme.quiet(),
        DecisionKind::Undo => theme.warning(),
        DecisionKind::HandOff | DecisionKind::Propose | DecisionKind::Recover => theme.accent(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_short_as_they_can_be() {
        let now = "2026-11-23T14:02:11Z".parse().unwrap();
        for (at, want) in [
            ("2026-11-23T09:00:01Z", "09:00:01"),
            ("2026-11-22T09:00:01Z", "11-22 09:00"),
            ("2025-12-31T09:00:01Z", "2025-12-31"),
        ] {
            let text = when(at.parse().unwrap(), now, &TimeZone::UTC);
            assert_eq!(text, want);
            assert!(text.len() <= TIME);
        }
    }

    #[test]
    fn columns_never_need_more_room_than_there_is() {
        let change = ChangeLine::sample("C000001");
        for width in 56..200 {
            let texts = ["Halvorsen Marine Supply", "Usage Recovery", "budget · not this year"];
            let texts = |_: &Item<'_>| texts.map(str::to_owned);
            let shown = [Item::Change(&change)];
            let Columns { by, kind, customer, texts } = Columns::new(width, &shown, texts);
            let used = FRONT + TIME + 3 + by + 1 + kind + 1 + customer;
            let used =
                used + texts.iter().map(|width| width + usize::from(*width > 0)).sum::<usize>();
            assert!(used <= width, "{used} of {width}");
            assert!(texts[0] >= LEAST[0], "{width}: the name goes last");
        }
    }
}
