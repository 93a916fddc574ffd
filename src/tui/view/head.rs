//! The first two lines: what is shown, how fresh it is, how much there is; and the screens.

use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use crate::domain::money::{count, counted};
use crate::tui::list::Screen;
use crate::tui::state::State;
use crate::tui::text::fit;
use crate::tui::theme::Theme;

pub fn render(state: &State, theme: Theme, header: Rect, tabs: Rect, buffer: &mut Buffer) {
    let figures = figures(state, theme);
    let room = usize::from(header.width).saturating_sub(figures.width() + 14);
    let title = Line::from(vec![
        Span::styled(" nextplay", theme.strong()),
        Span::raw("  "),
        Span::raw(fit(&state.directory, room.min(40))),
    ]);
    Paragraph::new(title).render(header, buffer);
    Paragraph::new(figures).alignment(Alignment::Right).render(header, buffer);

    let mut spans = vec![Span::raw(" ")];
    for screen in Screen::ALL {
        let number = match screen {
            Screen::Queue => state.totals.waiting,
            Screen::Customers => state.totals.customers,
        };
        let text = format!("{} {} {}", screen.key(), screen.title(), count(number));
        if screen == state.screen {
            spans.push(Span::styled(format!("[{text}]"), theme.strong().patch(theme.accent())));
        } else {
            spans.push(Span::styled(format!(" {text} "), theme.quiet()));
        }
        spans.push(Span::raw(" "));
    }
    Paragraph::new(Line::from(spans)).render(tabs, buffer);
    let who = Line::from(vec![
        Span::styled("reviewer ", theme.quiet()),
        Span::raw(fit(&state.by, 24)),
        Span::raw(" "),
    ]);
    Paragraph::new(who).alignment(Alignment::Right).render(tabs, buffer);
}

fn figures<'a>(state: &State, theme: Theme) -> Line<'a> {
    let Some(snapshot) = &state.snapshot else {
        return Line::from(Span::styled("○ loading ", theme.accent()));
    };
    let at = snapshot.loaded_at.to_zoned(state.zone.clone()).strftime("%H:%M:%S").to_string();
    let live = if snapshot.why_not_deciding().is_some() {
        Span::styled(format!("▲ stopped {at}"), theme.bad())
    } else {
        Span::styled(format!("● live {at}"), theme.good())
    };
    let totals = state.totals;
    // The narrower the screen, the fewer words; the figures stay.
    let wide = state.size.0 >= 100;
    let mut spans = vec![live, Span::raw("  ")];
    if wide {
        spans.push(Span::raw(format!("{}  ", counted(totals.customers, "customer"))));
    }
    spans.push(Span::raw(format!("{}  ", counted(totals.plays, "play"))));
    spans.push(Span::styled(format!("{} to decide ", count(totals.waiting)), theme.strong()));
    if totals.findings > 0 {
        spans.push(Span::styled(format!(" ⚠ {} (!) ", count(totals.findings)), theme.warning()));
    }
    Line::from(spans)
}
