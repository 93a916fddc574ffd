//! Where everything is on the screen. Drawing and moving ask the same functions, so that a page is
//! what is seen.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::tui::state::{Overlay, Pane, State};
use crate::tui::widget::detail_text::DetailText;
use crate::tui::widget::theme::Theme;

/// Columns from which list and detail stand side by side.
const SIDE_BY_SIDE: u16 = 110;
/// Columns of the detail beside the list, at most.
const WIDEST_DETAIL: u32 = 80;
/// Rows of the body from which the detail stands under the list.
const STACKED: u16 = 30;
/// Borders of a pane, and the row of column titles in a list.
const BORDERS: u16 = 2;
const TITLES: u16 = 1;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// Directory, freshness and totals.
    pub header: Rect,
    /// The screens, and the reviewer.
    pub tabs: Rect,
    /// The step of the demo.
    pub caption: Rect,
    /// What is broken.
    pub banner: Rect,
    /// List and detail; what lies over them covers nothing else.
    pub body: Rect,
    /// `None` where only the detail is shown.
    pub list: Option<Rect>,
    /// `None` where only the list is shown.
    pub detail: Option<Rect>,
    /// The message, or the filter.
    pub notice: Rect,
    /// The keys that are available.
    pub hints: Rect,
}

/// Divides the screen.
pub fn areas(state: &State) -> Areas {
    let (width, height) = state.size;
    let screen = Rect::new(0, 0, width, height);
    let banner = super::banner::lines(state).len() as u16;
    let [header, tabs, caption, banner, body, notice, hints] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(super::caption::lines(state).len() as u16),
        Constraint::Length(banner),
        Constraint::Min(0),
        Constraint::Length(super::notice::lines(state).len().max(1) as u16),
        Constraint::Length(1),
    ])
    .areas(screen);
    let (list, detail) = if width >= SIDE_BY_SIDE {
        // Sentences need no more; columns of the list do.
        let detail = ((u32::from(width) * 47 + 50) / 100).min(WIDEST_DETAIL);
        let [list, detail] =
            Layout::horizontal([Constraint::Fill(1), Constraint::Length(detail as u16)])
                .areas(body);
        (Some(list), Some(detail))
    } else if body.height >= STACKED {
        let [list, detail] = Layout::vertical([Constraint::Percentage(45); 2]).areas(body);
        let rest = Rect { height: body.bottom().saturating_sub(list.bottom()), ..detail };
        (Some(list), Some(Rect { y: list.bottom(), ..rest }))
    } else if state.detail_open || state.pane == Pane::Detail {
        (None, Some(body))
    } else {
        (Some(body), None)
    };
    Areas { header, tabs, caption, banner, body, list, detail, notice, hints }
}

/// The place of list and detail.
pub fn body(state: &State) -> Rect {
    areas(state).body
}

/// How many lines the list shows at once.
pub fn list_rows(state: &State) -> usize {
    let height = areas(state).list.map_or(0, |area| area.height);
    usize::from(height.saturating_sub(BORDERS + TITLES))
}

/// How many lines the detail shows at once.
pub fn detail_rows(state: &State) -> usize {
    let height = areas(state).detail.map_or(0, |area| area.height);
    usize::from(height.saturating_sub(BORDERS))
}

/// The text of the detail; none where it is not shown.
pub fn detail_text(state: &State) -> DetailText {
    let Some(area) = areas(state).detail else { return DetailText::default() };
    let text = state.screen.row().detail.text;
    text(state, area.width.saturating_sub(BORDERS), Theme { colors: false })
}

/// How many lines of the detail do not fit.
pub fn detail_overflow(state: &State) -> usize {
    detail_text(state).overflow(detail_rows(state))
}

/// A place of a size in the middle of list and detail, or as much of it as they have.
pub fn over(state: &State, width: u16, height: u16) -> Rect {
    let body = areas(state).body;
    let (width, height) = (width.min(body.width), height.min(body.height));
    let (x, y) = ((body.width - width) / 2, (body.height - height) / 2);
    Rect { x: body.x + x, y: body.y + y, width, height }
}

/// The page of text over the screen.
pub fn page(state: &State) -> Rect {
    over(state, state.size.0.saturating_sub(4).min(92), u16::MAX)
}

/// How many lines of text the page shows at once.
pub fn page_rows(state: &State) -> usize {
    usize::from(page(state).height.saturating_sub(BORDERS))
}

/// How many lines of the page do not fit.
pub fn page_overflow(state: &State) -> usize {
    let width = page(state).width.saturating_sub(BORDERS);
    let lines = match &state.overlay {
        Overlay::Help { .. } => crate::tui::keys::help::lines(state, width).len(),
        Overlay::Findings { .. } => super::findings::lines(state, width).len(),
        Overlay::Command { .. } => crate::tui::what_if::command::lines(state, width).len(),
        Overlay::Outcome { outcome, .. } => {
            let snapshot = state.snapshot.as_deref();
            crate::tui::decide::outcome::lines(outcome, snapshot, width, Theme { colors: false })
                .len()
        }
        _ => 0,
    };
    lines.saturating_sub(page_rows(state))
}
