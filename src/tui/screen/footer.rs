//! The last two lines: a message or the filter, and the keys that can act now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::domain::text::harmless;
use crate::domain::width::{Width, end_of, first_chars};
use crate::tui::activity::filter;
use crate::tui::keys::lookup;
use crate::tui::keys::lookup::{Action, Binding};
use crate::tui::screen::id::Screen;
use crate::tui::state::{NoticeKind, Overlay, Pane, State};
use crate::tui::what_if;
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;

pub fn render(state: &State, theme: Theme, notice: Rect, hints: Rect, buffer: &mut Buffer) {
    if let Overlay::Filter { input, .. } = &state.overlay {
        let refused = state.notice.as_ref().filter(|notice| notice.kind == NoticeKind::Refused);
        let refused = refused.map(|notice| notice.text.clone());
        let remark = refused.or_else(|| state.filter_problem(input.value()));
        let width = usize::from(notice.width).saturating_sub(1);
        // A long text leaves room for what is said of it.
        let beside = remark.as_ref().map_or(0, |remark| (remark.width() + 8).min(width * 3 / 4));
        let line = field(input, "/ ", width - beside, true);
        buffer.set_line(notice.x + 1, notice.y, &line, (width - beside) as u16);
        if let Some(remark) = remark {
            let at = line.width().min(width - beside) + 4;
            let room = usize::from(notice.width).saturating_sub(at + 2);
            let text = fit(&format!("✗ {remark}"), room);
            let x = notice.x.saturating_add(at as u16);
            buffer.set_stringn(x, notice.y, text, room, theme.warning());
        }
    } else if let Some(message) = &state.notice {
        let (sign, style) = match message.kind {
            NoticeKind::Done => ("✓", theme.good()),
            NoticeKind::News => ("◆", theme.changed()),
            NoticeKind::Refused => ("✗", theme.warning()),
        };
        let lines = super::notice::lines(state);
        for ((number, line), y) in lines.iter().enumerate().zip(notice.top()..notice.bottom()) {
            let sign = if number == 0 { sign } else { " " };
            buffer.set_stringn(
                notice.x,
                y,
                format!(" {sign} {line}"),
                usize::from(notice.width),
                style,
            );
        }
    }

    // Where the line is too short, help and the ways back and out stay.
    let kept = |binding: &&Binding| match binding.action {
        Action::Help | Action::Quit => true,
        Action::Back => state.pane == Pane::Detail,
        Action::Close => true,
        _ => false,
    };
    let label = |binding: &Binding| match binding.action {
        Action::Open if what_if::update::edits(state) => "edit",
        _ => binding.label,
    };
    let width = |binding: &Binding| name(binding).width() + label(binding).width() + 3;
    let mut room = usize::from(hints.width).saturating_sub(1);
    room = room.saturating_sub(lookup::hints(state).filter(kept).map(width).sum());
    let mut spans = vec![Span::raw(" ")];
    for binding in lookup::hints(state) {
        if !kept(&binding) {
            let wide = width(binding);
            if wide > room {
                room = 0;
                continue;
            }
            room -= wide;
        }
        spans.push(Span::styled(name(binding), theme.strong()));
        spans.push(Span::styled(format!(" {}  ", label(binding)), theme.quiet()));
    }
    if state.screen == Screen::Activity && matches!(state.overlay, Overlay::Filter { .. }) {
        spans.push(Span::styled(fit(filter::HINT, room), theme.quiet()));
    }
    buffer.set_line(hints.x, hints.y, &Line::from(spans), hints.width);
}

fn name(binding: &Binding) -> &'static str {
    binding.keys.first().map_or("", |key| key.name)
}

/// A text field: what was typed, the end of it if it is long, with the cursor shown by reverse
/// video.
pub fn field<'a>(input: &Input, prompt: &'a str, width: usize, focused: bool) -> Line<'a> {
    use ratatui::style::{Modifier, Style};
    let (before, _) = first_chars(input.value(), input.cursor());
    let rest = input.value().get(before.len()..).unwrap_or_default();
    let (at, _) = first_chars(rest, 1);
    // No more than fits: a field may hold very much.
    let (after, _) = first_chars(rest.get(at.len()..).unwrap_or_default(), width);
    let room = width.saturating_sub(prompt.width() + 1);
    let before = harmless(before);
    let before = end_of(&before, room).to_owned();
    let style = if focused { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
    let at = if at.is_empty() { " ".to_owned() } else { harmless(at).into_owned() };
    Line::from(vec![
        Span::raw(prompt),
        Span::raw(before),
        Span::styled(at, style),
        Span::raw(fit(after, width)),
    ])
}
