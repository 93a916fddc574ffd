//! The Activity screen's list: what was decided and what reloads changed, the newest first. What each
//! line opens to is in `tui_activity_detail.rs`.

use crate::common::{activity, dashboard};

use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use activity::{busy, line_with, lines, many_changes, selected_line};
use dashboard::{Desk, ROWS, Row};
use nextplay::approval::Request;
use nextplay::domain::{DecisionKind, Digest, Entry, Policy};
use nextplay::intake::load::Reread;
use nextplay::ledger::History;
use nextplay::tui::activity::list::MOST_KEPT;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::keys::action::{Action, Context};
use nextplay::tui::keys::bindings::BINDINGS;
use nextplay::tui::runtime::preparation::Own;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::state::{NoticeKind, Overlay};
use nextplay::workspace::DecisionRequest;
use rstest::rstest;

fn filtered(desk: &mut Desk, filter: &str) -> Vec<String> {
    desk.press("/");
    desk.type_text(filter);
    let left = lines(desk);
    desk.press("Esc");
    left
}

const C2: &str = "◆ C2 risk 0.8 → 0.82, account value $90,000 → $120,000";
const C3: &str = "◆ C3 Usage Recovery → no recommendation, risk 0.7 → 0.1";

#[test]
fn the_newest_is_first_and_changes_stand_among_the_decisions() {
    let mut desk = busy();
    assert_eq!(lines(&desk), [C2, C3, "dana reject C2", "sam reject C5", "sam approve C1"]);
    desk.pass(60);
    desk.other_decides("lee", DecisionKind::Approve, "C4", 0);
    desk.look();
    assert_eq!(lines(&desk)[..2], ["lee approve C4", C2], "somebody's decision is told once");
    assert!(line_with(&desk, "6 Activity").contains("[6 Activity 6]"));
}

#[test]
fn times_are_local_and_say_the_day_where_it_is_another() {
    let mut desk = busy().sized(120, 40);
    for text in ["14:05:11", "14:02:11    ✗ rejected", "11-21 12:02 ✓ approved"] {
        line_with(&desk, text);
    }
    desk.press("G");
    line_with(&desk, "When        2026-11-21 12:02:11, 2 days ago");
}

#[test]
fn changes_stay_when_their_marks_are_gone() {
    let mut desk = busy();
    desk.press("1");
    desk.pass(3600);
    desk.look();
    assert_eq!(desk.notice(), "");
    desk.press("6");
    assert_eq!(lines(&desk)[..2], [C2, C3]);
}

#[rstest]
#[case("by:dana", &["dana reject C2"])]
#[case("by:me", &["dana reject C2"])]
#[case("by:sam", &["sam reject C5", "sam approve C1"])]
#[case("kind:approve", &["sam approve C1"])]
#[case("kind:change", &[C2, C3])]
#[case("kind:rejected,change", &[C2, C3, "dana reject C2", "sam reject C5"])]
#[case("customer:C2", &[C2, "dana reject C2"])]
#[case("by:sam customer:C5", &["sam reject C5"])]
#[case("by:sam kind:change", &[])]
#[case("playbook:PB_SUP", &["dana reject C2", "sam reject C5", "sam approve C1"])]
#[case("playbook:support", &["dana reject C2", "sam reject C5", "sam approve C1"])]
#[case("NTYR", &["dana reject C2"])]
#[case("usage", &[C3])]
#[case("11-21", &["sam approve C1"])]
#[case("budget", &["dana reject C2", "sam reject C5"])]
#[case("budget by:dana", &["dana reject C2"])]
#[case("xyz", &[])]
fn a_filter_leaves_what_it_names(#[case] filter: &str, #[case] want: &[&str]) {
    let mut desk = busy();
    assert_eq!(filtered(&mut desk, filter), want);
    assert_eq!(lines(&desk).len(), 5, "Esc drops the filter");
}

#[test]
fn a_filter_that_is_kept_is_in_the_title_and_goes_with_esc() {
    let mut desk = busy().sized(80, 24);
    desk.press("/");
    desk.type_text("by:sam");
    desk.press("Enter");
    line_with(&desk, "decisions and changes ─ /by:sam 2 of 5");
    desk.press("Esc");
    assert_eq!(lines(&desk).len(), 5);
    assert_eq!(desk.state.list().filter, "", "the lists of customers have filters of their own");
    desk.press("/");
    desk.type_text("nothing like this");
    line_with(&desk, "No matches. Esc clears the filter.");
}

