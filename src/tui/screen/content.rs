//! The texts of the screen, line by line, before anybody knows how many of them fit: layout counts
//! them, view draws them.

use crate::tui::widget::pane::Sheet;
use crate::tui::{activity, customers, playbooks, portfolio, what_if};
use ratatui::text::Line;

use crate::tui::screen::id::Screen;
use crate::tui::state::State;
use crate::tui::widget::theme::Theme;

/// The lines of the detail's pane, each at most `width` columns wide.
pub fn detail_lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    match state.screen {
        Screen::Activity => activity::detail::lines(state, width, theme),
        Screen::Playbooks => playbooks::lines(state, width, theme),
        Screen::Portfolio => portfolio::lines(state, width, theme),
        Screen::WhatIf => what_if::content::lines(state, width, theme),
        Screen::Queue | Screen::Customers => customers::detail::lines(state, width, theme),
    }
}

/// The title of the detail's pane, on screens that list no customers.
pub fn detail_title(state: &State, theme: Theme) -> Option<Line<'static>> {
    match state.screen {
        Screen::Activity => Some(activity::detail::title(state, theme)),
        Screen::Playbooks => Some(playbooks::title(state, theme)),
        Screen::Portfolio => Some(portfolio::title(state, theme)),
        Screen::WhatIf => Some(what_if::content::title(state, theme)),
        Screen::Queue | Screen::Customers => None,
    }
}

/// The board of the screen, its lines at most `width` columns wide.
pub fn sheet(state: &State, width: u16, theme: Theme) -> Sheet {
    match state.screen {
        Screen::Portfolio => portfolio::sheet(state, width, theme),
        Screen::WhatIf => what_if::content::sheet(state, width, theme),
        _ => playbooks::sheet(state, width, theme),
    }
}

/// How many lines the screen's board has.
pub fn board_len(state: &State) -> usize {
    match state.screen {
        Screen::Playbooks => playbooks::len(state),
        Screen::Portfolio => portfolio::len(state),
        Screen::WhatIf => what_if::content::len(state),
        _ => 0,
    }
}

/// The line that is selected when this one is asked for: the next one that is no heading, seen from
/// the one that is selected now.
pub fn board_stop(state: &State, place: usize) -> usize {
    match state.screen {
        Screen::Portfolio => portfolio::stop(state, place),
        _ => place,
    }
}

/// Why there are no customers behind the selected line of the screen's board, if so.
pub fn board_nobody(state: &State) -> Option<String> {
    match state.screen {
        Screen::Portfolio => portfolio::nobody(state),
        _ => {
            let none = board_filter(state).is_none();
            none.then(|| "there are no customers behind this line".to_owned())
        }
    }
}

/// The filter that leaves the customers behind the selected line of the screen's board.
pub fn board_filter(state: &State) -> Option<String> {
    match state.screen {
        Screen::Playbooks => playbooks::filter(state),
        Screen::Portfolio => portfolio::filter(state),
        Screen::WhatIf => what_if::content::filter(state),
        _ => None,
    }
}
