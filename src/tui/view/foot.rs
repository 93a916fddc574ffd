//! The last two lines: a message or the filter, and the keys that can act now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_input::Input;
use unicode_width::UnicodeWidthStr;

use crate::domain::text::harmless;
use crate::tui::actions;
use crate::tui::state::{NoticeKind, Overlay, State};
use crate::tui::text::fit;
use crate::tui::theme::Theme;

pub fn render(state: &State, theme: Theme, notice: Rect, hints: Rect, buffer: &mut Buffer) {
    if let Overlay::Filter { input, .. } = &state.overlay {
        let line = field(input, "/ ", usize::from(notice.width).saturating_sub(1), true);
        buffer.set_line(notice.x + 1, notice.y, &line, notice.width.saturating_sub(1));
    } else if let Some(message) = &state.notice {
        let (sign, style) = match message.kind {
            NoticeKind::Done => ("✓", theme.good()),
            NoticeKind::News => ("◆", theme.changed()),
            NoticeKind::Refused => ("✗", theme.warning()),
        };
        let text = fit(&message.text, usize::from(notice.width).saturating_sub(4));
        let text = format!(" {sign} {text}");
        buffer.set_stringn(notice.x, notice.y, text, usize::from(notice.width), style);
    }

    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (key, label) in actions::hints(state) {
        let width = key.width() + 1 + label.width() + 2;
        if used + width > usize::from(hints.width) {
            break;
        }
        used += width;
        spans.push(Span::styled(key, theme.strong()));
        spans.push(Span::styled(format!(" {label}  "), theme.quiet()));
    }
    buffer.set_line(hints.x, hints.y, &Line::from(spans), hints.width);
}

/// A text field: what was typed, the end of it if it is long, with the cursor shown by reverse
/// video.
pub fn field<'a>(input: &Input, prompt: &'a str, width: usize, focused: bool) -> Line<'a> {
    use ratatui::style::{Modifier, Style};
    let cursor = input.cursor();
    let before: String = input.value().chars().take(cursor).collect();
    let at: String = input.value().chars().skip(cursor).take(1).collect();
    let after: String = input.value().chars().skip(cursor + 1).collect();
    let mut before = harmless(&before).into_owned();
    let room = width.saturating_sub(prompt.width() + 1);
    while before.width() > room && !before.is_empty() {
        before.remove(0);
    }
    let style = if focused { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
    let at = if at.is_empty() { " ".to_owned() } else { harmless(&at).into_owned() };
    Line::from(vec![
        Span::raw(prompt),
        Span::raw(before),
        Span::styled(at, style),
        Span::raw(harmless(&after).into_owned()),
    ])
}
