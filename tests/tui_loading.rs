//! What is shown while much is being read, and how little a view with many changes tells.

use crate::common::dashboard;

use dashboard::{Desk, ROWS};
use insta::assert_snapshot;
use jiff::SignedDuration;
use nextplay::intake::load::Reread;
use nextplay::intake::progress::Progress;
use nextplay::tui::event::Event;
use nextplay::tui::runtime::preparation::Own;
use rstest::rstest;

const TOTAL: u64 = 812_000_000;

fn progress(desk: &mut Desk, percent: u64) {
    let (rows, bytes) = (29_000 * percent, TOTAL / 100 * percent);
    desk.event(Event::Progress(Progress { rows, bytes, bytes_total: TOTAL }));
}

/// A load of which so much was read in that time.
fn loading(desk: &mut Desk, percent: u64, milliseconds: i64) {
    progress(desk, 0);
    desk.now += SignedDuration::from_millis(milliseconds);
    progress(desk, percent);
}

/// Data in which only the customers are known so far.
fn partial() -> Desk {
    let mut desk = Desk::empty();
    desk.shows_customers_only(&ROWS);
    desk
}

#[test]
fn a_long_load_tells_how_far_it_has_come() {
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let mut desk = Desk::empty().sized(width, height);
        loading(&mut desk, 43, 1_000);
        assert_snapshot!(format!("loading_long_{width}x{height}"), desk.screen());
    }
}

#[test]
fn what_is_left_is_not_guessed_at_the_start() {
    let mut desk = Desk::empty();
    loading(&mut desk, 3, 400);
    assert!(desk.screen().contains("○ loading 3%"), "{}", desk.screen());
    assert!(!desk.screen().contains("left"), "{}", desk.screen());
}

#[test]
fn the_customers_are_shown_while_the_rest_is_read() {
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let mut desk = partial().sized(width, height);
        loading(&mut desk, 43, 1_000);
        assert_snapshot!(format!("loading_queue_{width}x{height}"), desk.screen());
        desk.press("2 g j");
        assert_snapshot!(format!("loading_customers_{width}x{height}"), desk.screen());
    }
}

#[rstest]
#[case("a")]
#[case("r")]
#[case("u")]
#[case("!")]
fn what_is_not_known_is_not_decided_about(#[case] key: &str) {
    let mut desk = partial();
    desk.press("2 g");
    desk.press(key);
    assert_eq!(desk.notice(), "Still loading");
    assert!(!desk.dialog_is_open());
}

#[test]
fn the_customers_loaded_so_far_are_moved_through_and_filtered() {
    let mut desk = partial();
    desk.press("2 g j Enter Esc /");
    desk.type_text("segment:smb");
    assert_eq!(desk.rows(), ["C1", "C3", "C4", "C6"]);
}

#[test]
fn the_whole_view_after_it_tells_no_news_and_leaves_the_selection() {
    let mut desk = partial();
    desk.press("2 g j j");
    assert_eq!(desk.selected(), "C3");
    loading(&mut desk, 99, 1_000);
    let mut rows = ROWS.to_vec();
    rows.swap(0, 2);
    let whole = Desk::with(&rows);
    for name in ["customers", "journey_state_log", "fused_signals", "journey_playbooks"] {
        let name = format!("{name}.json");
        let text = std::fs::read_to_string(whole.dir.path().join(&name)).unwrap();
        desk.write(&name, &text);
    }
    desk.look();
    assert_eq!(desk.notice(), "");
    assert!(desk.state.marks.is_empty());
    assert_eq!(desk.selected(), "C3");
    assert!(desk.state.loading.is_none());
    assert!(desk.screen().contains("● live"), "{}", desk.screen());
}

#[rstest]
#[case(60, "● live  reading 43%")]
#[case(80, "● live 14:02:11  reading 43%")]
#[case(120, "● live 14:02:11  reading 43%")]
fn a_long_reload_leaves_the_view_up_and_tells_how_far_it_has_come(
    #[case] width: u16,
    #[case] told: &str,
) {
    let mut desk = Desk::new().sized(width, 24);
    loading(&mut desk, 43, 1_000);
    let screen = desk.screen();
    assert!(screen.contains(told), "{screen}");
    assert!(screen.contains("4 need a decision") && screen.contains("▸"), "{screen}");
    desk.event(Event::LoadEnded);
    assert!(!desk.screen().contains("reading"), "{}", desk.screen());
}

#[test]
fn a_load_that_brings_nothing_new_is_over_too() {
    let mut desk = Desk::new();
    loading(&mut desk, 43, 1_000);
    desk.event(Event::NothingNew);
    assert!(!desk.screen().contains("reading"), "{}", desk.screen());
}

#[test]
fn of_a_great_many_changes_few_are_put_into_words_and_all_are_counted_and_marked() {
    let customers = |value: u32| {
        let row = |n: u32| {
            format!(r#"{{"customer_id":"X{n}","segment":"SMB","account_value":{}}}"#, value + n)
        };
        format!("[{}]", (0..300).map(row).collect::<Vec<_>>().join(","))
    };
    let all = |field: &str, value: &str| {
        let row = |n: u32| format!(r#"{{"customer_id":"X{n}","{field}":{value}}}"#);
        format!("[{}]", (0..300).map(row).collect::<Vec<_>>().join(","))
    };
    let mut desk = Desk::new();
    desk.write("customers.json", &customers(1000));
    desk.write("journey_state_log.json", &all("journey_stage", "\"support\""));
    desk.write("fused_signals.json", &all("fused_risk_score", "0.8"));
    desk.look();
    desk.pass(60);
    desk.write("customers.json", &customers(2000));
    let snapshot = (*desk.workspace.refresh(Reread::All)).clone();
    let view = desk.prepare(snapshot, &Own::default()).unwrap();
    assert_eq!((view.news.told.len(), view.news.count), (200, 300));
    desk.event(Event::View(view));
    let notice = desk.notice();
    assert!(notice.starts_with("300 customers changed: X0 "), "{notice}");
    assert!(notice.ends_with(", and 299 more"), "{notice}");
    assert!(desk.state.marks.contains_key("X299"));
}
