//! The terminal itself: what it sends by itself or in pieces, and how it may go away.

use crate::common::dashboard;
use crate::common::terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use dashboard::copy_sample_data;
use portable_pty::CommandBuilder;
use rstest::rstest;
use tempfile::TempDir;
use terminal::Terminal;

fn sample_data() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy_sample_data(directory.path());
    directory
}

fn decisions(data: &Path) -> usize {
    fs::read_to_string(data.join("decisions.jsonl")).unwrap_or_default().lines().count()
}

fn opened(data: &Path) -> Terminal {
    let terminal = Terminal::dashboard(data);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal
}

#[test]
fn esc_and_a_key_in_one_write_cancel_and_move() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.send("\x1bj");
    terminal.wait_for_line(&["▸", "C015"]);
    assert!(!terminal.contents().contains("Approve?"));
}

#[test]
fn an_answer_of_the_terminal_is_no_key_even_in_two_pieces() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.send("\x1b]11;rgb:2e2e/34");
    terminal.pause(20);
    terminal.send("34/3636\x1b\\\x1b[?62;4c\x1b[12;40R\x1bP>|tmux 3.4\x1b\\j");
    terminal.wait_for_line(&["▸", "C015"]);
    terminal.wait_for("[1 Queue 10]");
    assert!(!terminal.contents().contains("Reject?"));
}

#[test]
fn text_that_is_poured_in_decides_nothing() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    for piece in ["they may ", "stay until", " a day lat", "er, we pay", "ay", "y"] {
        terminal.send(piece);
        terminal.pause(15);
    }
    terminal.wait_for("Keys in pasted text do not decide");
    terminal.send("\x03");
    assert!(terminal.exit().success());
    assert_eq!(decisions(data.path()), 0);
}

#[test]
fn a_paste_that_never_ends_leaves_a_way_out() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.send("\x1b[200~a");
    terminal.wait_for("Pasted text was ignored");
    terminal.pause(600);
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
}

#[test]
fn the_keyboard_protocol_is_used_where_the_terminal_knows_it_and_ended() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.wait_for_bytes("\x1b[?u");
    assert!(!String::from_utf8_lossy(&terminal.bytes()).contains("\x1b[>"));
    terminal.send("\x1b[?0u");
    terminal.wait_for_bytes("\x1b[>29u");
    // The key that types a on a Latin keyboard, on a Russian one.
    terminal.send("\x1b[1092::97;;1092u");
    terminal.wait_for("Approve?");
    terminal.send("\x1b[27u");
    terminal.wait_gone("Approve?");
    terminal.send("\x1b[113;;113u");
    assert!(terminal.exit().success());
    terminal.wait_restored();
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(bytes.find("\x1b[<u") < bytes.rfind("\x1b[?1049l"), "before the shell's screen");
}

#[test]
fn a_terminal_without_a_size_is_drawn_on_all_the_same() {
    let data = sample_data();
    let terminal = Terminal::with(data.path(), &[("COLUMNS", "100"), ("LINES", "30")]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.resize(50, 12);
    terminal.wait_for("nextplay needs 60 columns");
    terminal.lose_size(100, 30);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.wait("the hints on the last line", |screen| {
        screen.contents_between(29, 0, 29, 99).contains("quit")
    });
}

#[test]
fn what_another_program_wrote_goes_when_the_screen_is_drawn_again() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    for key in ["\x0c", "R"] {
        terminal.write_over("\x1b[8;1HBroadcast message");
        terminal.wait_for("Broadcast message");
        terminal.send(key);
        terminal.wait_gone("Broadcast message");
        terminal.wait_for_line(&["▸", "C006"]);
    }
}

#[test]
fn a_quit_signal_gives_the_terminal_back_and_ends_it() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.signal("QUIT");
    assert!(!terminal.exit().success());
    terminal.wait_restored();
}

#[test]
fn stopped_and_continued_by_others_it_has_the_terminal_again() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.signal("STOP");
    // As a shell does that takes over.
    terminal.write_over("\x1b[?1049l\x1b[?25h$ ");
    terminal.wait("the shell", |screen| !screen.alternate_screen());
    terminal.signal("CONT");
    terminal.wait("the dashboard", |screen| screen.alternate_screen() && screen.hide_cursor());
    terminal.send("j");
    terminal.wait_for_line(&["▸", "C015"]);
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
}

#[test]
fn ctrl_z_does_nothing_where_no_shell_could_continue_it() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.send("\x1a");
    terminal.wait_for("Cannot suspend: no shell could continue nextplay");
    terminal.send("j");
    terminal.wait_for_line(&["▸", "C015"]);
    terminal.send("q");
    assert!(terminal.exit().success());
}

#[test]
fn ctrl_z_stops_the_script_that_started_it_too() {
    let data = sample_data();
    let script = data.path().join("desk");
    let program = env!("CARGO_BIN_EXE_nextplay");
    let text = format!("#!/bin/sh\n'{program}' --by dana --data \"$DATA\"\necho 'script ends'\n");
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = CommandBuilder::new("sh");
    command.arg("-i");
    let path = data.path().to_string_lossy().into_owned();
    let variables = [("PS1", "shell: "), ("ENV", ""), ("DATA", path.as_str())];
    let mut terminal = Terminal::run(command, &variables);
    terminal.wait_for("shell: ");
    terminal.send("\"$DATA/desk\"\r");
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("\x1a");
    terminal.wait("the shell", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("shell:")
    });
    terminal.send("fg\r");
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("q");
    terminal.wait_for("script ends");
    terminal.send("exit\r");
    terminal.exit();
}

#[test]
fn a_terminal_that_takes_no_more_output_keeps_nobody() {
    let data = sample_data();
    let mut terminal = opened(data.path());
    terminal.stall();
    // More frames than any terminal holds back.
    for _ in 0..60 {
        terminal.send("\x0c");
        terminal.pause(10);
    }
    terminal.signal("TERM");
    assert!(terminal.exit().success());
}

#[rstest]
#[case("exec")]
#[case("trap '' HUP; exec")]
#[case("trap '' HUP;")]
fn a_terminal_that_goes_away_ends_it_also_where_no_signal_comes(#[case] start: &str) {
    let data = sample_data();
    let mut command = CommandBuilder::new("sh");
    let program = env!("CARGO_BIN_EXE_nextplay");
    command.args(["-c", &format!("{start} '{program}' --by dana --data \"$DATA\"")]);
    let path = data.path().to_string_lossy().into_owned();
    let mut terminal = Terminal::run(command, &[("DATA", path.as_str())]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.hang_up();
    assert_eq!(terminal.exit().exit_code(), 0);
}

#[test]
fn a_confirmed_decision_is_finished_after_its_terminal_has_gone() {
    let data = sample_data();
    let held = fs::File::create(data.path().join("decisions.jsonl")).unwrap();
    held.lock().unwrap();
    let mut terminal = opened(data.path());
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.confirm();
    terminal.wait_for("Saving…");
    terminal.hang_up();
    terminal.pause(700);
    held.unlock().unwrap();
    assert_eq!(terminal.exit().exit_code(), 0);
    assert_eq!(decisions(data.path()), 1);
}
