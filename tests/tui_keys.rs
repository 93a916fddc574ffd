//! What the keys do on the screens: moving, filtering, sorting, changing screens, and what a reload
//! leaves as it was. Decisions are in `tui_decide.rs`.

use crate::common::dashboard;

use dashboard::{Desk, ROWS, Row};
use nextplay::domain::DecisionKind;
use nextplay::tui::customers::columns::ColumnId;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::keys::action::{Action, Context};
use nextplay::tui::keys::bindings::BINDINGS;
use nextplay::tui::keys::lookup;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::state::{NoticeKind, Overlay, Pane};
use rstest::rstest;

/// Every customer of the test data in file order.
const EVERYBODY: [&str; 6] = ["C1", "C2", "C3", "C4", "C5", "C6"];

#[test]
fn the_queue_starts_with_the_most_revenue_at_risk_selected() {
    let desk = Desk::new();
    assert_eq!(desk.rows(), ["C2", "C5", "C1", "C4"]);
    assert_eq!(desk.selected(), "C2");
}

#[test]
fn the_customers_start_in_file_order() {
    let mut desk = Desk::new();
    desk.press("2");
    assert_eq!(desk.rows(), EVERYBODY);
}

#[rstest]
#[case("j", "C5")]
#[case("Down Down", "C1")]
#[case("j j k", "C5")]
#[case("k", "C2")]
#[case("Up Up Up", "C2")]
#[case("j j j", "C4")]
#[case("j j j j j j", "C6")]
#[case("G", "C6")]
#[case("End k", "C4")]
#[case("G g", "C2")]
#[case("G Home j", "C5")]
#[case("PgDn", "C6")]
#[case("Ctrl-d PgDn", "C6")]
#[case("G PgUp", "C2")]
#[case("G Ctrl-u Ctrl-u", "C2")]
fn the_selection_moves_and_stops_at_the_ends(#[case] keys: &str, #[case] want: &str) {
    let mut desk = Desk::new();
    desk.press(keys);
    assert_eq!(desk.selected(), want);
}

#[test]
fn a_key_held_down_moves_on() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.hold("j");
    assert_eq!(desk.selected(), "C1");
}

#[test]
fn a_page_is_what_is_seen_and_one_row_stays_in_sight() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("2 g");
    let last_in_sight = |screen: String| screen.lines().nth(20).unwrap().to_owned();
    let before = last_in_sight(desk.screen());
    let id = before.split_whitespace().find(|word| word.starts_with('C')).unwrap().to_owned();
    desk.press("PgDn");
    assert_eq!(desk.selected(), id);
}

#[test]
fn the_selected_row_is_always_in_sight() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("2");
    for keys in ["G", "k", "PgUp", "PgUp", "j", "g", "PgDn"] {
        desk.press(keys);
        let screen = desk.screen();
        let row = screen.lines().find(|line| line.contains("▸  ")).unwrap_or_default();
        assert!(row.contains(&desk.selected()), "after {keys}:\n{screen}");
    }
}

#[test]
fn rows_inserted_above_leave_the_selection_on_its_customer() {
    let mut desk = Desk::new();
    desk.press("j");
    let mut rows = ROWS.to_vec();
    rows.insert(0, Row { id: "C0", value: 900_000, ..ROWS[1] });
    desk.write_rows(&rows);
    desk.look();
    assert_eq!(desk.rows(), ["C0", "C2", "C5", "C1", "C4"]);
    assert_eq!(desk.selected(), "C5");
}

#[test]
fn a_selected_row_that_leaves_the_queue_hands_on_to_the_one_in_its_place() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.other_decides("sam", DecisionKind::Approve, "C5", 0);
    desk.look();
    assert_eq!(desk.rows(), ["C2", "C1", "C4"]);
    assert_eq!(desk.selected(), "C1");
}

#[test]
fn the_last_row_that_leaves_hands_on_to_the_one_before() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("status:pending");
    desk.press("Enter G");
    desk.other_decides("sam", DecisionKind::Reject, "C4", 0);
    desk.look();
    assert_eq!(desk.selected(), "C1");
}

