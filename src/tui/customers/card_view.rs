//! The card of a customer as lines of the screen.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::width::Width;
use crate::insight::Card;
use crate::insight::card::lines::LABELS;
use crate::insight::card::{CardRow, CardSection, RowKind};
use crate::tui::keys::action::Action;
use crate::tui::keys::keymap::Keymap;
use crate::tui::widget::text::{fit, wrap};
use crate::tui::widget::theme::{Theme, sign};

/// Returns the card: who the customer is, then what to do, why, what to be careful about, and what
/// else. Each line is at most `width` columns wide, the blank on either side counted.
pub fn card_lines(card: &Card, width: u16, theme: Theme, keys: &Keymap) -> Vec<Line<'static>> {
    let mut lines = head_lines(card, width, theme);
    lines.push(Line::default());
    lines.extend(body_lines(card, width, theme, keys).0);
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

/// Returns what to do, why, what to be careful about, and what else; and which of the lines are the
/// amounts of what is done, of which there are none without a play.
pub fn body_lines(
    card: &Card,
    width: u16,
    theme: Theme,
    keys: &Keymap,
) -> (Vec<Line<'static>>, Range<usize>) {
    let room = usize::from(width).saturating_sub(LABELS + 2).max(8);
    let (mut lines, mut amounts) = (Vec::new(), 0..0);
    let mut rows = card.rows(room);
    if card.proposal.status.is_uncovered() && card.proposal.play.is_none() {
        let after = rows.iter().take_while(|row| row.section == CardSection::Do).count();
        let text = format!("Press {} to assign a playbook by hand", keys.key(Action::Override));
        let (section, kind, state) = (CardSection::Do, RowKind::Plain, String::new());
        rows.insert(after, CardRow { section, first: false, kind, text, state });
    }
    for row in rows {
        let mut of_row = row_lines(card, &row, room, theme);
        if row.kind == RowKind::Amounts {
            amounts = lines.len()..lines.len() + of_row.len();
        }
        lines.append(&mut of_row);
    }
    (lines, amounts)
}

/// A row, wrapped, with the label of its part before the first line of it.
fn row_lines(card: &Card, row: &CardRow, room: usize, theme: Theme) -> Vec<Line<'static>> {
    let status = card.proposal.status;
    let with_sign = |state: &str| format!("{} {state}", sign(status));
    let (label_style, style) = match (row.section, row.kind) {
        (_, RowKind::Headline) => (theme.quiet(), theme.strong()),
        (_, RowKind::State) => (theme.quiet(), theme.status(status)),
        (CardSection::Do | CardSection::Why, _) => (theme.quiet(), Style::new()),
        (CardSection::Caution, _) => (theme.warning(), theme.warning()),
        (CardSection::Or, _) => (theme.quiet(), theme.quiet()),
    };
    let text = match row.kind {
        RowKind::State => with_sign(&row.text),
        RowKind::Headline | RowKind::Amounts | RowKind::Plain => row.text.clone(),
    };
    let line = |(number, text)| {
        let label = if row.first && number == 0 { row.section.label() } else { "" };
        let label = Span::styled(format!(" {label:<LABELS$}"), label_style);
        Line::from(vec![label, Span::styled(text, style)])
    };
    let mut lines: Vec<Line<'static>> =
        wrap(&text, room).into_iter().enumerate().map(line).collect();
    if let Some(line) = lines.last_mut().filter(|_| !row.state.is_empty()) {
        let state = fit(&with_sign(&row.state), room);
        let free = (1 + LABELS + room).saturating_sub(line.width() + state.width());
        line.spans.push(Span::raw(" ".repeat(free)));
        line.spans.push(Span::styled(state, theme.status(status)));
    }
    lines
}
