//! The page of findings: about data, decisions and strategy.

use ratatui::text::{Line, Span};

use crate::domain::Finding;
use crate::domain::money::count;
use crate::tui::state::State;
use crate::tui::widget::text::wrap;
use crate::tui::widget::theme::Theme;

/// The most findings in each part of the page; `nextplay check` lists all.
const MOST: usize = 400;

/// The lines of the page.
pub fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let theme = Theme::plain();
    let Some(snapshot) = &state.snapshot else { return Vec::new() };
    let width = usize::from(width).saturating_sub(4);
    let mut lines = Vec::new();
    for mistake in &state.settings_mistakes {
        lines.push(Line::from(Span::styled(" error settings", theme.strong())));
        let words = wrap(&mistake.to_string(), width);
        lines.extend(words.into_iter().map(|l| Line::from(format!("   {l}"))));
    }
    // What stops decisions is shown in full, however little room the banner has.
    let broken = snapshot.directory_problem.iter().cloned();
    for text in
        broken.chain(snapshot.ledger_problem.as_ref().map(|problem| problem.error().one_line()))
    {
        lines.push(Line::from(Span::styled(" error", theme.strong())));
        lines.extend(wrap(&text, width).into_iter().map(|l| Line::from(format!("   {l}"))));
    }
    let in_data = snapshot.findings().count();
    list(&mut lines, snapshot.findings(), in_data, width, theme);
    if lines.is_empty() {
        lines.push(Line::from(" No findings about the data"));
    }
    match snapshot.decisions_known() {
        None | Some([]) => {}
        Some(findings) => {
            lines.push(Line::default());
            lines.push(Line::from(Span::styled(" Decisions", theme.strong())));
            list(&mut lines, findings.iter(), findings.len(), width, theme);
        }
    }
    lines.push(Line::default());
    lines.push(Line::from(Span::styled(" Strategy", theme.strong())));
    match (snapshot.why_no_strategy(), snapshot.strategy_known()) {
        (Some(why), _) => lines.push(Line::from(format!("   {why}"))),
        (None, None) => lines.push(Line::from("   Checking…")),
        (None, Some([])) => lines.push(Line::from("   No findings")),
        (None, Some(findings)) => {
            list(&mut lines, findings.iter(), findings.len(), width, theme);
        }
    }
    lines
}

fn list<'a>(
    lines: &mut Vec<Line<'static>>,
    findings: impl Iterator<Item = &'a Finding>,
    all: usize,
    width: usize,
    theme: Theme,
) {
    for finding in findings.take(MOST) {
        let head = format!(" {} {}", finding.severity.name(), finding.code.name());
        lines.push(Line::from(Span::styled(head, theme.strong())));
        let words = wrap(&finding.to_string(), width).into_iter();
        lines.extend(words.map(|line| Line::from(format!("   {line}"))));
    }
    if all > MOST {
        let more = count(all - MOST);
        lines.push(Line::from(format!(" and {more} more; `nextplay check` lists them")));
    }
}