#[test]
fn what_the_filter_takes_is_told_where_it_is_typed() {
    let mut desk = busy().sized(80, 24);
    desk.press("/");
    line_with(&desk, "by:dana kind:approve customer:C005 playbook:PB_X");
    desk.type_text("owner:sam");
    line_with(&desk, "✗ \"owner:sam\": unknown field; searching as text");
    desk.press("Esc 2 /");
    assert!(!desk.screen().contains("kind:approve"));
    desk.press("Esc 6 ? G");
    desk.resize(100, 170);
    line_with(&desk, "Words are searched in everything that a line shows.");
}

#[test]
fn one_key_turns_through_the_kinds() {
    let mut desk = busy().sized(80, 24);
    desk.press("t");
    assert_eq!(lines(&desk), ["dana reject C2", "sam reject C5", "sam approve C1"]);
    line_with(&desk, "Activity ─ decisions only");
    desk.press("t");
    assert_eq!(lines(&desk), [C2, C3]);
    line_with(&desk, "Activity ─ changes only");
    desk.press("t");
    assert_eq!(lines(&desk).len(), 5);
}

#[rstest]
#[case("j", "◆ C3")]
#[case("j j j k", "dana reject C2")]
#[case("G", "sam approve C1")]
#[case("G g", "◆ C2")]
#[case("PgDn", "sam approve C1")]
#[case("G k k k k k k k", "◆ C2")]
fn the_selection_moves_and_stops_at_the_ends(#[case] keys: &str, #[case] want: &str) {
    let mut desk = busy();
    desk.press(keys);
    assert!(selected_line(&desk).starts_with(want), "{}", selected_line(&desk));
}

#[test]
fn the_selection_stays_on_its_line_while_others_come_in_above() {
    let mut desk = busy();
    desk.press("j j");
    let before = selected_line(&desk);
    for (turn, by) in ["lee", "max"].into_iter().enumerate() {
        desk.pass(60);
        let mut rows = ROWS;
        rows[2].risk = 0.6 + turn as f64 / 10.0;
        let length = desk.state.activity.len();
        desk.write_rows(&rows);
        desk.other_decides(by, DecisionKind::Reject, if turn == 0 { "C4" } else { "C1" }, 0);
        desk.look();
        assert!(desk.state.activity.len() >= length + 2);
        assert_eq!(selected_line(&desk), before);
    }
}

#[test]
fn who_has_scrolled_down_reads_on_in_the_same_place() {
    let mut desk = many_changes(60).sized(80, 24);
    desk.press("6 G k k");
    let list =
        |desk: &Desk| desk.screen().lines().skip(4).take(16).map(str::to_owned).collect::<Vec<_>>();
    let before = list(&desk);
    desk.other_decides("sam", DecisionKind::Approve, "N0", 0);
    desk.look();
    assert_eq!(list(&desk), before);
}

#[test]
fn c_goes_to_the_customer_also_where_a_filter_hides_it() {
    let mut desk = busy();
    desk.press("j c");
    assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Customers, "C3"));
    desk.press("/");
    desk.type_text("borealis");
    desk.press("Enter 6 k c");
    assert_eq!(desk.selected(), "C2");
    desk.press("6 j c");
    assert_eq!(desk.selected(), "C3");
    assert_eq!(desk.notice(), "Filter cleared to show C3");
    assert_eq!(desk.rows().len(), 6);
}

#[test]
fn the_queue_keeps_its_selection_while_activity_is_shown() {
    let mut desk = busy();
    desk.press("1 j");
    let before = desk.selected();
    desk.press("6 j j 1");
    assert_eq!(desk.selected(), before);
}

/// Whatever key is pressed here, those that others add included: nobody is decided about.
#[test]
fn no_key_decides_about_a_customer_that_is_not_on_the_screen() {
    for binding in BINDINGS.iter().filter(|b| b.contexts.contains(&Context::Browse)) {
        for key in binding.keys {
            let mut desk = busy();
            let name =
                if key.control { key.to_string() } else { key.to_string().replace('↓', "Down") };
            let name = match name.as_str() {
                "↑" => "Up".to_owned(),
                _ => name,
            };
            let before = desk.state.screen;
            desk.press(&name);
            assert!(!desk.dialog_is_open(), "{name}");
            let decides = desk.effects.iter().any(|e| matches!(e, Effect::Decide(_)));
            assert!(!decides, "{name}");
            if desk.state.screen == before {
                assert_eq!(desk.selected(), "", "{name}");
            }
        }
    }
}

#[rstest]
#[case("a", "\"a\" works on Queue (1) and Customers (2)")]
#[case("r", "\"r\" works on Queue (1) and Customers (2)")]
#[case("A", "\"A\" works on Queue (1) and Customers (2)")]
#[case("1 t", "\"t\" works on Activity (6)")]
#[case("2 c", "\"c\" works on Playbooks (3), Portfolio (4), What-if (5) and Activity (6)")]
fn a_key_that_makes_no_sense_says_why(#[case] keys: &str, #[case] why: &str) {
    let mut desk = busy();
    desk.press(keys);
    assert_eq!(desk.notice(), why);
    assert!(matches!(desk.state.overlay, Overlay::None));
}

