//! The first two lines: directory, freshness and totals; and the screens.

use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::loading::Loading;
use super::table::SCREENS;
use crate::domain::money::{count, counted};
use crate::domain::width::Width;
use crate::tui::state::State;
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

const REVIEWER: &str = "reviewer ";
/// Columns that are left to the reviewer's name at least.
const NAME: usize = 9;

/// Draws both lines.
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

    let screens = screens(state, theme, usize::from(tabs.width).saturating_sub(NAME));
    // Where there is little room, the name stands alone.
    let read_only = read_only(state);
    let room = usize::from(tabs.width).saturating_sub(screens.width() + read_only.width() + 1);
    Paragraph::new(screens).render(tabs, buffer);
    let by = fit(&state.by, room.min(24));
    let word = if by.width() + REVIEWER.len() <= room { REVIEWER } else { "" };
    let who = Line::from(vec![
        Span::styled(word, theme.quiet()),
        Span::raw(by),
        Span::styled(read_only, theme.warning()),
        Span::raw(" "),
    ]);
    Paragraph::new(who).alignment(Alignment::Right).render(tabs, buffer);
}

/// The screens with their keys. The narrower the window, the less is shown of the other screens: first their figures go, then that of the one shown, then their names.
fn screens(state: &State, theme: Theme, room: usize) -> Line<'static> {
    let texts = |named: bool, figures: bool, figure_of_shown: bool| {
        let mut spans = vec![Span::raw(" ")];
        for row in &SCREENS {
            let shown = row.screen == state.screen;
            let mut text = row.key_name(&state.keymap);
            if named || shown {
                text.push_str(&format!(" {}", row.title));
            }
            if (figures || shown && figure_of_shown)
                && let Some(known) = row.count
            {
                text.push_str(&format!(" {}", known(state).map_or("…".to_owned(), count)));
            }
            let (text, style) = match (shown, figures) {
                (true, _) => (format!("[{text}]"), theme.strong().patch(theme.accent())),
                (false, true) => (format!(" {text} "), theme.quiet()),
                (false, false) => (text, theme.quiet()),
            };
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(" "));
        }
        Line::from(spans)
    };
    let named = [texts(true, true, true), texts(true, false, true), texts(true, false, false)];
    let fits = |line: &Line<'_>| line.width() <= room;
    named.into_iter().find(fits).unwrap_or_else(|| texts(false, false, true))
}

/// What stands beside the reviewer where no decision can be recorded; the keys say why.
fn read_only(state: &State) -> &'static str {
    let cannot_write = |snapshot: &Snapshot| snapshot.cannot_write.is_some();
    match state.snapshot.as_deref().is_some_and(cannot_write) {
        true => " · read-only",
        false => "",
    }
}

/// Freshness and totals. The narrower the screen, the fewer words; the figures stay.
fn figures<'a>(state: &State, theme: Theme) -> Line<'a> {
    let wide = state.size.0 >= 100;
    let Some(snapshot) = &state.snapshot else {
        let rows = state.size.0 >= 80;
        return Line::from(Span::styled(loading(state, rows), theme.accent()));
    };
    let mut spans = freshness(state, snapshot, theme);
    let totals = state.totals;
    let known = |told: String| if snapshot.partial { unknown(&told) } else { told };
    spans.push(Span::raw("  "));
    if wide {
        spans.push(Span::raw(format!("{}  ", counted(totals.customers, "customer"))));
    }
    // On a narrow screen only what needs a decision stays.
    if state.size.0 >= 70 {
        spans.push(Span::raw(format!("{}  ", known(counted(totals.plays, "play")))));
    }
    let need = if totals.waiting == 1 { "needs" } else { "need" };
    let waiting = known(format!("{} {need} a decision", count(totals.waiting)));
    spans.push(Span::styled(format!("{waiting} "), theme.strong()));
    if totals.findings > 0 && !snapshot.partial {
        spans.push(Span::styled(format!(" ⚠ {} (!) ", count(totals.findings)), theme.warning()));
    }
    Line::from(spans)
}

fn freshness<'a>(state: &State, snapshot: &Snapshot, theme: Theme) -> Vec<Span<'a>> {
    if snapshot.partial {
        // The number of customers so far stands beside it.
        return vec![Span::styled(loading(state, false).trim_end().to_owned(), theme.accent())];
    }
    let at = snapshot.now.at.to_zoned(state.zone.clone()).strftime("%H:%M:%S").to_string();
    let reading = state.loading.as_ref().and_then(Loading::percent);
    // Beside the progress there is no room for a clock on a narrow screen.
    let at = if reading.is_some() && state.size.0 < 80 { String::new() } else { format!(" {at}") };
    let mut spans = match snapshot.what_is_broken() {
        Some(_) => vec![Span::styled(format!("▲ stopped{at}"), theme.bad())],
        None => {
            vec![Span::styled("●", theme.good()), Span::styled(format!(" live{at}"), theme.quiet())]
        }
    };
    if let Some(percent) = reading {
        spans.push(Span::styled(format!("  reading {percent}%"), theme.quiet()));
    }
    spans
}

/// `○ loading 43%  1,240,000 rows  0.8 s left`, as far as that is known.
fn loading(state: &State, rows: bool) -> String {
    let mut text = "○ loading ".to_owned();
    let Some(loading) = &state.loading else { return text };
    if let Some(percent) = loading.percent() {
        text.push_str(&format!("{percent}% "));
    }
    if rows && loading.progress.rows > 0 {
        text.push_str(&format!(" {} ", loading.rows()));
    }
    if let Some(left) = loading.left() {
        text.push_str(&format!(" {left} "));
    }
    text
}

/// Words with a figure in front that is not known yet.
fn unknown(told: &str) -> String {
    let words = told.split_once(' ').map_or("", |(_, words)| words);
    format!("… {words}")
}
