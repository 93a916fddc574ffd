//! The dashboard on a terminal while others are at work too: reviewers who decide at the same
//! moment, data that is slow to come, somebody who leaves in a hurry.

use crate::common::dashboard;
use crate::common::terminal;
use crate::common::{CONFIG, STATE};

use std::fs;
use std::path::Path;
use std::process::Command;

use dashboard::{copy_sample_data, replace};
use tempfile::TempDir;
use terminal::Terminal;

fn sample_data() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy_sample_data(directory.path());
    directory
}

fn ledger(data: &Path) -> Vec<String> {
    let text = fs::read_to_string(data.join("decisions.jsonl")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn verify(data: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_nextplay"))
        .env("XDG_STATE_HOME", STATE)
        .env("XDG_CONFIG_HOME", CONFIG)
        .args(["verify", "--data"])
        .arg(data)
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
}

#[test]
fn of_two_reviewers_who_confirm_at_the_same_moment_one_decides_and_the_other_is_told() {
    let data = sample_data();
    let mut terminals = [Terminal::dashboard(data.path()), Terminal::dashboard(data.path())];
    for terminal in &mut terminals {
        terminal.wait_for_line(&["▸", "C006"]);
        terminal.send("a");
        terminal.wait_for("Approve?");
    }
    for terminal in &mut terminals {
        terminal.confirm();
    }
    for terminal in &terminals {
        terminal.wait("an answer", |screen| {
            let contents = screen.contents();
            contents.contains("Saved (#1)") || contents.contains("dana approved this")
        });
    }
    assert_eq!(ledger(data.path()).len(), 1);
    verify(data.path());
}

#[test]
fn a_decision_confirmed_before_leaving_in_a_hurry_is_made() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.confirm();
    // A key that comes together with another does not confirm.
    terminal.pause(30);
    terminal.send("\x03");
    assert!(terminal.exit().success());
    terminal.wait_restored();
    assert_eq!(ledger(data.path()).len(), 1);
    verify(data.path());
}

#[test]
fn under_a_storm_of_changes_and_reloads_keys_act_and_the_last_change_is_shown() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("mm");
    let signals = fs::read_to_string(data.path().join("fused_signals.json")).unwrap();
    for number in 10..90 {
        let text = signals.replace("0.983", &format!("0.{number}"));
        replace(data.path(), "fused_signals.json", text);
        terminal.send("R");
    }
    terminal.send("?");
    terminal.wait_for("Approve the recommended playbook");
    terminal.send("\x1b");
    terminal.wait_gone("Approve the recommended playbook");
    terminal.wait_for_line(&["C005", "0.89"]);
    terminal.send("q");
    assert!(terminal.exit().success());
}

#[test]
fn a_ledger_that_another_process_holds_keeps_nobody_in_the_dashboard() {
    let data = sample_data();
    let held = fs::File::create(data.path().join("decisions.jsonl")).unwrap();
    held.lock().unwrap();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.confirm();
    terminal.wait_for("Saving…");
    terminal.send("\x03");
    terminal.wait_for("Ctrl-C ends the wait");
    terminal.wait_restored();
    terminal.send("\x03");
    terminal.wait_for("The dashboard was closed before the decision was saved");
    assert_eq!(terminal.exit().exit_code(), 1, "it is not known to be made");
    assert!(ledger(data.path()).is_empty());
}

#[test]
fn a_decision_that_waited_for_another_process_is_made_and_told_after_leaving() {
    let data = sample_data();
    let held = fs::File::create(data.path().join("decisions.jsonl")).unwrap();
    held.lock().unwrap();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.confirm();
    terminal.wait_for("Saving…");
    terminal.signal("TERM");
    terminal.wait_for("Ctrl-C ends the wait");
    held.unlock().unwrap();
    terminal.wait_for("Saved (#1)");
    terminal.exit();
    assert_eq!(ledger(data.path()).len(), 1);
    verify(data.path());
}
