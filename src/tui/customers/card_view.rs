//! The card of a customer as lines of the screen.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::width::Width;
use crate::insight::Card;
use crate::insight::card::lines::LABELS;
use crate::insight::card::{CardRow, CardSection};
use crate::tui::widget::text::{fit, wrap};
use crate::tui::widget::theme::{Theme, sign};

/// Returns the card: who the customer is, then what to do, why, what to be careful about, and what
/// else. Each line is at most `width` columns wide, the blank on either side counted.
pub fn card_lines(card: &Card, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = head_lines(card, width, theme);
    lines.push(Line::default());
    lines.extend(body(card, usize::from(width).saturating_sub(2), theme));
    lines
}

/// Returns who the customer is, and what is at stake.
pub fn head_lines(card: &Card, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let width = usize::from(width).saturating_sub(2);
    let profile = &card.customer;
    let (name, facts) = (fit(profile.title(), width), fit(&profile.facts(), width));
    let strong = Span::styled(format!(" {name}"), theme.strong());
    let free = width.checked_sub(name.width() + facts.width()).filter(|free| *free > 1);
    let mut lines = match free {
        Some(free) => {
            vec![Line::from(vec![
                strong,
                Span::styled(format!("{:free$}{facts}", ""), theme.quiet()),
            ])]
        }
        None => {
            let facts = Span::styled(format!(" {facts}"), theme.quiet());
            vec![Line::from(strong), Line::from(facts)]
        }
    };
    let stakes = wrap(&profile.stakes(), width).into_iter();
    lines.extend(stakes.map(|text| Line::from(format!(" {text}"))));
    lines
}

/// What to do, why, what to be careful about, and what else.
fn body(card: &Card, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let room = width.saturating_sub(LABELS).max(8);
    let mut lines = Vec::new();
    // What has no room beside the name stands below the amounts.
    let mut below = None;
    for row in card.rows(room) {
        if row.section != CardSection::Do {
            lines.extend(below.take());
        }
        let mut of_row = labelled(&row, room, theme);
        if !row.aside.is_empty() {
            below = state_beside(card, &row, &mut of_row, room, theme);
        }
        lines.append(&mut of_row);
    }
    lines.extend(below);
    lines
}

/// A row, wrapped, with the label of its part before the first line of it.
fn labelled(row: &CardRow, room: usize, theme: Theme) -> Vec<Line<'static>> {
    let (label_style, style) = match row.section {
        CardSection::Do if row.headline => (theme.quiet(), theme.strong()),
        CardSection::Do | CardSection::Why => (theme.quiet(), Style::new()),
        CardSection::Caution => (theme.warning(), theme.warning()),
        CardSection::Or => (theme.quiet(), theme.quiet()),
    };
    let line = |(number, text)| {
        let label = if row.first && number == 0 { row.section.label() } else { "" };
        let label = Span::styled(format!(" {label:<LABELS$}"), label_style);
        Line::from(vec![label, Span::styled(text, style)])
    };
    wrap(&row.text, room).into_iter().enumerate().map(line).collect()
}

/// Puts how far it is at the end of the only line of a row; where there is no room, returns it as a
/// line of its own.
fn state_beside(
    card: &Card,
    row: &CardRow,
    lines: &mut [Line<'static>],
    room: usize,
    theme: Theme,
) -> Option<Line<'static>> {
    let status = card.proposal.status;
    let state = fit(&format!("{} {}", sign(status), row.aside), room);
    let span = Span::styled(state.clone(), theme.status(status));
    if let [line] = lines
        && let Some(free) = room.checked_sub(row.text.width() + state.width())
        && free > 1
    {
        line.spans.extend([Span::raw(format!("{:free$}", "")), span]);
        return None;
    }
    Some(Line::from(vec![Span::raw(format!(" {:LABELS$}", "")), span]))
}
