//! Which screens are in the pictures, and which keys lead to them.

use jiff::tz::TimeZone;
use nextplay::demo::{Player, sample};
use nextplay::domain::{Clock, DecisionKind};
use nextplay::starter::init::{Plan, exports};
use nextplay::tui::event::Event;
use nextplay::workspace::Options;

use super::palette::{LOOKS, Look};
use super::svg::svg;
use crate::common::dashboard::{Desk, copy_sample_data};

/// A screen to show: its file's name, what it shows, its size, and the keys from the screen before it.
struct Screen {
    name: &'static str,
    title: &'static str,
    size: (u16, u16),
    keys: &'static str,
}

const SCREENS: [Screen; 8] = [
    Screen {
        name: "queue",
        title: "The queue: customers that need a decision, and the details of the selected one",
        size: (120, 36),
        keys: "1 g",
    },
    Screen {
        name: "customer",
        title: "All details of one customer",
        size: (100, 44),
        keys: "2 g j j j j j Tab",
    },
    Screen {
        name: "approve",
        title: "The dialog that asks before an approval is recorded",
        size: (120, 36),
        keys: "Esc Tab 1 g a",
    },
    Screen {
        name: "playbooks",
        title: "The playbooks, how often each is recommended, and the evidence behind one of them",
        size: (120, 36),
        keys: "Esc 3 g",
    },
    Screen {
        name: "portfolio",
        title: "The portfolio against its targets",
        size: (120, 36),
        keys: "4 g",
    },
    Screen {
        name: "what-if",
        title: "Settings, and what changing them would do",
        size: (120, 36),
        keys: "5 g j j j +",
    },
    Screen {
        name: "activity",
        title: "The decisions so far, and one of them beside today's numbers",
        size: (120, 36),
        keys: "6 g",
    },
    Screen { name: "help", title: "The keys", size: (120, 36), keys: "1 g ?" },
];

/// Returns a dashboard for dana on the sample data with its policy, after decisions by others.
fn desk() -> Desk {
    let mut desk = Desk::empty();
    copy_sample_data(desk.dir.path());
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data/nextplay.toml");
    desk.write("nextplay.toml", &std::fs::read_to_string(policy).unwrap());
    desk.state.directory = "sample_data".into();
    desk.other_decides("lee", DecisionKind::Approve, "C031", 2890);
    desk.other_decides("maria", DecisionKind::Reject, "C022", 190);
    desk.other_decides("sam", DecisionKind::Approve, "C018", 12);
    desk.look();
    desk.pass(15);
    desk
}

/// Returns the pictures of the documentation, each with its file's name: every screen dark and light,
/// and the first in every theme.
pub fn files() -> Vec<(String, String)> {
    draw(|screen, look| screen == 0 || look < 2)
}

/// Returns every screen in every theme, to be looked at.
#[allow(dead_code, reason = "the tests draw those of the documentation")]
pub fn all() -> Vec<(String, String)> {
    draw(|_, _| true)
}

fn draw(is_wanted: impl Fn(usize, usize) -> bool) -> Vec<(String, String)> {
    let mut desk = desk();
    let mut files = Vec::new();
    for (place, screen) in SCREENS.iter().enumerate() {
        desk.resize(screen.size.0, screen.size.1);
        desk.press(screen.keys);
        for (_, look) in LOOKS.iter().enumerate().filter(|(look, _)| is_wanted(place, *look)) {
            let name = format!("{}-{}.svg", screen.name, look.name);
            files.push((name, svg(&desk.buffer(look.theme()), look, screen.title)));
        }
    }
    files.extend(setup());
    files.extend(demo());
    files
}

/// Returns the pictures of the dialog that sets a directory up with the exports in it.
fn setup() -> Vec<(String, String)> {
    let mut desk = Desk::at_first_start();
    let directory = desk.dir.path().to_owned();
    for name in ["crm-accounts-2026-11-20.csv", "support-signals.jsonl"] {
        let export = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/crm_export/");
        desk.write(name, &std::fs::read_to_string(format!("{export}{name}")).unwrap());
    }
    desk.state.directory = "accounts".into();
    desk.state.first_start.directory = directory.clone();
    desk.state.first_start.exports = exports(&directory);
    desk.state.first_start.has_files = true;
    desk.resize(120, 36);
    desk.look();
    desk.press("i");
    desk.event(Event::SetupPlanned(Plan::of(&directory, &[]).map(Box::new)));
    let title =
        "Exports that were found in a directory, as they would be read, before anything is written";
    let picture = |look: &Look| {
        let name = format!("setup-{}.svg", look.name);
        (name, svg(&desk.buffer(look.theme()), look, title))
    };
    LOOKS.iter().take(2).map(picture).collect()
}

/// Returns the pictures of the demo after the second reviewer's decision.
fn demo() -> Vec<(String, String)> {
    let mut desk = Desk::at_first_start();
    let now = desk.now;
    let options = Options { clock: Clock::new(move || now, TimeZone::UTC), ..Options::default() };
    let directory = desk.dir.path().to_owned();
    sample::write(&directory, options.clock.now().today()).unwrap();
    desk.state.directory = "demo".into();
    desk.resize(120, 36);
    desk.look();
    let mut player = Player::new(directory, "dana", options);
    for step in 0..=3 {
        desk.event(Event::Caption(player.play(step).unwrap().unwrap()));
        desk.look();
    }
    let title = "The demo: a second reviewer has rejected a play, and the risk of the selected customer has risen";
    let picture = |look: &Look| {
        let name = format!("demo-{}.svg", look.name);
        (name, svg(&desk.buffer(look.theme()), look, title))
    };
    LOOKS.iter().take(2).map(picture).collect()
}
