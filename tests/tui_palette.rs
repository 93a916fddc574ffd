//! The palette: what it lists, how it is ranked, what Enter does, and what it remembers.

use nextplay::insight::scenario::Setting;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::palette::state::Palette;
use nextplay::tui::palette::view;
use nextplay::tui::runtime::input::{Keys, Pace};
use nextplay::tui::screen::id::Screen;
use nextplay::tui::state::{Overlay, Pane};
use nextplay::tui::widget::theme::Theme;
use ratatui::style::Modifier;

use crate::common::dashboard::{Desk, ROWS, Row, key};

fn palette(desk: &Desk) -> &Palette {
    match &desk.state.overlay {
        Overlay::Palette(palette) => palette,
        other => panic!("the palette is not open but {other:?}"),
    }
}

fn titles(desk: &Desk) -> Vec<&str> {
    palette(desk).entries.iter().map(|entry| entry.title.as_str()).collect()
}

fn selected(desk: &Desk) -> &str {
    &palette(desk).selected().unwrap().title
}

/// The palette as text.
fn pane(desk: &Desk) -> String {
    desk.crop(view::area(&desk.state))
}

/// The line of the palette that holds a text.
fn line(desk: &Desk, text: &str) -> String {
    let pane = pane(desk);
    pane.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("{pane}")).to_owned()
}

#[test]
fn both_keys_open_it_with_every_action_of_the_screen_and_its_key() {
    for open in [":", "Ctrl-p"] {
        let mut desk = Desk::new();
        desk.press(open);
        let titles = titles(&desk);
        assert_eq!(titles[0], "Approve the recommended playbook");
        assert!(titles.contains(&"Read all files again") && titles.contains(&"Down"));
        assert!(!titles.iter().any(|title| title.contains("scenario saved last")), "of What-if");
        assert!(line(&desk, "Approve the").trim_end_matches([' ', '║']).ends_with(" a"));
        desk.type_text("quit at");
        assert!(line(&desk, "Quit at once").contains("Ctrl-C"));
        desk.press("Esc");
        assert!(matches!(desk.state.overlay, Overlay::None));
    }
    let mut desk = Desk::new();
    desk.press("5 :");
    assert!(titles(&desk).contains(&"Apply the scenario saved last"));
    assert!(!titles(&desk).contains(&"Approve the recommended playbook"));
}

#[test]
fn what_is_not_available_is_dimmed_says_why_and_keeps_the_palette_open() {
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("undo");
    assert_eq!(
        selected(&desk),
        "Undo the decision for the selected customer or line, else your last decision"
    );
    let why = "✗ There is no decision to undo here";
    assert!(pane(&desk).contains(why), "{}", pane(&desk));
    desk.press("Enter");
    assert!(matches!(desk.state.overlay, Overlay::Palette(_)));
    assert_eq!(palette(&desk).refusal.as_deref(), why.strip_prefix("✗ "));
    assert!(pane(&desk).contains(why), "{}", pane(&desk));
    desk.type_text("x");
    assert_eq!(palette(&desk).refusal, None);
}

#[test]
fn a_customer_is_found_by_name_or_id_and_shown_in_full() {
    for typed in ["boreal", "c2", "BORÉALIS foods"] {
        let mut desk = Desk::new();
        desk.press("3 :");
        desk.type_text(typed);
        assert_eq!(selected(&desk), "Borealis Foods", "{typed}");
        assert!(line(&desk, "Borealis Foods").contains("customer"));
        desk.press("Enter");
        assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C2"));
        assert_eq!(desk.state.pane, Pane::Detail);
        assert!(desk.detail_pane().contains("Borealis Foods"));
    }
}

#[test]
fn what_hides_the_customer_is_cleared_and_that_is_said() {
    let mut desk = Desk::new();
    desk.press("2 m /");
    desk.type_text("acme");
    desk.press("Enter :");
    desk.type_text("borealis");
    desk.press("Enter");
    assert_eq!(desk.selected(), "C2");
    assert_eq!(desk.notice(), "Filter cleared and all customers shown, to show C2");
}

