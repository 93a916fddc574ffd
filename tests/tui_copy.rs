//! Copying: what goes into the clipboard, and what the notice says.

use std::fs;
use std::time::Duration;

use crate::common::dashboard::{Desk, key};

use nextplay::domain::DecisionKind;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::runtime::input::{Keys, Pace};
use rstest::rstest;

/// What was copied, taken out of the effects.
fn copied(desk: &mut Desk) -> Option<String> {
    let copied = desk.effects.iter().position(|effect| matches!(effect, Effect::Copy(_)))?;
    let Effect::Copy(text) = desk.effects.remove(copied) else { return None };
    Some(text)
}

#[rstest]
#[case("1 y", "C2")]
#[case("2 j j y", "C4")]
#[case("3 y", "PB_SUP")]
fn y_copies_the_id(#[case] keys: &str, #[case] id: &str) {
    let mut desk = Desk::new();
    desk.press(keys);
    assert_eq!(copied(&mut desk).as_deref(), Some(id));
    assert_eq!(desk.notice(), format!("Copied {id}"));
    assert!(desk.ledger().is_empty());
}

#[test]
fn nothing_that_is_copied_acts_on_a_shell_that_it_is_pasted_into() {
    let mut desk = Desk::new();
    let customers = fs::read_to_string(desk.dir.path().join("customers.json")).unwrap();
    let odd = r"Bad\u001b[31m\rrm x\u009b2J\nls";
    desk.write("customers.json", &customers.replace("Borealis Foods", odd));
    desk.look();
    assert!(desk.detail_pane().contains("Bad"));
    for keys in ["y", "Y"] {
        desk.press(keys);
        let text = copied(&mut desk).unwrap();
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
}

#[test]
fn y_copies_the_id_of_an_entry() {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C4", 3);
    desk.look();
    desk.press("6 y");
    let id = desk.snapshot().history.entries().next().unwrap().id.to_string();
    assert_eq!(copied(&mut desk), Some(id));
}

#[test]
fn a_line_without_an_id_says_what_to_copy_instead() {
    let mut desk = Desk::new();
    desk.press("4 y");
    assert_eq!(copied(&mut desk), None);
    assert_eq!(desk.notice(), "This line has no id; Y copies its detail");
}

#[test]
fn on_what_if_the_equivalent_command_is_copied_also_from_its_page() {
    let mut desk = Desk::on_sample_data();
    desk.press("5 y");
    assert_eq!(copied(&mut desk), None);
    assert_eq!(desk.notice(), "No setting is changed, so there is no command");
    desk.press("+ y");
    let command = "nextplay diff --set matching.confidence_threshold=0.62\n";
    assert_eq!(copied(&mut desk).as_deref(), Some(command));
    assert_eq!(desk.notice(), "Copied the equivalent command");
    desk.press("e y");
    assert_eq!(copied(&mut desk).as_deref(), Some(command));
    desk.press("Esc ? y");
    assert_eq!(copied(&mut desk), None);
}

#[test]
fn the_detail_is_copied_as_text_whatever_the_window_has() {
    let text = |width, height| {
        let mut desk = Desk::new().sized(width, height);
        desk.press("Y");
        let notice = desk.notice().to_owned();
        (copied(&mut desk).unwrap(), notice)
    };
    let (copied, notice) = text(120, 40);
    assert!(copied.starts_with("C2  Borealis Foods\n\n"), "{copied}");
    assert!(copied.contains("\nDO       Call"), "{copied}");
    assert!(copied.lines().all(|line| line == line.trim_end()), "{copied:?}");
    assert!(notice.starts_with("Copied the detail of C2  Borealis Foods, "), "{notice}");
    assert_eq!(text(60, 16).0, copied);
}

#[test]
fn control_characters_of_the_data_are_not_copied() {
    let mut desk = Desk::new();
    desk.write(
        "customers.json",
        r#"[{"customer_id":"C\u001b[2J","name":"Acme\u001b","segment":"SMB"}]"#,
    );
    desk.look();
    desk.press("2 y");
    assert_eq!(copied(&mut desk).as_deref(), Some("C␛[2J"));
    desk.press("Y");
    assert!(!copied(&mut desk).unwrap().contains('\u{1b}'));
}

#[test]
fn pasted_keys_copy_nothing() {
    let mut desk = Desk::new();
    let strokes = ["y", "j", "Y"].map(|name| key(name).into()).to_vec();
    let keys = Keys { strokes, pace: Pace::Pasted, at: desk.pressed };
    desk.event(Event::Keys(keys));
    assert_eq!(copied(&mut desk), None);
    assert!(desk.notice().contains("ignored \"yY\""), "{}", desk.notice());
}

#[test]
fn y_right_after_a_dialog_closed_copies_nothing() {
    let mut desk = Desk::new();
    desk.press("a Esc");
    desk.key_after(Duration::from_millis(400), key("y"));
    assert_eq!(copied(&mut desk), None);
    desk.key_after(Duration::from_millis(200), key("y"));
    assert_eq!(copied(&mut desk).as_deref(), Some("C2"));
}
