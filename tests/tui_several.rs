//! Decisions about several customers at once: selecting them, the one confirmation, their
//! outcome.

use crate::common::dashboard;

use dashboard::{Desk, ROWS, Row};
use insta::assert_snapshot;
use nextplay::domain::DecisionKind;
use nextplay::tui::event::Effect;
use nextplay::tui::widget::theme::Theme;

fn picked(desk: &Desk) -> Vec<String> {
    let mut ids: Vec<String> =
        desk.state.list().selection.iter().map(ToString::to_string).collect();
    ids.sort();
    ids
}

#[test]
fn space_selects_one_v_a_range_and_capital_a_everybody() {
    let mut desk = Desk::new();
    desk.press("Space");
    assert_eq!((picked(&desk), desk.selected().as_str()), (vec!["C2".to_owned()], "C5"));
    desk.press("j v");
    assert_eq!(picked(&desk), ["C1", "C2", "C5"], "from the one selected last to here");
    assert!(desk.screen().contains("─ 3 selected"), "{}", desk.screen());
    desk.press("k Space");
    assert_eq!(picked(&desk), ["C1", "C2"], "a second time puts it back");
    desk.press("A");
    assert_eq!(picked(&desk).len(), 4);
    desk.press("A");
    assert_eq!(picked(&desk).len(), 0);
    desk.press("Space Esc");
    assert!(picked(&desk).is_empty(), "Esc drops the selection");
    desk.press("v");
    assert!(desk.notice().starts_with("Select one end first"));
}

#[test]
fn a_selection_stays_on_its_customers_whatever_the_list_shows() {
    let mut desk = Desk::new();
    desk.press("Space /");
    desk.type_text("acme");
    desk.press("Enter Space");
    assert_eq!(picked(&desk), ["C1", "C2"]);
    desk.press("a");
    let screen = desk.screen();
    assert!(screen.contains("1 of them not in the list"), "{screen}");
    desk.press("Esc / Esc S");
    desk.look();
    assert_eq!(picked(&desk), ["C1", "C2"]);
    desk.press("2");
    assert!(picked(&desk).is_empty(), "each screen has its own");
}

#[test]
fn one_confirmation_sums_up_and_each_is_an_entry_of_its_own() {
    let mut desk = Desk::new();
    desk.press("A a");
    let screen = desk.screen();
    for told in [
        "4 selected customers",
        "Count     4 recommendations",
        "Cost      $300",
        "Value     $14,000; net $13,700",
        "Largest   Borealis Foods (C2), $90,000 a year",
        "y  approve 4 as dana",
        "y confirm  Esc cancel",
    ] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("a Space Tab Shift-Tab y");
    desk.carry_out();
    assert_eq!(desk.notice(), "Approved 4 recommendations. Saved (#1 to #4)");
    let ledger = desk.ledger();
    assert_eq!(
        ledger,
        ["dana approve C2", "dana approve C5", "dana approve C1", "dana approve C4"],
        "in the order of the list"
    );
    assert!(desk.rows().is_empty() && picked(&desk).is_empty());
}

#[test]
fn reasons_and_notes_are_given_once_for_all() {
    let mut desk = Desk::new();
    desk.press("Space Space r y");
    assert!(desk.screen().contains("Choose a reason first"), "{}", desk.screen());
    desk.press("4 Tab");
    desk.type_text("next quarter");
    desk.press("Enter y");
    desk.carry_out();
    let entries: Vec<_> = desk.snapshot().history.entries().collect();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry.kind == DecisionKind::Reject
        && entry.reason.as_deref() == Some("budget")
        && entry.note.as_deref() == Some("next quarter")));
}

#[test]
fn who_may_not_be_decided_about_is_told_before_and_stays_as_it_is() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C5", 3);
    desk.look();
    desk.press("2 A a");
    let screen = desk.screen();
    for told in [
        "6 selected customers",
        "Count     4 recommendations",
        "2 will be refused and stay as they are",
        "Elm Street Bank (C5): already approved by sam 3 min ago",
        "C6",
    ] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("y");
    desk.carry_out();
    let screen = desk.screen();
    for told in ["Results", "✓ Approved 4 recommendations", "2 were refused", "#2"] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("Esc");
    assert_eq!(picked(&desk), ["C5", "C6"], "they are still selected, to be looked at");
}

