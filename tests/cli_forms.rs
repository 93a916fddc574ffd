//! Tables as lines and as parts, seen from outside.

use std::fs;

use crate::common;

use common::Data;
use serde_json::Value;

/// The rows of a table of the good data, one a line.
fn lines(data: &Data, stem: &str) -> String {
    let text = fs::read_to_string(data.path(&format!("{stem}.json"))).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    rows.iter().map(|row| format!("{row}\n")).collect()
}

const TABLES: [&str; 5] = [
    "customers",
    "journey_playbooks",
    "journey_state_log",
    "fused_signals",
    "playbook_performance_log",
];

/// The good data with every table as lines.
fn as_lines() -> Data {
    let data = Data::good();
    for stem in TABLES {
        data.write(&format!("{stem}.jsonl"), lines(&data, stem));
        fs::remove_file(data.path(&format!("{stem}.json"))).unwrap();
    }
    data
}

/// The good data with a part for every row.
fn as_parts() -> Data {
    let data = Data::good();
    for stem in TABLES {
        fs::create_dir(data.path(stem)).unwrap();
        for (number, row) in lines(&data, stem).lines().enumerate() {
            data.write(&format!("{stem}/part-{number:05}.json"), row);
        }
        data.write(&format!("{stem}/_SUCCESS"), "");
        fs::remove_file(data.path(&format!("{stem}.json"))).unwrap();
    }
    data
}

#[test]
fn lines_and_parts_give_the_bytes_of_arrays_in_every_command() {
    let (arrays, lines, parts) = (Data::good(), as_lines(), as_parts());
    for args in [
        &["match", "--format", "json"][..],
        &["match", "--format", "csv"],
        &["queue", "--format", "json"],
        &["playbooks", "--format", "json"],
    ] {
        let wanted = arrays.run(args).ends(0).out;
        assert_eq!(lines.run(args).ends(0).out, wanted, "{args:?}");
        assert_eq!(parts.run(args).ends(0).out, wanted, "{args:?}");
    }
    let other = parts.path("").display().to_string();
    arrays.run(&["diff", &other]).ends(0).prints(&["No recommendation"]);
    arrays.run(&["check"]).ends(0);
    assert_eq!(
        parts.run(&["check"]).ends(0).out.lines().count(),
        arrays.run(&["check"]).out.lines().count()
    );
}

#[test]
fn two_forms_at_once_are_refused_with_both_names() {
    let data = Data::good().with("customers.jsonl", "{\"customer_id\":\"C1\"}\n");
    let said = "\"customers.json\" and \"customers.jsonl\" are there for the same table; keep one";
    let ran = data.run(&["match"]).ends(2);
    assert!(ran.err.contains(said), "{}", ran.err);
    let finding = &data.run(&["check", "--format", "json"]).ends(1).json()[0];
    assert_eq!(finding["code"], "bad_file");
    assert!(finding["message"].as_str().unwrap().contains(said), "{finding}");
}

#[test]
fn findings_and_messages_name_the_part() {
    let data = as_parts();
    data.write("customers/part-00001.json", "{\"customer_id\":\"C2\",\"account_value\":\"x\"}\n");
    let findings = data.run(&["check", "--format", "json"]).ends(1).json();
    let finding = findings.as_array().unwrap().iter().find(|f| f["code"] == "bad_row").unwrap();
    assert_eq!(finding["file"], "customers/part-00001.json");
    assert_eq!((&finding["line"], &finding["column"]), (&1.into(), &37.into()));
    let unknown = data.run(&["explain", "C999"]).ends(2);
    assert!(unknown.err.contains("no customer \"C999\" in customers/"), "{}", unknown.err);
    let unknown = as_lines().run(&["explain", "C999"]).ends(2);
    assert!(unknown.err.contains("no customer \"C999\" in customers.jsonl"), "{}", unknown.err);
}

#[test]
fn decisions_and_reported_outcomes_are_no_data_files() {
    let data = as_lines();
    data.run(&["approve", "C1"]).ends(0);
    data.write("outcomes.reported.jsonl", "");
    data.run(&["match"]).ends(0);
    data.run(&["verify"]).ends(0);
}

#[test]
fn results_and_the_ledger_are_never_put_where_rows_are_read() {
    let data = as_parts();
    for file in ["customers/plays.json", "signals.jsonl", "customers/part-00000.json"] {
        let path = data.path(file).display().to_string();
        let ran = data.run(&["export", "-o", &path]);
        assert_ne!(ran.status, 0, "{file}");
        let ledger = data.run(&["approve", "C1", "--ledger", &path]);
        assert_ne!(ledger.status, 0, "{file}");
    }
    assert!(!data.path("customers/plays.json").exists());
    assert!(!data.path("signals.jsonl").exists());
}

#[test]
fn playbooks_to_compare_with_may_be_lines() {
    let data = as_lines();
    let other = fs::read_to_string(data.path("journey_playbooks.jsonl")).unwrap();
    data.write("other.jsonl", other.replace("\"risk_threshold\":0.6", "\"risk_threshold\":0.99"));
    let path = data.path("other.jsonl").display().to_string();
    let changed = data.run(&["diff", &path, "--format", "json"]).ends(1).out;
    assert!(changed.contains("C1"), "{changed}");
}
