//! Deciding on the dashboard: what asks, what confirms, what is refused, and what happens to a
//! dialog when the numbers or another reviewer move under it.

use crate::common::dashboard;

use dashboard::{Desk, ROWS};
use nextplay::domain::{DecisionKind, Error, ErrorKind};
use nextplay::ledger::NewLedger;
use nextplay::tui::decide::dialog_view;
use nextplay::tui::decide::form::FormField;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::runtime::preparation::Own;
use nextplay::tui::screen::layout;
use nextplay::tui::state::NoticeKind;
use nextplay::tui::state::Overlay;
use nextplay::workspace::{DecideError, DecisionRequest};
use rstest::rstest;

/// The request that the keys asked for; there has to be just this one effect.
fn request(desk: &Desk) -> &nextplay::approval::Request {
    match &desk.effects[..] {
        [Effect::Decide(asks)] => match &asks[..] {
            [DecisionRequest::Decide(request)] => request,
            other => panic!("{other:?}"),
        },
        other => panic!("not one decision but {other:?}"),
    }
}

#[test]
fn an_approval_asks_and_another_key_confirms_it() {
    let mut desk = Desk::new();
    desk.press("a");
    assert!(desk.effects.is_empty(), "it only asks");
    let screen = desk.screen();
    for told in
        ["Approve?", "Borealis Foods", "C2 · Enterprise", "$75 → $3,500", "y  approve as dana"]
    {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("y");
    let request = request(&desk);
    assert_eq!((request.kind, request.customer_id.as_str()), (DecisionKind::Approve, "C2"));
    assert_eq!((request.by.as_str(), request.playbook_id.as_deref()), ("dana", Some("PB_SUP")));
    assert_eq!((&request.reason, &request.note), (&None, &None));
}

#[test]
fn what_is_confirmed_is_what_was_shown() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Reject, "C2", 3);
    desk.look();
    desk.press("2 g j a y");
    let number = desk.snapshot().find_customer("C2").unwrap();
    let request = request(&desk);
    assert_eq!(request.basis_hash, Some(desk.snapshot().hashed_basis(number).unwrap().hash));
    assert_eq!(request.seen, Some(desk.snapshot().last_entry("C2")));
    assert!(request.seen.as_ref().is_some_and(Option::is_some), "sam's rejection was seen");
}

#[test]
fn a_customer_without_decisions_is_decided_on_as_such() {
    let mut desk = Desk::new();
    desk.press("a y");
    assert_eq!(request(&desk).seen, Some(None));
}

#[test]
fn the_key_that_asked_does_not_confirm() {
    let mut desk = Desk::new();
    desk.press("a a a a Space");
    assert!(desk.dialog_is_open());
    desk.press("Enter");
    assert!(!desk.dialog_is_open(), "Cancel has the focus, as anybody expects of Enter");
    assert!(desk.effects.is_empty());
}

#[test]
fn what_was_typed_before_a_dialog_was_seen_does_not_confirm_it() {
    let mut desk = Desk::new();
    desk.burst("a y y");
    assert!(desk.effects.is_empty());
    assert!(desk.screen().contains("Review it first"), "{}", desk.screen());
    moved(&desk);
    desk.look();
    desk.burst("Enter y");
    assert!(desk.effects.is_empty(), "nor the new numbers");
    desk.press("y");
    assert_eq!(desk.effects.len(), 1);
}

#[test]
fn a_key_held_down_neither_asks_nor_confirms() {
    let mut desk = Desk::new();
    desk.hold("a");
    assert!(!desk.dialog_is_open());
    desk.press("a");
    desk.hold("y");
    assert!(desk.effects.is_empty());
    desk.hold("Esc");
    assert!(desk.dialog_is_open());
    desk.press("y");
    assert_eq!(desk.effects.len(), 1);
}

#[test]
fn confirming_twice_decides_once() {
    let mut desk = Desk::new();
    desk.press("a y y y");
    assert_eq!(desk.effects.len(), 1);
    assert!(desk.screen().contains("Saving…"), "{}", desk.screen());
    desk.press("Esc a j r");
    assert_eq!(desk.effects.len(), 1);
    assert!(desk.dialog_is_open(), "what is being written cannot be cancelled any more");
}

