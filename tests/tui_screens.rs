//! What each screen looks like, on the sample data with a clock that stands still. Read a changed
//! snapshot before you accept it: it is what the user will see.

use crate::common::dashboard;

use dashboard::{Desk, ROWS};
use insta::assert_snapshot;

/// The sample data in a window of 80 by 24.
fn small() -> Desk {
    Desk::on_sample_data().sized(80, 24)
}

/// The sample data in a window of 120 by 40.
fn large() -> Desk {
    Desk::on_sample_data().sized(120, 40)
}

#[test]
fn queue() {
    assert_snapshot!("queue_80x24", small().screen());
    assert_snapshot!("queue_120x40", large().screen());
}

#[test]
fn customers() {
    let mut desk = small();
    desk.press("2 g");
    assert_snapshot!("customers_80x24", desk.screen());
    let mut desk = large();
    desk.press("2 g");
    assert_snapshot!("customers_120x40", desk.screen());
}

#[test]
fn wide_screens() {
    let mut desk = Desk::on_sample_data().sized(140, 40);
    assert_snapshot!("queue_140x40", desk.screen());
    desk.press("!");
    assert_snapshot!("findings_140x40", desk.page());
    desk.press("Esc 2 g");
    assert_snapshot!("customers_140x40", desk.screen());
}

#[test]
fn list_above_detail() {
    let mut desk = Desk::on_sample_data().sized(80, 50);
    desk.press("2 g j j");
    assert_snapshot!("customers_80x50", desk.screen());
}

#[test]
fn detail() {
    let mut desk = small();
    desk.press("Enter");
    assert_snapshot!("detail_80x24", desk.detail_pane());
    desk.press("Z G");
    assert_snapshot!("detail_80x24_end", desk.detail_pane());
    let mut desk = Desk::on_sample_data().sized(140, 42);
    assert_snapshot!("detail_140x42", desk.detail_pane());
    desk.press("Tab z");
    assert_snapshot!("detail_numbers_140x42", desk.detail_pane());
}

#[test]
fn detail_of_a_customer_nobody_serves() {
    let mut desk = large();
    desk.press("2 /");
    desk.type_text("id:C009");
    desk.press("Enter");
    assert_snapshot!("detail_without_a_play_120x40", desk.detail_pane());
}

#[test]
fn detail_of_a_customer_below_the_brake() {
    let mut desk = large();
    desk.press("2 /");
    desk.type_text("id:C024");
    desk.press("Enter");
    assert_snapshot!("detail_below_the_brake_120x40", desk.detail_pane());
}

#[test]
fn detail_of_a_held_customer() {
    let mut desk = large();
    desk.press("/");
    desk.type_text("status:held");
    desk.press("Enter");
    assert_snapshot!("detail_held_120x40", desk.detail_pane());
}

#[test]
fn detail_of_a_stale_decision() {
    let mut desk = Desk::new();
    desk.press("r 4 Tab");
    desk.type_text("not this year");
    desk.press("Enter y");
    desk.carry_out();
    desk.pass(180);
    let mut rows = ROWS;
    rows[1].value = 120_000;
    desk.write_rows(&rows);
    desk.look();
    desk.press("g");
    assert_snapshot!("detail_stale_120x40", desk.detail_pane());
}

#[test]
fn help() {
    let mut desk = small();
    desk.press("?");
    assert_snapshot!("help_80x24", desk.page());
    let mut desk = large().sized(120, 90);
    desk.press("?");
    assert_snapshot!("help_120x90", desk.page());
}

#[test]
fn sort_menu() {
    let mut desk = small();
    desk.press("s j j");
    assert_snapshot!("sort_80x24", desk.screen());
}

#[test]
fn filter_being_typed() {
    let mut desk = small();
    desk.press("2 /");
    desk.type_text("stage:support risk>0.7");
    assert_snapshot!("filter_80x24", desk.screen());
}

#[test]
fn filter_that_finds_nobody() {
    let mut desk = small();
    desk.press("/");
    desk.type_text("owner:zoe");
    desk.press("Enter");
    assert_snapshot!("filter_finds_nobody_80x24", desk.screen());
}

#[test]
fn approve_dialog() {
    let mut desk = small();
    desk.press("a");
    assert_snapshot!("approve_80x24", desk.dialog_pane());
    let mut desk = large();
    desk.press("a");
    assert_snapshot!("approve_120x40", desk.dialog_pane());
    let mut desk = Desk::on_sample_data().sized(60, 16);
    desk.press("a");
    assert_snapshot!("approve_60x16", desk.screen());
}

#[test]
fn reject_dialog_with_reason_and_note() {
    let mut desk = small();
    desk.press("r 4 Tab");
    desk.type_text("asked for a later start");
    assert_snapshot!("reject_80x24", desk.dialog_pane());
}

#[test]
fn dialog_whose_numbers_moved() {
    let mut desk = Desk::new().sized(80, 24);
    desk.press("r 2");
    let mut rows = ROWS;
    rows[1].value = 120_000;
    rows[1].risk = 0.62;
    desk.write_rows(&rows);
    desk.look();
    desk.press("y");
    assert_snapshot!("moved_80x24", desk.dialog_pane());
}

#[test]
fn findings_page() {
    let mut desk = small();
    desk.press("!");
    assert_snapshot!("findings_80x24", desk.page());
}

#[test]
fn banner_over_a_broken_file() {
    let mut desk = small();
    desk.write("fused_signals.json", "[\n{\"customer_id\": \"C001\",\n");
    desk.look();
    assert_snapshot!("broken_file_80x24", desk.screen());
}

#[test]
fn loading() {
    assert_snapshot!("loading_80x24", Desk::empty().sized(80, 24).screen());
}

#[test]
fn nothing_waits() {
    let mut desk = Desk::with(&ROWS[2..3]).sized(80, 24);
    desk.press("g");
    assert_snapshot!("empty_queue_80x24", desk.screen());
}

#[test]
fn a_message_after_a_decision_and_one_after_a_change() {
    let mut desk = small();
    desk.press("a y");
    desk.carry_out();
    assert_snapshot!("approved_80x24", desk.screen());
    let text = std::fs::read_to_string(desk.dir.path().join("fused_signals.json")).unwrap();
    desk.write("fused_signals.json", &text.replace("0.983", "0.861"));
    desk.look();
    assert_snapshot!("changed_80x24", desk.screen());
}

#[test]
fn a_window_that_is_too_small() {
    assert_snapshot!("too_small_50x12", small().sized(50, 12).screen());
}

#[test]
fn the_smallest_window_that_is_enough() {
    let mut desk = small().sized(60, 16);
    assert_snapshot!("queue_60x16", desk.screen());
    desk.press("2 g Enter");
    assert_snapshot!("detail_60x16", desk.detail_pane());
}

#[test]
fn banner_over_several_broken_files() {
    for (width, name) in [(120, "broken_files_120x40"), (60, "broken_files_60x40")] {
        let mut desk = large().sized(width, 40);
        for name in ["customers.json", "journey_playbooks.json", "fused_signals.json"] {
            desk.write(name, "{\"half");
        }
        desk.look();
        assert!(desk.screen().contains("3 in all; press ! to list them"), "{}", desk.screen());
        assert_snapshot!(name, desk.screen());
    }
}