#[test]
fn a_queue_that_runs_empty_says_so_and_asks_for_nothing() {
    let mut desk = Desk::with(&ROWS[..1]).sized(80, 24);
    desk.press("Enter");
    desk.other_decides("sam", DecisionKind::Approve, "C1", 0);
    desk.look();
    desk.press("Esc");
    assert!(desk.screen().contains("Nothing needs a decision"), "{}", desk.screen());
    desk.press("a");
    assert_eq!(desk.notice(), "No customer is selected");
    assert!(desk.effects.is_empty());
}

#[rstest]
#[case("acme", &["C1"])]
#[case("ACME", &["C1"])]
#[case("brl", &["C2"])] // Borealis, with gaps
#[case("support bank", &["C5"])]
#[case("usage", &["C3"])] // the playbook's name
#[case("risk>0.8", &["C1", "C5"])]
#[case("risk>=0.8", &["C1", "C2", "C5", "C6"])]
#[case("risk<0.7", &["C4"])]
#[case("risk<=0.7", &["C3", "C4"])]
#[case("value>=50000", &["C2", "C5"])]
#[case("value>=50k", &["C2", "C5"])]
#[case("value>=$50,000", &["C2", "C5"])]
#[case("segment:SMB", &["C1", "C3", "C4", "C6"])]
#[case("segment:mid", &["C5"])]
#[case("stage:support", &["C1", "C2", "C4", "C5"])]
#[case("status:pending", &["C1", "C2", "C4", "C5"])]
#[case("status:uncovered", &["C6"])]
#[case("status:none", &[])]
#[case("urgency>1k", &["C2"])]
#[case("urgency<100", &["C4", "C6"])]
#[case("renews<60", &[])]
#[case("owner:me", &["C1", "C3"])]
#[case("owner:sam", &["C2", "C4"])]
#[case("owner:me stage:support", &["C1"])]
#[case("segment:SMB risk>0.7 value<10000", &["C6"])]
#[case("risk>", &EVERYBODY)]
#[case("segment:", &EVERYBODY)]
#[case("nobody at all", &[])]
fn the_filter_narrows_the_customers(#[case] filter: &str, #[case] want: &[&str]) {
    let mut desk = Desk::new();
    desk.press("2 /");
    desk.type_text(filter);
    assert_eq!(desk.rows(), want);
}

#[test]
fn the_list_narrows_with_every_key_and_widens_with_every_one_taken_back() {
    let mut desk = Desk::new();
    desk.press("2 /");
    let mut counts = Vec::new();
    for c in "owner:sam".chars() {
        desk.type_text(&c.to_string());
        counts.push(desk.rows().len());
    }
    assert_eq!(counts.last(), Some(&2));
    desk.press("Backspace Backspace Backspace");
    assert_eq!(desk.rows(), EVERYBODY);
}

#[test]
fn keys_are_text_while_the_filter_is_typed() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("aqjry12?!");
    assert_eq!(desk.state.list().filter, "aqjry12?!");
    assert!(desk.effects.is_empty());
}

#[test]
fn the_arrows_move_while_the_filter_is_typed() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("risk>0.7");
    desk.press("Down");
    assert_eq!(desk.selected(), "C5");
    assert_eq!(desk.state.list().filter, "risk>0.7");
}

#[test]
fn enter_keeps_the_filter_and_escape_then_drops_it() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("bank");
    desk.press("Enter");
    assert_eq!(desk.rows(), ["C5"]);
    assert!(desk.screen().contains("/bank 1 of 5"), "{}", desk.screen());
    desk.press("Esc");
    assert_eq!(desk.rows().len(), 4);
    assert_eq!(desk.selected(), "C5", "whom the filter found stays selected");
}

#[test]
fn escape_drops_the_filter_while_it_is_typed() {
    let mut desk = Desk::new();
    desk.press("j /");
    desk.type_text("zzz");
    assert!(desk.rows().is_empty());
    desk.press("Esc");
    assert_eq!(desk.rows().len(), 4);
    assert_eq!(desk.selected(), "C5", "a filter that finds nobody forgets nobody");
}