#[test]
fn a_decision_says_that_it_is_on_disk_and_the_row_leaves_the_queue() {
    let mut desk = Desk::new();
    desk.press("a y");
    desk.carry_out();
    assert_eq!(desk.notice(), "Approved Support Escalation for Borealis Foods (C2). Saved (#1)");
    assert_eq!(desk.ledger(), ["dana approve C2"]);
    assert_eq!(desk.rows(), ["C5", "C1", "C4"]);
    assert!(!desk.dialog_is_open());
    assert!(desk.state.marks.is_empty(), "who decided needs no telling");
}

#[rstest]
#[case("Esc")]
#[case("n")]
fn a_dialog_that_is_cancelled_decides_nothing(#[case] cancel: &str) {
    let mut desk = Desk::new();
    for open in ["a", "r 1"] {
        desk.press(open);
        desk.press(cancel);
        desk.press("y");
        assert!(!desk.dialog_is_open());
    }
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Decide(_))));
}

#[test]
fn a_rejection_needs_a_reason() {
    let mut desk = Desk::new();
    desk.press("r y");
    assert!(desk.effects.is_empty());
    assert!(desk.screen().contains("Choose a reason first (1–6)"), "{}", desk.screen());
    desk.press("4");
    assert!(desk.screen().contains("[4 Budget]"), "{}", desk.screen());
    assert!(!desk.screen().contains("Choose a reason first"));
    desk.press("y");
    let request = request(&desk);
    assert_eq!((request.kind, request.reason.as_deref()), (DecisionKind::Reject, Some("budget")));
}

#[rstest]
#[case("1", "wrong_playbook")]
#[case("6", "other")]
#[case("2 5", "data_wrong")]
#[case("j", "wrong_playbook")]
#[case("Down Down", "bad_timing")]
#[case("k", "other")]
#[case("3 Up", "bad_timing")]
#[case("1 Up Up", "wrong_playbook")]
#[case("6 Down", "other")]
#[case("1 9", "wrong_playbook")] // there is no ninth
fn reasons_are_chosen_by_number_or_arrow(#[case] keys: &str, #[case] want: &str) {
    let mut desk = Desk::new();
    desk.press("r");
    desk.press(keys);
    desk.press("y");
    assert_eq!(request(&desk).reason.as_deref(), Some(want));
}

#[test]
fn an_approval_names_a_reason_where_the_policy_has_some_for_it() {
    let mut desk = Desk::new();
    desk.press("a 3");
    assert!(desk.screen().contains("There is no reason to choose"), "{}", desk.screen());
    desk.press("Esc");
    desk.write("nextplay.toml", "[approval]\napprove_reasons = [\"agreed\", \"renewal_soon\"]\n");
    desk.look();
    desk.press("a 2 y");
    assert_eq!(request(&desk).reason.as_deref(), Some("renewal_soon"));
}

#[test]
fn tab_goes_round_the_fields_and_back() {
    let mut desk = Desk::new();
    desk.press("r");
    let mut fields = vec![desk.dialog().form.focus];
    for keys in ["Tab", "Tab", "Tab", "Shift-Tab", "Shift-Tab", "Shift-Tab"] {
        desk.press(keys);
        fields.push(desk.dialog().form.focus);
    }
    use FormField::{Cancel, Note, Reason};
    assert_eq!(fields, [Cancel, Reason, Note, Cancel, Note, Reason, Cancel]);
}

#[test]
fn no_text_field_has_the_keys_when_a_dialog_opens() {
    let mut desk = Desk::new();
    desk.press("a");
    assert_eq!(desk.dialog().form.focus, FormField::Cancel);
    desk.press("Esc r");
    assert_eq!(desk.dialog().form.focus, FormField::Cancel);
}

#[test]
fn a_note_is_text_and_confirms_nothing() {
    let mut desk = Desk::new();
    desk.press("a Tab");
    desk.type_text("yes, y 1 n a q?");
    assert!(desk.effects.is_empty() && desk.dialog_is_open());
    assert_eq!(desk.dialog().form.reason, None);
    assert!(desk.screen().contains("yes, y 1 n a q?"), "{}", desk.screen());
    desk.press("Enter y");
    assert_eq!(request(&desk).note.as_deref(), Some("yes, y 1 n a q?"));
}

#[test]
fn a_note_of_blanks_is_no_note() {
    let mut desk = Desk::new();
    desk.press("a Tab Space Space Enter y");
    assert_eq!(request(&desk).note, None);
}

