//! The dialog in which a decision is confirmed: a window over its content, and under it what has changed,
//! why it cannot be confirmed, and the keys.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::content::{self, Content};
use super::dialog::{Dialog, FormField, Subject};
use crate::domain::DecisionKind;
use crate::domain::money::count;
use crate::tui::keys::action::{Action, Context};
use crate::tui::screen::layout;
use crate::tui::state::{Overlay, State};
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::text::{fit, wrap};
use crate::tui::widget::theme::Theme;

/// Columns of the dialog where the screen has them.
const WIDTH: u16 = 74;
/// Rows of the content that stay, however much there is to say under it.
const FEWEST: usize = 3;

/// A dialog laid out.
struct Sheet {
    area: Rect,
    content: Content,
    /// What stays under the content, with an empty line for the keys.
    pinned: Vec<Line<'static>>,
    /// Rows of the content that are shown at once.
    rows: usize,
    /// Columns for text.
    width: usize,
}

impl Sheet {
    fn new(state: &State, theme: Theme, dialog: &Dialog) -> Self {
        let columns = WIDTH.min(state.size.0.saturating_sub(2));
        let width = usize::from(columns).saturating_sub(4);
        let content = content::content(state, theme, dialog, width);
        let mut pinned = pinned(state, theme, dialog, width);
        let most = usize::from(layout::over(state, columns, u16::MAX).height).saturating_sub(2);
        // The keys come last: without them `y` would be a guess.
        let too_many = (pinned.len() + FEWEST).saturating_sub(most);
        let keys = pinned.len().saturating_sub(1);
        pinned.drain(keys.saturating_sub(too_many)..keys);
        if content.len() + pinned.len() < most {
            pinned.insert(0, Line::default());
        }
        let rows = most.saturating_sub(pinned.len()).min(content.len());
        let height = u16::try_from(rows + pinned.len() + 2).unwrap_or(u16::MAX);
        Self { area: layout::over(state, columns, height), content, pinned, rows, width }
    }

    /// The last line that the window can begin at.
    fn last(&self) -> usize {
        self.content.len().saturating_sub(self.rows)
    }
}

fn is_proposal(subject: &Subject) -> bool {
    matches!(subject, Subject::Undo { entry, .. } if !entry.kind.decides())
}

/// Draws the dialog over list and detail.
pub fn render(state: &State, theme: Theme, dialog: &Dialog, canvas: &mut Canvas<'_>) {
    let sheet = Sheet::new(state, theme, dialog);
    let title = match dialog.kind() {
        DecisionKind::Approve => "Approve?",
        DecisionKind::Reject => "Reject?",
        DecisionKind::Undo if matches!(dialog.subject, Subject::Many { .. }) => {
            "Undo these decisions?"
        }
        DecisionKind::Undo if is_proposal(&dialog.subject) => "Undo this proposal?",
        DecisionKind::Undo => "Undo this decision?",
        DecisionKind::Defer => "Defer to a later date?",
        DecisionKind::Override if dialog.assigns() => "Assign a playbook by hand?",
        DecisionKind::Override => "Override?",
        DecisionKind::HandOff => "Hand off?",
        DecisionKind::Propose => "Propose a playbook?",
        DecisionKind::Enroll => "Enroll?",
        DecisionKind::Recover => "Recover?",
    };
    let Sheet { content, rows, .. } = &sheet;
    let top = dialog.scroll.min(sheet.last());
    let all = content.len();
    let key = |action| state.keymap.key_in(Context::Dialog, action);
    let title = match all > *rows {
        true => {
            let (down, up) = (key(Action::PageDown), key(Action::PageUp));
            format!("{title} lines {}–{} of {all}, {down} {up}", top + 1, top + rows)
        }
        false => title.to_owned(),
    };
    let inner = over(sheet.area, &title, theme, canvas);
    let shown = Rect { height: (*rows as u16).min(inner.height), ..inner };
    draw_lines(&content.lines, top, shown, canvas);
    canvas.mark_lines(&content.spots, top, shown);
    let drawn = content.lines.len().saturating_sub(top);
    if let (Subject::Many { sum: Some(sum), .. }, Some(snapshot)) =
        (&dialog.subject, &state.snapshot)
    {
        let first = top.saturating_sub(content.lines.len());
        let places = shown.top().saturating_add(drawn as u16)..shown.bottom();
        for (item, y) in sum.items.iter().skip(first).zip(places) {
            let line = content::item(snapshot, item, sheet.width);
            canvas.set_line(shown.x, y, &line, shown.width);
        }
    }
    let under =
        Rect { y: shown.bottom(), height: inner.bottom().saturating_sub(shown.bottom()), ..inner };
    draw_lines(&sheet.pinned, 0, under, canvas);
    if !dialog.sending
        && let Some(keys) = sheet.pinned.len().checked_sub(1).and_then(|n| u16::try_from(n).ok())
    {
        let y = under.y.saturating_add(keys);
        let line = Rect { y, height: 1, ..under }.intersection(under);
        canvas.texts(line, buttons(state, theme, dialog));
    }
}

