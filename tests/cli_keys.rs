//! `nextplay keys`: the keys that are in use, by the names that `[keys]` takes.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Ran, program};

/// Runs `nextplay keys` for a user with these settings.
fn keys(settings: &str, args: &[&str]) -> Ran {
    let config = TempDir::new().unwrap();
    fs::create_dir(config.path().join("nextplay")).unwrap();
    fs::write(config.path().join("nextplay/config.toml"), settings).unwrap();
    let mut command = program();
    command.arg("keys").args(args).current_dir(config.path());
    command.env("XDG_CONFIG_HOME", config.path());
    Ran::of(command.output().unwrap())
}

fn json(settings: &str) -> Vec<Value> {
    let ran = keys(settings, &["--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

fn action<'a>(rows: &'a [Value], name: &str) -> &'a Value {
    rows.iter().find(|row| row["action"] == name).unwrap_or_else(|| panic!("no action {name}"))
}

#[test]
fn every_action_is_listed_with_its_keys_and_where_they_work() {
    let rows = json("");
    assert_eq!(rows[0]["action"], "approve", "sorted as the help page is");
    let approve = action(&rows, "approve");
    assert_eq!(approve["keys"], serde_json::json!(["a"]));
    assert_eq!(approve["default_keys"], serde_json::json!(["a"]));
    assert_eq!(approve["screens"], serde_json::json!(["queue", "customers"]));
    assert_eq!(approve["contexts"], serde_json::json!(["browse"]));
    assert_eq!(approve["help"], "Approve the recommended playbook");
    assert_eq!(action(&rows, "select-all")["keys"], serde_json::json!(["shift-a"]));
    assert_eq!(action(&rows, "page-down")["keys"], serde_json::json!(["pgdn", "ctrl-d"]));
    assert_eq!(action(&rows, "select")["keys"], serde_json::json!(["space"]));
    let quit = action(&rows, "quit-now");
    assert_eq!(quit["contexts"], serde_json::json!(["any"]));
    assert_eq!(quit["screens"].as_array().unwrap().len(), 6);
}

#[test]
fn own_keys_are_listed_beside_the_usual_ones() {
    let rows = json("[keys]\napprove = [\"F5\", \"Shift-X\"]\nfilter = []\n");
    assert_eq!(action(&rows, "approve")["keys"], serde_json::json!(["f5", "shift-x"]));
    assert_eq!(action(&rows, "approve")["default_keys"], serde_json::json!(["a"]));
    assert_eq!(action(&rows, "filter")["keys"], serde_json::json!([]));
    let table = keys("[keys]\napprove = [\"f5\"]\n", &[]);
    let line = |name: &str| {
        let line = table.out.lines().find(|line| line.starts_with(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("{name}:\n{}", table.out)).to_owned()
    };
    assert!(line("approve").contains("f5"), "{}", line("approve"));
    assert!(line("approve").ends_with("Queue, Customers"), "{}", line("approve"));
    assert!(line("down").ends_with("all screens"), "{}", line("down"));
    assert!(line("quit-now").ends_with("anywhere"), "{}", line("quit-now"));
    assert!(line("confirm").ends_with("In a decision dialog"), "{}", line("confirm"));
}

#[test]
fn keys_that_cannot_be_used_are_named_with_their_place() {
    let ran = keys("[keys]\napprove = [\"a\"]\nreject = [\"a\"]\n", &["--format", "json"]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("config.toml:3:"), "{}", ran.err);
    let both = "\"a\" is the key for both approve and reject on Queue and Customers";
    assert!(ran.err.contains(both), "{}", ran.err);
    let rows: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(action(&rows, "reject")["keys"], serde_json::json!(["r"]), "the usual keys hold");
}
