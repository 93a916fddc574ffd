//! What is remembered, by the real program: also where it was killed, and where the record is damaged.

use crate::common::dashboard::copy_sample_data;
use crate::common::terminal::Terminal;

use std::fs;
use std::path::{Path, PathBuf};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

struct Desk {
    data: TempDir,
    state: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { data: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        copy_sample_data(desk.data.path());
        desk
    }

    fn opened(&self, options: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nextplay"));
        command.args(["--data".as_ref(), self.data.path().as_os_str()]);
        command.args(["--by", "dana"]);
        command.args(options);
        Terminal::run(command, &[("XDG_STATE_HOME", self.state.path().to_str().unwrap())])
    }

    /// The record, once there is one.
    fn record(&self) -> Option<PathBuf> {
        let directory = self.state.path().join("nextplay/dashboard");
        let files = fs::read_dir(directory).into_iter().flatten().flatten();
        let mut files = files.map(|entry| entry.path());
        files.find(|path| path.extension().is_some_and(|extension| extension == "json"))
    }

    fn written(&self) -> String {
        self.record().map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default()
    }
}

/// Waits until the dashboard has written a text.
fn wait_for_written(desk: &Desk, text: &str) {
    let give_up = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !desk.written().contains(text) {
        assert!(std::time::Instant::now() < give_up, "{text} is not in {}", desk.written());
        std::thread::yield_now();
    }
}

fn damage(path: &Path) {
    fs::write(path, "{\"version\":1,\"path\":\"\",\"data\":[").unwrap();
}

#[test]
fn a_killed_dashboard_opens_as_it_was_and_fresh_as_at_first() {
    let desk = Desk::new();
    let mut terminal = desk.opened(&[]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("2/");
    terminal.wait_for("/ ");
    terminal.send("segment:smb");
    terminal.wait_for("/segment:smb");
    terminal.send("\r");
    wait_for_written(&desk, "segment:smb");
    terminal.signal("KILL");
    terminal.exit();

    let mut terminal = desk.opened(&[]);
    terminal.wait_for("[2 Customers");
    terminal.wait_for("/segment:smb");
    terminal.send("q");
    assert!(terminal.exit().success());

    let mut terminal = desk.opened(&["--fresh"]);
    terminal.wait_for("[1 Queue");
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("q");
    assert!(terminal.exit().success());
    assert!(desk.written().contains("segment:smb"), "nothing was changed: {}", desk.written());
}

#[test]
fn a_damaged_record_is_ignored_with_a_note() {
    let desk = Desk::new();
    let mut terminal = desk.opened(&[]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("4");
    terminal.wait_for("[4 Portfolio");
    terminal.send("q");
    assert!(terminal.exit().success());
    damage(&desk.record().unwrap());

    let mut terminal = desk.opened(&[]);
    terminal.wait_for("Starting as at first");
    terminal.wait_for("[1 Queue");
    terminal.send("3");
    terminal.wait_for("[3 Playbooks");
    terminal.send("q");
    assert!(terminal.exit().success());
    assert!(desk.written().contains("playbooks"), "{}", desk.written());
}
