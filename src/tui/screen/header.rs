//! The first two lines: directory, freshness and totals; and the screens.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::loading::Loading;
use super::table::SCREENS;
use crate::domain::money::{count, counted};
use crate::domain::width::Width;
use crate::tui::keys::action::Action;
use crate::tui::state::State;
use crate::tui::widget::canvas::{Canvas, Spot};
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

const REVIEWER: &str = "reviewer ";
/// Columns that are left to the reviewer's name at least.
const NAME: usize = 9;

/// Draws both lines.
pub fn render(state: &State, theme: Theme, header: Rect, tabs: Rect, canvas: &mut Canvas<'_>) {
    let figures = figures(state, theme);
    let room = usize::from(header.width).saturating_sub(width(&figures) + 14);
    let title = Line::from(vec![
        Span::styled(" nextplay", theme.strong()),
        Span::raw("  "),
        Span::raw(fit(&state.directory, room.min(40))),
    ]);
    Paragraph::new(title).render(header, canvas);
    canvas.texts(at_the_right(header, width(&figures)), figures);

    let screens = screens(state, theme, usize::from(tabs.width).saturating_sub(NAME));
    // Where there is little room, the name stands alone.
    let read_only = read_only(state);
    let room = usize::from(tabs.width).saturating_sub(width(&screens) + read_only.width() + 1);
    canvas.texts(tabs, screens);
    let by = fit(&state.by, room.min(24));
    let word = if by.width() + REVIEWER.len() <= room { REVIEWER } else { "" };
    // Whose work the lists hold is asked where the reviewer stands.
    let scope = state.screen.lists_customers().then_some(Spot::Key(Action::NextScope));
    let who = vec![
        (Span::styled(word, theme.quiet()), scope),
        (Span::raw(by), scope),
        (Span::styled(read_only, theme.warning()), None),
        (Span::raw(" "), None),
    ];
    canvas.texts(at_the_right(tabs, width(&who)), who);
}

/// Texts with what is hit in them.
type Texts = Vec<(Span<'static>, Option<Spot>)>;

fn width(texts: &Texts) -> usize {
    texts.iter().map(|(span, _)| span.width()).sum()
}

/// The end of a line.
fn at_the_right(line: Rect, width: usize) -> Rect {
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(line.width);
    Rect { x: line.right() - width, width, ..line }
}

/// The screens with their keys. The narrower the window, the less is shown of the other screens: first their figures go, then that of the one shown, then their names.
fn screens(state: &State, theme: Theme, room: usize) -> Texts {
    let texts = |named: bool, figures: bool, figure_of_shown: bool| {
        let mut texts: Texts = vec![(Span::raw(" "), None)];
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
            let spot = Spot::Key(Action::Show(row.screen));
            texts.push((Span::styled(text, style), Some(spot)));
            texts.push((Span::raw(" "), None));
        }
        texts
    };
    let named = [texts(true, true, true), texts(true, false, true), texts(true, false, false)];
    let fits = |texts: &Texts| width(texts) <= room;
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
fn figures(state: &State, theme: Theme) -> Texts {
    let wide = state.size.0 >= 100;
    let Some(snapshot) = &state.snapshot else {
        let rows = state.size.0 >= 80;
        return vec![(Span::styled(loading(state, rows), theme.accent()), None)];
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
    let mut texts: Texts = spans.into_iter().map(|span| (span, None)).collect();
    if totals.findings > 0 && !snapshot.partial {
        let key = state.keymap.key(Action::Findings);
        let text = format!(" ⚠ {} ({key}) ", count(totals.findings));
        let spot = Spot::Key(Action::Findings);
        texts.push((Span::styled(text, theme.warning()), Some(spot)));
    }
    texts
}

fn freshness(state: &State, snapshot: &Snapshot, theme: Theme) -> Vec<Span<'static>> {
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
