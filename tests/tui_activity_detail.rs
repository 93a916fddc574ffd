//! What a line of the Activity screen opens to: a decision with its basis beside today's numbers, a
//! change with the customer of today. Read a changed snapshot before you accept it: it is what the
//! user will see.

use crate::common::{activity, dashboard};

use std::fs;
use std::sync::Arc;

use activity::{busy, line_with, without_ids};
use dashboard::{Desk, ROWS, text};
use insta::assert_snapshot;
use nextplay::approval::Request;
use nextplay::domain::DecisionKind;
use nextplay::tui::state::Pane;
use nextplay::tui::widget::theme::Theme;
use nextplay::workspace::DecisionRequest;
use ratatui::style::{Color, Modifier};

#[test]
fn enter_opens_the_line_and_esc_goes_back() {
    let mut desk = busy().sized(80, 24);
    desk.press("j j Enter");
    assert_eq!(desk.state.pane, Pane::Detail);
    line_with(&desk, "C2  #3");
    desk.press("j");
    assert!(desk.state.detail_scroll > 0);
    desk.press("Esc");
    assert_eq!((desk.state.pane, desk.state.detail_open), (Pane::List, false));
    desk.press("j");
    assert_eq!(desk.state.detail_scroll, 0, "another line begins at its top");
    desk.press("Tab");
    assert_eq!(desk.state.pane, Pane::Detail);
    desk.press("Tab Esc");
    assert_eq!((desk.state.pane, desk.state.detail_open), (Pane::List, false));
}

#[test]
fn an_entry_stands_beside_todays_numbers() {
    let mut desk = busy().sized(140, 80);
    desk.press("j j");
    for text in [
        "dana rejected Support Escalation for Borealis Foods (C2)",
        "When        2026-11-23 14:02:11, 3 min ago",
        "Reason      Budget",
        "“not this year”",
        "Status  ~   stale",
        "In force    this decision",
        "! Account value  $90,000               $120,000",
        "≠ Risk           0.80                  0.82",
        "  Cost           $75                   $75",
        "    source       the playbook's        the playbook's",
        "  Evidence       assumed, no runs yet  assumed, no runs yet",
        "  Approval       needed                needed",
        "    because      required by the       required by the",
        "  Min confidence 0.50                  0.50",
        "  Ranking by     roi                   roi",
        "After       the first entry for this customer",
    ] {
        line_with(&desk, text);
    }
    let entry = Arc::clone(desk.snapshot().history.get(2).unwrap());
    let all = text(&desk.buffer(Theme::terminal())).replace(['│', '\n', ' '], "");
    let hashes = [entry.hash, entry.prev, entry.basis_hash].map(|hash| hash.to_string());
    for hash in hashes.iter().map(String::as_str).chain([entry.id.as_str()]) {
        assert!(all.contains(hash), "{hash}");
    }
}

#[test]
fn marks_are_signs_and_colours() {
    let mut desk = busy().sized(140, 80);
    desk.press("j j");
    for colors in [true, false] {
        let buffer = desk.buffer(if colors { Theme::terminal() } else { Theme::plain() });
        let screen = text(&buffer);
        let cell = |sign: &str, label: &str| {
            let y = screen.lines().position(|line| line.contains(label)).unwrap() as u16;
            let x = (75..140).find(|x| buffer[(*x, y)].symbol() == sign).unwrap();
            buffer[(x, y)].clone()
        };
        let beyond = cell("!", "! Account value");
        let moved = cell("≠", "≠ Risk");
        assert!(beyond.modifier.contains(Modifier::BOLD));
        let want = if colors { [Color::Magenta, Color::Yellow] } else { [Color::Reset; 2] };
        assert_eq!([beyond.fg, moved.fg], want);
    }
}

#[test]
fn what_is_as_it_was_says_so() {
    let mut desk = busy().sized(140, 60);
    desk.press("G");
    line_with(&desk, "Nothing has changed since the decision.");
    assert!(!desk.screen().contains('≠'));
}

#[test]
fn where_nothing_is_recommended_today_that_is_told() {
    let mut desk = busy().sized(140, 60);
    let mut rows = ROWS;
    rows[0].risk = 0.1;
    desk.write_rows(&rows[..4]);
    desk.look();
    desk.press("G");
    line_with(&desk, "C1 has no recommendation now.");
    line_with(&desk, "≠ Playbook       Support Escalation,   none");
    line_with(&desk, "≠ Risk           0.90                  0.10");
    line_with(&desk, "  Cost           $75                   –");
    desk.press("k");
    line_with(&desk, "C5 is not in the data.");
    desk.press("c");
    assert_eq!(desk.notice(), "C5 is not in the data");
}

