//! What keys and views do to the screens of lines, and which keys make no sense on them.

use std::sync::Arc;

use super::board::Board;
use super::content;
use crate::tui::event::{Effect, FigureRequest};
use crate::tui::keys::action::Action;
use crate::tui::portfolio;
use crate::tui::screen::id::Screen;
use crate::tui::state::{Pane, State};
use crate::workspace::Figure;

/// Why an action cannot be done on a board, whatever else speaks against it. What is not named here
/// is about a list of customers.
pub(crate) fn refuses(state: &State, action: Action) -> Option<String> {
    let served = matches!(
        action,
        Action::Down
            | Action::Up
            | Action::PageDown
            | Action::PageUp
            | Action::First
            | Action::Last
            | Action::Open
            | Action::Back
            | Action::SwitchPane
            | Action::Show(_)
            | Action::GoToCustomer
            | Action::Findings
            | Action::More
            | Action::Less
            | Action::Clear
            | Action::Reset
            | Action::Keep
            | Action::Beside
            | Action::Command
            | Action::Write(_)
            | Action::Reload
            | Action::Help
            | Action::Suspend
            | Action::Quit
    );
    (state.screen.is_board() && !served)
        .then(|| "this key is for a list of customers (1, 2)".to_owned())
}

/// Moves the selection.
pub(crate) fn select(state: &mut State, place: usize) {
    let len = content::board_len(state);
    let screen = state.screen;
    let place = content::board_stop(state, place);
    let board = state.boards.of_mut(screen);
    let before = board.cursor;
    board.select(place, len);
    if board.cursor != before {
        state.detail_scroll = 0;
    }
    if screen == Screen::Portfolio {
        state.boards.about = portfolio::about(state);
    }
}

/// Has the selection in the window.
pub(crate) fn scroll(state: &mut State, height: usize) {
    settle(state);
    let len = content::board_len(state);
    let screen = state.screen;
    if len == 0 && screen == Screen::Portfolio {
        // Nothing is counted yet: the selection waits for its line.
        return;
    }
    state.boards.of_mut(screen).scroll(height, len);
    // The heading of the first line on the screen is seen with it.
    let Board { cursor, top } = *state.boards.of(screen);
    if top == cursor && height > 1 && top > 0 && content::board_stop(state, top - 1) != top - 1 {
        state.boards.of_mut(screen).top = top - 1;
    }
}

/// Has the selection on the line that it was on, where the figures are other ones now.
fn settle(state: &mut State) {
    if state.screen == Screen::Portfolio && content::board_len(state) > 0 {
        let place = portfolio::again(state).unwrap_or(state.boards.portfolio.cursor);
        state.boards.portfolio.cursor = content::board_stop(state, place);
    }
}

/// Shows the customers behind the selected line.
pub(crate) fn go_to_customers(state: &mut State) {
    let Some(filter) = content::board_filter(state) else { return };
    state.screen = Screen::Customers;
    state.listed = Screen::Customers;
    state.pane = Pane::List;
    state.detail_open = false;
    state.detail_scroll = 0;
    state.customers.filter = filter;
}

/// The figure that the screen is made of, where it has to be made and nobody was asked to yet.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    settle(state);
    let figure = match state.screen {
        Screen::Playbooks => Figure::Registry,
        Screen::Portfolio => Figure::Portfolio,
        _ => return None,
    };
    let snapshot = state.snapshot.as_ref().filter(|snapshot| !snapshot.partial)?;
    if let Some(counted) = snapshot.known_portfolio() {
        state.boards.counted = Some(Arc::clone(counted));
    }
    let asked = Some((snapshot.generation, figure));
    if snapshot.has(figure) || state.boards.asked == asked {
        return None;
    }
    state.boards.asked = asked;
    Some(Effect::ComputeFigure(FigureRequest { snapshot: Arc::clone(snapshot), figure }))
}
