//! The last two lines: a message or the filter, and the keys that are available now.

use ratatui::layout::Rect;
use ratatui::text::Span;
use tui_input::Input;

use crate::domain::width::Width;
use crate::tui::keys::action::Action;
use crate::tui::keys::keymap::Bound;
use crate::tui::keys::lookup;
use crate::tui::state::{NoticeKind, Overlay, Pane, State};
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::field::{field, places};
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;

/// Draws both lines.
pub fn render(state: &State, theme: Theme, notice: Rect, hints: Rect, canvas: &mut Canvas<'_>) {
    if let Overlay::Filter { input, .. } = &state.overlay {
        let refused = state.notice.as_ref().filter(|notice| notice.kind == NoticeKind::Refused);
        let refused = refused.map(|notice| notice.text.clone());
        let remark = refused.or_else(|| remark(state, input.value()));
        let width = usize::from(notice.width).saturating_sub(1);
        // A long text leaves room for the problem.
        let beside = remark.as_ref().map_or(0, |remark| (remark.width() + 8).min(width * 3 / 4));
        let wide = typed(canvas, notice, input, width - beside);
        if let Some(remark) = remark {
            let at = wide.min(width - beside) + 4;
            let room = usize::from(notice.width).saturating_sub(at + 2);
            let text = fit(&format!("✗ {remark}"), room);
            let x = notice.x.saturating_add(at as u16);
            canvas.set_stringn(x, notice.y, text, room, theme.warning());
        }
    } else if let Overlay::Help { shown, .. } = &state.overlay
        && shown.typing
    {
        typed(canvas, notice, &shown.search, usize::from(notice.width).saturating_sub(1));
    } else if let Some(message) = &state.notice {
        let (sign, style) = match message.kind {
            NoticeKind::Done => ("✓", theme.good()),
            NoticeKind::News => ("◆", theme.changed()),
            NoticeKind::Refused => ("✗", theme.warning()),
        };
        let lines = super::notice::lines(state);
        for ((number, line), y) in lines.iter().enumerate().zip(notice.top()..notice.bottom()) {
            let sign = if number == 0 { sign } else { " " };
            canvas.set_stringn(
                notice.x,
                y,
                format!(" {sign} {line}"),
                usize::from(notice.width),
                style,
            );
        }
    } else if let Some(remark) = remark(state, state.filter()) {
        // A filter that is kept says so too.
        let text = fit(&remark, usize::from(notice.width).saturating_sub(3));
        canvas.set_string(notice.x, notice.y, format!(" ✗ {text}"), theme.warning());
    }

    // Where the line is too short, help and the ways back and out stay.
    let kept = |binding: &&Bound| match binding.action {
        Action::Help | Action::Leave => true,
        Action::Back => state.pane == Pane::Detail,
        Action::Close => true,
        _ => false,
    };
    // How many reasons or views there are to choose.
    let count = match &state.overlay {
        Overlay::Decide(dialog) => dialog.form.reasons.len(),
        _ => state.settings.views.len(),
    };
    let width = |binding: &Bound| binding.hint(count).width() + binding.label.width() + 3;
    let mut room = usize::from(hints.width).saturating_sub(1);
    room = room.saturating_sub(lookup::hints(state).filter(kept).map(width).sum());
    let mut texts = vec![(Span::raw(" "), None)];
    for binding in lookup::hints(state) {
        if !kept(&binding) {
            let wide = width(binding);
            if wide > room {
                room = 0;
                continue;
            }
            room -= wide;
        }
        let spot = Some(Spot::Key(binding.action));
        texts.push((Span::styled(binding.hint(count), theme.strong()), spot));
        texts.push((Span::styled(format!(" {}", binding.label), theme.quiet()), spot));
        texts.push((Span::raw("  "), None));
    }
    if let (Overlay::Filter { .. }, Some(filter)) =
        (&state.overlay, &state.screen.row().list.filter)
    {
        texts.push((Span::styled(fit(filter.hint, room), theme.quiet()), None));
    }
    canvas.texts(hints, texts);
}

/// Draws the field of a filter or a search, at most so wide, and returns how wide it is.
fn typed(canvas: &mut Canvas<'_>, notice: Rect, input: &Input, width: usize) -> usize {
    let line = field(input, "/ ", width, true);
    canvas.set_line(notice.x + 1, notice.y, &line, width as u16);
    if canvas.records() {
        let area = Rect { x: notice.x + 1, height: 1, ..notice };
        for (column, place) in places(input, "/ ", width).into_iter().enumerate() {
            canvas.mark_columns(area, column..column + 1, Spot::Text(None, place));
        }
    }
    line.width()
}

/// What of a filter on the screen is not understood.
fn remark(state: &State, filter: &str) -> Option<String> {
    let field = state.screen.row().list.filter.as_ref().filter(|_| !filter.is_empty())?;
    (field.problem)(&state.by, filter)
}
