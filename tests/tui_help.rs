//! The page of keys: of this screen and of all screens, and the search in it.

use nextplay::tui::widget::theme::Theme;
use ratatui::buffer::Cell;
use ratatui::style::Modifier;

use crate::common::dashboard::Desk;

fn desk() -> Desk {
    Desk::new().sized(100, 40)
}

#[test]
fn the_page_lists_the_keys_of_this_screen_and_f1_those_of_all() {
    let mut desk = desk();
    desk.press("?");
    assert!(desk.page().contains("Keys of Queue"), "{}", desk.page());
    assert!(!desk.page().contains("Write the changed policy"));
    desk.press("F1 / p o l i c y");
    let page = desk.page();
    assert!(page.contains("Keys of all screens"), "{page}");
    assert!(page.contains("What-if"), "the screen is named: {page}");
    assert!(page.contains("w                 Write the changed policy to a file"), "{page}");
    assert!(!page.contains("works on"), "the heading says it: {page}");
}

#[test]
fn signs_come_before_the_keys_of_menus_and_what_opens_elsewhere_is_on_f1() {
    let mut desk = desk().sized(100, 240);
    desk.press("?");
    let page = desk.page();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text:?}: {page}"));
    assert!(at("Moving") < at("Signs") && at("Signs") < at("Filter terms"), "{page}");
    assert!(at("Filter terms") < at("In a decision dialog"), "{page}");
    assert!(at("In a decision dialog") < at("In the sort menu"), "{page}");
    for elsewhere in ["Where there is no data", "In the palette", "On a page of text"] {
        assert!(!page.contains(elsewhere), "{elsewhere}: {page}");
    }
    desk.press("F1");
    let page = desk.page();
    for title in ["Activity", "What-if", "Where there is no data", "In the palette", "Signs"] {
        assert!(page.lines().any(|line| line.trim_matches(['║', ' ']) == title), "{title}: {page}");
    }
}

#[test]
fn f1_opens_all_keys_from_a_screen_and_not_over_another_page() {
    let mut desk = desk();
    desk.press("F1");
    assert!(desk.page().contains("Keys of all screens"), "{}", desk.page());
    desk.press("Esc !");
    let findings = desk.page();
    desk.press("F1");
    assert_eq!(desk.page(), findings);
    assert_eq!(desk.notice(), "Esc closes this page first");
}

#[test]
fn a_search_narrows_as_it_is_typed_and_marks_what_matches() {
    let mut desk = desk();
    desk.press("? /");
    desk.type_text("Défer");
    let page = desk.page();
    assert!(page.contains("Defer to a later date"), "{page}");
    assert!(!page.contains("Approve the recommended"), "{page}");
    assert!(page.contains("/Défer"), "{page}");
    assert!(desk.screen().lines().rev().nth(1).unwrap().contains("/ Défer"), "{}", desk.screen());
    let buffer = desk.buffer(Theme::terminal());
    let marked = |cell: &&Cell| cell.modifier.contains(Modifier::UNDERLINED);
    let text: String = buffer.content().iter().filter(marked).map(Cell::symbol).collect();
    assert!(text.contains("Defer"), "{text}");
}

#[test]
fn letters_that_are_keys_are_text_in_a_search() {
    let mut desk = desk();
    desk.press("? / q ? s !");
    assert!(desk.page().contains("No key matches \"q?s!\""), "{}", desk.page());
    desk.press("Backspace Backspace Backspace");
    assert!(desk.page().contains("quit"), "{}", desk.page());
}

#[test]
fn enter_keeps_the_search_and_esc_clears_it_and_then_closes() {
    let mut desk = desk();
    desk.press("? / d e f e r Enter");
    assert!(desk.page().contains("Defer to a later date"));
    assert!(!desk.page().contains("Approve the recommended"));
    desk.press("Esc");
    assert!(desk.page().contains("Approve the recommended"), "cleared: {}", desk.page());
    desk.press("Esc");
    assert!(!desk.screen().contains("Keys of Queue"), "closed");
    desk.press("? / d e f Esc");
    assert!(desk.page().contains("Approve the recommended"), "cleared while typing");
    desk.press("q");
    assert!(desk.effects.is_empty() && !desk.screen().contains("Keys of Queue"));
}

#[test]
fn only_the_page_of_keys_is_searched() {
    let mut desk = desk();
    desk.press("! /");
    assert_eq!(desk.notice(), "Only the page of keys can be searched");
    assert!(!desk.screen().lines().last().unwrap().contains("search"));
}

#[test]
fn a_search_with_control_characters_does_not_reach_the_terminal() {
    let mut desk = desk();
    desk.press("? /");
    desk.event(nextplay::tui::event::Event::Paste("\u{1b}[31mdefer\u{202e}".into()));
    assert!(!desk.screen().contains(['\u{1b}', '\u{202e}']), "{}", desk.screen());
}