/// Returns where the open dialog is; nowhere where there is none.
pub fn area(state: &State) -> Rect {
    match &state.overlay {
        Overlay::Decide(dialog) => Sheet::new(state, Theme::plain(), dialog).area,
        _ => Rect::ZERO,
    }
}

/// Returns how far the open dialog can be scrolled, and by how much a page scrolls it.
pub(crate) fn scrolling(state: &State) -> (usize, usize) {
    let Overlay::Decide(dialog) = &state.overlay else { return (0, 0) };
    let sheet = Sheet::new(state, Theme::plain(), dialog);
    (sheet.last(), sheet.rows.saturating_sub(1).max(1))
}

/// Keeps the window over the content, and over the field that has the keys where that is another one
/// than before.
pub(crate) fn settle(state: &mut State) {
    let Overlay::Decide(dialog) = &state.overlay else { return };
    let sheet = Sheet::new(state, Theme::plain(), dialog);
    let mut top = dialog.scroll.min(sheet.last());
    let field = match dialog.form.focus {
        FormField::Cancel => None,
        field => sheet.content.field(field),
    };
    if let Some(lines) = field.filter(|_| dialog.follows) {
        // What is chosen changes the amounts: they stay in sight with it, where both fit.
        let amounts = sheet.content.amounts.clone().filter(|_| dialog.shown.is_none());
        let end = amounts.map_or(lines.end, |amounts| lines.end.max(amounts.end));
        let end = end.min(lines.start + sheet.rows);
        top = top.clamp(end.saturating_sub(sheet.rows), lines.start);
    }
    if let Overlay::Decide(dialog) = &mut state.overlay {
        dialog.scroll = top;
        dialog.follows = false;
    }
}

/// Returns true where cost, value and ROI of what is decided about are on the screen, or it has none.
pub(crate) fn shows_amounts(state: &State, dialog: &Dialog) -> bool {
    if state.too_small() {
        return false;
    }
    let sheet = Sheet::new(state, Theme::plain(), dialog);
    let top = dialog.scroll.min(sheet.last());
    match &sheet.content.amounts {
        Some(amounts) => top <= amounts.start && amounts.end <= top + sheet.rows,
        None => true,
    }
}

/// What has changed, why it cannot be confirmed, and the keys.
fn pinned(state: &State, theme: Theme, dialog: &Dialog, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut text = |text: &str, style: Style| {
        let wrapped = wrap(text, width).into_iter();
        lines.extend(wrapped.map(|line| Line::from(Span::styled(format!(" {line}"), style))));
    };
    if let Some(moved) = &dialog.moved {
        text(&format!("◆ Changed while you were reviewing: {moved}"), theme.changed());
        let key = state.keymap.key_in(Context::Dialog, Action::ReadAgain);
        text(&format!("Press {key} to review the new numbers."), Style::new());
    }
    if let Some(refusal) = &dialog.refusal {
        text(&format!("✗ {refusal}"), theme.warning());
    }
    if dialog.sending {
        text("Saving…", theme.accent());
    } else {
        lines.push(Line::default());
    }
    lines
}

/// The keys, with what each does.
fn buttons(state: &State, theme: Theme, dialog: &Dialog) -> [(Span<'static>, Option<Spot>); 3] {
    let focused = dialog.form.focus == FormField::Cancel;
    let key = |action| state.keymap.key_in(Context::Dialog, action);
    let sign = if focused { "▸" } else { " " };
    let cancel = format!("{sign}[ {} Cancel ]", key(Action::Close));
    let verb = match (dialog.kind(), &dialog.subject) {
        (kind, Subject::Many { sum: Some(sum), .. }) => {
            format!("{} {}", kind.name(), count(sum.items.len()))
        }
        (DecisionKind::Override, _) if dialog.assigns() => "assign".to_owned(),
        (kind, _) => kind.name().to_owned(),
    };
    let (confirm, action) = match dialog.moved {
        Some(_) => (format!("[ {}  Review ]", key(Action::ReadAgain)), Action::ReadAgain),
        None => {
            let next = dialog.in_text().then(|| format!("{}, then ", key(Action::NextField)));
            let keys = next.unwrap_or_default() + &key(Action::Confirm);
            (format!("[ {keys}  {verb} as {} ]", fit(&state.by, 20)), Action::Confirm)
        }
    };
    let style = if focused { theme.strong() } else { Style::new() };
    [
        (Span::styled(cancel, style), Some(Spot::Key(Action::Close))),
        (Span::raw("   "), None),
        (Span::styled(confirm, theme.strong()), Some(Spot::Key(action))),
    ]
}
