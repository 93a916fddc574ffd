//! Data that looks readable and is not what it looks like: nothing of it means something else in silence.

mod common;

use common::{Data, PLAYBOOKS};
use serde_json::{Value, json};

/// What `check` says with one of these codes, as `file:line field`.
fn told(data: &Data, code: &str) -> Vec<String> {
    let findings = data.run(&["check", "--format", "json"]).json();
    let told = findings.as_array().unwrap().iter().filter(|finding| finding["code"] == code);
    let place = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap_or("-").to_owned();
        format!("{}:{} {}", text("file"), finding["line"], text("field"))
    };
    told.map(place).collect()
}

fn messages(data: &Data, code: &str) -> Vec<String> {
    let findings = data.run(&["check", "--format", "json"]).json();
    let told = findings.as_array().unwrap().iter().filter(|finding| finding["code"] == code);
    told.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

/// A file's rows by columns, as pandas writes them unless told otherwise.
fn by_columns(data: &Data, file: &str) -> String {
    let text = std::fs::read_to_string(data.path(file)).unwrap();
    let rows: Vec<serde_json::Map<String, Value>> = serde_json::from_str(&text).unwrap();
    let mut columns = serde_json::Map::new();
    for (number, row) in rows.iter().enumerate() {
        for (name, value) in row {
            let column = columns.entry(name).or_insert(json!({}));
            column[number.to_string()] = value.clone();
        }
    }
    Value::Object(columns).to_string()
}

#[test]
fn a_file_by_columns_is_refused_and_nothing_is_taken_from_elsewhere() {
    let forecasts = r#"[{"customer_id":"C1","churn_probability":0.9}]"#;
    let good = Data::good().with("journey_forecasts.json", forecasts);
    for file in [
        "customers.json",
        "journey_playbooks.json",
        "journey_state_log.json",
        "fused_signals.json",
        "journey_forecasts.json",
    ] {
        let data = Data::good()
            .with("journey_forecasts.json", forecasts)
            .with(file, by_columns(&good, file));
        for command in ["match", "queue", "export", "report"] {
            data.run(&[command]).fails(2, &[file, "it is written by columns"]);
        }
        data.run(&["approve", "C1"]).fails(2, &[file]);
        assert_eq!(told(&data, "bad_file").len(), 1, "{file}");
    }
}

#[test]
fn of_a_field_given_twice_neither_value_counts_whichever_came_last() {
    for twice in [
        r#""approval_required":true,"approval_required":false"#,
        r#""approval_required":false,"approval_required":true"#,
        r#""approval_required":true,"\u0061pproval_required":false"#,
        r#""approval_required":true,"approval_required":null"#,
    ] {
        let data = Data::good().with(
            "journey_playbooks.json",
            PLAYBOOKS.replace(r#""approval_required":true"#, twice),
        );
        let rows = data.run(&["match", "--format", "json"]).ends(0).json();
        let plays = rows.as_array().unwrap().iter().map(|row| &row["playbook_id"]);
        assert_eq!(plays.collect::<Vec<_>>(), ["P2", "P3"], "{twice}");
        assert_eq!(told(&data, "bad_row"), ["journey_playbooks.json:2 approval_required"]);
    }
    let data = Data::good().with(
        "journey_forecasts.json",
        r#"[{"customer_id":"C2","churn_probability":0.1,"churn_probability":0.9},{"customer_id":"C1"}]"#,
    );
    let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
    assert_eq!((&queue[1]["customer_id"], &queue[1]["status"]), (&json!("C2"), &json!("held")));
    let same = Data::good().with(
        "journey_playbooks.json",
        PLAYBOOKS.replace(
            r#""approval_required":true"#,
            r#""approval_required":true,"approval_required": true"#,
        ),
    );
    assert!(told(&same, "bad_row").is_empty(), "said twice");
}

#[test]
fn a_row_that_is_about_one_customer_or_another_leaves_both_in_doubt() {
    let data = Data::good().with(
        "journey_forecasts.json",
        r#"[{"customer_id":"C4"},{"customer_id":"C2","customer_id":"C4","churn_probability":0.9}]"#,
    );
    let explained = data.run(&["explain", "C2"]).ends(0);
    explained.prints(&["given twice, as the text \"C2\" and as the text \"C4\""]);
    let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
    assert_eq!(queue[1]["status"], "held");
    assert_eq!(messages(&data, "bad_row").len(), 2, "one of each");
}
