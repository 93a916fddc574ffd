//! The demo on a terminal: it plays to its end, takes decisions, and leaves nothing behind.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use portable_pty::CommandBuilder;
use rstest::rstest;
use tempfile::TempDir;

use crate::common::dashboard;
use crate::common::terminal::Terminal;

/// A home and a directory for temporary files of the demo's own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("tmp")).unwrap();
        Self(home)
    }

    fn demo(&self, arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nextplay"));
        // The demo's own clock: every date and time on the screen is the same each time.
        command.args(["demo", "--as-of", "2026-11-20T09:00:00Z"]);
        command.args(arguments);
        let path = |name: &str| self.0.path().join(name).to_str().unwrap().to_owned();
        let (home, tmp, state) = (path("."), path("tmp"), path("state"));
        let variables = [
            ("HOME", home.as_str()),
            ("TMPDIR", &tmp),
            ("XDG_STATE_HOME", &state),
            // What is set for the user's own data is not the demo's.
            ("NEXTPLAY_REVIEWER", "kim"),
            ("NEXTPLAY_DATA", "/nonexistent"),
        ];
        Terminal::run(command, &variables)
    }

    /// Names in the directory for temporary files.
    fn left(&self) -> Vec<String> {
        names(&self.0.path().join("tmp"))
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_demo_plays_to_its_end_and_stays_until_it_is_left() {
    let home = Home::new();
    let mut terminal = home.demo(&["--pace", "0.1"]);
    terminal.wait_for("The demo is over");
    terminal.wait_for("● live");
    terminal.wait_for("[1 Queue 9]");
    terminal.wait_for_line(&["C006", "0.94", "$583k"]);
    // What just changed is marked for a while.
    terminal.wait("the marks to go", |screen| {
        let contents = screen.contents();
        !contents.contains('◆') && contents.contains("● live")
    });
    let contents = terminal.contents();
    let lines: Vec<&str> = contents.lines().map(str::trim_end).collect();
    assert_snapshot!("pty_demo_over", lines.join("\n"));
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
    assert_eq!(home.left(), [""; 0]);
    assert_eq!(names(home.0.path()), ["tmp"], "nothing is written outside");
}

#[test]
fn a_decision_in_the_demo_is_saved_in_its_copy() {
    let home = Home::new();
    let mut terminal = home.demo(&["--pace", "600"]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("approve as dana");
    terminal.confirm();
    terminal.wait_for("Approved Executive Outreach for Meridian Health Systems (C006). Saved (#1)");
    terminal.send("q");
    assert!(terminal.exit().success());
    assert_eq!(home.left(), [""; 0]);
}

#[rstest]
#[case("q")]
#[case("\x03")]
#[case("TERM")]
#[case("HUP")]
#[case("INT")]
#[case("a window that is closed")]
fn nothing_is_left_of_a_demo_however_it_ends(#[case] end: &str) {
    let home = Home::new();
    let mut terminal = home.demo(&["--pace", "0.2"]);
    terminal.wait_for_line(&["▸", "C006"]);
    assert_eq!(home.left().len(), 1);
    match end {
        "q" | "\x03" => terminal.send(end),
        "a window that is closed" => terminal.hang_up(),
        signal => terminal.signal(signal),
    }
    terminal.exit();
    assert_eq!(home.left(), [""; 0]);
}

#[test]
fn what_a_killed_demo_left_is_removed_by_the_next() {
    let home = Home::new();
    let mut killed = home.demo(&["--pace", "600"]);
    killed.wait_for_line(&["▸", "C006"]);
    let mut running = home.demo(&["--pace", "600", "--by", "lee"]);
    running.wait_for("You are lee");
    killed.signal("KILL");
    killed.exit();
    assert_eq!(home.left().len(), 2);
    let mut next = home.demo(&["--pace", "600"]);
    next.wait_for_line(&["▸", "C006"]);
    assert_eq!(home.left().len(), 2, "that of the demo that still runs, and its own");
    for terminal in [&mut running, &mut next] {
        terminal.send("q");
        assert!(terminal.exit().success());
    }
    assert_eq!(home.left(), [""; 0]);
}

#[test]
fn an_empty_directory_leads_to_the_demo_and_to_another_directory() {
    let home = Home::new();
    let data = tempfile::tempdir().unwrap();
    let sample = data.path().join("sample");
    fs::create_dir(&sample).unwrap();
    dashboard::copy_sample_data(&sample);
    let tmp = home.0.path().join("tmp");
    let variables = [("TMPDIR", tmp.to_str().unwrap())];

    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for_line(&["▸", "Open \"sample\", which has both files"]);
    terminal.send("\r");
    terminal.wait_for_line(&["nextplay", "sample", "● live"]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();

    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for("No data yet");
    terminal.send("d");
    terminal.wait_for("You are dana");
    terminal.wait_for_line(&["▸", "C006"]);
    assert_eq!(home.left().len(), 1);
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
    assert_eq!(home.left(), [""; 0]);

    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for("No data yet");
    terminal.send("o");
    terminal.wait_for("Open another directory");
    terminal.send(&format!("{}/sam\t", data.path().display()));
    terminal.wait_for("/sample/");
    // So soon after the rest it would be a part of pasted text.
    terminal.pause(600);
    terminal.send("\r");
    terminal.wait_for_line(&["▸", "C006"]);
}
