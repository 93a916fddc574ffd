//! The detail of a customer: the card is seen first, and sections open and fold.

use crate::common::dashboard;

use dashboard::Desk;
use nextplay::domain::DecisionKind;
use ratatui::style::Modifier;

fn desk(width: u16, height: u16) -> Desk {
    Desk::on_sample_data().sized(width, height)
}

/// The text that is highlighted in the detail.
fn highlighted(desk: &Desk) -> String {
    let buffer = desk.buffer(nextplay::tui::widget::theme::Theme::terminal());
    let area = nextplay::tui::screen::layout::areas(&desk.state).detail.unwrap();
    let cells = area.positions().map(|position| &buffer[position]);
    cells.filter(|cell| cell.modifier.contains(Modifier::REVERSED)).map(|c| c.symbol()).collect()
}

#[test]
fn what_to_do_and_its_amounts_are_seen_without_scrolling() {
    for (width, height) in [(60, 16), (80, 24), (109, 30), (120, 36), (140, 42)] {
        let mut desk = desk(width, height);
        desk.press("Enter");
        let pane = desk.detail_pane();
        assert!(pane.contains("DO       Executive call (Executive Outreach)"), "{pane}");
        assert!(pane.contains("$900 → $38,000"), "{pane}");
        assert!(pane.contains("net $37,100 · ROI 42.2×"), "{pane}");
        assert!(pane.contains("needs approval"), "{pane}");
    }
}

#[test]
fn z_opens_and_folds_the_highlighted_section() {
    let mut desk = desk(140, 42);
    assert_eq!(highlighted(&desk), "", "the keys are in the list");
    desk.press("Tab");
    assert_eq!(highlighted(&desk), "▸ Numbers");
    assert!(!desk.detail_pane().contains("measured for this segment"));
    desk.press("z");
    assert_eq!(highlighted(&desk), "▾ Numbers");
    assert!(desk.detail_pane().contains("measured for this segment"));
    desk.press("z j j");
    assert_eq!(highlighted(&desk), "▸ 13 playbooks for other stages");
    assert!(!desk.detail_pane().contains("measured for this segment"));
    desk.press("z");
    assert!(desk.detail_pane().contains("SMB Onboarding Rescue: SMB only; Onboarding stage only"));
    desk.press("k k");
    assert_eq!(highlighted(&desk), "▸ Numbers");
}

#[test]
fn z_opens_all_sections_or_folds_all_and_works_from_the_list() {
    let mut desk = desk(140, 90);
    desk.press("Z");
    let pane = desk.detail_pane();
    assert!(pane.contains("▾ Numbers") && pane.contains("▾ History (9)"), "{pane}");
    assert!(!pane.contains("▸ "), "{pane}");
    desk.press("Z");
    assert!(!desk.detail_pane().contains("▾"), "{}", desk.detail_pane());
    desk.press("z");
    assert_eq!(desk.notice(), "Tab goes to the detail, where z folds a section");
}

#[test]
fn what_is_open_stays_open_for_the_next_customer_and_is_remembered() {
    let mut desk = desk(140, 42);
    desk.press("Tab z Tab j");
    assert_ne!(desk.selected(), "C006");
    assert!(desk.detail_pane().contains("▾ Numbers"), "{}", desk.detail_pane());
    let names: Vec<&String> = desk.state.memory.unfolded.iter().collect();
    assert_eq!(names, ["numbers"]);
    let text = serde_json::to_string(&desk.state.memory).unwrap();
    let read = serde_json::from_str(&text).unwrap();
    assert_eq!(desk.state.memory, read);
}

#[test]
fn a_section_longer_than_the_pane_is_named_while_its_heading_is_out_of_sight() {
    let mut desk = desk(80, 24);
    desk.press("Enter z j j j j");
    let pane = desk.detail_pane();
    assert_eq!(highlighted(&desk), " ▾ Numbers ");
    assert!(pane.lines().last().unwrap().starts_with("╰ ▾ Numbers ─"), "{pane}");
    desk.press("z");
    assert_eq!(highlighted(&desk), "▸ Numbers");
    assert!(desk.detail_pane().contains("DO       Executive call"), "{}", desk.detail_pane());
}

#[test]
fn a_customer_that_no_playbook_covers_says_why_and_which_key_assigns_one() {
    let mut desk = desk(140, 42);
    desk.press("2 /");
    desk.type_text("id:C009");
    desk.press("Enter");
    let pane = desk.detail_pane();
    assert!(pane.contains("DO       No eligible playbook"), "{pane}");
    assert!(pane.contains("1 SMB retention playbook: 1 retired; 2 more for other"), "{pane}");
    assert!(pane.contains("Press o to assign a playbook by hand"), "{pane}");
    assert!(pane.contains("▸ 3 near misses"), "{pane}");
}

#[test]
fn decisions_are_in_the_history() {
    let mut desk = desk(140, 42);
    desk.other_decides("sam", DecisionKind::Approve, "C006", 3);
    desk.look();
    desk.press("2 /");
    desk.type_text("id:C006");
    desk.press("Enter Tab G");
    assert_eq!(highlighted(&desk), "▸ History (10)");
    let pane = desk.detail_pane();
    assert!(pane.contains("✓ approved by sam 3 min ago"), "{pane}");
    desk.press("z");
    let pane = desk.detail_pane();
    assert!(pane.contains("sam approved Executive Outreach"), "{pane}");
    assert!(pane.contains("Adoption Coaching · Adoption workshop · 2026-08-25"), "{pane}");
}