#[test]
fn a_note_is_edited_like_any_text() {
    let mut desk = Desk::new();
    desk.press("a Tab");
    desk.type_text("call firts");
    desk.press("Backspace Backspace");
    desk.type_text("st");
    desk.press("Home");
    desk.type_text("please ");
    desk.press("Tab y");
    assert_eq!(request(&desk).note.as_deref(), Some("please call first"));
}

#[test]
fn escape_in_the_note_cancels_too() {
    let mut desk = Desk::new();
    desk.press("r 1 Tab");
    desk.type_text("no");
    desk.press("Esc y");
    assert!(!desk.dialog_is_open());
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Decide(_))));
}

#[test]
fn a_paste_into_the_note_is_text_whatever_is_in_it() {
    let mut desk = Desk::new();
    desk.press("r 1 Tab");
    desk.event(Event::Paste("first\r\nsecond\ty\u{1b}[2J\u{202e}".into()));
    assert!(desk.effects.is_empty() && desk.dialog_is_open());
    let screen = desk.screen();
    assert!(screen.contains("first  second y [2J<U+202E>"), "{screen}");
    desk.press("Tab y");
    assert!(request(&desk).note.as_ref().is_some_and(|note| !note.contains(char::is_control)));
}

#[test]
fn a_paste_into_a_dialog_without_a_focused_text_field_confirms_nothing() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.event(Event::Paste("y\ny".into()));
    assert!(desk.effects.is_empty() && desk.dialog_is_open());
}

/// The test data with another account value for C2.
fn moved(desk: &Desk) {
    let mut rows = ROWS;
    rows[1].value = 120_000;
    desk.write_rows(&rows);
}

#[test]
fn numbers_that_move_under_a_dialog_have_to_be_read_again() {
    let mut desk = Desk::new();
    desk.press("a");
    moved(&desk);
    desk.look();
    let screen = desk.screen();
    assert!(screen.contains("account value $90,000 → $120,000"), "{screen}");
    assert!(screen.contains("Enter  Review"), "{screen}");
    desk.press("y");
    assert!(desk.effects.is_empty());
    assert!(desk.screen().contains("Press Enter to review"), "{}", desk.screen());
    desk.press("Enter");
    assert!(desk.screen().contains("$120,000 a year"), "{}", desk.screen());
    desk.press("y");
    let number = desk.snapshot().find_customer("C2").unwrap();
    assert_eq!(request(&desk).basis_hash, Some(desk.snapshot().hashed_basis(number).unwrap().hash));
}

#[test]
fn another_customer_that_moves_is_no_matter_of_the_dialog() {
    let mut desk = Desk::new();
    desk.press("a");
    let mut rows = ROWS;
    rows[0].risk = 0.55;
    desk.write_rows(&rows);
    desk.look();
    desk.press("y");
    assert_eq!(request(&desk).customer_id, "C2");
}

#[test]
fn what_is_typed_survives_reading_again() {
    let mut desk = Desk::new();
    desk.press("r 4 Tab");
    desk.type_text("too dear");
    moved(&desk);
    desk.look();
    desk.press("Tab Enter y");
    let request = request(&desk);
    assert_eq!(request.reason.as_deref(), Some("budget"));
    assert_eq!(request.note.as_deref(), Some("too dear"));
}

#[test]
fn a_play_that_is_gone_closes_the_dialog_when_it_is_read_again() {
    let mut desk = Desk::new();
    desk.press("a");
    let mut rows = ROWS;
    rows[1].stage = "retention";
    desk.write_rows(&rows);
    desk.look();
    assert!(desk.screen().contains("the recommendation is gone"), "{}", desk.screen());
    desk.press("y");
    assert!(desk.effects.is_empty());
    desk.press("Enter");
    assert!(!desk.dialog_is_open());
    assert_eq!(desk.notice(), "C2 no longer has a recommendation");
}

#[test]
fn another_reviewers_decision_under_the_dialog_has_to_be_read_first() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.other_decides("sam", DecisionKind::Reject, "C2", 0);
    desk.look();
    assert!(desk.screen().contains("sam rejected this just now"), "{}", desk.screen());
    desk.press("y");
    assert!(desk.effects.is_empty());
    desk.press("Enter");
    assert!(desk.screen().contains("rejected by sam just now"), "{}", desk.screen());
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["sam reject C2", "dana approve C2"]);
}

