//! The dashboard without a terminal: what it knows, the keys it gets, the screen it draws. Whatever
//! building its state takes is here and nowhere else.

use std::path::Path;

use nextplay::domain::Policy;
use nextplay::intake::load::Reread;
use nextplay::tui::event::{Event, View};
use nextplay::tui::state::State;
use nextplay::tui::theme::Theme;
use nextplay::tui::update::update;
use nextplay::tui::view::render;
use nextplay::workspace::Workspace;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

const SIZE: (u16, u16) = (120, 40);

/// The dashboard on a data directory, with every customer of it in the list.
pub fn open(directory: &Path) -> State {
    let snapshot = Workspace::new(directory, Policy::default()).refresh(Reread::All);
    let now = snapshot.loaded_at;
    let zone = jiff::tz::TimeZone::UTC;
    let mut state = State::new("bench".to_owned(), "dana".into(), zone, SIZE, now);
    let totals = snapshot.totals();
    let view = View { snapshot, totals, changes: Vec::new(), first: true };
    update(&mut state, Event::View(Box::new(view)), now);
    press(&mut state, KeyCode::Char('2'));
    state
}

/// A screen to draw on.
pub fn screen() -> Buffer {
    Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1))
}

pub fn press(state: &mut State, key: KeyCode) {
    let now = state.now;
    update(state, Event::Key(KeyEvent::new(key, KeyModifiers::NONE)), now);
}

/// A key, and the screen drawn after it.
pub fn press_and_draw(state: &mut State, key: KeyCode, screen: &mut Buffer) {
    press(state, key);
    screen.reset();
    render(state, Theme { colors: true }, screen);
}
