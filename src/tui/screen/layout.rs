//! Where everything is on the screen. Drawing and moving ask the same functions, so that a page is
//! what is seen.

use ratatui::layout::{Constraint, Layout, Rect};
use serde::{Deserialize, Serialize};

use crate::tui::state::{Overlay, Pane, State};
use crate::tui::widget::detail_text::DetailText;
use crate::tui::widget::theme::Theme;

/// Columns from which list and detail stand side by side.
const SIDE_BY_SIDE: u16 = 110;
/// Columns of the detail beside the list, at most.
const WIDEST_DETAIL: u32 = 80;
/// Rows of the body from which the detail stands under the list.
const STACKED: u16 = 30;
/// The least that a divider leaves to list and detail: columns beside each other, rows under each
/// other.
const LEAST_COLUMNS: u16 = 36;
const LEAST_ROWS: u16 = 6;
/// Borders of a pane, and the row of column titles in a list.
const BORDERS: u16 = 2;
const TITLES: u16 = 1;

/// Where the user put the divider: how much of the body the detail has, in thousandths. `None` as at
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Split {
    /// Of the columns, where list and detail stand side by side.
    pub beside: Option<u16>,
    /// Of the rows, where the detail stands under the list.
    pub below: Option<u16>,
}

/// Returns a share of a length in thousandths, at least `least`, and so that `least` is left.
fn part(length: u16, share: u16, least: u16) -> u16 {
    let part = (u32::from(length) * u32::from(share) + 500) / 1000;
    let most = length.saturating_sub(least).max(least);
    u16::try_from(part).unwrap_or(u16::MAX).clamp(least, most).min(length)
}

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
        let usual = ((u32::from(width) * 47 + 50) / 100).min(WIDEST_DETAIL) as u16;
        let detail = state.split.beside.map_or(usual, |share| part(width, share, LEAST_COLUMNS));
        let [list, detail] =
            Layout::horizontal([Constraint::Fill(1), Constraint::Length(detail)]).areas(body);
        (Some(list), Some(detail))
    } else if body.height >= STACKED {
        let usual = body.height - ((u32::from(body.height) * 45 + 50) / 100) as u16;
        let detail = state.split.below.map_or(usual, |share| part(body.height, share, LEAST_ROWS));
        let [list, detail] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(detail)]).areas(body);
        (Some(list), Some(detail))
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

/// The edge between list and detail, by which it is dragged: a border of each. `None` where they are
/// not shown together.
pub fn divider(state: &State) -> Option<Rect> {
    let Areas { list, detail, .. } = areas(state);
    let (list, detail) = list.zip(detail)?;
    Some(match list.y == detail.y {
        true => Rect { x: detail.x.saturating_sub(1), width: 2, ..detail },
        false => Rect { y: detail.y.saturating_sub(1), height: 2, ..detail },
    })
}

/// How far before the beginning of the detail a place of the divider is: 1 on the border of the list,
/// 0 on that of the detail. `None` where there is no divider.
pub fn before_detail(state: &State, column: u16, row: u16) -> Option<u16> {
    let Areas { list, detail, .. } = areas(state);
    let (list, detail) = list.zip(detail)?;
    Some(match list.y == detail.y {
        true => detail.x.saturating_sub(column),
        false => detail.y.saturating_sub(row),
    })
}

/// The split with which the detail begins at a place of the screen, as far as list and detail keep
/// the least that they need.
pub fn split_at(state: &State, column: u16, row: u16) -> Split {
    let Areas { body, list, detail, .. } = areas(state);
    let Some((list, detail)) = list.zip(detail) else { return state.split };
    let share = |end: u16, begin: u16, length: u16, least: u16| {
        let most = length.saturating_sub(least).max(least);
        let part = u32::from(end.saturating_sub(begin).clamp(least, most));
        let length = u32::from(length.max(1));
        u16::try_from((part * 1000 + length / 2) / length).unwrap_or(u16::MAX)
    };
    match list.y == detail.y {
        true => Split {
            beside: Some(share(body.right(), column, body.width, LEAST_COLUMNS)),
            ..state.split
        },
        false => {
            Split { below: Some(share(body.bottom(), row, body.height, LEAST_ROWS)), ..state.split }
        }
    }
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
    text(state, area.width.saturating_sub(BORDERS), Theme::plain())
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
        Overlay::Help { shown, .. } => {
            crate::tui::keys::help::lines(state, shown, width, Theme::plain()).len()
        }
        Overlay::Findings { .. } => super::findings::lines(state, width).len(),
        Overlay::Command { .. } => crate::tui::what_if::command::lines(state, width).len(),
        Overlay::Outcome { outcome, .. } => {
            let snapshot = state.snapshot.as_deref();
            crate::tui::decide::outcome::lines(outcome, snapshot, width, Theme::plain()).len()
        }
        _ => 0,
    };
    lines.saturating_sub(page_rows(state))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;

    fn state(width: u16, height: u16) -> State {
        State::new("d".into(), "dana".into(), TimeZone::UTC, (width, height), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_divider_stands_where_it_was_dropped_within_bounds() {
        for (width, height) in [(110, 20), (111, 40), (333, 50), (999, 40), (60, 40), (109, 499)] {
            let mut state = state(width, height);
            let body = areas(&state).body;
            for place in (0..width.max(height) + 2).step_by(7) {
                state.split = split_at(&state, place, place);
                let Areas { list, detail, .. } = areas(&state);
                let (list, detail) = (list.unwrap(), detail.unwrap());
                let (begin, least, end) = match width >= SIDE_BY_SIDE {
                    true => (detail.x, LEAST_COLUMNS, body.right()),
                    false => (detail.y, LEAST_ROWS, body.bottom()),
                };
                let first = if width >= SIDE_BY_SIDE { body.x } else { body.y };
                assert_eq!(begin, place.clamp(first + least, end - least), "{width} {height}");
                assert_eq!((list.area() + detail.area()), body.area(), "they share all of it");
            }
        }
    }

    #[test]
    fn a_split_for_one_window_leaves_room_in_any_other() {
        for share in [0, 1, 500, 999, 1000, u16::MAX] {
            for size in [(60, 16), (80, 24), (110, 16), (90, 34), (1000, 500)] {
                let mut state = state(size.0, size.1);
                state.split = Split { beside: Some(share), below: Some(share) };
                let Areas { list, detail, .. } = areas(&state);
                for area in [list, detail].into_iter().flatten() {
                    assert!(area.width >= LEAST_COLUMNS && area.height >= LEAST_ROWS, "{area:?}");
                }
            }
        }
    }
}
