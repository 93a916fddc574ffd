//! Loading, matching and drawing, at sizes that a company has. `cargo bench` prints the times; the
//! README's figures come from here.

mod portfolio;

use std::sync::Arc;

use divan::{Bencher, black_box};
use nextplay::domain::Policy;
use nextplay::insight::changes;
use nextplay::intake::Loader;
use nextplay::intake::load::Reread;
use nextplay::matching::Matching;
use nextplay::tui::arrange::arrange;
use nextplay::tui::event::{Arrange, Effect, Event};
use nextplay::tui::list::{Screen, Sort, SortKey, Wanted};
use nextplay::tui::prepare::Preparation;
use nextplay::tui::state::State;
use nextplay::tui::theme::Theme;
use nextplay::tui::update::update;
use nextplay::tui::view::render;
use nextplay::workspace::Workspace;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

const SIZES: [usize; 3] = [40, 1_000, 10_000];

/// The sizes at which the screen is drawn, filtered and sorted; a million customers, which take a
/// while to make, only where `NEXTPLAY_BENCH_LARGE` is set.
fn screen_sizes() -> Vec<usize> {
    let large = std::env::var_os("NEXTPLAY_BENCH_LARGE").is_some();
    SIZES.into_iter().chain(large.then_some(1_000_000)).collect()
}

fn main() {
    divan::main();
}

/// Files on disk to a joined dataset.
#[divan::bench(args = SIZES)]
fn load(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    bencher.bench(|| Loader::new(directory.path()).load(Reread::All));
}

/// A joined dataset to the recommendation of every customer.
#[divan::bench(args = SIZES)]
fn rematch(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let policy = Arc::new(Policy::default());
    bencher.bench(|| {
        let matching = Matching::new(Arc::clone(&dataset), Arc::clone(&policy));
        black_box(matching.recommendations().count())
    });
}

/// Files on disk to everything that the screens show: what a start, and a change of every file, cost.
#[divan::bench(args = SIZES)]
fn load_and_match(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    bencher.bench(|| Workspace::new(directory.path(), Policy::default()).refresh(Reread::All));
}

/// What differs between two runs.
#[divan::bench(args = SIZES)]
fn compare_two_runs(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let run = || Matching::new(Arc::clone(&dataset), Arc::default());
    let (before, after) = (run(), run());
    bencher.bench(|| changes(&before, &after, 200).count);
}

/// The dashboard with every customer in it.
fn dashboard(customers: usize) -> (tempfile::TempDir, State) {
    let directory = portfolio::directory(customers);
    let snapshot = Workspace::new(directory.path(), Policy::default()).refresh(Reread::All);
    let now = snapshot.loaded_at;
    let zone = jiff::tz::TimeZone::UTC;
    let mut state = State::new("bench".to_owned(), "dana".into(), zone, (120, 40), now);
    let wanted = Screen::ALL.map(|screen| Wanted::at_first(screen, "dana".into()));
    let view = Preparation::default().next(&snapshot, None, &wanted, now);
    take_in(&mut state, Event::View(Box::new(view.expect("it is the first view"))));
    press(&mut state, KeyCode::Char('2'));
    (directory, state)
}

/// What happens, with the rows that are asked for because of it.
fn take_in(state: &mut State, event: Event) {
    let now = state.now;
    for effect in update(state, event, now) {
        if let Effect::Arrange(Arrange { wanted, snapshot, shown }) = effect {
            let rows = arrange(&wanted, &snapshot, &[shown], &|| false);
            take_in(state, Event::Arranged(rows.expect("nobody gives it up")));
        }
    }
}

fn press(state: &mut State, key: KeyCode) {
    take_in(state, Event::Key(KeyEvent::new(key, KeyModifiers::NONE)));
}

/// A key that moves the selection, and the screen drawn after it.
#[divan::bench(args = screen_sizes())]
fn key_to_frame(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    let theme = Theme { colors: true };
    let mut down = true;
    bencher.bench_local(|| {
        press(&mut state, KeyCode::Char(if down { 'j' } else { 'k' }));
        down = !down;
        buffer.reset();
        render(&state, theme, &mut buffer);
    });
}

/// A letter typed into the filter and taken back, each to the new list.
#[divan::bench(args = screen_sizes())]
fn letter_in_the_filter(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    press(&mut state, KeyCode::Char('/'));
    bencher.bench_local(|| {
        press(&mut state, KeyCode::Char('s'));
        press(&mut state, KeyCode::Backspace);
    });
}

/// The list sorted by account value, in the other direction each time.
#[divan::bench(args = screen_sizes())]
fn sort(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    state.customers.sort = Sort::by(SortKey::AccountValue);
    bencher.bench_local(|| press(&mut state, KeyCode::Char('S')));
}
