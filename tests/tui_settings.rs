//! The user's settings on the dashboard.

use std::sync::Arc;

use nextplay::domain::Place;
use nextplay::settings::{Mistake, Settings};
use nextplay::tui::event::Event;

use crate::common::dashboard::Desk;

fn mistake(line: u32, message: &str) -> Mistake {
    let place = Some(Place { line, column: 1 });
    Mistake { place, message: message.to_owned(), line: String::new() }
}

#[test]
fn a_file_with_errors_leaves_the_last_good_settings_and_says_where_they_are() {
    let mut desk = Desk::new();
    let good = Arc::new(Settings { mouse: false, ..Settings::default() });
    desk.event(Event::Settings(Ok(Arc::clone(&good))));
    assert_eq!(desk.state.settings, good);
    desk.event(Event::Settings(Err(vec![mistake(
        3,
        "unknown key \"theem\"; did you mean theme?",
    )])));
    assert_eq!(desk.state.settings, good);
    let screen = desk.screen();
    assert!(
        screen.contains("▲ config.toml:3:1: unknown key \"theem\"; did you mean theme?."),
        "{screen}"
    );
    assert!(screen.contains("The last good settings stay in use."), "{screen}");

    desk.event(Event::Settings(Err(vec![mistake(3, "first"), mistake(5, "second")])));
    assert!(desk.screen().contains("first (2 in all; press ! to list them)"), "{}", desk.screen());
    desk.press("!");
    let page = desk.screen();
    assert!(page.contains("config.toml:3:1: first") && page.contains("config.toml:5:1: second"));
    desk.press("Esc");

    desk.event(Event::Settings(Ok(good)));
    let screen = desk.screen();
    assert!(!screen.contains("▲ config.toml"), "{screen}");
    assert!(screen.contains("The settings file has no errors now"), "{screen}");
}

#[test]
fn settings_are_in_use_at_once() {
    let mut desk = Desk::new();
    let settings = Arc::new(Settings { theme: "light".into(), ..Settings::default() });
    desk.event(Event::Settings(Ok(Arc::clone(&settings))));
    assert_eq!(desk.state.settings, settings);
    assert!(desk.screen().contains("Your settings changed and are in use"));
}