#[test]
fn a_playbook_is_shown_also_where_a_filter_hides_it() {
    let mut desk = Desk::new();
    desk.press("3 /");
    desk.type_text("usage");
    desk.press("Enter 1 :");
    desk.type_text("support esc");
    assert_eq!(selected(&desk), "Support Escalation");
    desk.press("Enter");
    assert_eq!(desk.state.screen, Screen::Playbooks);
    assert!(desk.detail_pane().contains("Support Escalation"), "{}", desk.detail_pane());
    assert_eq!(desk.notice(), "Filter cleared to show PB_SUP");
}

#[test]
fn a_scenario_is_applied_and_what_if_shown() {
    let mut desk = Desk::new();
    let data = desk.snapshot().matching.dataset().clone();
    let setting = Setting::parse("matching.confidence_threshold=0.9", &data).unwrap();
    desk.press("5");
    desk.state.what_if.scenario.put(setting);
    desk.state.what_if.keep("Stricter".to_owned(), "2026-11-01".parse().unwrap());
    desk.state.what_if.reset();
    desk.press("1 :");
    desk.type_text("strict");
    assert!(line(&desk, "Stricter").contains("scenario"));
    desk.press("Enter");
    assert_eq!(desk.state.screen, Screen::WhatIf);
    assert_eq!(desk.notice(), "Applied scenario \"Stricter\"");
    assert!(!desk.state.what_if.is_unchanged());
}

#[test]
fn scenarios_of_an_earlier_run_are_offered_before_what_if_was_shown() {
    let mut desk = Desk::new();
    let data = desk.snapshot().matching.dataset().clone();
    desk.press("5");
    let setting = Setting::parse("matching.confidence_threshold=0.9", &data).unwrap();
    desk.state.what_if.scenario.put(setting);
    desk.state.what_if.keep("Stricter".to_owned(), "2026-11-01".parse().unwrap());
    desk.press("X");
    desk.starts_again();
    desk.press(":");
    assert!(titles(&desk).contains(&"Stricter"));
}

#[test]
fn deciding_opens_the_dialog_of_the_key_and_confirms_nothing() {
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("approve");
    desk.press("Enter");
    assert!(desk.dialog_is_open());
    assert!(desk.effects.is_empty() && desk.ledger().is_empty());
}

#[test]
fn pasted_text_goes_into_the_field_and_runs_nothing() {
    let mut desk = Desk::new();
    desk.press(":");
    desk.event(Event::Paste("quit\n".to_owned()));
    assert_eq!(palette(&desk).input.value(), "quit ");
    let strokes = "quit".chars().map(|c| key(&c.to_string()).into());
    let strokes = strokes.chain([key("Enter").into()]).collect();
    desk.press("Ctrl-u");
    desk.event(Event::Keys(Keys { strokes, pace: Pace::Pasted, at: desk.pressed }));
    assert!(matches!(desk.state.overlay, Overlay::Palette(_)));
    assert!(!desk.effects.contains(&Effect::Quit));
    assert_eq!(palette(&desk).input.value(), "quit");
}

#[test]
fn the_last_used_come_first_and_are_remembered() {
    let mut desk = Desk::new();
    for typed in ["reverse the order", "borealis", "usage recovery"] {
        desk.press(":");
        desk.type_text(typed);
        desk.press("Enter");
    }
    desk.press("1 :");
    let wanted = ["Usage Recovery", "Borealis Foods", "Reverse the order"];
    assert_eq!(titles(&desk)[..3], wanted);
    desk.starts_again();
    desk.press(":");
    assert_eq!(titles(&desk)[..3], wanted);
    desk.press("Esc 5 :");
    assert_eq!(titles(&desk)[..2], wanted[..2], "What-if has no order to reverse");
}

