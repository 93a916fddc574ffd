//! The results of a decision about several customers, as a page: first those that were refused, and
//! why.

use ratatui::text::{Line, Span};

use super::refused::grouped;
use crate::domain::money::count;
use crate::tui::state::Outcome;
use crate::tui::widget::text::{fit, left, wrap};
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

/// The most lines of either kind; the ledger has all that was recorded.
const MOST: usize = 2_000;
/// Columns of a customer's id.
const ID: usize = 14;

/// Returns the page in lines of at most `width` columns.
///
/// Names come from the view, where there is one.
pub fn lines(
    outcome: &Outcome,
    snapshot: Option<&Snapshot>,
    width: u16,
    theme: Theme,
) -> Vec<Line<'static>> {
    let name = |id: &str| {
        let matching = &snapshot?.matching;
        matching.customer(matching.dataset().customer_number(id)?)?.name()
    };
    let width = usize::from(width).saturating_sub(2);
    let mut lines = Vec::new();
    let heading = |lines: &mut Vec<Line<'static>>, sign: &str, text: &str, style| {
        for (number, line) in wrap(text, width.saturating_sub(4)).into_iter().enumerate() {
            let sign = if number == 0 { sign } else { " " };
            lines.push(Line::from(Span::styled(format!(" {sign} {line}"), style)));
        }
    };
    heading(&mut lines, "✓", &outcome.told, theme.good());
    let refused = match outcome.refused.len() {
        1 => "1 was refused and stays as it was:".to_owned(),
        many => format!("{} were refused and stay as they were:", count(many)),
    };
    heading(&mut lines, "✗", &refused, theme.warning());
    for group in grouped(&outcome.refused, MOST) {
        let shared = group.heading();
        for line in shared.iter().flat_map(|shared| wrap(shared, width.saturating_sub(4))) {
            lines.push(Line::from(format!("   {line}")));
        }
        for id in group.customers {
            let text = match (&shared, name(id)) {
                (Some(_), name) => name.unwrap_or_default().to_owned(),
                (None, Some(name)) => format!("{name}: {}", group.why),
                (None, None) => group.why.to_owned(),
            };
            let room = width.saturating_sub(ID + 4).max(8);
            // A customer without a name has its line too.
            let texts = if text.is_empty() { vec![text] } else { wrap(&text, room) };
            for (number, line) in texts.into_iter().enumerate() {
                let id = if number == 0 { fit(id, ID) } else { String::new() };
                lines.push(Line::from(vec![
                    Span::styled(format!("   {} ", left(&id, ID)), theme.strong()),
                    Span::raw(line),
                ]));
            }
        }
    }
    more(&mut lines, outcome.refused.len());
    if !outcome.made.is_empty() {
        lines.push(Line::default());
        lines.push(Line::from(Span::styled(" Saved", theme.strong())));
    }
    for made in outcome.made.iter().take(MOST) {
        let entry = &made.entry;
        let parts = [name(&entry.customer_id), Some(entry.basis.playbook_title())];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        let text = format!("#{}  {}", entry.seq, parts.join(" · "));
        lines.push(Line::from(vec![
            Span::styled(format!("   {} ", left(&entry.customer_id, ID)), theme.strong()),
            Span::raw(fit(&text, width.saturating_sub(ID + 4))),
        ]));
    }
    more(&mut lines, outcome.made.len());
    lines
}

fn more(lines: &mut Vec<Line<'static>>, all: usize) {
    if all > MOST {
        lines.push(Line::from(format!("   and {} more", count(all - MOST))));
    }
}
