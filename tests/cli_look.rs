//! Colour and width: only on a terminal.

use crate::common;

use std::io::Read;

use common::Data;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// What a terminal of that many columns is sent.
fn on_terminal(data: &Data, columns: u16, no_color: Option<&str>, args: &[&str]) -> String {
    let pty = native_pty_system()
        .openpty(PtySize { rows: 24, cols: columns, pixel_width: 0, pixel_height: 0 })
        .unwrap();
    let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin!("nextplay"));
    command.args(args);
    command.arg("--data");
    command.arg(data.path(""));
    command.env("TERM", "xterm-256color");
    command.env("LC_ALL", "C.UTF-8");
    command.env("XDG_STATE_HOME", common::STATE);
    command.env("XDG_CONFIG_HOME", common::CONFIG);
    command.env_remove("NO_COLOR");
    if let Some(value) = no_color {
        command.env("NO_COLOR", value);
    }
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut out = Vec::new();
    // The end of a pseudo-terminal is an error on Linux.
    let _ = pty.master.try_clone_reader().unwrap().read_to_end(&mut out);
    assert!(child.wait().unwrap().success());
    String::from_utf8(out).unwrap()
}

#[test]
fn colour_is_for_terminals_and_no_color_turns_it_off() {
    let data = Data::good();
    for args in [&["match"][..], &["queue"], &["explain", "C1"]] {
        assert!(on_terminal(&data, 120, None, args).contains("\u{1b}["), "{args:?}");
        assert!(on_terminal(&data, 120, Some(""), args).contains("\u{1b}["), "empty is unset");
        assert!(!on_terminal(&data, 120, Some("1"), args).contains('\u{1b}'), "{args:?}");
        assert!(!data.run(args).ends(0).out.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn a_table_gives_way_to_a_narrow_terminal() {
    let name = "A Playbook With A Very Long Name That Nobody Reads";
    let data =
        Data::good().with("journey_playbooks.json", common::PLAYBOOKS.replace("Escalation", name));
    data.run(&["approve", "C1", "--note", name]).ends(0);
    data.write("fused_signals.json", r#"[{"customer_id":"C1","fused_risk_score":0.7}]"#);
    for args in [&["match"][..], &["queue"], &["log"]] {
        let narrow = on_terminal(&data, 80, Some("1"), args);
        assert!(narrow.lines().all(|line| line.chars().count() <= 80), "{narrow}");
        assert!(narrow.contains("C1") && !narrow.contains(name), "{narrow}");
    }
    data.run(&["match"]).ends(0).prints(&[name]);
}

#[test]
fn without_utf_8_text_is_ascii_and_data_is_not() {
    let data = Data::good()
        .with("journey_playbooks.json", common::PLAYBOOKS.replace("Escalation", "Łódź – 日本"));
    let plain = |args: &[&str]| {
        let ran = common::Ran::of(data.command(args).env("LC_ALL", "C").output().unwrap());
        (ran.out, ran.err)
    };
    let (table, _) = plain(&["match"]);
    assert!(table.is_ascii() && table.contains("Lodz - RiBe"), "{table}");
    plain(&["approve", "C1", "--note", "für später"]);
    for args in [
        &["queue"][..],
        &["explain", "C1"],
        &["check"],
        &["log"],
        &["verify"],
        &["plan", "--budget", "100"],
        &["diff", "--set", "matching.confidence_threshold=0.9"],
        &["explain", "Č1"],
    ] {
        let (out, err) = plain(args);
        assert!(out.is_ascii() && err.is_ascii(), "{args:?}: {out}{err}");
    }
    for format in ["json", "csv"] {
        assert!(plain(&["match", "--format", format]).0.contains("Łódź – 日本"), "{format}");
    }
}
