//! Data that looks readable and is not what it looks like: nothing of it means something else in silence.

use crate::common;

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

/// A file's rows by column, as pandas writes them by default.
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
            data.run(&[command]).fails(2, &[file, "the file is written by column"]);
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

#[test]
fn a_date_in_another_form_is_told_and_takes_nothing_away() {
    let data = Data::good();
    let want = data.run(&["match", "--format", "json"]).ends(0).out;
    for date in ["1736640000000", "1736640000", "\"12/01/2025\"", "{\"$date\":\"2025-01-12\"}"] {
        let with_date = |file: &str, name: &str| {
            let rows = std::fs::read_to_string(data.path(file)).unwrap();
            rows.replacen('}', &format!(",\"{name}\":{date}}}"), 1)
        };
        let data = Data::good()
            .with("journey_state_log.json", with_date("journey_state_log.json", "state_entered_at"))
            .with("customers.json", with_date("customers.json", "renewal_date"))
            .with("outcomes.json", format!("[{{\"customer_id\":\"C4\",\"measured_at\":{date}}}]"));
        assert_eq!(data.run(&["match", "--format", "json"]).ends(0).out, want);
        assert_eq!(
            told(&data, "bad_date"),
            [
                "customers.json:2 renewal_date",
                "journey_state_log.json:2 state_entered_at",
                "outcomes.json:1 measured_at"
            ],
            "{date}"
        );
    }
}

const SHARES: [(&str, &str); 2] = [
    (
        "fused_signals.json",
        r#"[{"customer_id":"C1","fused_risk_score":3},
{"customer_id":"C2","fused_risk_score":64},
{"customer_id":"C3","fused_risk_score":0.5}]"#,
    ),
    (
        "playbook_performance_log.json",
        r#"[{"playbook_id":"P3","segment":"SMB","runs":42,"success_rate":0.6,"avg_cost":20,"roi_ratio":9},
{"playbook_id":"P1","runs":-3,"success_rate":-0.2,"override_rate":1.2,"avg_cost":-10,"avg_value":890},
{"playbook_id":"P2","runs":7.5,"success_rate":0.5}]"#,
    ),
];

fn with_odd_values() -> Data {
    SHARES.iter().fold(Data::good(), |data, (file, rows)| data.with(file, rows))
}

#[test]
fn numbers_that_cannot_be_are_told_and_used_as_they_stand() {
    let data = with_odd_values();
    assert_eq!(
        told(&data, "odd_value"),
        [
            "fused_signals.json:1 fused_risk_score",
            "playbook_performance_log.json:2 runs",
            "playbook_performance_log.json:3 runs",
            "playbook_performance_log.json:2 success_rate",
            "playbook_performance_log.json:2 override_rate",
            "playbook_performance_log.json:2 avg_cost",
        ]
    );
    let said = messages(&data, "odd_value");
    assert!(said[0].contains("may be a percentage: 3 here and above 1 in 2 of 3 rows"));
    assert!(said[3].contains("success_rate is -0.2, expected a number from 0 to 1"), "{said:?}");
    let rows = data.run(&["match", "--format", "json"]).ends(0).json();
    assert_eq!((&rows[0]["risk_score"], &rows[1]["risk_score"]), (&json!(3), &json!(64)));
    data.run(&["match"]).ends(0).says(&["6 warnings in the data"]);
}

#[test]
fn the_policy_may_have_rows_with_such_numbers_set_aside() {
    let data = with_odd_values().with("nextplay.toml", "[data]\nout_of_range = \"skip\"\n");
    assert!(told(&data, "odd_value").is_empty());
    let rows = told(&data, "bad_row");
    assert_eq!(rows.len(), 2 + 4 + 1, "each field of a row: {rows:?}");
    let ran = data.run(&["match", "--format", "json"]).ends(0).says(&[
        "fused_risk_score is the number 3, expected a number from 0 to 1, which may be a percentage",
    ]);
    let rows = ran.json();
    let who: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["customer_id"]).collect();
    assert_eq!(who, ["C3"], "of the others no risk is known");

    let all = r#"[{"customer_id":"C1","fused_risk_score":98},{"customer_id":"C2","fused_risk_score":60}]"#;
    data.write("fused_signals.json", all);
    data.run(&["match"]).fails(2, &["fused_signals.json:1", "none of its 2 rows can be used"]);
    assert_eq!(told(&data, "bad_file"), ["fused_signals.json:1 fused_risk_score"]);
    data.write("nextplay.toml", "");
    assert_eq!(data.run(&["match", "--format", "json"]).ends(0).json()[0]["risk_score"], 98);
}

#[test]
fn a_policy_file_is_compared_with_the_rows_that_it_leaves() {
    let data = with_odd_values();
    let other = Data::empty().with("skip.toml", "[data]\nout_of_range = \"skip\"\n");
    let path = other.path("skip.toml").to_string_lossy().into_owned();
    let ran = data.run(&["diff", &path, "--format", "json"]).ends(1).json();
    let changes = ran["customers"].as_array().unwrap().iter().map(|row| &row["change"]);
    assert_eq!(changes.collect::<Vec<_>>(), ["loses", "loses"]);
    data.run(&["diff", "--set", "data.out_of_range=skip"])
        .fails(2, &["hint: compare with a policy file instead"]);
}

#[test]
fn a_play_with_a_date_that_cannot_be_read_does_not_count_as_running() {
    let status = |date: &str| {
        let row = format!(r#"[{{"customer_id":"C1","playbook_id":"P1","generated_at":{date}}}]"#);
        let data = Data::good().with("interventions.json", row);
        let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
        let waits = queue.as_array().unwrap().iter().any(|row| row["customer_id"] == "C1");
        (waits, told(&data, "bad_date").len())
    };
    assert_eq!(status("null"), (false, 0), "what may have run is not run again");
    for date in ["1736640000000", "\"last week\"", "\"12/01/2025\""] {
        assert_eq!(status(date), (true, 1), "{date}");
    }
}

#[test]
fn fused_signals_without_a_score_are_told_before_another_source_is_taken() {
    let rows =
        |name: &str| format!(r#"[{{"customer_id":"C1","{name}":0.9}},{{"customer_id":"C2"}}]"#);
    let data = Data::good().with("fused_signals.json", rows("risk_score"));
    assert_eq!(told(&data, "odd_value"), ["fused_signals.json:null fused_risk_score"]);
    data.write("fused_signals.json", rows("fused_risk_score"));
    assert!(told(&data, "odd_value").is_empty());
}
