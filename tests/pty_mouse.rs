//! The mouse on a terminal: what it sends, and that the shell has it back afterwards.

use crate::common::dashboard;
use crate::common::terminal;

use std::fs;

use dashboard::{copy_sample_data, replace};
use portable_pty::CommandBuilder;
use rstest::rstest;
use tempfile::TempDir;
use terminal::Terminal;

/// What turns the reports on, and off again.
const ON: [&str; 3] = ["\x1b[?1000h", "\x1b[?1002h", "\x1b[?1006h"];
const OFF: [&str; 3] = ["\x1b[?1000l", "\x1b[?1002l", "\x1b[?1006l"];

fn opened(size: (u16, u16)) -> (TempDir, Terminal) {
    let data = tempfile::tempdir().unwrap();
    copy_sample_data(data.path());
    let terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    if size != (80, 24) {
        terminal.resize(size.0, size.1);
        terminal.wait("both panes", |screen| screen.contents().contains("▸ Numbers"));
    }
    (data, terminal)
}

/// Where a text stands on the screen, as terminals count: from 1.
fn place(terminal: &Terminal, text: &str) -> (usize, usize) {
    let contents = terminal.contents();
    let mut lines = contents.lines().enumerate();
    let found = lines.find_map(|(row, line)| Some((row + 1, line.split_once(text)?.0)));
    let (row, before) = found.unwrap_or_else(|| panic!("{text:?} is not on\n{contents}"));
    (unicode_width::UnicodeWidthStr::width(before) + 1, row)
}

/// A press and a release of the left button.
fn click(terminal: &mut Terminal, text: &str) {
    let (x, y) = place(terminal, text);
    terminal.send(&format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
}

fn count(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).filter(|part| *part == text.as_bytes()).count()
}

/// The terminal has had each report turned off as often as on, off last.
fn is_given_back(terminal: &Terminal) {
    let bytes = terminal.bytes();
    for (on, off) in ON.into_iter().zip(OFF) {
        assert!(count(&bytes, on) > 0, "{on:?} was never sent");
        let last = |text: &str| bytes.windows(text.len()).rposition(|b| b == text.as_bytes());
        assert!(last(off) > last(on), "{off:?} was not sent after {on:?}");
    }
    // Motion without a button would be a flood.
    assert_eq!(count(&bytes, "\x1b[?1003h"), 0);
}

#[test]
fn rows_tabs_and_titles_are_clicked_and_lists_scroll() {
    let (_data, mut terminal) = opened((80, 24));
    click(&mut terminal, "C015");
    terminal.wait_for_line(&["▸", "C015"]);
    click(&mut terminal, "2 Customers");
    terminal.wait_for("[2 Customers 40]");
    terminal.wait_for_line(&["▸", "C015"]);
    for scope in ["[I can approve]", "[All]"] {
        click(&mut terminal, "dana");
        terminal.wait_for(scope);
    }
    terminal.wait_for("C017");
    let (x, y) = (10, 10);
    // More notches in one write than there are lines.
    terminal.send(&format!("\x1b[<65;{x};{y}M").repeat(100));
    terminal.wait_for("C040");
    terminal.send(&format!("\x1b[<64;{x};{y}M").repeat(100));
    terminal.wait_for("C001");
    click(&mut terminal, "Name");
    terminal.wait_for("Name↑");
    click(&mut terminal, "Name");
    terminal.wait_for("Name↓");
    click(&mut terminal, "q quit");
    assert!(terminal.exit().success());
    terminal.wait_restored();
    is_given_back(&terminal);
}

#[test]
fn the_divider_is_dragged() {
    let (_data, mut terminal) = opened((120, 30));
    let (x, y) = place(&terminal, "╮╭");
    terminal.send(&format!("\x1b[<0;{x};{}M", y + 5));
    terminal.wait_for("║║");
    for x in (50..x).rev() {
        terminal.send(&format!("\x1b[<32;{x};{}M", y + 5));
    }
    terminal.wait("the divider at column 50", |screen| {
        let contents = screen.contents();
        let line = contents.lines().nth(8).unwrap_or_default();
        line.chars().skip(49).take(2).eq("║║".chars())
    });
    terminal.send(&format!("\x1b[<0;50;{}m", y + 5));
    terminal.wait_gone("║");
    terminal.send("q");
    assert!(terminal.exit().success());
}

