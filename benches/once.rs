//! One piece of work, done once, for programs that count what it takes: `once load|match|frame|card`,
//! then a number of customers or a data directory. `benches/instructions` has callgrind count what
//! is spent in [`measured`]; what the work needs is prepared, and what it gives is dropped, outside.

// What cannot go on fails, and may print what it found.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc
)]

mod desk;
mod portfolio;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use nextplay::domain::Policy;
use nextplay::intake::Loader;
use nextplay::intake::load::Reread;
use nextplay::matching::Matching;
use ratatui::crossterm::event::KeyCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        // `cargo bench` runs every bench target, with what it was given and this; there is nothing to
        // time here.
        [] | [.., "--bench"] => ExitCode::SUCCESS,
        [what @ ("load" | "match" | "frame" | "card"), input] => {
            match input.parse() {
                Ok(customers) => run(what, portfolio::directory(customers).path()),
                Err(_) => run(what, Path::new(input)),
            }
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: once load|match|frame|card CUSTOMERS|DIRECTORY");
            ExitCode::from(2)
        }
    }
}

fn run(what: &str, directory: &Path) {
    match what {
        // Files on disk to a joined dataset.
        "load" => {
            let mut loader = Loader::new(directory);
            let mut loaded = None;
            measured(&mut || loaded = Some(loader.load(Reread::All)));
            black_box(&loaded);
        }
        // A joined dataset to the best playbook of every customer.
        "match" => {
            let dataset = Loader::new(directory).load(Reread::All).dataset;
            let policy = Arc::new(Policy::default());
            let mut matching = None;
            measured(&mut || {
                matching = Some(Matching::new(Arc::clone(&dataset), Arc::clone(&policy)));
            });
            black_box(&matching);
        }
        // The card of one customer and the titles of the sections below it, as lines.
        "card" => {
            let state = desk::open(directory);
            let mut text = desk::detail(&state);
            measured(&mut || text = desk::detail(&state));
            black_box(&text);
        }
        // A key that moves the selection, and the screen drawn after it.
        _ => {
            let mut state = desk::open(directory);
            let mut screen = desk::screen();
            let down = KeyCode::Char('j');
            // The first frame fills caches that all later ones use.
            desk::press_and_draw(&mut state, down, &mut screen);
            measured(&mut || desk::press_and_draw(&mut state, down, &mut screen));
            black_box(&screen);
        }
    }
}

/// Does the work. Counting starts where this is entered and ends where it is left, so it has a name
/// of its own in the program: no type parameters, not inlined, and no jump to the work at its end.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    work();
    black_box(work);
}
