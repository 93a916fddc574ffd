//! Jumps: Enter and `c` remember where they came from, and Ctrl-O goes back.

use crate::common::dashboard::{Desk, ROWS};

use nextplay::domain::DecisionKind;
use nextplay::tui::jump::{Destination, jump};
use nextplay::tui::keys::lookup;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::state::Pane;
use nextplay::workspace::Scope;
use rstest::rstest;

fn offers_to_go_back(desk: &Desk) -> bool {
    lookup::hints(&desk.state).any(|hint| hint.label == "go back")
}

#[rstest]
#[case("Ctrl-o")]
#[case("Backspace")]
fn what_a_jump_changed_is_as_it_was_after_going_back(#[case] back: &str) {
    let mut desk = Desk::new();
    desk.press("2 m /");
    desk.type_text("cobalt");
    desk.press("Enter");
    assert_eq!((desk.rows(), desk.state.customers.scope), (vec!["C3".into()], Some(Scope::Mine)));
    desk.press("4 j j j");
    assert!(!offers_to_go_back(&desk));
    let before = desk.screen();
    desk.press("c");
    assert_eq!(
        (desk.state.screen, desk.state.customers.scope),
        (Screen::Customers, Some(Scope::All))
    );
    assert!(offers_to_go_back(&desk));
    desk.press(back);
    assert_eq!(desk.screen(), before);
    assert!(!offers_to_go_back(&desk));
    desk.press("2");
    assert_eq!((desk.rows(), desk.state.customers.scope), (vec!["C3".into()], Some(Scope::Mine)));
    assert_eq!(desk.state.queue.scope, Some(Scope::Mine));
}

#[test]
fn a_filter_that_was_narrowed_after_the_jump_goes_with_it() {
    let mut desk = Desk::new();
    desk.press("3 c /");
    desk.type_text(" acme");
    desk.press("Enter Ctrl-o");
    assert_eq!(desk.state.screen, Screen::Playbooks);
    desk.press("2");
    assert_eq!(desk.rows().len(), 6);
}

#[test]
fn jumps_are_gone_back_one_by_one() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C4", 3);
    desk.look();
    desk.press("6 c");
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C4"));
    desk.press("Enter");
    assert_eq!(desk.state.pane, Pane::Detail);
    // A screen's own key is no jump.
    desk.press("3 j c Ctrl-o");
    assert_eq!((desk.state.screen, desk.state.playbooks.position.cursor), (Screen::Playbooks, 1));
    desk.press("Ctrl-o");
    assert_eq!(desk.state.screen, Screen::Activity);
    desk.press("Ctrl-o");
    assert_eq!(desk.state.screen, Screen::Activity);
    assert!(!offers_to_go_back(&desk));
}

#[test]
fn ctrl_o_closes_the_detail_that_enter_opened_and_closing_it_is_going_back() {
    for close in ["Esc", "Tab", "q"] {
        let mut desk = Desk::new().sized(80, 24);
        desk.press("j Enter Ctrl-o");
        assert_eq!((desk.state.pane, desk.selected().as_str()), (Pane::List, "C5"));
        desk.press("Enter");
        assert!(!offers_to_go_back(&desk), "Esc does the same");
        desk.press(close);
        let before = desk.screen();
        desk.press("Ctrl-o");
        assert_eq!(desk.screen(), before, "{close}");
    }
}

#[test]
fn the_detail_is_scrolled_as_it_was() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("Enter Z j j j j j j");
    let before = desk.screen();
    assert!(desk.state.detail_scroll > 0);
    jump(&mut desk.state, Destination::Customer("C001".into()));
    desk.look();
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C001"));
    desk.press("Ctrl-o");
    assert_eq!(desk.screen(), before);
}

#[test]
fn the_window_of_a_long_list_is_where_it_was() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("2 G k k k k");
    let before = desk.list_pane();
    jump(&mut desk.state, Destination::Customers("segment:SMB".into()));
    desk.press("g");
    assert_ne!(desk.list_pane(), before);
    desk.press("Ctrl-o");
    assert_eq!(desk.list_pane(), before);
}

#[test]
fn a_customer_outside_the_scope_is_shown_with_all() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C2", 3);
    desk.look();
    desk.press("m 6 c");
    assert_eq!(desk.selected(), "C2");
    assert_eq!(desk.notice(), "All customers shown, to show C2");
    desk.press("Ctrl-o");
    assert_eq!(desk.state.customers.scope, Some(Scope::Mine));
}

#[test]
fn a_customer_that_is_gone_is_the_nearest_one() {
    let mut desk = Desk::new();
    desk.press("2 j j");
    jump(&mut desk.state, Destination::Screen(Screen::Portfolio));
    let rows: Vec<_> = ROWS.into_iter().filter(|row| row.id != "C3").collect();
    desk.write_rows(&rows);
    desk.look();
    desk.press("Ctrl-o");
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C4"));
}

#[test]
fn on_what_if_backspace_resets_the_line_and_ctrl_o_goes_back() {
    let mut desk = Desk::on_sample_data();
    jump(&mut desk.state, Destination::Screen(Screen::WhatIf));
    desk.look();
    desk.press("+ Backspace");
    assert!(desk.state.what_if.is_unchanged());
    assert_eq!(desk.state.screen, Screen::WhatIf);
    desk.press("Ctrl-o");
    assert_eq!(desk.state.screen, Screen::Queue);
}

#[test]
fn a_playbook_is_shown_also_where_the_filter_hides_it() {
    let mut desk = Desk::new();
    desk.press("3 /");
    desk.type_text("usage");
    desk.press("Enter 1");
    jump(&mut desk.state, Destination::Playbook("PB_SUP".into()));
    desk.look();
    assert!(desk.detail_pane().contains("Support Escalation"), "{}", desk.screen());
    assert_eq!(desk.notice(), "Filter cleared to show PB_SUP");
    desk.press("Ctrl-o 3");
    assert_eq!(desk.state.playbooks.filter, "usage");
}

#[test]
fn fifty_places_are_kept() {
    let mut desk = Desk::new();
    desk.press("3");
    for _ in 0..60 {
        desk.press("c 3");
    }
    for _ in 0..49 {
        desk.press("Ctrl-o");
    }
    assert!(offers_to_go_back(&desk));
    desk.press("Ctrl-o");
    assert!(!offers_to_go_back(&desk));
    assert_eq!(desk.state.screen, Screen::Playbooks);
}
