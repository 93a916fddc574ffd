//! What the dashboard remembers until the next run.

use std::sync::Arc;

use crate::common::dashboard::Desk;

use nextplay::settings::Settings;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::jump::{Destination, jump};
use nextplay::tui::memory::{self, Memory};
use nextplay::tui::screen::id::Screen;
use nextplay::tui::screen::layout::Split;
use nextplay::tui::update::update;
use rstest::rstest;

fn remembered(desk: &Desk) -> String {
    serde_json::to_string(&desk.state.memory).unwrap()
}

#[test]
fn nothing_is_written_before_something_is_changed() {
    let mut desk = Desk::at_first_start();
    desk.look();
    desk.press("j k R");
    assert_eq!(desk.state.memory, Memory::default());
}

#[test]
fn screen_filter_order_and_customer_are_as_they_were() {
    let mut desk = Desk::new();
    desk.press("2 S j j j /");
    desk.type_text("value>8000");
    desk.press("Enter");
    let (rows, selected) = (desk.rows(), desk.selected());
    assert_eq!((rows.len(), selected.as_str()), (4, "C3"));
    let list = desk.list_pane();
    desk.starts_again();
    assert_eq!(desk.state.screen, Screen::Customers);
    assert_eq!((desk.rows(), desk.selected()), (rows, selected));
    assert_eq!(desk.list_pane(), list);
    assert!(desk.list_pane().contains("/value>8000"), "{}", desk.list_pane());
}

#[test]
fn a_filter_that_is_on_is_told_at_the_start() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("acme");
    desk.press("Enter");
    desk.starts_again();
    assert_eq!(desk.notice(), "The filter \"acme\" from last time is on; Esc clears it");
    assert_eq!(desk.rows(), ["C1"]);
}

#[test]
fn a_filter_that_no_one_can_have_typed_is_left_out() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("acme");
    desk.press("Enter");
    desk.state.memory.views.get_mut("queue").unwrap().filter = "a ".repeat(300_000);
    desk.starts_again();
    assert_eq!(desk.rows().len(), 4);
    assert_eq!(desk.state.filter(), "");
}

#[rstest]
#[case("3", "usage")]
#[case("4", "retention")]
#[case("6", "kind:change")]
fn each_screen_keeps_its_filter_and_order(#[case] screen: &str, #[case] filter: &str) {
    let mut desk = Desk::new();
    desk.press(screen);
    desk.press("s j Enter S /");
    desk.type_text(filter);
    desk.press("Enter");
    let order = |desk: &Desk| {
        let sort = desk.state.screen.row().list.sort.as_ref().unwrap();
        (desk.state.screen, desk.state.filter().to_owned(), (sort.order)(&desk.state))
    };
    let before = order(&desk);
    assert_eq!(before.1, filter);
    desk.starts_again();
    assert_eq!(order(&desk), before);
    desk.press("/ Esc s g Enter");
    if order(&desk).2.descending {
        desk.press("S");
    }
    assert!(!remembered(&desk).contains("filter"), "{}", remembered(&desk));
}

#[test]
fn what_activity_lists_folds_and_the_divider_are_as_they_were() {
    let mut desk = Desk::new();
    desk.press("Z 6 t");
    desk.state.split = Split { beside: Some(300), below: None };
    desk.press("j");
    let kinds = desk.state.activity.kinds;
    desk.starts_again();
    assert_eq!((desk.state.screen, desk.state.activity.kinds), (Screen::Activity, kinds));
    assert_eq!(desk.state.split.beside, Some(300));
    assert!(!desk.state.memory.unfolded.is_empty());
}

#[test]
fn a_filter_counts_once_it_is_kept() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("acme");
    assert!(!remembered(&desk).contains("acme"));
    desk.press("Enter");
    assert!(remembered(&desk).contains("acme"));
    desk.press("/ Esc");
    assert!(!remembered(&desk).contains("acme"));
}

#[test]
fn the_filter_of_a_jump_is_not_remembered_but_the_one_before_it() {
    let mut desk = Desk::new();
    desk.press("2 /");
    desk.type_text("acme");
    desk.press("Enter 3 c");
    assert_eq!(desk.state.customers.filter, "playbook=PB_SUP");
    desk.starts_again();
    assert_eq!(
        (desk.state.screen, desk.state.customers.filter.as_str()),
        (Screen::Customers, "acme")
    );
    // Whoever types on in it wants it.
    desk.press("3 c / Space");
    desk.type_text("bank");
    desk.press("Enter");
    desk.starts_again();
    assert_eq!(desk.state.customers.filter, "playbook=PB_SUP bank");
    // A list with a filter of its own was chosen.
    let to = Destination::List { screen: Screen::Customers, filter: "games".into(), order: None };
    jump(&mut desk.state, to);
    desk.pass(1);
    desk.starts_again();
    assert_eq!(desk.state.customers.filter, "games");
}

#[test]
fn the_screen_of_the_settings_wins() {
    let mut desk = Desk::new();
    desk.press("4 2 j");
    let memory = desk.state.memory.clone();
    let settings = Settings { start: Some("what-if".into()), ..Settings::default() };
    desk.state.settings = Arc::new(settings);
    memory::restore(&mut desk.state, memory);
    assert_eq!(desk.state.screen, Screen::WhatIf);
}

#[test]
fn a_customer_that_is_gone_leaves_the_first_one_selected() {
    let mut desk = Desk::new();
    desk.press("j j");
    desk.state.memory.customer = Some("gone".into());
    desk.starts_again();
    assert_eq!(desk.selected(), "C2");
}

#[test]
fn each_change_is_written_once() {
    let mut desk = Desk::new();
    desk.press("2");
    let mut writes = |event| {
        let effects = update(&mut desk.state, event, desk.now);
        effects.iter().filter(|effect| matches!(effect, Effect::Remember(_))).count()
    };
    assert_eq!(writes(Event::Tick), 0);
    assert_eq!(writes(Event::Resize { width: 100, height: 40 }), 0);
}
