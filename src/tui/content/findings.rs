//! What is wrong or suspicious in the data, as a page.

use ratatui::text::{Line, Span};

use crate::tui::state::State;
use crate::tui::text::wrap;
use crate::tui::theme::Theme;

/// The most findings that the page lists; `nextplay check` lists all.
const MOST: usize = 500;

pub fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let theme = Theme { colors: false };
    let Some(snapshot) = &state.snapshot else { return Vec::new() };
    let width = usize::from(width).saturating_sub(4);
    let mut lines = Vec::new();
    // What stops everything is told here in full, however little room a banner has.
    let broken = snapshot.directory_problem.iter().cloned();
    for text in broken.chain(snapshot.ledger_problem.as_ref().map(ToString::to_string)) {
        lines.push(Line::from(Span::styled(" error", theme.strong())));
        lines.extend(wrap(&text, width).into_iter().map(|l| Line::from(format!("   {l}"))));
    }
    for finding in snapshot.findings().take(MOST) {
        let head = format!(" {} {}", finding.severity.name(), finding.code.name());
        lines.push(Line::from(Span::styled(head, theme.strong())));
        lines.extend(
            wrap(&finding.to_string(), width).into_iter().map(|l| Line::from(format!("   {l}"))),
        );
    }
    let all = snapshot.findings().count();
    if all > MOST {
        lines.push(Line::from(format!(" and {} more: nextplay check lists them", all - MOST)));
    }
    if lines.is_empty() {
        lines.push(Line::from(" Nothing is wrong in the data."));
    }
    lines
}
