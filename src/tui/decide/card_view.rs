//! The card of a customer as lines of the dialog.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::width::Width;
use crate::insight::Card;
use crate::insight::card::CardSection;
use crate::insight::card::lines::LABELS;
use crate::tui::widget::text::{fit, shown, wrap};
use crate::tui::widget::theme::Theme;

/// Returns who the customer is, in lines of at most `width` columns.
pub(super) fn head(card: &Card, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let customer = &card.customer;
    let title = fit(&shown(customer.title()), width);
    let facts = shown(&customer.facts()).into_owned();
    let free = width.saturating_sub(title.width() + facts.width());
    let mut lines = match free {
        2.. => vec![Line::from(vec![
            Span::styled(format!(" {title}{:free$}", ""), theme.strong()),
            Span::styled(facts, theme.quiet()),
        ])],
        _ => {
            let facts = Span::styled(format!(" {}", fit(&facts, width)), theme.quiet());
            vec![Line::from(Span::styled(format!(" {title}"), theme.strong())), Line::from(facts)]
        }
    };
    lines.extend(plain(&customer.stakes(), width));
    lines
}

/// Returns what to do and why, in lines of at most `width` columns, and which of them are the amounts of
/// what is done.
pub(super) fn body(
    card: &Card,
    width: usize,
    theme: Theme,
) -> (Vec<Line<'static>>, Option<Range<usize>>) {
    let room = width.saturating_sub(LABELS).max(8);
    let (mut lines, mut amounts) = (Vec::new(), None);
    for row in card.rows(room) {
        let begins = lines.len();
        let style = match row.section {
            CardSection::Caution => theme.warning(),
            _ if row.headline => theme.strong(),
            _ => Style::new(),
        };
        let texts = wrap(&row.text, room);
        let aside = shown(&row.aside).into_owned();
        let last = texts.len().saturating_sub(1);
        for (number, text) in texts.into_iter().enumerate() {
            let label = if number == 0 && row.first { row.section.label() } else { "" };
            let free = room.saturating_sub(text.width() + aside.width());
            let mut spans = vec![
                Span::styled(format!(" {label:<LABELS$}"), theme.quiet()),
                Span::styled(text, style),
            ];
            if number == last && !aside.is_empty() && free >= 2 {
                spans.push(Span::styled(format!("{:free$}{aside}", ""), theme.quiet()));
            }
            lines.push(Line::from(spans));
            if number == last && !aside.is_empty() && free < 2 {
                let more = wrap(&aside, room).into_iter();
                let indent = LABELS + 1;
                lines.extend(more.map(|text| {
                    Line::from(Span::styled(format!("{:indent$}{text}", ""), theme.quiet()))
                }));
            }
        }
        if row.section == CardSection::Do && !row.headline && card.proposal.play.is_some() {
            amounts = Some(begins..lines.len());
        }
    }
    (lines, amounts)
}

fn plain(text: &str, width: usize) -> impl Iterator<Item = Line<'static>> {
    wrap(text, width).into_iter().map(|line| Line::from(format!(" {line}")))
}