#[test]
fn what_was_taken_back_and_by_what_is_told_on_both() {
    let mut desk = busy().sized(140, 50);
    desk.pass(60);
    desk.other_asks(
        DecisionRequest::Undo { entry: "1".into(), by: "lee".into(), note: None, seen: None },
        0,
    );
    desk.look();
    desk.press("g");
    line_with(&desk, "↶ undid    lee");
    line_with(&desk, "lee undid a decision about Support Escalation for Acme Tools");
    line_with(&desk, "Undoes      #1: sam approved Support Escalation");
    line_with(&desk, "In force    none");
    desk.press("G");
    line_with(&desk, "Undone      by #4: lee undid a decision about Support");
}

#[test]
fn an_override_shows_the_chosen_playbook_with_its_failed_gates() {
    let mut desk = Desk::new().sized(140, 80);
    let mut request = Request::new(DecisionKind::Override, "C1", "sam");
    request.playbook_id = Some("PB_ENG".into());
    request.reason = Some("relationship".into());
    desk.other_asks(DecisionRequest::Decide(request), 0);
    desk.look();
    desk.press("6");
    line_with(&desk, "⇄ overrode sam C1   Acme Tools   Usage Recovery");
    for text in [
        "sam overrode Support Escalation with Usage Recovery for Acme",
        "Override         Decided               Current",
        "  Cost           $30                   $30",
        "  Gates failed   Engagement stage",
    ] {
        line_with(&desk, text);
    }
    // The chosen playbook goes: what was chosen is gone, and the choice is stale.
    let path = desk.dir.path().join("journey_playbooks.json");
    let playbooks = fs::read_to_string(path).unwrap().replace("PB_ENG", "PB_OTHER");
    desk.write("journey_playbooks.json", &playbooks);
    desk.look();
    desk.press("G");
    line_with(&desk, "! Playbook       Usage Recovery        no longer");
}

#[test]
fn a_change_shows_its_whole_text_and_the_customer_of_today() {
    let mut desk = busy().sized(80, 24);
    desk.press("Enter");
    line_with(&desk, "◆ Borealis Foods (C2) risk 0.8 → 0.82, account value $90,000 → $120,000");
    line_with(&desk, "Borealis Foods · Enterprise · Support · $120,000 a year · risk 0.82");
    line_with(&desk, "Status  ~   stale");
}

#[test]
fn text_from_data_reaches_the_screen_escaped() {
    let mut desk = Desk::new().sized(140, 60);
    let mut request = Request::new(DecisionKind::Reject, "C1", "eve");
    request.reason = Some("other".into());
    request.note = Some("red \u{1b}[31m\u{202e}\nnext".into());
    desk.other_asks(DecisionRequest::Decide(request), 0);
    desk.look();
    desk.press("6");
    let screen = desk.screen();
    assert!(screen.contains("␛[31m") && screen.contains("<U+202E>"), "{screen}");
    assert!(!screen.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn at_the_smallest_size_all_of_it_can_be_reached() {
    let mut desk = busy().sized(60, 16);
    line_with(&desk, "✗ rejected dana C2   Borealis Foods");
    line_with(&desk, "dana");
    desk.press("j j Enter G");
    line_with(&desk, "Hash");
    assert_snapshot!("activity_60x16", busy().sized(60, 16).screen());
}

#[test]
fn the_list_and_what_it_opens() {
    let mut desk = busy().sized(80, 24);
    assert_snapshot!("activity_80x24", desk.screen());
    desk.press("j j Enter");
    assert_snapshot!("activity_detail_80x24", without_ids(&desk));
    desk.press("PgDn");
    assert_snapshot!("activity_detail_80x24_next", without_ids(&desk));
}

#[test]
fn list_and_detail_side_by_side() {
    let mut desk = busy().sized(140, 40);
    assert_snapshot!("activity_change_140x40", desk.screen());
    desk.press("j j");
    assert_snapshot!("activity_140x40", without_ids(&desk));
    desk.press("Tab G");
    assert_snapshot!("activity_140x40_end", without_ids(&desk));
}