#[test]
fn the_hints_name_what_can_be_done_here() {
    let desk = busy().sized(80, 24);
    let hints = "/ filter  Enter open  Tab pane  s sort  t kinds  c customer  ? help  q quit";
    line_with(&desk, hints);
    assert!(BINDINGS.iter().any(|b| b.action == Action::Show(Screen::Activity)));
}

#[test]
fn of_many_changes_the_first_are_listed_and_the_others_counted() {
    let mut desk = many_changes(1512).sized(80, 24);
    desk.press("6");
    let all = lines(&desk);
    assert_eq!(all.len(), 201);
    assert_eq!(all[0], "◆ N0 new customer, Support Escalation");
    assert_eq!(all[200], "◆ - and 1,312 more");
    desk.press("G c");
    assert_eq!(desk.notice(), "This line is not about one customer");
}

#[test]
fn the_oldest_changes_go_and_that_is_told() {
    let mut desk = Desk::new().sized(80, 24);
    desk.other_decides("sam", DecisionKind::Approve, "C1", 3);
    desk.look();
    let mut value = 0;
    while desk.state.activity.total() < MOST_KEPT + 1 || value < 30 {
        value += 1;
        let rows: Vec<Row> = (0..201)
            .map(|n| {
                let id: &'static str = format!("N{n}").leak();
                Row { id, value: 1000 + value, ..ROWS[0] }
            })
            .chain([ROWS[0]])
            .collect();
        desk.write_rows(&rows);
        desk.pass(60);
        desk.look();
    }
    desk.press("6 G");
    let all = lines(&desk);
    assert_eq!(all.len(), MOST_KEPT + 2);
    let [dropped, entry] = &all[all.len() - 2..] else { unreachable!() };
    assert_eq!(entry, "sam approve C1");
    let number: usize = dropped.strip_suffix(" dropped").unwrap().parse().unwrap();
    assert!(number > 0);
    line_with(&desk, "older changes are no longer listed");
    desk.press("k Enter");
    line_with(&desk, "older changes of this session are no longer listed: the");
}

#[test]
fn ones_own_decision_is_no_change_but_what_moved_with_it_is() {
    let mut desk = Desk::new();
    let mut rows = ROWS;
    rows[1].value = 91_000;
    desk.write_rows(&rows);
    // The decision and the new numbers come in one view, as where both were written in between.
    let made = desk.workspace.decide(DecisionRequest::Decide(Request::new(
        DecisionKind::Approve,
        "C2",
        "dana",
    )));
    let own: Own = [made.unwrap().entry.customer_id.clone()].into_iter().collect();
    let snapshot = (*desk.workspace.refresh(Reread::All)).clone();
    let view = desk.prepare(snapshot, &own).unwrap();
    desk.event(Event::View(view));
    desk.press("6");
    let all = lines(&desk);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.contains(&"dana approve C2".to_owned()));
    assert!(all.contains(&"◆ C2 account value $90,000 → $91,000".to_owned()), "{all:?}");
}

#[test]
fn another_policy_is_told() {
    let mut desk = Desk::new().sized(80, 24);
    let policy = Policy { confidence_threshold: 0.99, ..Policy::default() };
    let mut snapshot = desk.snapshot().clone();
    let dataset = Arc::clone(snapshot.matching.dataset());
    snapshot.matching = Arc::new(snapshot.matching.again(dataset, Arc::new(policy)));
    snapshot.generation += 1;
    let view = desk.prepare(snapshot, &Own::default()).unwrap();
    desk.event(Event::View(view));
    desk.press("6");
    assert_eq!(lines(&desk)[0], "◆ - policy changed: confidence_threshold 0.5 → 0.99");
    assert!(
        lines(&desk)
            .iter()
            .any(|line| line.starts_with("◆ C4 Support Escalation → no recommendation"))
    );
    desk.press("Enter");
    line_with(&desk, "◆ policy changed: confidence_threshold 0.5 → 0.99");
}

