//! The dashboard without a terminal: what it knows, the keys it gets, the screen it draws. Whatever
//! building its state takes is here and nowhere else.

#![allow(dead_code, reason = "each program uses a part of it")]

use std::path::Path;
use std::time::Instant;

use nextplay::intake::load::Reread;
use nextplay::tui::customers::list::RowsRequest;
use nextplay::tui::customers::rows::build_rows;
use nextplay::tui::event::{Effect, Event, RowsJob};
use nextplay::tui::runtime::input::Keys;
use nextplay::tui::runtime::preparation::Preparation;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::screen::layout;
use nextplay::tui::screen::render::render;
use nextplay::tui::state::State;
use nextplay::tui::update::update;
use nextplay::tui::widget::detail_text::DetailText;
use nextplay::tui::widget::theme::Theme;
use nextplay::workspace::{Options, Workspace};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

const SIZE: (u16, u16) = (120, 40);

/// The dashboard on a data directory, with every customer of it in the list.
pub fn open(directory: &Path) -> State {
    let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
    let now = snapshot.now.at;
    let zone = jiff::tz::TimeZone::UTC;
    let mut state = State::new("bench".to_owned(), "dana".into(), zone, SIZE, now);
    let request = Screen::LISTS.map(|screen| RowsRequest::initial(screen, "dana".into()));
    let view = Preparation::default().next(&snapshot, &Default::default(), &request);
    take_in(&mut state, Event::View(Box::new(view.expect("it is the first view"))));
    press(&mut state, KeyCode::Char('2'));
    state
}

/// What happens, with the rows that are asked for because of it.
fn take_in(state: &mut State, event: Event) {
    let now = state.now;
    for effect in update(state, event, now) {
        if let Effect::BuildRows(RowsJob { request, snapshot, shown }) = effect {
            let rows = build_rows(&request, &snapshot, &[shown], &|| false);
            take_in(state, Event::RowsReady(rows.expect("nobody gives it up")));
        }
    }
}

/// The detail of the selected customer, made for its pane.
pub fn detail(state: &State) -> DetailText {
    layout::detail_text(state)
}

/// A screen to draw on.
pub fn screen() -> Buffer {
    Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1))
}

pub fn press(state: &mut State, key: KeyCode) {
    let key = KeyEvent::new(key, KeyModifiers::NONE);
    take_in(state, Event::Keys(Keys::single(key, Instant::now())));
}

/// A key, and the screen drawn after it.
pub fn press_and_draw(state: &mut State, key: KeyCode, screen: &mut Buffer) {
    press(state, key);
    screen.reset();
    render(state, Theme::terminal(), screen);
}