#[test]
fn the_filter_goes_on_where_it_was_left() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("owner:");
    desk.press("Enter /");
    desk.type_text("lee");
    assert_eq!(desk.rows(), ["C5"]);
}

#[test]
fn each_screen_has_a_filter_of_its_own() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("bank");
    desk.press("Enter 2");
    assert_eq!(desk.rows(), EVERYBODY);
    desk.press("1");
    assert_eq!(desk.rows(), ["C5"]);
}

#[test]
fn a_filter_holds_for_what_a_reload_brings() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("risk>0.85");
    desk.press("Enter");
    assert_eq!(desk.rows(), ["C5", "C1"]);
    let mut rows = ROWS;
    rows[0].risk = 0.7;
    rows[1].risk = 0.99;
    desk.write_rows(&rows);
    desk.look();
    assert_eq!(desk.rows(), ["C2", "C5"]);
}

#[test]
fn a_paste_into_the_filter_is_text_whatever_is_in_it() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.event(Event::Paste("ba\nnk\u{1b}q\r".into()));
    assert_eq!(desk.state.list().filter, "ba nk q ");
    assert!(matches!(desk.state.overlay, Overlay::Filter { .. }), "no line break ends the filter");
    assert!(desk.effects.is_empty());
}

#[test]
fn a_paste_outside_a_text_field_does_nothing() {
    let mut desk = Desk::new();
    desk.event(Event::Paste("ay\nq2".into()));
    assert!(desk.effects.is_empty() && !desk.dialog_is_open());
    assert_eq!(desk.state.screen, Screen::Queue);
}

#[test]
fn the_sort_column_is_chosen_from_a_list_and_the_selection_stays() {
    let mut desk = Desk::new();
    desk.press("s");
    assert!(desk.screen().contains("▸ revenue at risk"), "{}", desk.screen());
    for _ in 0..ColumnId::sortable().count() {
        desk.press("k");
    }
    desk.press("Enter");
    assert_eq!(desk.rows(), ["C1", "C2", "C4", "C5"]);
    assert_eq!(desk.selected(), "C2");
    assert!(desk.screen().contains(" ID↑ "), "{}", desk.screen());
}

#[test]
fn the_column_chosen_again_reverses_and_so_does_the_key() {
    let mut desk = Desk::new();
    desk.press("s Enter");
    assert_eq!(desk.rows(), ["C4", "C1", "C5", "C2"]);
    desk.press("S");
    assert_eq!(desk.rows(), ["C2", "C5", "C1", "C4"]);
}

#[test]
fn escape_leaves_the_order_as_it_was() {
    let mut desk = Desk::new();
    desk.press("s j j Esc");
    assert_eq!(desk.rows(), ["C2", "C5", "C1", "C4"]);
    assert!(matches!(desk.state.overlay, Overlay::None));
}

#[rstest]
#[case(ColumnId::Risk, &["C5", "C1", "C2", "C6", "C3", "C4"])]
#[case(ColumnId::AccountValue, &["C2", "C5", "C3", "C1", "C4", "C6"])]
#[case(ColumnId::Name, &["C1", "C2", "C3", "C4", "C5", "C6"])]
#[case(ColumnId::Segment, &["C2", "C5", "C1", "C3", "C4", "C6"])]
#[case(ColumnId::Stage, &["C3", "C6", "C1", "C2", "C4", "C5"])]
#[case(ColumnId::Playbook, &["C1", "C2", "C4", "C5", "C3", "C6"])] // nobody without a play first
#[case(ColumnId::AtRisk, &["C2", "C5", "C3", "C1", "C4", "C6"])]
fn every_column_orders_the_customers(#[case] column: ColumnId, #[case] want: &[&str]) {
    let mut desk = Desk::new();
    desk.press("2 s g");
    for _ in 0..ColumnId::sortable().count() {
        desk.press("k");
    }
    let steps = ColumnId::sortable().position(|key| key == column).unwrap();
    for _ in 0..steps {
        desk.press("j");
    }
    desk.press("Enter");
    assert_eq!(desk.rows(), want);
}

