//! Copying through the terminal: the bytes that reach it.

use crate::common::dashboard::copy_sample_data;
use crate::common::terminal::Terminal;

#[test]
fn an_id_is_copied_by_the_terminal_itself_and_through_tmux() {
    let data = tempfile::tempdir().unwrap();
    copy_sample_data(data.path());
    let plain = "\x1b]52;c;QzAwNg==\x1b\\";
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("y");
    terminal.wait_for("Copied C006");
    terminal.wait_for_bytes(plain);
    assert!(!String::from_utf8_lossy(&terminal.bytes()).contains("tmux;"));

    let mut terminal = Terminal::with(data.path(), &[("TMUX", "/nowhere/socket,1,0")]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("y");
    terminal.wait_for_bytes(plain);
    terminal.wait_for_bytes("\x1bPtmux;\x1b\x1b]52;c;QzAwNg==\x1b\x1b\\\x1b\\");
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
}
