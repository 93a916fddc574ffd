//! The settings file under a running dashboard.

use std::fs;

use crate::common::dashboard::{copy_sample_data, replace};
use crate::common::terminal::Terminal;

#[test]
fn a_change_is_in_use_at_once_and_a_mistake_is_a_banner_until_it_is_fixed() {
    let (data, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy_sample_data(data.path());
    let variables = [("XDG_CONFIG_HOME", config.path().to_str().unwrap())];
    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for_line(&["▸", "C006"]);
    // The directory is not there when the dashboard is opened.
    let directory = config.path().join("nextplay");
    fs::create_dir(&directory).unwrap();
    replace(&directory, "config.toml", "[keys]\nshow-playbooks = \"f6\"\n");
    terminal.wait_for("Settings updated");
    terminal.send("\x1b[17~");
    terminal.wait_for("Support Escalation");
    terminal.wait_for("F6 Playbooks");
    terminal.send("?");
    terminal.wait_for("Keys of Playbooks");
    terminal.send("/");
    terminal.wait_for("Enter keep  Esc clear");
    terminal.send("where each");
    terminal.wait_for_line(&["F6", "Playbooks: where each is recommended"]);
    terminal.send("\x1b");
    terminal.wait_for("Filter as you type");
    terminal.send("\x1b");
    terminal.wait_gone("Filter as you type");
    replace(
        &directory,
        "config.toml",
        "[keys]\nshow-playbooks = \"f6\"\n[columns]\nqueue = [\"rsk\"]\n",
    );
    terminal.wait_for("config.toml:4:10: unknown column \"rsk\"; did you mean risk?");
    terminal.send("1");
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("\x1b[17~");
    terminal.wait_for("Support Escalation");
    replace(&directory, "config.toml", "[keys]\nshow-playbooks = \"f6\"\n");
    terminal.wait("no banner", |screen| !screen.contents().contains("config.toml"));
    terminal.send("q");
    assert!(terminal.exit().success());
}

#[test]
fn while_it_is_open_who_decides_nothing_can_be_decided() {
    let (data, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy_sample_data(data.path());
    let directory = config.path().join("nextplay");
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join("config.toml"), "mouse = false\nreviewer = 3\n[[data]]\n").unwrap();
    let variables = [("XDG_CONFIG_HOME", config.path().to_str().unwrap())];
    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for("config.toml:2:12: reviewer is the number 3");
    terminal.wait_for("read-only");
    terminal.send("a");
    terminal.wait_for("errors in the settings leave open which ledger to use");
    terminal.send("q");
    assert!(terminal.exit().success());
    assert!(!data.path().join("decisions.jsonl").exists());
}
