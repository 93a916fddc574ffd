//! The demo without a terminal: what each step does to the dashboard.

use jiff::tz::TimeZone;
use nextplay::demo::{Player, sample};
use nextplay::domain::{Clock, DecisionKind, Status};
use nextplay::tui::event::Event;
use nextplay::workspace::Options;

use crate::common::dashboard::{Desk, NOW};

/// A dashboard on the demo's copy of the sample data, and who plays.
pub struct Demo {
    pub desk: Desk,
    player: Player,
    step: usize,
}

impl Demo {
    pub fn new() -> Self {
        let mut desk = Desk::at_first_start();
        let now = NOW.parse().unwrap();
        let clock = Clock::new(move || now, TimeZone::UTC);
        sample::write(desk.dir.path(), clock.now().today()).unwrap();
        desk.look();
        let player = Player::new(
            desk.dir.path().to_owned(),
            "dana",
            Options { clock, ..Options::default() },
        );
        Self { desk, player, step: 0 }
    }

    /// Plays the next step; returns false behind the last one.
    pub fn next(&mut self) -> bool {
        let Some(caption) = self.player.play(self.step).unwrap() else { return false };
        self.step += 1;
        self.desk.event(Event::Caption(caption));
        self.desk.look();
        true
    }

    /// Plays on until the caption has a text in it.
    pub fn play_until(&mut self, text: &str) {
        while self.next() {
            if self.caption().contains(text) {
                return;
            }
        }
        panic!("{text:?} is in no caption");
    }

    fn caption(&self) -> String {
        self.desk.state.caption.as_ref().map(|caption| caption.text.clone()).unwrap_or_default()
    }
}

#[test]
fn the_demo_opens_on_the_accounts_of_its_reviewer_and_says_who_that_is() {
    let mut demo = Demo::new();
    assert!(demo.next());
    let screen = demo.desk.screen();
    assert!(screen.contains("Demo: This is a copy of the sample data. You are dana"), "{screen}");
    assert!(screen.contains("[My accounts]"), "{screen}");
    // The sample data describes today, whatever day it is.
    assert!(screen.contains("renews in 72 days"), "{screen}");
}

#[test]
fn each_step_is_seen_on_the_dashboard() {
    let mut demo = Demo::new();
    demo.play_until("Three signals arrive");
    assert!(demo.desk.detail_pane().contains("escalation"), "{}", demo.desk.detail_pane());
    demo.play_until("risk of Meridian");
    assert!(demo.desk.list_pane().contains("0.94   $583k"), "{}", demo.desk.list_pane());
    demo.play_until("maria, rejects the play for Castellan Insurance Group (C015)");
    assert_eq!(demo.desk.ledger(), ["maria reject C015"]);
    assert_eq!(demo.desk.notice(), "C015 was rejected by maria");
    demo.play_until("half written");
    let screen = demo.desk.screen();
    assert!(screen.contains("▲ signals.json:"), "{screen}");
    demo.desk.press("a");
    assert!(!demo.desk.dialog_is_open());
    demo.play_until("complete again");
    assert!(!demo.desk.screen().contains('▲'));
    demo.play_until("has its outcome");
    let snapshot = demo.desk.snapshot();
    let number = snapshot.find_customer("C021").unwrap();
    assert_eq!(snapshot.statuses[number], Status::Done);
    demo.play_until("two approvers");
    demo.desk.press("a");
    assert!(demo.desk.dialog_pane().contains("of 2"), "{}", demo.desk.dialog_pane());
    demo.desk.press("Esc");
    demo.play_until("over");
    assert!(!demo.next());
    assert!(demo.desk.screen().contains("Demo 8 of 8: The demo is over."));
}

#[test]
fn the_other_reviewer_decides_about_what_you_have_left() {
    let mut demo = Demo::new();
    demo.play_until("risk of Meridian");
    demo.desk.other_decides("dana", DecisionKind::Approve, "C015", 0);
    demo.play_until("rejects the play for Northgate Municipal Utilities (C026)");
    assert_eq!(demo.desk.ledger(), ["dana approve C015", "maria reject C026"]);

    let mut demo = Demo::new();
    demo.play_until("risk of Meridian");
    for customer in ["C015", "C026", "C011"] {
        demo.desk.other_decides("dana", DecisionKind::Approve, customer, 0);
    }
    demo.play_until("maria, finds that every play is decided");
    demo.play_until("over");
}

#[test]
fn a_caption_covers_nothing_on_the_smallest_screen() {
    let mut demo = Demo::new();
    demo.desk.resize(60, 16);
    demo.play_until("half written");
    let screen = demo.desk.screen();
    assert!(screen.contains("▶ Demo 4 of 8: signals.json is saved half written"), "{screen}");
    assert!(screen.contains("▸◆ ? C006"), "{screen}");
    assert!(screen.lines().last().unwrap().contains("q quit"), "{screen}");
}