#[test]
fn a_decision_that_came_first_unseen_refuses_and_stays_in_the_dialog() {
    let mut desk = Desk::new();
    desk.press("a Tab");
    desk.type_text("fine");
    desk.press("Enter y");
    desk.other_decides("sam", DecisionKind::Reject, "C2", 0);
    desk.carry_out();
    assert_eq!(desk.ledger(), ["sam reject C2"]);
    let screen = desk.screen();
    assert!(screen.contains("✗ ") && screen.contains("sam"), "{screen}");
    assert!(screen.contains("fine"), "what was typed is still there:\n{screen}");
    desk.press("Enter y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["sam reject C2", "dana approve C2"]);
}

#[test]
fn numbers_that_moved_unseen_refuse_and_are_shown() {
    let mut desk = Desk::new();
    desk.press("a y");
    moved(&desk);
    desk.carry_out();
    assert!(desk.ledger().is_empty());
    let screen = desk.screen();
    assert!(screen.contains("the recommendation for C2 changed"), "{screen}");
    assert!(screen.contains("account value $90,000 → $120,000"), "{screen}");
    desk.press("y");
    assert!(desk.effects.is_empty());
    desk.press("Enter y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["dana approve C2"]);
}

#[test]
fn a_file_that_breaks_under_the_dialog_refuses_and_says_which() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.write("customers.json", r#"[{"customer_id": "C1"#);
    desk.look();
    desk.press("y");
    desk.carry_out();
    assert!(desk.ledger().is_empty());
    assert!(desk.screen().contains("✗ customers.json:1:"), "{}", desk.screen());
    desk.write_rows(&ROWS);
    desk.look();
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["dana approve C2"]);
}

#[test]
fn the_same_decision_again_says_who_made_it_and_when() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C2", 3);
    desk.look();
    desk.press("2 g j a");
    assert!(!desk.dialog_is_open());
    assert_eq!(desk.notice(), "C2: already approved by sam 3 min ago");
    assert_eq!(desk.state.notice.as_ref().unwrap().kind, NoticeKind::Refused);
    desk.press("r");
    assert!(desk.dialog_is_open(), "but it can be rejected");
}

#[test]
fn the_first_frame_does_not_offer_to_confirm_without_a_reason() {
    let mut desk = Desk::new();
    desk.press("r");
    if let Overlay::Decide(dialog) = &mut desk.state.overlay {
        (dialog.drawn, dialog.shown) = (false, None);
    }
    assert!(!desk.screen().contains("y confirm"), "{}", desk.screen());
    desk.press("1");
    assert!(desk.screen().contains("y confirm"), "{}", desk.screen());
}

#[rstest]
#[case("a")]
#[case("r")]
#[case("o")]
fn a_customer_without_a_play_says_that_there_is_nothing_to_decide(#[case] key: &str) {
    let mut rows = ROWS;
    rows[5].risk = 0.2;
    let mut desk = Desk::with(&rows);
    desk.press("2 G");
    desk.press(key);
    assert_eq!(desk.notice(), "No recommendation for C6; the detail shows why");
}

