//! Announcements: what is new and waits for the reviewer.

use std::sync::Arc;

use crate::common::dashboard::{Desk, ROWS};

use nextplay::domain::DecisionKind;
use nextplay::settings::{Notify, Settings};
use nextplay::tui::event::{Effect, Event};
use nextplay::workspace::DecisionRequest;

/// A dashboard on the first of the customers, which announces.
fn desk(notify: Notify) -> Desk {
    let mut desk = Desk::with(&ROWS[..2]);
    let settings = Settings { notify, ..Settings::default() };
    desk.event(Event::Settings(Ok(Arc::new(settings))));
    assert_eq!(announced(&mut desk), [""; 0], "the first view is no news");
    desk
}

/// What was announced, taken out of the effects.
fn announced(desk: &mut Desk) -> Vec<String> {
    let effects = std::mem::take(&mut desk.effects).into_iter();
    effects
        .filter_map(|effect| match effect {
            Effect::Announce(_, text) => Some(text),
            _ => None,
        })
        .collect()
}

#[test]
fn what_newly_waits_is_announced_with_how_many_and_the_first_name() {
    let mut desk = desk(Notify::Desktop);
    desk.write_rows(&ROWS[..4]);
    desk.look();
    assert_eq!(announced(&mut desk), ["Dorado Travel needs your decision"]);
    desk.look();
    desk.pass(60);
    assert_eq!(announced(&mut desk), [""; 0], "it is old now");
    desk.write_rows(&ROWS);
    desk.look();
    let text = "2 customers need your decision: Elm Street Bank and 1 more";
    assert_eq!(announced(&mut desk), [text]);
}

#[test]
fn one_in_five_seconds_tells_what_came_meanwhile() {
    let mut desk = desk(Notify::Bell);
    desk.write_rows(&ROWS[..4]);
    desk.look();
    assert_eq!(announced(&mut desk).len(), 1);
    desk.pass(1);
    desk.write_rows(&ROWS[..5]);
    desk.look();
    desk.write_rows(&ROWS);
    desk.look();
    desk.pass(3);
    assert_eq!(announced(&mut desk), [""; 0]);
    assert!(desk.state.next_change().is_some(), "the loop wakes for it");
    desk.pass(1);
    let text = "2 customers need your decision: Elm Street Bank and 1 more";
    assert_eq!(announced(&mut desk), [text]);
    desk.pass(60);
    assert_eq!(announced(&mut desk), [""; 0]);
}

#[test]
fn own_decisions_are_not_announced_and_those_of_others_are() {
    let mut desk = desk(Notify::Desktop);
    desk.press("a");
    desk.key_after(std::time::Duration::from_millis(300), crate::common::dashboard::key("y"));
    desk.carry_out();
    desk.press("u");
    desk.key_after(std::time::Duration::from_millis(300), crate::common::dashboard::key("y"));
    desk.carry_out();
    assert_eq!(announced(&mut desk), [""; 0]);
    desk.other_decides("sam", DecisionKind::Reject, "C1", 3);
    desk.look();
    assert_eq!(announced(&mut desk), [""; 0], "it waits no more");
    let undo =
        DecisionRequest::Undo { entry: "3".into(), by: "sam".into(), note: None, seen: None };
    desk.other_asks(undo, 2);
    desk.look();
    assert_eq!(announced(&mut desk), ["Acme Tools needs your decision"]);
}

#[test]
fn what_the_reviewer_may_not_decide_is_not_announced() {
    let mut desk = desk(Notify::Desktop);
    desk.write("nextplay.toml", "[[approver]]\nname = \"sam\"\n");
    desk.look();
    desk.write_rows(&ROWS);
    desk.look();
    assert_eq!(announced(&mut desk), [""; 0]);
    // A policy may make it the reviewer's.
    desk.write("nextplay.toml", "[[approver]]\nname = \"dana\"\n");
    desk.look();
    assert_eq!(announced(&mut desk).len(), 1);
}

#[test]
fn a_file_that_breaks_and_is_whole_again_is_no_news() {
    let mut desk = desk(Notify::Desktop);
    let path = desk.dir.path().join("customers.json");
    let before = std::fs::read_to_string(&path).unwrap();
    desk.write("customers.json", "[{");
    desk.look();
    desk.write("customers.json", &before);
    desk.look();
    assert_eq!(announced(&mut desk), [""; 0]);
}

#[test]
fn nothing_is_announced_where_it_is_off_nor_later() {
    let mut desk = desk(Notify::Off);
    desk.write_rows(&ROWS);
    desk.look();
    let settings = Settings { notify: Notify::Bell, ..Settings::default() };
    desk.event(Event::Settings(Ok(Arc::new(settings))));
    desk.pass(60);
    assert_eq!(announced(&mut desk), [""; 0]);
}
