//! The user's settings on the dashboard.

use std::sync::Arc;

use nextplay::domain::Place;
use nextplay::settings::{Base, Mistake, Settings};
use nextplay::tui::checks::problems;
use nextplay::tui::event::Event;
use nextplay::tui::memory;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::settings;
use nextplay::tui::state::State;

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
    assert!(desk.screen().contains("Settings updated"));
    desk.event(Event::Settings(Err(vec![mistake(1, "first")])));
    assert!(!desk.screen().contains("Settings updated"), "{}", desk.screen());
}

#[test]
fn a_key_that_confirms_only_since_now_confirms_nothing_that_was_open() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.pressed += std::time::Duration::from_secs(5);
    let keys = [("confirm", "n"), ("no", "y"), ("dialog-no", "y")];
    let keys = keys.map(|(action, key)| (action.to_owned(), vec![key.to_owned()])).into();
    let settings = Settings { keys, ..Settings::default() };
    desk.event(Event::Settings(Ok(Arc::new(settings))));
    let since = desk.dialog().shown;
    assert_eq!(since, Some(desk.pressed), "it has to be read anew");
}

#[test]
fn another_reviewer_counts_from_the_next_start() {
    let mut desk = Desk::new();
    let settings = Settings { reviewer: Some("lee".into()), ..Settings::default() };
    desk.event(Event::Settings(Ok(Arc::new(settings))));
    assert!(desk.screen().contains("reviewer, data and ledger apply from the next start"));
    assert_eq!(desk.state.by, "dana");
}

#[test]
fn a_changed_key_works_at_once() {
    let mut desk = Desk::new();
    let keys = [("show-playbooks".to_owned(), vec!["9".to_owned()])].into();
    let settings = Settings { keys, ..Settings::default() };
    assert_eq!(problems(&settings), []);
    desk.event(Event::Settings(Ok(Arc::new(settings))));
    desk.press("9");
    assert_eq!(desk.state.screen, Screen::Playbooks);
}

fn with_columns(queue: &[&str]) -> Arc<Settings> {
    let queue = queue.iter().map(ToString::to_string).collect();
    Arc::new(Settings { columns: [("queue".to_owned(), queue)].into(), ..Settings::default() })
}

/// The columns of the Queue that are on.
fn columns(state: &State) -> Vec<&'static str> {
    state.queue.columns.all().filter(|(_, on)| *on).map(|(id, _)| id.into()).collect()
}

/// The dashboard started again with these settings and what it remembers.
fn next_run(desk: &Desk, with: &Arc<Settings>) -> State {
    let mut next = Desk::empty().state;
    settings::apply(&mut next, Arc::clone(with));
    memory::restore(&mut next, desk.state.memory.clone());
    next
}

#[test]
fn the_columns_of_the_settings_are_shown_at_once() {
    let mut desk = Desk::new();
    desk.event(Event::Settings(Ok(with_columns(&["name", "roi", "segment"]))));
    assert_eq!(columns(&desk.state), ["name", "roi", "segment"]);
    let pane = desk.list_pane();
    let header = pane.lines().find(|line| line.contains("Name")).unwrap();
    let place =
        |title: &str| header.find(title).unwrap_or_else(|| panic!("no {title} in {header}"));
    assert!(place("Name") < place("ROI") && place("ROI") < place("Segment"), "{header}");
    assert!(!header.contains("Risk"), "{header}");
    desk.event(Event::Settings(Ok(Arc::default())));
    assert_eq!(columns(&desk.state), columns(&Desk::new().state));
}

#[test]
fn a_choice_of_columns_counts_until_it_is_reset_or_the_settings_name_others() {
    let mut desk = Desk::new();
    let configured = with_columns(&["name", "risk"]);
    desk.event(Event::Settings(Ok(Arc::clone(&configured))));
    desk.press("C j Space");
    assert_eq!(columns(&desk.state), ["name"], "risk is turned off");
    assert_eq!(columns(&next_run(&desk, &configured)), ["name"]);
    let others = with_columns(&["name", "owner"]);
    assert_eq!(columns(&next_run(&desk, &others)), ["name", "owner"]);
    desk.press("x");
    assert_eq!(columns(&desk.state), ["name", "risk"]);
    let lists = &desk.state.memory.lists;
    assert!(lists.queue.is_empty() && lists.configured.is_empty());
}

#[test]
fn the_screen_of_the_settings_wins_over_the_one_shown_last() {
    let mut desk = Desk::new();
    desk.press("6");
    let start = |name: &str| Settings { start: Some(name.to_owned()), ..Settings::default() };
    assert_eq!(next_run(&desk, &Arc::default()).screen, Screen::Activity);
    assert_eq!(next_run(&desk, &Arc::new(start("what-if"))).screen, Screen::WhatIf);
    let next = next_run(&desk, &Arc::new(start("customers")));
    assert_eq!((next.screen, next.listed), (Screen::Customers, Screen::Customers));
    let told = problems(&start("quue"));
    assert_eq!(told[0].message, "unknown screen \"quue\"; did you mean queue?");
}

#[test]
fn the_commented_file_is_one_that_the_dashboard_can_use() {
    let switched_on = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
        _ => format!("{line}\n"),
    };
    let all: String = nextplay::settings::template().lines().map(switched_on).collect();
    let reading = nextplay::settings::read(&all, &Base::default(), &problems);
    assert_eq!(reading.mistakes, []);
    assert!(!reading.settings.keys.is_empty() && !reading.settings.columns.is_empty());
}
