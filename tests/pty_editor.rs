//! The user's editor on the real terminal: it gets all of it, and gives it back.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::common::dashboard::copy_sample_data;
use crate::common::terminal::Terminal;

/// A program that writes its arguments to `told`, one a line, and then a line that it reads from the
/// terminal.
fn fake_editor(directory: &Path, name: &str) -> PathBuf {
    let path = directory.join(name);
    let told = directory.join("told");
    let script = format!(
        "#!/bin/sh\nfor word in \"$@\"; do echo \"$word\"; done >'{0}'\necho 'editing now'\n\
         read line\necho \"read $line\" >>'{0}'\nexit ${{line#exit }}\n",
        told.display()
    );
    write_program(&path, &script);
    path
}

/// A program that any signal ends at any moment: a shell that reads a line may miss one.
fn interruptible_editor(directory: &Path) -> PathBuf {
    let (path, text) = (directory.join("interruptible"), directory.join("text"));
    fs::write(&text, "editing now\n").unwrap();
    write_program(&path, &format!("#!/bin/sh\nexec cat '{}' -\n", text.display()));
    path
}

fn write_program(path: &Path, script: &str) {
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn told(directory: &Path) -> Vec<String> {
    let told = fs::read_to_string(directory.join("told")).unwrap();
    told.lines().map(str::to_owned).collect()
}

/// A directory for the editor, and a copy of the sample data.
fn places() -> (tempfile::TempDir, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    copy_sample_data(data.path());
    (tempfile::tempdir().unwrap(), data)
}

#[test]
fn the_editor_has_the_terminal_and_all_keys_until_it_ends() {
    let (own, data) = places();
    let editor = fake_editor(own.path(), "vim");
    let mut terminal = Terminal::with(data.path(), &[("EDITOR", editor.to_str().unwrap())]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("E");
    terminal.wait_for("editing now");
    // Raw mode, alternate screen, mouse and paste are off.
    terminal.wait_restored();
    // Keys that would do something on the dashboard, and as much as would fill its channel.
    terminal.send("aqy exit 0\n");
    terminal.wait_for_line(&["▸", "C006"]);
    let told = told(own.path());
    assert!(told[0].starts_with('+') && told[0][1..].parse::<u32>().is_ok(), "{told:?}");
    assert_eq!(told[1], data.path().join("customers.json").to_str().unwrap());
    assert_eq!(told[2], "read aqy exit 0");
    // The keys are the dashboard's again.
    terminal.send("3");
    terminal.wait_for("Playbooks");
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
}

#[test]
fn the_variable_is_split_as_a_shell_does_and_no_shell_reads_it() {
    let (own, data) = places();
    let editor = fake_editor(own.path(), "my editor");
    let value = format!("'{}' --flag \"two words\" '$HOME;x'", editor.display());
    let mut terminal = Terminal::with(data.path(), &[("VISUAL", &value), ("EDITOR", "false")]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("3E");
    terminal.wait_for("editing now");
    terminal.send("exit 3\n");
    terminal.wait_for("failed (exit status: 3)");
    let told = told(own.path());
    let file = data.path().join("journey_playbooks.json");
    assert_eq!(told, ["--flag", "two words", "$HOME;x", file.to_str().unwrap(), "read exit 3"]);
}

#[test]
fn without_an_editor_or_with_a_wrong_one_a_notice_says_so() {
    let (_own, data) = places();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("E");
    terminal.wait_for("E needs $VISUAL or $EDITOR");

    let mut terminal = Terminal::with(data.path(), &[("EDITOR", "/nowhere/ed")]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("E");
    terminal.wait_for("Cannot start the editor \"/nowhere/ed\"");
    terminal.send("3");
    terminal.wait_for("Playbooks");
}

#[test]
fn a_signal_ends_the_program_and_its_editor_and_an_interrupt_is_the_editors() {
    let (own, data) = places();
    let editor = interruptible_editor(own.path());
    let mut terminal = Terminal::with(data.path(), &[("EDITOR", editor.to_str().unwrap())]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("E");
    terminal.wait_for("editing now");
    terminal.signal("INT");
    terminal.signal("TERM");
    terminal.exit();
    terminal.wait_restored();

    // Ctrl-C ends this editor, and nothing else.
    let mut terminal = Terminal::with(data.path(), &[("EDITOR", editor.to_str().unwrap())]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("E");
    terminal.wait_for("editing now");
    terminal.send("\x03");
    terminal.wait_for("failed (signal: 2 (SIGINT))");
    terminal.send("E");
    terminal.wait_for_count("editing now", 2);
    terminal.signal("HUP");
    terminal.exit();
    terminal.wait_restored();
}
