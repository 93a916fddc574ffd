//! `E`: which file is opened in the editor, and where in it.

use crate::common::dashboard::{Desk, key};

use nextplay::tui::edit::ToEdit;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::runtime::input::{Keys, Pace};
use nextplay::workspace::Options;
use rstest::rstest;

/// What is to be edited, taken out of the effects.
fn edited(desk: &mut Desk) -> Option<ToEdit> {
    let at = desk.effects.iter().position(|effect| matches!(effect, Effect::Edit(_)))?;
    let Effect::Edit(file) = desk.effects.remove(at) else { return None };
    Some(file)
}

fn data(name: &str, line: u32) -> Option<ToEdit> {
    Some(ToEdit::Data { name: name.into(), line: Some(line) })
}

/// The line of a file on which a text stands.
fn line_of(name: &str, text: &str) -> u32 {
    let path = format!("{}/sample_data/{name}", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read_to_string(path).unwrap();
    let before = file.lines().take_while(|line| !line.contains(text)).count();
    u32::try_from(before).unwrap() + 1
}

#[test]
fn the_file_of_a_line_opens_at_its_row() {
    let mut desk = Desk::on_sample_data();
    desk.press("1 E");
    let Some(ToEdit::Data { name, line }) = edited(&mut desk) else { panic!("nothing") };
    // A row begins with its brace.
    let row = line_of("customers.json", "\"C006\"");
    assert_eq!(name, "customers.json");
    assert!(line.unwrap() == row || line.unwrap() + 1 == row, "{line:?}, {row}");
    desk.press("3 E");
    let Some(ToEdit::Data { name, line }) = edited(&mut desk) else { panic!("nothing") };
    assert_eq!(name, "journey_playbooks.json");
    assert!(line.unwrap() > 0);
    desk.press("5 j E");
    assert!(matches!(edited(&mut desk), Some(ToEdit::PolicyKey(_))), "{:?}", desk.effects);
}

#[test]
fn a_policy_key_opens_on_its_line_or_that_of_its_table() {
    let dir = tempfile::tempdir().unwrap();
    let text = "# mine\n[matching]\nobjective = \"roi\"\n";
    std::fs::write(dir.path().join("nextplay.toml"), text).unwrap();
    let line = |key| ToEdit::PolicyKey(key).locate(dir.path(), None).1;
    assert_eq!(line("matching.objective"), Some(3));
    assert_eq!(line("matching.confidence_threshold"), Some(2));
    assert_eq!(line("targets.high_risk_at"), None);
}

#[test]
fn the_selected_finding_opens_where_it_points() {
    let mut desk = Desk::new();
    desk.write(
        "customers.json",
        "[\n{\"customer_id\":\"C1\"},\n{\"customer_id\":7},\n{\"customer_id\":[]}]",
    );
    desk.look();
    desk.press("! E");
    let first = edited(&mut desk);
    assert!(matches!(first, Some(ToEdit::Data { .. })), "{}", desk.page());
    assert!(desk.page().contains("▸"), "{}", desk.page());
    desk.press("j E");
    let second = edited(&mut desk);
    assert!(second.is_some() && second != first, "{first:?} {second:?}\n{}", desk.page());
    desk.press("k E");
    assert_eq!(edited(&mut desk), first);
}

#[test]
fn every_finding_can_be_reached_in_a_small_window() {
    let mut desk = Desk::on_sample_data().sized(60, 16);
    desk.write("nextplay.toml", "[matching]\nnonsense = 1\nmore = 2\nthird = 3\n[other]\nx = 1\n");
    desk.look();
    desk.press("!");
    let mut seen = Vec::new();
    for _ in 0..200 {
        desk.press("E");
        seen.extend(edited(&mut desk));
        desk.press("j");
    }
    for line in [2, 3, 4, 5] {
        assert!(
            seen.iter().any(|file| Some(file) == data("nextplay.toml", line).as_ref()),
            "{line}"
        );
    }
    assert_eq!(desk.notice(), "This is the end");
    desk.press("g");
    assert!(desk.page().contains('▸'));
}

#[rstest]
#[case("4 E", "There is no file behind this line")]
#[case("6 E", "There is no file behind this line")]
fn a_line_without_a_file_says_so(#[case] keys: &str, #[case] notice: &str) {
    let mut desk = Desk::new();
    desk.press(keys);
    assert_eq!(edited(&mut desk), None);
    assert_eq!(desk.notice(), notice);
}

#[test]
fn an_entry_of_the_ledger_is_not_edited() {
    let mut desk = Desk::new();
    desk.press("a Tab");
    desk.press("Esc");
    desk.other_decides("sam", nextplay::domain::DecisionKind::Approve, "C4", 3);
    desk.look();
    desk.press("6 E");
    assert_eq!(edited(&mut desk), None);
    assert_eq!(desk.notice(), "The ledger is not edited by hand; u undoes a decision");
}

#[test]
fn reading_only_files_can_be_opened_and_pasted_keys_open_none() {
    let mut desk = Desk::new();
    desk.opens_with(|options| Options { read_only: true, ..options });
    desk.press("E");
    assert!(edited(&mut desk).is_some());
    let strokes = ["E", "j", "E"].map(|name| key(name).into()).to_vec();
    let keys = Keys { strokes, pace: Pace::Pasted, at: desk.pressed };
    desk.event(Event::Keys(keys));
    assert_eq!(edited(&mut desk), None);
    assert!(desk.notice().contains("ignored \"EE\""), "{}", desk.notice());
}

#[test]
fn other_pages_open_no_file_and_what_went_wrong_is_said() {
    let mut desk = Desk::new();
    desk.press("? E");
    assert_eq!(edited(&mut desk), None);
    desk.press("Esc");
    desk.event(Event::Edited(Err("The editor \"ed\" failed (exit status: 1)".into())));
    assert!(desk.effects.contains(&Effect::TakeBack));
    assert_eq!(desk.notice(), "The editor \"ed\" failed (exit status: 1)");
}