#[test]
fn an_automatic_play_can_be_stopped() {
    let mut desk = Desk::new();
    desk.press("2 g j j r 1 y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["dana reject C3"]);
    assert!(desk.screen().contains("✗ C3"), "{}", desk.screen());
}

#[rstest]
#[case("a")]
#[case("r")]
#[case("u")]
fn a_broken_file_blocks_every_decision_and_is_named(#[case] key: &str) {
    let mut desk = Desk::new();
    desk.write("fused_signals.json", "[{");
    desk.look();
    desk.press(key);
    assert!(!desk.dialog_is_open());
    let notice = desk.notice();
    assert!(notice.starts_with("fused_signals.json:1:"), "{notice}");
    assert!(notice.ends_with("no decision can be made while a file cannot be read"), "{notice}");
}

#[test]
fn a_ledger_that_goes_away_takes_no_decision_with_it() {
    let mut desk = Desk::new();
    desk.press("2 g j j r 4 y");
    desk.carry_out();
    let path = desk.dir.path().join("decisions.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    desk.notices_changes();
    assert_eq!(desk.snapshot().status(2), nextplay::domain::Status::Rejected);
    assert!(desk.screen().contains("entries are gone or changed"), "{}", desk.screen());
    desk.press("a");
    assert!(!desk.dialog_is_open(), "nothing is decided meanwhile");
    desk.write("decisions.jsonl", &text);
    desk.notices_changes();
    desk.press("a");
    assert!(desk.dialog_is_open(), "it is back");
}

#[test]
fn a_new_ledger_where_another_one_was_is_said_and_keeps_nobody_from_deciding() {
    let mut desk = Desk::new();
    let mut snapshot = desk.snapshot().clone();
    snapshot.new_ledger = Some(NewLedger::Beside("decisions.jsonl.old".to_owned()));
    snapshot.generation += 1;
    let view = desk.prepare(snapshot, &Own::default()).unwrap();
    desk.event(Event::View(view));
    let screen = desk.screen();
    assert!(screen.contains("decisions.jsonl.old is beside it"), "{screen}");
    assert!(screen.contains("Nothing is exported until you accept it"), "{screen}");
    desk.press("a");
    assert!(desk.dialog_is_open());
}

#[test]
fn a_ledger_with_a_broken_chain_blocks_every_decision() {
    let mut desk = Desk::new();
    desk.press("a y");
    desk.carry_out();
    let path = desk.dir.path().join("decisions.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    desk.write("decisions.jsonl", &text.replace("\"by\":\"dana\"", "\"by\":\"anna\""));
    desk.look();
    desk.press("a");
    assert!(!desk.dialog_is_open());
    let notice = desk.notice();
    assert!(notice.contains("decisions.jsonl: ledger broken at line 1"), "{notice}");
    assert!(desk.screen().contains("▲"), "{}", desk.screen());
}

#[test]
fn undo_takes_the_selected_customers_decision_back() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C5", 3);
    desk.look();
    desk.press("2 G k u");
    assert!(desk.effects.is_empty(), "it only asks");
    let screen = desk.screen();
    assert!(screen.contains("Undo this decision?") && screen.contains("approved by sam 3 min ago"));
    desk.press("y");
    assert!(
        matches!(&desk.effects[..], [Effect::Decide(asks)] if matches!(&asks[..], [DecisionRequest::Undo { by, .. }] if by == "dana"))
    );
    desk.carry_out();
    assert_eq!(desk.ledger(), ["sam approve C5", "dana undo C5"]);
    assert_eq!(
        desk.notice(),
        "Undid sam's approval #1 of Support Escalation for Elm Street Bank (C5). Saved (#2)"
    );
    desk.press("1");
    assert!(desk.rows().contains(&"C5".to_owned()), "it waits again");
}

#[test]
fn undo_takes_back_ones_own_last_decision_where_the_selected_one_has_none() {
    let mut desk = Desk::new();
    desk.press("a y");
    desk.carry_out();
    assert_eq!(desk.selected(), "C5");
    desk.press("u");
    assert_eq!(desk.dialog().customer_id().unwrap(), "C2");
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["dana approve C2", "dana undo C2"]);
    desk.press("u");
    assert_eq!(desk.notice(), "There is no decision to undo here");
}

#[test]
fn what_others_decided_elsewhere_is_not_taken_back_by_chance() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C5", 3);
    desk.look();
    assert_eq!(desk.selected(), "C2");
    desk.press("u");
    assert!(!desk.dialog_is_open());
    assert_eq!(desk.notice(), "There is no decision to undo here");
}

#[test]
fn an_undo_under_which_somebody_undid_closes_when_it_is_read_again() {
    let mut desk = Desk::new();
    desk.press("a y");
    desk.carry_out();
    desk.press("u");
    let entry = desk.snapshot().history.get(0).unwrap().id.clone();
    desk.other_asks(DecisionRequest::Undo { entry, by: "sam".into(), note: None, seen: None }, 0);
    desk.look();
    desk.press("y");
    assert!(desk.effects.is_empty());
    desk.press("Enter");
    assert!(!desk.dialog_is_open());
    assert_eq!(desk.notice(), "It was already undone");
}

#[test]
fn another_reviewers_decision_is_told_and_marked() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Reject, "C1", 0);
    desk.look();
    assert_eq!(desk.notice(), "C1 was rejected by sam");
    assert!(desk.state.marks.contains_key("C1"));
}

#[test]
fn numbers_that_come_back_can_be_confirmed() {
    let mut desk = Desk::new();
    desk.press("a");
    moved(&desk);
    desk.look();
    desk.press("y");
    desk.write_rows(&ROWS);
    desk.look();
    let screen = desk.screen();
    assert!(!screen.contains("Press Enter to review"), "nothing is left to read:\n{screen}");
    desk.press("y");
    assert_eq!(desk.effects.len(), 1);
}