#[test]
fn another_screen_shows_the_same_customer_where_it_has_it() {
    let mut desk = Desk::new();
    desk.press("j 2");
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C5"));
    desk.press("k 1");
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Queue, "C4"));
}

#[test]
fn the_detail_scrolls_once_it_is_open_and_its_end_stops_it() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("Enter Z");
    assert_eq!(desk.state.pane, Pane::Detail);
    let selected = desk.selected();
    desk.press("G");
    let end = desk.screen();
    desk.press("j j PgDn");
    assert_eq!(desk.screen(), end);
    assert_eq!(desk.selected(), selected, "the moving keys scroll and do not select");
    desk.press("g");
    assert_ne!(desk.screen(), end);
}

#[test]
fn tab_changes_between_list_and_detail() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    let list = desk.screen();
    desk.press("Tab");
    assert_ne!(desk.screen(), list);
    desk.press("Tab");
    assert_eq!(desk.screen(), list);
}

#[test]
fn escape_with_nothing_to_go_back_from_says_nothing() {
    let mut desk = Desk::new();
    desk.press("Esc");
    assert_eq!(desk.notice(), "");
}

#[rstest]
#[case("q")]
#[case("Ctrl-c")]
#[case("/ Ctrl-c")]
#[case("a Ctrl-c")]
#[case("r Tab Ctrl-c")]
#[case("! Ctrl-c")]
fn quitting_quits_at_once(#[case] keys: &str) {
    let mut desk = Desk::new();
    desk.press(keys);
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[rstest]
#[case("?")]
#[case("s")]
#[case("!")]
#[case("a")]
#[case("r 1")]
fn q_closes_what_is_open_and_then_quits(#[case] open: &str) {
    let mut desk = Desk::new();
    desk.press(open);
    desk.press("q");
    assert!(desk.effects.is_empty() && matches!(desk.state.overlay, Overlay::None));
    desk.press("q");
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[test]
fn q_closes_a_detail_that_covers_the_list() {
    let mut desk = Desk::new().sized(80, 24);
    desk.press("Enter q");
    assert!(desk.effects.is_empty() && !desk.state.detail_open);
    desk.press("q");
    assert_eq!(desk.effects, [Effect::Quit]);
    // Beside the list it covers nothing.
    let mut desk = Desk::new();
    desk.press("Enter q");
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[test]
fn the_end_of_the_terminal_quits() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.event(Event::Terminate);
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[test]
fn reading_again_by_hand_says_when_nothing_is_new() {
    let mut desk = Desk::new();
    desk.press("R");
    assert_eq!(desk.effects, [Effect::Redraw, Effect::Reload]);
    desk.event(Event::NothingNew);
    assert_eq!(desk.notice(), "Refreshed: nothing has changed on disk");
}

#[test]
fn a_message_goes_after_a_while() {
    let mut desk = Desk::new();
    desk.event(Event::NothingNew);
    desk.pass(7);
    assert!(desk.screen().contains("nothing has changed on disk"));
    desk.pass(1);
    assert!(!desk.screen().contains("nothing has changed on disk"));
}

#[test]
fn a_change_on_disk_is_told_and_marked_for_a_while() {
    let mut desk = Desk::new();
    let mut rows = ROWS;
    rows[0].risk = 0.55;
    desk.write_rows(&rows);
    desk.look();
    assert_eq!(desk.notice(), "C1 risk 0.9 → 0.55");
    assert_eq!(desk.state.notice.as_ref().unwrap().kind, NoticeKind::News);
    let marked = |desk: &Desk| {
        let screen = desk.screen();
        let row = |id: &str| {
            screen.lines().find(|l| l.contains(&format!(" {id} "))).unwrap_or("").to_owned()
        };
        ["C1", "C2"].map(|id| row(id).contains('◆'))
    };
    desk.pass(9);
    assert_eq!(marked(&desk), [true, false], "{}", desk.screen());
    desk.pass(1);
    assert_eq!(marked(&desk), [false, false], "{}", desk.screen());
}

#[test]
fn time_alone_wakes_the_dashboard_when_a_mark_has_had_its_time() {
    let mut desk = Desk::new();
    desk.pass(100);
    let mut rows = ROWS;
    rows[0].risk = 0.55;
    desk.write_rows(&rows);
    desk.look();
    let changes: Vec<_> = std::iter::from_fn(|| {
        let at = desk.state.next_change()?;
        let after = desk.now.until(at).unwrap().get_seconds();
        desk.pass(after);
        (!desk.state.marks.is_empty() || desk.state.notice.is_some()).then_some(after)
    })
    .take(10)
    .collect();
    assert!(changes.iter().all(|after| *after > 0), "it does not spin: {changes:?}");
    assert!(desk.state.marks.is_empty() && desk.state.notice.is_none());
}

/// Puts a dashboard where every key of the screen has something to do.
fn in_the_middle(width: u16, height: u16) -> Desk {
    let mut desk = Desk::on_sample_data().sized(width, height);
    desk.other_decides("sam", DecisionKind::Approve, "C001", 3);
    desk.look();
    desk.pass(60);
    desk.press("j j j");
    desk
}

#[rstest]
fn every_key_does_something_or_says_why(
    #[values((60, 16), (80, 24), (109, 50), (120, 40), (200, 60))] size: (u16, u16),
) {
    for binding in BINDINGS.iter().filter(|b| b.contexts.contains(&Context::Browse)) {
        for pressed in binding.keys {
            let mut desk = in_the_middle(size.0, size.1);
            // The screen that is shown already is the one thing that is there already.
            if binding.action == Action::Show(Screen::Queue) {
                desk.press("2");
            }
            if lookup::find(&desk.state, Context::Browse, &pressed.pressed())
                .is_some_and(|(action, _)| action == Action::JumpBack)
            {
                desk.press("3 c 1");
            }
            let (before, remembered) = (desk.screen(), desk.state.memory.clone());
            desk.key(pressed.pressed());
            let acted = desk.screen() != before
                || !desk.effects.is_empty()
                || desk.state.memory != remembered;
            // There is nothing to go back from.
            let needs_no_message = binding.action == Action::Back;
            assert!(
                acted || needs_no_message,
                "{} ({}) at {size:?}:\n{before}",
                pressed,
                binding.help
            );
        }
    }
}

#[test]
fn every_key_says_that_it_is_loading_or_does_something_without_data() {
    for binding in BINDINGS.iter().filter(|b| b.contexts.contains(&Context::Browse)) {
        for pressed in binding.keys {
            let mut desk = Desk::empty();
            desk.key(pressed.pressed());
            let decides = matches!(binding.action, Action::Approve | Action::Reject | Action::Undo);
            if decides || binding.action == Action::Filter {
                assert_eq!(desk.notice(), "Still loading", "{pressed}");
            }
            desk.screen();
        }
    }
}

#[test]
fn the_hint_line_offers_only_what_can_act_now() {
    let mut desk = Desk::new();
    let offered =
        |desk: &Desk| -> Vec<&str> { lookup::hints(&desk.state).map(|h| h.label).collect() };
    assert!(offered(&desk).contains(&"approve") && !offered(&desk).contains(&"undo"));
    desk.press("2 G");
    assert_eq!(desk.selected(), "C6");
    assert!(!offered(&desk).contains(&"approve"), "nothing is recommended for C6");
}

#[test]
fn opening_a_detail_and_going_back_leaves_the_list_as_it_was() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("2 j j j j j");
    let before = desk.screen();
    desk.press("Enter Esc");
    assert_eq!(desk.screen(), before);
}

#[test]
fn a_page_scrolled_to_its_end_still_shows_text_when_the_window_grows() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("? G");
    desk.resize(120, 100);
    assert!(desk.screen().contains("just changed on disk"), "{}", desk.screen());
    assert!(desk.screen().contains("In a decision dialog"), "{}", desk.screen());
}

#[test]
fn findings_that_are_fixed_leave_no_empty_page() {
    let mut desk = Desk::new().sized(80, 24);
    let rows: Vec<String> = (0..40).map(|n| format!(r#"{{"customer_id":"X{n}"}}"#)).collect();
    desk.write("journey_forecasts.json", &format!("[{}]", rows.join(",")));
    desk.look();
    desk.press("! G");
    desk.write("journey_forecasts.json", "[]");
    desk.look();
    assert!(desk.screen().contains("No findings about the data"), "{}", desk.screen());
}

#[test]
fn the_strategy_is_looked_at_beside_the_keys_and_told_when_it_is_known() {
    let mut desk = Desk::new().sized(100, 40);
    desk.assesses = false;
    desk.press("!");
    assert!(desk.screen().contains("Checking…"), "{}", desk.screen());
    let Some(Effect::Assess(asked)) = desk.effects.pop() else { panic!("{:?}", desk.effects) };
    desk.press("j k");
    assert_eq!(desk.effects, [], "it is asked once");
    asked.look();
    desk.event(Event::Assessed);
    let screen = desk.screen();
    assert!(screen.contains("warning coverage_gap"), "{screen}");
    assert!(screen.contains("1 customer in SMB in the retention stage"), "{screen}");
    assert!(!screen.contains("⚠"), "the header counts what is wrong in the data: {screen}");
    // A decision is another view of the same strategy, other playbooks are another strategy; what is
    // wrong with decisions is looked at again.
    desk.other_decides("sam", DecisionKind::Approve, "C2", 1);
    desk.look();
    assert!(desk.screen().contains("warning coverage_gap"), "it is known");
    assert!(matches!(desk.effects[..], [Effect::Assess(_)]));
    desk.effects.clear();
    desk.write("journey_playbooks.json", "[]");
    desk.look();
    assert!(desk.screen().contains("Checking…"), "{}", desk.screen());
    assert!(matches!(desk.effects[..], [Effect::Assess(_)]));
}

#[test]
fn nothing_is_said_of_the_strategy_while_a_file_is_broken() {
    let mut desk = Desk::new().sized(100, 40);
    desk.write("fused_signals.json", "[{");
    desk.look();
    desk.press("!");
    assert!(
        desk.screen().contains("not looked at while a file cannot be read"),
        "{}",
        desk.screen()
    );
}

#[test]
fn since_when_somebody_waits_is_a_day_of_the_data_and_never_this_start() {
    let mut desk = Desk::new().sized(120, 40);
    desk.press("Z");
    assert!(!desk.screen().contains("Waiting since"), "no row has a date: {}", desk.screen());
    desk.write(
        "signals.json",
        r#"[{"customer_id":"C2","detected_at":"2026-11-12"},{"customer_id":"C4","detected_at":"2026-11-20"}]"#,
    );
    desk.look();
    let line = desk.detail_pane();
    assert!(line.contains("Waiting since 2026-11-12, 11 days ago"), "{line}");
    // Another day begins, and nothing else happens.
    desk.pass(86_400);
    desk.look();
    assert!(desk.detail_pane().contains("12 days ago"), "{}", desk.detail_pane());
}

#[test]
fn a_window_that_is_too_small_decides_nothing_and_still_quits() {
    let mut desk = Desk::new();
    desk.resize(50, 12);
    desk.press("a y");
    assert!(desk.effects.is_empty(), "nobody sees what would be decided");
    desk.resize(120, 40);
    assert!(!desk.dialog_is_open());
    desk.press("a");
    desk.resize(50, 12);
    desk.press("y");
    assert!(desk.effects.is_empty());
    desk.press("q");
    assert_eq!(desk.effects, [Effect::Quit], "the screen says that q quits");
}

#[test]
fn an_optional_file_that_goes_away_is_told_until_somebody_takes_note() {
    let mut desk = Desk::new();
    std::fs::remove_file(desk.dir.path().join("fused_signals.json")).unwrap();
    desk.notices_changes();
    let told = "\"fused_signals.json\" is gone";
    assert!(desk.screen().contains(told), "{}", desk.screen());
    desk.look();
    assert!(!desk.screen().contains(told), "{}", desk.screen());
}

#[test]
fn the_footer_names_only_the_keys_of_reasons_that_are_there() {
    let mut desk = Desk::new().sized(120, 36);
    desk.press("r");
    let footer = desk.screen().lines().last().unwrap().to_owned();
    assert!(footer.contains("1–6 reason"), "{footer}");
}
