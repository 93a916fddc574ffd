//! Loading, matching and drawing, at sizes that a company has. `cargo bench` prints the times; the
//! README's figures come from here.

mod desk;
mod portfolio;

use std::sync::Arc;

use divan::{Bencher, black_box};
use nextplay::domain::Policy;
use nextplay::insight::changes;
use nextplay::intake::Loader;
use nextplay::intake::load::Reread;
use nextplay::matching::Matching;
use nextplay::tui::list::{Sort, SortKey};
use nextplay::tui::state::State;
use nextplay::workspace::Workspace;
use ratatui::crossterm::event::KeyCode;

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

/// The dashboard on a portfolio of its own.
fn dashboard(customers: usize) -> (tempfile::TempDir, State) {
    let directory = portfolio::directory(customers);
    let state = desk::open(directory.path());
    (directory, state)
}

/// A key that moves the selection, and the screen drawn after it.
#[divan::bench(args = screen_sizes())]
fn key_to_frame(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    let mut screen = desk::screen();
    let mut down = true;
    bencher.bench_local(|| {
        let key = if down { 'j' } else { 'k' };
        desk::press_and_draw(&mut state, KeyCode::Char(key), &mut screen);
        down = !down;
    });
}

/// A letter typed into the filter and taken back, each to the new list.
#[divan::bench(args = screen_sizes())]
fn letter_in_the_filter(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    desk::press(&mut state, KeyCode::Char('/'));
    bencher.bench_local(|| {
        desk::press(&mut state, KeyCode::Char('s'));
        desk::press(&mut state, KeyCode::Backspace);
    });
}

/// The list sorted by account value, in the other direction each time.
#[divan::bench(args = screen_sizes())]
fn sort(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    state.customers.sort = Sort::by(SortKey::AccountValue);
    bencher.bench_local(|| desk::press(&mut state, KeyCode::Char('S')));
}