#[test]
fn keys_move_and_the_choice_stays_where_more_comes_in() {
    let mut desk = Desk::new();
    desk.press(": Down Ctrl-n Up");
    assert_eq!(palette(&desk).position.cursor, 1);
    desk.press("Ctrl-p End");
    assert_eq!(palette(&desk).position.cursor, palette(&desk).entries.len() - 1);
    desk.press("Home PgDn");
    assert_eq!(palette(&desk).position.cursor, view::rows(&desk.state) - 1);
    desk.press("PgUp");
    assert_eq!(palette(&desk).position.cursor, 0);
}

#[test]
fn results_of_an_outdated_text_are_dropped_and_enter_waits_for_those_of_the_text() {
    let mut desk = Desk::new();
    desk.finds = false;
    desk.press(":");
    desk.type_text("borea");
    let requests: Vec<_> = std::mem::take(&mut desk.effects)
        .into_iter()
        .map(|effect| match effect {
            Effect::FindNames(request) => request,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(requests.len(), 5, "one for each text");
    desk.event(Event::NamesReady(requests[0].find(&|| false).unwrap()));
    assert!(!titles(&desk).contains(&"Borealis Foods"), "of the text \"b\"");
    desk.press("Enter");
    assert!(matches!(desk.state.overlay, Overlay::Palette(_)), "what will be first is not known");
    assert!(pane(&desk).contains("Searching…"));
    desk.event(Event::NamesReady(requests[4].find(&|| false).unwrap()));
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C2"));
}

#[test]
fn of_very_many_customers_few_are_listed_and_the_others_counted() {
    let many: Vec<Row> = (0..500)
        .map(|n| {
            let id: &'static str = Box::leak(format!("K{n}").into_boxed_str());
            Row { id, name: "Meridian", ..ROWS[0] }
        })
        .collect();
    let mut desk = Desk::with(&many);
    desk.press(":");
    desk.type_text("meridian");
    assert_eq!(titles(&desk).len(), 40);
    assert!(pane(&desk).lines().last().unwrap().contains("460 more customers"), "{}", pane(&desk));
}

#[test]
fn matches_are_highlighted_and_what_is_not_available_is_dimmed() {
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("und");
    let buffer = desk.buffer(Theme::terminal());
    let area = view::area(&desk.state);
    // The first entry is under the frame, the field and a rule; its text after a sign and the kind.
    let (row, text) = (area.y + 3, area.x + 13);
    let cell = |x: u16, y: u16| &buffer[(x, y)];
    assert_eq!(cell(text, row).symbol(), "U");
    assert!(cell(text, row).modifier.contains(Modifier::UNDERLINED | Modifier::BOLD));
    assert!(!cell(text + 3, row).modifier.contains(Modifier::UNDERLINED));
    assert!(cell(text, row).modifier.contains(Modifier::REVERSED), "it is selected");
    desk.press("Esc :");
    desk.type_text("scroll the columns");
    let buffer = desk.buffer(Theme::terminal());
    let last = (0..area.height).map(|y| area.y + y).find(|y| {
        let line: String = (area.left()..area.right()).map(|x| buffer[(x, *y)].symbol()).collect();
        line.contains("to the left") && line.contains("No more columns to the left")
    });
    let row = last.expect("the reason stands beside it");
    assert!(buffer[(text + 20, row)].modifier.contains(Modifier::DIM));
}

#[test]
fn a_click_runs_an_entry_and_one_beside_the_palette_closes_it() {
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("al");
    desk.click_on("customer  Cobalt Games");
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C3"));
    desk.press(":");
    desk.click(1, 10);
    assert!(matches!(desk.state.overlay, Overlay::None));
}

#[test]
fn what_it_looks_like() {
    for (width, height) in [(60, 16), (140, 42)] {
        let mut desk = Desk::on_sample_data().sized(width, height);
        desk.press(":");
        insta::assert_snapshot!(format!("palette_{width}x{height}"), pane(&desk));
        desk.type_text("ex");
        insta::assert_snapshot!(format!("palette_typed_{width}x{height}"), pane(&desk));
    }
}