#[test]
fn those_refused_for_one_reason_are_told_of_together() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C5", 3);
    desk.other_decides("sam", DecisionKind::Approve, "C1", 3);
    desk.look();
    desk.press("2 A a");
    let together = "2 customers: already approved by sam 3 min ago";
    let screen = desk.screen();
    assert_eq!(screen.matches("already approved by sam").count(), 1, "{screen}");
    for told in [together, "   Elm Street Bank (C5) ", "   Acme Tools (C1) "] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("y");
    desk.carry_out();
    let screen = desk.screen();
    for told in [together, "C5             Elm Street Bank", "C1             Acme Tools"] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
}

#[test]
fn what_moves_under_the_confirmation_is_read_first() {
    let mut desk = Desk::new();
    desk.press("Space Space a");
    desk.other_decides("sam", DecisionKind::Reject, "C5", 0);
    desk.look();
    desk.press("y");
    assert!(desk.effects.is_empty());
    let screen = desk.screen();
    assert!(screen.contains("Changed while you were reviewing: C5"), "{screen}");
    desk.press("Enter");
    let screen = desk.screen();
    assert!(
        screen.contains("Count     2 recommendations") && !screen.contains("Changed while"),
        "{screen}"
    );
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["sam reject C5", "dana approve C2", "dana approve C5"]);
}

#[test]
fn a_move_of_somebody_else_does_not_stand_in_the_way() {
    let mut desk = Desk::new();
    desk.press("Space Space a");
    desk.other_decides("sam", DecisionKind::Reject, "C1", 0);
    desk.look();
    assert!(!desk.screen().contains("Changed while"), "{}", desk.screen());
    desk.press("y");
    assert_eq!(desk.effects.len(), 1);
}

#[test]
fn somebody_who_was_faster_is_told_afterwards_and_the_others_go_through() {
    let mut desk = Desk::new();
    desk.press("Space Space a");
    desk.other_decides("sam", DecisionKind::Reject, "C5", 0);
    // The dashboard has not looked: it cannot know.
    desk.press("y");
    desk.carry_out();
    let screen = desk.screen();
    for told in ["Approved 1 recommendation. Saved (#2)", "1 was refused", "C5", "by sam"] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    assert_eq!(desk.ledger(), ["sam reject C5", "dana approve C2"]);
}

#[test]
fn decisions_about_several_are_taken_back_together() {
    let mut desk = Desk::new();
    desk.press("A a y");
    desk.carry_out();
    desk.press("2 A u");
    let screen = desk.screen();
    assert!(screen.contains("Count     4 decisions"), "{screen}");
    assert!(screen.contains("no decision to undo"), "{screen}");
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger().len(), 8);
    desk.press("Esc 1");
    assert_eq!(desk.rows().len(), 4, "all of them wait again");
}

