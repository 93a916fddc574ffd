//! The log for support, seen from outside.

use std::fs;
use std::path::Path;

use crate::common;

use common::{Data, Ran};

/// Runs the program with a state directory, and returns what it printed and the log.
fn logged(data: &Data, state: &Path, args: &[&str]) -> (Ran, String) {
    let output = data.command(args).env("XDG_STATE_HOME", state).output().unwrap();
    let log = fs::read_to_string(state.join("nextplay/nextplay.log")).unwrap_or_default();
    (Ran::of(output), log)
}

#[test]
fn the_log_says_what_was_run_read_and_decided_and_no_names_or_values() {
    let (data, state) = (Data::good(), tempfile::tempdir().unwrap());
    let args = ["approve", "C1", "--by", "dana", "--note", "private", "--log-level", "info"];
    let (ran, log) = logged(&data, state.path(), &args);
    ran.ends(0);
    for line in ["started version=", "options=\"by customer data log_level note\"", "customers=4"] {
        assert!(log.contains(line), "{line} is missing in {log}");
    }
    assert!(log.contains("decision saved entry=1 kind=\"approve\""), "{log}");
    assert!(!log.contains("dana") && !log.contains("private"), "{log}");
    let (ran, log) = logged(&data, state.path(), &["explain", "C\u{1b}9", "--log-level", "error"]);
    ran.ends(2);
    assert!(log.contains("ERROR") && log.contains("did you mean"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
}

#[test]
fn there_is_no_log_unless_somebody_wants_one() {
    let (data, state) = (Data::good(), tempfile::tempdir().unwrap());
    let (ran, log) = logged(&data, state.path(), &["match"]);
    ran.ends(0);
    assert_eq!(log, "");
}

#[cfg(unix)]
#[test]
fn only_the_user_reads_the_log() {
    use std::os::unix::fs::PermissionsExt;
    let (data, state) = (Data::good(), tempfile::tempdir().unwrap());
    logged(&data, state.path(), &["match", "--log-level", "info"]).0.ends(0);
    let log = fs::metadata(state.path().join("nextplay/nextplay.log")).unwrap();
    assert_eq!(log.permissions().mode() & 0o7777, 0o600);
}

#[test]
fn where_no_log_can_be_written_the_program_works_without() {
    let (data, state) = (Data::good(), tempfile::tempdir().unwrap());
    let file = state.path().join("file");
    fs::write(&file, "").unwrap();
    let (ran, log) = logged(&data, &file, &["match", "--log-level", "info"]);
    ran.ends(0).says(&["warning: cannot write a log: "]);
    assert_eq!(log, "");
}