#[test]
fn a_double_click_opens_and_a_click_confirms_after_reading() {
    let (data, mut terminal) = opened((80, 24));
    let (x, y) = place(&terminal, "C015");
    let press = format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m");
    terminal.send(&press.repeat(2));
    terminal.wait_for_line(&["DO", "Executive call"]);
    terminal.send("\x1b");
    terminal.wait_for_line(&["▸", "C015"]);
    click(&mut terminal, "a approve");
    terminal.wait_for("Approve?");
    terminal.pause(500);
    click(&mut terminal, "[ y  approve");
    terminal.wait_for("Approved");
    terminal.send("q");
    assert!(terminal.exit().success());
    let ledger = fs::read_to_string(data.path().join("decisions.jsonl")).unwrap();
    assert_eq!(ledger.lines().count(), 1);
    assert!(ledger.contains("C015"));
}

#[test]
fn clicks_in_one_write_open_a_dialog_and_decide_nothing() {
    let (data, mut terminal) = opened((80, 24));
    terminal.wait_for("a approve");
    let (x, y) = place(&terminal, "a approve");
    let press = |x: usize, y: usize| format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m");
    let everywhere: String = (1..24).map(|row| press(30, row)).collect();
    terminal.send(&[press(x, y).repeat(5), everywhere].concat());
    terminal.wait_for("Approve?");
    terminal.send("\x03");
    assert!(terminal.exit().success());
    assert!(!data.path().join("decisions.jsonl").exists());
}

#[rstest]
#[case("TERM")]
#[case("QUIT")]
#[case("HUP")]
#[case("USR1")]
#[case("ALRM")]
#[case("XCPU")]
fn a_signal_gives_the_mouse_back(#[case] signal: &str) {
    let (_data, mut terminal) = opened((80, 24));
    terminal.signal(signal);
    terminal.exit();
    terminal.wait_restored();
    is_given_back(&terminal);
}

#[test]
fn the_settings_leave_the_mouse_to_the_terminal_and_take_it_at_once() {
    let (data, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy_sample_data(data.path());
    let directory = config.path().join("nextplay");
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join("config.toml"), "mouse = false\n").unwrap();
    let variables = [("XDG_CONFIG_HOME", config.path().to_str().unwrap())];
    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for_line(&["▸", "C006"]);
    // A report that comes all the same means nothing, and is no key either.
    click(&mut terminal, "C015");
    terminal.send("?");
    terminal.wait_for("Keys of Queue");
    terminal.send("\x1b");
    terminal.wait_for_line(&["▸", "C006"]);
    for text in ON.into_iter().chain(OFF) {
        assert_eq!(count(&terminal.bytes(), text), 0, "{text:?} was sent");
    }
    replace(&directory, "config.toml", "mouse = true\n");
    terminal.wait_for_bytes(ON[0]);
    terminal.wait_for_bytes(ON[2]);
    click(&mut terminal, "C015");
    terminal.wait_for_line(&["▸", "C015"]);
    replace(&directory, "config.toml", "mouse = false\n");
    terminal.wait_for_bytes(OFF[0]);
    terminal.send("q");
    assert!(terminal.exit().success());
    is_given_back(&terminal);
}

/// Waits until the shell reads: what is sent before may be lost with the terminal's settings.
fn wait_for_prompt(terminal: &Terminal) {
    terminal.wait("the shell", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("shell:")
    });
}

#[test]
fn the_shell_has_the_mouse_while_the_dashboard_is_suspended() {
    let data = tempfile::tempdir().unwrap();
    copy_sample_data(data.path());
    let mut command = CommandBuilder::new("sh");
    command.arg("-i");
    let path = data.path().to_string_lossy().into_owned();
    let program = env!("CARGO_BIN_EXE_nextplay");
    let variables =
        [("PS1", "shell: "), ("ENV", ""), ("DATA", path.as_str()), ("PROGRAM", program)];
    let mut terminal = Terminal::run(command, &variables);
    terminal.wait_for("shell: ");
    terminal.send("\"$PROGRAM\" --by dana --data \"$DATA\"\r");
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("\x1a");
    wait_for_prompt(&terminal);
    is_given_back(&terminal);
    let before = count(&terminal.bytes(), ON[0]);
    terminal.send("fg\r");
    terminal.wait_for_line(&["▸", "C006"]);
    assert_eq!(count(&terminal.bytes(), ON[0]), before + 1, "it is the dashboard's again");
    click(&mut terminal, "C015");
    terminal.wait_for_line(&["▸", "C015"]);
    terminal.send("q");
    wait_for_prompt(&terminal);
    terminal.send("exit\r");
    terminal.exit();
    is_given_back(&terminal);
}
