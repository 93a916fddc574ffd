//! The page of findings: about data, decisions and strategy. One of them is selected, for `E`.

use ratatui::text::{Line, Span};

use crate::domain::Finding;
use crate::domain::money::count;
use crate::tui::edit::ToEdit;
use crate::tui::screen::layout;
use crate::tui::state::{Overlay, State};
use crate::tui::widget::text::wrap;
use crate::tui::widget::theme::Theme;

/// The most findings in each part of the page; `nextplay check` lists all.
const MOST: usize = 400;

/// The text of the page, and where in it something can be selected.
#[derive(Debug, Default)]
pub struct FindingsPage {
    /// Its lines.
    pub lines: Vec<Line<'static>>,
    /// What can be selected, in order.
    pub entries: Vec<FindingEntry>,
    width: usize,
}

/// A finding on the page.
#[derive(Debug)]
pub struct FindingEntry {
    /// The line where it begins.
    pub line: usize,
    /// The file that it points at.
    pub file: Option<ToEdit>,
}

impl FindingsPage {
    /// The page as it is drawn now.
    pub fn of(state: &State) -> Self {
        Self::new(state, layout::page_width(state))
    }

    /// The page for a width in columns.
    pub fn new(state: &State, width: u16) -> Self {
        let width = usize::from(width).saturating_sub(4);
        let mut page = Self { width, ..Self::default() };
        let Some(snapshot) = &state.snapshot else { return page };
        for mistake in &state.settings_mistakes {
            page.entry("error settings", Some(ToEdit::of_mistake(mistake)));
            page.words(&mistake.to_string());
        }
        // What stops decisions is shown in full, however little room the banner has.
        let broken = snapshot.directory_problem.iter().cloned();
        for text in
            broken.chain(snapshot.ledger_problem.as_ref().map(|problem| problem.error().one_line()))
        {
            page.title("error");
            page.words(&text);
        }
        page.list(snapshot.findings(), snapshot.findings().count());
        if page.lines.is_empty() {
            page.lines.push(Line::from(" No findings about the data"));
        }
        match snapshot.decisions_known() {
            None | Some([]) => {}
            Some(findings) => {
                page.lines.push(Line::default());
                page.title("Decisions");
                page.list(findings.iter(), findings.len());
            }
        }
        page.lines.push(Line::default());
        page.title("Strategy");
        match (snapshot.why_no_strategy(), snapshot.strategy_known()) {
            (Some(why), _) => page.lines.push(Line::from(format!("   {why}"))),
            (None, None) => page.lines.push(Line::from("   Checking…")),
            (None, Some([])) => page.lines.push(Line::from("   No findings")),
            (None, Some(findings)) => page.list(findings.iter(), findings.len()),
        }
        if let Overlay::Findings { selected, .. } = state.overlay {
            page.mark(selected);
        }
        page
    }

    fn title(&mut self, text: &str) {
        self.lines.push(Line::from(Span::styled(format!(" {text}"), Theme::plain().strong())));
    }

    fn words(&mut self, text: &str) {
        let words = wrap(text, self.width).into_iter();
        self.lines.extend(words.map(|line| Line::from(format!("   {line}"))));
    }

    fn entry(&mut self, title: &str, file: Option<ToEdit>) {
        self.entries.push(FindingEntry { line: self.lines.len(), file });
        self.title(title);
    }

    fn list<'a>(&mut self, findings: impl Iterator<Item = &'a Finding>, all: usize) {
        for finding in findings.take(MOST) {
            let head = format!("{} {}", finding.severity.name(), finding.code.name());
            self.entry(&head, ToEdit::of_finding(finding));
            self.words(&finding.to_string());
        }
        if all > MOST {
            let more = count(all - MOST);
            let text = format!(" and {more} more; `nextplay check` lists them");
            self.lines.push(Line::from(text));
        }
    }

    fn mark(&mut self, selected: usize) {
        let line = self.entries.get(selected).map(|entry| entry.line);
        if let Some(line) = line.and_then(|line| self.lines.get_mut(line)) {
            let text = format!("▸{}", line.to_string().trim_start());
            *line = Line::from(Span::styled(text, Theme::plain().strong()));
        }
    }

    /// Moves by lines: by one to the next finding where that is in sight, else by scrolling. Returns
    /// the first line in sight and the selected finding.
    pub fn moved(
        &self,
        (scroll, selected): (usize, usize),
        by: isize,
        rows: usize,
    ) -> (usize, usize) {
        let in_sight = |scroll: usize, place: usize| {
            self.entries.get(place).is_some_and(|at| (scroll..scroll + rows).contains(&at.line))
        };
        let last = self.entries.len().saturating_sub(1);
        let next = selected.saturating_add_signed(by.signum());
        let one = matches!(by, 1 | -1);
        if one && next != selected && in_sight(scroll, next) {
            return (scroll, next);
        }
        let overflow = self.lines.len().saturating_sub(rows);
        let to = scroll.saturating_add_signed(by).min(overflow);
        let at_end = to == scroll || by == isize::MIN || by == isize::MAX;
        let selected = match (at_end, by > 0) {
            (true, down) if !one => {
                if down {
                    last
                } else {
                    0
                }
            }
            _ if in_sight(to, selected) => selected,
            // Where none begins in sight, it is the one that is being read.
            _ => (0..=last).find(|place| in_sight(to, *place)).unwrap_or_else(|| {
                self.entries.partition_point(|at| at.line < to).saturating_sub(1)
            }),
        };
        (to, selected.min(last))
    }
}

/// The file that the selected finding points at.
pub(crate) fn selected(state: &State) -> Option<ToEdit> {
    let Overlay::Findings { selected, .. } = state.overlay else { return None };
    FindingsPage::of(state).entries.into_iter().nth(selected)?.file
}

/// Moves on the page.
pub(crate) fn step(state: &mut State, by: isize) {
    let (page, rows) = (FindingsPage::of(state), layout::page_rows(state));
    if let Overlay::Findings { scroll, selected } = &mut state.overlay {
        (*scroll, *selected) = page.moved((*scroll, *selected), by, rows);
    }
}

/// Keeps the selection on the page: there may be fewer findings now.
pub(crate) fn settle(state: &mut State) {
    if !matches!(state.overlay, Overlay::Findings { .. }) {
        return;
    }
    let last = FindingsPage::of(state).entries.len().saturating_sub(1);
    if let Overlay::Findings { selected, .. } = &mut state.overlay {
        *selected = (*selected).min(last);
    }
}

/// True where nothing more is to be selected in a direction.
pub(crate) fn is_at_end(state: &State, down: bool) -> bool {
    let Overlay::Findings { selected, .. } = state.overlay else { return true };
    match down {
        true => selected + 1 >= FindingsPage::of(state).entries.len(),
        false => selected == 0,
    }
}