#[test]
fn a_broken_ledger_shows_what_was_sound() {
    let mut desk = busy().sized(80, 24);
    let path = desk.dir.path().join("decisions.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"{\"no\":\"entry\"}\n").unwrap();
    drop(file);
    desk.look();
    line_with(&desk, "ledger broken at line 4");
    assert_eq!(lines(&desk).len(), 5);
    line_with(&desk, "✓ approved sam  C1");
    desk.press("G Enter");
    line_with(&desk, "sam approved Support Escalation for Acme Tools (C1)");
}

#[test]
fn nothing_yet_is_told_in_words() {
    let mut desk = Desk::new().sized(80, 24);
    desk.press("6");
    line_with(&desk, "No decisions yet, and no changes since the dashboard was opened.");
    desk.press("t");
    line_with(&desk, "No decisions yet.");
    desk.press("Enter");
    assert_eq!(desk.notice(), "No line is selected");
    let mut desk = Desk::empty().sized(80, 24);
    desk.press("6 t j Enter c");
    line_with(&desk, "Loading…");
}

/// A ledger of so many entries, made of three.
fn long(desk: &Desk, length: u64) -> History {
    let history = &desk.snapshot().history;
    let entry = |seq: u64| {
        let like = history.get((seq % 3) as usize).unwrap();
        let digits = format!("{seq:064x}");
        let (id, hash) = (format!("entry-{seq}").into(), Digest::parse(digits.as_bytes()).unwrap());
        Arc::new(Entry { seq, id, hash, ..(**like).clone() })
    };
    (1..=length).map(entry).collect()
}

#[test]
fn a_long_ledger_is_listed_filtered_and_goes_on() {
    let mut desk = busy().sized(80, 24);
    let mut snapshot = desk.snapshot().clone();
    let whole = long(&desk, 30_002);
    let last: Vec<_> = whole.entries().skip(30_000).cloned().collect();
    let history: History = whole.entries().take(30_000).cloned().collect();
    snapshot.history = Arc::new(history.clone());
    snapshot.generation += 1;
    let view = desk.prepare(snapshot.clone(), &Own::default()).unwrap();
    desk.event(Event::View(view));
    desk.press("t G g j");
    assert_eq!(desk.state.activity.len(), 30_000);
    desk.press("/");
    desk.type_text("by:sam budget");
    assert_eq!(desk.state.activity.len(), 10_000);
    desk.press("Enter j j");
    let before = desk.state.activity.selected().unwrap().customer_id().cloned();
    // Two more come, of which the filter leaves one.
    let mut longer = history.clone();
    longer.extend(last);
    snapshot.history = Arc::new(longer);
    snapshot.generation += 1;
    let view = desk.prepare(snapshot, &Own::default()).unwrap();
    desk.event(Event::View(view));
    assert_eq!(desk.state.activity.len(), 10_001);
    assert_eq!(desk.state.activity.selected().unwrap().customer_id().cloned(), before);
}

#[test]
fn a_message_here_is_not_taken_for_a_refusal() {
    let mut desk = busy();
    desk.pass(20);
    desk.press("v");
    let kind = desk.state.notice.as_ref().map(|notice| notice.kind);
    assert_eq!(kind, Some(NoticeKind::Refused));
    desk.press("j");
    assert_eq!(desk.notice(), "");
}

#[test]
fn undo_takes_back_the_decision_of_the_line() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C5", 9);
    desk.other_decides("sam", DecisionKind::Approve, "C1", 3);
    desk.look();
    desk.press("6 G u");
    let screen = desk.screen();
    assert!(
        screen.contains("Undo this decision?") && screen.contains("Elm Street Bank (C5)"),
        "{screen}"
    );
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["sam approve C5", "sam approve C1", "dana undo C5"]);
    desk.press("G u");
    assert!(!desk.dialog_is_open());
    assert!(desk.notice().contains("already undone by dana"), "{}", desk.notice());
}

#[test]
fn the_list_shows_and_finds_customers_by_name() {
    let mut desk = busy().sized(60, 16);
    line_with(&desk, "C2   Borealis Foods");
    assert!(!desk.screen().contains("Playbook "), "the name is dropped last");
    desk.press("/");
    desk.type_text("elm");
    assert_eq!(lines(&desk), ["sam reject C5"]);
}

#[test]
fn the_lines_are_sorted_by_a_column() {
    let mut desk = busy().sized(120, 36);
    desk.press("s");
    assert!(desk.screen().contains("newest first"), "{}", desk.screen());
    // Kind, person, customer.
    desk.press("j j j Enter");
    assert!(desk.list_pane().contains("─ by customer ↑"), "{}", desk.list_pane());
    let customers = |desk: &Desk| -> Vec<String> {
        let last =
            |line: &String| line.split(' ').find(|word| word.starts_with('C')).unwrap().to_owned();
        lines(desk).iter().map(last).collect()
    };
    assert_eq!(customers(&desk), ["C1", "C2", "C2", "C3", "C5"], "Acme, Borealis, Cobalt, Elm");
    desk.press("S");
    assert_eq!(customers(&desk), ["C5", "C3", "C2", "C2", "C1"]);
    desk.press("s g Enter");
    assert_eq!(lines(&desk)[4], "sam approve C1");
    desk.press("S");
    assert!(desk.list_pane().contains("oldest first"), "{}", desk.list_pane());
    assert_eq!(lines(&desk)[0], "sam approve C1");
}
