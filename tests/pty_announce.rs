//! Announcements on the real terminal: the bytes that reach it.

use std::fs;

use crate::common::dashboard::{copy_sample_data, replace};
use crate::common::terminal::Terminal;

#[test]
fn what_newly_waits_rings_or_reaches_the_desktop() {
    for (notify, bytes) in [
        ("bell", vec!["\x07"]),
        ("desktop", vec!["\x1b]9;nextplay: ", "\x1b]777;notify;nextplay;"]),
    ] {
        let (data, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        copy_sample_data(data.path());
        let policy = |name: &str| format!("[[approver]]\nname = \"{name}\"\n");
        fs::write(data.path().join("nextplay.toml"), policy("sam")).unwrap();
        fs::create_dir(config.path().join("nextplay")).unwrap();
        let settings = format!("notify = \"{notify}\"\ntheme = \"dark\"\n");
        fs::write(config.path().join("nextplay/config.toml"), settings).unwrap();
        let config = config.path().to_str().unwrap();
        let mut terminal = Terminal::with(data.path(), &[("XDG_CONFIG_HOME", config)]);
        terminal.wait_for_line(&["▸", "C006"]);
        let sent = terminal.bytes();
        assert!(!String::from_utf8_lossy(&sent).contains("\x1b]777"), "nothing is new");
        replace(data.path(), "nextplay.toml", policy("dana"));
        for bytes in bytes {
            terminal.wait_for_bytes(bytes);
        }
        terminal.send("q");
        assert!(terminal.exit().success());
        terminal.wait_restored();
    }
}