#[rstest]
fn the_dialog_can_be_read_to_its_last_line_in_every_window(
    #[values((60, 16), (80, 24), (120, 40))] size: (u16, u16),
    #[values("a", "r")] open: &str,
) {
    let mut desk = Desk::new().sized(size.0, size.1);
    desk.press(open);
    let screen = desk.screen();
    assert!(screen.contains("Esc Cancel") && screen.contains("as dana ]"), "{screen}");
    let has = |desk: &Desk, text: &str| desk.dialog_pane().contains(text);
    // A window lower than the text scrolls over it: Tab brings a field into it, PgDn the rest.
    if open == "r" {
        desk.press("Tab");
        assert!(has(&desk, "▸Reason"), "{}", desk.screen());
    }
    desk.press("Tab");
    assert!(has(&desk, "▸Note"), "{}", desk.screen());
    desk.press("PgDn PgDn PgDn");
    assert!(has(&desk, "Approval  required by the playbook"), "{}", desk.screen());
    let areas = layout::areas(&desk.state);
    let dialog = dialog_view::area(&desk.state);
    assert_eq!(areas.body.intersection(dialog), dialog, "it covers nothing but list and detail");
    moved(&desk);
    desk.look();
    desk.press("Tab y");
    let screen = desk.screen();
    assert!(screen.contains("Changed while you were reviewing"), "{screen}");
    assert!(screen.contains("Enter  Review"), "{screen}");
}

#[test]
fn amounts_that_were_not_on_the_screen_are_not_confirmed() {
    let mut desk = Desk::new().sized(60, 16);
    // Nothing is drawn between these keys.
    desk.burst("a PgDn PgDn PgDn");
    assert!(!desk.dialog_pane().contains("$75 → $3,500"), "{}", desk.screen());
    desk.press("y");
    assert!(desk.effects.is_empty());
    assert!(
        desk.dialog_pane().contains("Scroll to cost, value and ROI first"),
        "{}",
        desk.screen()
    );
    desk.press("PgUp PgUp PgUp");
    assert!(desk.dialog_pane().contains("$75 → $3,500"), "{}", desk.screen());
    desk.press("y");
    assert_eq!(desk.effects.len(), 1);
}

#[test]
fn the_amounts_of_another_playbook_are_on_the_screen_before_they_are_confirmed() {
    let mut desk = Desk::new().sized(60, 16);
    desk.press("o j");
    assert!(desk.dialog_pane().contains("$30 → $1,050 · net $1,020"), "{}", desk.screen());
    desk.press("3 y");
    assert_eq!(request(&desk).playbook_id.as_deref(), Some("PB_ENG"));
}

#[test]
fn the_keys_of_a_list_scroll_a_dialog_without_one() {
    let mut desk = Desk::new().sized(60, 16);
    desk.press("a j j");
    assert!(!desk.dialog_pane().contains("Borealis Foods"), "{}", desk.screen());
    desk.press("PgDn k k k k k k k k k k k k PgUp");
    assert!(desk.dialog_pane().contains("Borealis Foods"), "{}", desk.screen());
    desk.press("y");
    assert_eq!(desk.effects.len(), 1);
}

#[test]
fn what_is_missing_is_brought_into_the_window() {
    let mut desk = Desk::new().sized(60, 16);
    desk.press("r y");
    let pane = desk.dialog_pane();
    assert!(pane.contains("Choose a reason first") && pane.contains("▸Reason"), "{pane}");
    desk.press("4 y");
    assert_eq!(request(&desk).reason.as_deref(), Some("budget"));
}

#[test]
fn a_decision_that_is_not_confirmed_is_told_and_so_is_what_became_of_it() {
    let mut desk = Desk::new();
    desk.press("a y");
    desk.effects.clear();
    let id = "01a22bce-0905-7602-872e-7f95e859d555";
    let unknown = DecideError::NotConfirmed { id: id.into() };
    desk.event(Event::Decided { result: Ok(vec![Err(unknown)]), view: None });
    assert!(!desk.dialog_is_open(), "nothing can be done about it");
    assert_eq!(desk.notice(), format!("Not confirmed. Check the ledger for entry {id}"));
    assert_eq!(desk.state.unconfirmed, [id]);

    let refused = DecideError::NotRecorded(Error::new(ErrorKind::Refused, "sam was faster"));
    desk.event(Event::Confirmed { each: vec![Err(refused)], view: None });
    assert_eq!(desk.notice(), "sam was faster");
    assert!(desk.state.unconfirmed.is_empty(), "leaving has nothing to say");
}