#[test]
fn another_playbook_for_several_is_summed_with_its_own_numbers() {
    let mut desk = Desk::new();
    desk.press("Space Space o");
    assert!(desk.screen().contains("Choose a playbook"), "{}", desk.screen());
    desk.press("j j");
    let screen = desk.screen();
    assert!(screen.contains("[Usage Recovery]") && screen.contains("Cost      $60"), "{screen}");
    desk.press("k");
    let screen = desk.screen();
    assert!(screen.contains("Count     0 recommendations"), "it is what is recommended:\n{screen}");
    desk.press("3 y");
    assert!(desk.effects.is_empty());
    assert!(desk.screen().contains("None of them can be decided"), "{}", desk.screen());
    desk.press("Shift-Tab j y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["dana override C2", "dana override C5"]);
}

#[test]
fn nobody_confirms_what_is_still_being_added_up() {
    let mut desk = Desk::new();
    desk.sums = false;
    desk.press("Space Space a y");
    assert!(matches!(&desk.effects[..], [Effect::PreviewBulk(_)]), "{:?}", desk.effects);
    assert!(desk.screen().contains("Still calculating"), "{}", desk.screen());
}

#[test]
fn too_many_for_one_decision_are_refused() {
    let ids: Vec<String> = (0..10_001).map(|n| format!("X{n}")).collect();
    let rows: Vec<Row> = ids.iter().map(|id| Row { id: id.clone().leak(), ..ROWS[0] }).collect();
    let mut desk = Desk::with(&rows);
    desk.press("A");
    assert_eq!(
        desk.notice(),
        "10,001 customers are too many for one decision (at most 10,000); narrow the filter"
    );
    assert!(picked(&desk).is_empty());
    desk.press("/");
    desk.type_text("x999");
    desk.press("Enter A a");
    assert!(desk.screen().contains("Count     "), "{}", desk.screen());
}

#[test]
fn the_list_and_the_confirmation_of_several() {
    let mut desk = Desk::new().sized(80, 24);
    desk.press("Space j Space");
    assert_snapshot!("selected_80x24", desk.screen());
    desk.press("2 A a");
    assert_snapshot!("several_80x24", desk.dialog_pane());
    desk.press("y");
    desk.carry_out();
    assert_snapshot!("outcome_80x24", desk.page());
}

#[test]
fn who_is_selected_is_told_by_a_sign_not_by_colour_alone() {
    let mut desk = Desk::new();
    desk.press("Space");
    for colors in [true, false] {
        let text =
            dashboard::text(&desk.buffer(if colors { Theme::terminal() } else { Theme::plain() }));
        assert!(text.lines().any(|line| line.contains("●? C2")), "{text}");
    }
}

/// Approves all that need a decision, together.
fn approve_all(desk: &mut Desk) {
    desk.press("A a y");
    desk.carry_out();
    assert_eq!(desk.notice(), "Approved 4 recommendations. Saved (#1 to #4)");
}

#[test]
fn the_confirmation_lists_each_with_its_amounts_and_scrolls() {
    let mut desk = Desk::new().sized(60, 16);
    desk.press("2 A a");
    let first = desk.dialog_pane();
    assert!(first.contains("$75") || first.contains("Cost"), "{first}");
    assert!(first.contains("1 will be refused and stays as it is"), "{first}");
    desk.press("PgDn PgDn PgDn");
    let last = desk.dialog_pane();
    assert!(last.contains("Elm Street Bank (C5)"), "{last}");
    assert!(last.contains("$75 → $3,500 ") && !last.contains("ROI"), "room for names: {last}");
    desk.press("y");
    assert_eq!(desk.effects.len(), 1, "what it adds up to was on the screen first");
}

#[test]
fn undo_right_after_several_is_about_all_of_them() {
    let mut desk = Desk::new();
    approve_all(&mut desk);
    desk.press("u");
    let screen = desk.screen();
    for told in ["Undo these decisions?", "Your last 4 decisions", "y  undo 4 as dana"] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("Esc u y");
    desk.carry_out();
    assert_eq!(desk.notice(), "Undid 4 decisions. Saved (#5 to #8)");
    assert_eq!(desk.rows().len(), 4, "all of them need a decision again");
    let entries: Vec<_> = desk.snapshot().history.entries().cloned().collect();
    let batches: Vec<_> = entries.iter().map(|entry| entry.batch.clone().unwrap()).collect();
    assert!(batches[..4].iter().all(|batch| *batch == batches[0]));
    assert!(batches[4..].iter().all(|batch| *batch == batches[4]));
    assert_ne!(batches[0], batches[4], "an undo is a batch of its own");
}

#[test]
fn undo_later_is_about_the_selected_customer() {
    let mut desk = Desk::new();
    approve_all(&mut desk);
    desk.press("2 g u");
    assert_eq!(desk.dialog().customer_id().unwrap(), "C1");
    desk.press("Esc Space Space u");
    assert!(desk.screen().contains("Undo these decisions?"), "{}", desk.screen());
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger()[4..], ["dana undo C1", "dana undo C2"]);
}

#[test]
fn what_of_several_somebody_else_changed_is_not_undone() {
    let mut desk = Desk::new();
    approve_all(&mut desk);
    desk.other_decides("sam", DecisionKind::Reject, "C5", 0);
    desk.look();
    desk.press("u");
    let screen = desk.screen();
    assert!(screen.contains("1 will be refused and stays as it is"), "{screen}");
    let pane = desk.dialog_pane().replace(['║', '\n'], " ");
    let told = pane.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Elm Street Bank (C5): "), "{screen}");
    let why =
        "dana's approval #2 is no longer in force: sam rejected C5 (#5) just now; undo #5 instead";
    assert!(told.contains(why), "{screen}");
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger().last().unwrap(), "dana undo C4");
    assert_eq!(desk.ledger().len(), 8, "three of four");
}
